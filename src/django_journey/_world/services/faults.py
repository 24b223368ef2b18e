"""What can go wrong with an outside service, on demand: at the wire, as the client's library meets it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from django_journey._world.services.exchange import Reply, reply_of

__all__ = ["Fault", "cut_off", "refused", "server_error", "slow", "time_out", "too_many_requests"]

Kind = Literal["time-out", "refused", "answer", "slow", "cut-off"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong; made by the functions beside it.

    Args:
        kind: What goes wrong.
        name: How it is called in the report.
        reply: The answer instead of the service's own, if there is one.
        seconds: How long the service waits.
        share: How much of the body is still sent, from 0 to 1.
    """

    kind: Kind
    name: str
    reply: Reply | None = None
    seconds: float = 0.0
    share: float = 0.5


def time_out(patience: float = 3.0) -> Fault:
    """The service takes the request and never answers.

    A client that waits for its socket (requests, urllib3, http.client, httpx) gives up at once: time-outs of
    seconds are shortened. An asynchronous client waits for its own time-out.

    Args:
        patience: Seconds after which the service hangs up on a client that still waits; the story then
            fails, since in production that client would hang. Less than what a browser waits for, so that the
            story ends by this and not by the browser's own time-out.
    """
    return Fault("time-out", "time-out", seconds=patience)


def refused() -> Fault:
    """The connection is refused: nothing listens at the service's address."""
    return Fault("refused", "connection refused")


def server_error(status: int = 500, body: Any = "Internal Server Error") -> Fault:
    """The service answers with an error of its own."""
    return Fault("answer", str(status), reply=reply_of((status, body)))


def too_many_requests(retry_after: int = 1, body: Any = None) -> Fault:
    """The service answers 429 with ``Retry-After`` (RFC 6585 section 4).

    Args:
        retry_after: The header's value, in seconds.
        body: The answer's body.
    """
    reply = reply_of((429, body if body is not None else "Too Many Requests"))
    headers = (*reply.headers, ("Retry-After", str(retry_after)))
    return Fault("answer", f"429, retry after {retry_after} s", reply=replace(reply, headers=headers))


def slow(seconds: float) -> Fault:
    """The service answers as usual, but only after this many seconds."""
    return Fault("slow", f"slow, {seconds:g} s", seconds=seconds)


def cut_off(share: float = 0.5) -> Fault:
    """The connection ends within the body of the answer.

    Args:
        share: How much of the body arrives, from 0 to 1.
    """
    return Fault("cut-off", "cut off", share=share)
