"""The calls of a page that take a selector: ``page.click("#save")`` is ``page.locator("#save").first.click()``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic

from django_journey._pages.actions.uploads import Files
from django_journey._pages.locator.locator import Locator, P

__all__ = ["SelectorCalls"]


class SelectorCalls(Generic[P]):
    """Playwright's older calls of a page; without ``strict=True`` they use the first element found."""

    def locator(self, selector: str) -> Locator[P]:
        """Return a locator of what a selector finds."""
        raise NotImplementedError

    def _at(self, selector: str, options: dict[str, Any]) -> Locator[P]:
        strict = options.pop("strict", None)
        found = self.locator(selector)
        return found if strict else found.first

    def click(self, selector: str, **options: Any) -> None:
        """Click the element; see ``Locator.click``."""
        self._at(selector, options).click(**options)

    def dblclick(self, selector: str, **options: Any) -> None:
        """Click the element twice; see ``Locator.dblclick``."""
        self._at(selector, options).dblclick(**options)

    def hover(self, selector: str, **options: Any) -> None:
        """Move the pointer over the element; see ``Locator.hover``."""
        self._at(selector, options).hover(**options)

    def fill(self, selector: str, value: str, **options: Any) -> None:
        """Replace the value of the element; see ``Locator.fill``."""
        self._at(selector, options).fill(value, **options)

    def type(self, selector: str, text: str, **options: Any) -> None:
        """Type a text into the element; see ``Locator.type``."""
        self._at(selector, options).type(text, **options)

    def press(self, selector: str, key: str, **options: Any) -> None:
        """Press a key on the element; see ``Locator.press``."""
        self._at(selector, options).press(key, **options)

    def check(self, selector: str, **options: Any) -> None:
        """Check the box; see ``Locator.check``."""
        self._at(selector, options).check(**options)

    def uncheck(self, selector: str, **options: Any) -> None:
        """Uncheck the box; see ``Locator.uncheck``."""
        self._at(selector, options).uncheck(**options)

    def set_checked(self, selector: str, checked: bool, **options: Any) -> None:
        """Check or uncheck the box; see ``Locator.set_checked``."""
        self._at(selector, options).set_checked(checked, **options)

    def select_option(
        self, selector: str, value: str | Sequence[str] | None = None, **options: Any
    ) -> list[str]:
        """Select options; see ``Locator.select_option``."""
        return self._at(selector, options).select_option(value, **options)

    def set_input_files(self, selector: str, files: Files, **options: Any) -> None:
        """Set the files; see ``Locator.set_input_files``."""
        self._at(selector, options).set_input_files(files, **options)

    def focus(self, selector: str, **options: Any) -> None:
        """Focus the element; see ``Locator.focus``."""
        self._at(selector, options).focus(**options)

    def text_content(self, selector: str, **options: Any) -> str | None:
        """Return the element's text; see ``Locator.text_content``."""
        return self._at(selector, options).text_content(**options)

    def inner_text(self, selector: str, **options: Any) -> str:
        """Return the element's rendered text; see ``Locator.inner_text``."""
        return self._at(selector, options).inner_text(**options)

    def inner_html(self, selector: str, **options: Any) -> str:
        """Return the element's HTML; see ``Locator.inner_html``."""
        return self._at(selector, options).inner_html(**options)

    def get_attribute(self, selector: str, name: str, **options: Any) -> str | None:
        """Return an attribute; see ``Locator.get_attribute``."""
        return self._at(selector, options).get_attribute(name, **options)

    def input_value(self, selector: str, **options: Any) -> str:
        """Return the field's value; see ``Locator.input_value``."""
        return self._at(selector, options).input_value(**options)

    def is_visible(self, selector: str, **options: Any) -> bool:
        """Tell whether the element is visible; see ``Locator.is_visible``."""
        return self._at(selector, options).is_visible(**options)

    def is_hidden(self, selector: str, **options: Any) -> bool:
        """Tell whether the element is hidden; see ``Locator.is_hidden``."""
        return self._at(selector, options).is_hidden(**options)

    def is_enabled(self, selector: str, **options: Any) -> bool:
        """Tell whether the element is enabled; see ``Locator.is_enabled``."""
        return self._at(selector, options).is_enabled(**options)

    def is_disabled(self, selector: str, **options: Any) -> bool:
        """Tell whether the element is disabled; see ``Locator.is_disabled``."""
        return self._at(selector, options).is_disabled(**options)

    def is_editable(self, selector: str, **options: Any) -> bool:
        """Tell whether the element is editable; see ``Locator.is_editable``."""
        return self._at(selector, options).is_editable(**options)

    def is_checked(self, selector: str, **options: Any) -> bool:
        """Tell whether the box is checked; see ``Locator.is_checked``."""
        return self._at(selector, options).is_checked(**options)

    def aria_snapshot(self, **options: Any) -> str:
        """Return the page's ARIA snapshot; see ``Locator.aria_snapshot``."""
        return self.locator("body").aria_snapshot(**options)

    def wait_for_selector(self, selector: str, **options: Any) -> Locator[P] | None:
        """Check that an element is visible, or in another state; see ``Locator.wait_for``.

        Returns:
            A locator of the element; ``None`` where the state is ``"hidden"`` or ``"detached"``.
        """
        locator = self._at(selector, options)
        locator.wait_for(**options)
        return None if options.get("state") in ("hidden", "detached") else locator
