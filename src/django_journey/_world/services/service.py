"""An outside HTTP API, declared once: where it is, what it can do, and how a fake of it answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, ClassVar, TypeVar, cast
from urllib.parse import unquote, urlsplit

from django_journey._world.services.exchange import Asked, Call, Reply, reply_of
from django_journey._world.services.faults import Fault
from django_journey.errors import ConfigurationError, Explanation, WorldError

__all__ = ["Answering", "Operation", "Service", "answering_of", "operation"]

Function = TypeVar("Function", bound=Callable[..., Any])

_PLACE = re.compile(r"\{(\w+)(:path)?\}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a service can do: its name, its method, its path below the base URL."""

    name: str
    method: str
    path: str
    pattern: re.Pattern[str]

    def fits(self, method: str, path: str) -> dict[str, str] | None:
        """Return the parts of the path by name if a request means this operation."""
        found = self.pattern.fullmatch(path) if method == self.method else None
        return {name: unquote(part) for name, part in found.groupdict().items()} if found else None

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.name})"


def operation(method: str, path: str) -> Callable[[Function], Function]:
    """Declare that the function below answers ``method`` on ``path``.

    The function takes the request and the path's parts by name; what it returns is read by ``reply_of``::

        @operation("GET", "/charges/{id}")
        def retrieve(self, request, id):
            return self.state[id]

    Args:
        method: The HTTP method.
        path: The path below ``base_url``; ``{name}`` is one part, ``{name:path}`` takes slashes too.

    Raises:
        ConfigurationError: The method is unknown, or the path does not begin with a slash.
    """
    if method.upper() not in _METHODS or not path.startswith("/"):
        raise ConfigurationError(
            Explanation(
                f"@operation({method!r}, {path!r}) names no operation",
                instead='@operation("POST", "/charges")    # a method, and a path below base_url',
            )
        )

    def mark(function: Function) -> Function:
        cast(Any, function).journey_operation = (method.upper(), path)
        return function

    return mark


