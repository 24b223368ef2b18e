"""What a locator tells about its elements, without changing anything."""

from __future__ import annotations

from typing import Any, Generic, Literal

from django_journey.dom import controls, outline
from django_journey.dom.document import Document
from django_journey.dom.find import find_all
from django_journey.dom.parser import is_html
from django_journey.dom.queries import Nth, Query
from django_journey.dom.text import inner_text, text_content
from django_journey.dom.visibility import is_visible
from django_journey.errors import Error, Explanation
from django_journey.errors import TimeoutError as NotInTime
from django_journey.pages import actionability
from django_journey.pages.narrowing import L

__all__ = ["Reading"]

State = Literal["attached", "detached", "hidden", "visible"]


class Reading(Generic[L]):
    """The reading half of a locator."""

    _page: Any
    _query: Query

    def _narrowed(self, *parts: Any) -> L:
        raise NotImplementedError

    @property
    def _document(self) -> Document:
        document: Document = self._page.document
        return document

    def _found(self) -> list[Any]:
        return find_all(self._document, self._query)

    def _one(self, call: str) -> Any:
        """Return the one element, or raise as ``actionability.resolve`` says."""
        return actionability.resolve(self._page, self._query, f"Locator.{call}")

    def _one_or_none(self, call: str) -> Any:
        return self._one(call) if self._found() else None

    def count(self) -> int:
        """Return how many elements fit now."""
        return len(self._found())

    def all(self) -> list[L]:
        """Return a locator for each of the elements that fit now."""
        return [self._narrowed(Nth(index)) for index in range(self.count())]

    def all_text_contents(self) -> list[str]:
        """Return the text content of each element that fits."""
        return [text_content(el) for el in self._found()]

    def all_inner_texts(self) -> list[str]:
        """Return the text of each element that fits, as a reader sees it.

        Raises:
            Error: One of them is not an HTML element.
        """
        return [inner_text(self._document, el) for el in self._found()]

    def text_content(self, *, timeout: float | None = None) -> str | None:
        """Return the text of the element and all it holds, hidden or not.

        Args:
            timeout: Accepted and not needed: nothing is waited for.

        Raises:
            TimeoutError: Nothing fits.
            StrictModeError: Several elements fit.
        """
        return text_content(self._one("text_content"))

    def inner_text(self, *, timeout: float | None = None) -> str:
        """Return the element's text as a reader sees it; raises as ``text_content`` does."""
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
            timeout: Accepted and not needed.
        """
        value: str | None = self._one("get_attribute").attr(name.lower())
        return value

    def input_value(self, *, timeout: float | None = None) -> str:
        """Return the value of an input, text area or select (of a label: of its control).

        Raises:
            TimeoutError: Nothing fits.
            StrictModeError: Several elements fit.
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
        """Tell whether the element is visible; nothing that fits is not visible.

        Raises:
            StrictModeError: Several elements fit.
        """
        el = self._one_or_none("is_visible")
        return el is not None and is_visible(self._document, el)

    def is_hidden(self, *, timeout: float | None = None) -> bool:
        """Tell whether the element is hidden or not there at all; raises as ``is_visible`` does."""
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
        """Tell whether the element can be written into; raises as ``text_content`` does.

        Raises:
            Error: It is no control.
        """
        el = actionability.retarget(self._document, self._one("is_editable"))
        return actionability.is_editable(self._document, el, call="Locator.is_editable")

    def is_checked(self, *, timeout: float | None = None) -> bool:
        """Tell whether a checkbox or radio button is checked; raises as ``text_content`` does.

        Raises:
            Error: It is neither.
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
        """Return the element's ARIA snapshot, a YAML outline of what assistive technology sees.

        Args:
            timeout: Accepted and not needed.
            boxes: Refused.
            depth: How many levels to show below the outermost.
            mode: ``"default"``.

        Raises:
            TimeoutError: Nothing fits.
            StrictModeError: Several elements fit.
            NeedsBrowser: ``boxes`` or ``mode="ai"`` are asked for.
        """
        if boxes or mode == "ai":
            raise actionability.needs("aria_snapshot(boxes, mode)", "only the default outline is made here")
        return outline.aria_snapshot(self._document, self._one("aria_snapshot"), depth=depth)

    def wait_for(self, *, state: State | None = None, timeout: float | None = None) -> None:
        """Check that the element is in a state; without a browser nothing would change by waiting.

        Args:
            state: ``"visible"`` (default), ``"attached"``, ``"hidden"`` or ``"detached"``.
            timeout: Accepted and not needed.

        Raises:
            TimeoutError: It is in another state.
            StrictModeError: Several elements fit.
        """
        state = "visible" if state is None else state
        if state not in ("attached", "detached", "hidden", "visible"):
            raise Error("state: expected one of (attached|detached|visible|hidden)")
        if state in ("attached", "visible"):
            el = self._one("wait_for")
            if state == "visible":
                actionability.check_actionable(
                    self._page, self._query, el, "Locator.wait_for", states=("visible",)
                )
            return
        el = self._one_or_none("wait_for")
        if el is None or (state == "hidden" and not is_visible(self._document, el)):
            return
        raise NotInTime(
            Explanation(
                f"Locator.wait_for: {self._query} is not {state}",
                where=self._page.url,
                nearest=(actionability.show(el),),
            )
        )
