"""The network guard: what passes, what is refused, from wherever it is tried, and nothing left behind."""

import _socket
import asyncio
import contextlib
import http.client
import multiprocessing
import os
import socket
import ssl
import subprocess
import sys
import threading
import types
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import requests

from django_journey._trace.record.events import Event, Noted
from django_journey._trace.record.recorder import Recorder
from django_journey._world.network.guard import Network, ServiceRoute
from django_journey._world.network.rules import parse_rule, rules_of_settings
from django_journey._world.services.running import Services
from django_journey._world.services.service import Service, operation
from django_journey.errors import ConfigurationError, NetworkBlocked

OUTSIDE = "192.0.2.10"  # RFC 5737: nobody's
OUTSIDE_V6 = "2001:db8:ffff::1"


@pytest.fixture
def network() -> Iterator[Network]:
    with Network(strict=False) as network:
        yield network


def listener(family: int = socket.AF_INET, host: str = "127.0.0.1") -> socket.socket:
    server = socket.socket(family)
    server.bind((host, 0))
    server.listen()
    return server


# What is refused.


def test_a_connection_to_an_address_outside_is_refused_and_names_the_callers_line(network: Network) -> None:
    with pytest.raises(NetworkBlocked) as refused:
        socket.create_connection((OUTSIDE, 443), timeout=1)
    explanation = refused.value.explanation
    assert explanation.sought == f"{OUTSIDE}:443 is outside this machine, and nothing declares it"
    assert "tests/world/network/test_network.py:" in explanation.where
    assert explanation.where.endswith(
        "in test_a_connection_to_an_address_outside_is_refused_and_names_the_callers_line"
    )
    assert 'class Outside(Service): base_url = "https://192.0.2.10"' in explanation.instead
    assert "journey_services = [Outside]" in explanation.instead
    assert f'"allow_network": ["{OUTSIDE}"]' in explanation.instead


def test_a_look_up_of_a_name_outside_is_refused_before_a_name_server_is_asked(network: Network) -> None:
    with pytest.raises(NetworkBlocked, match=r"api\.outside\.example:443 is outside"):
        socket.getaddrinfo("api.outside.example", 443)
    with pytest.raises(NetworkBlocked):
        socket.gethostbyname("api.outside.example")
    with pytest.raises(NetworkBlocked):
        socket.gethostbyname_ex("api.outside.example")


def test_a_look_up_of_a_name_for_an_address_outside_is_refused(network: Network) -> None:
    for look_up in (socket.gethostbyaddr, _socket.gethostbyaddr):
        with pytest.raises(NetworkBlocked, match=f"{OUTSIDE} is outside"):
            look_up(OUTSIDE)
    for ask in (socket.getnameinfo, _socket.getnameinfo):
        with pytest.raises(NetworkBlocked):
            ask((OUTSIDE, 443), 0)
        assert ask((OUTSIDE, 443), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV) == (OUTSIDE, "443")
    assert socket.getfqdn(OUTSIDE) == OUTSIDE
    assert len(network.blocked) == 5
    socket.gethostbyaddr("127.0.0.1")
    socket.getnameinfo(("127.0.0.1", 80), 0)
    socket.getfqdn()
    assert len(network.blocked) == 5


def test_the_address_of_a_declared_service_has_its_name(network: Network) -> None:
    network.add(ServiceRoute("shop.example", 443, dial=lambda: ("127.0.0.1", 1)))
    address = socket.gethostbyname("shop.example")
    assert socket.gethostbyaddr(address) == ("shop.example", [], [address])
    assert socket.getnameinfo((address, 443), 0) == ("shop.example", "443")


def test_the_class_below_pythons_own_is_guarded_too(network: Network) -> None:
    for made in (_socket.socket, _socket.SocketType, socket.SocketType):
        sock = made(socket.AF_INET, socket.SOCK_STREAM)
        assert isinstance(sock, _socket.socket)
        with pytest.raises(NetworkBlocked):
            sock.connect((OUTSIDE, 443))
        with pytest.raises(NetworkBlocked):
            sock.connect_ex((OUTSIDE, 443))
        sock.close()
        datagrams = made(socket.AF_INET, socket.SOCK_DGRAM)
        with pytest.raises(NetworkBlocked):
            datagrams.sendto(b"x", (OUTSIDE, 53))
        with pytest.raises(NetworkBlocked):
            datagrams.sendmsg([b"x"], [], 0, (OUTSIDE, 53))
        datagrams.close()
    with socket.socket() as ours:
        assert isinstance(ours, _socket.socket)
        assert isinstance(ours, socket.SocketType)
    assert not isinstance("no socket", _socket.socket)

    class Own(_socket.socket):
        pass

    assert not isinstance(ours, Own)


