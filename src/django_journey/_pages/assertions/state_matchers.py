"""The matchers of a locator for states and counts: visible, enabled, checked, focused, number."""

# ruff: noqa: D417 - the timeout, which changes nothing, is documented in the class

from __future__ import annotations

from django_journey._dom.forms import controls
from django_journey._dom.rendering.text import text_content, trim
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.parser import Element
from django_journey._pages.actions import actionability
from django_journey._pages.assertions.base import LocatorMatchers
from django_journey._pages.assertions.verdict import Verdict, check
from django_journey.errors import Error, NeedsBrowser

__all__ = ["StateMatchers"]


class StateMatchers(LocatorMatchers):
    """Matchers for the state of one element, and for the number of elements."""

    def to_be_attached(self, *, attached: bool | None = None, timeout: float | None = None) -> None:
        """Expect the element to be in the page (``attached=False``: not to be)."""
        __tracebackhide__ = True
        wanted = attached is not False
        word = "attached" if wanted else "detached"
        self._element(
            "to_be_attached",
            f"Locator expected to be {word}",
            lambda el: Verdict(wanted, "attached", el),
            timeout=timeout,
            missing=Verdict(not wanted, "detached"),
        )

    def to_be_visible(self, *, visible: bool | None = None, timeout: float | None = None) -> None:
        """Expect the element to be visible (``visible=False``: hidden, or not in the page)."""
        __tracebackhide__ = True
        self._visible("to_be_visible", visible is not False, timeout)

    def to_be_hidden(self, *, timeout: float | None = None) -> None:
        """Expect the element to be hidden, or not to be in the page."""
        __tracebackhide__ = True
        self._visible("to_be_hidden", False, timeout)

    def _visible(self, call: str, wanted: bool, timeout: float | None) -> None:
        __tracebackhide__ = True

        def examine(el: Element) -> Verdict:
            shown = is_visible(self._page.document, el)
            return Verdict(shown is wanted, "visible" if shown else "hidden", el)

        # A missing element counts as hidden: only "to be visible" and "not to be hidden" fail without it.
        gone = Verdict(not wanted, None) if self._is_negated is wanted else None
        self._element(
            call,
            f"Locator expected to be {'visible' if wanted else 'hidden'}",
            examine,
            timeout=timeout,
            missing=gone,
        )

    def to_be_enabled(self, *, enabled: bool | None = None, timeout: float | None = None) -> None:
        """Expect the control to be enabled (``enabled=False``: disabled)."""
        __tracebackhide__ = True
        self._enabled("to_be_enabled", enabled is not False, timeout)

    def to_be_disabled(self, *, timeout: float | None = None) -> None:
        """Expect the control to be disabled."""
        __tracebackhide__ = True
        self._enabled("to_be_disabled", False, timeout)

    def _enabled(self, call: str, wanted: bool, timeout: float | None) -> None:
        __tracebackhide__ = True

        def examine(el: Element) -> Verdict:
            doc = self._page.document
            enabled = actionability.is_enabled(doc, actionability.retarget(doc, el))
            return Verdict(enabled is wanted, "enabled" if enabled else "disabled", el)

        self._element(
            call, f"Locator expected to be {'enabled' if wanted else 'disabled'}", examine, timeout=timeout
        )

    def to_be_editable(self, *, editable: bool | None = None, timeout: float | None = None) -> None:
        """Expect the control to be editable (``editable=False``: read-only)."""
        __tracebackhide__ = True
        wanted = editable is not False

        def examine(el: Element) -> Verdict:
            doc = self._page.document
            writable = actionability.is_editable(doc, actionability.retarget(doc, el), call="expect")
            return Verdict(writable is wanted, "editable" if writable else "readonly", el)

        word = "editable" if wanted else "readonly"
        self._element("to_be_editable", f"Locator expected to be {word}", examine, timeout=timeout)

    def to_be_checked(
        self, *, checked: bool | None = None, indeterminate: bool | None = None, timeout: float | None = None
    ) -> None:
        """Expect a checkbox or radio button to be checked (``checked=False``: unchecked).

        Args:
            checked: What is expected, ``True`` by default.
            indeterminate: Expect the state between the two.
        """
        __tracebackhide__ = True
        wanted = "indeterminate" if indeterminate else "unchecked" if checked is False else "checked"

        def examine(el: Element) -> Verdict:
            if indeterminate and checked is not None:
                raise Error("Can't assert indeterminate and checked at the same time")
            state = actionability.checked(self._page.document, el, call="expect")
            found = "indeterminate" if state == "mixed" else "checked" if state else "unchecked"
            holds = found == wanted if indeterminate else (state is True) is (wanted == "checked")
            return Verdict(holds, "mixed" if state == "mixed" else found, el)

        self._element("to_be_checked", f"Locator expected to be {wanted}", examine, timeout=timeout)

    def to_be_empty(self, *, timeout: float | None = None) -> None:
        """Expect a control to have no value, or an element no text."""
        __tracebackhide__ = True

        def examine(el: Element) -> Verdict:
            if el.tag in ("input", "textarea"):
                empty = not controls.value(self._page.document, el)
            else:
                empty = not trim(text_content(el))
            return Verdict(empty, "empty" if empty else "not empty", el)

        self._element("to_be_empty", "Locator expected to be empty", examine, timeout=timeout)

    def to_be_focused(self, *, timeout: float | None = None) -> None:
        """Expect the element to have the focus."""
        __tracebackhide__ = True

        def examine(el: Element) -> Verdict:
            focused = el == self._page.document.focus
            return Verdict(focused, "focused" if focused else "inactive", el)

        self._element("to_be_focused", "Locator expected to be focused", examine, timeout=timeout)

    def to_be_in_viewport(self, *, ratio: float | None = None, timeout: float | None = None) -> None:
        """Unsupported: only a browser lays out a page."""
        raise NeedsBrowser("expect(…).to_be_in_viewport()", "only a browser lays out a page")

    def to_have_count(self, count: int, *, timeout: float | None = None) -> None:
        """Expect the locator to find this many elements."""
        __tracebackhide__ = True

        def examine() -> Verdict:
            received = len(self._found())
            return Verdict(received == count, received, count=received)

        check(self._expectation("to_have_count", "Locator expected to have count", count, timeout), examine)
