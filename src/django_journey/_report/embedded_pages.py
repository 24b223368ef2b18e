"""Embeds the stored pages and pictures of a trace, each once, those of failing tests first."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django_journey._report.model import Run, Step, Test, walk
from django_journey._report.payload import pack

__all__ = ["BUDGET", "EmbeddedPages", "embed_pages"]

#: How many bytes of pages and pictures are embedded in the report, as embedded; beyond it the report says so.
BUDGET = 64 * 1024 * 1024

# A key must name a file in the trace's own folder, also in a damaged or hostile trace.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
# The last two parts of a path: neither may lead out of the report's folder.
_FILE = re.compile(r"(?<![^/])(?!\.)[^/\\]+/(?!\.)[^/\\]+$")


@dataclass(slots=True)
class EmbeddedPages:
    """The embedded pages and pictures.

    Args:
        pages: Packed HTML by its key.
        pictures: PNG as base64 by its key.
        files: The URL, relative to the report, of each file that a note names and that is in the report's
            folder: a video, a trace of Playwright.
        left_out: Keys that did not fit into the budget.
        missing: Keys whose file does not exist.
    """

    pages: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def embed_pages(run: Run, folder: Path, *, budget: int = BUDGET) -> EmbeddedPages:
    """Read and pack every page and picture that a step refers to.

    Args:
        run: The run.
        folder: The trace's folder, in which ``pages`` and ``pictures`` lie.
        budget: How many bytes may be embedded.
    """
    embedded = EmbeddedPages(files=_files(run, folder.parent))
    for kind, key in _wanted(run):
        packed = _read(folder, kind, key)
        if packed is None:
            embedded.missing.append(key)
        elif len(packed) > budget:
            embedded.left_out.append(key)
        else:
            budget -= len(packed)
            (embedded.pages if kind == "pages" else embedded.pictures)[key] = packed
    return embedded


def _wanted(run: Run) -> Iterable[tuple[str, str]]:
    """Return each kind and key once: those of failing tests first, then of stories, then of the rest."""
    wanted: dict[tuple[str, str], None] = {}
    for test in sorted(run.tests, key=_rank):
        for part in walk(test.parts):
            if isinstance(part, Step) and part.snapshot is not None:
                if part.snapshot.page:
                    wanted["pages", part.snapshot.page] = None
                if part.snapshot.screenshot:
                    wanted["pictures", part.snapshot.screenshot] = None
    return wanted


def _files(run: Run, folder: Path) -> dict[str, str]:
    """Return the relative URLs of the files that notes name, if they are in the report's folder."""
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
