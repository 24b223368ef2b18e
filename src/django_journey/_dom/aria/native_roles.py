"""Implicit ARIA roles of HTML elements, as in Chromium and Playwright (HTML-AAM)."""

from __future__ import annotations

from collections.abc import Callable

from django_journey._dom.aria.tables import GLOBAL_ATTRIBUTES, explicit_role
from django_journey._dom.forms.controls import is_list_box
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.flat_tree import flat_parent
from django_journey._dom.tree.idrefs import referenced
from django_journey._dom.tree.parser import Element, is_element
from django_journey._dom.tree.white_space import trim, word_set

__all__ = ["BY_ROLE", "INHERITING", "has_tab_index", "native_role", "number"]

#: The tags that are the names of their roles.
_OWN_ROLE = word_set(
    "article blockquote button caption code dialog figure main mark math meter option search "
    "strong table time"
)
_FIXED = {
    **{tag: tag for tag in _OWN_ROLE},
    **{f"h{level}": "heading" for level in range(1, 7)},
    **dict.fromkeys(("details", "fieldset", "optgroup"), "group"),
    **dict.fromkeys(("dfn", "dt"), "term"),
    **dict.fromkeys(("menu", "ol", "ul"), "list"),
    **dict.fromkeys(("tbody", "tfoot", "thead"), "rowgroup"),
    "aside": "complementary",
    "datalist": "listbox",
    "dd": "definition",
    "del": "deletion",
    "em": "emphasis",
    "hr": "separator",
    "html": "document",
    "ins": "insertion",
    "li": "listitem",
    "nav": "navigation",
    "output": "status",
    "p": "paragraph",
    "progress": "progressbar",
    "sub": "subscript",
    "sup": "superscript",
    "svg": "img",
    "textarea": "textbox",
    "tr": "row",
}
_INPUT_ROLES = {
    "button": "button",
    "checkbox": "checkbox",
    "file": "button",
    "image": "button",
    "number": "spinbutton",
    "radio": "radio",
    "range": "slider",
    "reset": "button",
    "submit": "button",
}
_LISTED_TYPES = frozenset({"email", "search", "tel", "text", "url"})
_SECTIONING_TAGS = frozenset({"article", "aside", "main", "nav", "section"})
_SECTIONING_ROLES = frozenset({"article", "complementary", "main", "navigation", "region"})

_RoleRule = Callable[[Document, Element], str | None]


def number(text: str | None) -> float | None:
    """Return a text as a number, by the rules of ECMAScript's ``Number``; ``None`` for NaN."""
    if text is None:
        return None
    text = trim(text)
    if "_" in text:
        return None
    try:
        if text[:2].lower() in ("0x", "0o", "0b"):
            return float(int(text, 0))
        return None if text.lower().lstrip("+-") in ("nan", "inf", "infinity") else float(text or 0)
    except ValueError:
        return None


def has_tab_index(el: Element) -> bool:
    """Return whether ``tabindex`` is a number; an empty one counts as zero."""
    return number(el.attr("tabindex")) is not None


def native_role(doc: Document, el: Element) -> str | None:
    """Return an element's implicit role, regardless of its ``role`` attribute."""
    tag = el.tag
    fixed = _FIXED.get(tag)
    if fixed is not None:
        return fixed
    rule = _RULES.get(tag)
    return rule(doc, el) if rule is not None else None


def _link(doc: Document, el: Element) -> str | None:
    return "link" if el.attr("href") is not None else None


def _named(role: str) -> _RoleRule:
    def rule(doc: Document, el: Element) -> str | None:
        return role if el.attr("aria-label") is not None or el.attr("aria-labelledby") is not None else None

    return rule


def _landmark(role: str) -> _RoleRule:
    def rule(doc: Document, el: Element) -> str | None:
        node: Element | None = el
        while node is not None:
            given = node.attr("role")
            if (node.tag in _SECTIONING_TAGS) if given is None else (given in _SECTIONING_ROLES):
                return None
            node = flat_parent(doc, node)
        return role

    return rule


def _image(doc: Document, el: Element) -> str | None:
    if el.attr("alt") != "" or el.attr("title") or has_tab_index(el):
        return "img"
    return "img" if any(name in GLOBAL_ATTRIBUTES for name in el.attrs) else "presentation"


