"""The pages of the benchmark of steps: small (3 KB) and large (20 KB) ones with a form, and one of 200 elements."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path, reverse

from benchmarks.page_site import rendered
from benchmarks.page_site import urlpatterns as pages

#: How many rows make the page as large as its name says.
ROWS = {"small": 10, "large": 76}

TABLE = """<table><thead><tr><th>Name</th><th>Code</th><th>App</th><th>Number</th></tr></thead><tbody>
{% for permission in permissions %}<tr><td><a href="{% url 'item' size permission.pk %}">{{ permission.name }}</a></td>
<td><code>{{ permission.codename }}</code></td><td>{{ permission.content_type.app_label|title }}</td>
<td>{% if permission.pk|divisibleby:2 %}Even{% else %}Odd{% endif %}</td></tr>{% endfor %}</tbody></table>
{% for permission in permissions %}<section><h2>{{ permission.name }}</h2><p>It is for
{{ permission.content_type.app_label }}: <code>{{ permission.codename|upper }}</code></p></section>{% endfor %}
{% if size == "large" %}{% for permission in permissions %}<article><h3>No. {{ permission.pk }}</h3><p>
{{ permission.content_type.model }} {{ permission.codename }}: whoever has it may do so</p></article>{% endfor %}
{% endif %}"""
LISTING = """{% extends base %}{% block title %}Permissions{% endblock %}{% block main %}<h1>Permissions</h1>
<p>{{ total }} in all.</p>%TABLE%{% endblock %}"""
ITEM = """{% extends base %}{% block title %}{{ item.name }}{% endblock %}{% block main %}<h1>{{ item.name }}</h1>
<p>Its code is <code>{{ item.codename }}</code>.</p><p><a href="{% url 'edit' size item.pk %}">Edit it</a></p>
<h2>Others</h2>%TABLE%{% endblock %}"""
EDIT = """{% extends base %}{% block title %}Edit{% endblock %}{% block main %}<h1>Edit {{ item.name }}</h1>
<form method="post">{% csrf_token %}{{ form.as_p }}<button>Save</button></form>
<h2>Others</h2>%TABLE%{% endblock %}"""
FRESH = """{% extends base %}{% block title %}Search{% endblock %}{% block main %}<h1>Search</h1>
<form action="#found">{% csrf_token %}{{ form.as_p }}<button type="button">Look it up</button></form>
<ul>{% for number in numbers %}<li><a href="/{{ number }}/">Item {{ number }}</a> <b>{{ number }}</b></li>
{% endfor %}</ul>{% endblock %}"""


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Permission
        fields = ["name", "codename"]


def shown(request: HttpRequest, size: str, source: str, **context: object) -> HttpResponse:
    permissions = Permission.objects.select_related("content_type").order_by("pk")[: ROWS[size]]
    return rendered(source.replace("%TABLE%", TABLE), request, size=size, permissions=permissions, **context)


def listing(request: HttpRequest, size: str) -> HttpResponse:
    return shown(request, size, LISTING, total=Permission.objects.count())


def item(request: HttpRequest, size: str, number: int) -> HttpResponse:
    return shown(request, size, ITEM, item=Permission.objects.get(pk=number))


def edit(request: HttpRequest, size: str, number: int) -> HttpResponse:
    found = Permission.objects.get(pk=number)
    form = ItemForm(request.POST or None, instance=found)
    if form.is_valid():
        form.save()
        messages.success(request, f"{found.name} was saved")
        return HttpResponseRedirect(reverse("item", args=[size, number]))
    return shown(request, size, EDIT, item=found, form=form)


def fresh(request: HttpRequest) -> HttpResponse:
    return rendered(FRESH, request, form=ItemForm(), numbers=range(55))


urlpatterns = [
    path("fresh/", fresh),
    path(
        "<str:size>/",
        include(
            [
                path("", listing, name="listing"),
                path("<int:number>/", item, name="item"),
                path("<int:number>/edit/", edit, name="edit"),
            ]
        ),
    ),
]
urlpatterns = [*pages, *urlpatterns]
