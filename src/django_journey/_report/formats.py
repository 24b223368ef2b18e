"""A run for other programs: Markdown for a job's summary, GitHub's annotations, JUnit's XML, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from django_journey._report.failure_groups import group_by_cause, reason_line
from django_journey._report.model import Run, Test
from django_journey._report.over_time import HEADINGS
from django_journey._report.payload import row, table
from django_journey._report.pyramid import layer_of, pyramid_of, views_of
from django_journey._report.wording import count, duration, escape, headline, outcome_words, percent, shape
from django_journey._trace.record.events import Noted
from django_journey.errors import visible

__all__ = ["FORMATS", "JSON_SCHEMA", "left_out"]

#: Increased when a field of the JSON is renamed or removed, or gets another meaning.
JSON_SCHEMA = 1

_ANNOTATED = ("flaky", "slowing", "more queries")  # a single slow run may be the machine's
_LISTED = 20
_LONGEST = 4_000
_MARKS = re.compile(r"[\\`*_{}\[\]()#+!|~$:@&<>\"'\n-]")
_NO_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def left_out(run: Run) -> list[str]:
    """Return one line for each part that is missing in a merged run."""
    return [each.title for each in run.outside if isinstance(each, Noted) and each.topic == "left out"]


def _markdown(run: Run) -> str:
    pyramid = pyramid_of(run)
    lines = [f"## {_text(headline(run))}", "", _text(shape(pyramid, run)), ""]
    lines += [f"> {_text(line)}\n" for line in [*left_out(run), *run.dropped, *run.troubles[:_LISTED]]]
    lines += ["| layer | tests | time | share |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {tier.layer} | {tier.count:,} | {duration(tier.seconds)} | {percent(tier.share)} |"
        for tier in pyramid.tiers
    ]
    groups = group_by_cause(test for test in run.last if test.bad)
    if groups:
        lines += ["", "### To look at", ""]
    for first, *others in groups[:_LISTED]:
        more = f" · {len(others):,} more fail alike" if others else ""
        lines += [
            f"<details><summary><b>{_text(first.heading)}</b>: {_text(outcome_words(first.outcome))}{more}</summary>",
            "",
            f"<code>{_text(first.name or first.key)}</code>",
            f"<pre>{_text(_why(first))}</pre>",
            "</details>",
            "",
        ]
    lines += [f"and {count(len(groups) - _LISTED, 'more cause')}", ""] if len(groups) > _LISTED else []
    for kind, heading in HEADINGS.items():
        found = [each for each in run.changes if each.kind == kind]
        if found:
            lines += ["", f"### {heading} since the last runs", ""]
            lines += [
                f"- {_text(f'{each.test.heading}: {each.what}' if each.test else each.what)}"
                for each in found[:_LISTED]
            ]
            lines += [f"- and {len(found) - _LISTED:,} more"] if len(found) > _LISTED else []
    return "\n".join([*lines, ""])


def _text(text: str) -> str:
    """Return a text that neither Markdown nor HTML reads as anything else; lines stay lines in ``<pre>``."""
    return _MARKS.sub(lambda found: f"&#{ord(found[0])};", visible(text))


def _why(test: Test) -> str:
    failure = test.explanation
    if failure is None:
        return reason_line(test)
    lines = [failure.sought or failure.message.strip()]
    lines += [f"where: {failure.where}"] if failure.where else []
    lines += [f"nearest: {each}" for each in failure.nearest]
    lines += [f"instead: {failure.instead}"] if failure.instead else []
    text = "\n".join(lines)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _annotations(run: Run) -> str:
    lines = [_annotation("error", *_place(first), title=first.heading, text=_and_others(first, others))
             for first, *others in group_by_cause(test for test in run.last if test.bad)]  # fmt: skip
    lines += [
        _annotation(
            "warning", *_place(each.test), title=f"{HEADINGS[each.kind]}: {each.test.heading}", text=each.what
        )
        for each in run.changes
        if each.test is not None and each.kind in _ANNOTATED
    ]
    return "".join(f"{line}\n" for line in lines)


def _and_others(test: Test, others: list[Test]) -> str:
    return "\n".join(
        [_why(test), *([f"{count(len(others), 'more test')} with this cause"] if others else [])]
    )


def _place(test: Test) -> tuple[str, int]:
    """Return the line of the step that failed, else that of the test."""
    step = test.failed_step
    file, _, line = step.place.rpartition(":") if step is not None else ("", "", "")
    return (file, int(line)) if file and line.isdecimal() else (test.file, test.line)


def _annotation(level: str, file: str, line: int, *, title: str, text: str) -> str:
    """Return a command of GitHub's runner; what ends a command or a value is written as a code."""
    codes = {"%": "%25", "\r": "%0D", "\n": "%0A"}
    value = {**codes, ":": "%3A", ",": "%2C"}

    def coded(given: str, table: Mapping[str, str]) -> str:
        return "".join(table.get(letter, letter) for letter in visible(given))

    place = f"file={coded(PurePath(file).as_posix(), value)},line={line or 1}," if file else ""
    return f"::{level} {place}title={coded(title, value)}::{coded(text, codes)}"


