"""The outside services of one journey: routes calls, answers them by mode, and reports what went wrong."""

from __future__ import annotations

import errno
import http.client
import sys
import time
import traceback
import unittest
from collections.abc import Callable, Collection, Iterable, Iterator
from contextvars import Context, copy_context
from difflib import get_close_matches
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django_journey._trace.record import recorder
from django_journey._trace.record.details import LONGEST_TEXT, cut
from django_journey._world.network.guard import Network, ServiceRoute
from django_journey._world.network.sockets import UNSEEN
from django_journey._world.services.cassette import Cassette
from django_journey._world.services.certificates import Certificates
from django_journey._world.services.declared import check_live, live_url, mode_of, place_of
from django_journey._world.services.declared import credential as declared_credential
from django_journey._world.services.exchange import Asked, Call, Mode, Reply
from django_journey._world.services.fake_server import Delivery, Origin
from django_journey._world.services.faults import Fault
from django_journey._world.services.forward import forwarded
from django_journey._world.services.secrets import Secrets
from django_journey._world.services.service import Service, answering_of
from django_journey.errors import ConfigurationError, Explanation, WorldError

__all__ = ["Services", "described"]

S = TypeVar("S", bound=Service)

_TRACEBACK = "Traceback "


class Services:
    """Answers in the name of outside services, from entering to leaving it.

    Args:
        declared: The classes of the services.
        network: The network that is watched; open it first.
        mode: How they answer.
        live: Names of those that are really called whatever ``mode`` says; ``all`` means each.
        cassettes: The folder of this test's recordings, one file for each service.
        credential: Looks a credential up; environment variables, then settings, where none is given.

    Raises:
        unittest.SkipTest: A live call needs credentials that are not there; every runner takes it for a skip.
        ConfigurationError: A service has no usable base URL, or ``live`` names one that is not declared.
        WorldError: On leaving: a call met no operation or recording, a fake's function raised, or a client
            waited without a time-out; unless another error is on its way.
    """

    def __init__(
        self,
        declared: Iterable[type[Service]],
        *,
        network: Network,
        mode: Mode = "fake",
        live: Collection[str] = (),
        cassettes: Path | None = None,
        credential: Callable[[str], str | None] | None = None,
    ) -> None:
        self._network = network
        self._cassettes = cassettes
        self._credential = credential or declared_credential
        self._running = {service: _Running(service, mode_of(service, mode, live)) for service in declared}
        check_live(live, self._running)
        self._certificates = Certificates()
        self._context: Context = copy_context()
        self._origins: list[tuple[Origin, ServiceRoute]] = []
        self._errors: list[BaseException] = []
        self._proxies = network.proxies

    def __getitem__(self, service: type[S]) -> S:
        """Return this journey's instance of a service.

        Raises:
            ConfigurationError: It is not declared for this journey.
        """
        if service not in self._running:
            raise ConfigurationError(self._no_such(service))
        return cast(S, self._running[service].service)

    def _no_such(self, service: Any) -> Explanation:
        declared = tuple(entry.__name__ for entry in self._running)
        if not isinstance(service, type):
            likely = get_close_matches(str(service), declared, n=1, cutoff=0) or ["Payments"]
            return Explanation(
                f"an outside service is asked for by its class, not by {service!r}",
                where="journey.services[…]",
                nearest=declared,
                instead=f"journey.services[{likely[0]}]",
            )
        return Explanation(
            f"{service.__name__} is not declared for this journey",
            nearest=declared,
            instead=f"declare it: journey_services = [{service.__name__}] of a test case, a fixture journey_services,\n"
            f'or JOURNEY = {{"outside": ["{service.__module__}.{service.__qualname__}"]}}',
        )

    def __iter__(self) -> Iterator[Service]:
        """Go through this journey's instances."""
        return (entry.service for entry in self._running.values())

    def __enter__(self) -> Services:
        for entry in self._running.values():
            self._prepare(entry)
        for place in {place_of(entry.service.base_url) for entry in self._running.values()}:
            self._open(*place)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None = None, *details: object
    ) -> None:
        self._note_uncalled_services()
        # After Ctrl-C there is no waiting for a fake's function to return.
        patience = 5.0 if kind is None or issubclass(kind, Exception) else 0.2
        for origin, route in self._origins:
            self._network.remove(route)
            origin.close(patience)
        self._origins.clear()
        for entry in self._running.values():
            # A recording of a story that failed would be half of one.
            if entry.cassette is not None and entry.mode == "record" and kind is None:
                entry.cassette.save()
        if kind is None and self._errors:
            first, *others = self._errors
            for other in others:
                first.add_note(f"and then: {other}")
            raise first
        if error is not None:  # these may be the cause of the story's own error
            notes = getattr(error, "__notes__", ())
            for description in map(described, self._errors):
                if not any(description in note for note in notes):
                    error.add_note(f"an outside service failed before:\n{description}")

    def _note_uncalled_services(self) -> None:
        """Note the services that were not called, if a library is loaded whose connections the guard can't see."""
        blind = sorted(UNSEEN & sys.modules.keys())
        names = [entry.service.name for entry in self._running.values() if not entry.service.calls]
        if blind and names:
            recorder.note(
                "network",
                f"never called: {', '.join(names)}; what {', '.join(blind)} connects to is not seen by the guard",
                services=names,
                unseen=blind,
            )

    @property
    def problems(self) -> tuple[BaseException, ...]:
        """What went wrong so far; leaving raises for it."""
        return tuple(self._errors)

    def forgive(self) -> list[BaseException]:
        """Take what went wrong so far as meant: leaving will not raise for it; return it."""
        forgiven = list(self._errors)
        self._errors.clear()
        return forgiven

    def _prepare(self, entry: _Running) -> None:
        service = entry.service
        values = {name: self._credential(name) for name in service.credentials}
        if entry.mode in ("live", "record"):
            missing = [name for name, value in values.items() if not value]
            if missing:
                raise unittest.SkipTest(
                    f"{service.name} is called for real and needs {', '.join(missing)}, "
                    "as environment variables or settings"
                )
        entry.secrets = Secrets((value for value in values.values() if value), service.secrets)
        for value in entry.secrets.values:
            recorder.hide(value)

    def _tape(self, entry: _Running) -> Cassette:
        """Return a service's recording; a story that never calls the service needs none."""
        with entry.lock:
            if entry.cassette is None:
                service = entry.service
                if self._cassettes is None:
                    raise ConfigurationError(
                        Explanation(
                            f"calls of {service.name} go to or come from a recording, but no folder for it is known",
                            instead="Services(…, cassettes=Path(…))",
                        )
                    )
                entry.cassette = Cassette(
                    self._cassettes / f"{service.name}.yaml",
                    entry.secrets,
                    match_on=service.match_on,
                    anew=entry.mode == "record",
                )
            return entry.cassette

    def _open(self, scheme: str, host: str, port: int) -> None:
        here = [
            entry
            for entry in self._running.values()
            if place_of(entry.service.base_url) == (scheme, host, port)
        ]
        shown = f"[{host}]" if ":" in host else host
        standard = port == {"https": 443, "http": 80}[scheme]
        origin = Origin(
            f"{host}:{port}",
            f"{scheme}://{shown}" + ("" if standard else f":{port}"),
            lambda asked: self._answer(here, asked),
            tls=(lambda: self._certificates.server_context(host)) if scheme == "https" else None,
            context=self._context.copy,
        )
        route = ServiceRoute(
            host,
            port,
            dial=lambda: self._dial(here, origin),
            secure=self._certificates.client_context if scheme == "https" else None,
            name=", ".join(type(entry.service).__name__ for entry in here),
            hurried=lambda: any(entry.answering.is_hanging for entry in here),
        )
        for entry in here:
            entry.answering.hang_up = origin.hang_up
        self._network.add(route)
        self._origins.append((origin, route))

    def _dial(self, here: list[_Running], origin: Origin) -> tuple[str, int]:
        """Accept a connection, in the thread that opens it: calls belong to that thread's test."""
        if recorder.current() is not None:
            self._context = copy_context()
        for entry in here:
            fault = entry.answering.take_fault("refused")
            if fault is not None:
                asked = Asked("CONNECT", entry.service.base_url)
                self._record(entry, asked, Reply(0), began=time.perf_counter(), fault=fault)
                raise ConnectionRefusedError(
                    errno.ECONNREFUSED, f"Connection refused, as the story of {entry.service.name} wants it"
                )
        return origin.dial()

    def _answer(self, here: list[_Running], asked: Asked) -> Delivery:
        try:
            return self._answered(here, asked)
        except Exception as error:  # an address that can't be read, say: never a connection without an answer
            return Delivery(self._failed(error)[0])

    def _answered(self, here: list[_Running], asked: Asked) -> Delivery:
        entry = _meant(here, asked)
        began = time.perf_counter()
        fault = entry.answering.take_fault(
            "time-out", "answer", "slow", "cut-off", operation=_operation_name(entry, asked)
        )
        if fault is not None and fault.kind == "time-out":
            report = lambda gave_up: self._hung(entry, asked, fault, began, gave_up)  # noqa: E731
            return Delivery(None, delay=fault.seconds, gave_up=report)
        problem = ""
        if fault is not None and fault.reply is not None:
            reply = fault.reply
        else:
            reply, problem = self._reply(entry, asked)
        self._record(entry, asked, reply, began=began, fault=fault, problem=problem)
        return Delivery(
            reply,
            delay=fault.seconds if fault is not None and fault.kind == "slow" else 0.0,
            share=fault.share if fault is not None and fault.kind == "cut-off" else 1.0,
        )

    def _reply(self, entry: _Running, asked: Asked) -> tuple[Reply, str]:
        """Answer by mode; an error is stored for the end of the journey, and sent to the client."""
        try:
            if entry.mode == "fake":
                return entry.answering.answer(asked), ""
            if entry.mode == "replay":
                return self._tape(entry).play(asked), ""
            with self._network.directly():
                reply = forwarded(asked, live_url(entry.service, asked.url), proxies=self._proxies)
            if entry.mode == "record":
                self._tape(entry).record(asked, reply)
            return reply, ""
        except (OSError, http.client.HTTPException) as error:
            if entry.mode in ("fake", "replay"):
                return self._failed(error)
            # The site has to handle that a real service can't be reached.
            text = entry.secrets.text(f"{entry.service.name} can't be reached: {error}")
            return Reply(502, text.encode(), (("Content-Type", "text/plain; charset=utf-8"),)), text
        except BaseException as error:
            return self._failed(error)

    def _failed(self, error: BaseException) -> tuple[Reply, str]:
        self._errors.append(error)
        status = 501 if isinstance(error, WorldError) else 500
        text = described(error)
        return Reply(status, text.encode(), (("Content-Type", "text/plain; charset=utf-8"),)), text

    def _hung(self, entry: _Running, asked: Asked, fault: Fault, began: float, gave_up: bool) -> None:
        entry.answering.hung()
        problem = ""
        if not gave_up:
            problem = f"the client still waited after {fault.seconds:g} s"
            self._errors.append(
                WorldError(
                    Explanation(
                        f"{entry.service.name} hung, and its client still waited after {fault.seconds:g} s",
                        where=f"{asked.method} {entry.secrets.url(asked.url)}",
                        instead="give the call a time-out: without one the site hangs with the service;\n"
                        "for an asynchronous client a short one in the test's settings, or faults.time_out(patience=…)",
                    )
                )
            )
        self._record(entry, asked, Reply(0), began=began, fault=fault, problem=problem)

    def _record(
        self,
        entry: _Running,
        asked: Asked,
        reply: Reply,
        *,
        began: float,
        fault: Fault | None = None,
        problem: str = "",
    ) -> None:
        """Store the call for the test, and record it in the trace without its secrets."""
        name = entry.service.name
        call = Call(
            operation=_operation_name(entry, asked),
            method=asked.method,
            url=entry.secrets.url(asked.url),
            status=reply.status,
            milliseconds=(time.perf_counter() - began) * 1000,
            mode=entry.mode,
            fault=fault.name if fault is not None else "",
            problem=problem,
            asked=asked,
            reply=reply if reply.status else None,
        )
        entry.service.calls.append(call)
        end = f"{call.status or 'no answer'}" + (f" ({call.fault})" if call.fault else "")
        recorder.note(
            "service",
            f"{name}: {call.method} {call.url} → {end}",
            service=name,
            operation=call.operation,
            method=call.method,
            url=call.url,
            status=call.status,
            ms=round(call.milliseconds, 2),
            mode=call.mode,
            fault=call.fault,
            problem=_in_one_line(problem),
            sent=_shown_body(entry.secrets, asked.body, asked.header("content-type")),
            answered=_shown_body(entry.secrets, reply.body, reply.content_type),
            **({"traceback": problem} if problem.startswith(_TRACEBACK) else {}),
        )


