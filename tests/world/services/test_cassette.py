"""Recordings of an outside service: what is kept of an answer, in which order it is played, when it is saved."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from django_journey._world.network.guard import Network
from django_journey._world.services import Asked, Reply, Service, Services, operation, served
from django_journey._world.services.cassette import Cassette
from django_journey._world.services.secrets import Secrets
from django_journey.errors import MissingExtra

BASE = "https://outside.example"


class Outside(Service):
    """Stands in for the real service."""

    base_url = BASE

    @operation("GET", "/counted")
    def counted(self, request: Any) -> Any:
        self.state["count"] = self.state.get("count", 0) + 1
        return {"count": self.state["count"]}

    @operation("GET", "/zipped")
    def zipped(self, request: Any) -> Any:
        return (
            200,
            gzip.compress(b'{"readable": true}'),
            {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        )

    @operation("GET", "/bytes")
    def raw(self, request: Any) -> Any:
        return bytes(range(256))

    @operation("HEAD", "/bytes")
    def head(self, request: Any) -> Any:
        return Reply(200, b"", (("Content-Length", "256"),))

    @operation("GET", "/headers")
    def headers(self, request: Any) -> Any:
        return Reply(418, b"", (("Set-Cookie", "a=1"), ("X-Token", "hush"), ("X-Kept", "yes")))


@pytest.fixture
def real() -> Iterator[type[Service]]:
    with served(Outside()) as url:

        class Live(Service):
            base_url = BASE
            live_url = url
            name = "outside"

        yield Live


def opened(stack: ExitStack, service: type[Service], mode: Any, folder: Path) -> Services:
    network = stack.enter_context(Network())
    return stack.enter_context(Services([service], network=network, mode=mode, cassettes=folder))


def test_equal_requests_are_played_in_the_order_of_their_recording(
    real: type[Service], tmp_path: Path
) -> None:
    for mode in ("record", "replay"):
        with ExitStack() as stack:
            opened(stack, real, mode, tmp_path)
            assert [requests.get(f"{BASE}/counted").json()["count"] for _ in range(3)] == [1, 2, 3]


def test_compressed_answers_are_recorded_readable(real: type[Service], tmp_path: Path) -> None:
    for mode in ("record", "replay"):
        with ExitStack() as stack:
            opened(stack, real, mode, tmp_path)
            assert requests.get(f"{BASE}/zipped").json() == {"readable": True}
    assert '{"readable": true}' in (tmp_path / "outside.yaml").read_text()


def test_bytes_and_the_lengths_of_what_has_no_body_come_back_as_they_were(
    real: type[Service], tmp_path: Path
) -> None:
    for mode in ("record", "replay"):
        with ExitStack() as stack:
            opened(stack, real, mode, tmp_path)
            assert requests.get(f"{BASE}/bytes").content == bytes(range(256))
            assert requests.head(f"{BASE}/bytes").headers["content-length"] == "256"


def test_status_and_headers_are_recorded_and_secret_ones_are_not(real: type[Service], tmp_path: Path) -> None:
    with ExitStack() as stack:
        opened(stack, real, "record", tmp_path)
        answer = requests.get(f"{BASE}/headers", headers={"User-Agent": "a very particular machine"})
        assert (answer.status_code, answer.headers["x-token"]) == (418, "hush")
    with ExitStack() as stack:
        opened(stack, real, "replay", tmp_path)
        answer = requests.get(f"{BASE}/headers")
        assert (answer.status_code, answer.headers["x-kept"]) == (418, "yes")
        assert answer.headers["x-token"] == answer.headers["set-cookie"] == "REMOVED"
    text = (tmp_path / "outside.yaml").read_text()
    assert "hush" not in text
    assert "particular machine" not in text


def test_a_recording_is_made_anew_each_time(real: type[Service], tmp_path: Path) -> None:
    for path in ("/counted", "/bytes"):
        with ExitStack() as stack:
            opened(stack, real, "record", tmp_path)
            requests.get(BASE + path)
    recorded = Cassette(tmp_path / "outside.yaml", Secrets(), match_on=real.match_on, anew=False)
    assert [asked.url for asked, _ in recorded.calls] == [f"{BASE}/bytes"]


def test_a_story_that_fails_leaves_the_older_recording_as_it_was(real: type[Service], tmp_path: Path) -> None:
    with ExitStack() as stack:
        opened(stack, real, "record", tmp_path)
        requests.get(f"{BASE}/counted")
    before = (tmp_path / "outside.yaml").read_text()
    with pytest.raises(RuntimeError, match="the story failed"), ExitStack() as stack:
        opened(stack, real, "record", tmp_path)
        requests.get(f"{BASE}/bytes")
        raise RuntimeError("the story failed")
    assert (tmp_path / "outside.yaml").read_text() == before


def test_what_a_replayed_request_must_share_can_be_set(real: type[Service], tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    by_body = (*Service.match_on, "body")
    tape = Cassette(path, Secrets(), match_on=by_body, anew=True)
    for name in ("Ann", "Bob"):
        asked = Asked(
            "POST",
            f"{BASE}/hello",
            (("Content-Type", "application/json"),),
            json.dumps({"to": name}).encode(),
        )
        tape.record(asked, Reply(200, f"Hello {name}".encode()))
    tape.save()
    played = Cassette(path, Secrets(), match_on=by_body, anew=False)
    asked = Asked("POST", f"{BASE}/hello", (("Content-Type", "application/json"),), b'{"to":   "Bob"}')
    assert played.play(asked).text == "Hello Bob"


def test_without_vcrpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "vcr", None)
    with pytest.raises(MissingExtra, match=r"django-journey\[services\]"):
        Cassette(tmp_path / "c.yaml", Secrets(), match_on=Service.match_on, anew=True)
