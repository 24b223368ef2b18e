"""Reads from a view's source which fields of a request it uses, if no form or serializer names them."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["FieldsRead", "fields_behind", "fields_read"]

_FORMS, _FILES, _JSON = "POST", "FILES", "data"


@dataclass(frozen=True, slots=True)
class FieldsRead:
    """The fields that a view reads from a request's body.

    Args:
        kind: ``json``, ``form`` or ``multipart``.
        required: Fields without which the view fails.
        optional: Fields for which it has a default.
    """

    kind: str
    required: tuple[str, ...]
    optional: tuple[str, ...]


def fields_read(functions: Iterable[Any]) -> FieldsRead | None:
    """Return the fields that a view's code reads by name, or ``None`` if there are none.

    Args:
        functions: The functions that handle a request.
    """
    found: dict[str, bool] = {}
    sources: set[str] = set()
    for function in functions:
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        except (OSError, TypeError, SyntaxError):
            continue
        bodies = _json_names(tree)
        for node in ast.walk(tree):
            read = _read(node, bodies)
            if read is not None:
                source, name, required = read
                sources.add(source)
                found[name] = found.get(name, False) or required
    if not found:
        return None
    kind = "multipart" if _FILES in sources else "json" if _JSON in sources else "form"
    return FieldsRead(
        kind,
        tuple(name for name, required in found.items() if required),
        tuple(name for name, required in found.items() if not required),
    )


def fields_behind(names: Iterable[str], functions: Iterable[Any]) -> dict[str, Any]:
    """Return the model fields with these names, of the model in the code that has most of them."""
    from django.db.models import Model

    names = list(names)
    models = {
        value
        for function in functions
        for name in function.__code__.co_names
        if isinstance(value := function.__globals__.get(name), type) and issubclass(value, Model)
    }
    fields = [{name: found for name in names if (found := _field(model, name))} for model in models]
    return max(fields, key=len, default={})


def _field(model: Any, name: str) -> Any:
    own = {key: each for each in model._meta.concrete_fields for key in (each.name, each.attname)}
    return own.get(name)


def _json_names(tree: ast.AST) -> set[str]:
    """Return the variables that hold a JSON body: ``data = json.loads(request.body)``."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) in {"json.loads", "loads", "json.load", "orjson.loads"}
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _read(node: ast.AST, bodies: set[str]) -> tuple[str, str, bool] | None:
    """Return where a field comes from, its name, and whether the view fails without it."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        source, key, required = _source(node.value, bodies), node.slice, True
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if node.func.attr not in {"get", "getlist", "pop"}:
            return None
        source, key, required = _source(node.func.value, bodies), node.args[0], False
    else:
        return None
    if not source or not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return None
    return source, key.value, required


def _source(node: ast.AST, bodies: set[str]) -> str:
    if isinstance(node, ast.Name):
        return _JSON if node.id in bodies else ""
    if not isinstance(node, ast.Attribute) or node.attr not in {_FORMS, _FILES, _JSON}:
        return ""
    return node.attr if ast.unparse(node.value).rpartition(".")[2] == "request" else ""
