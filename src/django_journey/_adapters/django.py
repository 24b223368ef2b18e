"""What is used of Django beyond its documented API."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType

from django_journey._adapters.check import private, require

if TYPE_CHECKING:
    from asgiref.local import Local

__all__ = [
    "CACHED_USERS",
    "CONNECTION_METHODS",
    "CONNECTION_STATE",
    "DELETED_SETTINGS",
    "EXECUTE",
    "EXECUTE_MANY",
    "FORMSET_ERRORS",
    "FORM_ERRORS",
    "LAZY_VALUE",
    "LIVE_RECEIVERS",
    "MESSAGES",
    "MESSAGES_LOADED",
    "MESSAGES_QUEUED",
    "RENDER",
    "REQUEST_BODY",
    "REQUEST_FILES",
    "REQUEST_POST",
    "RESPONSE_CONTENT",
    "SESSION_DATA",
    "PausedReceiver",
    "check_wrapper",
    "close_quietly",
    "connection_methods",
    "connection_state",
    "content_types",
    "content_types_in_memory",
    "created_storages",
    "cursor_factory",
    "fetched_rows",
    "has_own_creation",
    "locmem_stores",
    "receivers_of",
    "redis_client",
    "replace_connections",
    "server_cursor",
    "set_return_value",
    "settings_holder",
    "trust_forms",
    "view_path",
    "within_test",
]

_LIBRARY = "Django"

# Settings


def settings_holder(settings: Any) -> Any:
    """Return the object that holds the settings now; while settings are overridden, it is another one."""
    return private(_LIBRARY, settings, "_wrapped")


# Signals


class PausedReceiver:
    """Leaves one receiver out of a signal while at least one thread is inside this context.

    Django's test client disconnects the receiver and connects it again, which leaves a finalizer behind each time.

    Args:
        signal: The signal.
        receiver: A function that is connected to it.
    """

    def __init__(self, signal: Any, receiver: Callable[..., object]) -> None:
        self._signal = signal
        self._key = id(receiver)
        self._inside = 0
        self._paused: list[tuple[int, Any]] = []

    def __enter__(self) -> None:
        signal = self._signal
        with private(_LIBRARY, signal, "lock"):
            if not self._inside:
                receivers = private(_LIBRARY, signal, "receivers")
                self._paused = [(at, each) for at, each in enumerate(receivers) if each[0][0] == self._key]
                for _, each in self._paused:
                    receivers.remove(each)
                private(_LIBRARY, signal, "sender_receivers_cache").clear()
            self._inside += 1

    def __exit__(self, *exc_info: object) -> None:
        signal = self._signal
        with signal.lock:
            self._inside -= 1
            if not self._inside:
                for at, each in self._paused:
                    signal.receivers.insert(at, each)
                signal.sender_receivers_cache.clear()


def receivers_of(signal: Any) -> list[Any]:
    """Return the functions that are connected to a signal and are still there."""
    found = (entry[1] for entry in private(_LIBRARY, signal, "receivers"))
    called = (each() if isinstance(each, ReferenceType) else each for each in found)
    return [each for each in called if each is not None]


# Databases and caches


def replace_connections(handler: Any, connections: Local | None = None) -> Local:
    """Give ``django.db.connections`` or ``caches`` another store of what each thread has opened.

    Args:
        handler: The connection handler.
        connections: The store; by default a new one, so that every thread opens its connections again.

    Returns:
        The store that was there.
    """
    from asgiref.local import Local

    before: Local = private(_LIBRARY, handler, "_connections")
    handler._connections = Local(handler.thread_critical) if connections is None else connections
    return before


#: What a ``DatabaseWrapper`` knows of its connection's transaction. ``savepoint_state`` is not among it: it numbers
#: savepoints, whose names must differ on the connection that wrappers share.
CONNECTION_STATE = (
    "connection",
    "autocommit",
    "in_atomic_block",
    "savepoint_ids",
    "atomic_blocks",
    "commit_on_exit",
    "needs_rollback",
    "rollback_exc",
    "close_at",
    "closed_in_transaction",
    "errors_occurred",
    "health_check_enabled",
    "health_check_done",
    "run_on_commit",
    "run_commit_hooks_on_set_autocommit_on",
)
#: The methods by which a ``DatabaseWrapper`` talks to its driver about connecting and transactions.
CONNECTION_METHODS = (
    "connect",
    "create_cursor",
    "ensure_timezone",
    "is_usable",
    "_close",
    "_commit",
    "_rollback",
    "_set_autocommit",
)
#: SQLite's wrapper alone has one more.
_OF_SQLITE = "_start_transaction_under_autocommit"

#: Returns the values of ``CONNECTION_STATE``, in that order.
connection_state: Callable[[Any], tuple[Any, ...]] = attrgetter(*CONNECTION_STATE)
_checked: set[type] = set()


def check_wrapper(wrapper: Any) -> None:
    """Check that a ``DatabaseWrapper`` has what is replaced in it.

    Raises:
        ConfigurationError: It lacks an attribute or a method.
    """
    kind = type(wrapper)
    if kind not in _checked:
        require(_LIBRARY, wrapper, *CONNECTION_STATE, *CONNECTION_METHODS, "savepoint_state")
        _checked.add(kind)


def connection_methods(wrapper: Any) -> tuple[str, ...]:
    """Return the names of the methods by which a wrapper talks to its driver about connecting and transactions."""
    return (*CONNECTION_METHODS, _OF_SQLITE) if hasattr(wrapper, _OF_SQLITE) else CONNECTION_METHODS


def cursor_factory(wrapper: Any) -> Callable[[Any, str | None], Any]:
    """Return ``create_cursor`` of a wrapper's class without its check for event loops, which ``cursor()`` does too."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    create_cursor: Any = type(wrapper).create_cursor
    decorated: Any = BaseDatabaseWrapper.cursor
    if getattr(create_cursor, "__code__", None) is decorated.__code__:
        create_cursor = create_cursor.__wrapped__
    factory: Callable[[Any, str | None], Any] = create_cursor
    return factory


