"""A site of 200 URL patterns: 50 sections with a list, a page, a page for members and a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Permission
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

SECTIONS = 50
PAGE = """<!doctype html><title>{{ title }}</title><nav>
{% for number in numbers %}<a href="/s{{ number }}/">{{ number }}</a> {% endfor %}</nav>
<h1>{{ title }}</h1><a href="more/">More</a> <a href="members/">Members</a> <a href="write/">Write</a>
<ul>{% for row in rows %}<li>{{ row.name }}</li>{% endfor %}</ul>
{% if form %}<form method="post">{% csrf_token %}{{ form }}
<button>Save</button></form>{% endif %}"""


class WriteForm(forms.Form):
    title = forms.CharField(max_length=80)
    amount = forms.IntegerField(min_value=0)


def show(request: HttpRequest, title: str, **given: Any) -> HttpResponse:
    rows = Permission.objects.order_by("pk")[:20]
    text = (
        engines["django"]
        .from_string(PAGE)
        .render({"title": title, "numbers": range(SECTIONS), "rows": rows, **given}, request)
    )
    return HttpResponse(text)


def listing(request: HttpRequest, number: int) -> HttpResponse:
    return show(request, f"Section {number}")


def write(request: HttpRequest, number: int) -> HttpResponse:
    form = WriteForm(request.POST or None)
    return HttpResponseRedirect("../") if form.is_valid() else show(request, f"Write {number}", form=form)


urlpatterns = [path("", listing, {"number": 0}, name="home")]
for number in range(SECTIONS):
    urlpatterns += [
        path(f"s{number}/", listing, {"number": number}),
        path(f"s{number}/more/", listing, {"number": number}),
        path(f"s{number}/members/", login_required(listing, login_url="/"), {"number": number}),
        path(f"s{number}/write/", write, {"number": number}),
    ]
