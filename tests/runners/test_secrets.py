"""The whole trace of a real story is searched for the secrets that were used in it."""

from __future__ import annotations

from urllib.parse import quote

from tests.runners.projects import Project

PASSWORD, NEW, WRONG, API_KEY = "Tr4in-Stop&ped", "N3w<pass>word'1", "wr0ng-guess-99", "key-7f3a9b2c1d"

URLS = """
from django.contrib.auth import views
from django.core.mail import send_mail
from django.http import HttpResponse, JsonResponse
from django.urls import path


def page(request):
    return HttpResponse(f"<h1>Hello {request.user}</h1><p>{request.COOKIES}</p>")


def gossip(request):
    password = request.POST.get("password", "")
    send_mail("Your password", f"It is {password}", None, ["ada@example.com"])
    raise RuntimeError(f"could not store {password!r} of {dict(request.COOKIES)}")


def api(request):
    return JsonResponse({"key": request.headers["X-Api-Key"]})


urlpatterns = [
    path("login/", views.LoginView.as_view(next_page="/page/", template_name="form.html"), name="login"),
    path("page/", page, name="page"),
    path("gossip/", gossip, name="gossip"),
    path("api/", api, name="api"),
    path("forgot/", views.PasswordResetView.as_view(
        template_name="form.html", success_url="/page/", email_template_name="mail.txt",
        subject_template_name="subject.txt",
    )),
    path("reset/<uidb64>/<token>/", views.PasswordResetConfirmView.as_view(
        template_name="form.html", success_url="/page/",
    ), name="reset"),
]
"""

SETTINGS = """
from site_settings import *

ROOT_URLCONF = "all_urls"
DEBUG = False
SESSION_COOKIE_NAME = "my-visit"
TEMPLATES[0]["OPTIONS"]["loaders"][0][1].update({
    "form.html": "<!doctype html><title>Form</title><form method=post>{% csrf_token %}{{ form.as_div }}"
                 "<button>Go</button></form>",
    "mail.txt": "Choose a new one: {{ protocol }}://{{ domain }}{% url 'reset' uidb64=uid token=token %}",
    "subject.txt": "Forgotten",
})
"""

STORY = f"""
import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client


@pytest.fixture
def ada(db):
    return get_user_model().objects.create_user("ada", "ada@example.com", {PASSWORD!r})


def test_a_story(journey, ada):
    visitor = journey.visitor("ada")
    visitor.visit("login")
    visitor.fill("Username", "ada")
    visitor.fill("Password", {WRONG!r})
    visitor.click("Go")
    visitor.fill({{"Username": "ada", "Password": {PASSWORD!r}}})
    visitor.click("Go")
    visitor.should_see("Hello ada")
    print("", *[cookie["value"] for cookie in visitor.context.cookies()], sep="\\nCOOKIE ")

    visitor.visit("/forgot/")
    visitor.fill("Email", "ada@example.com")
    visitor.click("Go")
    letter = visitor.mailbox.latest() if visitor.user else journey.mailbox("ada@example.com").latest()
    print("\\nTOKEN", re.search(r"/reset/[^/]+/([^/]+)/", letter.text)[1])
    visitor.follow(letter, "reset")
    visitor.page.get_by_label("New password", exact=False).first.fill({NEW!r})
    visitor.page.locator("#id_new_password2").fill({NEW!r})
    visitor.click("Go")


def test_a_plain_test(ada):
    client = Client()
    client.post("/login/", {{"username": "ada", "password": {PASSWORD!r}}})
    for cookie in client.cookies.values():
        print("\\nCOOKIE", cookie.value)
    client.get("/page/")
    client.get("/api/", headers={{"X-Api-Key": {API_KEY!r}, "Authorization": "Bearer abcdefgh12345678"}})


def test_a_failure(ada):
    Client().post("/gossip/", {{"password": {PASSWORD!r}}})


def test_a_failure_in_the_tests_own_line(ada):
    assert Client().login(username="ada", password={WRONG!r})
"""


def test_no_secret_is_anywhere_in_the_trace_or_the_report(project: Project) -> None:
    project.write("all_urls.py", URLS)
    project.write("all_settings.py", SETTINGS)
    project.write("test_story.py", STORY)
    done = project.pytest(
        "-s", "-p", "no:logging", "--ds=all_settings", "--journey-report", "-W", "error::RuntimeWarning"
    )
    assert "2 failed, 2 passed" in done.stdout, done.stdout

    printed = [
        line.split(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith(("TOKEN", "COOKIE"))
    ]
    assert len(printed) == 5, done.stdout
    secrets = [PASSWORD, NEW, WRONG, API_KEY, "abcdefgh12345678", *printed]
    secrets += [form for secret in secrets for form in (quote(secret, safe=""), secret.replace("&", "&amp;"))]
    trace = project.folder / "journey-report" / "trace"
    files = [path for path in trace.rglob("*") if path.is_file()]
    assert any(path.parent.name == "pages" for path in files)
    for path in files:
        text = path.read_text()
        found = [secret for secret in secrets if secret in text]
        assert not found, (
            f"{found} in {path.name}: {[line for line in text.splitlines() if found[0] in line][:1]}"
        )

    story = project.tests()["test_a_story"]
    assert "Password = ***" in [step.what for step in story.steps]
    assert "/reset/" in str([request.url for request in story.requests])
    assert [mail.subject for mail in story.mails] == ["Forgotten"]
