"""Draws one test without a script: who asked whom in which order, and when each step and request took its time.

Both are finished markup with escaped texts, coloured by the report's style sheet. Each row is a link to its step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django_journey._report.model import Part, Step, Test
from django_journey._report.payload import in_reading_order, repeated
from django_journey._report.wording import count, duration, escape
from django_journey._trace.record.events import MailSent, Noted, QuerySummary, RequestServed

__all__ = ["sequence", "times"]

_SITE, _DATABASE, _MAIL, _TASKS = "site", "database", "mail", "tasks"
_COLUMN, _EDGE, _ROW, _HEAD = 170, 76, 30, 44  # CSS pixels
_LETTER = 6.4  # the width of a letter, about
_MOST = 120  # rows of a drawing


@dataclass(frozen=True, slots=True)
class _Message:
    """One asks another, or itself: a row of the sequence."""

    step: int
    source: str
    target: str
    text: str
    tail: str = ""  # which stays when the text is cut: the status
    mark: str = ""  # a class of the style sheet
    at_target: str = ""  # what answers: the view


def sequence(test: Test, key: str) -> str:
    """Return an SVG with a column for each actor and each part of the world; nothing for a test that asks nobody.

    Args:
        test: The test.
        key: Its id in the report.
    """
    messages = list(_messages(test))
    if len(messages) < 2:
        return ""
    named = [name for each in messages for name in (each.source, each.target)]
    world = (_SITE, _DATABASE, _MAIL, _TASKS)
    actors = dict.fromkeys(each.source for each in messages if each.source not in world)
    others = dict.fromkeys(name for name in named if name not in world and name not in actors)
    order = [*actors, *(name for name in world if name in named), *others]
    columns = {name: _EDGE + _COLUMN * number for number, name in enumerate(order)}
    shown = messages[:_MOST]
    height = _HEAD + _ROW * len(shown) + 16
    lines = "".join(
        f'<path class="life" d="M{x} {_HEAD - 8}V{height}"/>'
        f'<g><title>{escape(name)}</title><rect x="{x - 70}" y="6" width="140" height="28" rx="7"/>'
        f'<text class="name" x="{x}" y="24">{escape(_cut(name, 130))}</text></g>'
        for name, x in columns.items()
    )
    rows = "".join(_row(each, number, columns, key) for number, each in enumerate(shown))
    left = len(messages) - len(shown)
    more = f'<p class="note">and {count(left, "more row")}</p>' if left else ""
    width = 2 * _EDGE + _COLUMN * (len(columns) - 1)
    return (
        f'<div class="sequence" tabindex="0" role="region" aria-label="Who asked whom"><svg width="{width}" '
        f'height="{height}" role="group" aria-label="Sequence">{lines}{rows}</svg></div>{more}'
    )


def times(test: Test, key: str) -> str:
    """Return the steps and requests of a test on one axis of time; nothing for a test without any.

    Args:
        test: The test.
        key: Its id in the report.
    """
    bars = list(_bars(test.parts, 0))
    if len(bars) < 2:
        return ""
    begin = min(test.started or bars[0].begin, *(bar.begin for bar in bars))
    whole = max(test.seconds, *(bar.begin + bar.seconds - begin for bar in bars)) or 1
    rows = "".join(_bar_row(bar, begin, whole, key) for bar in bars[:_MOST])
    left = len(bars) - _MOST
    more = f'<p class="note">and {count(left, "more row")}</p>' if left > 0 else ""
    return (
        f'<p class="note"><span class="swatch-step"></span> step <span class="swatch-request"></span> request or '
        f'service <span class="swatch-sql"></span> its SQL · all of it {escape(duration(whole))}</p>'
        f'<ol class="times">{rows}</ol>{more}'
    )


def _messages(test: Test) -> Iterator[_Message]:
    for part in test.parts:
        if isinstance(part, Step):
            yield from _of_parts(part.parts, part.number, part.actor or "test")
            yield from _sql(part.queries, part.number, _TASKS if _ran_a_task(part) else part.actor or "test")
    yield from _of_parts([part for part in test.parts if not isinstance(part, Step)], 0, "test")


def _of_parts(parts: list[Part], step: int, actor: str) -> Iterator[_Message]:
    for part, owner in in_reading_order(parts):
        match part:
            case Step():
                yield from _of_parts(part.parts, step, part.actor or actor)
                yield from _sql(part.queries, step, part.actor or actor)
            case RequestServed():
                path = (
                    urlsplit(part.url).path or "/"
                    if part.url.startswith(("http://", "https://"))
                    else part.url
                )
                bad = "wrong" if part.status >= 400 or part.failure else ""
                source = _SITE if part.parent else actor
                view = part.view.rpartition(".")[2]
                yield _Message(step, source, _SITE, f"{part.method} {path}", f" → {part.status}", bad, view)
                yield from _sql(part.queries, step, _SITE)
            case MailSent():
                yield _Message(
                    step, _SITE if owner else _TASKS if actor == "test" else actor, _MAIL, part.subject
                )
            case Noted():
                yield from _of_note(part, step, _SITE if owner else actor)


def _of_note(note: Noted, step: int, source: str) -> Iterator[_Message]:
    if note.topic == "service":
        name = str(note.data.get("service", "service"))
        status = note.data.get("status")
        bad = "wrong" if type(status) is int and (status >= 400 or not status) else ""
        yield _Message(step, source, name, *_ending(note.title.removeprefix(f"{name}: ")), bad)
    elif note.topic == "task":
        bad = "wrong" if note.data.get("error") else ""
        yield _Message(step, source, _TASKS, note.title, "", bad)


def _sql(queries: QuerySummary, step: int, source: str) -> Iterator[_Message]:
    if queries.count:
        again = max((shape.count for shape in queries.shapes if repeated(shape)), default=0)
        text = count(queries.count, "query", "queries") + (f", {again} alike" if again else "")
        yield _Message(step, source, _DATABASE, text, "", "odd" if again else "")


def _ran_a_task(step: Step) -> bool:
    return any(isinstance(part, Noted) and part.topic == "task" for part in step.parts)


def _row(message: _Message, number: int, columns: dict[str, int], key: str) -> str:
    y = _HEAD + _ROW * number + 20
    begin, end = columns[message.source], columns[message.target]
    way = 1 if end >= begin else -1
    if begin == end:  # to itself: a short line to its right
        line, room = f"M{begin} {y - 6}h14v8h-8", _COLUMN - 26
        head, left = f"M{begin + 2} {y + 2}l8-4v8z", begin + 20
    else:
        line, room = f"M{begin} {y}H{end - 6 * way}", abs(end - begin) - 18
        head, left = f"M{end} {y}l{-8 * way}-4v8z", min(begin, end) + 9
    high = y + 4 if begin == end else y - 5
    answers = f" ({message.at_target})" if message.at_target else ""
    who = f"{message.source} → {message.target}: {message.text}{message.tail}{answers}"
    link = f"#{key}.{message.step}" if message.step else f"#{key}"
    wide = max(abs(end - begin), _COLUMN - 6)
    view = (
        f'<text class="view" x="{end + 10}" y="{y + 4}">{escape(_cut(message.at_target, _COLUMN - 20))}</text>'
        if message.at_target and begin != end
        else ""
    )
    return (
        f'<a href="{link}" class="{message.mark}"><title>{escape(who)}</title>'
        f'<rect class="hit" x="{min(begin, end)}" y="{y - 18}" width="{wide}" height="28"/>'
        f'<path class="arrow" d="{line}"/><path class="head" d="{head}"/>'
        f'<text x="{left}" y="{high}">{escape(_cut(message.text, room, message.tail))}</text>{view}</a>'
    )


def _cut(text: str, room: float, tail: str = "") -> str:
    text = " ".join(text.split())
    most = max(4, int(room / _LETTER) - len(tail))
    return (text if len(text) <= most else f"{text[: most - 1]}…") + tail


def _ending(text: str) -> tuple[str, str]:
    head, arrow, tail = text.rpartition(" → ")
    return (head, arrow + tail) if arrow and len(tail) < 12 else (text, "")


@dataclass(frozen=True, slots=True)
class _Bar:
    """A row of the waterfall; the time of its SQL is a part of its own."""

    kind: str
    step: int
    text: str
    begin: float
    seconds: float
    sql: float = 0.0
    bad: bool = False


def _bars(parts: Iterable[Part], step: int) -> Iterator[_Bar]:
    for part in parts:
        match part:
            case Step():
                if not step:
                    words = " ".join(
                        word for word in (part.actor, part.verb.replace("_", " "), part.what) if word
                    )
                    bad = not part.ok or not part.finished
                    sql = part.queries.milliseconds / 1000
                    yield _Bar("step", part.number, words, part.at, part.seconds or 0.0, sql, bad)
                yield from _bars(part.parts, step or part.number)
            case RequestServed():
                served, sql = part.milliseconds / 1000, part.queries.milliseconds / 1000
                text = f"{part.method} {part.url}"
                yield _Bar("request", step, text, part.at - served, served, sql, part.status >= 400)
            case Noted() if part.topic == "service" and (took := _seconds(part.data.get("ms"))):
                yield _Bar("request", step, part.title, part.at - took, took)
            case _:
                pass


def _seconds(milliseconds: Any) -> float:
    return milliseconds / 1000 if type(milliseconds) in (int, float) and 0 < milliseconds < 1e9 else 0.0


def _bar_row(bar: _Bar, begin: float, whole: float, key: str) -> str:
    def share(seconds: float) -> str:
        return f"{100 * min(1.0, max(0.0, seconds / whole)):.2f}%"

    wide = f"left:{share(bar.begin - begin)};width:{share(bar.seconds)}"
    sql = (
        f'<i class="sql" style="width:{100 * min(1.0, bar.sql / bar.seconds):.0f}%"></i>'
        if bar.sql and bar.seconds
        else ""
    )
    link = f"#{key}.{bar.step}" if bar.step else f"#{key}"
    return (
        f'<li class="{bar.kind}{" bad" if bar.bad else ""}"><a href="{link}">{escape(bar.text)}</a>'
        f'<span class="track" aria-hidden="true"><i style="{wide}">{sql}</i></span>'
        f'<span class="meta">{escape(duration(bar.seconds))}</span></li>'
    )
