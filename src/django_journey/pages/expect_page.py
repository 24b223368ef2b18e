"""What a test may expect of a page and of an API response."""

from __future__ import annotations

from typing import Any

from django_journey.dom import outline
from django_journey.dom.queries import TextPattern
from django_journey.dom.urls import join
from django_journey.errors import ExpectationError, Explanation
from django_journey.pages.expected_text import expected_texts
from django_journey.pages.judging import Claim, Verdict, judge
from django_journey.trace import recorder

__all__ = ["APIResponseAssertions", "PageAssertions"]

_SHOWN = 1000
_TEXTUAL = ("text/", "application/json", "application/xml", "application/javascript")


class PageAssertions:
    """What is expected of a page; each matcher looks once, since nothing changes by itself here."""

    def __init__(self, page: Any, message: str | None = None, *, negated: bool = False) -> None:
        self._page = page
        self._custom = message
        self._is_negated = negated

    def to_have_title(self, title_or_reg_exp: TextPattern, *, timeout: float | None = None) -> None:
        """Expect the page to have this title, with white space collapsed, or one that fits a pattern.

        Raises:
            ExpectationError: It has another.
        """
        __tracebackhide__ = True
        (wanted,) = expected_texts([title_or_reg_exp], normalized=True)

        def examine() -> Verdict:
            received = self._page.title()
            return Verdict(wanted.fits(received), received)

        judge(self._claim("to_have_title", "Page title expected to be", title_or_reg_exp, timeout), examine)

    def to_have_url(
        self, url_or_reg_exp: TextPattern, *, ignore_case: bool | None = None, timeout: float | None = None
    ) -> None:
        """Expect the page to be at this URL (relative to the context's base URL), or at one that fits a pattern.

        Raises:
            ExpectationError: It is at another.
        """
        __tracebackhide__ = True
        base_url = getattr(getattr(self._page, "context", None), "base_url", None)
        if isinstance(url_or_reg_exp, str) and base_url:
            url_or_reg_exp = join(base_url, url_or_reg_exp)
        (wanted,) = expected_texts([url_or_reg_exp], ignore_case=ignore_case)

        def examine() -> Verdict:
            return Verdict(wanted.fits(self._page.url), self._page.url)

        judge(self._claim("to_have_url", "Page URL expected to be", url_or_reg_exp, timeout), examine)

    def to_match_aria_snapshot(self, expected: str, *, timeout: float | None = None) -> None:
        """Expect the page's outline to match a YAML template; see Playwright's "Aria snapshots".

        Raises:
            ExpectationError: It does not.
        """
        __tracebackhide__ = True

        def examine() -> Verdict:
            doc = self._page.document
            matched = outline.match_snapshot(doc, doc.tree.select_one("body"), expected)
            return Verdict(matched.matches, matched.received)

        message = "Page expected to match Aria snapshot"
        judge(self._claim("to_match_aria_snapshot", message, expected, timeout), examine)

    def not_to_have_title(self, title_or_reg_exp: TextPattern, *, timeout: float | None = None) -> None:
        """Expect the opposite of ``to_have_title``."""
        __tracebackhide__ = True
        self._not.to_have_title(title_or_reg_exp, timeout=timeout)

    def not_to_have_url(
        self, url_or_reg_exp: TextPattern, *, ignore_case: bool | None = None, timeout: float | None = None
    ) -> None:
        """Expect the opposite of ``to_have_url``."""
        __tracebackhide__ = True
        self._not.to_have_url(url_or_reg_exp, ignore_case=ignore_case, timeout=timeout)

    def not_to_match_aria_snapshot(self, expected: str, *, timeout: float | None = None) -> None:
        """Expect the opposite of ``to_match_aria_snapshot``."""
        __tracebackhide__ = True
        self._not.to_match_aria_snapshot(expected, timeout=timeout)

    @property
    def _not(self) -> PageAssertions:
        return PageAssertions(self._page, self._custom, negated=not self._is_negated)

    def _claim(self, call: str, message: str, expected: Any, timeout: float | None) -> Claim:
        return Claim(
            call,
            message,
            expected,
            page=self._page,
            negated=self._is_negated,
            custom=self._custom,
            timeout=timeout,
        )


class APIResponseAssertions:
    """What is expected of the response to an API request."""

    def __init__(self, response: Any, message: str | None = None, *, negated: bool = False) -> None:
        self._response = response
        self._custom = message
        self._is_negated = negated

    def to_be_ok(self) -> None:
        """Expect a status from 200 to 299.

        Raises:
            ExpectationError: It is another; the text of the response is shown.
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
            lines = [f"→ {getattr(response, 'method', 'GET')} {response.url}"]
            lines.append(f"← {response.status} {response.status_text}")
            text = shown + "\nCall log:\n" + "\n".join(f"  - {line}" for line in lines)
            if response.headers.get("content-type", "").startswith(_TEXTUAL):
                text += f"\n Response Text:\n{response.text()[:_SHOWN]}"
            raise ExpectationError(Explanation(shown, where=response.url), text)

    def not_to_be_ok(self) -> None:
        """Expect a status outside 200 to 299."""
        __tracebackhide__ = True
        APIResponseAssertions(self._response, self._custom, negated=not self._is_negated).to_be_ok()
