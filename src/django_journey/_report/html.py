"""The HTML report: one file that holds everything and loads nothing.

It is filled with ``string.Template``: the page has a dozen placeholders, and its own script renders everything that
repeats from JSON. Django's template engine would need settings, which are not available when a run has finished.
Texts from the trace reach the page in three ways only: escaped by ``wording.escape``, as JSON without any ``<``, and as
base64. The script sets them as text, never as markup.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from string import Template

from django_journey._report import payload, pyramid_svg
from django_journey._report.embedded_pages import EmbeddedPages
from django_journey._report.failure_groups import group_by_cause, reason_line
from django_journey._report.formats import left_out
from django_journey._report.model import FAILED, Run, Test
from django_journey._report.noscript_list import noscript_list
from django_journey._report.outliers import browsers_left, outliers
from django_journey._report.over_time import HEADINGS
from django_journey._report.pyramid import MEANING, Tier, pyramid_of
from django_journey._report.search_index import search_index
from django_journey._report.story_pictures import sequence, times
from django_journey._report.wording import (
    HEALTH,
    count,
    duration,
    escape,
    headline,
    outcome_words,
    percent,
    shape,
)
from django_journey._trace.record.events import RequestServed

__all__ = ["SCRIPTS", "STYLES", "page", "write"]

#: The parts of the report's script, in the order in which they are joined.
SCRIPTS = ("base.js", "list.js", "parts.js", "changes.js", "frame.js", "story.js", "main.js")
STYLES = ("base.css", "list.css", "story.css")

_DRAWN = {"sequence": sequence, "times": times}
_LISTED = 8
_SLOWEST = 5


def write(run: Run, embedded: EmbeddedPages, path: Path) -> Path:
    """Write the report of a run into a file, atomically.

    Args:
        run: The run.
        embedded: The pages and pictures to embed.
        path: The file; its folder exists.

    Returns:
        The path.
    """
    # A reader who reloads the page never sees half a report.
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(_pieces(run, embedded))
    draft.replace(path)
    return path


def page(run: Run, embedded: EmbeddedPages) -> str:
    """Return the whole report as HTML."""
    return "".join(_pieces(run, embedded))


def _pieces(run: Run, embedded: EmbeddedPages) -> Iterator[str]:
    """Yield the report in pieces: as one text, that of a big run would need several times its size."""
    head, tail = _file("templates", "report.html").split("$data")
    script = _script()
    yield _head(run, embedded, head, script)
    yield from (f"{line}\n" for line in _data(payload.table(run), embedded))
    yield Template(tail).substitute(script=script)


def _head(run: Run, embedded: EmbeddedPages, template: str, script: str) -> str:
    pyramid = pyramid_of(run)
    table = payload.table(run)
    return Template(template).substitute(
        policy=escape(_policy(script)),
        title=escape(f"{headline(run)} · journey report"),
        style="\n".join(_file("static", name) for name in STYLES),
        facts=_facts(run),
        mood="bad" if any(test.bad for test in run.last) else "good",
        verdict=escape(headline(run)),
        tally=_tally(run),
        warnings=_warnings(run, embedded),
        pyramid=pyramid_svg.svg(pyramid),
        tiers="".join(_tier(tier) for tier in pyramid.tiers),
        shape=escape(shape(pyramid, run)),
        bad=_to_look_at(run, table) + _changes(run, table),
        slowest=_slowest(run, table) + _heavy(run, table) + _left(run, table),
        fallback=noscript_list(table),
        version=escape(_version()),
    )


def _policy(script: str) -> str:
    """Forbid the network altogether; the only script that may run is the report's own.

    Stored pages are shown in frames that inherit this policy: their own styles and inlined pictures may be used,
    their scripts may not.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "font-src data:; media-src data:; frame-src 'none'; connect-src 'none'; object-src 'none'; "
        "base-uri 'none'; form-action 'none'"
    )


def _script() -> str:
    parts = "\n".join(_file("static", name) for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}\n}})();\n'


def _file(folder: str, name: str) -> str:
    return (resources.files("django_journey._report") / folder / name).read_text(encoding="utf-8")


def _data(table: list[tuple[str, Test]], embedded: EmbeddedPages) -> Iterator[str]:
    rows = payload.inert_json([payload.row(test, key=key) for key, test in table])
    yield _element("rows", rows, "application/json")
    for key, test in table:
        found = payload.details(test)
        found |= {name: text for name, draw in _DRAWN.items() if (text := draw(test, key))}
        if found:
            yield _element(key, payload.pack(payload.compact(found)))
    yield from (_element(f"page-{key}", packed) for key, packed in embedded.pages.items())
    yield from (_element(f"picture-{key}", packed) for key, packed in embedded.pictures.items())
    yield _element("search", payload.pack(payload.compact(search_index(table))))
    yield _element("left-out", payload.inert_json(embedded.left_out), "application/json")
    yield _element("files", payload.inert_json(embedded.files), "application/json")


def _element(identity: str, content: str, kind: str = "text/plain") -> str:
    return f'<script type="{kind}" id="data-{escape(identity)}">{content}</script>'


def _tally(run: Run) -> str:
    return " ".join(
        f'<span class="outcome {escape(outcome)}">{amount} {escape(outcome_words(outcome))}</span>'
        for outcome, amount in sorted(run.counts().items(), key=lambda item: (item[0] not in FAILED, item[0]))
    )


