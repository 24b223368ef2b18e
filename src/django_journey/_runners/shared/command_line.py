"""The command-line options of settings, the same for every runner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field
from typing import Any

from django_journey._story.settings import option_name

__all__ = ["arguments"]


def arguments(item: Field[Any]) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Yield the names and the keyword arguments of ``add_argument`` for each option of a field of ``Options``."""
    yield _names(item), _argument(item)
    if "off" in item.metadata:
        off = {"help": item.metadata["off"], "action": "store_const", "const": False}
        yield [option_name(f"no_{item.name}")], off


def _names(item: Field[Any]) -> list[str]:
    """Return the names of an option: ``--journey-driver``, or ``--journey-no-…`` if it is on by default."""
    if item.type == "bool" and item.default is True:
        return [option_name(f"no_{item.name}")]
    return [option_name(item.name)]


def _argument(item: Field[Any]) -> dict[str, Any]:
    """Return the keyword arguments of ``add_argument`` for one field of ``Options``."""
    keywords: dict[str, Any] = {"help": item.metadata["help"]}
    if item.type == "bool":
        off = item.default is True
        if off:
            keywords["help"] = f"don't {keywords['help']}"
        return keywords | {"action": "store_const", "const": not off}
    bare = item.metadata.get("bare")
    keywords["metavar"] = item.metadata.get("metavar") or _metavar(item)
    if str(item.type).startswith("tuple"):
        keywords["action"] = "append"
    if bare is not None:
        keywords |= {"nargs": "?", "const": bare[0] if isinstance(bare, tuple) else bare}
    return keywords


def _metavar(item: Field[Any]) -> str:
    hint = str(item.type)
    if hint.startswith("Literal["):
        return hint[len("Literal[") : -1].replace("'", "").replace('"', "").replace(", ", "|")
    return item.name.upper().rpartition("_")[2]
