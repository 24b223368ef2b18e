"""The report for readers without scripts: a plain list of the tests, and the steps of every story."""

from __future__ import annotations

from django_journey._report.model import Step, Test, walk
from django_journey._report.pyramid import layer_of
from django_journey._report.story_lines import story_lines
from django_journey._report.story_pictures import sequence, times
from django_journey._report.wording import count, duration, escape, outcome_words
from django_journey._trace.record.events import Failure, MailSent, Noted, RequestServed

__all__ = ["noscript_list"]

_ROOM = 500_000  # characters of drawings


def noscript_list(table: list[tuple[str, Test]]) -> str:
    """Return the list as HTML for a ``<noscript>`` element: no nested ``<noscript>``, no script, no form."""
    drawn = _drawings(table)
    return f'<ol class="plain">{"".join(_test(test, key, drawn.get(key, "")) for key, test in table)}</ol>'


def _drawings(table: list[tuple[str, Test]]) -> dict[str, str]:
    """Return the drawings of failures, and of stories as far as they fit."""
    room, found = _ROOM, {}
    for key, test in sorted(table, key=lambda each: (not each[1].bad, not each[1].story)):
        if room > 0 and (test.bad or test.story):
            found[key] = sequence(test, key) + times(test, key)
            room -= len(found[key])
    return found


def _test(test: Test, key: str, drawn: str) -> str:
    facts = [outcome_words(test.outcome), layer_of(test) or "", duration(test.seconds)]
    requests = len(test.requests)
    if requests:
        facts.append(count(requests, "request"))
    head = (
        f"<b>{escape(test.heading)}</b> <small>{escape(' · '.join(fact for fact in facts if fact))}</small>"
    )
    body = f"<br><code>{escape(test.name or test.key)}</code>"
    failure = test.explanation
    if failure is not None:
        body += f"<pre>{escape(_four(failure))}</pre>"
    if test.reason:
        body += f"<p>{escape(test.reason)}</p>"
    if lines := story_lines(test):
        body += f"<p>As a story:</p><pre>{escape(chr(10).join(lines))}</pre>"
    if test.steps:
        body += f"<ol>{''.join(_step(step) for step in test.steps)}</ol>"
    return f'<li id="{key}">{head}{body}{drawn}</li>'


def _step(step: Step) -> str:
    words = " ".join(word for word in (step.actor, step.verb.replace("_", " "), step.what) if word)
    state = "" if step.ok and step.finished else ": failed" if step.finished else ": did not finish"
    caused = [_cause(part) for part in walk(step.parts)]
    lines = "".join(f"<br><small>{escape(text)}</small>" for text in caused if text)
    return f"<li>{escape(words)}{state}{lines}</li>"


def _cause(part: object) -> str:
    match part:
        case RequestServed():
            redirect = f" → {part.redirect}" if part.redirect else ""
            return f"{part.method} {part.url} {part.status}{redirect} ({part.view or 'no view'})"
        case MailSent():
            return f"mail to {', '.join(part.to)}: {part.subject}"
        case Noted():
            return f"{part.topic}: {part.title}"
        case _:
            return ""


def _four(failure: Failure) -> str:
    lines = [failure.sought or failure.message]
    if failure.where:
        lines.append(f"where: {failure.where}")
    lines.extend(f"nearest: {candidate}" for candidate in failure.nearest)
    if failure.instead:
        lines.append(f"instead: {failure.instead}")
    return "\n".join(lines)