@pytest.mark.parametrize("address", ["255.255.255.255", "<broadcast>", "224.0.0.251", "ff02::fb"])
def test_broadcast_and_multicast_are_refused(network: Network, address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        with pytest.raises(NetworkBlocked):
            sock.sendto(b"x", (address, 9))
        with pytest.raises(NetworkBlocked):
            sock.sendmsg([b"x"], [], 0, (address, 9))
        with pytest.raises(NetworkBlocked):
            sock.connect((address, 9))


@pytest.mark.skipif(not hasattr(socket, "AF_VSOCK"), reason="only Linux has sockets to virtual machines")
def test_families_that_need_no_internet_are_refused_where_they_leave_the_machine(network: Network) -> None:
    try:
        sock = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    except OSError:
        pytest.skip("this kernel has none")
    with sock, pytest.raises(NetworkBlocked, match=r"\(3, 99\) is outside this machine"):
        sock.connect((3, 99))


def test_connect_ex_is_refused_too(network: Network) -> None:
    with socket.socket() as sock, pytest.raises(NetworkBlocked):
        sock.connect_ex((OUTSIDE, 80))


def test_datagrams_that_leave_the_machine_are_refused(network: Network) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        with pytest.raises(NetworkBlocked):
            sock.sendto(b"metric:1|c", (OUTSIDE, 8125))
        with pytest.raises(NetworkBlocked):
            sock.sendto(b"metric:1|c", 0, (OUTSIDE, 8125))
        with pytest.raises(NetworkBlocked):
            sock.sendmsg([b"metric"], [], 0, (OUTSIDE, 8125))


def test_ipv6_is_refused_outside_and_passes_on_loopback(network: Network) -> None:
    with (
        socket.socket(socket.AF_INET6) as sock,
        pytest.raises(NetworkBlocked, match=r"\[2001:db8:ffff::1\]:443"),
    ):
        sock.connect((OUTSIDE_V6, 443))
    with listener(socket.AF_INET6, "::1") as server, socket.socket(socket.AF_INET6) as sock:
        sock.connect(server.getsockname())
        assert sock.getpeername()[0] == "::1"


def test_an_ipv4_address_in_ipv6_clothes_is_judged_as_ipv4(network: Network) -> None:
    with socket.socket(socket.AF_INET6) as sock:
        with pytest.raises(NetworkBlocked):
            sock.connect((f"::ffff:{OUTSIDE}", 443))
        assert network.destination(sock, ("::ffff:127.0.0.1", 9)) == ("::ffff:127.0.0.1", 9)


CLIENTS = {
    "requests": lambda: requests.get("http://api.outside.example/x", timeout=1),
    "httpx": lambda: httpx.get("http://api.outside.example/x", timeout=1),
    "urllib": lambda: urllib.request.urlopen("http://api.outside.example/x", timeout=1),
    "http.client": lambda: http.client.HTTPConnection("api.outside.example").request("GET", "/"),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_librarys_error_says_what_to_do_or_has_the_refusal_as_its_cause(
    network: Network, client: str
) -> None:
    with pytest.raises(Exception, match=r"api\.outside\.example") as raised:
        CLIENTS[client]()
    assert "allow_network" in str(raised.value)
    assert network.blocked[0].target == "api.outside.example:80"
    assert "test_network.py" in network.blocked[0].place


async def ask_with_httpx() -> None:
    async with httpx.AsyncClient() as client:
        await client.get("http://api.outside.example/x")


async def ask_with_aiohttp() -> None:
    async with aiohttp.ClientSession() as session:
        await session.get("http://api.outside.example/x")


async def ask_with_asyncio() -> None:
    await asyncio.open_connection("api.outside.example", 80)


async def ask_an_address() -> None:
    await asyncio.open_connection(OUTSIDE, 80)


@pytest.mark.parametrize("ask", [ask_with_httpx, ask_with_aiohttp, ask_with_asyncio, ask_an_address])
def test_async_clients_are_refused_and_the_awaiting_line_is_named(
    network: Network, ask: types.FunctionType
) -> None:
    with pytest.raises(OSError if ask is not ask_with_httpx else httpx.ConnectError):
        asyncio.run(ask())
    assert network.blocked
    assert "test_network.py" in network.blocked[0].place


@pytest.mark.parametrize("ask", [ask_with_httpx, ask_with_asyncio, ask_an_address])
def test_the_line_that_awaits_is_named_and_not_the_one_that_runs_the_loop(
    network: Network, ask: types.FunctionType
) -> None:
    with pytest.raises((OSError, httpx.ConnectError)):
        asyncio.run(ask())
    assert network.blocked[0].place.endswith(f"in {ask.__name__}")


def test_threads_and_pools_are_guarded_and_name_their_own_line(network: Network) -> None:
    def work() -> None:
        socket.create_connection((OUTSIDE, 443), timeout=1)

    with ThreadPoolExecutor(2) as pool:
        errors = [future.exception() for future in [pool.submit(work), pool.submit(work)]]
    assert [type(error) for error in errors] == [NetworkBlocked, NetworkBlocked]
    assert all(entry.place.endswith("in work") for entry in network.blocked)


def test_a_thread_that_began_before_the_guard_is_guarded(network: Network) -> None:
    raised: list[BaseException] = []
    go = threading.Event()

    def work() -> None:
        go.wait(60)
        try:
            socket.create_connection((OUTSIDE, 443), timeout=1)
        except OSError as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    with Network(strict=False):
        go.set()
        thread.join()
    assert isinstance(raised[0], NetworkBlocked)


def test_a_service_is_reached_as_long_as_it_is_declared(network: Network) -> None:
    class Shop(Service):
        base_url = "http://shop.outside.example"

        @operation("GET", "/")
        def home(self, request: Any) -> Any:
            return "open"

    with Services([Shop], network=network):
        assert httpx.get("http://shop.outside.example/", timeout=60).text == "open"
    with pytest.raises(httpx.ConnectError):
        httpx.get("http://shop.outside.example/")


# What passes.


def test_loopback_and_unix_sockets_pass(network: Network) -> None:
    with listener() as server:
        host, port = server.getsockname()
        for name in (host, "localhost", "0.0.0.0"):
            socket.create_connection((name, port), timeout=1).close()
    left, right = socket.socketpair()
    left.close()
    right.close()
    with socket.socket(socket.AF_UNIX) as sock, pytest.raises(FileNotFoundError):
        sock.connect("/nowhere/at.all")
    assert network.blocked == []


def test_loopback_passes_in_an_event_loop(network: Network) -> None:
    async def ask(port: int) -> None:
        for name in ("127.0.0.1", "localhost"):
            _, writer = await asyncio.open_connection(name, port)
            writer.close()
            await writer.wait_closed()

    with listener() as server:
        asyncio.run(ask(server.getsockname()[1]))
    assert network.blocked == []


def test_this_machines_own_name_and_addresses_pass() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                (OUTSIDE, 9)
            )  # for datagrams: nothing is sent, but an address of one's own is chosen
        except OSError:
            pytest.skip("this machine has no address besides loopback")
        own = probe.getsockname()[0]
    assert not own.startswith("127.")
    with Network() as network, listener(host="0.0.0.0") as server:
        for name in (own, socket.gethostname()):
            socket.create_connection((name, server.getsockname()[1]), timeout=60).close()
        assert network.blocked == []


ALLOWED = [
    ("api.example", "api.example", 443, True),
    ("api.example", "API.example.", 443, True),
    ("api.example", "other.example", 443, False),
    ("api.example:8443", "api.example", 8443, True),
    ("api.example:8443", "api.example", 443, False),
    ("*.example", "a.b.example", 80, True),
    ("*.example", "example", 80, False),
    ("192.0.2.0/24", "192.0.2.77", 1, True),
    ("192.0.2.0/24", "192.0.3.1", 1, False),
    ("192.0.2.10:5432", "192.0.2.10", 5432, True),
    ("192.0.2.10:5432", "192.0.2.10", 80, False),
    ("2001:db8::/32", "2001:db8::5", 443, True),
    ("[2001:db8::5]:443", "2001:db8::5", 443, True),
    ("[2001:db8::5]:443", "2001:db8::5", 80, False),
]


@pytest.mark.parametrize(("entry", "host", "port", "passes"), ALLOWED)
def test_allow_takes_hosts_ports_wildcards_addresses_and_ranges(
    entry: str, host: str, port: int, passes: bool
) -> None:
    assert parse_rule(entry).fits(host, port) is passes


def test_what_is_allowed_is_left_as_it_was() -> None:
    network = Network(allow=["192.0.2.0/24"])
    with socket.socket() as sock:
        assert network.destination(sock, (OUTSIDE, 443)) == (OUTSIDE, 443)
        with pytest.raises(NetworkBlocked):
            network.destination(sock, ("198.51.100.1", 443))


@pytest.mark.parametrize(
    "entry", ["", "https://api.example/v1", "/run/socket", "api.example/v1", "two words"]
)
def test_an_entry_of_allow_that_cannot_be_meant_is_refused_with_the_forms_that_can(entry: str) -> None:
    with pytest.raises(ConfigurationError, match=r"10\.0\.0\.0/8"):
        Network(allow=[entry])


def test_databases_caches_and_brokers_of_the_settings_pass() -> None:
    settings = types.SimpleNamespace(
        DATABASES={"default": {"HOST": "db,standby", "PORT": "5432"}, "files": {"NAME": "x.sqlite3"}},
        CACHES={
            "default": {"LOCATION": "redis://:secret@cache:6379/1"},
            "many": {"LOCATION": ["10.1.1.1:11211", "10.1.1.2:11211"]},
            "memory": {"LOCATION": "unique-snowflake"},
            "file": {"LOCATION": "/var/tmp/cache"},
        },
        CHANNEL_LAYERS={"default": {"CONFIG": {"hosts": [("layer", 6380)]}}},
        CELERY_BROKER_URL="amqp://guest:guest@rabbit:5672//",
    )
    network = Network(rules=rules_of_settings(settings))
    with socket.socket() as sock:
        for address in [
            ("db", 5432),
            ("cache", 6379),
            ("10.1.1.2", 11211),
            ("layer", 6380),
            ("rabbit", 5672),
        ]:
            assert network.destination(sock, address) == address
        for address in [("db", 80), ("10.1.1.3", 11211), ("elsewhere", 5672)]:
            with pytest.raises(NetworkBlocked):
                network.destination(sock, address)


def test_an_address_of_an_allowed_name_passes_also_when_it_was_looked_up_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def answer(host: str, *rest: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (OUTSIDE, 0))]

    monkeypatch.setattr(_socket, "getaddrinfo", answer)
    network = Network(allow=["db.internal"])
    with socket.socket() as sock:
        assert network.destination(sock, (OUTSIDE, 5432)) == (OUTSIDE, 5432)
        assert network.destination(sock, (OUTSIDE, 5432)) == (OUTSIDE, 5432)
    assert asked == ["db.internal"]


