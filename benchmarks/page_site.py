"""The pages that the page benchmark opens: a list of 20 KB behind six queries, a form, a page of 1,200 elements."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import Permission
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

NAV = """<nav><ul>{% for item in menu %}<li><a href="/{{ item }}/">{{ item|title }}</a></li>{% endfor %}</ul></nav>"""
ACCOUNT = """{% if user.is_authenticated %}<form method="post" action="/logout/">{% csrf_token %}
<button>Log out {{ user.username }}</button></form>{% endif %}"""
MESSAGES = """{% for message in messages %}<p class="{{ message.tags }}">{{ message }}</p>{% endfor %}"""
FOOTER = """<footer><p>{% for item in menu %}<a href="/about/{{ item }}/">{{ item }}</a> {% endfor %}</p></footer>"""
BASE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="/static/site.css"></head><body><header>{% include nav %}{% include account %}</header>
{% include messages_list %}<main>{% block main %}{% endblock %}</main>{% include footer %}</body></html>"""
LIST = """{% extends base %}{% block title %}Permissions{% endblock %}{% block main %}<h1>Permissions</h1>
<p>{{ total }} in all, {{ mine }} of them yours, in {{ kinds }} kinds.</p><table><thead><tr><th>Name</th><th>Code</th>
<th>Model</th></tr></thead><tbody>{% for permission in permissions %}<tr class="{% cycle 'odd' 'even' %}">
<td><a href="/permission/{{ permission.pk }}/">{{ permission.name|capfirst }}</a></td>
<td><code>{{ permission.codename }}</code></td><td>{{ permission.content_type.app_label }}</td></tr>{% endfor %}</tbody>
</table>{% for permission in permissions %}<section><h2>{{ permission.name }}</h2>
<p>{% if permission.pk|divisibleby:2 %}Even{% else %}Odd{% endif %}: {{ permission.codename|upper }}</p></section>
{% endfor %}{% endblock %}"""
FORM = """{% extends base %}{% block title %}Write{% endblock %}{% block main %}<h1>Write</h1>
<form method="post">{% csrf_token %}{{ form.as_p }}
{% for row in rows %}<fieldset><legend>Source {{ row }}</legend>
<p><label for="id_source-{{ row }}-name">Name</label>
<input id="id_source-{{ row }}-name" name="source-{{ row }}-name" maxlength="200"></p>
<p><label for="id_source-{{ row }}-link">Link</label> <input type="url" name="source-{{ row }}-link"
 id="id_source-{{ row }}-link"></p><input type="hidden" name="source-{{ row }}-id"></fieldset>{% endfor %}
<button>Save</button></form>{% endblock %}"""
WIDE = """{% extends base %}{% block title %}Wide{% endblock %}{% block main %}{% for number in numbers %}
<p><span>Row {{ number }}</span> <a href="/{{ number }}/">Item {{ number }}</a> <button type="button">Press {{ number }}
</button></p>{% endfor %}{% endblock %}"""


ROWS = [str(row) for row in range(42)]


class ArticleForm(forms.Form):
    title = forms.CharField()
    slug = forms.SlugField(required=False)
    summary = forms.CharField(required=False)
    body = forms.CharField(widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[(str(number), f"Kind {number}") for number in range(12)])
    words = forms.IntegerField(min_value=0)
    online = forms.BooleanField(required=False)
    mail = forms.EmailField(required=False)


def rendered(source: str, request: HttpRequest, **context: object) -> HttpResponse:
    templates = engines["django"]
    parts = {"base": BASE, "nav": NAV, "account": ACCOUNT, "messages_list": MESSAGES, "footer": FOOTER}
    compiled = {name: _compiled(templates, part).template for name, part in parts.items()}
    menu = ["home", "articles", "people", "places"]
    return HttpResponse(_compiled(templates, source).render({**compiled, "menu": menu, **context}, request))


def _compiled(templates: object, source: str) -> object:
    kept = templates.__dict__.setdefault("benchmark_templates", {})
    if source not in kept:
        kept[source] = templates.from_string(source)  # type: ignore[attr-defined]
    return kept[source]


def listing(request: HttpRequest) -> HttpResponse:
    permissions = list(Permission.objects.select_related("content_type").order_by("pk")[:50])
    return rendered(
        LIST,
        request,
        permissions=(permissions * 9)[:94],  # as many as make 20 KB
        total=Permission.objects.count(),
        mine=request.user.user_permissions.count(),
        kinds=Permission.objects.values("content_type").distinct().count(),
    )


def write(request: HttpRequest) -> HttpResponse:
    form = ArticleForm(request.POST or None)
    if form.is_valid():
        return HttpResponseRedirect("/done/")
    return rendered(FORM, request, form=form, rows=ROWS)


def done(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>Done</title><p>Saved")


def wide(request: HttpRequest) -> HttpResponse:
    return rendered(WIDE, request, numbers=range(295))


def swapping(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "<!doctype html><title>Swap</title><body hx-boost=false><button hx-get=/list/ hx-target=#here hx-select=main>Go"
        "</button><button hx-get=/fragment/ hx-target=#here>Less</button><div id=here></div>"
    )


def fragment(request: HttpRequest) -> HttpResponse:
    permissions = list(Permission.objects.select_related("content_type").order_by("pk")[:50])
    rows = "".join(
        f"<li id=row-{each.pk}>{each.name} <b>{each.content_type.app_label}</b></li>" for each in permissions
    )
    return HttpResponse(f"<ul>{rows}</ul>")


urlpatterns = [
    path("swapping/", swapping),
    path("fragment/", fragment),
    path("list/", listing),
    path("write/", write),
    path("done/", done),
    path("wide/", wide),
]
