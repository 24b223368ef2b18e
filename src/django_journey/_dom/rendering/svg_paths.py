"""Bounding boxes of SVG shapes, as far as they decide whether a shape has a width and a height."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

__all__ = ["IDENTITY", "Box", "Matrix", "around", "mapped", "path_box", "read_transform", "united"]

Box = tuple[float, float, float, float]  # left, top, right, bottom
Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_COUNTS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7, "z": 0}
_TOKEN = re.compile(r"[\s,]*(?:([MmLlHhVvCcSsQqTtAaZz])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))")
_FLAG = re.compile(r"[\s,]*([01])")
_TRANSFORM = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def around(points: Iterable[tuple[float, float]]) -> Box | None:
    """Return the bounding box of points; ``None`` if there are none."""
    found = list(points)
    if not found:
        return None
    xs, ys = [x for x, _ in found], [y for _, y in found]
    return min(xs), min(ys), max(xs), max(ys)


def united(boxes: Iterable[Box | None]) -> Box | None:
    """Return the bounding box of boxes."""
    return around(corner for box in boxes if box is not None for corner in (box[:2], box[2:]))


def mapped(box: Box | None, matrix: Matrix) -> Box | None:
    """Return the bounding box of a transformed box."""
    if box is None or matrix == IDENTITY:
        return box
    a, b, c, d, e, f = matrix
    left, top, right, bottom = box
    corners = ((left, top), (right, top), (left, bottom), (right, bottom))
    return around((a * x + c * y + e, b * x + d * y + f) for x, y in corners)


def read_transform(text: str | None) -> Matrix:
    """Parse a ``transform`` attribute (SVG 2, 8.5)."""
    whole = IDENTITY
    for name, values in _TRANSFORM.findall(text or ""):
        whole = _product(whole, _step(name, [float(each) for each in _NUMBER.findall(values)]))
    return whole


def _step(name: str, given: list[float]) -> Matrix:
    if name == "matrix" and len(given) == 6:
        return (given[0], given[1], given[2], given[3], given[4], given[5])
    if not given or name == "matrix":
        return IDENTITY
    first = given[0]
    second = given[1] if len(given) > 1 else None
    if name == "translate":
        return (1.0, 0.0, 0.0, 1.0, first, second or 0.0)
    if name == "scale":
        return (first, 0.0, 0.0, first if second is None else second, 0.0, 0.0)
    turn = math.radians(first)
    if name == "rotate":
        return (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0.0, 0.0)
    tilt = math.tan(turn)
    return (1.0, 0.0, tilt, 1.0, 0.0, 0.0) if name == "skewX" else (1.0, tilt, 0.0, 1.0, 0.0, 0.0)


def _product(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (
        a * g + c * h,
        b * g + d * h,
        a * i + c * j,
        b * i + d * j,
        a * k + c * m + e,
        b * k + d * m + f,
    )


def path_box(data: str) -> Box | None:
    """Return the bounding box of a path's points and control points.

    A path with an error is rendered up to the error (SVG 2, 9.5.4).
    """
    pen = _PathPen()
    command, at = "", 0
    while found := _TOKEN.match(data, at):
        if found.group(1):
            command, at = found.group(1), found.end()
            if not pen.points and not pen.started and command not in "Mm":
                break
            if command in "Zz":
                pen.close()
                continue
        elif not command or command in "Zz":
            break
        numbers, at = _arguments(data, at, command.lower())
        if len(numbers) < _COUNTS[command.lower()]:
            break
        pen.draw(command, numbers)
        command = {"M": "L", "m": "l"}.get(command, command)
    return around(pen.points)


def _arguments(data: str, at: int, command: str) -> tuple[list[float], int]:
    numbers: list[float] = []
    while len(numbers) < _COUNTS[command]:
        is_flag = command == "a" and len(numbers) in (3, 4)
        found = (_FLAG if is_flag else _TOKEN).match(data, at)
        text = found.group(1 if is_flag else 2) if found is not None else None
        if found is None or text is None:
            break
        numbers.append(float(text))
        at = found.end()
    return numbers, at


class _PathPen:
    """The current point of a path, and the points so far."""

    def __init__(self) -> None:
        self.x = self.y = 0.0
        self.start = (0.0, 0.0)
        self.started = False
        self.points: list[tuple[float, float]] = []

    def draw(self, command: str, numbers: list[float]) -> None:
        base = (self.x, self.y) if command.islower() else (0.0, 0.0)
        kind = command.lower()
        if kind == "h":
            ends = [(base[0] + numbers[0], self.y)]
        elif kind == "v":
            ends = [(self.x, base[1] + numbers[0])]
        elif kind == "a":
            ends = [(base[0] + numbers[5], base[1] + numbers[6])]
        else:
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            ends = [(base[0] + x, base[1] + y) for x, y in pairs]
        if kind == "m":
            self.start, self.started = ends[0], True
        else:
            self.points += [(self.x, self.y), *ends]
            if kind == "a" and all(numbers[:2]) and ends[0] != (self.x, self.y):
                # A point off the straight line, since an arc is never flat.
                self.points.append((ends[0][0] + abs(numbers[0]) / 2, ends[0][1] + abs(numbers[1]) / 2))
        self.x, self.y = ends[-1]

    def close(self) -> None:
        self.x, self.y = self.start