def test_an_open_network_refuses_nothing() -> None:
    network = Network(guard=False)
    with socket.socket() as sock:
        assert network.destination(sock, (OUTSIDE, 443)) == (OUTSIDE, 443)
    assert network.addresses("api.outside.example", 443, 0, 0, 0) is None


# What is told.


def carry_on_without(address: tuple[str, int]) -> None:
    """Treat the outside as optional, as many a view does."""
    with contextlib.suppress(OSError):
        socket.create_connection(address)


def test_a_refusal_that_the_site_swallowed_is_raised_on_leaving() -> None:
    with pytest.raises(NetworkBlocked, match="swallowed the error") as raised, Network():
        carry_on_without(("api.outside.example", 443))
    assert raised.value.explanation.nearest[0].startswith("api.outside.example:443 from ")
    assert 'base_url = "https://api.outside.example"' in raised.value.explanation.instead


@pytest.mark.parametrize("port", [80, 8080])
def test_what_to_declare_for_a_swallowed_refusal_has_the_port_that_was_tried(port: int) -> None:
    with pytest.raises(NetworkBlocked) as raised, Network():
        carry_on_without(("api.outside.example", port))
    wanted = {80: "http://api.outside.example", 8080: "https://api.outside.example:8080"}[port]
    assert f'base_url = "{wanted}"' in raised.value.explanation.instead


