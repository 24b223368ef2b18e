"""What a test may expect of a locator: every matcher of Playwright's that needs no layout and no script."""

# ruff: noqa: D417 - the timing arguments, which change nothing here, are explained once in the class

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django_journey.dom import controls, names, near_miss, outline, roles
from django_journey.dom.find import find_all
from django_journey.dom.queries import TextPattern
from django_journey.dom.text import inner_text, text_content, text_of, trim
from django_journey.dom.visibility import is_visible
from django_journey.errors import Error, NeedsBrowser
from django_journey.pages import actionability
from django_journey.pages.expected_text import Expected, expected_texts, fits_in_order, is_several
from django_journey.pages.judging import Claim, Verdict, judge, one_element

if TYPE_CHECKING:
    from django_journey.pages.locator import Locator

__all__ = ["LocatorAssertions"]

P = ParamSpec("P")
Texts = TextPattern | Sequence[TextPattern]
Matcher = Callable[Concatenate["LocatorAssertions", P], None]


def _negated(matcher: Matcher[P]) -> Matcher[P]:
    @wraps(matcher)
    def call(self: LocatorAssertions, /, *args: P.args, **kwargs: P.kwargs) -> None:
        __tracebackhide__ = True
        matcher(LocatorAssertions(self._locator, self._custom, negated=not self._is_negated), *args, **kwargs)

    call.__name__ = f"not_{matcher.__name__}"
    call.__doc__ = f"Expect the opposite of ``{matcher.__name__}``."
    return call


