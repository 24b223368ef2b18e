"""Sends one request as one of the people, undoes all that it did, and says what came of it."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django_journey._adapters.django import locmem_stores
from django_journey._dom.forms.submission import Submission
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import Url, parse_url
from django_journey._explore.findings.cause import is_error_page, is_own_template
from django_journey._explore.findings.finding import Steps
from django_journey._explore.findings.query_log import QueryLog
from django_journey._explore.forms.links import links_of
from django_journey._explore.map.reached import Reached
from django_journey._explore.site.addresses import answers, pattern_of
from django_journey._pages.http.cookies import CookieJar
from django_journey._pages.http.fetch import Fetcher, FetchRequest, NavigationResult
from django_journey._pages.http.request_response import Request
from django_journey._pages.http.response_document import disposition_of, document_of
from django_journey._story.actor import Actor
from django_journey._story.journey import Journey
from django_journey._world.database.undo import undone
from django_journey._world.tasks.deadline import deadline
from django_journey.errors import ConfigurationError, Error, Explanation, TooManyRedirects, WorldError

__all__ = ["NOTHING_SENT", "Answer", "Person", "Sent", "Trail", "Visits", "request_of"]

_SECONDS = 30.0
#: The status of an answer to a request that could not be sent, or that leads out of the site.
NOTHING_SENT = -1


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who walks through the site.

    Args:
        name: Their role.
        user: The user that they are, or ``None`` for a visitor.
        actor: Their part in the journey.
        turn: Their place among the others.
    """

    name: str
    user: Any
    actor: Actor
    turn: int = 0

    @property
    def fetcher(self) -> Fetcher:
        """What sends their requests."""
        found: Fetcher = self.actor.context.fetcher
        return found


