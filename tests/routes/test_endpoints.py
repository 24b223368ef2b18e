"""A1: endpoint factories: one method per endpoint, made-up defaults, readable refusals."""

from __future__ import annotations

import datetime
import decimal
import json
import random
import uuid
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path
from rest_framework.test import APIClient

from django_journey._routes.endpoints import Endpoints, delete, endpoint, fake, get, needed, patch, post, put
from django_journey._trace.record.events import Event, Noted, StepFinished, StepStarted, StoredSnapshot
from django_journey._trace.record.recorder import PageSnapshot, Recorder
from django_journey.errors import ExpectationError, StoryError


def echo(request: HttpRequest, **kwargs: Any) -> JsonResponse:
    """Answer with what arrived."""
    kind = request.content_type or ""
    return JsonResponse(
        {
            "method": request.method,
            "path": request.get_full_path(),
            "kwargs": {name: str(value) for name, value in kwargs.items()},
            "type": kind,
            "json": json.loads(request.body) if kind == "application/json" else None,
            "form": dict(request.POST.lists()),
            "files": {
                name: [file.name, file.content_type, file.size] for name, file in request.FILES.items()
            },
            "agent": request.headers.get("User-Agent", ""),
            "extra": request.headers.get("X-Extra", ""),
            "token": request.headers.get("X-Csrftoken", ""),
        },
        status=int(request.headers.get("X-Answer", 200)),
    )


def refuse(request: HttpRequest, **kwargs: Any) -> JsonResponse:
    return JsonResponse(
        {"errors": {"birthday": ["Enter a valid date."], "name": ["Too long.", "Odd."]}}, status=400
    )


