"""Serializes the tree of an ARIA snapshot as YAML, as Playwright does."""

from __future__ import annotations

import json
import re

from django_journey._dom.aria.native_roles import number
from django_journey._dom.aria.snapshot_tree import OutlineNode

__all__ = ["to_yaml"]

_LONGEST_NAME = 900
_SPACE = "\\s\ufeff"
_QUOTED = re.compile(
    rf"^[{_SPACE}]|[{_SPACE}]$|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|^-|[\n:](?:[{_SPACE}]|$)|[{_SPACE}]#|[\n\r]"
    r"|^[&*\],?!>|@\"'#%]|[{}`]|^\["
)
_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null", "~"})
_SPECIAL_NUMBER = re.compile(r"[-+]?(?:\.(?:inf|nan)|Infinity)\Z", re.IGNORECASE)
_ESCAPED = re.compile(r"[\\\"\x00-\x1f\x7f-\x9f]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def to_yaml(fragment: OutlineNode, *, depth: int | None = None) -> str:
    """Return a tree as YAML.

    Args:
        fragment: The root, as returned by ``outline_tree``.
        depth: How many levels to show below the outermost; all by default.
    """
    lines: list[str] = []
    for child in fragment.children:
        _write(child, 0, depth, lines)
    return "\n".join(lines)


def _write(node: OutlineNode | str, level: int, depth: int | None, lines: list[str]) -> None:
    indent = "  " * level
    if isinstance(node, str):
        lines.append(f"{indent}- text: {_quoted_value(node)}")
        return
    key = f"{indent}- {_quoted_key(_key(node))}"
    properties = [
        (name, said)
        for name, said in (("url", node.url), ("placeholder", node.placeholder))
        if said is not None
    ]
    text = node.children[0] if len(node.children) == 1 and isinstance(node.children[0], str) else None
    children = [] if text is not None or (depth and level == depth) else node.children
    if text is not None and not properties:
        lines.append(f"{key}: {_quoted_value(text)}")
        return
    if text is None and not properties and not children:
        lines.append(key)
        return
    lines.append(f"{key}:")
    lines.extend(f"{indent}  - /{name}: {_quoted_value(said)}" for name, said in properties)
    for child in children if text is None else [text]:
        _write(child, level + 1, depth, lines)


def _key(node: OutlineNode) -> str:
    key = node.role
    if node.name and len(node.name.encode("utf-16-le")) <= 2 * _LONGEST_NAME:
        key += " " + json.dumps(node.name, ensure_ascii=False)
    for name, state in (
        ("checked", node.checked),
        ("disabled", node.disabled),
        ("expanded", node.expanded),
        ("invalid", node.invalid),
        ("level", node.level),
        ("pressed", node.pressed),
        ("selected", node.selected),
    ):
        if state is True:
            key += f" [{name}]"
        elif state:
            key += f" [{name}={state}]"
    return key


def _quoted_key(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if _needs_quotes(text) else text


def _quoted_value(text: str) -> str:
    if not _needs_quotes(text):
        return text
    return (
        '"'
        + _ESCAPED.sub(lambda found: _ESCAPES.get(found.group()) or f"\\x{ord(found.group()):02x}", text)
        + '"'
    )


def _needs_quotes(text: str) -> bool:
    """Return whether an unquoted text would not be the same string in YAML."""
    return (
        not text
        or _QUOTED.search(text) is not None
        or text.lower() in _WORDS
        or number(text) is not None
        or _SPECIAL_NUMBER.match(text) is not None
    )
