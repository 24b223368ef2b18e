"""The stored pages and pictures of a trace, each embedded once, the failing tests' first."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django_journey.report.model import Run, Step, Test, walk
from django_journey.report.payload import pack

__all__ = ["BUDGET", "Looks", "gather"]

#: How many bytes of pages and pictures are embedded in the report, as embedded; beyond it the report says so.
BUDGET = 64 * 1024 * 1024

# A key names a file of the trace's own folder, whatever a damaged or hostile trace says.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
# The last two parts of a path: neither may lead out of the report's folder.
_FILE = re.compile(r"(?<![^/])(?!\.)[^/\\]+/(?!\.)[^/\\]+$")


@dataclass(slots=True)
class Looks:
    """What is embedded.

    Args:
        pages: Packed HTML by its key.
        pictures: PNG as base64 by its key.
        files: The address, from the report, of each file that a note names and that lies beside the report: a
            video, a trace of Playwright's.
        left_out: Keys that did not fit into the budget.
        missing: Keys whose file is not there.
    """

    pages: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def gather(run: Run, folder: Path, *, budget: int = BUDGET) -> Looks:
    """Read and pack every page and picture that a step refers to.

    Args:
        run: The run.
        folder: The trace's folder, in which ``pages`` and ``pictures`` lie.
        budget: How many bytes may be embedded.
    """
    looks = Looks(files=_files(run, folder.parent))
    for kind, key in _wanted(run):
        packed = _read(folder, kind, key)
        if packed is None:
            looks.missing.append(key)
        elif len(packed) > budget:
            looks.left_out.append(key)
        else:
            budget -= len(packed)
            (looks.pages if kind == "pages" else looks.pictures)[key] = packed
    return looks


def _wanted(run: Run) -> Iterable[tuple[str, str]]:
    """Return each kind and key once: those of failing tests first, then of stories, then of the rest."""
    wanted: dict[tuple[str, str], None] = {}
    for test in sorted(run.tests, key=_rank):
        for part in walk(test.parts):
            if isinstance(part, Step) and part.look is not None:
                if part.look.page:
                    wanted["pages", part.look.page] = None
                if part.look.screenshot:
                    wanted["pictures", part.look.screenshot] = None
    return wanted


def _files(run: Run, folder: Path) -> dict[str, str]:
    """Return where the files of notes lie: in the report's folder, which may have been moved since."""
    found: dict[str, str] = {}
    for test in run.tests:
        for note in test.notes:
            named = str(note.data.get("file", ""))
            beside = _FILE.search(named.replace("\\", "/"))  # as Windows writes it
            if beside is not None and (folder / beside[0]).is_file():
                found[named] = quote(beside[0])
    return found


def _rank(test: Test) -> int:
    return 0 if test.bad else 1 if test.story else 2


def _read(folder: Path, kind: str, key: str) -> str | None:
    if not _KEY.fullmatch(key):
        return None
    try:
        data = (folder / kind / f"{key}{'.html' if kind == 'pages' else '.png'}").read_bytes()
    except OSError:
        return None
    return pack(data) if kind == "pages" else base64.b64encode(data).decode("ascii")
