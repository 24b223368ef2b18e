"""How an expectation is judged, and what its failure says: expected, received, and what came nearest.

The wording follows Playwright's, so that what reads its messages reads these.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from django_journey.dom import near_miss
from django_journey.dom.find import find_all
from django_journey.dom.queries import Query
from django_journey.errors import Error, ExpectationError, Explanation, NeedsBrowser, StrictModeError
from django_journey.pages.actionability import look_at
from django_journey.trace import recorder

__all__ = ["Claim", "Verdict", "default_timeout", "judge", "one_element"]

_LONGEST = 300  # of what there is, in the four parts; the message itself has all of it

#: What ``expect.set_options`` said, in milliseconds; shown in messages, never waited for.
default_timeout: ContextVar[float] = ContextVar("django_journey_expect_timeout", default=5000)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out.

    Args:
        holds: Whether the claim holds as it stands, without ``not``.
        received: What there is, as the message shows it.
        element: The element, where there is one.
        count: How many elements were compared, where several are.
        error: Why nothing could be compared.
        near: What came nearest.
    """

    holds: bool
    received: Any = None
    element: Any = None
    count: int | None = None
    error: str = ""
    near: Explanation = field(default_factory=lambda: Explanation(""))


@dataclass(frozen=True, slots=True)
class Claim:
    """What is expected.

    Args:
        call: The matcher's name.
        message: What is expected, e.g. ``"Locator expected to have text"``.
        expected: The value that is expected, or ``None`` for a state.
        page: The page.
        query: What the claim is about, or ``None`` for the page itself.
        negated: It must not hold.
        custom: The test's own message.
        timeout: Milliseconds; shown, never waited for.
    """

    call: str
    message: str
    expected: Any = None
    page: Any = None
    query: Query | None = None
    negated: bool = False
    custom: str | None = None
    timeout: float | None = None


def one_element(page: Any, query: Query) -> Any:
    """Return the one element that a query finds, or ``None``.

    Raises:
        StrictModeError: Several fit.
    """
    found = find_all(page.document, query)
    if len(found) > 1:
        raise StrictModeError(near_miss.ambiguous(page.document, query, found, call="", where=page.url))
    return found[0] if found else None


def judge(claim: Claim, examine: Callable[[], Verdict]) -> None:
    """Examine a claim within a step of the trace.

    Args:
        claim: What is expected.
        examine: Finds out whether it holds, without regard to ``negated``.

    Raises:
        ExpectationError: It does not hold, or holds although it should not.
        NeedsBrowser: Only a browser could tell.
    """
    __tracebackhide__ = True
    with recorder.step("expect", _title(claim), actor=claim.page.context.actor, look=look_at(claim.page)):
        try:
            verdict = examine()
        except NeedsBrowser:
            raise
        except StrictModeError as error:
            verdict = Verdict(claim.negated, error=_strict(error.explanation), near=error.explanation)
        except Error as error:
            verdict = Verdict(claim.negated, error=error.explanation.sought, near=error.explanation)
        if verdict.holds is not claim.negated:
            return
        raise _failure(claim, verdict)


def _title(claim: Claim) -> str:
    words = claim.call.replace("_", " ")
    if claim.negated:
        words = f"not {words}"
    what = [] if claim.query is None else [str(claim.query)]
    return " ".join([*what, words, *([] if claim.expected is None else [repr(claim.expected)])])


def _strict(explanation: Explanation) -> str:
    return "\n".join([explanation.sought, *(f"    {line}" for line in explanation.nearest), ""])


def _failure(claim: Claim, verdict: Verdict) -> ExpectationError:
    message = claim.message.replace("expected to", "expected not to") if claim.negated else claim.message
    shown = f"{message} '{claim.expected}'" if claim.expected is not None else message
    if claim.custom:
        expected = f"\nExpected value: '{claim.expected or '<None>'}'" if claim.expected is not None else ""
        shown = claim.custom + expected
    where = getattr(claim.page, "url", "")
    explanation = replace(
        verdict.near, sought=shown.replace(repr(claim.expected), _plain(claim.expected)), where=where
    )
    if not verdict.near.instead and verdict.element is not None and claim.call == "to_be_visible":
        doc = claim.page.document
        if not claim.negated:
            explanation = replace(explanation, instead=near_miss.hidden_by(doc, verdict.element))
    error = f"\nError: {verdict.error}" if verdict.error else ""
    advice = _advice(claim, verdict, explanation)
    text = f"{shown}\nActual value: {verdict.received}{error} {_log(claim, verdict)}{advice}"
    if not explanation.nearest and verdict.received is not None:
        explanation = replace(explanation, nearest=(f"it is {_cut(repr(verdict.received))}",))
    return ExpectationError(explanation, text)


def _plain(expected: Any) -> str:
    return f"/{expected.pattern}/" if isinstance(expected, re.Pattern) else repr(expected)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _advice(claim: Claim, verdict: Verdict, explanation: Explanation) -> str:
    """Return where, nearest and instead; what several elements fit has told its candidates already."""
    if claim.query is None and verdict.error:
        return ""  # the expectation itself is wrong, wherever it is made
    nearest = () if "strict mode violation" in verdict.error else explanation.nearest
    return str(replace(explanation, sought="", nearest=nearest)).removeprefix("\n")


def _log(claim: Claim, verdict: Verdict) -> str:
    timeout = claim.timeout if claim.timeout is not None else default_timeout.get()
    call = f"not_{claim.call}" if claim.negated else claim.call
    sought = "" if claim.query is None else f" {claim.query}"
    lines = [f'Expect "{call}"{sought} with timeout {timeout:g}ms']
    if claim.query is not None:
        lines.append(f"waiting for {claim.query}")
    if verdict.element is not None:
        lines.append(f"  locator resolved to {near_miss.show(verdict.element)}")
    elif verdict.count is not None:
        lines.append(f"  locator resolved to {verdict.count} element{'' if verdict.count == 1 else 's'}")
    compared = claim.query is None or verdict.element is not None or verdict.count is not None
    if compared and not verdict.error:
        lines.append(f'  unexpected value "{verdict.received}"')
    return "\nCall log:\n" + "".join(f"  - {line}\n" for line in lines)