def _facts(run: Run) -> str:
    start = run.processes[0].start if run.processes else None
    facts = [time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(run.began))] if run.began else []
    facts.append(f"took {duration(run.seconds)}")
    if start is not None:
        facts.extend(
            f"{label} {value}".strip()
            for label, value in (("", start.runner), ("Python", start.python), ("Django", start.django))
            if value
        )
    outside = sum(isinstance(event, RequestServed) for event in run.outside)
    if outside:
        facts.append(f"{count(outside, 'request')} outside any test")
    if len(run.processes) > 1:
        facts.append(count(len(run.processes), "process", "processes"))
    return " · ".join(f"<span>{escape(fact)}</span>" for fact in facts)


def _warnings(run: Run, embedded: EmbeddedPages) -> str:
    texts = []
    killed = sum(not process.finished for process in run.processes)
    if killed:
        subject = "The run" if len(run.processes) == 1 else f"{killed} of {len(run.processes)} processes"
        texts.append(f"{subject} did not come to an end. Everything that was written before is shown.")
    if run.troubles:
        texts.append("Not all of the trace could be read: " + "; ".join(run.troubles[:5]))
    texts += [*left_out(run), *run.dropped]
    if embedded.left_out:
        texts.append(
            f"{count(len(embedded.left_out), 'page')} did not fit into this file; they are in the trace's folder."
        )
    if embedded.missing:
        texts.append(
            f"{count(len(embedded.missing), 'stored page')} could not be read from the trace's folder."
        )
    return "".join(f'<p class="warning" role="note">{escape(text)}</p>\n' for text in texts)


def _tier(tier: Tier) -> str:
    return (
        f'<tr><th scope="row"><span class="layer {tier.layer}">{tier.layer}</span> '
        f'<span class="meaning">{escape(MEANING[tier.layer])}</span></th>'
        f'<td class="number">{tier.count}</td><td class="number">{escape(duration(tier.seconds))}</td>'
        f'<td class="number">{escape(percent(tier.share))}</td>'
        f'<td class="number soft">{escape(HEALTH[tier.layer])}</td></tr>\n'
    )


def _to_look_at(run: Run, table: list[tuple[str, Test]]) -> str:
    keys = {id(test): key for key, test in table}
    groups = group_by_cause(test for test in run.last if test.bad)
    if not groups:
        return ""
    lines = "".join(_group([(keys[id(test)], test) for test in group]) for group in groups[:_LISTED])
    rest = sum(map(len, groups[_LISTED:]))
    more = f'<p class="note">and {rest} more in the list below</p>' if rest else ""
    return _card("look", "To look at", lines, more)


def _group(tests: list[tuple[str, Test]]) -> str:
    """Return a group of failures as one item: its first test, and the others in a closed list."""
    key, first = tests[0]
    others = "".join(_link(other, test, test.name or test.key) for other, test in tests[1:])
    folded = (
        f'<details class="alike"><summary>{len(tests) - 1:,} more fail alike</summary><ul>{others}</ul></details>'
        if others
        else ""
    )
    return _link(key, first, reason_line(first), folded)


def _slowest(run: Run, table: list[tuple[str, Test]]) -> str:
    last = {id(test) for test in run.last}
    stories = [(key, test) for key, test in table if test.story and id(test) in last]
    stories.sort(key=lambda item: item[1].seconds, reverse=True)
    if not stories:
        return ""
    lines = (_link(key, test, duration(test.seconds)) for key, test in stories[:_SLOWEST])
    return _card("slowest", "Slowest stories", "".join(lines))


def _heavy(run: Run, table: list[tuple[str, Test]]) -> str:
    keys = {id(test): key for key, test in table}
    lines = [
        _link(keys[id(each.test)], each.test, ", ".join(each.reasons)) for each in outliers(run)[:_LISTED]
    ]
    return _card("heavy", "Heavier than the rest", "".join(lines)) if lines else ""


def _changes(run: Run, table: list[tuple[str, Test]]) -> str:
    """Return what differs from earlier runs, each kind with its heading."""
    keys = {id(test): key for key, test in table}
    parts = []
    for kind, heading in HEADINGS.items():
        found = [each for each in run.changes if each.kind == kind]
        lines = "".join(
            _link(keys[id(each.test)], each.test, each.what)
            if each.test is not None
            else f'<li class="page"><code>{escape(each.what)}</code></li>'
            for each in found[:_LISTED]
        )
        more = f'<p class="note">and {len(found) - _LISTED:,} more</p>' if len(found) > _LISTED else ""
        if found:
            parts.append(
                f'<h3>{heading} <span class="aside">{len(found):,}</span></h3><ul class="links">{lines}</ul>{more}'
            )
    if not parts:
        return ""
    return (
        '<section class="card since" aria-labelledby="since"><h2 id="since">Since the last runs</h2>'
        f"{''.join(parts)}</section>"
    )


def _left(run: Run, table: list[tuple[str, Test]]) -> str:
    keys = {id(test): key for key, test in table}
    lines = [
        _link(keys[id(test)], test, note.title)
        if test is not None
        else f'<li><span class="aside">{escape(note.title)}</span></li>'
        for test, note in browsers_left(run)
    ]
    return _card("left", "Browsers that were not quit", "".join(lines)) if lines else ""


def _card(identity: str, heading: str, lines: str, more: str = "") -> str:
    return (
        f'<section class="card {identity}" aria-labelledby="{identity}">'
        f'<h2 id="{identity}">{escape(heading)}</h2><ul class="links">{lines}</ul>{more}</section>'
    )


def _link(key: str, test: Test, aside: str, more: str = "") -> str:
    return (
        f'<li><a href="#{key}"><span class="dot {escape(test.outcome)}"></span>'
        f'<span class="what">{escape(test.heading)}</span> <span class="aside">{escape(aside)}</span></a>{more}</li>'
    )


def _version() -> str:
    try:
        return version("django-journey")
    except PackageNotFoundError:
        return ""
