"""How a setting is written on a command line, the same for every runner."""

from __future__ import annotations

from dataclasses import Field
from typing import Any

from django_journey.story.options import option_name

__all__ = ["argument", "names"]


def names(item: Field[Any]) -> list[str]:
    """Return the option's names: ``--journey-driver``, or ``--journey-no-…`` for what is on by itself."""
    if item.type == "bool" and item.default is True:
        return [option_name(f"no_{item.name}")]
    return [option_name(item.name)]


def argument(item: Field[Any]) -> dict[str, Any]:
    """Return the keywords of ``add_argument`` for one field of ``Options``."""
    said: dict[str, Any] = {"help": item.metadata["help"]}
    if item.type == "bool":
        off = item.default is True
        if off:
            said["help"] = f"don't {said['help']}"
        return said | {"action": "store_const", "const": not off}
    bare = item.metadata.get("bare")
    said["metavar"] = item.metadata.get("metavar") or _metavar(item)
    if str(item.type).startswith("tuple"):
        said["action"] = "append"
    if bare is not None:
        said |= {"nargs": "?", "const": bare[0] if isinstance(bare, tuple) else bare}
    return said


def _metavar(item: Field[Any]) -> str:
    hint = str(item.type)
    if hint.startswith("Literal["):
        return hint[len("Literal[") : -1].replace("'", "").replace('"', "").replace(", ", "|")
    return item.name.upper().rpartition("_")[2]
