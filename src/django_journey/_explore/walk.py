"""Walks through a site as its people: by links, forms and the URLconf's patterns, until time or requests are over."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django_journey._dom.tree.urls import parse_url
from django_journey._explore import judge
from django_journey._explore.access.matrix import Access
from django_journey._explore.collector import Collector
from django_journey._explore.findings.cause import cause_of
from django_journey._explore.findings.finding import Finding, Steps
from django_journey._explore.findings.variables import MissingVariables, Variable
from django_journey._explore.forms.calls import calls_of, json_calls
from django_journey._explore.forms.links import Link, links_of, resources_of
from django_journey._explore.forms.page_form import django_fields, forms_of
from django_journey._explore.frontier import Errand, Frontier
from django_journey._explore.growth import grown, listed_rows
from django_journey._explore.replays import replay
from django_journey._explore.site.addresses import Address, pattern_of
from django_journey._explore.site.error_pages import failures_of_page
from django_journey._explore.site.own_files import has_folder, names_given
from django_journey._explore.submissions import Submissions
from django_journey._explore.visits import NOTHING_SENT, Answer, Person, Trail, Visits
from django_journey._pages.http.fetch import FetchRequest
from django_journey._routes.url_names import routes

__all__ = ["Bounds", "Walk"]

#: In which order addresses are visited, by how they were found.
_RANKS = {"link": 0, "pattern": 5, "row": 6, "query": 38, "unknown": 39, "slash": 40}
#: How seldom users come to an address that no page leads to.
_SELDOM = {"link": 0, "pattern": 15, "row": 15, "query": 40, "unknown": 40, "slash": 40}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a walk goes.

    Args:
        seconds: How long it may take.
        requests: How many requests it may send; 0 for any number.
        seed: Fixes its request.
        per_pattern: How many addresses of one pattern each person visits.
        queries: How many queries a page may need.
        page_seconds: How long a page may take; 0 for any time.
        keep: Whether flows over several pages keep their effects.
    """

    seconds: float = 60.0
    requests: int = 0
    seed: int = 0
    per_pattern: int = 3
    queries: int = 100
    page_seconds: float = 0.0
    keep: bool = False


_NO_TRAIL = Trail()


@dataclass(slots=True, eq=False)
class _Visit:
    person: Person
    path: str
    why: str
    link: Link | None = None
    page: str = ""  # the page that has the link
    trail: Trail = _NO_TRAIL


