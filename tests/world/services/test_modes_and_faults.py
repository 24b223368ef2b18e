"""Each client library in each mode and with each fault: the real client's real code runs, over real sockets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from django_journey._story.settings import Options
from django_journey._world.network.guard import Network
from django_journey._world.services import Service, Services, faults, operation
from tests.world.services.clients import CLIENTS, LONG, PATIENCE, RAISED

each_client = pytest.mark.parametrize("client", CLIENTS)


class Payments(Service):
    base_url = "https://api.payments.example/v1"
    credentials = ("PAYMENTS_KEY",)

    @operation("POST", "/charges")
    def charge(self, request: Any) -> Any:
        name = f"ch_{len(self.state) + 1}"
        self.state[name] = {"id": name, "amount": request.json["amount"], "by": "fake"}
        return 201, self.state[name]

    @operation("GET", "/charges/{id}")
    def retrieve(self, request: Any, id: str) -> Any:
        return self.state.get(id) or (404, {"error": f"no charge {id}"})


class Outside(BaseHTTPRequestHandler):
    """Stands in for the real service, on loopback."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]
        self._answer(201, {"id": "ch_real", "amount": body["amount"], "by": "outside"})

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]
        self._answer(200, {"id": "ch_real", "amount": 700, "by": "outside"})

    def _answer(self, status: int, data: Any) -> None:
        content = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def outside() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Outside) as server:
        server.daemon_threads = True
        server.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def sandbox(server: Any) -> type[Payments]:
    class SandboxPayments(Payments):
        name = "payments"
        live_url = f"http://127.0.0.1:{server.server_address[1]}/v1"

    return SandboxPayments


def given(name: str) -> str:
    return "sk_live_4242"


CHARGES = "https://api.payments.example/v1/charges"


@each_client
def test_fake_the_functions_answer_and_state_lives_for_the_journey(client: str) -> None:
    ask = CLIENTS[client]
    with Network() as network, Services([Payments], network=network) as services:
        status, body, headers = ask("POST", CHARGES, {"amount": 700})
        assert (status, json.loads(body)) == (201, {"id": "ch_1", "amount": 700, "by": "fake"})
        assert {name.lower(): value for name, value in headers.items()}["content-type"] == "application/json"
        assert json.loads(ask("GET", f"{CHARGES}/ch_1")[1])["amount"] == 700
        assert ask("GET", f"{CHARGES}/ch_9")[0] == 404
        calls = services[Payments].calls
        assert [(call.operation, call.status, call.mode) for call in calls] == [
            ("charge", 201, "fake"),
            ("retrieve", 200, "fake"),
            ("retrieve", 404, "fake"),
        ]
    with Network() as network, Services([Payments], network=network) as services:
        assert services[Payments].state == {}
        assert services[Payments].calls == []


@each_client
def test_live_the_real_service_answers(client: str, outside: Any) -> None:
    payments = sandbox(outside)
    with (
        Network() as network,
        Services([payments], network=network, live=["payments"], credential=given) as services,
    ):
        headers = {"Authorization": "Bearer sk_live_4242"}
        status, body, _ = CLIENTS[client]("POST", CHARGES + "?expand=all", {"amount": 5}, headers)
        assert (status, json.loads(body)["by"]) == (201, "outside")
        assert services[payments].calls[0].mode == "live"
    path, told = outside.asked[0]
    assert path == "/v1/charges?expand=all"
    assert told["Authorization"] == "Bearer sk_live_4242"


def test_live_a_service_of_this_machine_is_called_past_its_own_route(outside: Any) -> None:
    class Local(Service):
        base_url = f"http://127.0.0.1:{outside.server_address[1]}/v1"

    with Network() as network, Services([Local], network=network, live=["local"]) as services:
        status, body, _ = CLIENTS["requests"]("GET", f"{Local.base_url}/charges/ch_real")
        assert (status, json.loads(body)["by"]) == (200, "outside")
        status, _, _ = CLIENTS["http.client"](
            "GET", Local.base_url.replace("127.0.0.1", "localhost") + "/charges/1"
        )
        assert status == 200
        assert [call.mode for call in services[Local].calls] == ["live", "live"]
    assert len(outside.asked) == 2


