"""The summary in the terminal at the end of a run: pyramid, slowest stories, failures, path of the report."""

from __future__ import annotations

import textwrap
from pathlib import Path

from django_journey._report.failure_groups import group_by_cause, names_of
from django_journey._report.model import Run, Step, Test
from django_journey._report.outliers import browsers_left, outliers
from django_journey._report.over_time import HEADINGS
from django_journey._report.pyramid import Layer, Tier, pyramid_of
from django_journey._report.wording import HEALTH, count, duration, outcome_words, percent, shape
from django_journey._trace.failures.lead_up import lead_up
from django_journey._trace.record.events import Failure
from django_journey.errors import visible

__all__ = ["change_lines", "summary"]

_SLOWEST = 5
_FAILURES = 10
_HEAVY = 2
_CHANGES = 3  # of each kind
_LINES = 10  # of one failure's message
_TINTS: dict[Layer, str] = {"unit": "32", "narrow": "36", "broad": "34", "browser": "35"}
_FIGURES = 48  # columns for the table beside the bars: layer, tests, time, share, healthy


def summary(
    run: Run, width: int = 80, colour: bool = False, *, report: Path | None = None, ascii_only: bool = False
) -> list[str]:
    """Return the summary line by line.

    Args:
        run: The run.
        width: The terminal's width in columns; no line is longer, from 60 columns on.
        colour: Whether ANSI colours may be used.
        report: The path of the HTML report, named at the end.
        ascii_only: Whether the terminal's encoding has no box and block characters.
    """
    width = max(60, width)
    terminal = _Terminal(width, colour, "#-!..." if ascii_only else "█─✗…")
    lines = _shape(run, terminal)
    lines += _slowest(run, terminal)
    lines += _heavy(run, terminal)
    lines += _left(run, terminal)
    lines += _failures(run, terminal)
    lines += _changes(run, terminal)
    lines += _incomplete(run, terminal)
    if report is not None:
        lines += ["", terminal.strong("Report: ") + visible(str(report))]
    return lines


def change_lines(run: Run) -> list[str]:
    """Return what differs from earlier runs, line by line."""
    return _changes(run, _Terminal(10_000, False, "#-!..."))[2:] or ["Nothing differs."]


class _Terminal:
    """The terminal's width, colours and characters."""

    def __init__(self, width: int, colour: bool, characters: str) -> None:
        self.width = width
        self.colour = colour
        self.block, self.line, self.cross, self.dots = (
            characters[0],
            characters[1],
            characters[2],
            characters[3:],
        )

    def tint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def strong(self, text: str) -> str:
        return self.tint(text, "1")

    def soft(self, text: str) -> str:
        return self.tint(text, "2")

    def rule(self, title: str) -> str:
        return self.strong(title) + " " + self.soft(self.line * (self.width - len(title) - 1))

    def cut(self, text: str, room: int) -> str:
        text = " ".join(visible(text).split())
        return text if len(text) <= room else text[: max(0, room - len(self.dots))] + self.dots

    def folded(self, text: str, indent: str, first: str = "") -> list[str]:
        """Wrap a text to the terminal's width, without losing any of it."""
        lines: list[str] = []
        for number, line in enumerate(visible(text).splitlines() or [""]):
            start = (first or indent) if number == 0 else indent
            lines += textwrap.wrap(
                line,
                self.width,
                initial_indent=start,
                subsequent_indent=indent,
                break_on_hyphens=False,
                drop_whitespace=True,
            ) or [start.rstrip()]
        return lines


def _shape(run: Run, terminal: _Terminal) -> list[str]:
    pyramid = pyramid_of(run)
    room = min(terminal.width - _FIGURES, 60)
    room -= 1 - room % 2
    head = f"{'':{room}}  {'layer':<8}{'tests':>7}{'time':>12}{'share':>7}  healthy"
    lines = [terminal.rule("The shape of the suite"), terminal.soft(head)]
    widest = max((tier.share for tier in pyramid.tiers), default=0.0)
    lines += [_tier(tier, room, widest, terminal) for tier in pyramid.tiers]
    return [*lines, *(terminal.soft(line) for line in terminal.folded(shape(pyramid, run), ""))]


def _tier(tier: Tier, room: int, widest: float, terminal: _Terminal) -> str:
    blocks = 0
    if tier.count:
        # The widest tier fills the space; each width is odd, so that all tiers have the same centre.
        blocks = round(tier.share / widest * room)
        blocks = min(room, blocks + 1 - blocks % 2)
    side = (room - blocks) // 2
    bar = (
        " " * side + terminal.tint(terminal.block * blocks, _TINTS[tier.layer]) + " " * (room - side - blocks)
    )
    figures = f"  {tier.layer:<8}{tier.count:>7,}{duration(tier.seconds):>12}{percent(tier.share):>7}  "
    return bar + figures + terminal.soft(HEALTH[tier.layer])


def _slowest(run: Run, terminal: _Terminal) -> list[str]:
    stories = sorted((test for test in run.last if test.story), key=lambda test: test.seconds, reverse=True)
    if not stories:
        return []
    lines = ["", terminal.rule("Slowest stories")]
    for test in stories[:_SLOWEST]:
        requests = test.requests
        queries = sum(request.queries.count for request in requests)
        facts = f"{count(len(requests), 'request')}, {count(queries, 'query', 'queries')}"
        room = terminal.width - 14 - len(facts)
        lines.append(
            f"{duration(test.seconds):>10}  {terminal.cut(test.heading, room):<{room}}  {terminal.soft(facts)}"
        )
    return lines


