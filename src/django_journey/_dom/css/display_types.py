"""Groups of ``display`` values (CSS Display 3, 2)."""

from __future__ import annotations

__all__ = ["BLOCKS", "FLEXIBLE", "INSIDE_TABLES", "IS_WHOLE", "SPACELESS"]

_TABLE_PARTS = (
    "cell",
    "row",
    "row-group",
    "header-group",
    "footer-group",
    "column",
    "column-group",
    "caption",
)
#: What blockification makes of each ``display``.
BLOCKS = {
    "inline": "block",
    "inline-block": "block",
    "inline-flex": "flex",
    "inline-grid": "grid",
    "inline-table": "table",
    "-webkit-inline-box": "-webkit-box",
    "ruby": "block",
    "ruby-text": "block",
    **dict.fromkeys((f"table-{part}" for part in _TABLE_PARTS), "block"),
}
#: The values of flex and grid containers.
FLEXIBLE = frozenset({"flex", "inline-flex", "grid", "inline-grid", "-webkit-box", "-webkit-inline-box"})
#: The values of a table's parts.
INSIDE_TABLES = frozenset(each for each in BLOCKS if each.startswith("table-"))
#: The values of boxes whose white space is not rendered.
SPACELESS = (INSIDE_TABLES - {"table-cell", "table-caption"}) | {"table", "inline-table"}
#: Replaced elements and controls, for which a table part's ``display`` computes to an inline one.
IS_WHOLE = frozenset({"img", "input", "button", "select", "textarea", "meter", "progress"})
