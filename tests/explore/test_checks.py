"""Checks of every page that a test gets: each finds its own mistake, and the pages stay as they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Origin, Template, engines
from django.template.context import Context
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from django_journey._explore.checks import NAMES, PageWatch, checked_names
from django_journey._explore.findings.cause import project_roots
from django_journey.errors import ConfigurationError

HEAD = "<!doctype html><title>Page</title>"
WRONG = {
    "queries": "<p>asks",
    "repeated-queries": "<p>asks",
    "variable": "{{ zebra_of_no_view.name }}",
    "broken-link": '<a href="/nowhere/">Nowhere</a>',
    "broken-image": '<img src="/static/no-such.png" alt="">',
    "csrf": '<form method="post" action="/right/"><button>Go</button></form>',
    "nested-form": '<form action="/a/"><p><form action="/b/"></form></form>',
    "label": '<label for="x">A</label><input id="x" name="a"><label for="x">B</label><input id="x" name="b">',
    "duplicate-id": '<p id="p"></p><p id="p"></p>',
    "alt": '<img src="/photo.jpg">',
    "unnamed": '<form><input name="q"></form>',
    "mixed": '<script src="http://cdn.example.com/x.js"></script>',
}
RIGHT = """<a href="/right/">Right</a> <a href="/right">too</a> <a href="https://example.com/">out</a>
<form method="post" action="/exempt/"><label>Q <input name="q"></label></form>
<form method="post" hx-post="/right/"><button>Go</button></form>
<form method="get"><button>Go</button></form>{{ user.username }}{% if nothing %}x{% endif %}"""


def show(body: str) -> HttpResponse:
    name = f"{project_roots()[0]}checked.html"
    template = Template(HEAD + body, origin=Origin(name, "checked.html"), engine=engines["django"].engine)  # type: ignore[attr-defined]
    return HttpResponse(template.render(Context({"user": get_user_model()(username="ada")})))


def wrong(request: HttpRequest, kind: str) -> HttpResponse:
    if WRONG[kind].endswith("asks"):
        for number in range(12):
            get_user_model().objects.filter(pk=number).exists()
    return show(WRONG[kind])


urlpatterns = [
    path("", lambda request: show("")),
    path("right/", lambda request: show(RIGHT)),
    path("exempt/", csrf_exempt(lambda request: show(""))),
    path("json/", lambda request: JsonResponse({"form": "<form><form>"})),
    path("wrong/<kind>/", wrong),
]


@pytest.fixture(autouse=True)
def _site(db: None) -> Any:
    with override_settings(ROOT_URLCONF=__name__):
        yield


def found_at(url: str, checks: Any = NAMES) -> dict[str, str]:
    client = Client()
    before = client.get(url).content
    with PageWatch(checks, 10) as watch:
        assert client.get(url).content == before
        assert client.get(url).content == before
    assert watch.dropped.count == 0
    return {finding.key.partition(":")[0]: finding.what for finding in watch.findings()}


@pytest.mark.parametrize("kind", NAMES)
def test_each_check_finds_its_mistake_once(kind: str) -> None:
    (what,) = found_at(f"/wrong/{kind}/", [kind]).values()
    assert what


def test_a_page_that_is_right_gives_nothing() -> None:
    assert found_at("/right/") == {}
    assert found_at("/json/") == {}


def test_a_query_that_is_repeated_is_found_at_its_line() -> None:
    with PageWatch(["repeated-queries"], 10) as watch:
        Client().get("/wrong/queries/")
    (finding,) = watch.findings()
    assert finding.what.startswith("12 times SELECT")
    assert "test_checks.py" in finding.place


def test_a_check_that_does_not_exist_is_named_with_the_nearest() -> None:
    assert checked_names(["all"]) == frozenset(NAMES)
    with pytest.raises(ConfigurationError, match="broken-link"):
        checked_names(["broken-links"])
