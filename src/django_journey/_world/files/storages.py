"""Isolates each test's files: every storage gets a place of its own, which is removed afterwards."""

from __future__ import annotations

import errno
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from django_journey._adapters.django import created_storages
from django_journey._trace.record.recorder import note
from django_journey._world.files.images import bomb, image
from django_journey._world.files.made_files import MadeFile, csv, disguised, pdf, text, truncated

__all__ = ["Files", "MadeFile", "bomb", "csv", "disguised", "image", "pdf", "text", "truncated"]

_DISK = "django.core.files.storage.FileSystemStorage"
_MEMORY = "django.core.files.storage.InMemoryStorage"
_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


class Files:
    """Isolates ``settings.STORAGES`` (default, static files, named aliases) and ``MEDIA_ROOT``, while open.

    Storages on disk get a new folder; their class and their other options stay. Remote storages are replaced by files
    on disk. Model fields that hold a storage of their own are redirected too.

    Args:
        where: ``disk`` is a temporary folder; ``memory`` is faster for much, but has no paths, and nothing that
            serves ``MEDIA_ROOT`` finds it.
        keep: Aliases that stay as they are, e.g. one whose service is declared and faked at the wire.
        name: Names the folder; made up by default.
    """

    def __init__(
        self, *, where: Literal["disk", "memory"] = "disk", keep: tuple[str, ...] = (), name: str = ""
    ) -> None:
        self._where = where
        self._keep = keep
        self._name = name
        self._undo = ExitStack()
        self.folder: Path = Path()

    def __enter__(self) -> Files:
        from django.conf import settings
        from django.test import signals  # noqa: F401 - what forgets the storages when settings change
        from django.test.utils import override_settings

        # Only a name: what is saved first makes the folder, and most tests save nothing.
        self.folder = Path(tempfile.gettempdir()) / f"journey-files-{self._name or uuid.uuid4().hex}"
        self._undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
        try:
            # A model field may hold one of these instead of asking for it by its alias.
            before = {
                alias: storage for alias, storage in created_storages().items() if alias not in self._keep
            }
            isolated = {
                alias: settings.STORAGES[alias]
                if alias in self._keep
                else self._isolated(alias, settings.STORAGES[alias])
                for alias in settings.STORAGES
            }
            self._undo.enter_context(
                override_settings(STORAGES=isolated, MEDIA_ROOT=str(self.folder / "default"))
            )
            self._redirect_fields({id(storage): alias for alias, storage in before.items()})
        except BaseException:
            self._undo.close()
            raise
        return self

    def __exit__(self, *details: object) -> None:
        self._undo.close()

    def stored(self, alias: str = "default") -> list[str]:
        """Return the names of all files in a storage, in order."""
        from django.core.files.storage import storages

        def below(folder: str) -> Iterator[str]:
            folders, names = storages[alias].listdir(folder)
            yield from (f"{folder}/{name}" if folder else name for name in names)
            for name in folders:
                yield from below(f"{folder}/{name}" if folder else name)

        try:
            return sorted(below(""))
        except FileNotFoundError:  # nothing was stored yet
            return []

    @contextmanager
    def full(self, room: int = 0) -> Iterator[None]:
        """Let the storages run out of space: saving raises ``OSError`` with ``ENOSPC``.

        Args:
            room: How many bytes still fit.
        """
        from django.core.files import File
        from django.core.files.storage import Storage

        real = Storage.save
        left = [room]

        def save(self: Any, name: Any, content: Any, max_length: Any = None) -> Any:
            if not hasattr(content, "chunks"):  # a plain file object, which Django wraps too
                content = File(content, name)
            left[0] -= content.size
            if left[0] < 0:
                note("file", f"no space left for {name}", name=str(name), size=content.size)
                raise OSError(errno.ENOSPC, "No space left on device", str(name))
            return real(self, name, content, max_length=max_length)

        Storage.save = save  # type: ignore[method-assign]
        try:
            yield
        finally:
            Storage.save = real  # type: ignore[method-assign]

    def _isolated(self, alias: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return a storage's settings in a place of its own."""
        from django.core.files.storage import FileSystemStorage
        from django.utils.module_loading import import_string

        backend = settings.get("BACKEND", _DISK)
        kind = import_string(backend)
        options = dict(settings.get("OPTIONS", {}))
        if alias == "staticfiles":
            if _is_collected(kind, options):
                return dict(settings)  # as in production; the site only reads what was collected
            # A manifest lies beside the collected files, and most tests collect none.
            plain = hasattr(kind, "manifest_name") or not issubclass(kind, FileSystemStorage)
            return {
                "BACKEND": _STATIC if plain else backend,
                "OPTIONS": {"location": str(self.folder / alias)},
            }
        on_disk = issubclass(kind, FileSystemStorage)
        if self._where == "memory":
            same = {name: options[name] for name in ("base_url",) if name in options}
            return {"BACKEND": _MEMORY, "OPTIONS": same}
        if not on_disk:
            return {"BACKEND": _DISK, "OPTIONS": {"location": str(self.folder / alias)}}
        return {"BACKEND": backend, "OPTIONS": {**options, "location": str(self.folder / alias)}}

    def _redirect_fields(self, aliases: Mapping[int, str]) -> None:
        """Redirect model fields that hold a storage since their model was defined to the isolated ones."""
        from django.apps import apps
        from django.core.files.storage import FileSystemStorage, storages
        from django.db.models import FileField
        from django.utils.functional import LazyObject

        own: dict[int, Any] = {}
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if not isinstance(field, FileField):
                    continue
                storage: Any = field.storage
                alias = aliases.get(id(storage))
                if alias is not None:
                    self._redirect(field, storages[alias])
                elif not isinstance(storage, LazyObject) and isinstance(storage, FileSystemStorage):
                    if id(storage) not in own:
                        own[id(storage)] = FileSystemStorage(
                            location=str(self.folder / f"own-{len(own) + 1}"), base_url=storage.base_url
                        )
                    self._redirect(field, own[id(storage)])

    def _redirect(self, field: Any, storage: Any) -> None:
        self._undo.callback(setattr, field, "storage", field.storage)
        field.storage = storage


def _is_collected(kind: type, options: Mapping[str, Any]) -> bool:
    """Tell whether a storage of static files has found its manifest, which ``collectstatic`` writes."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.files.storage import FileSystemStorage

    # One that is elsewhere would be asked for its manifest over the network.
    if not (hasattr(kind, "manifest_name") and issubclass(kind, FileSystemStorage)):
        return False
    try:
        return bool(getattr(kind(**options), "hashed_files", None))
    except (ImproperlyConfigured, ValueError):  # no STATIC_ROOT, or no manifest that can be read
        return False
