"""A suite says who may do what: each request is answered once more as everybody else, and the test notices nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from accounts.factories import UserFactory
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from newsroom.factories import ArticleFactory
from newsroom.models import Article

from django_journey._explore.access.matrix import Access
from django_journey._explore.access.suite import SuiteAccess, role_of
from django_journey._explore.access.suspicious import suspicious

called = Mock()


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    rows = Article.objects.filter(author=request.user) | Article.objects.filter(status="published")
    return HttpResponse("".join(f'<a href="/articles/{row.pk}/">{row}</a>' for row in rows))


@login_required
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(get_object_or_404(Article, pk=pk).title)


@login_required
def renamed(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article, pk=pk)
    if request.method == "GET":
        if article.author != request.user:
            raise PermissionDenied
        return HttpResponse('<form method="post"><input name="title"><button>Rename</button></form>')
    article.title = request.POST["title"]
    article.save()
    return redirect("/articles/")


@login_required
def erased(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Article, pk=pk, author=request.user).delete()
    return redirect("/articles/")


def busy(request: HttpRequest) -> HttpResponse:
    Group.objects.create(name="made by the request")
    called(request.user.is_authenticated)
    mail.send_mail("Made", "by the request", None, ["ada@example.com"])
    cache.set("asked", cache.get("asked", 0) + 1)
    default_storage.save("made.txt", ContentFile(b"made"))
    random.random()
    return render(request, "400.html")


def raising(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        raise RuntimeError("nobody is signed in")
    return HttpResponse("fine")


def whoami(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"name": request.user.get_username()})


urlpatterns = [
    path("articles/", listing),
    path("articles/<int:pk>/", shown),
    path("articles/<int:pk>/rename/", renamed),
    path("articles/<int:pk>/erase/", erased),
    path("busy/", busy),
    path("raising/", raising),
    path("api/articles/", whoami),
    path("whoami/", whoami),
    path("", include("config.urls")),
]


@pytest.fixture
def suite(db: None, settings: Any, tmp_path: Path) -> Iterator[SuiteAccess]:
    settings.ROOT_URLCONF = __name__
    settings.LOGIN_URL = "/login/"
    settings.MEDIA_ROOT = str(tmp_path)
    cache.clear()
    called.reset_mock()
    suite = SuiteAccess()
    suite.install()
    yield suite
    suite.remove()
    assert suite.dropped.count == 0, suite.dropped.first


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def cells(suite: SuiteAccess, pattern: str, method: str = "GET") -> dict[str, str]:
    """Return what each role got, with whose row it was where that is known."""
    return {
        f"{role} {whose}".strip(): "/".join(sorted(found))
        for each, its, whose, outcomes in suite.access.cells()
        if (each, its) == (pattern, method)
        for role, found in outcomes.items()
    }


def wrong(suite: SuiteAccess) -> dict[tuple[str, str, str], str]:
    found = suspicious(suite.access, ("user",), ("visitor",))
    return {(cell.method, cell.pattern, cell.role): cell.why for cell in found}


def test_each_request_is_answered_as_everybody_else(suite: SuiteAccess) -> None:
    editor = UserFactory()
    editor.groups.add(Group.objects.create(name="Testers"))
    article = ArticleFactory(title="The tide")
    response = signed_in(article.author).get(f"/articles/{article.pk}/rename/")
    assert response.status_code == 200
    assert cells(suite, "articles/<int:pk>/rename/") == {
        "user own": "allowed",
        "user foreign": "403",
        "user in Testers foreign": "403",
        "staff foreign": "403",
        "superuser foreign": "403",
        "visitor foreign": "login",
    }


def test_a_change_whose_page_is_closed_looks_wrong(suite: SuiteAccess) -> None:
    article = ArticleFactory(title="The tide")
    signed_in(article.author).post(f"/articles/{article.pk}/rename/", {"title": "The ebb"})
    article.refresh_from_db()
    assert article.title == "The ebb"
    assert wrong(suite) == {("POST", "articles/<int:pk>/rename/", "user"): "its page is closed to user"}


def test_a_change_without_a_button_for_it_looks_wrong(suite: SuiteAccess) -> None:
    article = ArticleFactory()
    author = signed_in(article.author)
    author.get(f"/articles/{article.pk}/rename/")
    author.post(f"/articles/{article.pk}/rename/", {"title": "The ebb"})
    why = "user has a button for it, and user has none on the same pages"
    assert wrong(suite) == {("POST", "articles/<int:pk>/rename/", "user"): why}


def test_a_change_that_is_kept_from_others_does_not_look_wrong(suite: SuiteAccess) -> None:
    article = ArticleFactory()
    signed_in(article.author).post(f"/articles/{article.pk}/erase/")
    assert not Article.objects.exists()
    assert cells(suite, "articles/<int:pk>/erase/", "POST")["user foreign"] == "404"
    assert wrong(suite) == {}


def test_a_row_to_which_no_page_leads_looks_wrong_and_a_listed_one_does_not(suite: SuiteAccess) -> None:
    listed = ArticleFactory(published=True)
    signed_in(listed.author).get(f"/articles/{listed.pk}/")
    assert wrong(suite) == {}
    draft = ArticleFactory()
    signed_in(draft.author).get(f"/articles/{draft.pk}/")
    assert list(wrong(suite)) == [("GET", "articles/<int:pk>/", "user")]


def test_an_open_api_beside_a_closed_page_looks_wrong(suite: SuiteAccess) -> None:
    client = signed_in(UserFactory())
    client.get("/articles/")
    client.get("/api/articles/")
    why = "an API is open whose page articles/ is closed"
    assert wrong(suite) == {("GET", "api/articles/", "visitor"): why}


def matrix(role: str, **found: str) -> Access:
    """Return a matrix of the pages of a row: what a role gets of each, and that a superuser may see them all."""
    access = Access()
    for name, outcome in found.items():
        pattern = f"{'api/' if name == 'api' else ''}pages/<int:pk>/{'' if name in ('api', 'shown') else f'{name}/'}"
        access.add(pattern, "GET", role, outcome, "foreign")
        access.add(pattern, "GET", "superuser", "allowed", "foreign")
    return access


@pytest.mark.parametrize(
    ("found", "pattern"),
    [
        (
            {"edit": "403", "delete": "403", "usage": "redirect", "history": "allowed"},
            "pages/<int:pk>/history/",
        ),
        ({"edit": "403", "usage": "403", "api": "allowed"}, "api/pages/<int:pk>/"),
        # who may read a row need not be able to change it
        ({"edit": "403", "delete": "403", "move": "403", "history": "allowed"}, ""),
        ({"edit": "403", "delete": "403", "usage": "403", "shown": "allowed"}, ""),
        ({"edit": "403", "usage": "403", "history": "allowed"}, ""),
        ({"edit": "403", "delete": "403", "usage": "403", "history": "redirect"}, ""),
    ],
)
def test_a_page_of_a_row_that_is_closed_elsewhere_looks_wrong(found: dict[str, str], pattern: str) -> None:
    cells = suspicious(matrix("user in Editors", **found), ("user",), ("visitor",))
    assert [cell.pattern for cell in cells] == ([pattern] if pattern else [])


def test_the_test_notices_nothing(suite: SuiteAccess, tmp_path: Path) -> None:
    client = signed_in(UserFactory())
    random.seed(1)
    expected = [random.random() for _ in range(3)][2]  # the view draws one, and the mail's identity another
    random.seed(1)
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/busy/")
    assert random.random() == expected
    assert [template.name for template in response.templates].count("400.html") == 1
    assert len([each for each in queries if "auth_group" in each["sql"]]) == 1
    assert not [each for each in queries if "INSERT" in each["sql"] and "user" in each["sql"]]
    assert Group.objects.filter(name="made by the request").count() == 1
    called.assert_called_once_with(True)
    assert len(mail.outbox) == 1
    assert cache.get("asked") == 1
    assert [each.name for each in tmp_path.iterdir()] == ["made.txt"]
    assert set(cells(suite, "busy/")) == {"visitor", "user", "staff", "superuser"}


def test_an_error_that_others_would_get_does_not_reach_the_test(suite: SuiteAccess) -> None:
    assert signed_in(UserFactory()).get("/raising/").status_code == 200
    assert cells(suite, "raising/") == {
        "visitor": "error",
        "user": "allowed",
        "staff": "allowed",
        "superuser": "allowed",
    }


def test_what_the_test_itself_gets_is_its_own(suite: SuiteAccess) -> None:
    user = UserFactory()
    assert signed_in(user).get("/whoami/").json() == {"name": user.get_username()}
    assert Client().get("/whoami/").json() == {"name": ""}


def test_a_worker_sends_what_it_found(suite: SuiteAccess) -> None:
    draft = ArticleFactory()
    signed_in(draft.author).get(f"/articles/{draft.pk}/")
    other = SuiteAccess()
    other.access.add_data(suite.access.as_data())
    assert list(other.access.cells()) == list(suite.access.cells())
    assert wrong(other) == wrong(suite) != {}


def test_a_role_says_the_flags_and_the_groups(db: None) -> None:
    user = UserFactory(is_staff=True)
    assert (role_of(None), role_of(user)) == ("visitor", "staff")
    user.groups.add(Group.objects.create(name="Testers"))
    assert role_of(user) == "staff in Testers"
    assert role_of(UserFactory(is_superuser=True)) == "superuser"