def test_an_error_on_its_way_out_is_not_replaced_on_leaving() -> None:
    with pytest.raises(ZeroDivisionError), Network():
        carry_on_without((OUTSIDE, 443))
        raise ZeroDivisionError


def test_a_refusal_that_was_meant_can_be_forgiven() -> None:
    with Network() as network:
        with pytest.raises(NetworkBlocked):
            socket.create_connection((OUTSIDE, 443))
        assert [entry.target for entry in network.forgive()] == [f"{OUTSIDE}:443"]


class Lines:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, event: Event) -> None:
        self.events.append(event)

    def store_page(self, page: object) -> None:
        raise AssertionError("no page here")


def test_a_refusal_is_noted_in_the_trace(network: Network) -> None:
    lines = Lines()
    recorder = Recorder(lines)  # type: ignore[arg-type]
    with recorder.entered(recorder.start_test("t", name="t")), pytest.raises(NetworkBlocked):
        socket.create_connection((OUTSIDE, 443))
    noted = [event for event in lines.events if isinstance(event, Noted)]
    assert [event.topic for event in noted] == ["network"]
    assert noted[0].data["target"] == f"{OUTSIDE}:443"


# What is left.

SEAMS = [
    (socket.socket, "connect"),
    (socket.socket, "connect_ex"),
    (socket.socket, "settimeout"),
    (socket.socket, "sendto"),
    (socket.socket, "sendmsg"),
    (_socket, "getaddrinfo"),
    (socket, "gethostbyname"),
    (socket, "gethostbyname_ex"),
    (asyncio.BaseEventLoop, "getaddrinfo"),
    (ssl.SSLContext, "wrap_socket"),
    (ssl.SSLContext, "wrap_bio"),
]


