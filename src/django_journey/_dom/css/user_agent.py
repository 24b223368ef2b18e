"""The user agent style sheet of Chromium, as far as it decides what is rendered."""

from __future__ import annotations

from django_journey._dom.tree.parser import Element, is_html

__all__ = ["default_display", "default_white_space", "is_never_shown", "is_positioned_by_default"]
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
    **dict.fromkeys(("pre", "listing", "plaintext", "xmp"), "pre"),
    "textarea": "pre-wrap",
    "option": "nowrap",
}
#: Elements that do not inherit text properties.
CONTROLS = frozenset({"button", "input", "select", "textarea"})
_IN_SVG = {
    **dict.fromkeys(("text", "foreignObject"), "block"),
    **dict.fromkeys(("script", "style", "title", "desc"), "none"),
}


#: The attribute of an open popover; HTML has none.
OPEN_POPOVER = "data-journey-popover-open"
#: The attribute of a dialog opened as a modal one; HTML has none.
MODAL = "data-journey-modal"


def default_display(el: Element) -> str:
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


def is_never_shown(el: Element) -> bool:
    """Return whether the user agent style sheet hides an element with ``!important``."""
    return el.tag == "noscript" or (el.tag == "input" and (el.attr("type") or "").lower() == "hidden")


def is_positioned_by_default(el: Element) -> bool:
    """Return whether the user agent style sheet takes an element out of the flow."""
    return el.tag == "dialog" or el.attr("popover") is not None


def plain_display(tag: str) -> str | None:
    """Return the default ``display`` of HTML elements with a tag; ``None`` if it depends on attributes."""
    return None if tag in _DEPENDS else _DISPLAY.get(tag, "inline")


def default_white_space(el: Element) -> str | None:
    """Return an element's ``white-space`` by the user agent style sheet, or ``None``."""
    if el.tag in ("td", "th") and el.attr("nowrap") is not None:
        return "nowrap"
    return _WHITE_SPACE.get(el.tag)
