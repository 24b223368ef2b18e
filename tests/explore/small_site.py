"""A site of a few views, each with a mistake that only one way of asking for it shows."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

PAGES = ("words", "wizard", "upload", "once", "htmx", "method", "hidden")


def page(request: HttpRequest, body: str, *, kind: str = "") -> HttpResponse:
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    form = f'<form method="post" {kind}>{token}{body}<button>Send</button></form>'
    return HttpResponse(f"<!doctype html><title>Small</title>{form}")


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html>" + "".join(f'<a href="/{name}/">{name}</a>' for name in PAGES))


def wizard(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        request.session["name"] = request.POST.get("name", "")
        return HttpResponseRedirect("/wizard/end/")
    return page(request, '<label>Name <input name="name"></label>')


def wizard_end(request: HttpRequest) -> HttpResponse:
    if "name" not in request.session:
        return HttpResponseRedirect("/wizard/")
    if request.method == "POST":
        raise RuntimeError("the end of the wizard")
    return page(request, '<label>Town <input name="town"></label>')


def words(request: HttpRequest) -> HttpResponse:
    if any(ord(letter) > 0x2FFF for letter in request.POST.get("words", "")):
        raise OverflowError("no such letter")
    if request.method == "POST":
        return HttpResponseRedirect("/")
    return page(request, '<label>Words <input name="words"></label>')


def upload(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and "table" in request.FILES:
        request.FILES["table"].read().decode()
        return HttpResponseRedirect("/")
    return page(
        request, '<label>Table <input type="file" name="table"></label>', kind='enctype="multipart/form-data"'
    )


def once(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        if request.session.get("sent"):
            raise LookupError("sent already")
        request.session["sent"] = True
        return HttpResponseRedirect("/")
    return page(request, "")


def htmx(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<!doctype html><button hx-post="/toggle/" name="on" value="1">Toggle</button>')


def toggle(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and request.headers.get("HX-Request"):
        raise ArithmeticError("toggled")
    return HttpResponse(status=405)


def method(request: HttpRequest) -> HttpResponse:
    if request.method == "DELETE":
        raise ReferenceError("deleted")
    return HttpResponse('<!doctype html><a data-method="delete" href="/method/">Delete</a>')


@csrf_exempt
@require_http_methods(["GET", "POST"])
def api(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            sent = json.loads(request.body)
        except ValueError:
            sent = None
        return JsonResponse({"name": sent["name"]} if isinstance(sent, dict) else {"error": "no object"})
    return JsonResponse({"names": []})


class HiddenForm(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput, initial="none")


def hidden(request: HttpRequest) -> HttpResponse:
    from django.template import engines

    form = HiddenForm(request.POST or None)
    template = engines["django"].from_string(
        '<!doctype html><form method="post">{% csrf_token %}{{ form }}<button>Go</button></form>'
    )
    return HttpResponse(template.render({"form": form}, request))


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    raise TypeError("no page for 403")


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("That was no request.", status=400)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("There is no such page.", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponse("The token is missing.", status=403)


def handler500(request: HttpRequest) -> HttpResponse:
    return HttpResponse("An error.", status=500)


urlpatterns: list[Any] = [
    path("", home, name="home"),
    path("wizard/", wizard),
    path("wizard/end/", wizard_end),
    path("words/", words),
    path("upload/", upload),
    path("once/", once),
    path("htmx/", htmx),
    path("toggle/", toggle),
    path("method/", method),
    path("api/", api, name="api"),
    path("hidden/", hidden),
]
