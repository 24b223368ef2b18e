"""Changes of a project's files: shown as a difference first, then written all together or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

__all__ = ["Change", "added_line", "difference", "new_file", "restore", "write_all"]


@dataclass(frozen=True, slots=True)
class Change:
    """One file's change.

    Args:
        path: The file.
        before: Its text; ``None`` for a new file.
        after: Its new text, in which every line of the old one is kept.
    """

    path: Path
    before: str | None
    after: str


def new_file(path: Path, text: str) -> Change | None:
    """Return a new file, or ``None`` where it is there already: nothing is overwritten."""
    return None if path.exists() else Change(path, None, text)


def added_line(path: Path, line: str, *, below: str = "") -> Change:
    """Return a file with one line more.

    Args:
        path: The file, which may be missing.
        line: The line.
        below: The name of the section whose header it follows; at the end if not given.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else None
    text = before or ""
    if below:
        header = re.compile(rf"^\[{re.escape(below)}\][ \t]*(?:#.*)?\n", re.MULTILINE)
        after = header.sub(lambda found: f"{found[0]}{line}\n", text, count=1)
    else:
        after = text + ("" if text.endswith("\n") or not text else "\n") + f"{line}\n"
    return Change(path, before, after)


def difference(changes: Sequence[Change], root: Path) -> list[str]:
    """Return the changes as a unified difference."""
    lines: list[str] = []
    for change in changes:
        name = str(change.path.relative_to(root) if change.path.is_relative_to(root) else change.path)
        old = (change.before or "").splitlines()
        source = name if change.before is not None else "/dev/null"
        lines += unified_diff(old, change.after.splitlines(), source, name, lineterm="", n=2)
    return lines


def write_all(changes: Sequence[Change]) -> list[Path]:
    """Write every change; where one fails, the others are taken back.

    Returns:
        The folders that were made, the innermost first.

    Raises:
        OSError: A file can't be written.
    """
    made: list[Path] = []
    done: list[Change] = []
    try:
        for change in changes:
            missing = [folder for folder in change.path.parents if not folder.exists()]
            change.path.parent.mkdir(parents=True, exist_ok=True)
            made = missing + made
            done.append(change)
            change.path.write_text(change.after, encoding="utf-8")
    except OSError:
        restore(done, made)
        raise
    return made


def restore(changes: Sequence[Change], folders: Sequence[Path]) -> None:
    """Put every file back as it was, and remove the folders that were made for them, where nothing else is in them."""
    for change in reversed(changes):
        if change.before is not None:
            change.path.write_text(change.before, encoding="utf-8")
        elif change.path.is_file():
            change.path.unlink()
    for folder in folders:
        for cache in folder.glob("__pycache__/*"):
            cache.unlink()
        for inner in (folder / "__pycache__", folder):
            if inner.is_dir() and not any(inner.iterdir()):
                inner.rmdir()
