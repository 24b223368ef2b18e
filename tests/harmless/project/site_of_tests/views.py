"""Views that notice when anybody but Django touches what they made."""

import asyncio
import sys
import threading
import warnings

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.mail import send_mail
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.functional import SimpleLazyObject

from site_of_tests.middleware import seen

storage = threading.local()
evaluated: list[str] = []
order: list[str] = []
things: list[object] = []


def plain(request):
    return HttpResponse("plain", content_type="text/plain")


def page(request):
    return render(request, "page.html", {"text": request.GET.get("text", "")})


def thing(request):
    """Whatever a test puts into the context without showing it."""
    return render(request, "page.html", {"thing": things[-1], "text": "here"})


def user(request):
    return render(request, "page.html", {"me": request.user, "groups": Group.objects.all()})


def lazily(request):
    def make():
        evaluated.append("made")
        return Group.objects.create(name="made by looking")

    return render(request, "page.html", {"basket": SimpleLazyObject(make), "form": SimpleLazyObject(make)})


def message(request):
    messages.info(request, "kept")
    return redirect("plain")


class CountingForm(forms.Form):
    title = forms.CharField()

    def full_clean(self):
        evaluated.append("cleaned")
        super().full_clean()


def form(request):
    return render(request, "page.html", {"form": CountingForm(request.POST or None), "text": "form"})


def stream(request):
    def parts():
        for number in range(3):
            order.append(f"part {number}")
            yield str(number)
        order.append("closed")

    return StreamingHttpResponse(parts())


def raw(request):
    first = request.read(3)
    try:
        request.body  # noqa: B018 - what it raises is looked at
    except Exception as error:
        return HttpResponse(f"{first!r} {type(error).__name__}")
    return HttpResponse("read")


def later(request):
    response = TemplateResponse(request, "page.html", {"text": "later"})
    order.append(f"rendered {response.is_rendered}")
    response.add_post_render_callback(lambda done: order.append("callback"))
    return response


def caller(request):
    warnings.warn("of a view", UserWarning, stacklevel=2)
    return HttpResponse(sys._getframe(1).f_code.co_name)


def deep(request):
    def down(number):
        return down(number - 1) if number else 0

    down(int(request.GET["by"]))
    return HttpResponse("up again")


class Unspeakable(Exception):
    def __str__(self):
        raise ValueError("no text")

    __repr__ = __str__


def broken(request):
    if "unspeakable" in request.GET:
        raise Unspeakable
    raise RuntimeError("the view is broken")


def leaves(request):
    raise SystemExit(3)


def moved(request):
    return redirect("page")


def local(request):
    before = getattr(storage, "value", None)
    storage.value = request.path
    return JsonResponse({"before": before, "seen": seen.get(), "thread": threading.current_thread().name})


async def slow(request):
    await asyncio.sleep(0)
    return HttpResponse(str(await Group.objects.acount()) + asyncio.current_task().__class__.__name__)


class Callable:
    __slots__ = ()

    def __call__(self, request):
        return HttpResponse("called")


def mail(request):
    send_mail("Hello", "See http://testserver/group/staff/ there.", "a@example.com", ["b@example.com"])
    return HttpResponse("sent")


def group(request, name):
    return HttpResponse(name)