class Service:
    """An outside HTTP API; subclass it once for each.

    ::

        class Payments(Service):
            base_url = "https://api.payments.example/v1"
            credentials = ("PAYMENTS_KEY",)

            @operation("POST", "/charges")
            def charge(self, request):
                id = f"ch_{len(self.state) + 1}"
                self.state[id] = {"id": id, "amount": request.json["amount"]}
                return 201, self.state[id]

    Each journey has an instance of its own, so ``state`` and ``calls`` begin empty. The functions are run one
    at a time.

    Attributes:
        base_url: Where the site finds it; ``https://*.storage.example`` for hosts that are named after accounts.
        live_url: Where live calls go instead, e.g. a sandbox; ``base_url`` where it is empty.
        name: What options, the report and cassettes call it; the class's name in lower case by default.
        credentials: Environment variables or settings that live calls need; their values are never written.
        secrets: More names of headers, arguments and fields whose values are never written.
        match_on: What a replayed request must share with the recorded one, in vcrpy's words.
    """

    base_url: ClassVar[str] = ""
    live_url: ClassVar[str] = ""
    name: ClassVar[str] = ""
    credentials: ClassVar[tuple[str, ...]] = ()
    secrets: ClassVar[tuple[str, ...]] = ()
    match_on: ClassVar[tuple[str, ...]] = ("method", "scheme", "host", "port", "path", "query")
    operations: ClassVar[tuple[Operation, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.name = cls.__dict__.get("name") or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        cls.operations = tuple(_operations_of(cls))
        _check_names(cls)

    def __init__(self) -> None:
        self.state: dict[Any, Any] = {}
        self.calls: list[Call] = []
        self._journey_answering = Answering(self)
        self.begin()

    def begin(self) -> None:
        """Prepare what the fake starts with; called for each journey."""

    def refuse(self, request: Asked) -> Any:
        """Return the answer to a request without the right credentials, or ``None`` to let it in.

        Asked before the function of the operation; not by the contract check, since recorded requests hold
        no secrets any more.
        """
        return None

    def fail(self, fault: Fault, *, operation: str = "", times: int | None = 1) -> None:
        """Let something go wrong with the next calls, in whatever mode.

        Args:
            fault: What goes wrong; see ``faults``.
            operation: Only with this operation.
            times: How many calls; ``None`` until ``recover()``.

        Raises:
            ConfigurationError: There is no such operation, or the fault has no operation.
        """
        self._journey_answering.fail(fault, operation, times)

    def recover(self) -> None:
        """Let nothing go wrong any more."""
        self._journey_answering.recover()


class Answering:
    """Answers in the name of one service, beside it: so its operations may be called as the API calls them.

    Args:
        service: The service's instance.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._faults: list[_Failing] = []
        self._hanging = 0
        self._lock = Lock()
        self._one_at_a_time = Lock()
        #: Closes idle connections, so that a fault affects the next call; replaced while a journey runs.
        self.hang_up: Callable[[], None] = lambda: None

    def fail(self, fault: Fault, operation: str, times: int | None) -> None:
        """Let something go wrong with the next calls; see ``Service.fail``."""
        if operation and operation not in {entry.name for entry in self._service.operations}:
            raise self._no_such(operation)
        if operation and fault.kind == "refused":
            raise ConfigurationError(
                Explanation(
                    "a refused connection has no operation: nothing was asked yet",
                    where=type(self._service).__name__,
                    instead=f"{self._service.name}.fail(faults.refused())",
                )
            )
        with self._lock:
            self._faults.append(_Failing(fault, operation, times))
        self.hang_up()

    def recover(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults.clear()

    def take_fault(self, *kinds: str, operation: str = "") -> Fault | None:
        """Return the fault that applies to this call, and count it."""
        with self._lock:
            for failing in self._faults:
                if failing.fault.kind in kinds and failing.operation in ("", operation):
                    if failing.times is not None:
                        failing.times -= 1
                        if failing.times <= 0:
                            self._faults.remove(failing)
                    self._hanging += failing.fault.kind == "time-out"
                    return failing.fault
        return None

    def hung(self) -> None:
        """Say that a call that met a time-out is over."""
        with self._lock:
            self._hanging -= 1

    @property
    def is_hanging(self) -> bool:
        """Whether a call hangs, or the next one will."""
        return self._hanging > 0 or any(failing.fault.kind == "time-out" for failing in self._faults)

    def operation_for(self, asked: Asked) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation that a request means, with the path's parts."""
        prefix = urlsplit(self._service.base_url).path.rstrip("/")
        path = asked.path.removeprefix(prefix) or "/"
        for entry in self._service.operations:
            parts = entry.fits(asked.method, path)
            if parts is not None:
                return entry, parts
        return None

    def answer(self, asked: Asked, *, admitted: bool = False) -> Reply:
        """Answer as the fake does.

        Args:
            asked: The request.
            admitted: Whether it is let in without a look at its credentials.

        Raises:
            WorldError: No operation fits; or a function is waiting for an answer of its own service.
        """
        found = self.operation_for(asked)
        if found is None:
            raise self._unanswered(asked)
        entry, parts = found
        if not self._one_at_a_time.acquire(timeout=10):
            raise WorldError(
                Explanation(
                    f"{type(self._service).__name__}.{entry.name} waited 10 s for another function of its service",
                    instead="a fake's function must not cause a call of its own service; do that in the test",
                )
            )
        try:
            refusal = None if admitted else self._service.refuse(asked)
            return reply_of(
                getattr(self._service, entry.name)(asked, **parts) if refusal is None else refusal
            )
        finally:
            self._one_at_a_time.release()

    def _unanswered(self, asked: Asked) -> WorldError:
        prefix = urlsplit(self._service.base_url).path.rstrip("/")
        path = asked.path.removeprefix(prefix) or "/"
        return WorldError(
            Explanation(
                f"the fake of {type(self._service).__name__} has no operation for {asked.method} {path}",
                where=self._service.base_url,
                nearest=tuple(map(str, self._service.operations)),
                instead=f'@operation("{asked.method}", "{path}")\n'
                "def its_name(self, request): return 200, {…}",
            )
        )

    def _no_such(self, operation: str) -> ConfigurationError:
        return ConfigurationError(
            Explanation(
                f"{type(self._service).__name__} has no operation {operation!r}",
                nearest=tuple(entry.name for entry in self._service.operations),
                instead=f'{self._service.name}.fail(…, operation="{self._service.operations[0].name}")'
                if self._service.operations
                else "",
            )
        )


def answering_of(service: Service) -> Answering:
    """Return what answers in the name of a service."""
    return service._journey_answering


@dataclass
class _Failing:
    fault: Fault
    operation: str
    times: int | None


def _operations_of(cls: type[Service]) -> list[Operation]:
    """Collect the operations in the order of their declaration, those of base classes first."""
    names = dict.fromkeys(name for base in reversed(cls.__mro__) for name in vars(base))
    found = []
    for name in names:
        declared = getattr(getattr(cls, name, None), "journey_operation", None)
        if declared is not None:
            method, path = declared
            found.append(Operation(name, method, path, _pattern(path)))
    return found


def _check_names(cls: type[Service]) -> None:
    taken = {*vars(Service), "state", "calls", "_journey_answering"}
    for entry in cls.operations:
        if entry.name in taken:
            raise ConfigurationError(
                Explanation(
                    f"an operation can't be called {entry.name!r}: each service has that already",
                    where=f"{cls.__module__}.{cls.__qualname__}",
                    nearest=(str(entry),),
                    instead=f'@operation("{entry.method}", "{entry.path}")\n'
                    f"def {entry.name.strip('_')}_it(self, request): …    # any name but these: "
                    + ", ".join(sorted(name for name in taken if not name.startswith("_"))),
                )
            )


def _pattern(path: str) -> re.Pattern[str]:
    written, end = "", 0
    for place in _PLACE.finditer(path):
        part = ".+" if place[2] else "[^/]+"
        written += re.escape(path[end : place.start()]) + f"(?P<{place[1]}>{part})"
        end = place.end()
    return re.compile(written + re.escape(path[end:]))
