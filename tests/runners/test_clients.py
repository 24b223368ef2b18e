"""Requests of every client reach the trace: they all pass the handler, whoever sends them."""

from __future__ import annotations

from tests.runners.projects import Project

CLIENTS = """
    import json

    from django.contrib.auth import get_user_model
    from django.test import LiveServerTestCase, TestCase, override_settings
    from django_webtest import WebTest
    from rest_framework.test import APIClient, RequestsClient


    class RestFramework(TestCase):
        def test_api_client(self):
            user = get_user_model().objects.create_user("ada")
            client = APIClient()
            client.force_authenticate(user)
            client.post("/api/", {"password": "drf-secret-1", "name": "x"}, format="json")

        def test_requests_client(self):
            RequestsClient().get("http://testserver/hello/ada/")


    class WithWebTest(WebTest):
        def test_webtest(self):
            self.app.get("/moved/").follow()


    class Live(LiveServerTestCase):
        def test_live_server(self):
            from urllib.request import urlopen

            with urlopen(self.live_server_url + "/plain/") as response:
                assert response.read() == b"plain"
    """

URLS = """
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from site_urls import urlpatterns


class Api(APIView):
    def post(self, request):
        return Response({"name": request.data["name"], "echo": request.data["password"]})


urlpatterns = [*urlpatterns, path("api/", Api.as_view(), name="api")]
"""

SETTINGS = """
from site_settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "rest_framework"]
ROOT_URLCONF = "all_urls"
"""


def test_rest_frameworks_clients_webtest_and_the_live_server_are_traced(project: Project) -> None:
    project.write("tests/__init__.py", "")
    project.write("tests/test_clients.py", CLIENTS)
    project.write("all_urls.py", URLS)
    project.write("all_settings.py", SETTINGS)
    done = project.manage("test", JOURNEY_REPORT="journey-report", DJANGO_SETTINGS_MODULE="all_settings")

    assert done.returncode == 0, done.stderr
    seen = {
        name: [(request.method, request.url, request.status) for request in test.requests]
        for name, test in project.tests().items()
    }
    assert seen["test_api_client"] == [("POST", "/api/", 200)]
    assert seen["test_requests_client"] == [("GET", "/hello/ada/", 200)]
    assert seen["test_webtest"] == [("GET", "/moved/", 302), ("GET", "/plain/", 200)]
    assert [url.rpartition(":")[2].partition("/")[2] for _, url, _ in seen["test_live_server"]] == ["plain/"]
    (request,) = project.tests()["test_api_client"].requests
    assert (request.view, request.user) == ("all_urls.Api", "ada")


JINJA = """
    from django.test import TestCase


    class Jinja(TestCase):
        def test_jinja(self):
            self.client.get("/jinja/")
    """


def test_jinja2_templates_are_named_with_what_they_extend(project: Project) -> None:
    project.write("templates/base.jinja", "<p>{% block a %}{% endblock %}{% include 'part.jinja' %}")
    project.write("templates/page.jinja", "{% extends 'base.jinja' %}{% block a %}{{ x }}{% endblock %}")
    project.write("templates/part.jinja", "part")
    project.write(
        "all_settings.py",
        """
        from site_settings import *

        ROOT_URLCONF = "all_urls"
        TEMPLATES = [{"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": ["templates"]}]
        """,
    )
    project.write(
        "all_urls.py",
        """
        from django.shortcuts import render
        from django.urls import path

        urlpatterns = [path("jinja/", lambda request: render(request, "page.jinja", {"x": 1}))]
        """,
    )
    project.write("tests/__init__.py", "")
    project.write("tests/test_jinja.py", JINJA)
    done = project.manage("test", JOURNEY_REPORT="journey-report", DJANGO_SETTINGS_MODULE="all_settings")
    assert done.returncode == 0, done.stderr
    (request,) = project.tests()["test_jinja"].requests
    assert request.templates == ("page.jinja", "base.jinja", "part.jinja")
