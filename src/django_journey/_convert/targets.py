"""Turns the expression of a path into what ``actor.visit`` takes: a URL's name with its arguments, and a query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qsl

import libcst as cst

from django_journey._convert.calls import ClientCall

__all__ = ["Named", "Target", "code_of", "named_paths", "nodes_of", "target_of"]

#: The name and the arguments of the URL of a path.
Named = tuple[str, Sequence[str], Mapping[str, str]]

_Node = TypeVar("_Node", bound=cst.CSTNode)

_NO_COMMA = cst.MaybeSentinel.DEFAULT
_EMPTY = cst.Module(body=[])
_HOLE = re.compile(r"%[sdi]|\{\d?\}")


def code_of(node: cst.CSTNode) -> str:
    """Return the source of a node."""
    return _EMPTY.code_for_node(node)


def nodes_of(node: cst.CSTNode, kind: type[_Node]) -> Iterator[_Node]:
    """Yield the nodes of a kind within a node, and itself; many times faster than ``libcst.matchers.findall``."""
    if isinstance(node, kind):
        yield node
    for name in node.__dataclass_fields__:
        found = getattr(node, name)
        for child in found if isinstance(found, (list, tuple)) else (found,):
            if isinstance(child, cst.CSTNode):
                yield from nodes_of(child, kind)


@dataclass(frozen=True, slots=True)
class Target:
    """A page: the source of the arguments that name it.

    Args:
        name: The source of the URL's name, or of a path.
        args: The sources of the URL's arguments, by their places.
        kwargs: The sources of the URL's arguments, by name.
        query: The source of the query; empty for none.
        is_name: Whether it is a URL's name.
    """

    name: str
    args: tuple[str, ...] = ()
    kwargs: tuple[tuple[str, str], ...] = ()
    query: str = ""
    is_name: bool = True

    @property
    def plain(self) -> str:
        """The arguments of ``visit`` without the query."""
        return ", ".join([self.name, *self.args, *(f"{key}={value}" for key, value in self.kwargs)])

    @property
    def code(self) -> str:
        """The arguments of ``visit``."""
        return f"{self.plain}, query={self.query}" if self.query else self.plain

    @property
    def as_path(self) -> str:
        """An expression of the path."""
        if not self.is_name:
            return self.name
        if self.args:
            return f"reverse({self.name}, args=[{', '.join(self.args)}])"
        if self.kwargs:
            pairs = ", ".join(f'"{key}": {value}' for key, value in self.kwargs)
            return f"reverse({self.name}, kwargs={{{pairs}}})"
        return f"reverse({self.name})"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text: a literal one, or an expression."""

    text: str = ""
    node: cst.BaseExpression | None = None


def named_paths(calls: Iterable[ClientCall]) -> dict[str, Named]:
    """Return the URLs of all paths that were requested or redirected to, and have a name."""
    found: dict[str, Named] = {}
    for call in calls:
        if call.url_name:
            found[call.path] = (call.url_name, call.args, call.kwargs)
        if call.redirect_name:
            path = call.redirect.partition("?")[0]
            found[path] = (call.redirect_name, call.redirect_args, call.redirect_kwargs)
    return found


def target_of(
    node: cst.BaseExpression,
    paths: Iterable[str],
    names: Mapping[str, Named],
    value_of: Callable[[cst.BaseExpression], cst.BaseExpression],
) -> Target:
    """Return what ``visit`` takes for an expression of a path.

    Args:
        node: The expression.
        paths: The paths that it had.
        names: The names of paths.
        value_of: Returns what a variable was given, if that is known.
    """
    pieces = _pieces(value_of(node))
    path, query = _at_query(pieces)
    asked = _query(query)
    if path is None or asked is None:
        return Target(code_of(node), is_name=False)
    if len(path) == 1 and isinstance(path[0].node, cst.Call):
        found = _reversed(path[0].node)
        if found is not None:
            return Target(found.name, found.args, found.kwargs, asked)
    if any(piece.node is None and piece.text.startswith("/") for piece in path[:1]):
        options = {_named(path, each, names) for each in paths}
        if len(options) == 1 and (only := options.pop()) is not None:
            return Target(only.name, only.args, only.kwargs, asked)
    return Target(code_of(node), is_name=False)


def _pieces(node: cst.BaseExpression) -> list[_Piece]:
    if isinstance(node, cst.SimpleString) and isinstance(node.evaluated_value, str):
        return [_Piece(node.evaluated_value)]
    if isinstance(node, cst.ConcatenatedString):
        return [*_pieces(node.left), *_pieces(node.right)]
    if isinstance(node, cst.FormattedString):
        return [
            _Piece(part.value) if isinstance(part, cst.FormattedStringText) else _Piece(node=part.expression)
            for part in node.parts
            if isinstance(part, (cst.FormattedStringText, cst.FormattedStringExpression))
        ]
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        return [*_pieces(node.left), *_pieces(node.right)]
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        values = [e.value for e in node.right.elements] if isinstance(node.right, cst.Tuple) else [node.right]
        return _filled(node, node.left, values)
    if (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value == "format"
    ):
        return _filled(node, node.func.value, [arg.value for arg in node.args])
    return [_Piece(node=node)]


