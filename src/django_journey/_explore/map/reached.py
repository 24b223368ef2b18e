"""What requests reached of a site: read from the trace of a suite, or noted during a walk."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django_journey._explore.access.matrix import login_path
from django_journey._explore.site.addresses import pattern_of
from django_journey._trace.record.events import Event, MailSent, Noted, RequestServed, StepStarted

__all__ = ["FormUse", "Reached"]


@dataclass(slots=True)
class FormUse:
    """How the forms of one class were validated: how often they were valid, and the errors by field and code."""

    valid: int = 0
    invalid: int = 0
    errors: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class Reached:
    """What was reached.

    Args:
        requests: How often each URL pattern was asked for with each method.
        allowed: The patterns that answered somebody.
        denied: The patterns that turned somebody away: 401, 403, or a redirect to the login page.
        templates: How often each template was rendered.
        tasks: How often each background task was enqueued or run.
        mails: How often a mail with each subject was sent.
        moves: How often somebody went from one pattern to another.
        forms: The classes of forms that were validated; ``None`` where that was not watched.
        receivers: The receivers of signals that were called; ``None`` where that was not watched.
    """

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    allowed: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    templates: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    mails: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    forms: dict[str, FormUse] | None = None
    receivers: set[str] | None = None
    _login: str = ""

    def __post_init__(self) -> None:
        self._login = login_path()

    @classmethod
    def of_events(cls, events: Iterable[Event]) -> Reached:
        """Read a trace.

        Args:
            events: Its events; those of one test in the order in which they were written.
        """
        made = cls()
        actors: dict[tuple[str, int], str] = {}
        before: dict[tuple[str, str], str] = {}
        for event in events:
            match event:
                case StepStarted():
                    actors[event.test, event.step] = event.actor
                case RequestServed() if (
                    (event.view or event.route) and event.status != 404 and not event.parent
                ):
                    made.request(event.route, event.method, event.status, event.redirect)
                    made.templates.update(event.templates)
                    who = event.test, actors.get((event.test, event.step), event.user)
                    route = event.route or "/"
                    made.move(before.get(who, ""), route)
                    before[who] = route
                case MailSent():
                    made.mails[event.subject] += 1
                case Noted(topic="task") if name := str(event.data.get("name", "")):
                    made.tasks[name] += 1
                case Noted():
                    made.note(event.topic, event.title, event.data)
                case _:
                    pass
        return made

    def request(self, route: str, method: str, status: int, redirect: str = "") -> None:
        """Count a request that a view answered."""
        route = route or "/"
        self.requests[route, method] += 1
        target = urlsplit(redirect)
        to_login = 300 <= status < 400 and (
            "next=" in target.query or (self._login and target.path == self._login)
        )
        if status in (401, 403) or (to_login and method in ("GET", "HEAD")):
            self.denied.add(route)
        elif status < 400:
            self.allowed.add(route)

    def move(self, start: str, end: str) -> None:
        """Count that somebody went from one page to another."""
        if start and start != end and not end.startswith("no pattern"):
            self.moves[start, end] += 1

    def answer(self, method: str, chain: Sequence[tuple[int, str]], templates: Iterable[str]) -> None:
        """Count what a page of a walk asked for, with the redirects on the way.

        Args:
            method: The method of the first request.
            chain: The status and the URL of each response.
            templates: The templates of the last one.
        """
        self.templates.update(templates)
        for (status, url), (_, following) in zip(chain, [*chain[1:], (0, "")], strict=True):
            route = pattern_of(urlsplit(url).path)
            if not route.startswith("no pattern") and status != 404:
                self.request(route, method, status, following)
            method = "GET" if status != 307 else method

    def note(self, topic: str, title: str, data: dict[str, Any]) -> None:
        """Take what the watch of a run has seen; see ``watch``."""
        if topic == "watch":
            self.forms = self.forms if self.forms is not None else {}
            self.receivers = self.receivers if self.receivers is not None else set()
        elif topic == "receiver":
            self.receivers = {*(self.receivers or ()), title}
        elif topic == "form":
            self.forms = self.forms if self.forms is not None else {}
            use = self.forms.setdefault(title, FormUse())
            errors = {(str(name), str(code)) for name, code in data.get("errors", ())}
            use.valid += not errors
            use.invalid += bool(errors)
            use.errors |= errors

    @property
    def by_route(self) -> dict[str, Counter[str]]:
        """How often each pattern was asked for, by method."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for (route, method), number in self.requests.items():
            found[route][method] += number
        return found

    def steps_from(self, start: str) -> Iterator[tuple[str, int]]:
        """Yield where somebody went from a pattern, and how often."""
        yield from ((end, number) for (begin, end), number in self.moves.items() if begin == start)