def _shown_body(secrets: Secrets, body: bytes, kind: str) -> str:
    """Return a body for the trace, masked as this service's recordings are, and cut."""
    scope = recorder.current()
    if scope is None or scope.details is None or not body:
        return ""
    text = secrets.body(body, kind).decode("utf-8", "replace")
    return cut(scope.recorder.clean(text), LONGEST_TEXT)


class _Running:
    """A service's instance with what answers for it."""

    def __init__(self, service: type[Service], mode: Mode) -> None:
        self.service = service()
        self.answering = answering_of(self.service)
        self.mode = mode
        self.secrets = Secrets()
        self.cassette: Cassette | None = None
        self.lock = Lock()


def described(error: BaseException) -> str:
    """Return what went wrong with a service: the library's own words, or the traceback of a fake's function."""
    return str(error) if isinstance(error, WorldError) else "".join(traceback.format_exception(error))


def _in_one_line(problem: str) -> str:
    """Return what went wrong: a traceback says it in its last line, a message in its first."""
    if problem.startswith(_TRACEBACK):
        return problem.strip().rpartition("\n")[2]
    return problem.partition("\n")[0]


def _meant(here: list[_Running], asked: Asked) -> _Running:
    """Return the service whose base path is the longest that the request lies under."""

    def fit(entry: _Running) -> int:
        prefix = urlsplit(entry.service.base_url).path.rstrip("/")
        return len(prefix) if (asked.path + "/").startswith(prefix + "/") else -1

    return max(here, key=fit)


def _operation_name(entry: _Running, asked: Asked) -> str:
    found = entry.answering.operation_for(asked)
    return found[0].name if found is not None else ""