@dataclass(slots=True, eq=False)
class Answer:
    """What came of a request.

    Args:
        request: What was asked for.
        seconds: How long it took.
        status: The status of the last response; 0 where there was none.
        url: The URL of the last response.
        error: What a view raised, or what kept the request from being answered.
        tasks: What background tasks raised afterwards.
        document: The page, where one is shown.
        given: What its templates were given.
        jar: The cookies afterwards.
        chain: The statuses and URLs on the way.
        queries: The statements of the request, in request.
        body: The last response's body.
        headers: Its headers, names in lower case.
    """

    request: FetchRequest
    seconds: float = 0.0
    status: int = 0
    url: str = ""
    error: BaseException | None = None
    tasks: list[BaseException] = field(default_factory=list)
    document: Document | None = None
    given: Any = None
    jar: CookieJar | None = None
    chain: list[tuple[int, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def layers(self) -> list[Any]:
        """The contexts of the templates."""
        return self.given.layers if self.given is not None else []

    @property
    def templates(self) -> list[str]:
        """The names of the templates, in request."""
        return list(self.given.templates) if self.given is not None else []

    @property
    def is_own(self) -> bool:
        """Whether the page is the project's own, and not one that a library brings with it."""
        return not self.templates or is_own_template(self.templates[0])

    @property
    def effective_status(self) -> int:
        """The status that the site meant, also where the page for it failed."""
        if self.error is None or not is_error_page(self.error):
            return self.status
        from django.http import Http404

        if not isinstance(self.error.__context__, Http404):
            return 403
        # Where its page works, the site appends the slash instead of showing it.
        path = urlsplit(self.chain[-1][1] if self.chain else str(self.request.url)).path
        return 404 if path.endswith("/") or answers(path) is None else 301

    @property
    def redirected(self) -> bool:
        """Whether it was led elsewhere."""
        return len(self.chain) > 1


#: A request, or what makes one of the page that was there before it; nothing where that page has no such form.
Sent = FetchRequest | Callable[[Answer], FetchRequest | None]


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """What somebody did before, and whose effects are kept.

    Args:
        steps: As a story has it.
        requests: As it is sent.
    """

    steps: tuple[Steps, ...] = ()
    requests: tuple[Sent, ...] = ()


def request_of(sent: Submission, page: Url) -> FetchRequest:
    """Return the request that submits a form of a page."""
    source = page.with_fragment(None)
    return FetchRequest(
        parse_url(sent.url), sent.method, sent.body, sent.content_type, source=source, by_user=True
    )


class Visits:
    """The requests of a walk, each undone when it has been answered.

    Args:
        journey: The open journey, in whose world the site answers.
    """

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        world = journey._world
        if world is None or world.database is None:
            raise ConfigurationError(
                Explanation("a walk needs the site and its database in this process", where="this story")
            )
        self._database = world.database
        self._caches = _LocalCaches()
        self.number = 0
        self.seconds = 0.0
        #: Takes note of what is reached, where a map is wanted.
        self.reached: Reached | None = None

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo what happens inside: rows, mail, tasks and what was cached."""
        from django.contrib.contenttypes.models import ContentType
        from django.core import mail

        sent = list(mail.outbox)
        with self._caches.put_back(), self.journey.tasks.undone():
            try:
                with undone(self._database):
                    yield
            finally:
                if self.reached is not None:
                    self.reached.mails.update(str(each.subject) for each in mail.outbox[len(sent) :])
                mail.outbox[:] = sent
                ContentType.objects.clear_cache()

    def get(
        self,
        person: Person,
        path: str,
        *,
        source: Url | None = None,
        jar: CookieJar | None = None,
        before: Sequence[Sent] = (),
    ) -> Answer:
        """Visit a path."""
        base = parse_url(person.actor.context.base_url)
        request = FetchRequest(parse_url(path, base), source=source, by_user=True)
        return self.send(person, [*before, request], jar=jar)

    def send(self, person: Person, requests: Sequence[Sent], *, jar: CookieJar | None = None) -> Answer:
        """Send requests one after the other, and return what came of the last one; then undo all of it."""
        fetcher = person.fetcher
        own, fetcher.jar = fetcher.jar, copy.deepcopy(jar if jar is not None else fetcher.jar)
        began = time.monotonic()
        try:
            with self.undone():
                answer = self._last(fetcher, requests)
                answer.jar = fetcher.jar
                return answer
        finally:
            fetcher.jar = own
            self.number += len(requests)
            self.seconds += time.monotonic() - began

    def note_links(self, pattern: str, answer: Answer) -> None:
        """Take note of where a page leads, where a map is wanted."""
        if self.reached is not None and answer.document is not None:
            for link in links_of(answer.document):
                self.reached.move(pattern, pattern_of(urlsplit(link.path).path))

    def follow(self, person: Person, request: FetchRequest) -> None:
        """Send a request of which only the statements count; it is not undone."""
        self.number += 1
        person.fetcher.follow(request)

    def _last(self, fetcher: Fetcher, requests: Sequence[Sent]) -> Answer:
        answer: Answer | None = None
        for number, sent in enumerate(requests):
            request = sent if isinstance(sent, FetchRequest) else sent(answer) if answer is not None else None
            if request is None:
                break
            answer = Answer(request)
            if number == len(requests) - 1:
                return self._answer(fetcher, request)
            with suppress(Exception):
                _fill(answer, fetcher.follow(request))
        assert answer is not None
        return Answer(answer.request, status=NOTHING_SENT, error=Error("the page has no such form"))

    def _answer(self, fetcher: Fetcher, request: FetchRequest) -> Answer:
        answer = Answer(request)
        with ExitStack() as stack:
            log = stack.enter_context(QueryLog())
            began = time.perf_counter()
            try:
                with deadline(_SECONDS, f"{request.method} {request.url}"):
                    result = fetcher.follow(request)
            except (TooManyRedirects, WorldError) as error:
                answer.error = error
            except Error as error:  # it leads out of the site, or to something that is no URL
                answer.error = error
                answer.status = NOTHING_SENT
            else:
                _fill(answer, result)
        answer.seconds = time.perf_counter() - began
        answer.queries = log.statements
        if self.reached is not None:
            self.reached.tasks.update(task.name for task in self.journey.tasks.pending)
            chain = answer.chain or [(500, str(request.url))]
            self.reached.answer(request.method, chain, answer.templates)
        answer.tasks = self._tasks()
        return answer

    def _tasks(self) -> list[BaseException]:
        tasks = self.journey.tasks
        if not tasks.pending:
            return []
        try:
            tasks.run_until_empty(limit=20)
        except WorldError as error:
            return [error.__cause__] if error.__cause__ is not None else []
        return []


def _fill(answer: Answer, result: NavigationResult) -> None:
    received = result.response.raw
    answer.status = received.status
    answer.url = str(result.url)
    answer.error = result.raised
    answer.given = received.facts.get("given")
    answer.body = received.body
    answer.headers = {name.lower(): value for name, value in received.headers}
    request: Request | None = result.response.request
    while request is not None:
        response = request.response()
        answer.chain.insert(0, (response.status if response is not None else 0, request.url))
        request = request.redirected_from
    with suppress(Exception):  # a page that can't be shown has no links
        if disposition_of(received) == "show" and "html" in answer.headers.get("content-type", ""):
            answer.document = document_of(received, answer.url)


class _LocalCaches:
    """Puts the caches in this process's memory back to what they were."""

    @contextmanager
    def put_back(self) -> Iterator[None]:
        parts = locmem_stores()[:2]
        kept = [{name: store.copy() for name, store in part.items()} for part in parts]
        try:
            yield
        finally:
            for part, before in zip(parts, kept, strict=True):
                for name, store in part.items():
                    store.clear()
                    store.update(before.get(name, {}))
