"""A suite runs the same SQL with tracing as without it; ``statements.py`` does the same for any project."""

from __future__ import annotations

from pathlib import Path

from tests.runners.projects import new_project
from tests.trace.record.statements import run_both

VIEWS = """
from django.contrib.auth import get_user_model
from django.shortcuts import render
from django.urls import path
from django.utils.functional import SimpleLazyObject


def lazy(request):
    users = get_user_model().objects
    made = SimpleLazyObject(lambda: users.create(username=f"made {users.count()}"))
    return render(request, "hello.html", {"name": "ada", "me": request.user, "made": made, "all": users.all()})


urlpatterns = [path("lazy/", lazy)]
"""

TESTS = """
import pytest


@pytest.mark.django_db
def test_lazy(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("ada"))
    client.get("/lazy/")
    assert django_user_model.objects.count() == 1
"""


def test_what_nobody_evaluates_runs_no_sql_under_tracing_either(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    project.write("site_urls.py", VIEWS)
    project.write("test_site.py", TESTS)
    tests, statements, different = run_both([], project.folder, project.environment())
    assert different == []
    assert tests >= 1
    assert statements > 10
