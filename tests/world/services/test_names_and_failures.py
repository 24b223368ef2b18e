"""A service's operations may be called as its API calls them; an error in one is reported with its traceback."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import traceback
import types
from typing import Any

import pytest
import requests

from django_journey._trace.record.events import Event, Noted
from django_journey._trace.record.recorder import Recorder
from django_journey._world.network.guard import Network
from django_journey._world.network.sockets import UNSEEN
from django_journey._world.services import Service, Services, faults, operation
from django_journey._world.services.service import answering_of
from django_journey.errors import ConfigurationError

# What the machinery beside a service is called, or was.
FREE = (
    *(
        "answer",
        "take_fault",
        "hung",
        "is_hanging",
        "hang_up",
        "operation_for",
        "run",
        "serve",
        "close",
        "open",
    ),
    *("_lock", "_faults", "_hanging", "_answering", "_no_such", "_unanswered", "request", "reply", "mode"),
)
TAKEN = ("begin", "refuse", "fail", "recover", "state", "calls", "name", "operations", "base_url", "secrets")


def service_with(name: str) -> type[Service]:
    """Declare a service whose operation is called so."""

    def function(self: Any, request: Any) -> Any:
        return {"called": name}

    return type(
        "Odd", (Service,), {"base_url": "http://odd.example", name: operation("GET", "/it")(function)}
    )


@pytest.mark.parametrize("name", FREE)
def test_an_operation_may_be_called_as_the_machinery_is(name: str) -> None:
    service = service_with(name)
    with Network() as network, Services([service], network=network) as services:
        assert requests.get("http://odd.example/it").json() == {"called": name}
        services[service].fail(faults.server_error(), operation=name)
        assert requests.get("http://odd.example/it").status_code == 500
        services[service].fail(faults.refused())
        services[service].recover()
        assert [call.operation for call in services[service].calls] == [name, name]


@pytest.mark.parametrize("name", [*TAKEN, "__init__", "match_on", "credentials", "live_url"])
def test_the_few_names_that_are_left_are_refused_where_they_are_declared(name: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        service_with(name)
    told = raised.value.explanation
    assert told.sought == f"an operation can't be called {name!r}: each service has that already"
    assert told.where.endswith(".Odd")
    assert told.nearest == (f"GET /it ({name})",)
    assert '@operation("GET", "/it")\ndef ' in told.instead


def test_a_fake_may_keep_what_it_likes_under_any_name() -> None:
    class Keeping(Service):
        base_url = "http://odd.example"

        def begin(self) -> None:
            self._lock = self._faults = self._hanging = self.hung = self.answer = "mine"

        @operation("GET", "/it")
        def it(self, request: Any) -> Any:
            return self._lock

    with Network() as network, Services([Keeping], network=network):
        assert requests.get("http://odd.example/it").text == "mine"


class Broken(Service):
    base_url = "http://broken.example"

    @operation("GET", "/it")
    def it(self, request: Any) -> Any:
        return [][int(request.query["index"])]


class Lines:
    """A sink that keeps the events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, event: Event) -> None:
        self.events.append(event)

    def store_page(self, page: object) -> Any:
        raise AssertionError("no page here")


def test_an_error_in_a_function_is_raised_with_the_line_that_raised_it() -> None:
    with pytest.raises(IndexError) as raised, Network() as network, Services([Broken], network=network):
        requests.get("http://broken.example/it?index=1")
        requests.get("http://broken.example/it?index=2")
    assert 'return [][int(request.query["index"])]' in "".join(traceback.format_exception(raised.value))
    assert raised.value.__notes__ == ["and then: list index out of range"]


def test_what_the_story_fails_with_names_the_error_in_the_function_before_it() -> None:
    with pytest.raises(AssertionError) as raised, Network() as network, Services([Broken], network=network):
        assert requests.get("http://broken.example/it?index=1").status_code == 200
    assert raised.value.__notes__[0].startswith("an outside service failed before:\nTraceback ")
    assert 'return [][int(request.query["index"])]' in raised.value.__notes__[0]


def test_an_error_in_a_function_is_noted_with_its_last_line_and_its_traceback() -> None:
    lines = Lines()
    recorder = Recorder(lines)
    with (
        recorder.entered(recorder.start_test("t", name="t")),
        Network() as network,
        Services([Broken], network=network) as services,
    ):
        requests.get("http://broken.example/it?index=1")
        services.forgive()
    (noted,) = [event for event in lines.events if isinstance(event, Noted)]
    assert noted.data["problem"] == "IndexError: list index out of range"
    assert "[][int(" in noted.data["traceback"]


@pytest.mark.parametrize(
    ("loaded", "called", "told"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_service_that_is_never_called_is_noted_where_a_library_bypasses_the_guard(
    loaded: bool, called: bool, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As libcurl, which connects by itself: the story would pass, or fail, without a word on why."""
    for name in UNSEEN:
        monkeypatch.delitem(sys.modules, name, raising=False)
    if loaded:
        monkeypatch.setitem(sys.modules, "pycurl", types.ModuleType("pycurl"))
    lines = Lines()
    recorder = Recorder(lines)
    service = service_with("it")
    with (
        recorder.entered(recorder.start_test("t", name="t")),
        Network() as network,
        Services([service], network=network),
    ):
        if called:
            requests.get("http://odd.example/it")
    noted = [event for event in lines.events if isinstance(event, Noted) and event.topic == "network"]
    titles = [event.title for event in noted]
    assert titles == (["never called: odd; what pycurl connects to is not seen by the guard"] if told else [])


def test_a_request_whose_address_cannot_be_read_gets_an_answer() -> None:
    with Network() as network, Services([Broken], network=network) as services:
        with socket.create_connection(("broken.example", 80), timeout=60) as sock:
            sock.sendall(b"GET http://[broken/ HTTP/1.1\r\nHost: broken.example\r\n\r\n")
            assert sock.recv(12) == b"HTTP/1.1 500"
        assert [type(problem) for problem in services.forgive()] == [ValueError]


@pytest.mark.parametrize("fault", [faults.time_out(patience=600), faults.slow(600)], ids=["time-out", "slow"])
def test_a_story_that_is_interrupted_while_a_service_keeps_it_waiting_ends_at_once(
    fault: Any, request: pytest.FixtureRequest
) -> None:
    """The fault does not delay Ctrl-C, which is no error of the story."""

    class Slow(Service):
        base_url = "http://slow.example"

        @operation("GET", "/it")
        def it(self, request: Any) -> Any:
            return "ok"

    met = threading.Event()

    def interrupt() -> None:
        met.wait(60)
        os.kill(os.getpid(), signal.SIGINT)

    before = set(threading.enumerate())
    # A shell that starts tests in the background has made them deaf to it.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, handler))
    with (
        pytest.raises(KeyboardInterrupt) as raised,
        Network() as network,
        Services([Slow], network=network) as found,
    ):
        service = found[Slow]
        service.fail(fault)
        _when_taken(service, met)
        threading.Thread(target=interrupt).start()
        requests.get("http://slow.example/it", timeout=None)
    assert not getattr(raised.value, "__notes__", [])
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(60)
    assert not any(thread.is_alive() for thread in left)


def _when_taken(service: Service, event: threading.Event) -> None:
    """Set the event as soon as the service's fault is met."""
    answering = answering_of(service)
    take = answering.take_fault

    def taken(*kinds: str, operation: str = "") -> Any:
        fault = take(*kinds, operation=operation)
        if fault is not None:
            event.set()
        return fault

    answering.take_fault = taken  # type: ignore[method-assign]