@each_client
def test_what_is_recorded_is_replayed_without_the_service_and_holds_no_secret(
    client: str, outside: Any, tmp_path: Path
) -> None:
    payments = sandbox(outside)
    headers = {"Authorization": "Bearer sk_live_4242", "X-Trace": "a sk_live_4242 b"}
    options: Any = {"cassettes": tmp_path, "credential": given}
    with Network() as network, Services([payments], network=network, mode="record", **options):
        recorded = [
            CLIENTS[client]("POST", CHARGES, {"amount": 5, "card_number": "4242424242424242"}, headers)[:2],
            CLIENTS[client]("GET", CHARGES + "/ch_real?api_key=sk_live_4242", None, headers)[:2],
        ]
    text = (tmp_path / "payments.yaml").read_text()
    assert "sk_live_4242" not in text
    assert "4242424242424242" not in text
    assert "ch_real" in text
    outside.asked.clear()
    with Network() as network, Services([payments], network=network, mode="replay", **options) as services:
        replayed = [
            CLIENTS[client]("POST", CHARGES, {"amount": 5, "card_number": "4000000000000002"}, headers)[:2],
            CLIENTS[client]("GET", CHARGES + "/ch_real?api_key=another", None, headers)[:2],
        ]
        assert [call.mode for call in services[payments].calls] == ["replay", "replay"]
    assert replayed == recorded
    assert outside.asked == []


def fails(client: str, fault: faults.Fault, patience: float = LONG) -> tuple[Any, Any, list[Any]]:
    """Return what the client raised, what it got, and the calls; a second call has to work again."""
    raised = got = None
    with Network() as network, Services([Payments], network=network) as services:
        services[Payments].fail(fault)
        try:
            got = CLIENTS[client]("POST", CHARGES, {"amount": 700}, patience=patience)
        except Exception as error:
            raised = error
        assert CLIENTS[client]("POST", CHARGES, {"amount": 1})[0] == 201
        calls = services[Payments].calls
    return raised, got, calls


@each_client
def test_fault_time_out_is_met_as_the_librarys_own_time_out_and_at_once(client: str) -> None:
    # A client that waited longer than the patience would fail the journey on leaving.
    raised, _, calls = fails(client, faults.time_out(patience=20), PATIENCE[client])
    assert isinstance(raised, RAISED[client][0]), raised
    assert [(call.fault, call.status) for call in calls] == [("time-out", 0), ("", 201)]


def test_a_service_that_hangs_hangs_up_before_a_browser_gives_up_waiting_for_its_page() -> None:
    assert faults.time_out().seconds < Options().timeout / 1000


@each_client
def test_fault_connection_refused(client: str) -> None:
    raised, _, calls = fails(client, faults.refused())
    assert isinstance(raised, RAISED[client][1]), raised
    assert [(call.method, call.fault) for call in calls] == [("CONNECT", "connection refused"), ("POST", "")]


@each_client
def test_fault_500(client: str) -> None:
    _, got, calls = fails(client, faults.server_error())
    assert got[:2] == (500, b"Internal Server Error")
    assert calls[0].fault == "500"


@each_client
def test_fault_429_with_retry_after(client: str) -> None:
    _, got, _ = fails(client, faults.too_many_requests(30))
    assert got[0] == 429
    assert {name.lower(): value for name, value in got[2].items()}["retry-after"] == "30"


@each_client
def test_fault_slow_answers_late_but_well(client: str) -> None:
    began = time.perf_counter()
    _, got, calls = fails(client, faults.slow(0.05))
    assert got[0] == 201
    assert time.perf_counter() - began >= 0.04
    assert calls[0].fault == "slow, 0.05 s"


@each_client
def test_fault_cut_off_body(client: str) -> None:
    raised, _, calls = fails(client, faults.cut_off(0.5))
    assert isinstance(raised, RAISED[client][2]), raised
    assert calls[0].fault == "cut off"
