"""Draws the ways between views: columns by how many steps a view is from the first, a line for each way."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping

from django_journey._report.wording import count, escape

__all__ = ["graph"]

_MOST = 60
_WIDTH, _GAP, _ROW, _HEIGHT = 190, 90, 40, 26
_LETTERS = 24


def graph(moves: Counter[tuple[str, str]], names: Mapping[str, str]) -> str:
    """Return the graph as HTML, or nothing where there are no ways.

    Args:
        moves: How often somebody went from one URL pattern to another.
        names: What the patterns are called.
    """
    shown = Counter(dict(moves.most_common(_MOST)))
    if not shown:
        return ""
    places = _places(shown)
    columns = 1 + max(column for column, _ in places.values())
    width = columns * (_WIDTH + _GAP) - _GAP + 2
    height = (1 + max(row for _, row in places.values())) * _ROW + 24
    lines = "".join(_line(places[start], places[end], number) for (start, end), number in shown.items())
    boxes = "".join(_box(place, pattern, names.get(pattern, pattern)) for pattern, place in places.items())
    left = len(moves) - len(shown)
    note = f"{count(len(moves), 'way')} between {count(len(places), 'view')}"
    note += f"; the {len(shown)} most frequent are drawn" if left else ""
    return (
        f'<p class="note">{note}. Broken lines lead back.</p><div class="wide"><svg class="graph" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{note}">{lines}{boxes}</svg></div>'
    )


def _places(moves: Counter[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Return the column and the row of each view: breadth first from the views that are begun with."""
    ends = Counter(end for _, end in moves)
    starts = Counter(start for start, _ in moves)
    every = sorted({*starts, *ends}, key=lambda name: (name != "/", ends[name] - starts[name], name))
    column: dict[str, int] = {}
    for first in every:
        if first in column:
            continue
        column[first] = 0
        waiting = deque([first])
        while waiting:
            at = waiting.popleft()
            for end in sorted(end for start, end in moves if start == at):
                if end not in column:
                    column[end] = column[at] + 1
                    waiting.append(end)
    rows: Counter[int] = Counter()
    places = {}
    for name, depth in column.items():
        places[name] = depth, rows[depth]
        rows[depth] += 1
    return places


def _line(start: tuple[int, int], end: tuple[int, int], number: int) -> str:
    (x1, y1), (x2, y2) = _corner(start), _corner(end)
    back = end[0] <= start[0]
    x1, x2 = x1 + _WIDTH, x2 + back * _WIDTH
    y1, y2 = y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
    bend = _GAP * 9 // 10 if back else _GAP // 2
    thick = min(1 + number / 8, 5)
    curve = f"M{x1} {y1} C{x1 + bend} {y1} {x2 + (bend if back else -bend)} {y2} {x2} {y2}"
    return (
        f'<path{" class=back" * back} d="{curve}" stroke-width="{thick:.1f}"><title>{number}</title></path>'
    )


def _box(place: tuple[int, int], pattern: str, name: str) -> str:
    x, y = _corner(place)
    short = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
    return (
        f'<g><title>{escape(pattern)}</title><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
        f'<text x="{x + 8}" y="{y + 17}">{escape(short)}</text></g>'
    )


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    column, row = place
    return column * (_WIDTH + _GAP) + 1, row * _ROW + 12
