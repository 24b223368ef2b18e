"""The pages and pictures of a trace, each stored once; secrets that become known later are masked in them."""

from __future__ import annotations

import hashlib
import os
import stat

from django_journey._trace.safety.real_functions import real
from django_journey._trace.secrets.redactor import mask_values

__all__ = ["StoredPages", "make_folder"]


class StoredPages:
    """The pages and pictures that one process has stored.

    Args:
        folder: The trace's folder.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._of_test: dict[str, None] = {}
        self._of_run: dict[str, None] = {}
        self._later: dict[str, None] = {}

    def store(self, kind: str, ending: str, content: bytes) -> str:
        """Store a page or a picture, unless an equal one is stored, and return its key.

        Raises:
            OSError: It is not writable.
        """
        key = hashlib.sha256(content).hexdigest()[:24]
        path = f"{self._folder}{os.sep}{kind}{os.sep}{key}.{ending}"
        try:
            real.stat(path)
        except OSError:
            # Another process may store the same page: each writes a draft and renames it.
            try:
                real.save(path, content)
            except OSError:  # most often there is no folder yet
                make_folder(f"{self._folder}{os.sep}{kind}")
                real.save(path, content)
        if ending == "html":
            self._of_test[path] = None
        return key

    def add_secret(self, spellings: tuple[str, ...]) -> None:
        """Remember a secret that was not masked in this test's earlier pages."""
        if self._of_test:
            self._later.update(dict.fromkeys(spellings))

    def mask(self, known: tuple[str, ...] | None = None) -> None:
        """Mask the pages of the test that ended, or, given all known secrets, every page of the run.

        Raises:
            OSError: A page is not writable.
        """
        self._of_run |= self._of_test
        paths, spellings = (self._of_run, known) if known is not None else (self._of_test, tuple(self._later))
        if spellings:
            for path in paths:
                _mask(path, spellings)
        self._of_test, self._later = {}, {}


def _mask(path: str, spellings: tuple[str, ...]) -> None:
    try:
        content = real.read(path)
    except OSError:  # it was removed
        return
    if any(spelling.encode("utf-8", "replace") in content for spelling in spellings):
        text = mask_values(content.decode("utf-8", "replace"), spellings)
        real.save(path, text.encode("utf-8", "replace"))


def make_folder(folder: str) -> None:
    """Create a folder that only its owner can read, with missing parents."""
    try:
        real.mkdir(folder, 0o700)
    except FileNotFoundError:
        make_folder(folder.rpartition(os.sep)[0])
        real.mkdir(folder, 0o700)
    except FileExistsError:
        if not stat.S_ISDIR(real.stat(folder).st_mode):
            raise
