"""The texts within tests that the search covers: steps, paths, SQL and mails, each text once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django_journey._report.model import Step, Test, walk
from django_journey._trace.record.events import MailSent, RequestServed

__all__ = ["search_index"]

_LONGEST = 300
_LONGEST_MAIL = 2_000


def search_index(table: list[tuple[str, Test]]) -> dict[str, Any]:
    """Return the texts, and for each test the numbers of its own; a suite has few shapes of SQL, used often."""
    numbers: dict[str, int] = {}
    found = [
        list(dict.fromkeys(numbers.setdefault(text, len(numbers)) for text in _texts(test)))
        for _, test in table
    ]
    return {"texts": list(numbers), "tests": found}


def _texts(test: Test) -> Iterator[str]:
    for part in walk(test.parts):
        match part:
            case Step():
                words = " ".join(
                    word for word in (part.actor, part.verb.replace("_", " "), part.what) if word
                )
                yield words[:_LONGEST]
                yield from (shape.sql[:_LONGEST] for shape in part.queries.shapes)
            case RequestServed():
                yield f"{part.method} {part.url}"[:_LONGEST]
                yield from (shape.sql[:_LONGEST] for shape in part.queries.shapes)
            case MailSent():
                yield f"mail to {', '.join(part.to)}: {part.subject}\n{part.text}"[:_LONGEST_MAIL]
            case _:
                pass
