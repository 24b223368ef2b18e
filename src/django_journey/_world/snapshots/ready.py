"""Makes test databases from kept ones: around Django's own ``create_test_db``, which every runner calls.

Django still creates, names and drops the database, and asks what it would ask. Only the command ``migrate``
is replaced while it does so, if a database is kept for which everything that decides it is unchanged.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest import mock

from django.apps import apps
from django.core import management
from django.db.backends.base.creation import BaseDatabaseCreation

from django_journey._adapters.django import content_types_in_memory
from django_journey._trace.safety.patches import Patches
from django_journey._world.snapshots.copies import Copies, copies_of
from django_journey._world.snapshots.digests import digest
from django_journey._world.snapshots.inputs import Watch, changed
from django_journey._world.snapshots.key import (
    import_management,
    migration_files,
    parts_of,
    state_of_code,
    state_of_models,
)
from django_journey._world.snapshots.store import Store

__all__ = ["install"]

_patches = Patches()
_store: list[Store] = []


def install(folder: Path) -> Callable[[], None]:
    """Let test databases that are created from now on be made from kept ones.

    Args:
        folder: Where they are kept.

    Returns:
        A function that undoes this.
    """
    _store[:] = [Store(folder)]
    _patches.wrap(BaseDatabaseCreation, "create_test_db", _made_ready)
    return _patches.remove


def _made_ready(original: Callable[..., str]) -> Callable[..., str]:
    signature = inspect.signature(original)

    def create_test_db(creation: Any, *args: Any, **kwargs: Any) -> str:
        given = signature.bind(creation, *args, **kwargs)
        given.apply_defaults()

        def create() -> str:
            return original(creation, *args, **kwargs)

        if given.arguments["keepdb"]:
            return create()
        return _Making(creation, _store[0], create, loud=given.arguments["verbosity"] >= 1).database()

    return create_test_db


class _Making:
    """One test database that is made.

    Args:
        creation: The ``DatabaseCreation`` of its connection.
        store: Where databases are kept.
        create: Makes it as Django does.
        loud: Whether to say what is done.
    """

    def __init__(self, creation: Any, store: Store, create: Callable[[], str], *, loud: bool) -> None:
        self._creation = creation
        self._connection = creation.connection
        self._alias = creation.connection.alias
        self._store = store
        self._create = create
        self._loud = loud
        self._began = perf_counter()

    def database(self) -> str:
        """Make the test database, from a kept one if that is known to be the same, and return its name."""
        copies = copies_of(self._connection, self._store.folder)
        if copies is None:
            self._say("migrated: test databases of this backend are not kept")
            return self._create()
        try:
            self._store.prepare()
            import_management()
            self._parts = parts_of(self._alias, copies.backend())
            name = self._store.name_of(digest(*(f"{part} {value}" for part, value in self._parts.items())))
            locked = self._store.locked(name, exclusive=False)
            locked.__enter__()
        except Exception as error:  # whatever a project's objects raise when they are looked at
            self._say(f"migrated: {error}")
            return self._create()
        found, why = None, ""
        try:
            found, why = self._usable(copies, name)
            if found is not None and not why:
                return self._copied(copies, name, found)
        finally:
            locked.__exit__(None, None, None)
        if found is not None:
            self._say(f"migrated: {why}")
            return self._create()
        with self._store.locked(name, exclusive=True):
            if self._usable(copies, name)[0] is None:
                return self._migrated(copies, name, why)
        return self.database()  # another process has kept it meanwhile

    def _usable(self, copies: Copies, name: str) -> tuple[dict[str, Any] | None, str]:
        """Return the manifest of the kept database if it still holds; and why nothing can be kept or used."""
        found = self._store.manifest(name)
        if found is None:
            return None, self._what_changed()
        if "until" in found:
            return found, found["unfit"]
        if what := changed(found["inputs"]):
            return None, f"{what} has changed"
        if found["code"] != state_of_code() and found["models"] != state_of_models():
            return None, "the models have changed"
        if not found["unfit"] and not copies.exists(name):
            return None, "the kept database is gone"
        return found, found["unfit"]

    def _what_changed(self) -> str:
        last = self._store.latest(self._alias)
        if last is None:
            return "none was kept before"
        both = {*last["parts"], *self._parts}
        parts = sorted(part for part in both if last["parts"].get(part) != self._parts.get(part, "")[:6])
        return f"{', '.join(parts[:3])}{' and more' if len(parts) > 3 else ''} changed" if parts else ""

    def _copied(self, copies: Copies, name: str, manifest: dict[str, Any]) -> str:
        """Make the test database from a kept one; if that fails, migrate."""
        filled: list[bool] = []

        def migrate(real: Callable[[], object]) -> None:
            try:
                copies.fill(name)
                self._after_migrate(manifest)
            except Exception as error:
                self._say(f"migrated: {error}")
                real()
            else:
                filled.append(True)

        try:
            with copies.creating_from(name), self._replacing(migrate):
                made = self._create()
        except SystemExit:  # how Django ends on an error of the server
            if filled:
                raise
            self._say("migrated: the kept database can't be copied")
            return self._create()
        self._store.used(name)
        if filled:
            self._say(f"copied from {self._store.folder} in {perf_counter() - self._began:.2f} s")
        return made

    def _migrated(self, copies: Copies, name: str, why: str) -> str:
        """Migrate as Django does, and keep the result if nothing speaks against it."""

        def migrate(real: Callable[[], object]) -> None:
            self._connection.ensure_connection()
            try:
                watch: Watch | None = Watch(self._alias).__enter__()
            except Exception as error:
                self._say(f"migrated and not kept: {error}")
                watch = None
            try:
                real()
            finally:
                if watch is not None:
                    watch.__exit__()
            if watch is not None:
                self._keep(copies, name, watch, why)

        self._store.forget(name)
        with self._replacing(migrate):
            return self._create()

    def _keep(self, copies: Copies, name: str, watch: Watch, why: str) -> None:
        try:
            files = [file for config in apps.get_app_configs() for file in migration_files(config.label)]
            types = (
                content_types_in_memory(self._alias)
                if apps.is_installed("django.contrib.contenttypes")
                else []
            )
            manifest = {
                "alias": self._alias,
                "server": self._server(),
                "unfit": watch.unfit or copies.keep(name),
                "content_types": types,
                # Enough to name what has changed, too little to find out a secret.
                "parts": {part: value[:6] for part, value in self._parts.items()},
                "inputs": watch.inputs(files),
                "models": state_of_models(),
                "code": state_of_code(),
            }
            self._store.write(name, manifest)
            self._store.clean(copies, server=self._server(), but=name)
        except Exception as error:
            self._say(f"migrated and not kept: {error}")
            self._store.pause(name, str(error))
            return
        not_kept = f"not kept: {manifest['unfit']}" if manifest["unfit"] else f"kept in {self._store.folder}"
        self._say(f"migrated ({why}) and {not_kept}")

    def _server(self) -> str:
        place = self._connection.settings_dict
        return f"{self._connection.vendor} {place['HOST']} {place['PORT']}".strip()

    def _replacing(self, migrate: Callable[[Callable[[], object]], None]) -> AbstractContextManager[object]:
        """Replace the command ``migrate`` of this database within Django's function."""
        real = management.call_command

        def call_command(command: Any, *args: Any, **options: Any) -> object:
            if command == "migrate" and options.get("database") == self._alias:
                migrate(lambda: real(command, *args, **options))
                return None
            return real(command, *args, **options)

        return mock.patch.object(management, "call_command", call_command)

    def _after_migrate(self, manifest: dict[str, Any]) -> None:
        """Leave the caches of this process as ``migrate`` leaves them."""
        if apps.is_installed("django.contrib.contenttypes"):
            from django.contrib.contenttypes.models import ContentType

            ContentType.objects.clear_cache()
            models = [apps.get_model(*key) for key in manifest["content_types"]]
            ContentType.objects.db_manager(self._alias).get_for_models(*models, for_concrete_models=False)
        if apps.is_installed("django.contrib.sites"):
            from django.contrib.sites.models import Site

            Site.objects.clear_cache()
        types = sys.modules.get("django.contrib.postgres.signals")
        if types is not None:
            types.get_hstore_oids.cache_clear()
            types.get_citext_oids.cache_clear()

    def _say(self, text: str) -> None:
        if self._loud:
            self._creation.log(f"Test database {self._alias!r}: {text}.")
