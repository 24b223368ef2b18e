"""Recordings of a service's real answers, in vcrpy's cassettes, with its format, matching and filters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django_journey._adapters.vcrpy import new_cassette, write
from django_journey._world.services.exchange import Asked, Reply
from django_journey._world.services.secrets import Secrets
from django_journey.errors import Explanation, MissingExtra, WorldError

__all__ = ["Cassette"]


#: Headers of a request that only describe the machine that recorded it.
_NOT_RECORDED = frozenset({"accept-encoding", "connection", "content-length", "host", "user-agent"})


class Cassette:
    """A file of recorded calls; nothing of vcrpy's patching is used.

    Args:
        path: The YAML file.
        secrets: What is removed before a call is recorded or compared.
        match_on: What a request must share with a recorded one, in vcrpy's words.
        anew: Whether to record it from the beginning; otherwise it is replayed.

    Raises:
        MissingExtra: vcrpy is not installed.
        WorldError: There is nothing to play.
    """

    def __init__(self, path: Path, secrets: Secrets, *, match_on: tuple[str, ...], anew: bool) -> None:
        self.path = path
        self._secrets = secrets
        try:
            self._tape = new_cassette(
                path,
                anew=anew,
                match_on=match_on,
                decode_compressed_response=True,
                before_record_request=self._clean_request,
                before_record_response=self._clean_response,
            )
        except ImportError as error:
            raise MissingExtra("a recorded service", extra="services", library="vcrpy") from error
        except FileNotFoundError:
            raise WorldError(
                Explanation(
                    "there is no recording to play",
                    where=str(path),
                    instead="record it once, with the service's credentials: --journey-services=record",
                )
            ) from None

    @property
    def calls(self) -> list[tuple[Asked, Reply]]:
        """What was recorded, in order, secrets removed."""
        return [(_asked(request), _reply(response)) for request, response in self._tape.data]

    def record(self, asked: Asked, reply: Reply) -> None:
        """Record one call."""
        self._tape.append(self._request(asked), _response(reply))

    def save(self) -> None:
        """Write the file, if a call was recorded."""
        if self._tape.dirty:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write(self._tape)

    def play(self, asked: Asked) -> Reply:
        """Return the recorded answer; each is played once, in the order of recording.

        Raises:
            WorldError: Nothing like it was recorded, or all of it was played.
        """
        request = self._request(asked)
        if self._tape.can_play_response_for(request):
            return _reply(self._tape.play_response(request))
        raise WorldError(
            Explanation(
                f"{asked.method} {self._secrets.url(asked.url)} was not recorded, or was already played",
                where=str(self.path),
                nearest=tuple(
                    f"{entry.method} {entry.uri}"
                    + (f"; differs in {', '.join(_names(misses))}" if misses else "")
                    for entry, _, misses in self._tape.find_requests_with_most_matches(request)
                ),
                instead="record it again: --journey-services=record",
            )
        )

    def _request(self, asked: Asked) -> Any:
        from vcr.request import Request

        return Request(asked.method, asked.url, asked.body, dict(asked.headers))

    def _clean_request(self, request: Any) -> Any:
        kind = request.headers.get("content-type", "")
        request.uri = self._secrets.url(request.uri)
        request.body = self._secrets.body(request.body or b"", kind)
        request.headers = {
            name: self._secrets.header(name, value)
            for name, value in request.headers.items()
            if name.lower() not in _NOT_RECORDED
        }
        return request

    def _clean_response(self, response: Any) -> Any:
        headers = response["headers"]
        kind = next((values[0] for name, values in headers.items() if name.lower() == "content-type"), "")
        response["headers"] = {
            name: [self._secrets.header(name, value) for value in values] for name, values in headers.items()
        }
        response["body"] = {"string": self._secrets.body(response["body"]["string"], kind)}
        return response


def _response(reply: Reply) -> dict[str, Any]:
    headers: dict[str, list[str]] = {}
    for name, value in reply.headers:
        headers.setdefault(name, []).append(value)
    return {
        "status": {"code": reply.status, "message": ""},
        "headers": headers,
        "body": {"string": reply.body},
    }


def _reply(response: dict[str, Any]) -> Reply:
    body = response["body"]["string"]
    return Reply(
        int(response["status"]["code"]),
        body.encode() if isinstance(body, str) else body,
        tuple((name, value) for name, values in response["headers"].items() for value in values),
    )


def _asked(request: Any) -> Asked:
    body = request.body or b""
    return Asked(request.method, request.uri, tuple(request.headers.items()), body)


def _names(misses: Any) -> list[str]:
    return [str(name) for name, _ in misses]
