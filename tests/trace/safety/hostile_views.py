"""Views whose values notice being asked: a tracing hook that evaluates one of them runs code of the project's."""

from __future__ import annotations

import weakref
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, register_converter
from django.utils.functional import SimpleLazyObject

#: What was asked of a value, in order.
ASKED: list[str] = []

#: Whether each view's own object was gone when the middleware got the response.
GONE: list[bool] = []


def lazy_user() -> Any:
    ASKED.append("user")
    return get_user_model().objects.first()


class Touchy:
    """An object that notes whatever is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        ASKED.append(name)
        return object.__getattribute__(self, name)

    def __str__(self) -> str:
        ASKED.append("str")
        return "touchy"

    def __bool__(self) -> bool:
        ASKED.append("bool")
        return True

    def __eq__(self, other: object) -> bool:
        ASKED.append("eq")
        return False

    __hash__ = object.__hash__


class OwnError(Exception):
    def __str__(self) -> str:
        ASKED.append("str of an error")
        return f"{get_user_model().objects.count()} users"


class UserConverter:
    regex = "[a-z-]+"

    def to_python(self, value: str) -> Any:
        ASKED.append("to_python")
        return Touchy()

    def to_url(self, value: Any) -> str:
        return str(value)


register_converter(UserConverter, "hostile-user")


class NameForm(forms.Form):
    name = forms.CharField()


def lazy(request: HttpRequest) -> HttpResponse:
    form = NameForm({})
    form.is_valid()
    context = {
        "me": SimpleLazyObject(lazy_user),
        "touchy": Touchy(),
        "several": [SimpleLazyObject(lazy_user)],
    }
    return render(request, "page.html", {**context, "form": form})


def member(request: HttpRequest, user: Any) -> HttpResponse:
    return HttpResponse("member")


def told(request: HttpRequest) -> HttpResponse:
    messages.info(request, Touchy())  # type: ignore[arg-type]
    request.user = SimpleLazyObject(lazy_user)  # type: ignore[assignment]
    return HttpResponse("told")


def own_error(request: HttpRequest) -> HttpResponse:
    raise OwnError(Touchy())


def mailed(request: HttpRequest) -> HttpResponse:
    EmailMessage("Hello", "Go to http://testserver/member/ada/", None, ["ada@example.com"]).send()
    return HttpResponse("mailed")


def echo(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"length": len(request.body)})


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    def rows() -> Any:
        yield str(get_user_model().objects.count())

    return StreamingHttpResponse(rows())


class Kept:
    """Something that a view makes and lets go of."""


def kept(request: HttpRequest) -> HttpResponse:
    thing = Kept()
    request.META["kept"] = weakref.ref(thing)
    return HttpResponse("kept")


def middleware(get_response: Any) -> Any:
    def run(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "kept" in request.META:
            GONE.append(request.META.pop("kept")() is None)
        return response

    return run


urlpatterns = [
    path("lazy/", lazy),
    path("member/<hostile-user:user>/", member),
    path("told/", told),
    path("own-error/", own_error),
    path("mailed/", mailed),
    path("echo/", echo),
    path("streamed/", streamed),
    path("kept/", kept),
]