class LocatorAssertions:
    """What is expected of a locator; each matcher looks once, since nothing changes by itself here.

    Every matcher takes ``timeout`` as Playwright does, and raises ``ExpectationError`` (an ``AssertionError``)
    when it does not hold; those about one element also when several fit.
    """

    def __init__(self, locator: Locator, message: str | None = None, *, negated: bool = False) -> None:
        self._locator = locator
        self._custom = message
        self._is_negated = negated

    def to_be_attached(self, *, attached: bool | None = None, timeout: float | None = None) -> None:
        """Expect the element to be on the page (``attached=False``: not to be)."""
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
        """Expect the element to be visible (``visible=False``: hidden, or not there)."""
        __tracebackhide__ = True
        self._visible("to_be_visible", visible is not False, timeout)

    def to_be_hidden(self, *, timeout: float | None = None) -> None:
        """Expect the element to be hidden, or not to be there."""
        __tracebackhide__ = True
        self._visible("to_be_hidden", False, timeout)

    def _visible(self, call: str, wanted: bool, timeout: float | None) -> None:
        __tracebackhide__ = True

        def examine(el: Any) -> Verdict:
            shown = is_visible(self._page.document, el)
            return Verdict(shown is wanted, "visible" if shown else "hidden", el)

        # What is not there is hidden: only "to be visible" and "not to be hidden" fail without it.
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

        def examine(el: Any) -> Verdict:
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

        def examine(el: Any) -> Verdict:
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
            indeterminate: Expect it to be neither.
        """
        __tracebackhide__ = True
        wanted = "indeterminate" if indeterminate else "unchecked" if checked is False else "checked"

        def examine(el: Any) -> Verdict:
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

        def examine(el: Any) -> Verdict:
            if el.tag in ("input", "textarea"):
                empty = not controls.value(self._page.document, el)
            else:
                empty = not trim(text_content(el))
            return Verdict(empty, "empty" if empty else "not empty", el)

        self._element("to_be_empty", "Locator expected to be empty", examine, timeout=timeout)

    def to_be_focused(self, *, timeout: float | None = None) -> None:
        """Expect the element to have the focus."""
        __tracebackhide__ = True

        def examine(el: Any) -> Verdict:
            focused = el == self._page.document.focus
            return Verdict(focused, "focused" if focused else "inactive", el)

        self._element("to_be_focused", "Locator expected to be focused", examine, timeout=timeout)

    def to_be_in_viewport(self, *, ratio: float | None = None, timeout: float | None = None) -> None:
        """Refused: only a browser lays out a page."""
        raise NeedsBrowser("expect(…).to_be_in_viewport()", "only a browser lays out a page")

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
            ignore_case: Letter case does not count.
            use_inner_text: Compare what a reader sees instead of all text.
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
        """Expect the element's text to have this in it; a list: elements with these texts, in this order.

        Args:
            expected: A part of the text, with white space collapsed, or a pattern, or a list of them.
            ignore_case: Letter case does not count.
            use_inner_text: Compare what a reader sees instead of all text.
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

        def read(el: Any) -> str:
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
        """Expect the ``class`` attribute to be this, as a whole; a list: one for each element."""
        __tracebackhide__ = True
        message = "Locator expected to have class"
        if is_several(expected):
            wanted = expected_texts(expected)
            self._elements("to_have_class", message, expected, wanted, _class, whole=True, timeout=timeout)
        else:
            (one,) = expected_texts([expected])
            self._string("to_have_class", message, expected, one, _class, timeout)

    def to_contain_class(self, expected: str | Sequence[str], *, timeout: float | None = None) -> None:
        """Expect the element to have these classes among others; a list: one entry for each element."""
        __tracebackhide__ = True
        _refuse_patterns(expected)
        if isinstance(expected, str):
            self._element(
                "to_contain_class",
                "Locator expected to contain class",
                lambda el: Verdict(_has_classes(el, expected), _class(el), el),
                expected=expected,
                timeout=timeout,
            )
            return

        def examine() -> Verdict:
            found = self._found()
            holds = len(found) == len(expected) and all(map(_has_classes, found, expected))
            return Verdict(holds, [_class(el) for el in found], count=len(found))

        message = "Locator expected to contain class names"
        judge(self._claim("to_contain_class", message, expected, timeout), examine)

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
            ignore_case: Letter case of the value does not count.
        """
        __tracebackhide__ = True
        wanted = None if value is None else expected_texts([value], ignore_case=ignore_case)[0]

        def examine(el: Any) -> Verdict:
            received = el.attr(name.lower())
            holds = received is not None and (wanted is None or wanted.fits(received))
            return Verdict(holds, received, el)

        message = "Locator expected to have attribute"
        self._element("to_have_attribute", message, examine, expected=value, timeout=timeout)

    def to_have_id(self, id: TextPattern, *, timeout: float | None = None) -> None:  # noqa: A002 - Playwright's name
        """Expect the element to have this ID, or one that fits a pattern."""
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
        """Expect an input, text area or select to have this value, or one that fits a pattern."""
        __tracebackhide__ = True
        (wanted,) = expected_texts([value])

        def read(el: Any) -> str:
            doc = self._page.document
            el = actionability.retarget(doc, el)
            if el.tag not in ("input", "textarea", "select"):
                raise Error("Not an input element")
            return controls.value(doc, el)

        self._string("to_have_value", "Locator expected to have Value", value, wanted, read, timeout)

    def to_have_values(self, values: Sequence[TextPattern], *, timeout: float | None = None) -> None:
        """Expect a select that takes several to have these values selected, in this order."""
        __tracebackhide__ = True
        wanted = expected_texts(values)

        def examine(el: Any) -> Verdict:
            doc = self._page.document
            el = actionability.retarget(doc, el)
            if el.tag != "select" or el.attr("multiple") is None:
                raise Error("Not a select element with a multiple attribute")
            received = [controls.value(doc, option) for option in controls.selected_options(doc, el)]
            return Verdict(fits_in_order(wanted, received, whole=True), received, el)

        message = "Locator expected to have Values"
        self._element("to_have_values", message, examine, expected=values, timeout=timeout)

    def to_have_count(self, count: int, *, timeout: float | None = None) -> None:
        """Expect this many elements to fit."""
        __tracebackhide__ = True

        def examine() -> Verdict:
            received = len(self._found())
            return Verdict(received == count, received, count=received)

        judge(self._claim("to_have_count", "Locator expected to have count", count, timeout), examine)

    def to_have_css(
        self, name: str, value: TextPattern, *, pseudo: str | None = None, timeout: float | None = None
    ) -> None:
        """Refused: only a browser computes styles."""
        raise NeedsBrowser("expect(…).to_have_css()", "only a browser computes styles")

    def to_have_js_property(self, name: str, value: Any, *, timeout: float | None = None) -> None:
        """Refused: no script runs here."""
        raise NeedsBrowser("expect(…).to_have_js_property()", "no script runs here")

    def to_match_aria_snapshot(self, expected: str, *, timeout: float | None = None) -> None:
        """Expect the element's outline to match a YAML template; see Playwright's "Aria snapshots"."""
        __tracebackhide__ = True

        def examine(el: Any) -> Verdict:
            matched = outline.match_snapshot(self._page.document, el, expected)
            return Verdict(matched.matches, matched.received, el)

        message = "Locator expected to match Aria snapshot"
        self._element("to_match_aria_snapshot", message, examine, expected=expected, timeout=timeout)

    @property
    def _page(self) -> Any:
        return self._locator.page

    def _found(self) -> list[Any]:
        return find_all(self._page.document, self._locator._query)

    def _claim(self, call: str, message: str, expected: Any, timeout: float | None) -> Claim:
        return Claim(
            call,
            message,
            expected,
            page=self._page,
            query=self._locator._query,
            negated=self._is_negated,
            custom=self._custom,
            timeout=timeout,
        )

    def _element(
        self,
        call: str,
        message: str,
        examine: Callable[[Any], Verdict],
        *,
        expected: Any = None,
        timeout: float | None,
        missing: Verdict | None = None,
    ) -> None:
        """Judge a claim about one element; without one it fails, unless ``missing`` says otherwise."""
        __tracebackhide__ = True

        def look() -> Verdict:
            el = one_element(self._page, self._locator._query)
            if el is not None:
                return examine(el)
            if missing is not None:
                return missing
            near = near_miss.missing(self._page.document, self._locator._query, call="", where=self._page.url)
            return Verdict(self._is_negated, error="element(s) not found", near=near)

        judge(self._claim(call, message, expected, timeout), look)

    def _string(
        self,
        call: str,
        message: str,
        expected: Any,
        wanted: Expected,
        read: Callable[[Any], str],
        timeout: float | None,
    ) -> None:
        __tracebackhide__ = True

        def examine(el: Any) -> Verdict:
            received = read(el)
            return Verdict(wanted.fits(received), received, el)

        self._element(call, message, examine, expected=expected, timeout=timeout)

    def _elements(
        self,
        call: str,
        message: str,
        expected: Any,
        wanted: list[Expected],
        read: Callable[[Any], str],
        *,
        whole: bool,
        timeout: float | None,
    ) -> None:
        __tracebackhide__ = True

        def examine() -> Verdict:
            received = [read(el) for el in self._found()]
            return Verdict(fits_in_order(wanted, received, whole=whole), received, count=len(received))

        judge(self._claim(call, message, expected, timeout), examine)

    not_to_be_attached = _negated(to_be_attached)
    not_to_be_checked = _negated(to_be_checked)
    not_to_be_disabled = _negated(to_be_disabled)
    not_to_be_editable = _negated(to_be_editable)
    not_to_be_empty = _negated(to_be_empty)
    not_to_be_enabled = _negated(to_be_enabled)
    not_to_be_focused = _negated(to_be_focused)
    not_to_be_hidden = _negated(to_be_hidden)
    not_to_be_in_viewport = _negated(to_be_in_viewport)
    not_to_be_visible = _negated(to_be_visible)
    not_to_contain_class = _negated(to_contain_class)
    not_to_contain_text = _negated(to_contain_text)
    not_to_have_accessible_description = _negated(to_have_accessible_description)
    not_to_have_accessible_error_message = _negated(to_have_accessible_error_message)
    not_to_have_accessible_name = _negated(to_have_accessible_name)
    not_to_have_attribute = _negated(to_have_attribute)
    not_to_have_class = _negated(to_have_class)
    not_to_have_count = _negated(to_have_count)
    not_to_have_css = _negated(to_have_css)
    not_to_have_id = _negated(to_have_id)
    not_to_have_js_property = _negated(to_have_js_property)
    not_to_have_role = _negated(to_have_role)
    not_to_have_text = _negated(to_have_text)
    not_to_have_value = _negated(to_have_value)
    not_to_have_values = _negated(to_have_values)
    not_to_match_aria_snapshot = _negated(to_match_aria_snapshot)


def _class(el: Any) -> str:
    value: str = el.attr("class") or ""
    return value


def _has_classes(el: Any, expected: str) -> bool:
    there = _class(el).split()
    return all(name in there for name in expected.split())


def _refuse_patterns(expected: Any) -> None:
    if isinstance(expected, re.Pattern):
        raise Error('"expected" argument in to_contain_class cannot be a RegExp value')
    if not isinstance(expected, str) and any(isinstance(one, re.Pattern) for one in expected):
        raise Error('"expected" argument in to_contain_class cannot contain RegExp values')
