"""Splits a generated statement into lines, as a formatter would."""

from __future__ import annotations

import ast

__all__ = ["WIDTH", "laid_out"]

WIDTH = 88


def laid_out(statement: str, *, indent: int) -> list[str]:
    """Return the lines of an assignment of a call; a part that is too long is split into one line per item.

    Args:
        statement: The statement in one line.
        indent: How far it is indented.
    """
    if indent + len(statement) <= WIDTH and not _explodes(ast.parse(statement)):
        return [" " * indent + statement]
    assignment = ast.parse(statement).body[0]
    assert isinstance(assignment, ast.Assign)
    return _broken(statement, assignment.value, indent, statement[: assignment.value.col_offset], "")


def _broken(source: str, node: ast.expr, indent: int, before: str, after: str) -> list[str]:
    """Return an expression's lines, with a prefix and a suffix."""
    text = before + _text(source, node) + after
    parts = _parts(source, node)
    if parts is None or (indent + len(text) <= WIDTH and not _explodes(node)):
        return [" " * indent + text]
    opening, closing, items = parts
    lines = [" " * indent + before + opening]
    for prefix, item in items:
        lines += _broken(source, item, indent + 4, prefix, ",")
    return [*lines, " " * indent + closing + after]


def _explodes(node: ast.AST) -> bool:
    """Tell whether it has a mapping or several names, which are easier to edit on separate lines."""
    return any(
        (isinstance(each, ast.Dict) and len(each.keys) > 0)
        or (isinstance(each, ast.Tuple) and len(each.elts) > 1)
        for each in ast.walk(node)
    )


def _parts(source: str, node: ast.expr) -> tuple[str, str, list[tuple[str, ast.expr]]] | None:
    if isinstance(node, ast.Dict) and node.keys:
        pairs = [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]
        return "{", "}", [(f"{_text(source, key)}: ", value) for key, value in pairs]
    if isinstance(node, ast.Call) and (node.args or node.keywords):
        named = [(f"{keyword.arg}=", keyword.value) for keyword in node.keywords]
        return f"{_text(source, node.func)}(", ")", [*(("", each) for each in node.args), *named]
    if isinstance(node, ast.Tuple | ast.List) and node.elts:
        opening, closing = ("(", ")") if isinstance(node, ast.Tuple) else ("[", "]")
        return opening, closing, [("", each) for each in node.elts]
    return None


def _text(source: str, node: ast.AST) -> str:
    return ast.get_source_segment(source, node) or ""
