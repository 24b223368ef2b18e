"""A site for the tests of the trace: one view for each thing that a request can do."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives, send_mail, send_mass_mail
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.test import Client
from django.urls import include, path
from django.views import View


class LoginForm(forms.Form):
    name = forms.CharField()
    password = forms.CharField(min_length=30)

    def clean(self) -> None:
        raise forms.ValidationError("Nobody of that name.")


class LoginView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "traced/form.html", {"form": LoginForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LoginForm(request.POST, prefix=request.GET.get("prefix"))
        form.is_valid()
        return render(request, "traced/form.html", {"form": form, "unused": LoginForm({})})


def formset(request: HttpRequest) -> HttpResponse:
    kind = forms.formset_factory(LoginForm, extra=1, min_num=2, validate_min=True)
    forms_ = kind({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "x"})
    forms_.is_valid()
    return render(request, "traced/form.html", {"formset": forms_, "several": [LoginForm()]})


def hello(request: HttpRequest, name: str = "you") -> HttpResponse:
    return render(request, "traced/hello.html", {"name": name})


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain", content_type="text/plain")


def queries(request: HttpRequest) -> HttpResponse:
    users = get_user_model().objects
    for name in ("ada", "bob", "eve"):
        users.filter(username=name).exists()
    list(users.filter(pk__in=[1, 2, 3]))
    list(users.filter(pk__in=[4]))
    return HttpResponse("ok")


def in_a_thread(request: HttpRequest) -> HttpResponse:
    """Query in a thread that was started in a copy of the context."""
    from django.db import connections

    def ask() -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 'in a thread'")
        connections["default"]._close()  # close() leaves a database in memory open

    thread = threading.Thread(target=contextvars.copy_context().run, args=[ask])
    thread.start()
    thread.join()
    return HttpResponse("ok")


async def slow(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse(str(await get_user_model().objects.acount()))


def whoami(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"you are {request.user}")


def say(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Saved")
    return redirect("traced:shown")


def shown(request: HttpRequest) -> HttpResponse:
    return HttpResponse("".join(str(message) for message in messages.get_messages(request)))


def unread(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody looks at the messages")


def mail(request: HttpRequest) -> HttpResponse:
    token = "http://testserver/reset/MQ/a-token-of-no-known-shape/"
    send_mail("One", f"Go to {token}.", "site@example.com", ["ada@example.com"])
    message = EmailMultiAlternatives(
        "Two", "text", to=["bob@example.com"], cc=["eve@example.com"], bcc=["x@y.z"]
    )
    message.attach_alternative("<p>html</p>", "text/html")
    message.attach("list.csv", "a,b", "text/csv")
    message.send()
    EmailMultiAlternatives("Nobody gets it", "text").send()
    return HttpResponse("ok")


def mass_mail(request: HttpRequest) -> HttpResponse:
    send_mass_mail([("Three", "a", "site@example.com", ["ada@example.com"])])
    _backend().send_messages([EmailMultiAlternatives("Four", "b", to=["bob@example.com"])])
    return HttpResponse("ok")


def _backend() -> Any:
    """Return what sends mail: Django 6.1 calls it a mailer, and no longer a connection."""
    from django.core import mail

    return mail.mailers.default if hasattr(mail, "mailers") else mail.get_connection()


def broken(request: HttpRequest) -> HttpResponse:
    password = "typed in the view's source"
    raise RuntimeError(f"broken with {len(password)}")


async def broken_async(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken asynchronously")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def preview(request: HttpRequest) -> HttpResponse:
    """Ask the site for another of its pages, as previews do."""
    get_user_model().objects.count()
    return HttpResponse(Client().get("/traced/hello/inner/").content)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a", b"b"]), content_type="text/csv")


def echo(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"length": len(request.body)})


def reset(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    return HttpResponse(f"<a href='/reset/MQ/{token}/'>again</a>")


def item(request: HttpRequest, *args: str) -> HttpResponse:
    return HttpResponse("item")


inner = (
    [
        path("login/", LoginView.as_view(), name="login"),
        path("formset/", formset, name="formset"),
        path("hello/<str:name>/", hello, name="hello"),
        path("shown/", shown, name="shown"),
        path("unread/", unread, name="unread"),
    ],
    "traced",
)

urlpatterns = [
    path("traced/", include(inner)),
    path("plain/", plain),
    path("queries/", queries, name="queries"),
    path("thread/", in_a_thread, name="thread"),
    path("slow/", slow, name="slow"),
    path("whoami/", whoami, name="whoami"),
    path("say/", say, name="say"),
    path("mail/", mail, name="mail"),
    path("mass-mail/", mass_mail, name="mass-mail"),
    path("broken/", broken, name="broken"),
    path("broken-async/", broken_async, name="broken-async"),
    path("forbidden/", forbidden, name="forbidden"),
    path("preview/", preview, name="preview"),
    path("stream/", stream, name="stream"),
    path("echo/", echo, name="echo"),
    path("reset/<uidb64>/<token>/", reset, name="reset"),
]
