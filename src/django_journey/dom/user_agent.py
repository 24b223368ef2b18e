"""The browser's own style sheet: what Chromium shows, and how, before the page's sheets have their say."""

from __future__ import annotations

from typing import Any

from django_journey.dom.parser import is_html

__all__ = ["default_display", "default_white_space", "is_never_shown", "is_placed_by_default"]
__all__ += ["CONTROLS", "plain_display"]

_BY_DISPLAY = {
    "none": "area base basefont datalist head link meta noembed noframes noscript param rp script style "
    "template title",
    "block": "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset frame h1 h2 h3 h4 h5 h6 header hgroup hr html legend listing "
    "main menu nav ol optgroup option p plaintext pre search section summary ul xmp",
    "inline-block": "button input meter progress select textarea marquee",
    "list-item": "li",
    "contents": "slot",
    "table": "table",
    "table-caption": "caption",
    "table-cell": "td th",
    "table-column": "col",
    "table-column-group": "colgroup",
    "table-footer-group": "tfoot",
    "table-header-group": "thead",
    "table-row": "tr",
    "table-row-group": "tbody",
    "ruby": "ruby",
    "ruby-text": "rt",
}
_DISPLAY = {tag: display for display, tags in _BY_DISPLAY.items() for tag in tags.split()}
_DEPENDS = frozenset({"dialog", "audio", "summary"})
_WHITE_SPACE = {
    "pre": "pre",
    "listing": "pre",
    "plaintext": "pre",
    "xmp": "pre",
    "textarea": "pre-wrap",
    "option": "nowrap",
}
#: Elements whose text the browser sets by itself, whatever is around them.
CONTROLS = frozenset({"button", "input", "select", "textarea"})
_IN_SVG = {
    "text": "block",
    "foreignObject": "block",
    "script": "none",
    "style": "none",
    "title": "none",
    "desc": "none",
}


#: The attribute that a page gives to a popover while it is open, since HTML has none for that.
OPEN_POPOVER = "data-journey-popover-open"
#: The attribute that it gives to a dialog that was opened as a modal one.
MODAL = "data-journey-modal"


def default_display(el: Any) -> str:
    """Return an element's ``display`` by the user agent style sheet.

    Source: HTML Living Standard, 15.3 (Rendering, non-replaced elements), with scripting on.
    """
    tag = el.tag
    if not is_html(el):
        return _IN_SVG.get(tag, "inline")
    display = _DISPLAY.get(tag, "inline")
    hidden = el.attr("hidden")
    if hidden is not None:
        if hidden.lower() != "until-found":
            return "inline" if tag == "embed" else "none"
        return display
    if (tag == "dialog" and el.attr("open") is None) or (tag == "audio" and el.attr("controls") is None):
        return "none"
    if tag == "summary" and el.parent is not None and getattr(el.parent, "tag", "") == "details":
        return "list-item"
    if el.attr("popover") is not None and tag != "dialog":
        return "none" if el.attr(OPEN_POPOVER) is None else "block"
    return display


def is_never_shown(el: Any) -> bool:
    """Tell whether the browser hides an element by a declaration that is important, whatever the page says."""
    return el.tag == "noscript" or (el.tag == "input" and (el.attr("type") or "").lower() == "hidden")


def is_placed_by_default(el: Any) -> bool:
    """Tell whether the browser's own sheet takes an element out of the flow."""
    return el.tag == "dialog" or el.attr("popover") is not None


def plain_display(tag: str) -> str | None:
    """Return the ``display`` of an HTML element where its tag alone decides it, given that it is not hidden."""
    return None if tag in _DEPENDS else _DISPLAY.get(tag, "inline")


def default_white_space(el: Any) -> str | None:
    """Return an element's ``white-space`` by the user agent style sheet, where it has one."""
    if el.tag in ("td", "th") and el.attr("nowrap") is not None:
        return "nowrap"
    return _WHITE_SPACE.get(el.tag)
