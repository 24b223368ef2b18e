"""The calls of a locator that read its elements, and change nothing."""

from __future__ import annotations

from typing import Generic, Literal

from django_journey._dom.aria import snapshot
from django_journey._dom.forms import controls
from django_journey._dom.query.element_line import show
from django_journey._dom.query.find import find_all
from django_journey._dom.query.layout_classes import check_class
from django_journey._dom.query.parts import Nth, Part, Query
from django_journey._dom.rendering.text import inner_text, text_content
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element, is_html
from django_journey._pages.actions import actionability
from django_journey._pages.behaviours.fire import check_done, patiently
from django_journey._pages.locator.queries import L
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import Error, Explanation
from django_journey.errors import TimeoutError as NotInTime

__all__ = ["LocatorState"]

State = Literal["attached", "detached", "hidden", "visible"]


class LocatorState(Generic[L]):
    """The part of a locator that reads elements."""

    _query: Query

    @property
    def _page(self) -> PageProtocol:
        raise NotImplementedError

    def _locate(self, *parts: Part) -> L:
        raise NotImplementedError

    @property
    def _document(self) -> Document:
        return self._page.document

    def _found(self) -> list[Element]:
        return find_all(self._document, self._query)

    def _one(self, call: str) -> Element:
        """Return the one element; raises as ``actionability.resolve`` does."""
        return actionability.resolve(self._page, self._query, f"Locator.{call}")

    def _one_or_none(self, call: str) -> Element | None:
        return self._one(call) if self._found() else None

    def count(self) -> int:
        """Return how many elements are found now."""
        return len(self._found())

    def all(self) -> list[L]:
        """Return a locator for each element that is found now."""
        return [self._locate(Nth(index)) for index in range(self.count())]

    def all_text_contents(self) -> list[str]:
        """Return the text content of each element."""
        return [text_content(el) for el in self._found()]

    def all_inner_texts(self) -> list[str]:
        """Return the rendered text of each element.

        Raises:
            Error: One of them is not an HTML element.
        """
        return [inner_text(self._document, el) for el in self._found()]

    def text_content(self, *, timeout: float | None = None) -> str | None:
        """Return the text of the element and its descendants, hidden or not.

        Args:
            timeout: Accepted; nothing is waited for.

        Raises:
            TimeoutError: No element is found.
            StrictModeError: Several elements are found.
        """
        return text_content(self._one("text_content"))

    def inner_text(self, *, timeout: float | None = None) -> str:
        """Return the element's rendered text; raises as ``text_content`` does."""
        el = self._one("inner_text")
        if not is_html(el):
            raise Error(Explanation("Locator.inner_text: Node is not an HTMLElement", where=str(self._query)))
        return inner_text(self._document, el)

    def inner_html(self, *, timeout: float | None = None) -> str:
        """Return the element's content as HTML; raises as ``text_content`` does."""
        return str(self._one("inner_html").inner_html)

    def get_attribute(self, name: str, *, timeout: float | None = None) -> str | None:
        """Return an attribute's value, or ``None``; raises as ``text_content`` does.

        Args:
            name: The attribute's name.
            timeout: Accepted; nothing is waited for.

        Raises:
            NeedsBrowser: The classes of the element depend on the layout.
        """
        el = self._one("get_attribute")
        if name.lower() == "class":
            check_class(self._document, el, "Locator.get_attribute('class')")
        value: str | None = el.attr(name.lower())
        return value

    def input_value(self, *, timeout: float | None = None) -> str:
        """Return the value of an input, text area or select, or of a label's control.

        Raises:
            TimeoutError: No element is found.
            StrictModeError: Several elements are found.
            Error: It has no value.
        """
        el = actionability.retarget(self._document, self._one("input_value"))
        if el.tag not in ("input", "textarea", "select"):
            raise Error(
                Explanation(
                    "Locator.input_value: Node is not an <input>, <textarea> or <select> element",
                    where=str(self._query),
                )
            )
        return controls.value(self._document, el)

    def is_visible(self, *, timeout: float | None = None) -> bool:
        """Tell whether the element is visible; ``False`` where none is found.

        Raises:
            StrictModeError: Several elements are found.
        """
        el = self._one_or_none("is_visible")
        return el is not None and is_visible(self._document, el)

    def is_hidden(self, *, timeout: float | None = None) -> bool:
        """Tell whether the element is hidden or not found; raises as ``is_visible`` does."""
        el = self._one_or_none("is_hidden")
        return el is None or not is_visible(self._document, el)

    def is_enabled(self, *, timeout: float | None = None) -> bool:
        """Tell whether the element is enabled; raises as ``text_content`` does."""
        el = self._one("is_enabled")
        return actionability.is_enabled(self._document, actionability.retarget(self._document, el))

    def is_disabled(self, *, timeout: float | None = None) -> bool:
        """Tell whether the element is disabled; raises as ``text_content`` does."""
        el = self._one("is_disabled")
        return not actionability.is_enabled(self._document, actionability.retarget(self._document, el))

    def is_editable(self, *, timeout: float | None = None) -> bool:
        """Tell whether the element is editable; raises as ``text_content`` does.

        Raises:
            Error: It is not a control.
        """
        el = actionability.retarget(self._document, self._one("is_editable"))
        return actionability.is_editable(self._document, el, call="Locator.is_editable")

    def is_checked(self, *, timeout: float | None = None) -> bool:
        """Tell whether a checkbox or radio button is checked; raises as ``text_content`` does.

        Raises:
            Error: It is neither of them.
        """
        el = self._one("is_checked")
        return actionability.checked(self._document, el, call="Locator.is_checked") is True

    def aria_snapshot(
        self,
        *,
        timeout: float | None = None,
        boxes: bool | None = None,
        depth: int | None = None,
        mode: Literal["ai", "default"] | None = None,
    ) -> str:
        """Return the element's ARIA snapshot, a YAML outline of its accessibility tree.

        Args:
            timeout: Accepted; nothing is waited for.
            boxes: Unsupported.
            depth: How many levels to show below the outermost.
            mode: ``"default"``.

        Raises:
            TimeoutError: No element is found.
            StrictModeError: Several elements are found.
            NeedsBrowser: ``boxes`` or ``mode="ai"`` is given.
        """
        if boxes or mode == "ai":
            raise actionability.needs("aria_snapshot(boxes, mode)", "only the default outline is made here")
        return snapshot.aria_snapshot(self._document, self._one("aria_snapshot"), depth=depth)

    def wait_for(self, *, state: State | None = None, timeout: float | None = None) -> None:
        """Check that the element is in a state, or gets into it by what scripts of the page still do.

        Args:
            state: ``"visible"`` (default), ``"attached"``, ``"hidden"`` or ``"detached"``.
            timeout: Milliseconds of the page's own time, 30,000 if it is not given.

        Raises:
            TimeoutError: It is in another state.
            StrictModeError: Several elements are found.
            NeedsBrowser: Only a browser can tell whether it is there.
        """
        state = "visible" if state is None else state
        if state not in ("attached", "detached", "hidden", "visible"):
            raise Error("state: expected one of (attached|detached|visible|hidden)")
        patience = actionability.PATIENCE if timeout is None else timeout
        patiently(self._page, patience, lambda: self._check_state(state))

    def _check_state(self, state: State) -> None:
        if state in ("attached", "visible"):
            el = self._one("wait_for")
            if state == "visible":
                actionability.check_actionable(
                    self._page, self._query, el, "Locator.wait_for", states=("visible",)
                )
            return
        left = self._one_or_none("wait_for")
        if left is None:
            check_done(self._page, None, "Locator.wait_for")
        if left is None or (state == "hidden" and not is_visible(self._document, left)):
            return
        raise NotInTime(
            Explanation(
                f"Locator.wait_for: {self._query} is not {state}",
                where=self._page.url,
                nearest=(show(left),),
            )
        )
