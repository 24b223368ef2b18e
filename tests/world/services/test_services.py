"""An outside service declared once: what its fake receives and answers, what is recorded of it, and what is refused."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import threading
import unittest
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import requests

from django_journey._trace.record.details import TestDetails
from django_journey._trace.record.events import Event, Noted
from django_journey._trace.record.recorder import Recorder, step
from django_journey._trace.secrets.redactor import Redactor
from django_journey._world.network.guard import Network
from django_journey._world.services import Reply, Service, Services, faults, operation, served
from django_journey.errors import ConfigurationError, NetworkBlocked, WorldError


class Shop(Service):
    base_url = "https://shop.example/api"

    def begin(self) -> None:
        self.state["greeting"] = "hello"

    @operation("GET", "/greeting")
    def greeting(self, request: Any) -> Any:
        return {"text": self.state["greeting"], "to": request.query.get("to", "you")}

    @operation("POST", "/form")
    def form(self, request: Any) -> Any:
        files = {
            name: [file.name, file.content_type, len(file.content)] for name, file in request.files.items()
        }
        return {"fields": request.form, "files": files}

    @operation("PUT", "/bytes/{key:path}")
    def keep(self, request: Any, key: str) -> Any:
        self.state[key] = request.body
        return Reply(201, b"kept", (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("ETag", '"x"')))

    @operation("DELETE", "/bytes/{key:path}")
    def drop(self, request: Any, key: str) -> Any:
        del self.state[key]

    @operation("HEAD", "/greeting")
    def look(self, request: Any) -> Any:
        return "12345"

    @operation("GET", "/moved")
    def moved(self, request: Any) -> Any:
        return 302, b"", {"Location": "https://shop.example/api/greeting?to=there"}

    @operation("GET", "/broken")
    def broken(self, request: Any) -> Any:
        raise LookupError("the fake itself is wrong")

    @operation("GET", "/odd")
    def odd(self, request: Any) -> Any:
        return object()


class Plain(Service):
    base_url = "http://plain.example:8080"

    @operation("GET", "/")
    def home(self, request: Any) -> Any:
        return "home"


class Admin(Service):
    base_url = "https://shop.example/api/admin"

    @operation("GET", "/users")
    def users(self, request: Any) -> Any:
        return []


@pytest.fixture
def services() -> Iterator[Services]:
    with Network(strict=False) as network, Services([Shop, Plain, Admin], network=network) as services:
        yield services


def test_a_fake_reads_queries_forms_files_and_bytes(services: Services) -> None:
    assert requests.get("https://shop.example/api/greeting?to=Ann").json() == {"text": "hello", "to": "Ann"}
    answer = requests.post(
        "https://shop.example/api/form",
        data={"a": "1"},
        files={"photo": ("p.png", b"\x89PNG\r\n", "image/png")},
    )
    assert answer.json() == {"fields": {"a": "1"}, "files": {"photo": ["p.png", "image/png", 6]}}
    assert requests.post("https://shop.example/api/form", data={"a": "é"}).json()["fields"] == {"a": "é"}
    stored = requests.put("https://shop.example/api/bytes/a/b%20c", data=bytes(range(256)) * 400)
    assert stored.headers["set-cookie"] == "a=1, b=2"
    assert services[Shop].state["a/b c"] == bytes(range(256)) * 400
    gone = requests.delete("https://shop.example/api/bytes/a/b%20c")
    assert (gone.status_code, gone.content) == (204, b"")


def test_a_body_in_chunks_and_one_that_waits_for_permission_arrive_whole(services: Services) -> None:
    requests.put("https://shop.example/api/bytes/chunks", data=(part for part in [b"one ", b"two"]))
    assert services[Shop].state["chunks"] == b"one two"
    connection = http.client.HTTPSConnection("shop.example", timeout=60)
    connection.request("PUT", "/api/bytes/asked", b"may I", {"Expect": "100-continue"})
    assert connection.getresponse().status == 201
    connection.close()
    assert services[Shop].state["asked"] == b"may I"


def test_head_and_redirects_follow_the_rules_of_http(services: Services) -> None:
    head = requests.head("https://shop.example/api/greeting")
    assert (head.headers["content-length"], head.content) == ("5", b"")
    assert requests.get("https://shop.example/api/moved").json()["to"] == "there"


def test_services_of_one_host_are_distinguished_by_their_paths(services: Services) -> None:
    assert requests.get("https://shop.example/api/admin/users").json() == []
    assert [call.operation for call in services[Admin].calls] == ["users"]
    assert services[Shop].calls == []


def test_plain_http_on_a_port_of_its_own(services: Services) -> None:
    assert urllib.request.urlopen("http://plain.example:8080/", timeout=60).read() == b"home"
    with pytest.raises(requests.ConnectionError, match=r"Plain is declared at plain\.example:8080"):
        requests.get("http://plain.example:8081/")


def test_the_guard_still_refuses_everything_else_and_names_what_is_declared() -> None:
    with Network(strict=False) as network, Services([Shop], network=network):
        with pytest.raises(NetworkBlocked, match=r"Shop is declared at shop\.example:443"):
            socket.create_connection(("192.0.2.1", 443), timeout=1)
        with pytest.raises(requests.ConnectionError, match="nothing declares it"):
            requests.get("https://other.example/")


def test_threads_with_connections_of_their_own_and_kept_ones(services: Services) -> None:
    wrong: list[Any] = []

    def work() -> None:
        with requests.Session() as session:
            for _ in range(10):
                if session.get("https://shop.example/api/greeting").json()["text"] != "hello":
                    wrong.append("answer")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(services[Shop].calls) == 80


def test_a_session_that_outlives_a_journey_reaches_the_next_ones_fake() -> None:
    with requests.Session() as session, httpx.Client() as client:
        for greeting in ("one", "two"):
            with Network() as network, Services([Shop], network=network) as services:
                services[Shop].state["greeting"] = greeting
                assert session.get("https://shop.example/api/greeting").json()["text"] == greeting
                assert client.get("https://shop.example/api/greeting").json()["text"] == greeting


def test_after_the_journey_nothing_answers_and_no_thread_is_left() -> None:
    before = set(threading.enumerate())
    with Network(strict=False) as network:
        with Services([Shop], network=network):
            requests.get("https://shop.example/api/greeting")
        with pytest.raises(requests.ConnectionError):
            requests.get("https://shop.example/api/greeting")
    left = [thread for thread in threading.enumerate() if thread not in before and "journey" in thread.name]
    for thread in left:
        thread.join(60)
    assert not any(thread.is_alive() for thread in left)


def test_certificates_are_checked_as_strictly_as_the_caller_asks(services: Services) -> None:
    context = ssl.create_default_context()
    trusted = context.cert_store_stats()
    with (
        socket.create_connection(("shop.example", 443), timeout=60) as raw,
        context.wrap_socket(raw, server_hostname="shop.example") as secure,
    ):
        assert secure.getpeercert()["subjectAltName"] == (("DNS", "shop.example"),)  # type: ignore[index]
    assert context.cert_store_stats() == trusted
    assert httpx.get("https://shop.example/api/greeting", verify=False).is_success


def test_a_service_whose_hosts_are_named_after_accounts() -> None:
    class Buckets(Service):
        base_url = "https://*.storage.example"

        @operation("GET", "/{key}")
        def get(self, request: Any, key: str) -> Any:
            return f"{key} of {request.url}"

    with Network(strict=False) as network, Services([Buckets], network=network) as services:
        for bucket in ("one", "two"):
            text = requests.get(f"https://{bucket}.storage.example/a.txt").text
            assert text == f"a.txt of https://{bucket}.storage.example/a.txt"
        assert [call.url for call in services[Buckets].calls] == [
            "https://one.storage.example/a.txt",
            "https://two.storage.example/a.txt",
        ]
        for other in ("https://storage.example/a.txt", "http://one.storage.example/a.txt"):
            with pytest.raises(requests.ConnectionError, match="nothing declares it"):
                requests.get(other)


def test_an_ipv6_client_reaches_the_fake(services: Services) -> None:
    found = socket.getaddrinfo("shop.example", 443, socket.AF_INET6, socket.SOCK_STREAM)
    with socket.socket(socket.AF_INET6) as sock:
        sock.connect(found[0][4])
        assert sock.getpeername()[0] == "::ffff:127.0.0.1"


def test_proxies_of_the_environment_are_passed_by_and_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "internal.example")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Network() as network, Services([Shop], network=network):
        assert requests.get("https://shop.example/api/greeting").ok
        assert httpx.get("https://shop.example/api/greeting").is_success
    assert os.environ["no_proxy"] == "internal.example"
    assert "NO_PROXY" not in os.environ


# What goes wrong in the fake itself.


def test_a_call_without_an_operation_names_those_there_are_and_the_one_to_write() -> None:
    with (
        pytest.raises(WorldError, match=r"has no operation for POST /refunds") as raised,
        Network() as network,
        Services([Shop], network=network),
    ):
        assert requests.post("https://shop.example/api/refunds").status_code == 501
    assert "GET /greeting (greeting)" in raised.value.explanation.nearest
    assert '@operation("POST", "/refunds")' in raised.value.explanation.instead


def test_an_error_in_a_fakes_function_is_raised_on_leaving_and_shown_to_the_client() -> None:
    with (
        pytest.raises(LookupError, match="the fake itself is wrong"),
        Network() as network,
        Services([Shop], network=network),
    ):
        answer = requests.get("https://shop.example/api/broken")
        assert answer.status_code == 500
        assert "the fake itself is wrong" in answer.text


def test_an_error_that_was_meant_can_be_forgiven(services: Services) -> None:
    requests.get("https://shop.example/api/broken")
    assert [type(error) for error in services.forgive()] == [LookupError]


def test_an_answer_that_is_none_says_which_forms_there_are() -> None:
    with (
        pytest.raises(WorldError, match="return 201"),
        Network() as network,
        Services([Shop], network=network),
    ):
        requests.get("https://shop.example/api/odd")


def test_a_caller_without_a_time_out_is_found_when_the_service_hangs() -> None:
    with (
        pytest.raises(WorldError, match="give the call a time-out"),
        Network() as network,
        Services([Shop], network=network) as services,
    ):
        services[Shop].fail(faults.time_out(patience=0.2))
        with pytest.raises(requests.ConnectionError):
            requests.get("https://shop.example/api/greeting", timeout=None)


# Faults.


def test_a_fault_can_be_of_one_operation_several_times_or_until_recovery(services: Services) -> None:
    shop = services[Shop]
    shop.fail(faults.server_error(503), operation="form", times=2)

    def status(method: str, path: str) -> int:
        return requests.request(method, f"https://shop.example/api{path}").status_code

    assert [
        status("GET", "/greeting"),
        status("POST", "/form"),
        status("POST", "/form"),
        status("POST", "/form"),
    ] == [
        200,
        503,
        503,
        200,
    ]
    shop.fail(faults.server_error(), times=None)
    assert [status("GET", "/greeting") for _ in range(3)] == [500, 500, 500]
    shop.recover()
    assert status("GET", "/greeting") == 200


def test_a_refused_connection_meets_also_a_session_that_holds_one(services: Services) -> None:
    with requests.Session() as session:
        assert session.get("https://shop.example/api/greeting").ok
        services[Shop].fail(faults.refused())
        with pytest.raises(requests.ConnectionError):
            session.get("https://shop.example/api/greeting")
        assert session.get("https://shop.example/api/greeting").ok


def test_a_fault_that_cannot_be_meant_is_refused(services: Services) -> None:
    with pytest.raises(ConfigurationError, match="no operation 'gretting'"):
        services[Shop].fail(faults.server_error(), operation="gretting")
    with pytest.raises(ConfigurationError, match="nothing was asked yet"):
        services[Shop].fail(faults.refused(), operation="greeting")


# Modes and declarations.


def test_a_live_call_without_credentials_skips_the_test_and_says_why() -> None:
    class Paid(Service):
        base_url = "https://paid.example"
        credentials = ("PAID_KEY", "PAID_SECRET")

    def credential(name: str) -> str | None:
        return {"PAID_KEY": "k" * 8}.get(name)

    with (
        pytest.raises(unittest.SkipTest, match="paid is called for real and needs PAID_SECRET"),
        Network() as network,
    ):
        Services([Paid], network=network, live=["all"], credential=credential).__enter__()


def test_credentials_come_from_the_environment_then_from_the_settings(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    class Paid(Service):
        base_url = "https://paid.example"
        credentials = ("PAID_KEY",)

    settings.PAID_KEY = "from the settings"
    with Network() as network, Services([Paid], network=network, live=["paid"]):
        pass
    settings.PAID_KEY = ""
    monkeypatch.setenv("PAID_KEY", "from the environment")
    with Network() as network, Services([Paid], network=network, live=["paid"]):
        pass


def test_names_that_are_not_declared_are_refused(services: Services) -> None:
    class Other(Service):
        base_url = "https://other.example"

    with pytest.raises(ConfigurationError, match="Other is not declared for this journey"):
        services[Other]
    with pytest.raises(ConfigurationError, match="asked for by its class, not by 'shop'") as refused:
        services["shop"]  # type: ignore[index]
    assert refused.value.explanation.nearest == ("Shop", "Plain", "Admin")
    assert refused.value.explanation.instead == "journey.services[Shop]"
    with pytest.raises(ConfigurationError, match="no service is called 'shopp'"):
        Services([Shop], network=Network(), live=["shopp"])


@pytest.mark.parametrize("url", ["", "shop.example", "ftp://shop.example", "https://"])
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    class Nowhere(Service):
        base_url = url

    with pytest.raises(ConfigurationError, match="no HTTP address"), Network() as network:
        Services([Nowhere], network=network).__enter__()


@pytest.mark.parametrize(("method", "path"), [("FETCH", "/x"), ("GET", "x")])
def test_an_operation_that_is_none_is_refused_where_it_is_declared(method: str, path: str) -> None:
    with pytest.raises(ConfigurationError, match="names no operation"):
        operation(method, path)


def test_a_service_is_called_by_its_classes_name_or_its_own() -> None:
    class ImageStore(Service):
        pass

    class Other(ImageStore):
        name = "pictures"

    assert (ImageStore.name, Other.name) == ("image_store", "pictures")


def test_a_subclass_keeps_and_overrides_operations() -> None:
    class Kinder(Shop):
        @operation("GET", "/greeting")
        def greeting(self, request: Any) -> Any:
            return "dear"

    with Network() as network, Services([Kinder], network=network):
        assert requests.get("https://shop.example/api/greeting").text == "dear"
        assert requests.post("https://shop.example/api/form", data={"a": "1"}).ok


def test_a_live_service_that_cannot_be_reached_is_the_sites_to_bear() -> None:
    class Down(Service):
        base_url = "https://down.example"
        live_url = "http://127.0.0.1:9"

    with Network() as network, Services([Down], network=network, live=["down"]) as services:
        assert requests.get("https://down.example/").status_code == 502
        assert "can't be reached" in services[Down].calls[0].problem


def test_replaying_what_was_never_recorded_names_the_way_to_record(tmp_path: Any) -> None:
    with (
        pytest.raises(WorldError, match="--journey-services=record"),
        Network() as network,
        Services([Shop], network=network, mode="replay", cassettes=tmp_path),
    ):
        requests.get("https://shop.example/api/greeting")


@pytest.mark.parametrize("mode", ["record", "replay"])
def test_a_story_that_never_calls_a_service_needs_no_recording_of_it(tmp_path: Any, mode: Any) -> None:
    with Network() as network, Services([Shop], network=network, mode=mode, cassettes=tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_recording_without_a_folder_is_an_error() -> None:
    with (
        pytest.raises(ConfigurationError, match="cassettes=Path"),
        Network() as network,
        Services([Shop], network=network, mode="replay"),
    ):
        requests.get("https://shop.example/api/greeting")


def test_a_request_that_the_recording_lacks_names_the_nearest(tmp_path: Any) -> None:
    class Stand(Shop):
        name = "shop"
        live_url = "http://127.0.0.1:9"

    recording = tmp_path / "shop.yaml"
    recording.write_text(
        json.dumps(
            {
                "version": 1,
                "interactions": [
                    {
                        "request": {
                            "method": "GET",
                            "uri": "https://shop.example/api/one",
                            "body": "",
                            "headers": {},
                        },
                        "response": {
                            "status": {"code": 200, "message": ""},
                            "headers": {},
                            "body": {"string": "1"},
                        },
                    }
                ],
            }
        )
    )
    with (
        pytest.raises(WorldError) as raised,
        Network() as network,
        Services([Stand], network=network, mode="replay", cassettes=tmp_path),
    ):
        assert requests.get("https://shop.example/api/one").text == "1"
        assert requests.get("https://shop.example/api/one").status_code == 501
    assert "already played" in raised.value.explanation.sought
    assert raised.value.explanation.nearest[0].startswith("GET https://shop.example/api/one")


# What is told.


class Lines:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, event: Event) -> None:
        self.events.append(event)

    def store_page(self, page: object) -> None:
        raise AssertionError("no page here")


def test_each_call_is_noted_on_the_step_that_caused_it_without_its_secrets() -> None:
    class Paid(Shop):
        name = "paid"
        credentials = ("PAID_KEY",)
        secrets = ("ticket",)

    lines = Lines()
    recorder = Recorder(lines, secrets=Redactor())  # type: ignore[arg-type]
    scope = recorder.start_test("t", name="t")
    scope.details = TestDetails()
    with (
        recorder.entered(scope),
        Network() as network,
        Services([Paid], network=network, credential=lambda name: "sk_4242"),
        requests.Session() as session,
    ):
        for verb in ("visit", "click"):
            with step(verb):
                session.request(
                    "GET",
                    "https://u:p@shop.example/api/greeting?to=sk_4242&api_key=zzz&ticket=abc&page=2",
                    json={"amount": 12, "ticket": "abc", "password": "Zx9-11", "note": "of sk_4242"},
                )
    noted = [event for event in lines.events if isinstance(event, Noted)]
    assert [event.step for event in noted] == [1, 2]
    data = noted[0].data
    assert data["url"] == (
        "https://shop.example/api/greeting?to=REMOVED&api_key=REMOVED&ticket=REMOVED&page=2"
    )
    assert (data["service"], data["operation"], data["method"], data["status"], data["mode"]) == (
        "paid",
        "greeting",
        "GET",
        200,
        "fake",
    )
    assert json.loads(data["sent"]) == {
        "amount": 12,
        "ticket": "REMOVED",
        "password": "***",
        "note": "of REMOVED",
    }
    assert data["answered"]
    assert "sk_4242" not in str(noted)


def test_a_server_that_ran_before_the_journey_meets_its_fakes_and_its_calls_are_the_tests() -> None:
    """As a live server's threads do: they know nothing of the test whose requests they serve."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = requests.get("https://shop.example/api/greeting").text.encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args: Any) -> None:
            pass

    lines = Lines()
    recorder = Recorder(lines)  # type: ignore[arg-type]
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with (
                recorder.entered(recorder.start_test("t", name="t")),
                Network() as network,
                Services([Shop], network=network),
                step("visit"),
            ):
                port = site.server_address[1]
                assert "hello" in requests.get(f"http://127.0.0.1:{port}/", timeout=60).text
        finally:
            site.shutdown()
            thread.join()
    noted = [event for event in lines.events if isinstance(event, Noted)]
    assert [(event.test, event.step, event.data["operation"]) for event in noted] == [("t", 1, "greeting")]


def test_a_fake_may_refuse_who_has_no_credentials() -> None:
    class Guarded(Shop):
        def refuse(self, request: Any) -> Any:
            return (
                None
                if request.header("authorization") == "Bearer right"
                else (401, {"error": "who are you?"})
            )

    with Network() as network, Services([Guarded], network=network):
        assert requests.get("https://shop.example/api/greeting").status_code == 401
        assert requests.get("https://shop.example/api/greeting", headers={"Authorization": "Bearer right"}).ok


def test_a_fake_can_be_served_outside_of_a_journey() -> None:
    shop = Shop()
    with served(shop) as url:
        assert requests.get(f"{url}/greeting", timeout=60).json()["text"] == "hello"
        assert requests.get(f"{url}/broken", timeout=60).status_code == 500
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/greeting", timeout=60)