def _heavy(run: Run, terminal: _Terminal) -> list[str]:
    found = outliers(run)
    if not found:
        return []
    found_lines = [f"{each.test.name or each.test.key}: {', '.join(each.reasons)}" for each in found[:_HEAVY]]
    more = [f"and {len(found) - _HEAVY} more, in the report"] if len(found) > _HEAVY else []
    return ["", *terminal.folded("; ".join([*found_lines, *more]), "  ", "Heavier than the rest: ")]


def _left(run: Run, terminal: _Terminal) -> list[str]:
    found = browsers_left(run)
    if not found:
        return []
    lines = ["", terminal.rule("Browsers that were not quit")]
    for test, note in found:
        lines += terminal.folded(
            f"{test.name or test.key}: {note.title}" if test else note.title, "    ", "  "
        )
    return lines


def _failures(run: Run, terminal: _Terminal) -> list[str]:
    bad = [test for test in run.last if test.bad]
    if not bad:
        return []
    lines = ["", terminal.rule(f"To look at ({len(bad)} of {count(len(run.last), 'test')})")]
    groups = group_by_cause(bad)
    for first, *others in groups[:_FAILURES]:
        lines += _failure(first, terminal)
        if others:
            others_line = f"{count(len(others), 'test fails', 'tests fail')} alike: {names_of(others)}"
            lines += terminal.folded(others_line, "            ", "  and:      ")
    if rest := sum(map(len, groups[_FAILURES:])):
        lines.append(f"  and {rest} more, in the report")
    return lines


def _changes(run: Run, terminal: _Terminal) -> list[str]:
    lines: list[str] = []
    for kind, heading in HEADINGS.items():
        found = [each for each in run.changes if each.kind == kind]
        for each in found[:_CHANGES]:
            name = f"{each.test.name or each.test.key}: " if each.test is not None else ""
            lines += terminal.folded(f"{name}{each.what}", "    ", f"  {heading.lower()}: ")
        if len(found) > _CHANGES:
            lines.append(f"  {heading.lower()}: and {len(found) - _CHANGES:,} more, in the report")
    return ["", terminal.rule("Since the last runs"), *lines] if lines else []


def _incomplete(run: Run, terminal: _Terminal) -> list[str]:
    lines: list[str] = []
    killed = sum(not process.finished for process in run.processes)
    if killed:
        who = "The run" if len(run.processes) == 1 else f"{killed} of {len(run.processes)} processes"
        lines += terminal.folded(
            f"{who} did not come to an end; everything that was written before is counted.", ""
        )
    for trouble in run.troubles:
        lines += terminal.folded(f"not read: {trouble}", "  ")
    for line in run.dropped:
        lines += terminal.folded(line, "  ")
    return ["", *lines] if lines else []


def _failure(test: Test, terminal: _Terminal) -> list[str]:
    outcome = visible(outcome_words(test.outcome))
    title = terminal.cut(test.heading, terminal.width - 4 - len(outcome))
    lines = [
        f"{terminal.tint(terminal.cross, '31')} {terminal.strong(title)}  {terminal.tint(outcome, '31')}"
    ]
    lines += [terminal.soft(line) for line in terminal.folded(test.name or test.key, "  ")]
    step, total = _outermost_failed(test), len(test.steps)
    if step is None and test.outcome == "unfinished" and test.steps:
        step = test.steps[-1]
        lines += terminal.folded(_words(step), "            ", f"  step:     ended after {total}, ")
    elif step is not None:
        lines += terminal.folded(
            _words(step), "            ", f"  step:     {test.steps.index(step) + 1} of {total}, "
        )
    failure = test.explanation
    if failure is not None:
        lines += _four_parts(failure, terminal)
    elif test.reason:
        lines += terminal.folded(test.reason, "            ", "  reason:   ")
    return lines + _led(test, terminal)


def _led(test: Test, terminal: _Terminal) -> list[str]:
    lines: list[str] = []
    for number, line in enumerate(lead_up(test.requests)):
        indent = " " * (12 + len(line) - len(line.lstrip()))
        lines += terminal.folded(line.strip(), indent, "  led by:   " if number == 0 else indent)
    return lines


def _words(step: Step) -> str:
    words = " ".join(word for word in (step.actor, step.verb.replace("_", " "), step.what) if word)
    return f"{words} ({step.place})" if step.place else words


def _outermost_failed(test: Test) -> Step | None:
    found = [step for step in test.steps if not step.ok or not step.finished]
    return found[-1] if found else None


def _four_parts(failure: Failure, terminal: _Terminal) -> list[str]:
    indent = "            "
    name = failure.type.rpartition(".")[2]
    # Only the library's own errors have the four parts; others have just their message.
    sought = failure.sought or f"{name}: {failure.message.strip()}"
    lines = terminal.folded(sought, indent, "  sought:   " if failure.sought else "  error:    ")
    if len(lines) > _LINES:
        # A browser's stack, say; the report shows all of it.
        left = len(lines) - _LINES
        lines = [*lines[:_LINES], f"{indent}{terminal.dots} {count(left, 'more line')} in the report"]
    if failure.where:
        lines += terminal.folded(failure.where, indent, "  where:    ")
    for number, candidate in enumerate(failure.nearest):
        lines += terminal.folded(candidate, indent, "  nearest:  " if number == 0 else indent)
    if failure.instead:
        lines += terminal.folded(failure.instead, indent, "  instead:  ")
    return lines
