"""Table columns, which decide whether ``col`` and ``colgroup`` have boxes (CSS 2.2, 17.3)."""

from __future__ import annotations

from collections.abc import Iterator

from django_journey._dom.css.cascade import Styles
from django_journey._dom.css.properties import is_zero
from django_journey._dom.tree.parser import Element, is_element

__all__ = ["has_columns", "is_spaced", "table_of"]

_TABLES = frozenset({"table", "inline-table"})
_SECTIONS = frozenset({"table-row-group", "table-header-group", "table-footer-group"})


def table_of(styles: Styles, part: Element) -> Element | None:
    """Return the table of a table part, or ``None``."""
    node = styles.parent(part)
    while node is not None and styles.display(node) not in _TABLES:
        node = styles.parent(node)
    return node


def has_columns(styles: Styles, el: Element, table: Element) -> bool:
    """Return whether there are cells in the columns of a ``col`` or ``colgroup``."""
    start = 0
    for column, span in _declared(styles, table):
        if column is el or column == el or styles.parent(column) == el:
            return start < _count(styles, table)
        start += span
    return False


def is_spaced(styles: Styles, table: Element) -> bool:
    """Return whether border spacing gives a table an extent, even around empty cells (CSS 2.2, 17.6.1)."""
    if styles.inherited(table, "border-collapse") == "collapse":
        return False
    given = styles.inherited(table, "border-spacing")
    if given is None and table.tag == "table":
        given = table.attr("cellspacing") or "2"
    if given is None or all(is_zero(each) for each in given.split()):
        return False
    return any(_is_filled(styles, part) for part in _parts(styles, table))


def _is_filled(styles: Styles, part: Element) -> bool:
    """Return whether a table part has a cell, possibly an anonymous one."""
    display = styles.display(part)
    if display in _SECTIONS:
        return any(_is_filled(styles, row) for row in _parts(styles, part))
    if display == "table-row":
        return next(_parts(styles, part), None) is not None or bool(part.text.strip())
    return display not in ("table-column", "table-column-group", "table-caption")


def _declared(styles: Styles, table: Element) -> Iterator[tuple[Element, int]]:
    for child in _parts(styles, table):
        display = styles.display(child)
        if display == "table-column":
            yield child, _number(child, "span")
        elif display == "table-column-group":
            columns = [each for each in _parts(styles, child) if styles.display(each) == "table-column"]
            if not columns:
                yield child, _number(child, "span")
            for each in columns:
                yield each, _number(each, "span")


def _count(styles: Styles, table: Element) -> int:
    widest = 0
    for row in _rows(styles, table):
        cells = [each for each in _parts(styles, row) if styles.display(each) == "table-cell"]
        widest = max(widest, sum(_number(cell, "colspan") for cell in cells))
    return widest


def _rows(styles: Styles, table: Element) -> Iterator[Element]:
    for part in _parts(styles, table):
        display = styles.display(part)
        if display in _SECTIONS:
            yield from _parts(styles, part)
        elif display == "table-row":
            yield part


def _parts(styles: Styles, el: Element) -> Iterator[Element]:
    return (child for child in el.children if is_element(child) and styles.display(child) != "none")


def _number(el: Element, name: str) -> int:
    text = (el.attr(name) or "").strip()
    return max(int(text), 1) if text.isdigit() else 1
