"""Every request of a traced test is noted with what it did, and nothing about it is changed by that."""

from __future__ import annotations

import contextvars
import threading
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connection
from django.test import AsyncClient, Client, override_settings
from django.test.utils import CaptureQueriesContext

from django_journey._trace.hooks import request_facts
from django_journey._trace.record.events import MailSent, QueryShape, RequestServed
from django_journey._trace.record.query_shapes import query_summary
from django_journey._trace.record.recorder import step
from django_journey._trace.secrets.redactor import MASK
from django_journey._trace.tracing import Tracing
from tests.trace.conftest import Traced

URLS = "tests.trace.views"
TEMPLATES = {
    "traced/base.html": "<!doctype html>{% block body %}{% endblock %}{% include 'traced/foot.html' %}",
    "traced/foot.html": "<footer>",
    "traced/hello.html": "{% extends 'traced/base.html' %}{% block body %}Hello {{ name }}{% endblock %}",
    "traced/form.html": "{% extends 'traced/base.html' %}{% block body %}{{ form }}{{ formset }}{% endblock %}",
}


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.ROOT_URLCONF = URLS
    settings.FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": ["django.template.context_processors.request"],
                "loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)],
            },
        }
    ]


def served(traced: Traced) -> list[RequestServed]:
    return [event for event in traced.events() if isinstance(event, RequestServed)]


def only(traced: Traced) -> RequestServed:
    (event,) = served(traced)
    return event


def test_a_page_is_noted_with_its_view_and_templates(traced: Traced, client: Client) -> None:
    client.get("/traced/hello/ada/?q=1")
    event = only(traced)
    assert (event.test, event.method, event.url, event.status) == (
        "a-test",
        "GET",
        "/traced/hello/ada/?q=1",
        200,
    )
    assert (event.view, event.url_name) == ("tests.trace.views.hello", "traced:hello")
    assert (event.route, event.kwargs) == ("traced/hello/<str:name>/", {"name": "ada"})
    assert event.templates == ("traced/hello.html", "traced/base.html", "traced/foot.html")
    assert event.content_type.startswith("text/html")
    assert event.size == len("<!doctype html>Hello ada<footer>")
    assert event.milliseconds > 0
    assert event.queries.count == 0


def test_a_class_based_view_is_named_by_its_class_and_a_view_without_a_url_name_by_its_path(
    traced: Traced, client: Client
) -> None:
    client.get("/traced/login/")
    client.get("/plain/")
    first, second = served(traced)
    assert first.view == "tests.trace.views.LoginView"
    assert (second.view, second.url_name, second.route) == ("tests.trace.views.plain", "", "plain/")


def test_an_unresolved_url_has_no_view(traced: Traced, client: Client) -> None:
    client.get("/nowhere/")
    event = only(traced)
    assert (event.status, event.view, event.url_name, event.url) == (404, "", "", "/nowhere/")