def fetched_rows(queryset: Any) -> list[Any] | None:
    """Return the rows that a query set has fetched; ``None`` if it was not evaluated."""
    rows: list[Any] | None = private(_LIBRARY, queryset, "_result_cache")
    return rows


def has_own_creation(connection: Any) -> bool:
    """Return whether a ``DatabaseWrapper`` makes its test database as Django's own backends do."""
    creation = type(connection.creation)
    path = f"django.db.backends.{ {'postgresql': 'postgresql', 'sqlite': 'sqlite3'}.get(connection.vendor, 'mysql') }"
    return bool(creation.__module__ == f"{path}.creation")


def server_cursor(connection: Any) -> AbstractContextManager[Any]:
    """Return a cursor on a database's server that is not connected to that database."""
    cursor: AbstractContextManager[Any] = private(_LIBRARY, connection, "_nodb_cursor")()
    return cursor


def content_types_in_memory(alias: str) -> list[tuple[str, str]]:
    """Return the natural keys of the content types that are cached for a database."""
    from django.contrib.contenttypes.models import ContentType

    cached = private(_LIBRARY, ContentType.objects, "_cache").get(alias, {})
    return [key for key in cached if isinstance(key, tuple)]


def locmem_stores() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the contents, the times of expiry and the locks of all local-memory caches, each by location."""
    from django.core.cache.backends import locmem

    caches, expiry, locks = (
        private(_LIBRARY, locmem, name) for name in ("_caches", "_expire_info", "_locks")
    )
    return caches, expiry, locks


def redis_client(cache: Any) -> Any:
    """Return a client of the Redis server behind a cache: Django's backend, or django-redis's; else ``None``."""
    inner = getattr(cache, "_cache", None)
    if inner is not None and hasattr(inner, "get_client"):
        return inner.get_client(None, write=True)
    outer: Callable[..., Any] | None = getattr(getattr(cache, "client", None), "get_client", None)
    return outer(write=True) if outer is not None else None


def within_test(alias: str) -> Any:
    """Return an ``atomic`` in which the site may open durable ones, as in those of a ``TestCase``."""
    from django.db import transaction

    atomic = transaction.atomic(using=alias)
    require(_LIBRARY, atomic, "_from_testcase")
    atomic._from_testcase = True  # type: ignore[attr-defined]
    return atomic


def content_types() -> dict[str, Any]:
    """Return the rows of content types that are kept in memory, by database."""
    from django.contrib.contenttypes.models import ContentType

    kept: dict[str, Any] = private(_LIBRARY, ContentType.objects, "_cache")
    return kept


# Requests and responses


def trust_forms(request: Any) -> None:
    """Let a request pass without a CSRF token, as those of Django's test client do."""
    request._dont_enforce_csrf_checks = True


def close_quietly(response: Any) -> None:
    """Close what a response holds, without the signal that its request is over."""
    for close in private(_LIBRARY, response, "_resource_closers"):
        close()


# Files and tasks


def created_storages() -> dict[str, Any]:
    """Return the file storages that were created already, by alias."""
    from django.core.files.storage import storages

    return dict(private(_LIBRARY, storages, "_storages"))


def set_return_value(result: Any, value: Any) -> None:
    """Set what a task has returned; a ``TaskResult`` is frozen, and its backends set it in the same way."""
    require(_LIBRARY, result, "_return_value")
    object.__setattr__(result, "_return_value", value)


# What tracing wraps and reads. A name that is absent is read as nothing, since tracing must not change a test;
# tests/adapters compares each with Django.

#: The methods of ``Template`` and ``CursorWrapper`` that tracing wraps.
RENDER = "_render"
EXECUTE = "_execute"
EXECUTE_MANY = "_executemany"
#: The method of ``Signal`` that returns whom it calls.
LIVE_RECEIVERS = "_live_receivers"
FORM_ERRORS = "_errors"
FORMSET_ERRORS = "_non_form_errors"
REQUEST_POST = "_post"
REQUEST_BODY = "_body"
REQUEST_FILES = "_files"
SESSION_DATA = "_session_cache"
RESPONSE_CONTENT = "_container"
LAZY_VALUE = "_wrapped"
#: In overridden settings: the names of those that were deleted.
DELETED_SETTINGS = "_deleted"
#: The user of a session, as ``request.user`` and ``request.auser()`` keep it in the request.
CACHED_USERS = ("_cached_user", "_acached_user")
#: In a request: the storage of its messages; in the storage: those that were shown and those that are new.
MESSAGES = "_messages"
MESSAGES_LOADED = "_loaded_data"
MESSAGES_QUEUED = "_queued_messages"


def view_path(match: Any) -> str:
    """Return the dotted name of the view that a ``ResolverMatch`` leads to."""
    return str(private(_LIBRARY, match, "_func_path"))