def moved(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/page/")


def page(request: HttpRequest) -> HttpResponse:
    get_token(request)
    return HttpResponse("<html><head><title>Front end</title></head><body><h1>Hello</h1></body></html>")


urlpatterns = [
    path("rooms/<int:room_pk>/students/", echo, name="students"),
    path("rooms/<int:room_pk>/students/<int:pk>/", echo, name="student"),
    path("articles/", echo, name="articles"),
    path("articles/<slug:slug>/", echo, name="articles"),
    path("refuse/", refuse, name="refuse"),
    path("moved/", moved, name="moved"),
    path("page/", page, name="page"),
]

pytestmark = pytest.mark.urls(__name__)


class SchoolApi(Endpoints):
    headers = {"User-Agent": "SchoolApp/2"}

    create_student = post(
        "students",
        json={"first_name": fake.first_name, "last_name": fake.last_name, "role": "pupil", "born": needed},
        optional=("nickname",),
    )
    list_students = get("students", query={"page": None, "order": "name"}, optional=("search",))
    replace_student = put("student", json={"pk": 0, "role": "pupil"})
    change_student = patch(
        "student", form={"role": "pupil", "active": True, "tags": ["a", "b"], "note": None}
    )
    remove_student = delete("student", headers={"X-Extra": "sure"})
    upload = post(
        "students",
        multipart={"photo": {"name": "me.png", "mimeType": "image/png", "buffer": b"PNG"}, "title": "Me"},
    )
    articles = get("articles")
    refused = post("refuse", json={"name": fake.name})
    moved = post("moved", form={})
    bulk = post("students", json=[{"first_name": fake.first_name}, {"first_name": "B"}])
    options = endpoint("OPTIONS", "students")


BORN = datetime.date(2005, 4, 1)


@pytest.fixture
def api() -> SchoolApi:
    return SchoolApi(Client(), room_pk=3, seed=5)


def test_a1_a_call_names_only_what_matters(api: SchoolApi) -> None:
    """A1: a call names only what matters."""
    sent = api.create_student(first_name="smartie", born=BORN).json()
    assert sent["method"] == "POST"
    assert sent["path"] == "/rooms/3/students/"
    assert sent["json"]["first_name"] == "smartie"
    assert sent["json"]["role"] == "pupil"
    assert sent["json"]["last_name"].isalpha()
    assert sent["json"]["born"] == "2005-04-01"
    assert "nickname" not in sent["json"]
    assert sent["agent"] == "SchoolApp/2"


def test_a1_every_method_and_kind_of_body(api: SchoolApi) -> None:
    """A1: every method and kind of body."""
    assert api.replace_student(pk=7, role="tutor").json()["json"] == {"pk": 7, "role": "tutor"}
    changed = api.change_student(pk=7, role="tutor").json()
    assert (changed["method"], changed["type"]) == ("PATCH", "application/x-www-form-urlencoded")
    removed = api.remove_student(pk=7).json()
    assert (removed["method"], removed["path"], removed["extra"]) == (
        "DELETE",
        "/rooms/3/students/7/",
        "sure",
    )
    assert api.options().json()["method"] == "OPTIONS"
    assert [student["first_name"] for student in api.bulk().json()["json"]][1] == "B"


def test_a1_forms_are_encoded_as_a_browser_would() -> None:
    """A1: forms are encoded as a browser would."""

    class Api(Endpoints):
        send = post(
            "students",
            form={
                "role": "a&b",
                "active": True,
                "off": False,
                "tags": ["x", "y"],
                "none": None,
                "born": BORN,
            },
        )

    sent = Api(Client(), room_pk=1).send().json()
    assert sent["form"] == {"role": ["a&b"], "active": ["on"], "tags": ["x", "y"], "born": ["2005-04-01"]}


def test_a1_files_go_as_multipart(api: SchoolApi, tmp_path) -> None:
    """A1: files go as multipart."""
    sent = api.upload().json()
    assert sent["files"] == {"photo": ["me.png", "image/png", 3]}
    assert sent["form"] == {"title": ["Me"]}
    file = tmp_path / "other.jpg"
    file.write_bytes(b"JPEG")
    assert api.upload(photo=file).json()["files"] == {"photo": ["other.jpg", "image/jpeg", 4]}


def test_a1_query_strings_and_headers(api: SchoolApi) -> None:
    """A1: query strings and headers."""
    assert api.list_students().json()["path"] == "/rooms/3/students/?order=name"
    assert (
        api.list_students(page=2, search="ä b").json()["path"]
        == "/rooms/3/students/?page=2&order=name&search=%C3%A4+b"
    )
    assert api.list_students(query={"x": [1, 2]}).json()["path"].endswith("?order=name&x=1&x=2")
    assert api.list_students(headers={"User-Agent": "Other"}).json()["agent"] == "Other"
    assert (
        SchoolApi(Client(), room_pk=1, headers={"User-Agent": "Mine"}).list_students().json()["agent"]
        == "Mine"
    )


def test_url_arguments_by_name_in_order_and_of_a_model() -> None:
    from django.contrib.auth.models import Group

    api = SchoolApi(Client())
    assert api.remove_student(3, 7).json()["kwargs"] == {"room_pk": "3", "pk": "7"}
    assert api.remove_student(7, room_pk=3).json()["kwargs"] == {"room_pk": "3", "pk": "7"}
    group = Group(pk=9, name="nine")
    assert api.remove_student(room_pk=3, pk=group).json()["kwargs"]["pk"] == "9"
    with pytest.raises(StoryError, match="has nothing for the URL's argument 'room_pk'"):
        api.remove_student(room_pk=group, pk=1)
    with pytest.raises(StoryError, match="3 arguments in order, and its URL has 2 open"):
        api.remove_student(1, 2, 3)


def test_of_several_urls_of_a_name_the_one_that_fits_is_taken(api: SchoolApi) -> None:
    assert api.articles().json()["path"] == "/articles/"
    assert api.articles(slug="x").json()["path"] == "/articles/x/"
    assert api.articles("y").json()["path"] == "/articles/y/"


def test_dates_numbers_and_ids_are_written_as_django_does(api: SchoolApi) -> None:
    key = uuid.UUID(int=5)
    sent = api.create_student(body={"a": decimal.Decimal("1.50"), "b": key, "c": BORN}).json()
    assert sent["json"] == {"a": "1.50", "b": str(key), "c": "2005-04-01"}


def test_the_same_seed_generates_the_same_and_no_seed_follows_the_tests_own() -> None:
    """A2: generated data comes from a seed, so that a failure can be repeated."""

    def names(**options: Any) -> list[str]:
        api = SchoolApi(Client(), room_pk=1, **options)
        return [api.create_student(born=BORN).json()["json"]["last_name"] for _ in range(6)]

    assert names(seed=1) == names(seed=1) != names(seed=2)
    random.seed(99)
    first, second = names(), names()
    assert first != second, "two callers in one test are two people"
    random.seed(99)
    assert [names(), names()] == [first, second]


def test_functions_and_recipes_with_options_are_cooked_for_each_call() -> None:
    counter = iter(range(100))

    class Api(Endpoints):
        send = post(
            "students",
            json={
                "number": lambda: next(counter),
                "born": fake.date_of_birth(minimum_age=20, maximum_age=20),
                "in": {"deep": [fake.city]},
            },
        )

    api = Api(Client(), room_pk=1, seed=4)
    one, two = api.send().json()["json"], api.send().json()["json"]
    assert [one["number"], two["number"]] == [0, 1]
    age = (datetime.date.today() - datetime.date.fromisoformat(one["born"])).days / 365.25
    assert 20 <= age < 21.01
    assert one["in"]["deep"][0]


def test_a_keyword_that_belongs_nowhere_is_refused_with_those_that_do(api: SchoolApi) -> None:
    with pytest.raises(StoryError) as caught:
        api.create_student(firstname="x", born=BORN)
    explanation = caught.value.explanation
    assert explanation.sought == "create_student takes no 'firstname'"
    assert explanation.nearest == ("room_pk", "first_name", "last_name", "role", "born", "nickname")
    with pytest.raises(StoryError, match="remove_student takes no 'role'"):
        api.remove_student(pk=1, role="x")


def test_what_cannot_be_generated_must_be_said(api: SchoolApi) -> None:
    with pytest.raises(StoryError) as caught:
        api.create_student()
    assert caught.value.explanation.instead == "create_student(born=…)"


def test_a_missing_url_argument_and_an_unknown_url_are_named() -> None:
    class Api(Endpoints):
        nowhere = get("student-list")
        student = get("student")

    with pytest.raises(StoryError, match="no URL is named 'student-list'"):
        Api(Client()).nowhere()
    with pytest.raises(StoryError, match=r"wants room_pk \(int\)"):
        Api(Client()).student(pk=3)


def test_a_provider_that_faker_lacks_is_named_with_the_nearest() -> None:
    class Api(Endpoints):
        send = post("students", json={"name": fake.frist_name})

    with pytest.raises(StoryError) as caught:
        Api(Client(), room_pk=1).send()
    assert "fake.first_name" in caught.value.explanation.nearest


def test_a_wrong_status_shows_the_answer_and_the_seed(api: SchoolApi) -> None:
    with pytest.raises(ExpectationError) as caught:
        api.refused()
    explanation = caught.value.explanation
    assert explanation.sought == "refused is answered with a status below 400"
    assert explanation.where == "POST /refuse/"
    assert explanation.nearest == (
        "400 Bad Request",
        "errors.birthday: Enter a valid date.",
        "errors.name: Too long., Odd.",
    )
    assert "seed=5" in explanation.instead


def test_a_status_that_is_expected_is_no_error(api: SchoolApi) -> None:
    assert api.refused(expect=400).status_code == 400
    assert api.refused(expect=(400, 409)).status_code == 400
    with pytest.raises(ExpectationError, match="answered with 201"):
        api.create_student(born=BORN, expect=201)
    assert api.create_student(born=BORN, expect=201, headers={"X-Answer": "201"}).status_code == 201


def test_redirects_are_followed_only_on_request(api: SchoolApi) -> None:
    assert api.moved().status_code == 302
    assert b"Hello" in api.moved(follow=True).content
    with pytest.raises(ExpectationError) as caught:
        api.moved(expect=200)
    assert caught.value.explanation.nearest == ("302 Found", "Location: /page/")
    assert "follow=True" in caught.value.explanation.instead


def test_csrf_is_done_as_a_front_end_does_it(settings) -> None:
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
    client = Client(enforce_csrf_checks=True)
    api = SchoolApi(client, room_pk=1)
    with pytest.raises(ExpectationError) as caught:
        api.create_student(born=BORN)
    assert "403 Forbidden" in caught.value.explanation.nearest
    assert "csrf_page" in caught.value.explanation.instead
    client.get("/page/")
    sent = api.create_student(born=BORN).json()
    assert sent["token"] == client.cookies["csrftoken"].value
    assert api.list_students().json()["token"] == "", "a safe method carries none"


def test_a_page_that_gives_the_token_is_opened_once_when_needed() -> None:
    class Api(SchoolApi):
        csrf_page = "page"

    client = Client(enforce_csrf_checks=True)
    assert Api(client, room_pk=1).create_student(born=BORN).json()["token"]


def test_other_names_of_the_token_stay(settings) -> None:
    settings.CSRF_COOKIE_NAME = "knusper"
    settings.CSRF_HEADER_NAME = "HTTP_X_EXTRA"
    client = Client(enforce_csrf_checks=True)
    client.get("/page/")
    assert (
        SchoolApi(client, room_pk=1).create_student(born=BORN).json()["extra"]
        == client.cookies["knusper"].value
    )


def test_django_rest_frameworks_client_will_do() -> None:
    api = SchoolApi(APIClient(), room_pk=1, seed=1)
    assert api.create_student(born=BORN).json()["json"]["role"] == "pupil"
    assert api.upload().json()["files"] == {"photo": ["me.png", "image/png", 3]}
    assert api.change_student(pk=7).json()["method"] == "PATCH"


def test_something_that_cannot_send_is_refused() -> None:
    with pytest.raises(StoryError, match="can't send requests"):
        SchoolApi(object())


def test_optional_fields_alone_make_a_json_body_or_a_query_string() -> None:
    class Api(Endpoints):
        change = patch("student", optional=("name",))
        search = get("students", optional=("name",))

    api = Api(Client(), room_pk=1)
    assert api.change(pk=7, name="x").json()["json"] == {"name": "x"}
    assert api.change(pk=7).json()["json"] == {}
    assert api.search(name="x").json()["path"] == "/rooms/1/students/?name=x"


def test_a_field_that_is_called_body_can_be_given_like_any_other() -> None:
    class Api(Endpoints):
        write = post("students", json={"title": "Tides", "body": "…"})
        comment = post("students", optional=("body",))
        whole = post("students", json={"title": "Tides"})

    api = Api(Client(), room_pk=3)
    assert api.write(body="They rise.").json()["json"] == {"title": "Tides", "body": "They rise."}
    assert api.comment(body="Indeed.").json()["json"] == {"body": "Indeed."}
    assert api.whole(body={"all": 1}).json()["json"] == {"all": 1}


def test_a_field_may_have_the_name_of_any_keyword() -> None:
    class Api(Endpoints):
        write = post(
            "students", json={"title": "T", "body": fake.paragraph, "expect": 1}, optional=("headers",)
        )
        search = get("students", query={"query": None})

    api = Api(Client(), room_pk=1)
    sent = api.write(body=None, expect=404, headers="x", follow=False).json()["json"]
    assert sent == {"title": "T", "body": None, "expect": 404, "headers": "x"}
    assert api.search(query="smartie").json()["path"].endswith("?query=smartie")


def test_two_bodies_are_refused_where_they_are_declared() -> None:
    with pytest.raises(StoryError, match="one body, not json and form"):
        post("students", json={}, form={})


def test_the_class_shows_its_endpoints() -> None:
    assert repr(SchoolApi.create_student) == "<create_student: POST 'students'>"
    assert repr(SchoolApi(Client()).create_student) == "<create_student of <SchoolApi of a client>>"


class Kept:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, event: Event) -> None:
        self.events.append(event)

    def store_page(self, page: PageSnapshot) -> StoredSnapshot:
        return StoredSnapshot(url=page.url)


def test_each_call_is_a_step_of_the_trace_with_its_line_and_its_seed(api: SchoolApi) -> None:
    kept = Kept()
    recorder = Recorder(kept)
    with recorder.entered(recorder.start_test("t", name="t")):
        api.create_student(first_name="smartie", born=BORN)
        with pytest.raises(ExpectationError):
            api.refused()
    started = [event for event in kept.events if isinstance(event, StepStarted)]
    assert [event.verb for event in started] == ["create_student", "refused"]
    assert "first_name='smartie'" in started[0].what
    assert started[0].place.startswith("tests/routes/test_endpoints.py:")
    assert [event.ok for event in kept.events if isinstance(event, StepFinished)] == [True, False]
    (note,) = [event for event in kept.events if isinstance(event, Noted)]
    assert (note.topic, note.data) == ("data", {"seed": 5})