def _filled(
    whole: cst.BaseExpression, text: cst.BaseExpression, values: list[cst.BaseExpression]
) -> list[_Piece]:
    """Return the pieces of a text with holes and of what fills them."""
    if not isinstance(text, cst.SimpleString) or not isinstance(text.evaluated_value, str):
        return [_Piece(node=whole)]
    literals = _HOLE.split(text.evaluated_value)
    if len(literals) != len(values) + 1:
        return [_Piece(node=whole)]
    found = [_Piece(literals[0])]
    for value, literal in zip(values, literals[1:], strict=True):
        found += [_Piece(node=value), _Piece(literal)]
    return found


def _at_query(pieces: list[_Piece]) -> tuple[list[_Piece] | None, list[_Piece]]:
    """Return the pieces of the path, and those of the query string."""
    for number, piece in enumerate(pieces):
        before, mark, after = piece.text.partition("?")
        if mark:
            path = [*pieces[:number], *([_Piece(before)] if before else [])]
            return path or None, [_Piece(after), *pieces[number + 1 :]]
    return [piece for piece in pieces if piece.text or piece.node] or None, []


def _query(pieces: list[_Piece]) -> str | None:
    """Return the source of a query; ``None`` where it can't be told."""
    nodes = [piece.node for piece in pieces if piece.node is not None]
    text = "".join(
        piece.text if piece.node is None else f"\x00{nodes.index(piece.node)}\x00" for piece in pieces
    )
    if "#" in text:
        return None
    pairs = parse_qsl(text, keep_blank_values=True)
    if not text.strip("&"):
        return ""
    if len({name for name, _ in pairs}) < len(pairs) or any("\x00" in name for name, _ in pairs):
        return None
    said = []
    for name, value in pairs:
        hole = re.fullmatch("\x00(\\d+)\x00", value)
        if hole is None and "\x00" in value:
            return None
        said.append(f"{quoted(name)}: {code_of(nodes[int(hole[1])]) if hole else quoted(value)}")
    return "{" + ", ".join(said) + "}"


def quoted(text: str) -> str:
    """Return a text as a literal in double quotes."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in plain and "\\" not in plain else plain


def _reversed(call: cst.Call) -> Target | None:
    """Return the target of a call of ``reverse``."""
    if code_of(call.func) not in ("reverse", "reverse_lazy", "urls.reverse", "resolve_url") or not call.args:
        return None
    given = {arg.keyword.value if arg.keyword else place: arg.value for place, arg in enumerate(call.args)}
    name = given.get(0, given.get("viewname"))
    if not isinstance(name, cst.SimpleString):
        return None
    if code_of(call.func) == "resolve_url":
        return Target(code_of(name), tuple(code_of(arg) for arg in call.args[1:])) if name else None
    args, kwargs = given.get("args", given.get(2)), given.get("kwargs", given.get(3))
    if set(given) - {0, 2, 3, "viewname", "args", "kwargs"}:
        return None
    places: tuple[str, ...] = ()
    if isinstance(args, (cst.List, cst.Tuple)):
        places = tuple(code_of(each) for each in (e.with_changes(comma=_NO_COMMA) for e in args.elements))
    elif args is not None:
        places = (f"*{code_of(args)}",)
    pairs = _keywords(kwargs)
    if pairs is None:
        places, pairs = (*places, f"**{code_of(kwargs)}"), ()  # type: ignore[arg-type]
    return Target(code_of(name), places, pairs)


def _keywords(node: cst.BaseExpression | None) -> tuple[tuple[str, str], ...] | None:
    if node is None:
        return ()
    if isinstance(node, cst.Dict):
        found = []
        for element in node.elements:
            key = element.key if isinstance(element, cst.DictElement) else None
            if not isinstance(key, cst.SimpleString) or not str(key.evaluated_value).isidentifier():
                return None
            found.append((str(key.evaluated_value), code_of(element.value)))
        return tuple(found)
    if isinstance(node, cst.Call) and code_of(node.func) == "dict" and all(arg.keyword for arg in node.args):
        return tuple((arg.keyword.value, code_of(arg.value)) for arg in node.args if arg.keyword)
    return None


def _named(pieces: list[_Piece], path: str, names: Mapping[str, Named]) -> Target | None:
    """Return the named target of a path that these pieces make."""
    found = names.get(path)
    pattern = "".join(re.escape(piece.text) if piece.node is None else "(.+?)" for piece in pieces)
    match = re.fullmatch(pattern, path)
    if found is None or match is None:
        return None
    name, args, kwargs = found
    holes = [piece.node for piece in pieces if piece.node is not None]
    values = {value: code_of(node) for value, node in zip(match.groups(), holes, strict=True)}
    wanted = {*args, *kwargs.values()}
    if not set(values) <= wanted:
        return None  # an expression is only a part of an argument

    def said(value: str) -> str:
        return values.get(value) or (value if re.fullmatch(r"0|[1-9]\d*", value) else quoted(value))

    if any(key in ("query", "data") or not key.isidentifier() for key in kwargs):
        return None
    return Target(quoted(name), tuple(map(said, args)), tuple((k, said(v)) for k, v in kwargs.items()))
