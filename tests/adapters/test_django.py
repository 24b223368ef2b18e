"""What is used of Django beyond its documented API is as the adapter says, in the version that is installed."""

from __future__ import annotations

import ast
import inspect
import textwrap
import threading
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.cache import caches
from django.core.files.storage import storages
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.dispatch import Signal
from django.forms import CharField, Form, formset_factory
from django.http import HttpResponse
from django.template.base import Template
from django.test import RequestFactory, override_settings
from django.urls import resolve
from django.utils.functional import SimpleLazyObject

from django_journey._adapters import django as adapter
from django_journey.errors import ConfigurationError

# What a wrapper's __init__ sets besides the state of a transaction.
OF_THE_WRAPPER = {
    *("settings_dict", "alias", "queries_log", "force_debug_cursor", "execute_wrappers"),
    *("_thread_sharing_lock", "_thread_sharing_count", "_thread_ident"),
    *("client", "creation", "features", "introspection", "ops", "validation"),
}
# Numbers savepoints, whose names must differ on the connection that wrappers share.
SAVEPOINT_NUMBERS = {"savepoint_state"}


def attributes_set_in(function: Any) -> set[str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


def test_a_lease_exchanges_all_that_a_wrapper_knows_of_its_transaction() -> None:
    """A name that a new Django adds belongs to one of the three sets."""
    found = attributes_set_in(BaseDatabaseWrapper.__init__)
    assert found == {*adapter.CONNECTION_STATE} | OF_THE_WRAPPER | SAVEPOINT_NUMBERS


def test_what_connecting_resets_is_exchanged() -> None:
    assert attributes_set_in(BaseDatabaseWrapper.connect) <= {*adapter.CONNECTION_STATE}


def test_a_wrapper_has_the_methods_that_a_lease_replaces() -> None:
    adapter.check_wrapper(connections["default"])
    sqlite = DatabaseWrapper({**connections["default"].settings_dict, "NAME": ":memory:"})
    assert set(adapter.connection_methods(sqlite)) - set(adapter.CONNECTION_METHODS) == {
        "_start_transaction_under_autocommit"
    }
    for name in adapter.connection_methods(sqlite):
        assert callable(getattr(sqlite, name))


def test_a_wrapper_without_one_of_them_is_named() -> None:
    class Stripped:
        connection = None

    with pytest.raises(ConfigurationError, match=r"Django has no [\w.<>]*Stripped\.autocommit"):
        adapter.check_wrapper(Stripped())


def test_a_cursor_is_created_without_the_check_that_cursor_does_already() -> None:
    wrapper = connections["default"]
    create = adapter.cursor_factory(wrapper)
    assert create.__code__ is not BaseDatabaseWrapper.cursor.__code__  # type: ignore[attr-defined]
    assert inspect.unwrap(type(wrapper).create_cursor) is inspect.unwrap(create)


class Site:
    """A signal with three receivers."""

    def __init__(self) -> None:
        self.signal = Signal()
        self.received: list[str] = []
        self.functions = {name: self.receiver(name) for name in ("first", "closing", "last")}
        for function in self.functions.values():
            self.signal.connect(function, weak=False)

    def receiver(self, name: str) -> Any:
        return lambda **_: self.received.append(name)

    def send(self) -> list[str]:
        self.received.clear()
        self.signal.send(sender=None)
        return self.received


def test_a_receiver_is_left_out_and_gets_its_place_back() -> None:
    site = Site()
    with adapter.PausedReceiver(site.signal, site.functions["closing"]):
        assert site.send() == ["first", "last"]
    assert site.send() == ["first", "closing", "last"]


def test_what_is_connected_and_disconnected_meanwhile_stays_so() -> None:
    site = Site()
    with adapter.PausedReceiver(site.signal, site.functions["closing"]):
        site.signal.connect(new := site.receiver("new"), weak=False)
        site.signal.disconnect(site.functions["last"])
    assert sorted(site.send()) == ["closing", "first", "new"]
    site.signal.disconnect(new)
    assert site.send() == ["first", "closing"]


def test_a_receiver_is_left_out_until_the_last_thread_has_sent() -> None:
    site = Site()
    paused = adapter.PausedReceiver(site.signal, site.functions["closing"])
    with paused:
        other = threading.Thread(target=lambda: paused.__enter__())
        other.start()
        other.join()
    assert site.send() == ["first", "last"], "the other thread is still sending"
    paused.__exit__()
    assert site.send() == ["first", "closing", "last"]


def test_receivers_are_exchanged_under_the_signals_lock() -> None:
    site = Site()
    paused = adapter.PausedReceiver(site.signal, site.functions["closing"])
    entered = threading.Event()

    def enter() -> None:
        with paused:
            entered.set()

    with site.signal.lock:
        thread = threading.Thread(target=enter)
        thread.start()
        assert len(site.signal.receivers) == 3
        assert not entered.is_set()
    thread.join()
    assert entered.is_set()


def test_connections_are_stored_where_the_adapter_replaces_them() -> None:
    caches["default"]
    before = adapter.replace_connections(caches)
    try:
        assert hasattr(before, "default")
        assert not caches.all(initialized_only=True)
    finally:
        adapter.replace_connections(caches, before)
    assert caches.all(initialized_only=True)


def test_local_memory_caches_are_in_the_adapters_stores() -> None:
    from django.core.cache.backends.locmem import LocMemCache

    cache = LocMemCache("adapter-contract", {})
    try:
        cache.set("key", "value")
        assert all("adapter-contract" in store for store in adapter.locmem_stores())
    finally:
        for store in adapter.locmem_stores():
            del store["adapter-contract"]


def test_a_storage_that_was_created_is_among_the_created_ones() -> None:
    assert adapter.created_storages().get("default") is storages["default"] or "default" in storages.backends
    assert adapter.created_storages()["default"] is storages["default"]


def test_the_settings_holder_changes_where_settings_are_overridden(settings: Any) -> None:
    from django.conf import settings as lazy
    from django.test.utils import override_settings

    before = adapter.settings_holder(lazy)
    with override_settings(DEBUG=True):
        assert adapter.settings_holder(lazy) is not before
    assert adapter.settings_holder(lazy) is before


class Name(Form):
    name = CharField()


def test_what_tracing_reads_is_where_django_puts_it() -> None:
    form, forms = Name({}), formset_factory(Name)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"})
    form.is_valid()
    forms.is_valid()
    assert vars(form)[adapter.FORM_ERRORS] == form.errors
    assert adapter.FORM_ERRORS in vars(forms)
    assert adapter.FORMSET_ERRORS in vars(forms)
    request = RequestFactory().post("/", {"name": "Ada"})
    posted = request.POST
    assert vars(request)[adapter.REQUEST_POST] is posted
    request = RequestFactory().put("/", b"raw")
    body = request.body
    assert vars(request)[adapter.REQUEST_BODY] is body
    assert vars(HttpResponse(b"body"))[adapter.RESPONSE_CONTENT] == [b"body"]
    lazy = SimpleLazyObject(lambda: "value")
    assert lazy == "value"
    assert vars(lazy)[adapter.LAZY_VALUE] == "value"


def test_overridden_settings_know_which_of_them_were_deleted() -> None:
    with override_settings(LANGUAGES=[]):
        del settings.LANGUAGES
        assert vars(vars(settings)[adapter.LAZY_VALUE])[adapter.DELETED_SETTINGS] == {"LANGUAGES"}


def test_messages_and_users_are_where_tracing_reads_them(rf: RequestFactory) -> None:
    from django.contrib.auth.middleware import auser, get_user
    from django.contrib.messages import middleware

    request = rf.get("/")
    request.session = {}
    middleware.MessageMiddleware(lambda _: HttpResponse()).process_request(request)
    messages = vars(request)[adapter.MESSAGES]
    assert isinstance(messages, FallbackStorage)
    messages.add(20, "saved")
    assert [each.message for each in vars(messages)[adapter.MESSAGES_QUEUED]] == ["saved"]
    list(messages)
    assert isinstance(messages, BaseStorage)
    assert adapter.MESSAGES_LOADED in vars(messages)
    for name, function in zip(adapter.CACHED_USERS, (get_user, auser), strict=True):
        assert name in inspect.getsource(inspect.getmodule(function))  # type: ignore[arg-type]


def test_what_tracing_wraps_is_defined_where_it_is_wrapped() -> None:
    assert adapter.RENDER in vars(Template)
    assert {adapter.EXECUTE, adapter.EXECUTE_MANY} <= vars(CursorWrapper).keys()


def test_a_views_dotted_name(settings: Any) -> None:
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    assert adapter.view_path(resolve("/login/")) == "django.contrib.auth.views.LoginView"


@pytest.mark.django_db
def test_the_rows_of_a_query_set_are_those_that_it_has_fetched() -> None:
    from django.contrib.auth import get_user_model

    ada = get_user_model().objects.create_user("ada")
    users = get_user_model().objects.all()
    assert adapter.fetched_rows(users) is None
    assert list(users) == [ada]
    assert adapter.fetched_rows(users) == [ada]
