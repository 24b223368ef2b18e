"""What a view declares is read from it, and compared with what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.decorators import (
    login_not_required,
    login_required,
    permission_required,
    user_passes_test,
)
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin, UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST
from rest_framework.permissions import AllowAny, IsAdminUser
from rest_framework.views import APIView

from django_journey._explore.access.declared import declared, differences
from django_journey._routes.url_names import UrlRoute


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def is_old(user: Any) -> bool:
    return True


class Plain(View):
    pass


class Login(LoginRequiredMixin, View):
    pass


class Right(PermissionRequiredMixin, View):
    permission_required = "blog.add_post"


class Passing(UserPassesTestMixin, View):
    pass


@method_decorator(login_required, name="dispatch")
class Decorated(View):
    pass


@method_decorator([permission_required("blog.add_post")], name="dispatch")
class DecoratedRight(View):
    pass


class Api(APIView):
    permission_classes = [IsAdminUser]


class Dynamic(APIView):
    def get_permissions(self) -> list[Any]:
        return [AllowAny()]


@pytest.mark.parametrize(
    ("view", "says"),
    [
        (plain, []),
        (require_POST(plain), []),
        (login_required(plain), [("login_required", "user")]),
        (require_POST(login_required(plain)), [("login_required", "user")]),
        (permission_required("blog.add_post")(plain), [("permission blog.add_post", "right")]),
        (user_passes_test(is_old)(plain), [("test is_old", "right")]),
        (Plain.as_view(), []),
        (Login.as_view(), [("LoginRequiredMixin", "user")]),
        (Right.as_view(), [("permission blog.add_post", "right")]),
        (Passing.as_view(), [("test UserPassesTestMixin.test_func", "right")]),
        (Decorated.as_view(), [("login_required", "user")]),
        (DecoratedRight.as_view(), [("permission blog.add_post", "right")]),
        (Api.as_view(), [("IsAdminUser", "staff")]),
        (Dynamic.as_view(), []),
        (admin.site.urls[0][0].callback, [("admin", "staff")]),
    ],
)
def test_what_a_view_declares(view: Callable[..., Any], says: list[tuple[str, str]]) -> None:
    assert [(each.says, each.least) for each in declared(view)] == says


def test_a_middleware_asks_for_a_login_where_the_view_says_nothing(settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]

    def open_to_all(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert [each.least for each in declared(plain)] == ["user"]
    assert [each.least for each in declared(login_not_required(open_to_all))] == ["visitor"]


def test_where_that_differs_from_what_happens() -> None:
    views = {
        "open/": login_required(plain),
        "api/": Api.as_view(),
        "right/": Right.as_view(),
        "shut/": AllowAny,
    }
    every = [UrlRoute("", pattern, (), "", (), (), (), view) for pattern, view in views.items()]
    found = differences(
        [
            ("open/", "GET", "", {"visitor": {"allowed"}, "user": {"allowed"}}),
            ("api/", "GET", "", {"visitor": {"403"}, "user": {"allowed"}}),
            ("right/", "GET", "", {"visitor": {"login"}, "user": {"403"}}),
        ],
        every,
    )
    assert [(cell.pattern, cell.role, cell.why) for cell in found] == [
        ("open/", "visitor", "the view declares login_required, and lets them in"),
        ("api/", "user", "the view declares IsAdminUser, and lets them in"),
    ]
