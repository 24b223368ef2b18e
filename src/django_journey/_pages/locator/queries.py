"""The calls that make locators: ``locator``, ``get_by_*`` and ``frame_locator``."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from django_journey._dom.query.parts import (
    Attribute,
    Chain,
    Has,
    HasText,
    Label,
    Part,
    Query,
    TestId,
    Text,
    TextPattern,
)
from django_journey._dom.query.selectors import by_role, parse_later
from django_journey.errors import NeedsBrowser

__all__ = ["L", "LocatorQueries", "filters"]

#: The locators and frame locators that are made; this module does not know their classes.
L = TypeVar("L")
F = TypeVar("F")


class LocatorQueries(Generic[L, F]):
    """Makes locators within a page, or within the elements of a locator; they are evaluated when they are used."""

    def _locate(self, *parts: Part) -> L:
        """Return a locator with further parts of the query."""
        raise NotImplementedError

    def _enter_frame(self, part: Part) -> F:
        """Return a frame locator for the elements that a part of the query finds."""
        raise NotImplementedError

    def _query_of(self, locator: L, option: str) -> Query:
        """Return the query of another locator, which must be of the same page."""
        raise NotImplementedError

    @property
    def _test_id_attribute(self) -> str:
        """The attribute that ``get_by_test_id`` reads."""
        raise NotImplementedError

    def locator(
        self,
        selector_or_locator: str | L,
        *,
        has: L | None = None,
        has_not: L | None = None,
        has_text: TextPattern | None = None,
        has_not_text: TextPattern | None = None,
    ) -> L:
        """Return a locator of the elements that a selector or another locator finds here.

        Args:
            selector_or_locator: A selector (CSS, ``text=``, ``role=``, ``xpath=``, chained by ``>>``), or a locator
                that is evaluated within each element of this one.
            has: Keep the elements within which this finds something.
            has_not: Keep the elements within which this finds nothing.
            has_text: Keep the elements whose text contains this (in any letter case), or matches the pattern.
            has_not_text: Keep the elements whose text does not.

        An invalid or unsupported selector fails when the locator is used.

        Raises:
            Error: A locator is of another page.
        """
        if isinstance(selector_or_locator, str):
            first: Part = parse_later(selector_or_locator)
        else:
            first = Chain(self._query_of(selector_or_locator, "locator"))
        return self._locate(first, *filters(self, has, has_not, has_text, has_not_text))

    def get_by_role(
        self,
        role: str,
        *,
        checked: bool | Literal["mixed"] | None = None,
        disabled: bool | None = None,
        expanded: bool | None = None,
        include_hidden: bool | None = None,
        level: int | None = None,
        name: TextPattern | None = None,
        pressed: bool | Literal["mixed"] | None = None,
        selected: bool | None = None,
        exact: bool | None = None,
        description: TextPattern | None = None,
    ) -> L:
        """Return a locator of the elements with an ARIA role.

        Args:
            role: The role, e.g. ``"button"``, ``"link"``, ``"heading"``.
            checked: Whether it is checked.
            disabled: Whether it is disabled, itself or by an ancestor.
            expanded: Whether it is expanded.
            include_hidden: Also find elements that are hidden from assistive technology.
            level: The level of a heading, list item, row or tree item, from 1.
            name: The accessible name: a part of it in any letter case, or a pattern.
            pressed: Whether it is pressed.
            selected: Whether it is selected.
            exact: Whether the whole name must match, in this letter case.
            description: The accessible description, matched like the name.

        Using the locator raises ``Error`` where the role has no such state.
        """
        return self._locate(
            by_role(
                role,
                checked=checked,
                disabled=disabled,
                expanded=expanded,
                include_hidden=include_hidden,
                level=level,
                name=name,
                pressed=pressed,
                selected=selected,
                exact=exact,
                description=description,
            )
        )

    def get_by_text(self, text: TextPattern, *, exact: bool | None = None) -> L:
        """Return a locator of the innermost elements with this text.

        Args:
            text: A part of the text in any letter case, or a pattern.
            exact: Whether the whole text must match, in this letter case; white space is still collapsed.
        """
        return self._locate(Text(text, exact=bool(exact)))

    def get_by_label(self, text: TextPattern, *, exact: bool | None = None) -> L:
        """Return a locator of the controls with this label (``<label>``, ``aria-label``, ``aria-labelledby``).

        Args:
            text: A part of the label in any letter case, or a pattern.
            exact: Whether the whole label must match, in this letter case.
        """
        return self._locate(Label(text, exact=bool(exact)))

    def get_by_placeholder(self, text: TextPattern, *, exact: bool | None = None) -> L:
        """Return a locator of the elements with this ``placeholder``; see ``get_by_label`` for the arguments."""
        return self._locate(Attribute("placeholder", text, exact=bool(exact)))

    def get_by_alt_text(self, text: TextPattern, *, exact: bool | None = None) -> L:
        """Return a locator of the elements with this ``alt`` text; see ``get_by_label`` for the arguments."""
        return self._locate(Attribute("alt", text, exact=bool(exact)))

    def get_by_title(self, text: TextPattern, *, exact: bool | None = None) -> L:
        """Return a locator of the elements with this ``title``; see ``get_by_label`` for the arguments."""
        return self._locate(Attribute("title", text, exact=bool(exact)))

    def get_by_test_id(self, test_id: TextPattern) -> L:
        """Return a locator of the elements with this test id (``data-testid``), exactly, or by a pattern."""
        return self._locate(TestId(test_id, self._test_id_attribute))

    def frame_locator(self, selector: str | None = None) -> F:
        """Return a locator of the frame in an element that a selector finds.

        Using it raises ``NeedsBrowser`` where the frame shows another site.

        Raises:
            NeedsBrowser: No selector is given: frames of other sites would have to be searched.
        """
        if selector is None:
            raise NeedsBrowser("frame_locator()", "it means any frame of the page: name one by a selector")
        return self._enter_frame(parse_later(selector))


def filters(
    owner: LocatorQueries[L, F],
    has: L | None,
    has_not: L | None,
    has_text: TextPattern | None,
    has_not_text: TextPattern | None,
) -> list[Part]:
    """Return the query parts of ``filter``'s arguments."""
    parts: list[Part] = []
    if has_text is not None:
        parts.append(HasText(has_text))
    if has_not_text is not None:
        parts.append(HasText(has_not_text, negated=True))
    if has is not None:
        parts.append(Has(owner._query_of(has, "has")))
    if has_not is not None:
        parts.append(Has(owner._query_of(has_not, "has_not"), negated=True))
    return parts