class Walk:
    """One walk.

    Args:
        people: Who walks, those first who are to make the mistakes.
        visits: Sends their requests.
        collector: Takes what is found.
        bounds: How far it goes.
        private: Personal values by role: each value with whose it is.
        texts: The texts of made-up rows.
        skip: Tells which paths are left out.
        tell: Is called after each request.
        files: Tells whether a path is a file of the site's own, or ``None`` where that is not known.
    """

    def __init__(
        self,
        people: list[Person],
        visits: Visits,
        collector: Collector,
        bounds: Bounds,
        *,
        private: Mapping[str, dict[str, str]],
        access: Access,
        texts: Collection[str] = (),
        skip: Callable[[str], bool] = lambda path: False,
        tell: Callable[[Walk], None] = lambda walk: None,
        files: Callable[[str], bool | None] = lambda path: None,
    ) -> None:
        self._people = people
        self._visits = visits
        self._collector = collector
        self._bounds = bounds
        self._private = private
        self._texts = texts
        self._skip = skip
        self._tell = tell
        self._files = files
        self._frontier = Frontier(bounds.seed, most=bounds.per_pattern)
        keep = self._keep if bounds.keep else None
        self._submissions = Submissions(visits, self._frontier, collector, access, skip, texts, keep)
        self._queried: set[str] = set()
        self._kept: set[tuple[str, str]] = set()
        self._routes = {route.pattern: route for route in routes()}
        self._ends = 0.0
        self._known: dict[tuple[str, str], int | None] = {}
        self._linked: dict[tuple[str, str], list[tuple[Link, str]]] = defaultdict(list)
        self._pages: Counter[tuple[str, str]] = Counter()
        self._checked: set[str] = set()
        self._owners: dict[str, frozenset[object]] = {}
        self._listed: dict[tuple[str, Any], tuple[Person, str, Any]] = {}
        self._missing: dict[Variable, tuple[Steps, str]] = {}
        self._given_names: set[str] = set()
        self._variables = MissingVariables()
        self.access = access
        self._visited: set[str] = set()

    def run(self, addresses: list[Address]) -> None:
        """Walk, beginning with these addresses, until nothing is left or a bound is reached.

        What was found until then is with the collector, also where this is interrupted.
        """
        began = time.monotonic()
        self._ends = began + self._bounds.seconds
        self._owners = {address.path: address.owners for address in addresses}
        for address in addresses:
            for person in self._people:
                self._add_visit(person, address.path, address.why)
        grow = began + self._bounds.seconds * 0.8
        does: dict[str, Callable[[Errand], object]] = {"visit": self._visit, "kept": self._visit_kept}
        does |= {"submit": self._submissions.submit, "call": self._submissions.call}
        try:
            with self._variables:
                while not self._is_over(grow):
                    errand = self._frontier.next()
                    if errand is None:
                        break
                    does[errand.kind](errand)
                    self._variables.take()
                    self._tell(self)
            self._check_error_pages()
            self._replay()
            self._find_growth()
            if not self._bounds.requests:  # it is the last thing, and takes what time is left
                self._submissions.fuzz(self._ends)
        finally:
            self._report_variables()

    @property
    def reached(self) -> set[str]:
        """The URL patterns that answered."""
        return self._visited | self._submissions.reached

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._visits.number

    @property
    def share(self) -> float:
        """How much of its time or requests is used, from 0 to 1."""
        left = max(0.0, self._ends - time.monotonic()) / max(self._bounds.seconds, 0.001)
        sent = self._visits.number / self._bounds.requests if self._bounds.requests else 0.0
        return min(1.0, max(1.0 - left, sent))

    def _is_over(self, until: float) -> bool:
        most = self._bounds.requests
        return time.monotonic() >= until or bool(most and self._visits.number >= most)

    # -- visiting ----------------------------------------------------------------------------------

    def _add_visit(
        self, person: Person, path: str, why: str, link: Link | None = None, page: str = ""
    ) -> None:
        key = (person.name, path)
        if self._skip(path):
            return
        if link is not None:
            known = self._known.get(key)
            if known is not None:
                self._judge_link(person, link, known, page)
                return
            self._linked[key].append((link, page))
        if key in self._known:
            return
        pattern = pattern_of(urlsplit(path).path)
        rank = _RANKS[why]
        bucket = (pattern, person.name, why if why in ("query", "unknown", "slash") else "")
        if self._frontier.add(
            Errand("visit", bucket, rank, _Visit(person, path, why, link, page), person.turn)
        ):
            self._known[key] = None

    def _visit(self, errand: Errand) -> None:
        task: _Visit = errand.facts
        person, path = task.person, task.path
        source = parse_url(person.actor.context.base_url + task.page) if task.page else None
        answer = self._visits.get(person, path, source=source)
        pattern = pattern_of(urlsplit(path).path)
        steps = Steps(person.name, path)
        self._known[person.name, path] = answer.effective_status if not answer.redirected else 302
        if task.why not in ("unknown", "slash"):
            self.access.note(pattern, "GET", person, answer, owners=self._owners.get(path, frozenset()))
        if answer.status and answer.status not in (404, -1):
            self._visited.add(pattern)
        for finding in judge.errors_of(answer, steps, pattern, _SELDOM[task.why], self._texts):
            if finding.kind == "dead-redirect" and task.why in ("unknown", "query", "slash"):
                continue
            self._collector.add(finding)
        for link, page in self._linked.pop((person.name, path), []):
            self._judge_link(person, link, self._known[person.name, path] or 0, page)
        if answer.status == 200:
            for finding in judge.private_problems(answer, steps, pattern, self._private.get(person.name, {})):
                self._collector.add(finding)
        if answer.document is not None and answer.status == 200:
            self._page(person, path, answer, steps, pattern)
        if answer.status not in (0, 404, NOTHING_SENT) and task.why in ("pattern", "row", "link"):
            self._add_json(person, path, answer, pattern)

    def _judge_link(self, person: Person, link: Link, status: int, page: str) -> None:
        if link.tag == "a" and not link.htmx:
            finding = judge.link_problem(link, status, page, Steps(person.name, page))
            if finding is not None:
                self._collector.add(finding)

    def _page(self, person: Person, path: str, answer: Answer, steps: Steps, pattern: str) -> None:
        """Look at a page: what is wrong with it, and where it leads."""
        self._note_names(answer)
        self._visits.note_links(pattern, answer)
        for variable in self._variables.take():
            self._missing.setdefault(variable, (steps, pattern))
        document = answer.document
        assert document is not None
        self._pages[pattern, person.name] += 1
        if self._pages[pattern, person.name] <= 2 and answer.is_own:
            for finding in judge.page_problems(answer, steps, pattern):
                self._collector.add(finding)
            self._budget(answer, steps, pattern)
            for model, key in listed_rows(answer.layers).items():
                self._listed.setdefault((pattern, model), (person, path, key))
        here = urlsplit(answer.url)
        at = here.path + (f"?{here.query}" if here.query else "")
        if answer.redirected:
            self._known.setdefault((person.name, at), answer.status)
        for link in links_of(document):
            if not self._is_foreign(person, path):
                self.access.note_link(urlsplit(link.path).path, person)
            self._add_visit(person, link.path, "link", link if answer.is_own else None, at)
        if answer.is_own:
            self._check_files(person, answer, at)
        if answer.templates and answer.templates[0].startswith("rest_framework/"):
            return  # an API, whose pages are a library's and send what scripts make of them
        self._add_forms(person, answer, at)
        for call in calls_of(document, django_fields(answer.layers)):
            self._submissions.add_call(person, call, answer, at)
        if answer.status == 200 and not here.query:
            self._add_queries(person, here.path)

    def _add_forms(self, person: Person, answer: Answer, at: str, trail: Trail = _NO_TRAIL) -> None:
        if answer.document is not None:
            for form in forms_of(answer.document, answer.layers):
                self._submissions.add(person, form, answer, at, trail)

    def _add_json(self, person: Person, path: str, answer: Answer, pattern: str) -> None:
        """Take what programs send to an API: to a view of REST framework, or one that answers with JSON."""
        route = self._routes.get(pattern)
        api = answer.headers.get("content-type", "").startswith("application/json")
        if route is not None and (api or hasattr(route.callback, "cls")):
            for call in json_calls(route, path):
                self._submissions.add_call(person, call, answer, path)

    # -- flows over several pages ------------------------------------------------------------------

    def _keep(self, person: Person, answer: Answer, trail: Trail) -> None:
        """Go on from the page that a form led to, with all that was done before."""
        if answer.document is None:
            return
        self._add_forms(person, answer, "", trail)
        start = pattern_of(urlsplit(trail.steps[0].path).path)
        for link in links_of(answer.document):
            pair = start, pattern_of(urlsplit(link.path).path)
            if pair not in self._kept and not self._skip(link.path):
                self._kept.add(pair)
                task = _Visit(person, link.path, "kept", trail=trail)
                self._frontier.add(Errand("kept", ("kept", pair[1]), 45, task, person.turn))

    def _visit_kept(self, errand: Errand) -> None:
        task: _Visit = errand.facts
        person, trail = task.person, task.trail
        answer = self._visits.get(person, task.path, before=trail.requests)
        pattern = pattern_of(answer.request.url.path)
        steps = Steps(person.name, task.path, before=trail.steps)
        if answer.status not in (0, 404, NOTHING_SENT):
            self._visited.add(pattern)
        for finding in judge.errors_of(answer, steps, pattern, errand.rank, self._texts):
            self._collector.add(finding)
        if answer.status == 200:
            on = Trail((*trail.steps, replace(steps, before=())), (*trail.requests, answer.request))
            self._add_forms(person, answer, "", on)

    def _is_foreign(self, person: Person, path: str) -> bool:
        owners = self._owners.get(path)
        return owners is not None and (person.user is None or person.user.pk not in owners) and bool(owners)

    def _note_names(self, answer: Answer) -> None:
        for context in answer.layers:
            for layer in context:
                self._given_names.update(name for name in layer if isinstance(name, str))

    def _add_queries(self, person: Person, path: str) -> None:
        pattern = pattern_of(path)
        if "<" in pattern or "(?P" in pattern or pattern in self._queried:
            return
        self._queried.add(pattern)
        for query in ("page=0", "page=9999", "page=abc"):
            self._add_visit(person, f"{path}?{query}", "query")
        if len(path) > 1:
            self._add_visit(person, path[:-1] if path.endswith("/") else f"{path}/", "slash")

    def _check_error_pages(self) -> None:
        """Have the site show its pages for errors, which few walks come to."""
        person = self._people[0]
        for status in (400, 403, 404, 500, "csrf"):
            with self._visits.undone():
                failures = failures_of_page(status)
            for error in failures[:1]:
                cause = cause_of(error)
                steps = Steps(person.name, "/", ending=(f"error_page({{who}}, {status!r})",))
                self._collector.add(
                    Finding("error-page", f"error-page: {cause.key}", cause.what, cause.place, f"error {status}",
                            steps, detail=cause.detail)
                )  # fmt: skip

    def _budget(self, answer: Answer, steps: Steps, pattern: str) -> None:
        most_seconds = self._bounds.page_seconds
        if most_seconds and answer.seconds > most_seconds:
            slow = (f"assert seconds({{who}}, {{visit}}) <= {most_seconds}",)
            what = f"{steps.path} takes {answer.seconds:.1f} s; the budget is {most_seconds} s"
            self._collector.add(
                Finding("slow", f"slow: {pattern}", what, "", pattern, replace(steps, ending=slow))
            )
        number, most = len(answer.queries), self._bounds.queries
        if number > most:
            ending = ("with queries() as ran:", "    {who}.visit({visit})", f"assert len(ran) <= {most}")
            what = f"{steps.path} needs {number} queries; the budget is {most}"
            self._collector.add(
                Finding("budget", f"budget: {pattern}", what, "", pattern, replace(steps, ending=ending))
            )

    def _check_files(self, person: Person, page: Answer, at: str) -> None:
        for link in resources_of(page.document) if page.document is not None else ():
            if link.path in self._checked:
                continue
            self._checked.add(link.path)
            found = self._files(urlsplit(link.path).path)
            if found is None:  # a view answers, if anything does
                answer = self._visits.get(person, link.path)
                found = answer.error is not None or answer.status not in (404, 410)
            if not found:
                built = link.tag == "img" or has_folder(link.path)
                self._collector.add(judge.resource_problem(link, at, Steps(person.name, at), built=built))

    # -- what only shows at the end ----------------------------------------------------------------

    def _replay(self) -> None:
        for accepted in self._submissions.accepted.values():
            if time.monotonic() >= self._ends:
                return
            replay(accepted, self._people, self._visits, self.access)

    def _find_growth(self) -> None:
        for (pattern, model), (person, path, like) in list(self._listed.items()):
            if time.monotonic() >= self._ends:
                return
            request = FetchRequest(parse_url(person.actor.context.base_url + path))
            with self._visits.undone():
                found = grown(partial(self._visits.follow, person, request), model, like)
            for growth in found[:1]:
                label = model._meta.label
                counts = f"{growth.before} with few, {growth.after} with ten more"
                what = f"{path} runs a query for each {model._meta.verbose_name}: {counts}"
                ending = (f"assert queries_per_row({{who}}, {label!r}, {{visit}}) < 0.5",)
                where = re.sub(r":.*|, line .*", "", growth.place) or pattern
                key = f"growth: {where} {growth.sql.partition('WHERE')[0][:200]}"
                self._collector.add(
                    Finding("growth", key, what, growth.place, pattern, Steps(person.name, path, ending=ending),
                            detail=(growth.sql[:300],))
                )  # fmt: skip

    def _report_variables(self) -> None:
        """Report the variables that no template was given anywhere: those of an optional part are given somewhere."""
        given = self._given_names | names_given() if self._missing else set()
        for variable, (steps, pattern) in self._missing.items():
            if variable.is_whole and variable.name.partition(".")[0] in given:
                continue
            self._collector.add(judge.variable_problem(variable, steps, pattern))
