"""What scripts of a page send: htmx attributes, links with another method, and JSON for an API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django_journey._dom.forms.body_encoding import FormEntry, urlencoded
from django_journey._dom.forms.submission import entries_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select
from django_journey._explore.forms.links import path_of
from django_journey._explore.forms.mistakes import RARE
from django_journey._explore.forms.page_form import PageForm
from django_journey._explore.forms.values import fill_in
from django_journey._routes.fake_values import FakeValues
from django_journey._routes.recipes import sample
from django_journey._routes.url_names import UrlRoute
from django_journey._routes.view_inputs import guess

__all__ = ["ScriptCall", "calls_of", "json_calls"]

_METHODS = ("post", "put", "patch", "delete")
#: What fields of an API are given, beside what fits.
_WRONG: tuple[tuple[Any, int], ...] = (
    *((None, 10), ("", 12), ("x" * 5000, 18), ([], 20), (-1, 22)),
    (99999999999999999999, 24),
)


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """A request that a script sends.

    Args:
        method: Its method.
        path: Its path with its query.
        form: The fields that it sends.
        data: The JSON that it sends instead.
        rank: How seldom it is sent.
    """

    method: str
    path: str
    form: tuple[tuple[str, str], ...] = ()
    data: str = ""
    rank: int = 5

    @property
    def body(self) -> tuple[str | None, bytes]:
        """The content type and the body."""
        if self.data:
            return "application/json", self.data.encode()
        entries = [FormEntry(name, value) for name, value in self.form]
        return "application/x-www-form-urlencoded", urlencoded(entries).encode()


def calls_of(document: Document, fields: Mapping[str, Any]) -> Iterator[ScriptCall]:
    """Yield what the elements of a page send by a script, as it is and with each field empty or missing.

    Args:
        document: The page.
        fields: Django's form fields by the names of their controls.
    """
    for method in _METHODS:
        for el in select(document, f"[hx-{method}], [data-hx-{method}]"):
            written = el.attr(f"hx-{method}") or el.attr(f"data-hx-{method}") or ""
            yield from _varied(
                ScriptCall(method.upper(), path_of(document, written), _fields(document, el, fields))
            )
    for el in select(document, "a[data-method]"):
        method = (el.attr("data-method") or "").lower()
        if method in _METHODS:
            yield from _varied(ScriptCall(method.upper(), path_of(document, el.attr("href") or "")))


def json_calls(route: UrlRoute, path: str) -> Iterator[ScriptCall]:
    """Yield what a program sends to an API: what fits, each field wrong or missing, and no JSON at all.

    Args:
        route: The URL pattern.
        path: The path.
    """
    for method in ("POST", "PUT", "PATCH"):
        if method not in route.methods:
            continue
        values = _guessed(route, method)
        call = ScriptCall(method, path)
        yield replace(call, data=json.dumps(values))
        for name in values:
            for wrong, rank in _WRONG:
                yield replace(call, data=json.dumps({**values, name: wrong}), rank=rank)
        for text, rank in (("{}", 8), ("[]", 30), ('"text"', 32), ("null", 34), ("{", RARE)):
            yield replace(call, data=text, rank=rank)


def _guessed(route: UrlRoute, method: str) -> dict[str, Any]:
    try:
        generator = FakeValues(1, who="explore")
        found = {name: sample(source, generator) for name, source in guess(route, method).fields.items()}
        return dict(json.loads(json.dumps(found, default=str)))
    except Exception:  # what a serializer needs can't always be made up
        return {}


def _varied(call: ScriptCall) -> Iterator[ScriptCall]:
    if not call.path:
        return
    yield call
    for name, _ in call.form if call.method == "POST" else ():
        if name != "csrfmiddlewaretoken":
            others = tuple(pair for pair in call.form if pair[0] != name)
            yield replace(call, form=(*others, (name, "")), rank=10)
            yield replace(call, form=others, rank=12)


def _fields(document: Document, el: Any, fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what htmx sends with an element: its form, its own value, and the values that it names."""
    form = el.closest("form")
    found: list[tuple[str, str]] = []
    if form is not None:
        fill_in(PageForm(document, form, 0, fields))
        found += [(entry.name, entry.text) for entry in entries_of(document, form)]
    elif el.attr("name"):
        found.append((el.attr("name"), el.attr("value") or ""))
    try:
        named = json.loads(el.attr("hx-vals") or "{}")
    except ValueError:
        named = {}
    return (*found, *((str(name), str(value)) for name, value in named.items()))
