"""The folder of the kept databases: a manifest for each, locks between processes, and what is cleaned when."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django_journey._world.snapshots.copies import PREFIX, Copies
from django_journey._world.snapshots.digests import digest

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Store"]

_UNUSED = 14 * 24 * 3600.0
_MOST = 12
#: For how many seconds databases are not kept after an error that may go away, such as a full disk.
_PAUSE = 600.0


class Store:
    """The kept databases of one project.

    Args:
        folder: Where their manifests, and those of SQLite themselves, are; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._prefix = f"{PREFIX}{digest(str(self.folder))[:8]}_"

    def name_of(self, key: str) -> str:
        """Return the name of the database that is kept under a key."""
        return f"{self._prefix}{key[:20]}"

    def prepare(self) -> None:
        """Make the folder, which version control leaves out.

        Raises:
            OSError: It can't be made, or the system has no locks between processes.
        """
        if fcntl is None:
            raise OSError("this system has no locks that processes share")
        self.folder.mkdir(parents=True, exist_ok=True)
        ignored = self.folder / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n", encoding="utf-8")

    @contextmanager
    def locked(self, name: str, *, exclusive: bool, wait: bool = True) -> Iterator[bool]:
        """Hold a lock for one name in this context; the system releases it if the process dies.

        Args:
            name: The database's name.
            exclusive: Whether nobody else may use it.
            wait: Whether to wait for others; if not, the context is entered without the lock.

        Yields:
            Whether the lock is held.
        """
        with open(self.folder / f"{name}.lock", "ab") as file:
            try:
                kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
                fcntl.flock(file, kind if wait else kind | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def manifest(self, name: str) -> dict[str, Any] | None:
        """Return what is known of a kept database; ``None`` if there is none or its manifest can't be read."""
        try:
            found: dict[str, Any] = json.loads(self._manifest(name).read_bytes())
        except (OSError, ValueError):
            return None
        return None if time.time() > found.get("until", math.inf) else found

    def used(self, name: str) -> None:
        """Note that a database was used now."""
        with suppress(OSError):
            os.utime(self._manifest(name))

    def forget(self, name: str) -> None:
        """Delete a manifest: the database is not used any more."""
        self._manifest(name).unlink(missing_ok=True)

    def write(self, name: str, manifest: dict[str, Any]) -> None:
        """Write a manifest as a whole; from now on the database is used."""
        half = self._manifest(name).with_suffix(".half")
        try:
            with open(half, "w", encoding="utf-8") as file:
                json.dump(manifest, file)
                file.flush()
                os.fsync(file.fileno())
            half.replace(self._manifest(name))
        finally:
            half.unlink(missing_ok=True)

    def pause(self, name: str, reason: str) -> None:
        """Don't try to keep this database for some minutes."""
        with suppress(OSError):
            self.write(name, {"unfit": reason, "until": time.time() + _PAUSE})

    def latest(self, alias: str) -> dict[str, Any] | None:
        """Return the manifest of an alias that was used last."""
        for path in self._by_use():
            if (found := self.manifest(path.stem)) and found.get("alias") == alias:
                return found
        return None

    def clean(self, copies: Copies, *, server: str, but: str) -> None:
        """Drop databases that were not used for long, and what interrupted runs have left.

        Args:
            copies: The databases of one server, or files.
            server: The server's name in manifests; those of other servers stay.
            but: The name of a database that stays in any case.
        """
        known: set[str] = set()
        for number, path in enumerate(self._by_use()):
            known.add(path.stem)
            with suppress(OSError):
                old = number >= _MOST or time.time() - path.stat().st_mtime > _UNUSED
                here = (self.manifest(path.stem) or {}).get("server", server) == server
                if old and here and path.stem != but:
                    self._drop(copies, path.stem)
        for name in {
            *copies.names(self._prefix),
            *(path.stem for path in self.folder.glob("*.sqlite3")),
        } - known:
            self._drop(copies, name)

    def _drop(self, copies: Copies, name: str) -> None:
        with self.locked(name, exclusive=True, wait=False) as ours:
            if ours:
                self.forget(name)
                copies.drop(name)

    def _by_use(self) -> list[Path]:
        """Return the manifests, the one that was used last first."""
        times: dict[Path, float] = {}
        for path in self.folder.glob("*.json"):
            with suppress(OSError):
                times[path] = path.stat().st_mtime
        return sorted(times, key=lambda path: -times[path])

    def _manifest(self, name: str) -> Path:
        return self.folder / f"{name}.json"
