"""Checks every page that a test gets, where that is switched on; what the test sees stays the same.

The pages of Django's admin and of browsable APIs are left out: they are a library's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Self
from urllib.parse import urlsplit

from django_journey._dom.tree.document import Document
from django_journey._explore.findings import page_checks
from django_journey._explore.findings.finding import Finding, Steps
from django_journey._explore.findings.query_log import QueryLog
from django_journey._explore.findings.variables import MissingVariables
from django_journey._explore.forms.links import links_of, resources_of
from django_journey._explore.site.addresses import answers, is_machinery_name
from django_journey._explore.site.own_files import SiteFiles, has_folder, names_given
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["NAMES", "PageWatch", "checked_names"]

#: The checks by the names that settings and marks have for them.
NAMES = (
    *("queries", "repeated-queries", "variable", "broken-link", "broken-image", "csrf"),
    *page_checks.CHECKS,
)
#: How often one request may run one statement.
_REPEATED = 10
_VALUES = re.compile(r"'[^']*'|\b\d+\b")


def checked_names(given: Collection[str]) -> frozenset[str]:
    """Return the checks that are meant; ``all`` is all of them.

    Raises:
        ConfigurationError: There is no such check.
    """
    names = [name.strip() for each in given for name in each.split(",")]
    for name in names:
        if name != "all" and name not in NAMES:
            raise ConfigurationError(
                Explanation(
                    f"there is no check {name!r}",
                    where='the setting JOURNEY["checks"], or a mark',
                    nearest=tuple(get_close_matches(name, NAMES, n=3, cutoff=0.4)) or NAMES,
                    instead='JOURNEY = {"checks": ["broken-link", "label"]}, or ["all"]',
                )
            )
    return frozenset(NAMES if "all" in names else names)


@dataclass(slots=True, eq=False)
class _Page:
    """One answer: its path, its URL pattern, its bytes if it is a page, and what its request did."""

    path: str
    pattern: str
    body: bytes
    statements: list[str]
    places: list[str]
    missing: list[Any]


class PageWatch:
    """Keeps the pages that the site answers with in this process while this is entered.

    Args:
        checks: The names of the checks.
        queries: How many queries a request may run.
    """

    def __init__(self, checks: Collection[str], queries: int) -> None:
        self.dropped = DroppedEvents()
        self._checks = checks
        self._queries = queries
        self._patches = Patches()
        self._pages: list[_Page] = []

    def __enter__(self) -> Self:
        from django.core.handlers.base import BaseHandler

        self._patches.wrap(BaseHandler, "get_response", self._get_response)
        return self

    def __exit__(self, *details: object) -> None:
        self._patches.remove()

    def _get_response(self, original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def get_response(handler: Any, request: Any) -> Any:
            with ExitStack() as stack:
                log = missing = None
                if {"queries", "repeated-queries"} & set(self._checks):
                    log = stack.enter_context(QueryLog(places="repeated-queries" in self._checks))
                if "variable" in self._checks:
                    missing = stack.enter_context(MissingVariables())
                response = original(handler, request)
            self._keep(request, response, log, missing)
            return response

        return get_response

    @guarded
    def _keep(self, request: Any, response: Any, log: QueryLog | None, missing: Any) -> None:
        match = getattr(request, "resolver_match", None)
        if match is None or is_machinery_name((*match.namespaces, *match.app_names)):
            return
        is_page = (
            response.status_code == 200
            and not response.streaming
            and not hasattr(response, "accepted_renderer")
            and "html" in response.headers.get("Content-Type", "")
        )
        self._pages.append(
            _Page(
                request.get_full_path(),
                match.route or "/",
                response.content if is_page else b"",
                log.statements if log is not None else [],
                log.places if log is not None else [],
                missing.take() if missing is not None else [],
            )
        )

    def findings(self) -> list[Finding]:
        """Check the pages, and return what is wrong with them, each cause once."""
        found: dict[str, Finding] = {}
        seen = set()
        for page in self._pages:
            for finding in self._of_request(page):
                found.setdefault(finding.key, finding)
            if page.body and (page.pattern, page.body) not in seen:
                seen.add((page.pattern, page.body))
                document = Document(page.body, url=f"http://testserver{page.path}")
                for kind, line in self._of_document(document):
                    found.setdefault(f"{kind}: {line}", _finding(kind, line, page))
        return list(found.values())

    def _of_request(self, page: _Page) -> Iterator[Finding]:
        number = len(page.statements)
        if "queries" in self._checks and number > self._queries:
            what = f"{number} queries; the budget is {self._queries}"
            yield _finding("budget", what, page, key=f"budget: {page.pattern}")
        shapes = [_VALUES.sub("?", sql) for sql in page.statements]
        for sql, times in Counter(shapes).items() if page.places else ():
            if times >= _REPEATED:
                place = page.places[shapes.index(sql)]
                key = f"repeated-queries: {re.sub(r':.*|, line .*', '', place) or page.pattern} {sql[:200]}"
                yield _finding("repeated-queries", f"{times} times {sql[:200]}", page, key=key, place=place)
        given = names_given() if page.missing else frozenset()
        for variable in page.missing:
            if not (variable.is_whole and variable.name.partition(".")[0] in given):
                yield _finding(
                    "variable", str(variable), page, key=f"variable: {variable.template} {variable.name}"
                )

    def _of_document(self, document: Document) -> Iterator[tuple[str, str]]:
        """Yield the kind and the line of each problem of a page."""
        for kind in page_checks.CHECKS:
            if kind in self._checks:
                yield from ((kind, line) for line in page_checks.problems(document, kind))
        if "csrf" in self._checks:
            yield from (("csrf", line) for line in page_checks.forms_without_token(document, answers))
        files = SiteFiles(made_up=True)
        for link in links_of(document) if "broken-link" in self._checks else ():
            path = urlsplit(link.path).path
            if answers(path) is None and not files(path):
                yield "broken-link", f"no URL pattern answers {path}"
        for link in resources_of(document) if "broken-image" in self._checks else ():
            path = urlsplit(link.path).path
            if files(path) is False and has_folder(path):
                yield "broken-image", f"{path} is not there"


def _finding(kind: str, what: str, page: _Page, *, key: str = "", place: str = "") -> Finding:
    return Finding(kind, key or f"{kind}: {what}", what, place, page.pattern, Steps("", page.path))
