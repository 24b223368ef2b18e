"""The pages and pictures of a trace, each stored once; what turns out to be a secret later is taken out of them."""

from __future__ import annotations

import hashlib
import os
import stat

from django_journey.trace.real import real
from django_journey.trace.redact import without

__all__ = ["KeptPages", "make_folder"]


class KeptPages:
    """What one process has stored below a trace's folder.

    Args:
        folder: The trace's folder.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._of_test: dict[str, None] = {}
        self._of_run: dict[str, None] = {}
        self._later: dict[str, None] = {}

    def keep(self, kind: str, ending: str, content: bytes) -> str:
        """Store a page or a picture, if it is not there yet, and return its key.

        Raises:
            OSError: It can't be written.
        """
        key = hashlib.sha256(content).hexdigest()[:24]
        path = f"{self._folder}{os.sep}{kind}{os.sep}{key}.{ending}"
        try:
            real.stat(path)
        except OSError:
            make_folder(f"{self._folder}{os.sep}{kind}")
            # Another process may store the same page: each writes beside it, the last one wins whole.
            real.save(path, content)
        if ending == "html":
            self._of_test[path] = None
        return key

    def learn(self, spellings: tuple[str, ...]) -> None:
        """Take note of a secret that the pages of this test so far were not masked of."""
        if self._of_test:
            self._later.update(dict.fromkeys(spellings))

    def settle(self, known: tuple[str, ...] | None = None) -> None:
        """Mask the pages of the test that has ended; or all of the run, of all secrets that are known at its end.

        Raises:
            OSError: A page can't be written.
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
    except OSError:  # somebody has taken it away
        return
    if any(spelling.encode("utf-8", "replace") in content for spelling in spellings):
        text = without(content.decode("utf-8", "replace"), spellings)
        real.save(path, text.encode("utf-8", "replace"))


def make_folder(folder: str) -> None:
    """Make a folder that only its owner can look into, with those above it that are missing."""
    try:
        real.mkdir(folder, 0o700)
    except FileNotFoundError:
        make_folder(folder.rpartition(os.sep)[0])
        real.mkdir(folder, 0o700)
    except FileExistsError:
        if not stat.S_ISDIR(real.stat(folder).st_mode):
            raise
