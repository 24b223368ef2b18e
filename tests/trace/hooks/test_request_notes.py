"""What a request had and did in detail is written if its test fails, with every secret masked."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.test import Client
from django.urls import path

from django_journey._trace.record import run_id
from django_journey._trace.record.events import Details
from django_journey._trace.record.recorder import step
from django_journey._trace.secrets.mask_text import MASK
from django_journey._trace.tracing import Tracing
from tests.trace.conftest import Traced

LINE = __file__.rpartition("tests/")[2]
SECRET = "Xy7-kPq2-vv91"


def api(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        {"got": json.loads(request.body), "api_key": SECRET, "total": 12}, headers={"X-Stock": "3"}
    )


def cart(request: HttpRequest) -> HttpResponse:
    request.session["cart"] = [*request.session.get("cart", []), 7]
    request.session["access_token"] = SECRET
    if "clear" in request.GET:
        del request.session["cart"]
    return HttpResponse("ok", headers={"Authorization": SECRET})


def names(request: HttpRequest) -> HttpResponse:
    User = get_user_model()  # noqa: N806 - a class
    for name in ("ada", "bob", "eve"):
        User.objects.filter(username=name).exists()
    made = User.objects.create(username="cyd", password=SECRET)
    User.objects.filter(password__in=["no-such", SECRET]).update(first_name="Cy")
    User.objects.bulk_update([User(pk=made.pk, password=SECRET + "2")], ["password"])
    return HttpResponse("ok")


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "page.html", {"title": "Hello", "stock": {"a": 1}})


def upload(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.FILES)))


urlpatterns = [path(f"{view.__name__}/", view) for view in (api, cart, names, page, upload)]


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
    loader = (
        "django.template.loaders.locmem.Loader",
        {"page.html": "{% for each in stock %}{{ each }}{% endfor %}"},
    )
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": [loader]}}
    ]


@pytest.fixture
def details(traced: Traced) -> Callable[..., list[Details]]:
    def fail(outcome: str = "failed") -> list[Details]:
        traced.tracing.end(traced.scope, outcome)
        assert SECRET not in traced.text()
        assert traced.tracing.dropped.count == 0, traced.tracing.dropped.first
        return [event for event in traced.events() if isinstance(event, Details)]

    return fail


def test_headers_and_bodies_of_an_api_call(client: Client, details: Callable[..., list[Details]]) -> None:
    client.post(
        "/api/",
        json.dumps({"amount": 3, "password": SECRET, "pin": 4815}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {SECRET}", "X-Shop": "north", "Cookie": f"sessionid={SECRET}"},
    )
    (found,) = details()
    assert found.headers == {
        "Authorization": MASK,
        "X-Shop": "north",
        "Cookie": MASK,
        "Content-Type": "application/json",
    }
    assert json.loads(found.sent) == {"amount": 3, "password": MASK, "pin": MASK}
    assert json.loads(found.answered) == {
        "got": {"amount": 3, "password": MASK, "pin": MASK},
        "api_key": MASK,
        "total": 12,
    }
    assert found.answer_headers["X-Stock"] == "3"


def test_what_changed_in_the_session(db: None, client: Client, details: Callable[..., list[Details]]) -> None:
    for url in ("/cart/", "/cart/", "/cart/?clear"):
        client.get(url)
    first, second, third = details()
    assert first.session == ("cart = [7]", f"access_token = {MASK}")
    assert second.session == ("cart: [7] → [7, 7]",)
    assert third.session == ("cart removed",)
    assert first.answer_headers["Authorization"] == MASK


def test_sql_has_the_projects_line_and_values_and_what_was_written(
    db: None, client: Client, details: Callable[..., list[Details]]
) -> None:
    client.get("/names/")
    (found,) = details()
    source, start = inspect.getsourcelines(names)
    lines = [start + number for number, line in enumerate(source) if "objects" in line or "bulk" in line]
    read = found.statements[0]
    assert [place.rpartition("tests/")[2] for place in read.places] == [f"{LINE}:{lines[0]} (3 times)"]
    assert [values.rpartition("username = ")[2].partition(",")[0] for values in read.values] == [
        "ada",
        "bob",
        "eve",
    ]
    made, changed, set_again = found.rows
    label = get_user_model()._meta.label
    assert made.startswith(f"{label}: 1 inserted: password = {MASK}, ")
    assert "username = cyd" in made
    assert changed == f"{label}: 1 changed: first_name = Cy, password = {MASK}, password = {MASK}"
    assert set_again.startswith(f"{label}: 1 changed: id = ")
    assert f"password = {MASK}" in set_again


def test_sql_outside_of_requests_belongs_to_its_step(db: None, details: Callable[..., list[Details]]) -> None:
    with step("make", "an old session"):
        Session.objects.filter(session_key=SECRET).delete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT %(token)s", {"token": SECRET})
    (found,) = details()
    assert (found.request, found.step) == (0, 1)
    assert [values for each in found.statements for values in each.values] == [
        f"session_key = {MASK}",
        f"token = {MASK}",
    ]


def test_names_of_the_context_and_uploaded_files(
    client: Client, details: Callable[..., list[Details]]
) -> None:
    client.get("/page/")
    client.post("/upload/", {"picture": SimpleUploadedFile("cat.png", b"12345")})
    shown, sent = details()
    assert {"title: str", "stock: dict"} <= set(shown.context)
    assert sent.files == ("picture: cat.png (5 bytes)",)
    assert sent.sent == ""


def test_a_long_text_is_masked_before_it_is_cut(
    client: Client, details: Callable[..., list[Details]]
) -> None:
    text = "x" * 3_995 + f" token={SECRET} " + "y" * 9_000
    client.post("/api/", json.dumps({"a": 1}), content_type="application/json", headers={"X-Long": text})
    (found,) = details()
    assert SECRET[:4] not in found.headers["X-Long"]
    assert len(found.headers["X-Long"]) < 1_000


@pytest.mark.parametrize(
    ("record", "outcome", "written"),
    [
        *(("failures", "passed", False), ("failures", "error", True), ("full", "passed", True)),
        *(("lean", "failed", False), ("full", "skipped", True)),
    ],
)
def test_of_which_tests_details_are_written(
    client: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, record: Any, outcome: str, written: bool
) -> None:
    monkeypatch.delenv(run_id.VARIABLE, raising=False)
    tracing = Tracing(run_id.begin(tmp_path / "report"), runner="pytest", record=record)
    scope = tracing.begin("a-test", name="a-test")
    try:
        with tracing.entered(scope):
            client.get("/page/")
        tracing.end(scope, outcome, output=[("Captured log call", f"password={SECRET}\nlow stock")])
    finally:
        tracing.close()
    kinds = [event.kind for event in Traced(tracing, scope).events()]
    assert ("details" in kinds) is written
    assert ("noted" in kinds) is written
    assert scope.details is None
    text = Traced(tracing, scope).text()
    assert ("low stock" in text) is written
    assert SECRET not in text
