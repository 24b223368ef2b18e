"""Groups the items of a flex container by line and those of a grid by row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_journey._dom.css.syntax import string_value, words
from django_journey._dom.rendering.box_style import ROW_FLEX, BoxStyle
from django_journey._dom.tree.flat_tree import shown_children
from django_journey._dom.tree.parser import Element, Node, is_element, is_text

__all__ = ["items_beside"]

_PERCENT = re.compile(r"(\d+\.?\d*|\.\d+)%\Z")
_PIXELS = re.compile(r"(\d+\.?\d*|\.\d+)px\Z")
_REPEAT = re.compile(r"repeat\(\s*(\d+)\s*,(.*)\)\Z", re.DOTALL)
_SPAN = re.compile(r"span\s+(\d+)")
_WINDOW = 1280.0
_PLACES = ("grid-area", "grid-row", "grid-column")


def items_beside(style: BoxStyle, item: Element, container: Element) -> list[Node] | None:
    """Return the items on an item's flex line or in its grid row; ``None`` if they are unknown.

    Args:
        style: The style of boxes.
        item: A child of the container.
        container: A flex container with a horizontal main axis, or a grid.
    """
    styles = style.styles
    items = [
        each for each in _items(style, container) if not (is_element(each) and style.is_positioned(each))
    ]
    if "order" in styles.main.properties or styles.inline:
        items.sort(key=lambda each: _order(styles.value(each, "order")) if is_element(each) else 0)
    if styles.display(container) not in ROW_FLEX:
        places = _rows(style, items, container)
    elif styles.value(container, "flex-wrap") in (None, "nowrap", "initial"):
        return items
    else:
        places = _lines(style, items)
    if places is None or item not in items:
        return None
    mine = places[items.index(item)]
    return [each for each, place in zip(items, places, strict=True) if place == mine]


def _order(value: str | None) -> int:
    return int(value) if value is not None and re.fullmatch(r"[-+]?\d+", value) else 0


def _items(style: BoxStyle, container: Element) -> Iterator[Node]:
    for child in shown_children(container):
        if is_text(child) and child.text.strip():
            yield child  # an anonymous item
        elif is_element(child):
            display = style.styles.display(child)
            if display == "contents":
                yield from _items(style, child)
            elif display != "none":
                yield child


def _lines(style: BoxStyle, items: list[Node]) -> list[int]:
    """Number the items by line; a line is full when the known shares of its width exceed 100 %."""
    found: list[int] = []
    line, used = 0, 0.0
    for item in items:
        share = _share(style, item)
        if used and used + share > 100.01:
            line, used = line + 1, 0.0
        used += share
        found.append(line)
    return found


def _share(style: BoxStyle, item: Node) -> float:
    if not is_element(item):
        return 0.1
    value = style.styles.value(item, "flex-basis")
    if value in (None, "auto", "initial"):
        value = style.styles.value(item, "width") or ""
    if part := _PERCENT.match(value or ""):
        return float(part.group(1))
    least = 1.0 if style.has_padding_or_border(item, across=True) else 0.1
    length = _PIXELS.match(value or "")
    return float(length.group(1)) * 100 / _WINDOW if length else least


def _rows(style: BoxStyle, items: list[Node], container: Element) -> list[int] | None:
    """Number the items of a grid by row, by automatic placement (CSS Grid 2, 8.5)."""
    styles = style.styles
    if "column" in (styles.value(container, "grid-auto-flow") or ""):
        return [0] * len(items)
    columns = _columns(styles.value(container, "grid-template-columns"))
    if columns is None or styles.value(container, "grid-template-areas") not in (None, "none", "initial"):
        return None
    found: list[int] = []
    row = column = 0
    for item in items:
        own = {each: styles.value(item, each) if is_element(item) else None for each in _PLACES}
        area = (own["grid-area"] or "").split("/")
        fixed = _line(own["grid-row"] or area[0])
        start, span = _across(own["grid-column"] or "/".join(area[1:4:2]), columns)
        if fixed is not None:
            found.append(fixed)
            continue
        at = column if start is None else start
        if at < column or (at and at + span > columns):
            row, at = row + 1, start or 0
        found.append(row)
        column = at + span
    return found


def _columns(value: str | None) -> int | None:
    if value in (None, "none", "initial"):
        return 1
    rows, slash, given = str(value).partition("/")
    tracks = words(given if slash else rows)
    if any(string_value(each) is not None for each in tracks) or "subgrid" in tracks:
        return None
    count = 0
    for track in tracks:
        if track.startswith("["):
            continue
        if track.startswith("repeat("):
            repeated = _REPEAT.match(track)
            if repeated is None:
                return None
            count += int(repeated.group(1)) * len(words(repeated.group(2)))
        else:
            count += 1
    return max(count, 1)


def _line(value: str) -> int | None:
    first = value.partition("/")[0].strip()
    return int(first) - 1 if first.isdigit() and int(first) else None


def _across(value: str, columns: int) -> tuple[int | None, int]:
    first, _, last = (part.strip() for part in value.partition("/"))
    start = _line(first)
    if span := _SPAN.search(value):
        return start, min(int(span.group(1)), columns)
    if start is not None and re.fullmatch(r"-?\d+", last):
        end = int(last) - 1 if int(last) > 0 else columns + 1 + int(last)
        return start, max(end - start, 1)
    return start, 1
