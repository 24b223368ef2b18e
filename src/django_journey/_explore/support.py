"""What the stories of findings use beside the verbs: the data of the walk, and what should hold on a page."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django_journey._dom.tree.urls import Url, parse_url
from django_journey._explore.findings import page_checks
from django_journey._explore.findings.query_log import QueryLog
from django_journey._explore.findings.variables import MissingVariables
from django_journey._explore.forms.calls import ScriptCall
from django_journey._explore.forms.page_form import PageForm, django_forms, forms_of
from django_journey._explore.growth import MORE, grown, listed_rows
from django_journey._explore.settings import Settings
from django_journey._explore.site.error_pages import failures_of_page
from django_journey._explore.site.people import made_people, named_people
from django_journey._explore.site.rows import Made, make_rows, same_uuids
from django_journey._pages.http.cookies import CookieJar
from django_journey._pages.http.fetch import FetchRequest
from django_journey._pages.navigation.navigate import follow
from django_journey._pages.navigation.page_protocol import Destination
from django_journey.errors import ConfigurationError, Explanation

__all__ = [
    "CURRENT",
    "call_request",
    "error_page",
    "missing_variables",
    "prepared",
    "problems",
    "queries",
    "queries_per_row",
    "script_request",
    "seconds",
    "send_form",
    "site_data",
    "unshown_errors",
]

#: The people of the walk that runs a story, which must not make them once more.
CURRENT: ContextVar[Mapping[str, Any] | None] = ContextVar("django_journey_explore_people", default=None)


def site_data(*names: str) -> dict[str, Any]:
    """Make the people and rows that a walk of ``manage.py journey explore`` has.

    Args:
        names: The user names that were given with ``--as``.

    Returns:
        The users by their roles.

    Raises:
        ConfigurationError: ``JOURNEY["explore"]["setup"]`` can't be used, or there is no such user.
        MissingExtra: Rows are to be made, and model_bakery is not installed.
    """
    return dict(CURRENT.get() or prepared(names)[0])


def prepared(names: Sequence[str]) -> tuple[dict[str, Any], Made]:
    """Make the people and rows; return the users by their roles, and what was made up.

    Raises:
        ConfigurationError, MissingExtra: As ``site_data``.
    """
    setup = Settings.load().setup
    people: dict[str, Any] = {}
    with same_uuids():
        if setup:
            made = _imported(setup)()
            people = {str(role): user for role, user in made.items()} if isinstance(made, Mapping) else {}
        if names:
            return named_people(names), Made()
        if not people:
            people = made_people()
        return people, Made() if setup else make_rows(people)


def problems(actor: Any, kind: str) -> list[str]:
    """Return what is wrong with the page that an actor sees.

    Args:
        actor: The actor.
        kind: ``nested-form``, ``label``, ``alt``, ``unnamed`` or ``mixed``.
    """
    return page_checks.problems(actor.page.document, kind)


@contextmanager
def missing_variables() -> Iterator[list[str]]:
    """Note the variables that the project's templates write out and that do not exist.

    Yields:
        A list that is filled when the block ends, with one line for each.
    """
    lines: list[str] = []
    with MissingVariables() as variables:
        yield lines
    lines += [str(variable) for variable in variables.take()]


@contextmanager
def queries() -> Iterator[list[str]]:
    """Note the SQL statements that are run while this is open.

    Yields:
        A list, which grows.
    """
    with QueryLog() as log:
        yield log.statements


def queries_per_row(actor: Any, model: str, /, *target: Any, **arguments: Any) -> float:
    """Return how many more queries a page needs for each row more.

    Args:
        actor: Who visits it.
        model: The model of which rows are added, as ``app_label.ModelName``.
        target: What ``actor.visit`` takes.
        arguments: What ``actor.visit`` takes by name.
    """
    from django.apps import apps

    kind = apps.get_model(model)
    actor.visit(*target, **arguments)
    like = listed_rows(actor.response._given.layers).get(kind)
    if like is None:
        return 0.0
    found = grown(lambda: actor.visit(*target, **arguments), kind, like)
    return sum(each.after - each.before for each in found) / MORE


def unshown_errors(actor: Any) -> list[str]:
    """Return the fields that the forms of a page refuse, and that the page does not show."""
    layers = actor.response._given.layers
    shown = {el.attr("name") for form in forms_of(actor.page.document, layers) for el in form.typed_controls}
    return [name for name in refused_fields(layers) if name not in shown]


def refused_fields(layers: Any) -> list[str]:
    """Return the names of the controls that the forms of templates refuse."""
    names: list[str] = []
    for form in django_forms(layers):
        if form.is_bound and isinstance(form._errors, dict):
            names += [form.add_prefix(name) for name in form._errors if name in form.fields]
    return list(dict.fromkeys(names))


def send_form(actor: Any, form: Any, changes: Mapping[str, str | None], *, times: int = 1) -> None:
    """Send a form as it is filled in, with other values, as a page that is out of date or a program does.

    Args:
        actor: Whose page it is.
        form: A locator of the form.
        changes: The values by the names of their fields; ``None`` leaves one out.
        times: How often it is sent; a double click sends it twice.

    Raises:
        ConfigurationError: It is no form, or sends nothing.
    """
    page = actor.page
    element = form._one("send_form") if hasattr(form, "_one") else None
    found = PageForm(page.document, element, 0, {})
    sent = found.submission(next(iter(found.buttons), None)) if element is not None else None
    if sent is None:
        raise ConfigurationError(
            Explanation(
                "there is no form to be sent", where=page.url, instead="a locator of a form on a page"
            )
        )
    sent = found.changed(sent, changes.items())
    for _ in range(times):
        follow(page, Destination(parse_url(sent.url), sent.method, sent.body, sent.content_type, sent.target))


def script_request(
    actor: Any, method: str, path: str, *, form: Mapping[str, str] | None = None, data: str = ""
) -> int:
    """Send what a script of a page sends: with the CSRF token of its cookie, and the headers of htmx.

    Args:
        actor: Whose page it is.
        method: The method.
        path: The path with its query.
        form: The fields of a URL-encoded body.
        data: JSON, which is sent instead.

    Returns:
        The status of the answer; what a view raises is raised.
    """
    fetcher, base = actor.context.fetcher, actor.context.base_url
    call = ScriptCall(method, path, tuple((form or {}).items()), data)
    result = fetcher.follow(call_request(call, fetcher.jar, base))
    if result.raised is not None:
        raise result.raised
    return int(result.response.status)


def call_request(call: ScriptCall, jar: CookieJar, base: str, source: Url | None = None) -> FetchRequest:
    """Return the request of a call, and give the jar a CSRF token where it has none."""
    from django.conf import settings

    name = settings.CSRF_COOKIE_NAME
    token = next((cookie.value for cookie in jar.all([base]) if cookie.name == name), "")
    if not token:
        token = "explore".ljust(32, "0")
        jar.add({"name": name, "value": token, "url": f"{base}/"})
    header = settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-").title()
    kind, body = call.body
    headers = ((header, token), *(() if call.data else (("HX-Request", "true"),)))
    own = parse_url(base)
    return FetchRequest(
        parse_url(call.path, own), call.method, body, kind, source=source or own, script_headers=headers
    )


def seconds(actor: Any, *target: Any, **arguments: Any) -> float:
    """Return how long a page takes: the shortest of three visits, in seconds.

    Args:
        actor: Who visits it.
        target: What ``actor.visit`` takes.
        arguments: What ``actor.visit`` takes by name.
    """
    times = []
    for _ in range(3):
        began = time.perf_counter()
        actor.visit(*target, **arguments)
        times.append(time.perf_counter() - began)
    return min(times)


def error_page(actor: Any, status: int | str) -> None:
    """Have the site show its own page for an error to an actor; what its template or handler raises is raised.

    Args:
        actor: Who gets it.
        status: 400, 403, 404 or 500; or ``"csrf"`` for the page of a request that Django's CSRF check refuses.
    """
    cookies = actor.context.fetcher.jar.header(parse_url(actor.context.base_url))
    for error in failures_of_page(status, cookies):
        raise error


def _imported(path: str) -> Any:
    from django.utils.module_loading import import_string

    try:
        return import_string(path)
    except ImportError as error:
        raise ConfigurationError(
            Explanation(
                f"the function {path!r} can't be imported: {error}",
                where='JOURNEY["explore"]["setup"]',
                instead='the dotted path of a function: "tests.factories.world"',
            )
        ) from error
