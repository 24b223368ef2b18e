"""The matchers of a page and of an API response."""

from __future__ import annotations

from typing import Any

from django_journey._dom.aria import snapshot
from django_journey._dom.query.parts import TextPattern
from django_journey._dom.tree.urls import join
from django_journey._pages.assertions.expected_text import expected_texts
from django_journey._pages.assertions.verdict import Expectation, Verdict, check, negated
from django_journey._pages.http.api import APIResponse
from django_journey._pages.page import Page
from django_journey._trace.record import recorder
from django_journey.errors import ExpectationError, Explanation

__all__ = ["APIResponseAssertions", "PageAssertions"]

_SHOWN = 1000
_TEXTUAL = ("text/", "application/json", "application/xml", "application/javascript")


class PageAssertions:
    """The matchers of a page; each checks once, since no page changes by itself."""

    def __init__(self, page: Page, message: str | None = None, *, negated: bool = False) -> None:
        self._page = page
        self._custom = message
        self._is_negated = negated

    def to_have_title(self, title_or_reg_exp: TextPattern, *, timeout: float | None = None) -> None:
        """Expect the page to have this title, with white space collapsed, or one that matches a pattern.

        Raises:
            ExpectationError: It has another title.
        """
        __tracebackhide__ = True
        (wanted,) = expected_texts([title_or_reg_exp], normalized=True)

        def examine() -> Verdict:
            received = self._page.title()
            return Verdict(wanted.matches(received), received)

        check(
            self._expectation("to_have_title", "Page title expected to be", title_or_reg_exp, timeout),
            examine,
        )

    def to_have_url(
        self, url_or_reg_exp: TextPattern, *, ignore_case: bool | None = None, timeout: float | None = None
    ) -> None:
        """Expect the page to be at this URL (relative to the context's base URL), or at one that matches a pattern.

        Raises:
            ExpectationError: It is at another URL.
        """
        __tracebackhide__ = True
        if isinstance(url_or_reg_exp, str):
            url_or_reg_exp = join(self._page.context.base_url, url_or_reg_exp)
        (wanted,) = expected_texts([url_or_reg_exp], ignore_case=ignore_case)

        def examine() -> Verdict:
            return Verdict(wanted.matches(self._page.url), self._page.url)

        check(self._expectation("to_have_url", "Page URL expected to be", url_or_reg_exp, timeout), examine)

    def to_match_aria_snapshot(self, expected: str, *, timeout: float | None = None) -> None:
        """Expect the page's ARIA snapshot to match a YAML template; see Playwright's "Aria snapshots".

        Raises:
            ExpectationError: It does not.
        """
        __tracebackhide__ = True

        def examine() -> Verdict:
            doc = self._page.document
            body = doc.tree.select_one("body")
            if body is None:  # a frameset
                return Verdict(False, "")
            matched = snapshot.match_snapshot(doc, body, expected)
            return Verdict(matched.matches, matched.received)

        message = "Page expected to match Aria snapshot"
        check(self._expectation("to_match_aria_snapshot", message, expected, timeout), examine)

    not_to_have_title = negated(to_have_title)
    not_to_have_url = negated(to_have_url)
    not_to_match_aria_snapshot = negated(to_match_aria_snapshot)

    @property
    def _not(self) -> PageAssertions:
        return PageAssertions(self._page, self._custom, negated=not self._is_negated)

    def _expectation(self, call: str, message: str, expected: Any, timeout: float | None) -> Expectation:
        return Expectation(
            call,
            message,
            page=self._page,
            expected=expected,
            negated=self._is_negated,
            custom=self._custom,
            timeout=timeout,
        )


class APIResponseAssertions:
    """The matchers of the response to an API request."""

    def __init__(self, response: APIResponse, message: str | None = None, *, negated: bool = False) -> None:
        self._response = response
        self._custom = message
        self._is_negated = negated

    def to_be_ok(self) -> None:
        """Expect a status from 200 to 299.

        Raises:
            ExpectationError: It is another; the message shows the text of the response.
        """
        __tracebackhide__ = True
        response = self._response
        with recorder.step("expect", f"{response.url} {'not ' if self._is_negated else ''}to be ok"):
            if response.ok is not self._is_negated:
                return
            status = f"within [200..299] range, was '{response.status}'"
            shown = (
                self._custom or f"Response status expected {'not ' if self._is_negated else ''}to be {status}"
            )
            lines = [f"→ GET {response.url}"]
            lines.append(f"← {response.status} {response.status_text}")
            text = shown + "\nCall log:\n" + "\n".join(f"  - {line}" for line in lines)
            if response.headers.get("content-type", "").startswith(_TEXTUAL):
                text += f"\n Response Text:\n{response.text()[:_SHOWN]}"
            raise ExpectationError(Explanation(shown, where=response.url), text)

    not_to_be_ok = negated(to_be_ok)

    @property
    def _not(self) -> APIResponseAssertions:
        return APIResponseAssertions(self._response, self._custom, negated=not self._is_negated)