def test_another_host_is_a_part_of_the_url(traced: Traced, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.get("/plain/", HTTP_HOST="tenant.example.com")
    client.get("/plain/", HTTP_HOST="localhost:8000")
    assert [event.url for event in served(traced)] == ["http://tenant.example.com/plain/", "/plain/"]


def test_a_refused_host_is_noted_too(traced: Traced, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client.get("/plain/", HTTP_HOST="evil.example.com")
    event = only(traced)
    assert (event.status, event.url) == (400, "http://evil.example.com/plain/")


def test_a_redirect_says_where_it_leads(traced: Traced, client: Client) -> None:
    client.get("/say/", follow=True)
    first, second = served(traced)
    assert (first.status, first.redirect) == (302, "/traced/shown/")
    assert (second.status, second.redirect, second.request) == (200, "", 2)


def test_messages_are_noted_where_they_are_stored_and_where_they_are_shown(
    traced: Traced, client: Client
) -> None:
    client.get("/say/")
    client.get("/traced/unread/")
    response = client.get("/traced/shown/")
    client.get("/traced/shown/")
    assert [event.messages for event in served(traced)] == [("success: Saved",), (), ("success: Saved",), ()]
    assert response.content == b"Saved"


def test_form_errors_are_noted_by_field(traced: Traced, client: Client) -> None:
    client.post("/traced/login/?prefix=a", {"a-password": "too short"})
    assert only(traced).form_errors == (
        "a-name: This field is required.",
        "a-password: Ensure this value has at least 30 characters (it has 9).",
        "a-__all__: Nobody of that name.",
    )


def test_form_errors_of_a_formset_are_noted(traced: Traced, client: Client) -> None:
    client.get("/traced/formset/")
    assert only(traced).form_errors == (
        "__all__: Please submit at least 2 forms.",
        "form-0-password: This field is required.",
        "form-0-__all__: Nobody of that name.",
    )


def test_a_form_that_was_not_validated_is_left_alone(traced: Traced, client: Client) -> None:
    response = client.post("/traced/login/", {"name": "ada", "password": "x" * 30})
    assert only(traced).form_errors == ("__all__: Nobody of that name.",)
    assert response.context["unused"]._errors is None


@pytest.mark.django_db
def test_queries_are_counted_and_equal_shapes_are_put_together(traced: Traced, client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        client.get("/queries/")
    told = only(traced).queries
    assert told.count == len(captured) == 5
    assert told.milliseconds > 0
    assert [(shape.count, shape.alias) for shape in told.shapes] == [
        (3, "default"),
        (1, "default"),
        (1, "default"),
    ]
    assert all("ada" not in shape.sql for shape in told.shapes)
    assert any("IN (%s, …)" in shape.sql for shape in told.shapes)


def test_values_in_sql_are_no_part_of_its_shape() -> None:
    statements = [
        ("default", sql, 0.001)
        for sql in (
            "SELECT 1 FROM a WHERE b = 'x''y' AND c2 = 15",
            "SELECT 2  FROM a WHERE b = 'z'\n AND c2 = 1.5",
            'SAVEPOINT "s1_x2"',
            'SAVEPOINT "s1_x3"',
            "INSERT INTO t VALUES (%s, %s), (%s, %s)",
            "INSERT INTO t VALUES (%s, %s), (%s, %s), (%s, %s)",
        )
    ]
    assert query_summary(statements).shapes == (
        QueryShape("SELECT ? FROM a WHERE b = ? AND c2 = ?", 2, 2.0),
        QueryShape("SAVEPOINT …", 2, 2.0),
        QueryShape("INSERT INTO t VALUES (%s, …), …", 2, 2.0),
    )


@pytest.mark.django_db(transaction=True)
def test_a_query_in_a_thread_of_the_request_belongs_to_it(traced: Traced, client: Client) -> None:
    client.get("/thread/")
    assert [shape.sql for shape in only(traced).queries.shapes] == ["SELECT ?"]


@pytest.mark.django_db
def test_queries_of_the_test_itself_belong_to_no_request(traced: Traced, client: Client) -> None:
    get_user_model().objects.count()
    client.get("/plain/")
    assert only(traced).queries.count == 0


@pytest.mark.django_db(transaction=True)
def test_an_async_request_is_noted_with_its_queries(traced: Traced) -> None:
    async def ask() -> int:
        return int((await AsyncClient().get("/slow/")).status_code)

    assert async_to_sync(ask)() == 200
    event = only(traced)
    assert (event.view, event.status, event.queries.count) == ("tests.trace.views.slow", 200, 1)


@pytest.mark.django_db(transaction=True)
def test_an_async_view_under_the_sync_client_is_noted_once(traced: Traced, client: Client) -> None:
    client.get("/slow/")
    assert only(traced).queries.count == 1


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_exception_is_explained_with_its_traceback(traced: Traced, asynchronous: bool) -> None:
    if asynchronous:

        async def ask() -> int:
            return int((await AsyncClient(raise_request_exception=False).get("/broken-async/")).status_code)

        assert async_to_sync(ask)() == 500
    else:
        assert Client(raise_request_exception=False).get("/broken/").status_code == 500
    event = only(traced)
    assert event.status == 500
    assert event.failure is not None
    assert event.failure.type == "RuntimeError"
    assert event.failure.message.startswith("broken")
    assert "tests/trace/views.py" in event.failure.traceback
    assert "django_journey" not in event.failure.traceback
    assert "typed in the view's source" not in event.failure.traceback


def test_an_exception_that_the_client_raises_is_the_same_with_tracing(traced: Traced, client: Client) -> None:
    with pytest.raises(RuntimeError, match="broken with 26"):
        client.get("/broken/")
    assert only(traced).status == 500


@override_settings(DEBUG_PROPAGATE_EXCEPTIONS=True)
def test_an_exception_that_leaves_the_handler_is_noted_without_a_status(
    traced: Traced, client: Client
) -> None:
    with pytest.raises(RuntimeError):
        client.get("/broken/")
    event = only(traced)
    assert event.status == 0
    assert event.failure is not None
    assert event.view == "tests.trace.views.broken"


def test_a_refusal_is_no_failure_of_the_site(traced: Traced, client: Client) -> None:
    client.get("/forbidden/")
    assert (only(traced).status, only(traced).failure) == (403, None)


@pytest.mark.django_db
def test_a_request_within_a_request_names_its_parent_and_has_its_own_queries(
    traced: Traced, client: Client
) -> None:
    client.get("/preview/")
    nested, outer = served(traced)
    assert (nested.request, nested.parent, nested.url, nested.queries.count) == (
        2,
        1,
        "/traced/hello/inner/",
        0,
    )
    assert (outer.request, outer.parent, outer.url, outer.queries.count) == (1, 0, "/preview/", 1)
    assert outer.templates == ()


def test_a_streaming_response_is_not_consumed(traced: Traced, client: Client) -> None:
    response = client.get("/stream/")
    assert b"".join(response.streaming_content) == b"ab"
    assert (only(traced).content_type, only(traced).size) == ("text/csv", 0)


def test_an_overridden_urlconf_is_followed(traced: Traced, client: Client) -> None:
    with override_settings(ROOT_URLCONF=tuple(__import__(URLS, fromlist=["inner"]).inner[0])):
        client.get("/hello/ada/")
    assert (only(traced).url_name, only(traced).route) == ("hello", "hello/<str:name>/")


@pytest.mark.django_db
def test_the_user_is_recorded_if_the_site_loaded_it(traced: Traced, client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("ada"))
    with CaptureQueriesContext(connection) as captured:
        client.get("/whoami/")
        client.get("/plain/")
    assert [event.user for event in served(traced)] == ["ada", ""]
    assert len(captured) == 2  # the session and the user, for the view that loaded them


def test_a_request_belongs_to_the_step_that_caused_it(traced: Traced, client: Client) -> None:
    with step("visit", "a page") as outer, step("goto", "/plain/") as inner:
        client.get("/plain/")
    client.get("/plain/")
    assert outer is not None
    assert inner is not None
    assert [event.step for event in served(traced)] == [inner.number, 0]


def test_a_thread_without_the_tests_context_works_for_the_running_test(traced: Traced) -> None:
    thread = threading.Thread(target=lambda: Client().get("/plain/"))
    thread.start()
    thread.join()
    assert only(traced).test == "a-test"


def test_a_thread_in_the_context_of_a_test_that_is_over_works_for_the_running_one(tracing: Tracing) -> None:
    first = tracing.begin("first", name="first")
    with tracing.entered(first):
        context = contextvars.copy_context()
    tracing.end(first, "passed")
    second = tracing.begin("second", name="second")
    with tracing.entered(second):
        context.run(Client().get, "/plain/")
    assert only(Traced(tracing, second)).test == "second"


def test_a_shared_set_up_belongs_to_no_test(traced: Traced, client: Client) -> None:
    with traced.tracing.outside():
        client.get("/plain/")
    client.get("/plain/")
    assert [event.test for event in served(traced)] == ["", "a-test"]


def test_nothing_is_noted_where_no_test_is_running(tracing: Tracing, client: Client) -> None:
    scope = tracing.begin("a", name="a")
    client.get("/plain/")
    assert served(Traced(tracing, scope)) == []


def test_mails_are_noted_with_their_request(traced: Traced, client: Client) -> None:
    with step("click", "Send"):
        client.get("/mail/")
    first, second = (event for event in traced.events() if isinstance(event, MailSent))
    assert (first.subject, first.to, first.sender) == ("One", ("ada@example.com",), "site@example.com")
    assert (first.request, first.step) == (1, 1)
    assert first.text == f"Go to http://testserver/reset/MQ/{MASK}/."
    assert (second.text, second.html) == ("text", "<p>html</p>")
    assert (second.cc, second.bcc, second.attachments) == (("eve@example.com",), ("x@y.z",), ("list.csv",))
    assert [message.subject for message in mail.outbox] == ["One", "Two"]


def test_mails_that_are_handed_to_the_backend_at_once_are_noted_once_each(
    traced: Traced, client: Client
) -> None:
    client.get("/mass-mail/")
    assert [event.subject for event in traced.events() if isinstance(event, MailSent)] == ["Three", "Four"]
    assert [message.subject for message in mail.outbox] == ["Three", "Four"]


def test_a_mail_outside_a_request_is_noted_too(traced: Traced) -> None:
    mail.send_mail("Alone", "text", None, ["ada@example.com"])
    (event,) = (event for event in traced.events() if isinstance(event, MailSent))
    assert (event.subject, event.request) == ("Alone", 0)


def test_what_cannot_be_described_is_counted_and_changes_nothing(
    traced: Traced, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any) -> Any:
        raise ZeroDivisionError("no such fact")

    monkeypatch.setattr(request_facts, "facts_of_request", broken)
    assert client.get("/plain/").content == b"plain"
    assert served(traced) == []
    dropped = traced.tracing.dropped
    assert (dropped.count, dropped.first) == (1, "ZeroDivisionError: no such fact")


def test_hooks_leave_nothing_behind(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    from django.core.handlers import exception
    from django.core.handlers.base import BaseHandler
    from django.core.mail import EmailMessage
    from django.core.signals import got_request_exception
    from django.db.backends.utils import CursorWrapper
    from django.template.base import Template

    from django_journey._trace.record import run_id

    monkeypatch.delenv(run_id.VARIABLE, raising=False)

    def hooked() -> list[Any]:
        return [
            BaseHandler.get_response,
            BaseHandler.get_response_async,
            CursorWrapper._execute,
            CursorWrapper._executemany,
            Template._render,
            EmailMessage.send,
            exception.handle_uncaught_exception,
            len(got_request_exception.receivers),
        ]

    before = hooked()
    tracing = Tracing(run_id.begin(tmp_path / "report"), runner="pytest")
    for name in ("a", "b"):
        scope = tracing.begin(name, name=name)
        with tracing.entered(scope):
            client.get("/mass-mail/")
            mail.send_mail("Alone", "text", None, ["ada@example.com"])
    assert len(served(Traced(tracing, scope))) == 2
    assert len(Traced(tracing, scope).events("mail")) == 6
    tracing.close()
    assert hooked() == before


def test_a_secret_at_the_end_of_a_long_posted_value_is_masked_before_it_is_cut(
    traced: Traced, client: Client
) -> None:
    token = "cabc12-0123456789abcdef0123456789abcdef"
    client.post("/traced/login/", {"username": f"{'x ' * 30}{token}"})
    assert only(traced).posted["username"] == f"{'x ' * 30}{MASK}"
