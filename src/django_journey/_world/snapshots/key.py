"""What is known to decide a migrated database before anything is migrated: the key of a kept one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.migrations.loader import MigrationLoader
from django.db.models import signals
from django.dispatch import Signal
from django.utils.module_loading import module_has_submodule

from django_journey._adapters.django import receivers_of
from django_journey._world.snapshots.digests import digest, text_of, times_of

__all__ = ["import_management", "migration_files", "parts_of", "state_of_code", "state_of_models"]

_FORMAT = "1"
#: Where a database is and who may use it does not decide what is in it.
_OF_THE_PLACE = frozenset({"NAME", "PASSWORD"})
_NOT_OF_THE_DATABASE = frozenset({"DATABASES", "JOURNEY"})


def import_management() -> None:
    """Import the ``management`` module of each app as ``migrate`` does, since it may connect receivers."""
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "management"):
            import_module(".management", config.name)


def parts_of(alias: str, backend: str) -> dict[str, str]:
    """Return the digest of each thing that decides what a database contains once it is migrated.

    Of migrations these are the names; their contents are among the inputs of ``Watch``, and models have a state apart.

    Args:
        alias: The database's alias.
        backend: What is known of its backend and server.
    """
    parts = {
        "Python, Django or the backend": digest(
            _FORMAT, sys.version, text_of(django.VERSION), alias, backend
        ),
        "the installed packages": digest(*_packages()),
        "the apps": digest(*(f"{config.label} {text_of(type(config))}" for config in apps.get_app_configs())),
        "the receivers of signals": digest(*_receivers()),
    }
    for name in connections:
        place = {**connections[name].settings_dict}
        place["TEST"] = {key: value for key, value in place["TEST"].items() if key not in _OF_THE_PLACE}
        kept = {key: value for key, value in place.items() if key not in _OF_THE_PLACE}
        parts[f"DATABASES[{name!r}]"] = digest(text_of(kept))
    for name in dir(settings):
        if name.isupper() and name not in _NOT_OF_THE_DATABASE:
            parts[f"the setting {name}"] = digest(text_of(getattr(settings, name)))
    for config in apps.get_app_configs():
        parts[f"the migrations of {config.label}"] = digest(*migration_files(config.label))
    return parts


def state_of_models() -> str:
    """Return the digest of all models: their options, and their fields as a migration would write them."""
    models = apps.get_models(include_auto_created=True, include_swapped=True)
    return digest(*(_model(model) for model in models))


def state_of_code() -> str:
    """Return a digest that is another one whenever the models may have changed; quicker than ``state_of_models``.

    It consists of the times of all files that are imported, and of the environment.
    """
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    states = (f"{file} {times_of(file)}" for file in sorted(filter(None, files)))
    return digest(*states, *(f"{name}={value}" for name, value in sorted(os.environ.items())))


def migration_files(label: str) -> list[str]:
    """Return the paths of an app's migrations, whatever their kind.

    Raises:
        LookupError: They are not in plain folders.
    """
    name, _ = MigrationLoader.migrations_module(label)
    if name is None:
        return []
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:
        spec = None
    if spec is None:
        return []
    folders = [Path(each) for each in spec.submodule_search_locations or ()]
    if not folders or not all(folder.is_dir() for folder in folders):
        raise LookupError(f"the migrations of {label} are in no folder")
    return sorted(
        str(file) for folder in folders for file in folder.iterdir() if file.suffix.startswith(".py")
    )


def _packages() -> Iterator[str]:
    """Yield the installed distributions with their versions, as the names of their folders tell them."""
    for folder in dict.fromkeys(sys.path):
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        yield from sorted(name for name in names if name.endswith((".dist-info", ".egg-info", ".egg-link")))


def _receivers() -> list[str]:
    """Return the receivers of all signals that a migration may send; a set, since imports decide their order."""
    named = {name: value for name, value in vars(signals).items() if isinstance(value, Signal)}
    named["connection_created"] = connection_created
    return sorted(
        f"{name} {text_of(receiver)}" for name, signal in named.items() for receiver in receivers_of(signal)
    )


def _model(model: Any) -> str:
    meta = model._meta
    fields = (*meta.local_fields, *meta.local_many_to_many)
    return text_of(
        (
            meta.label,
            meta.db_table,
            meta.managed,
            meta.proxy,
            meta.swapped,
            meta.verbose_name,
            {name: value for name, value in meta.original_attrs.items() if name != "apps"},
            [base.__qualname__ for base in model.__mro__],
            [field.deconstruct() for field in fields],
        )
    )
