"""A small site with a login page, a style sheet and one form that only those who logged in may fill."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

PAGE = """{% load static %}<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Groups</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="{% static 'site.css' %}"></head><body><main>
{% if user.is_authenticated %}<p>Signed in as {{ user.get_username }}</p>{% endif %}
<ul>{% for group in groups %}<li>{{ group.name }}</li>{% endfor %}</ul>
<form method="post">{% csrf_token %}{{ form.as_p }}<button>{{ button }}</button></form></main></body></html>"""


def shown(request: HttpRequest, form: Any, button: str) -> HttpResponse:
    from django.contrib.auth.models import Group

    told = {"form": form, "button": button, "groups": Group.objects.order_by("name")}
    return HttpResponse(engines["django"].from_string(PAGE).render(told, request))


class Login(LoginView):
    authentication_form = AuthenticationForm

    def render_to_response(self, context: dict[str, Any], **_: Any) -> Any:
        return shown(self.request, context["form"], "Log in")


@login_required
def groups(request: HttpRequest) -> HttpResponse:
    from django.contrib.auth.models import Group

    class GroupForm(ModelForm):
        class Meta:
            model = Group
            fields = ("name",)

    form = GroupForm(request.POST or None)
    if form.is_valid():
        form.save()
        return HttpResponseRedirect(request.path)
    return shown(request, form, "Save")


urlpatterns = [path("login/", Login.as_view(), name="login"), path("groups/", groups, name="groups")]
