"""The fenced blocks of a page: their language, their line, and whether they run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Block", "blocks", "python_blocks"]

_BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]+?) -->\n+)?(?P<fence>```+)(?P<language>[^\n]*)\n(?P<code>.*?)^(?P=fence)\s*?$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Args:
        language: What follows the fence, e.g. ``python``.
        code: The text between the fences.
        line: The line of the page that the code begins on.
        not_run: Why the block is not run; empty where it is.
    """

    language: str
    code: str
    line: int
    not_run: str = ""


def blocks(page: str) -> Iterator[Block]:
    """Find the fenced blocks of a page, from top to bottom."""
    for found in _BLOCK.finditer(page):
        line = page.count("\n", 0, found.start("code")) + 1
        yield Block(found["language"].strip(), found["code"], line, found["reason"] or "")


def python_blocks(page: str) -> Iterator[Block]:
    """Find the blocks of Python of a page."""
    return (block for block in blocks(page) if block.language == "python")
