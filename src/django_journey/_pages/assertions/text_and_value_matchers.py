"""The matchers of a locator for texts and values: text, class, attribute, name, value, ARIA snapshot."""

# ruff: noqa: D417 - the timeout, which changes nothing, is documented in the class

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django_journey._dom.aria import names, roles, snapshot
from django_journey._dom.forms import controls
from django_journey._dom.query.layout_classes import check_class
from django_journey._dom.query.parts import TextPattern
from django_journey._dom.rendering.text import inner_text, text_of
from django_journey._dom.tree.parser import Element
from django_journey._pages.actions import actionability
from django_journey._pages.assertions.base import LocatorMatchers
from django_journey._pages.assertions.expected_text import (
    Expected,
    expected_texts,
    is_several,
    match_in_order,
)
from django_journey._pages.assertions.verdict import Verdict, check
from django_journey.errors import Error, NeedsBrowser

__all__ = ["ValueMatchers"]

Texts = TextPattern | Sequence[TextPattern]


class ValueMatchers(LocatorMatchers):
    """Matchers that compare a text or a value."""

    def to_have_text(
        self,
        expected: Texts,
        *,
        ignore_case: bool | None = None,
        timeout: float | None = None,
        use_inner_text: bool | None = None,
    ) -> None:
        """Expect the element to have this text; a list: one text for each element, and no more elements.

        Args:
            expected: The whole text, with white space collapsed, or a pattern, or a list of them.
            ignore_case: Whether letter case is ignored.
            use_inner_text: Whether to compare the rendered text.
        """
        __tracebackhide__ = True
        self._text("to_have_text", "have text", expected, False, ignore_case, timeout, use_inner_text)

    def to_contain_text(
        self,
        expected: Texts,
        *,
        ignore_case: bool | None = None,
        timeout: float | None = None,
        use_inner_text: bool | None = None,
    ) -> None:
        """Expect the element's text to contain this; a list: elements with these texts, in this order.

        Args:
            expected: A part of the text, with white space collapsed, or a pattern, or a list of them.
            ignore_case: Whether letter case is ignored.
            use_inner_text: Whether to compare the rendered text.
        """
        __tracebackhide__ = True
        self._text("to_contain_text", "contain text", expected, True, ignore_case, timeout, use_inner_text)

    def _text(
        self,
        call: str,
        words: str,
        expected: Any,
        substring: bool,
        ignore_case: bool | None,
        timeout: float | None,
        use_inner_text: bool | None,
    ) -> None:
        __tracebackhide__ = True

        def read(el: Element) -> str:
            doc = self._page.document
            return inner_text(doc, el) if use_inner_text else text_of(doc, el).full

        several = is_several(expected)
        wanted = expected_texts(
            expected if several else [expected], substring=substring, normalized=True, ignore_case=ignore_case
        )
        message = f"Locator expected to {words}"
        if several:
            self._elements(call, message, expected, wanted, read, whole=not substring, timeout=timeout)
        else:
            self._string(call, message, expected, wanted[0], read, timeout)

    def to_have_class(self, expected: Texts, *, timeout: float | None = None) -> None:
        """Expect the whole ``class`` attribute to be this; a list: one for each element."""
        __tracebackhide__ = True
        message = "Locator expected to have class"
        if is_several(expected):
            wanted = expected_texts(expected)
            self._elements(
                "to_have_class", message, expected, wanted, self._class, whole=True, timeout=timeout
            )
        else:
            (one,) = expected_texts([expected])
            self._string("to_have_class", message, expected, one, self._class, timeout)

    def to_contain_class(self, expected: str | Sequence[str], *, timeout: float | None = None) -> None:
        """Expect the element to have these classes among others; a list: one entry for each element."""
        __tracebackhide__ = True
        _check_no_patterns(expected)
        if isinstance(expected, str):
            self._element(
                "to_contain_class",
                "Locator expected to contain class",
                lambda el: Verdict(_has_classes(self._class(el), expected), self._class(el), el),
                expected=expected,
                timeout=timeout,
            )
            return

        def examine() -> Verdict:
            found = self._found()
            there = [self._class(el) for el in found]
            holds = len(found) == len(expected) and all(map(_has_classes, there, expected))
            return Verdict(holds, there, count=len(found))

        message = "Locator expected to contain class names"
        check(self._expectation("to_contain_class", message, expected, timeout), examine)

    def _class(self, el: Element) -> str:
        check_class(self._page.document, el, "expect(locator)")
        value: str = el.attr("class") or ""
        return value

    def to_have_attribute(
        self,
        name: str,
        value: TextPattern | None = None,
        *,
        ignore_case: bool | None = None,
        timeout: float | None = None,
    ) -> None:
        """Expect the element to have an attribute, with this value if one is given.

        Args:
            name: The attribute's name.
            value: Its whole value, or a pattern.
            ignore_case: Whether letter case of the value is ignored.
        """
        __tracebackhide__ = True
        wanted = None if value is None else expected_texts([value], ignore_case=ignore_case)[0]

        def examine(el: Element) -> Verdict:
            received = (
                self._class(el) or el.attr("class") if name.lower() == "class" else el.attr(name.lower())
            )
            holds = received is not None and (wanted is None or wanted.matches(received))
            return Verdict(holds, received, el)

        message = "Locator expected to have attribute"
        self._element("to_have_attribute", message, examine, expected=value, timeout=timeout)

    def to_have_id(self, id: TextPattern, *, timeout: float | None = None) -> None:  # noqa: A002 - Playwright's name
        """Expect the element to have this ID, or one that matches a pattern."""
        __tracebackhide__ = True
        (wanted,) = expected_texts([id])
        message = "Locator expected to have ID"
        self._string("to_have_id", message, id, wanted, lambda el: el.attr("id") or "", timeout)

    def to_have_role(self, role: str, *, timeout: float | None = None) -> None:
        """Expect the element to have this ARIA role."""
        __tracebackhide__ = True
        if not isinstance(role, str):
            raise Error('"role" argument in to_have_role must be a string')
        message = "Locator expected to have accessible role"
        read = lambda el: roles.role_of(self._page.document, el) or ""  # noqa: E731 - as short as it reads
        self._string("to_have_role", message, role, Expected(role), read, timeout)

    def to_have_accessible_name(
        self, name: TextPattern, *, ignore_case: bool | None = None, timeout: float | None = None
    ) -> None:
        """Expect the element to have this accessible name, with white space collapsed, or a pattern."""
        __tracebackhide__ = True
        self._accessible("name", name, names.name_of, ignore_case, timeout)

    def to_have_accessible_description(
        self, description: TextPattern, *, ignore_case: bool | None = None, timeout: float | None = None
    ) -> None:
        """Expect the element to have this accessible description, or a pattern."""
        __tracebackhide__ = True
        self._accessible("description", description, names.description_of, ignore_case, timeout)

    def to_have_accessible_error_message(
        self, error_message: TextPattern, *, ignore_case: bool | None = None, timeout: float | None = None
    ) -> None:
        """Expect the element to have this accessible error message, or a pattern."""
        __tracebackhide__ = True
        self._accessible("error message", error_message, names.error_message_of, ignore_case, timeout)

    def _accessible(
        self, what: str, expected: TextPattern, read: Any, ignore_case: bool | None, timeout: float | None
    ) -> None:
        __tracebackhide__ = True
        (wanted,) = expected_texts([expected], normalized=True, ignore_case=ignore_case)
        call = f"to_have_accessible_{what.replace(' ', '_')}"
        message = f"Locator expected to have accessible {what}"
        self._string(call, message, expected, wanted, lambda el: read(self._page.document, el), timeout)

    def to_have_value(self, value: TextPattern, *, timeout: float | None = None) -> None:
        """Expect an input, text area or select to have this value, or one that matches a pattern."""
        __tracebackhide__ = True
        (wanted,) = expected_texts([value])

        def read(el: Element) -> str:
            doc = self._page.document
            el = actionability.retarget(doc, el)
            if el.tag not in ("input", "textarea", "select"):
                raise Error("Not an input element")
            return controls.value(doc, el)

        self._string("to_have_value", "Locator expected to have Value", value, wanted, read, timeout)

    def to_have_values(self, values: Sequence[TextPattern], *, timeout: float | None = None) -> None:
        """Expect a multiple select to have these values selected, in this order."""
        __tracebackhide__ = True
        wanted = expected_texts(values)

        def examine(el: Element) -> Verdict:
            doc = self._page.document
            el = actionability.retarget(doc, el)
            if el.tag != "select" or el.attr("multiple") is None:
                raise Error("Not a select element with a multiple attribute")
            received = [controls.value(doc, option) for option in controls.selected_options(doc, el)]
            return Verdict(match_in_order(wanted, received, whole=True), received, el)

        message = "Locator expected to have Values"
        self._element("to_have_values", message, examine, expected=values, timeout=timeout)

    def to_have_css(
        self, name: str, value: TextPattern, *, pseudo: str | None = None, timeout: float | None = None
    ) -> None:
        """Unsupported: only a browser computes styles."""
        raise NeedsBrowser("expect(…).to_have_css()", "only a browser computes styles")

    def to_have_js_property(self, name: str, value: Any, *, timeout: float | None = None) -> None:
        """Unsupported: no script runs here."""
        raise NeedsBrowser("expect(…).to_have_js_property()", "no script runs here")

    def to_match_aria_snapshot(self, expected: str, *, timeout: float | None = None) -> None:
        """Expect the element's ARIA snapshot to match a YAML template; see Playwright's "Aria snapshots"."""
        __tracebackhide__ = True

        def examine(el: Element) -> Verdict:
            matched = snapshot.match_snapshot(self._page.document, el, expected)
            return Verdict(matched.matches, matched.received, el)

        message = "Locator expected to match Aria snapshot"
        self._element("to_match_aria_snapshot", message, examine, expected=expected, timeout=timeout)


def _has_classes(there: str, expected: str) -> bool:
    return all(name in there.split() for name in expected.split())


def _check_no_patterns(expected: Any) -> None:
    if isinstance(expected, re.Pattern):
        raise Error('"expected" argument in to_contain_class cannot be a RegExp value')
    if not isinstance(expected, str) and any(isinstance(one, re.Pattern) for one in expected):
        raise Error('"expected" argument in to_contain_class cannot contain RegExp values')
