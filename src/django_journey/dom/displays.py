"""Kinds of ``display``: what its place makes of one, and which only a table has (CSS Display 3, 2)."""

from __future__ import annotations

__all__ = ["BLOCKS", "FLEXIBLE", "INSIDE_TABLES", "IS_WHOLE", "SPACELESS"]

#: What becomes of a ``display`` where only a block can stand.
BLOCKS = {
    "inline": "block",
    "inline-block": "block",
    "inline-flex": "flex",
    "inline-grid": "grid",
    "inline-table": "table",
    "-webkit-inline-box": "-webkit-box",
    "ruby": "block",
    "ruby-text": "block",
    "table-cell": "block",
    "table-row": "block",
    "table-row-group": "block",
    "table-header-group": "block",
    "table-footer-group": "block",
    "table-column": "block",
    "table-column-group": "block",
    "table-caption": "block",
}
#: Those that lay out what is in them as items.
FLEXIBLE = frozenset({"flex", "inline-flex", "grid", "inline-grid", "-webkit-box", "-webkit-inline-box"})
#: Those of a table's parts.
INSIDE_TABLES = frozenset(each for each in BLOCKS if each.startswith("table-"))
#: Those directly in which white space makes no text.
SPACELESS = (INSIDE_TABLES - {"table-cell", "table-caption"}) | {"table", "inline-table"}
#: Elements that can't be a part of a table, since they are drawn as a whole; they stand in the line instead.
IS_WHOLE = frozenset({"img", "input", "button", "select", "textarea", "meter", "progress"})
