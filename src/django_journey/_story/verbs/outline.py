"""The outline of a page, and the verbs that are possible there, as lines that can be pasted into a story."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django_journey._dom.aria import names
from django_journey._dom.forms import controls
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.query.find import label_texts
from django_journey._dom.query.suggest import suggestion
from django_journey._dom.rendering.text import normalize, text_of
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.patterns import quote
from django_journey._dom.tree.walk import select
from django_journey._story.verbs import targets
from django_journey.errors import Error

if TYPE_CHECKING:
    from django_journey._pages.locator.locator import Locator
    from django_journey._pages.page import Page

__all__ = ["outline_of", "verb_on", "verbs_of"]

_BUTTONS = (
    "a[href], button, summary, input[type=submit], input[type=image], input[type=button], input[type=reset], "
    "[role=button], [role=link], [role=tab], [role=menuitem], [role=switch]"
)
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
#: Values that controls of these types take.
_VALUES = {
    "email": "ada@example.com",
    "url": "https://example.com/",
    "tel": "+49 30 1234567",
    "number": "1",
    "range": "1",
    "date": "2026-03-03",
    "datetime-local": "2026-03-03T09:00",
    "time": "09:00",
    "month": "2026-03",
    "week": "2026-W10",
    "color": "#336699",
}


def outline_of(page: Page) -> str:
    """Return the page's roles and names, one line each, as ``aria_snapshot`` writes them."""
    return page.locator("body").aria_snapshot()


def verbs_of(page: Page, who: str) -> list[str]:
    """Return what a person can do on a page, in the order of the page.

    Args:
        page: A browserless page.
        who: The name of the actor's variable.

    Returns:
        One line of Python each, which finds that very element.
    """
    lines = [verb_on(page, el, who) for el in select(page.document, f"{targets.FIELDS}, {_BUTTONS}")]
    return [line for line in dict.fromkeys(lines) if line]


def verb_on(page: Page, el: Any, who: str) -> str:
    """Return the line that acts on one element, or an empty text where nobody can."""
    doc = page.document
    if controls.is_disabled(el) or not _can_be_reached(page, el):
        return ""
    kind = input_type(el) if el.tag == "input" else el.tag
    if el.matches(_BUTTONS):
        if el.tag == "a" and not _on_this_site(page, el):
            return ""
        name = normalize(names.name_of(doc, el))
        # An icon of a font is a character of the private use area, which nobody types.
        for text in dict.fromkeys([_PRIVATE.sub("", name).strip(), name]):
            if text and _finds(page, el, targets.clickable(page, text)):
                return f"{who}.click({quote(text)})"
        return f"{who}.page.{suggestion(doc, el)}.click()"
    if kind == "file":
        return _named(page, el, who, targets.FILES, 'attach({}, "file.txt")', 'set_input_files("file.txt")')
    if kind in ("checkbox", "radio"):
        verb = "uncheck" if kind == "checkbox" and controls.is_checked(doc, el) else "check"
        return _named(page, el, who, targets.CHECKABLE, f"{verb}({{}})", f"{verb}()")
    if kind == "select":
        option = quote(_option(page, el))
        return _named(page, el, who, targets.SELECTS, f"choose({{}}, {option})", f"select_option({option})")
    if controls.is_readonly(el):
        return ""
    value = quote(_VALUES.get(kind, "…"))
    return _named(page, el, who, targets.FIELDS, f"fill({{}}, {value})", f"fill({value})")


def _named(page: Page, el: Any, who: str, kinds: str, verb: str, call: str) -> str:
    """Return the verb with the first name that finds the control, or Playwright's call on it."""
    for name in _names(page, el):
        if _finds(page, el, targets.control(page, name, kinds)):
            return f"{who}.{verb.format(quote(name))}"
    return f"{who}.page.{suggestion(page.document, el)}.{call}"


def _names(page: Page, el: Any) -> Iterator[str]:
    own = text_of(page.document, el).normalized
    for label in label_texts(page.document, el):
        # A label around a select box holds its options, too.
        if text := label.normalized.removesuffix(own).rstrip(" :*"):
            yield text
    if placeholder := el.attr("placeholder"):
        yield placeholder
    if name := el.attr("name"):
        yield name


def _option(page: Page, el: Any) -> str:
    """Return the first option that says something and is not chosen, if there is one."""
    doc = page.document
    chosen = controls.selected_options(doc, el)
    free = [
        each for each in controls.options(el) if controls.value(doc, each) and not controls.is_disabled(each)
    ]
    option = next((each for each in free if each not in chosen), next(iter(free), None))
    return controls.option_label(option) if option is not None else "…"


def _finds(page: Page, el: Any, locator: Locator[Page]) -> bool:
    try:
        return locator._found() == [el]
    except Error:
        return False


def _can_be_reached(page: Page, el: Any) -> bool:
    """Tell whether a user sees a control, or the label that stands for it."""
    shown = [el, *controls.labels_of(page.document, el)]
    try:
        return any(is_visible(page.document, each) for each in shown)
    except Error:  # only a browser's layout tells
        return True


def _on_this_site(page: Page, el: Any) -> bool:
    parts = urlsplit(el.attr("href") or "")
    return parts.scheme in ("", "http", "https") and parts.netloc in ("", urlsplit(page.url).netloc)
