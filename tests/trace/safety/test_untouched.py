"""Tracing asks nothing of the test's own values, clocks and functions, and raises nothing into it."""

from __future__ import annotations

import gc
import inspect
import os
import pkgutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.core.signals import got_request_exception
from django.test import Client

from django_journey._trace.record import recorder
from django_journey._trace.record.events import RequestServed, StepFinished, TestFinished, TestStarted
from django_journey._trace.record.recorder import step
from django_journey._trace.tracing import Tracing
from tests.trace.conftest import Traced
from tests.trace.safety import hostile_views


@pytest.fixture(autouse=True)
def site(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = hostile_views.__name__
    settings.MIDDLEWARE = [
        "tests.trace.safety.hostile_views.middleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ]
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"page.html": "page"})]},
        }
    ]
    hostile_views.ASKED.clear()
    hostile_views.GONE.clear()
    yield
    hostile_views.ASKED.clear()


def served(traced: Traced) -> RequestServed:
    (event,) = [event for event in traced.events() if isinstance(event, RequestServed)]
    return event


@pytest.mark.parametrize("path", ["/lazy/", "/told/", "/member/ada/", "/mailed/", "/own-error/"])
def test_nothing_is_asked_of_what_belongs_to_the_site(
    client: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    client.raise_request_exception = False
    client.get(path)
    plain = hostile_views.ASKED.copy()
    hostile_views.ASKED.clear()

    from django_journey._trace.record import run_id

    monkeypatch.delenv(run_id.VARIABLE, raising=False)
    tracing = Tracing(run_id.begin(tmp_path / "report"), runner="pytest")
    scope = tracing.begin("a-test", name="a-test")
    try:
        with tracing.entered(scope):
            client.get(path)
        tracing.end(scope, "failed")
    finally:
        tracing.close()
    assert plain == hostile_views.ASKED
    assert served(Traced(tracing, scope)).url == path
    assert tracing.dropped.count == 0


def test_plain_values_are_still_recorded(traced: Traced, client: Client) -> None:
    client.get("/lazy/")
    assert served(traced).form_errors == ("name: This field is required.",)


def test_an_error_of_the_sites_own_is_shown_by_its_plain_values(traced: Traced, client: Client) -> None:
    client.raise_request_exception = False
    client.get("/own-error/")
    failure = served(traced).failure
    assert failure is not None
    assert (failure.type.rpartition(".")[2], failure.message) == ("OwnError", "<Touchy>")
    assert "raise OwnError(Touchy())" in failure.traceback


def test_a_mocked_clock_is_neither_used_nor_believed(traced: Traced, client: Client) -> None:
    began = time.time()
    with (
        mock.patch("time.time", side_effect=[1.0]) as date,
        mock.patch("time.perf_counter", side_effect=[1.0]) as counter,
        mock.patch("time.monotonic", side_effect=[1.0]),
    ):
        with step("visit", "/"):
            client.get("/echo/")
        assert (date.call_count, counter.call_count) == (0, 0)
    event = served(traced)
    assert began - 1 <= event.at <= time.time() + 1
    assert 0 < event.milliseconds < 600_000
    (end,) = [event for event in traced.events() if isinstance(event, StepFinished)]
    assert 0 < end.seconds < 600


def test_a_moved_clock_dates_no_event(traced: Traced, client: Client) -> None:
    time_machine = pytest.importorskip("time_machine")
    with time_machine.travel(0, tick=False), step("visit", "/"):
        client.get("/echo/")
    assert served(traced).at > 1_600_000_000
    assert served(traced).milliseconds > 0


FUNCTIONS = (
    *("time.time", "time.perf_counter", "time.monotonic", "time.gmtime"),
    *("os.getpid", "os.write", "os.open", "os.close", "os.fstat", "os.stat", "os.getcwd", "os.mkdir"),
    *(
        "json.dumps",
        "json.loads",
        "json.JSONEncoder.encode",
        "json.JSONDecoder.decode",
        "linecache.checkcache",
    ),
    *("builtins.open", "builtins.__import__", "threading.Lock", "pathlib.Path.exists", "pathlib.Path.open"),
    *("logging.Logger.handle", "warnings.warn", "html.escape", "traceback.TracebackException.from_exception"),
)


def counting(name: str, counts: dict[str, int]) -> Any:
    """Return a function that counts this thread's calls, to be put in the place of the one that has this name."""
    owner, _, function = name.rpartition(".")
    original = getattr(pkgutil.resolve_name(owner), function)
    here = threading.get_ident()  # servers and event loops of other tests may still be running

    def call(*arguments: Any, **keywords: Any) -> Any:
        counts[name] += threading.get_ident() == here
        return original(*arguments, **keywords)

    return staticmethod(call) if inspect.ismethod(original) else call


@pytest.mark.parametrize("path", ["/echo/", "/lazy/", "/own-error/", "/mailed/"])
def test_no_function_of_pythons_is_called_that_the_test_may_have_replaced(
    traced: Traced, client: Client, path: str
) -> None:
    client.raise_request_exception = False

    def calls() -> dict[str, int]:
        counts = dict.fromkeys(FUNCTIONS, 0)
        with ExitStack() as stack:
            for name in FUNCTIONS:
                stack.enter_context(mock.patch(name, counting(name, counts)))
            client.post(path, {"a": 1}, content_type="application/json")
        return counts

    client.post(path, {"a": 1}, content_type="application/json")
    with_tracing = calls()
    scope, traced.tracing.running = traced.tracing.running, None
    token = recorder._current.set(None)
    traced.tracing.unhook()
    try:
        assert calls() == with_tracing
    finally:
        recorder._current.reset(token)
        traced.tracing.running = scope
    assert traced.tracing.dropped.count == 0


def test_closed_descriptors_cost_nothing(traced: Traced, client: Client) -> None:
    os.close(traced.tracing.trace_file._file)
    client.get("/echo/")
    assert served(traced).status == 200
    assert traced.tracing.dropped.count == 0


def test_a_deeply_nested_body_is_no_fault(traced: Traced, client: Client) -> None:
    client.post("/echo/", "[" * 5_000 + "]" * 5_000, content_type="application/json")
    assert served(traced).status == 200
    assert traced.tracing.dropped.count == 0


def test_a_hook_that_reaches_the_recursion_limit_costs_the_event_alone(
    traced: Traced, client: Client
) -> None:
    def deep(left: int) -> Any:
        return Client().get("/echo/") if not left else deep(left - 1)

    def depth() -> int:
        frame, found = sys._getframe(), 0
        while frame is not None:
            frame, found = frame.f_back, found + 1  # type: ignore[assignment]
        return found

    before = sys.getrecursionlimit()
    outcomes = set()
    try:
        sys.setrecursionlimit(depth() + 300)
        for left in range(200, 290, 2):
            try:
                outcomes.add(deep(left).status_code)
            except RecursionError:
                outcomes.add(0)
    finally:
        sys.setrecursionlimit(before)
    assert outcomes <= {0, 200}
    assert Client().get("/echo/").status_code == 200


def test_a_views_own_objects_live_no_longer_than_they_would(traced: Traced, client: Client) -> None:
    gc.disable()
    try:
        client.get("/kept/")
        assert hostile_views.GONE == [True]
    finally:
        gc.enable()


def test_the_list_of_a_signals_receivers_is_as_it_was(traced: Traced, client: Client) -> None:
    assert len(got_request_exception.receivers) == 0


def test_sql_outside_of_requests_belongs_to_the_step_and_else_to_the_test(
    traced: Traced, client: Client, db: None
) -> None:
    users = get_user_model().objects
    users.count()
    own = traced.scope.queries
    assert own > 0
    with step("run", "tasks"):
        users.count()
        with step("inner", "task"):
            users.first()
        client.get("/echo/")
        b"".join(client.get("/streamed/").streaming_content)
    traced.tracing.end(traced.scope, "passed")
    inner, outer = (event for event in traced.events() if isinstance(event, StepFinished))
    assert [(shape.sql.partition(" FROM")[0][:6], shape.count) for shape in outer.queries.shapes] == [
        ("SELECT", 2)
    ]
    assert inner.queries.count == 1
    (end,) = [event for event in traced.events() if isinstance(event, TestFinished)]
    assert (end.queries.count, end.queries.shapes) == (own, ())
    assert all(event.queries.count == 0 for event in traced.events() if isinstance(event, RequestServed))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_leaves_the_parents_file_alone(traced: Traced, client: Client) -> None:
    size = traced.tracing.trace_file.path.stat().st_size
    child = os.fork()
    if child == 0:
        client.get("/echo/")
        os._exit(0)
    os.waitpid(child, 0)
    assert traced.tracing.trace_file.path.stat().st_size == size
    assert [event.test for event in traced.events() if isinstance(event, (TestStarted, RequestServed))] == [
        "a-test"
    ] * 2