def _input(doc: Document, el: Element) -> str | None:
    kind = input_type(el)
    if kind == "hidden":
        return None
    if kind in _LISTED_TYPES:
        suggestions = referenced(doc, el, el.attr("list"))
        if suggestions and suggestions[0].tag == "datalist":
            return "combobox"
        return "searchbox" if kind == "search" else "textbox"
    return _INPUT_ROLES.get(kind, "textbox")


def _select(doc: Document, el: Element) -> str | None:
    return "listbox" if is_list_box(el) or el.attr("multiple") is not None else "combobox"


def _cell(doc: Document, el: Element) -> str | None:
    table = el.closest("table")
    given = explicit_role(table) if table is not None else None
    return "gridcell" if given in ("grid", "treegrid") else "cell"


def _header_cell(doc: Document, el: Element) -> str | None:
    scope = el.attr("scope")
    if scope in ("col", "colgroup"):
        return "columnheader"
    if scope in ("row", "rowgroup"):
        return "rowheader"
    parent = el.parent
    before, after = _beside(el, "previous_sibling"), _beside(el, "next_sibling")
    if before is None and after is None:
        table = parent.closest("table") if is_element(parent) and parent.tag == "tr" else None
        return None if table is not None and _row_count(table) <= 1 else "columnheader"
    if _is_header(before) and _is_header(after):
        return "columnheader"
    return "rowheader" if _has_data(before) or _has_data(after) else "columnheader"


def _beside(el: Element, direction: str) -> Element | None:
    node = getattr(el, direction)
    while node is not None and not is_element(node):
        node = getattr(node, direction)
    return node


def _row_count(table: Element) -> int:
    """Return the number of a table's rows, as the DOM's ``rows``; those of nested tables do not count."""
    count = 0
    for child in table.children:
        if not is_element(child):
            continue
        if child.tag == "tr":
            count += 1
        elif child.tag in ("thead", "tbody", "tfoot"):
            count += sum(1 for row in child.children if is_element(row) and row.tag == "tr")
    return count


def _is_header(cell: Element | None) -> bool:
    return cell is not None and cell.tag == "th"


def _has_data(cell: Element | None) -> bool:
    if cell is None or cell.tag != "td":
        return False
    return any(is_element(child) for child in cell.children) or bool(trim(cell.text))


_RULES: dict[str, _RoleRule] = {
    "a": _link,
    "area": _link,
    "footer": _landmark("contentinfo"),
    "form": _named("form"),
    "header": _landmark("banner"),
    "img": _image,
    "input": _input,
    "section": _named("region"),
    "select": _select,
    "td": _cell,
    "th": _header_cell,
}


def _css_by_role() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for tag, role in _FIXED.items():
        found.setdefault(role, []).append(tag)
    for role, tags in _VARYING.items():
        found.setdefault(role, []).extend(tags)
    return {role: tuple(tags) for role, tags in found.items()}


_VARYING = {
    "link": ("a[href]", "area[href]"),
    "contentinfo": ("footer",),
    "banner": ("header",),
    "form": ("form[aria-label]", "form[aria-labelledby]"),
    "region": ("section[aria-label]", "section[aria-labelledby]"),
    "img": ("img",),
    "presentation": ('img[alt=""]',),
    "searchbox": ("input[type=search i]",),
    "textbox": ("input",),
    "combobox": ("input[list]", "select"),
    "listbox": ("select",),
    "button": tuple(f"input[type={kind} i]" for kind, role in _INPUT_ROLES.items() if role == "button"),
    "spinbutton": ("input[type=number i]",),
    "slider": ("input[type=range i]",),
    "checkbox": ("input[type=checkbox i]",),
    "radio": ("input[type=radio i]",),
    "cell": ("td",),
    "gridcell": ("td",),
    "columnheader": ("th",),
    "rowheader": ("th",),
}
#: For each implicit role, selectors of the elements that may have it.
BY_ROLE = _css_by_role()
#: The elements that inherit ``none`` and ``presentation``, each with the parents from which they do.
INHERITING = {
    "dd": ("dl", "div"),
    "div": ("dl",),
    "dt": ("dl", "div"),
    "li": ("ol", "ul"),
    "tbody": ("table",),
    "td": ("tr",),
    "tfoot": ("table",),
    "th": ("tr",),
    "thead": ("table",),
    "tr": ("thead", "tbody", "tfoot", "table"),
}
