"""The check of an expectation and the message of its failure, worded as Playwright's."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

from django_journey._dom.query import query_errors
from django_journey._dom.query.element_line import show
from django_journey._dom.query.find import find_all
from django_journey._dom.query.parts import Query
from django_journey._dom.tree.parser import Element
from django_journey._pages.behaviours.fire import Patience, check_done, may_be_there
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.snapshot import page_step
from django_journey._trace.record import recorder
from django_journey.errors import Error, ExpectationError, Explanation, NeedsBrowser, StrictModeError

__all__ = ["Expectation", "Verdict", "check", "default_timeout", "negated", "one_element"]

#: The matchers for which all that is in an element matters.
_OF_ALL = ("to_have_text", "to_be_empty", "to_match_aria_snapshot")
_LONGEST = 300  # characters of a received value in the explanation; the message has all of it

#: The timeout of ``expect.set_options``, in milliseconds; it is shown in messages, and nothing is waited for.
default_timeout: ContextVar[float] = ContextVar("django_journey_expect_timeout", default=5000)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a check.

    Args:
        holds: Whether the expectation is met, apart from ``not``.
        received: The actual value, as the message shows it.
        element: The element that was checked, if one was.
        count: How many elements were compared, if several were.
        error: Why nothing could be compared.
        near: Returns the nearest candidates, which are looked for only if the test fails.
    """

    holds: bool
    received: Any = None
    element: Element | None = None
    count: int | None = None
    error: str = ""
    near: Callable[[], Explanation] = lambda: Explanation("")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected.

    Args:
        call: The matcher's name.
        message: What is expected, e.g. ``"Locator expected to have text"``.
        page: The page.
        expected: The expected value; ``None`` for a state.
        query: Finds the elements; ``None`` where the page itself is checked.
        negated: Whether the opposite is expected.
        custom: The message that the test gave.
        timeout: Milliseconds; shown, and not waited for.
    """

    call: str
    message: str
    page: PageProtocol
    expected: Any = None
    query: Query | None = None
    negated: bool = False
    custom: str | None = None
    timeout: float | None = None


def one_element(page: PageProtocol, query: Query) -> Element | None:
    """Return the only element that a query finds, or ``None``.

    Raises:
        StrictModeError: Several elements are found.
    """
    found = find_all(page.document, query)
    if len(found) > 1:
        raise StrictModeError(query_errors.ambiguous(page.document, query, found, call="", where=page.url))
    return found[0] if found else None


def check(expectation: Expectation, examine: Callable[[], Verdict]) -> None:
    """Check an expectation, as a step of the trace.

    Args:
        expectation: What is expected.
        examine: Returns whether it holds, apart from ``negated``.

    Raises:
        ExpectationError: It is not met.
        NeedsBrowser: Only a browser can check it.
    """
    __tracebackhide__ = True
    with page_step(expectation.page, "expect", _title(expectation) if recorder.current() is not None else ""):
        timeout = default_timeout.get() if expectation.timeout is None else expectation.timeout
        patience = Patience(expectation.page, timeout)
        while True:
            verdict = _examined(expectation, examine)
            if verdict.holds is not expectation.negated:
                if expectation.query is not None:
                    whole = expectation.negated or expectation.call in _OF_ALL
                    check_done(
                        expectation.page, verdict.element, f"expect(…).{_name(expectation)}", whole=whole
                    )
                patience.end()
                return
            if not patience.more():
                raise _failure(expectation, verdict)


def _examined(expectation: Expectation, examine: Callable[[], Verdict]) -> Verdict:
    try:
        return examine()
    except NeedsBrowser:
        raise
    except StrictModeError as error:
        return Verdict(expectation.negated, error=_strict(error.explanation), near=_known(error))
    except Error as error:
        return Verdict(expectation.negated, error=error.explanation.sought, near=_known(error))


def _known(error: Error) -> Callable[[], Explanation]:
    explanation = error.explanation
    return lambda: explanation


class _Matchers(Protocol):
    @property
    def _not(self) -> Self: ...


M = TypeVar("M", bound=_Matchers)
P = ParamSpec("P")


def negated(matcher: Callable[Concatenate[M, P], None]) -> Callable[Concatenate[M, P], None]:
    """Return the negation of a matcher, with the same arguments."""

    @wraps(matcher)
    def call(self: M, /, *args: P.args, **kwargs: P.kwargs) -> None:
        __tracebackhide__ = True
        matcher(self._not, *args, **kwargs)

    call.__name__ = f"not_{matcher.__name__}"
    call.__doc__ = f"Expect the opposite of ``{matcher.__name__}``."
    return call


def _name(expectation: Expectation) -> str:
    return f"not_{expectation.call}" if expectation.negated else expectation.call


def _title(expectation: Expectation) -> str:
    words = expectation.call.replace("_", " ")
    if expectation.negated:
        words = f"not {words}"
    what = [] if expectation.query is None else [str(expectation.query)]
    return " ".join([*what, words, *([] if expectation.expected is None else [repr(expectation.expected)])])


def _strict(explanation: Explanation) -> str:
    return "\n".join([explanation.sought, *(f"    {line}" for line in explanation.nearest), ""])


def _failure(expectation: Expectation, verdict: Verdict) -> ExpectationError:
    message, expected = expectation.message, expectation.expected
    if expectation.negated:
        message = message.replace("expected to", "expected not to")
    shown = message if expected is None else f"{message} '{expected}'"
    if expectation.custom:
        shown = expectation.custom
        if expected is not None:
            shown += f"\nExpected value: '{expected or '<None>'}'"
    sought = shown.replace(repr(expected), _plain(expected))
    explanation = replace(verdict.near(), sought=sought, where=expectation.page.url)
    is_hidden = expectation.call == "to_be_visible" and not expectation.negated
    if is_hidden and verdict.element is not None and not explanation.instead:
        why = query_errors.hidden_by(expectation.page.document, verdict.element)
        explanation = replace(explanation, instead=why)
    if expectation.query is not None:
        explanation = may_be_there(expectation.page, verdict.element, explanation)
    error = f"\nError: {verdict.error}" if verdict.error else ""
    advice = _advice(expectation, verdict, explanation)
    text = f"{shown}\nActual value: {verdict.received}{error} {_log(expectation, verdict)}{advice}"
    if not explanation.nearest and verdict.received is not None:
        explanation = replace(explanation, nearest=(f"it is {_cut(repr(verdict.received))}",))
    return ExpectationError(explanation, text)


def _plain(expected: Any) -> str:
    return f"/{expected.pattern}/" if isinstance(expected, re.Pattern) else repr(expected)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _advice(expectation: Expectation, verdict: Verdict, explanation: Explanation) -> str:
    """Return where, nearest and instead; an error of strict mode lists its candidates itself."""
    if expectation.query is None and verdict.error:
        return ""  # the expectation itself is invalid
    nearest = () if "strict mode violation" in verdict.error else explanation.nearest
    return str(replace(explanation, sought="", nearest=nearest)).removeprefix("\n")


def _log(expectation: Expectation, verdict: Verdict) -> str:
    timeout = expectation.timeout if expectation.timeout is not None else default_timeout.get()
    sought = "" if expectation.query is None else f" {expectation.query}"
    lines = [f'Expect "{_name(expectation)}"{sought} with timeout {timeout:g}ms']
    if expectation.query is not None:
        lines.append(f"waiting for {expectation.query}")
    if verdict.element is not None:
        lines.append(f"  locator resolved to {show(verdict.element)}")
    elif verdict.count is not None:
        lines.append(f"  locator resolved to {verdict.count} element{'' if verdict.count == 1 else 's'}")
    compared = expectation.query is None or verdict.element is not None or verdict.count is not None
    if compared and not verdict.error:
        lines.append(f'  unexpected value "{verdict.received}"')
    return "\nCall log:\n" + "".join(f"  - {line}\n" for line in lines)
