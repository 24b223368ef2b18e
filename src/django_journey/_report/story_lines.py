"""A plain test's requests as lines of a story, to begin with when one is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from django_journey._report.model import Test
from django_journey._trace.record.events import RequestServed

__all__ = ["story_lines"]


def story_lines(test: Test) -> list[str]:
    """Return what the test's clients did as lines of a story; nothing for a story, and without a request.

    Args:
        test: The test. Posted values are as the trace has them: secrets are masked.
    """
    if test.story:
        return []
    return list(_lines([each for each in test.requests if not each.parent and not each.check]))


def _lines(requests: list[RequestServed]) -> Iterator[str]:
    actors: dict[str, str] = {}
    redirect = ""
    for request in requests:
        parts = urlsplit(request.url)
        if request.method == "GET" and redirect and request.url.endswith(redirect):
            redirect = request.redirect
            continue  # a story follows redirects by itself
        redirect = request.redirect
        if request.user not in actors:
            number = len(actors) + 1
            base = "actor" if request.user else "visitor"
            actors[request.user] = base if base not in actors.values() else f"{base}{number}"
            opened = f"actor(user)  # {request.user}" if request.user else "visitor()"
            yield f"{actors[request.user]} = journey.{opened}"
        yield f"{actors[request.user]}.{_call(request, parts.path, parts.query)}"


def _call(request: RequestServed, path: str, query: str) -> str:
    named = [_quoted(request.url_name or path)]
    if request.url_name:
        named += [
            f"{name}={_value(value)}" if name.isidentifier() else _value(value)
            for name, value in request.kwargs.items()
        ]
    if request.method == "POST" and request.posted:
        pairs = ", ".join(f"{_quoted(name)}: {_quoted(value)}" for name, value in request.posted.items())
        named.append(f"data={{{pairs}}}")
    if query:
        pairs = ", ".join(f"{_quoted(name)}: {_quoted(value)}" for name, value in parse_qsl(query, True))
        named.append(f"query={{{pairs}}}")
    if request.method in ("GET", "POST"):
        return f"{'visit' if request.method == 'GET' else 'post'}({', '.join(named)})"
    return f"api.{request.method.lower()}({_quoted(path + (f'?{query}' if query else ''))})"


def _value(text: str) -> str:
    return text if re.fullmatch(r"0|[1-9]\d*", text) else _quoted(text)


def _quoted(text: str) -> str:
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in plain and "\\" not in plain else plain