def _junit(run: Run) -> str:
    last = {id(test) for test in run.last}
    amounts = {"tests": len(last), "failures": 0, "errors": 0, "skipped": 0}
    cases = []
    for key, test in table(run):
        if id(test) in last:
            kind = _JUNIT.get(test.outcome, "")
            if kind:
                amounts[_PLURAL[kind]] += 1
            cases.append(_case(key, test, kind))
    facts = _attributes({"name": "journeys", **amounts, "time": f"{run.seconds:.3f}"})
    inner = "\n".join(cases)
    suite = f"<testsuites><testsuite{facts}>\n{inner}\n</testsuite></testsuites>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n{suite}\n'


_JUNIT = {
    "failed": "failure",
    "xpassed": "failure",
    "error": "error",
    "unfinished": "error",
    "skipped": "skipped",
    "xfailed": "skipped",
}
_PLURAL = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def _case(key: str, test: Test, kind: str) -> str:
    name = test.name or test.key
    stem, bracket, parameters = name.partition("[")
    group, _, last = stem.rpartition("::" if "::" in stem else ".")
    place = re.sub(r"::|[/\\]", ".", re.sub(r"\.py(?=::|$)", "", group))
    facts = _attributes(
        {
            "classname": place,
            "name": last + bracket + parameters,
            "file": test.file,
            "line": test.line,
            "time": f"{test.seconds:.3f}",
        }
    )
    properties = "".join(
        f"<property{_attributes({'name': name, 'value': value})}/>" for name, value in _properties(key, test)
    )
    said = (
        f"<{kind}{_attributes({'message': reason_line(test)})}>{_xml(_why(test) if kind != 'skipped' else '')}</{kind}>"
        if kind
        else ""
    )
    return f"<testcase{facts}><properties>{properties}</properties>{said}</testcase>"


def _properties(key: str, test: Test) -> Iterator[tuple[str, Any]]:
    yield "report", f"index.html#{key}"
    yield "layer", layer_of(test) or ""
    yield "driver", test.driver
    yield "actors", ", ".join(test.actors)
    yield "views", ", ".join(views_of(test.requests))
    yield from {
        "steps": len(test.steps),
        "requests": len(test.requests),
        "queries": test.query_count,
        "mails": len(test.mails),
    }.items()


def _attributes(facts: dict[str, Any]) -> str:
    return "".join(
        f' {name}="{_xml(str(value))}"' for name, value in facts.items() if value not in ("", None)
    )


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", escape(text)).replace("\n", "&#10;")


def _json(run: Run) -> str:
    keys = table(run)
    names = {id(test): key for key, test in keys}
    data = {
        "schema": JSON_SCHEMA,
        "headline": headline(run),
        "began": run.began,
        "seconds": round(run.seconds, 3),
        "finished": run.finished,
        "troubles": [*left_out(run), *run.dropped, *run.troubles],
        "counts": run.counts(),
        "layers": {
            tier.layer: {"tests": tier.count, "seconds": round(tier.seconds, 3)}
            for tier in pyramid_of(run).tiers
        },
        "tests": [{**row(test, key=key), "failure": _why(test) if test.bad else ""} for key, test in keys],
        "changes": [
            {"kind": each.kind, "test": names[id(each.test)] if each.test else "", "what": each.what}
            for each in run.changes
        ],
    }
    return json.dumps(data) + "\n"


#: The formats by name, each a function that returns the run as text.
FORMATS: dict[str, Callable[[Run], str]] = {
    "markdown": _markdown,
    "github": _annotations,
    "junit": _junit,
    "json": _json,
}
