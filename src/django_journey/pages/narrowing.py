"""The calls that say what is sought, which a page and a locator share: ``locator`` and ``get_by_*``."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from django_journey.dom.queries import (
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
from django_journey.dom.selectors import by_role, parse_later
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["L", "Narrowing", "filters"]

#: The locator that is made; this room does not know it.
L = TypeVar("L")


class Narrowing(Generic[L]):
    """Says what is sought within a page or within a locator's elements; nothing is found before it is needed."""

    def _narrowed(self, *parts: Part) -> L:
        """Return a locator that goes on from here."""
        raise NotImplementedError

    def _query_of(self, locator: Any, option: str) -> Query:
        """Return another locator's query, which must be of the same page."""
        raise NotImplementedError

    @property
    def _test_id_attribute(self) -> str:
        return "data-testid"

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
                that is carried out within each element of this one.
            has: Keep the elements within which this finds something.
            has_not: Keep the elements within which this finds nothing.
            has_text: Keep the elements whose text has this in it (any letter case), or fits the pattern.
            has_not_text: Keep the elements whose text does not.

        A selector that can't be understood, or needs a browser, fails when the locator is used.

        Raises:
            Error: A locator is of another page.
        """
        if isinstance(selector_or_locator, str):
            first: Part = parse_later(selector_or_locator)
        else:
            first = Chain(self._query_of(selector_or_locator, "locator"))
        return self._narrowed(first, *filters(self, has, has_not, has_text, has_not_text))

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
            disabled: Whether it is disabled, by itself or by what it stands in.
            expanded: Whether it is expanded.
            include_hidden: Find elements that assistive technology does not see, too.
            level: The level of a heading, list item, row or tree item, from 1.
            name: The accessible name: text in it in any letter case, or a pattern.
            pressed: Whether it is pressed.
            selected: Whether it is selected.
            exact: The whole name, in this letter case.
            description: The accessible description, compared as the name is.

        Using the locator raises ``Error`` where the role has no such state.
        """
        return self._narrowed(
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
            text: Text in it in any letter case, or a pattern.
            exact: The whole text, in this letter case; white space is collapsed all the same.
        """
        return self._narrowed(Text(text, exact=bool(exact)))

    def get_by_label(self, text: TextPattern, *, exact: bool | None = None) -> L:
        """Return a locator of the controls with this label (``<label>``, ``aria-label``, ``aria-labelledby``).

        Args:
            text: Text in the label in any letter case, or a pattern.
            exact: The whole label, in this letter case.
        """
        return self._narrowed(Label(text, exact=bool(exact)))

    def get_by_placeholder(self, text: TextPattern, *, exact: bool | None = None) -> L:
        """Return a locator of the elements with this ``placeholder``; see ``get_by_label`` for the arguments."""
        return self._narrowed(Attribute("placeholder", text, exact=bool(exact)))

    def get_by_alt_text(self, text: TextPattern, *, exact: bool | None = None) -> L:
        """Return a locator of the elements with this ``alt`` text; see ``get_by_label`` for the arguments."""
        return self._narrowed(Attribute("alt", text, exact=bool(exact)))

    def get_by_title(self, text: TextPattern, *, exact: bool | None = None) -> L:
        """Return a locator of the elements with this ``title``; see ``get_by_label`` for the arguments."""
        return self._narrowed(Attribute("title", text, exact=bool(exact)))

    def get_by_test_id(self, test_id: TextPattern) -> L:
        """Return a locator of the elements with this test id (``data-testid``), exactly, or by a pattern."""
        return self._narrowed(TestId(test_id, self._test_id_attribute))

    def frame_locator(self, selector: str | None = None) -> Any:
        """Return what seeks in the frame that a selector's element shows (a ``FrameLocator``).

        Using what it finds raises ``NeedsBrowser`` where the frame shows another site.

        Raises:
            NeedsBrowser: No selector is given: frames of other sites would have to be looked into.
        """
        if selector is None:
            raise NeedsBrowser("frame_locator()", "any frame may be meant: say which by a selector")
        return self._narrowed(parse_later(selector)).content_frame  # type: ignore[attr-defined]  # a locator's own


def filters(
    owner: Narrowing[L],
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


def other_page(option: str) -> Error:
    """Return the error for a locator that belongs to another page."""
    return Error(
        Explanation(
            f'Inner "{option}" locator must belong to the same frame.',
            instead="make the inner locator from the same page",
        )
    )
