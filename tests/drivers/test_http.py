"""The HTTP driver sends what it is given over a socket, and keeps nothing back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from django_journey._drivers.base import DriverRequest
from django_journey._drivers.http import HttpDriver
from django_journey.errors import Error


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, dict[str, str], bytes]]

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        type(self).seen.append((self.command, self.path, dict(self.headers), body))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/there")
        else:
            self.send_response(200)
        self.send_header("Set-Cookie", "a=1; Path=/")
        self.send_header("Set-Cookie", "b=2; Path=/")
        self.send_header("X-Journey-Request", "7")
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"ok")

    do_POST = do_HEAD = do_GET  # noqa: N815 - as http.server calls them

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_request_arrives_as_it_is_and_the_answer_comes_back_whole(site: str) -> None:
    driver = HttpDriver(site)
    answer = driver.send(
        DriverRequest("POST", f"{site}/form?q=1", (("Content-Type", "text/x"), ("Cookie", "k=v")), b"body")
    )
    driver.close()
    method, path, headers, body = Site.seen[0]
    assert (method, path, body) == ("POST", "/form?q=1", b"body")
    assert headers["Content-Type"] == "text/x"
    assert headers["Cookie"] == "k=v"
    assert answer.status == 200
    assert answer.body == b"ok"
    assert answer.header_values("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]


def test_redirects_and_cookies_are_left_to_the_page(site: str) -> None:
    driver = HttpDriver(site)
    first = driver.send(DriverRequest("GET", f"{site}/moved"))
    driver.send(DriverRequest("GET", f"{site}/next"))
    driver.close()
    assert first.status == 302
    assert [path for _, path, _, _ in Site.seen] == ["/moved", "/next"]
    assert "Cookie" not in Site.seen[1][2]


def test_what_the_view_raised_comes_with_the_answer_where_the_server_knows_it(site: str) -> None:
    raised = ValueError("in the view")
    driver = HttpDriver(site, exception_of=lambda mark: raised if mark == "7" else None)
    answer = driver.send(DriverRequest("GET", f"{site}/"))
    driver.close()
    assert answer.exception is raised


def test_a_site_that_is_down_is_named_with_what_to_do() -> None:
    driver = HttpDriver("http://127.0.0.1:1")
    with pytest.raises(Error, match=r"no answer to GET http://127\.0\.0\.1:1/(.|\n)*--journey-base-url"):
        driver.send(DriverRequest("GET", "http://127.0.0.1:1/"))
    driver.close()