def state_of_seams() -> list[tuple[object, bool]]:
    return [(getattr(owner, name), name in vars(owner)) for owner, name in SEAMS]


def test_everything_is_put_back_also_after_an_error_and_when_nested() -> None:
    assert "connect" not in vars(socket.socket), "an earlier test left its guard behind"
    before = state_of_seams()
    with pytest.raises(RuntimeError, match="boom"), Network():
        assert state_of_seams() != before
        with Network():
            pass
        raise RuntimeError("boom")
    assert state_of_seams() == before


def test_a_guard_within_a_guard_leaves_the_outer_one_in_force(network: Network) -> None:
    with Network(guard=False), pytest.raises(NetworkBlocked):
        socket.create_connection((OUTSIDE, 443))
    with pytest.raises(NetworkBlocked):
        socket.create_connection((OUTSIDE, 443))


def run_python(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, check=False)


REACH_OUT = f"import socket; socket.create_connection(('{OUTSIDE}', 443), 0.01)"


def test_a_python_process_that_is_started_is_guarded_too(network: Network) -> None:
    done = run_python(REACH_OUT)
    assert done.returncode == 1
    assert f"NetworkBlocked: {OUTSIDE}:443 is outside this machine" in done.stderr


def test_a_started_process_may_reach_loopback_and_what_is_allowed() -> None:
    with listener() as server, Network(allow=["192.0.2.0/24", "api.example:8443"]):
        port = server.getsockname()[1]
        assert (
            run_python(f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)").returncode == 0
        )
        # Connecting a socket for datagrams sends nothing.
        there = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('{}', {}))"
        assert "NetworkBlocked" not in run_python(there.format(OUTSIDE, 443)).stderr
        assert "NetworkBlocked" in run_python(there.format("198.51.100.1", 443)).stderr
        assert "NetworkBlocked" in run_python(there.format("api.example", 443)).stderr


def test_workers_of_multiprocessing_are_guarded_when_they_are_spawned(network: Network) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        error = pool.submit(socket.create_connection, (OUTSIDE, 443), 0.01).exception()
    assert isinstance(error, OSError)
    assert "nothing declares it" in str(error)


def test_a_process_that_ignores_its_environment_is_not_reached(network: Network) -> None:
    """What the guard can't do, and says so: here nothing but the missing guard is looked at."""
    shown = "import socket, sys; print('connect' in vars(socket.socket))"
    assert run_python(shown).stdout == "True\n"
    assert run_python(shown, "-I").stdout == "False\n"


def test_the_machines_own_sitecustomize_still_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import builtins; builtins.here_i_am = True")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Network():
        done = run_python("print(here_i_am); import sitecustomize; print(sitecustomize.__file__)")
    assert done.stdout == f"True\n{tmp_path / 'sitecustomize.py'}\n", done.stderr
    assert os.environ["PYTHONPATH"] == str(tmp_path)


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(os.environ)
    with Network():
        assert "DJANGO_JOURNEY_GUARD" in os.environ
    assert dict(os.environ) == before
