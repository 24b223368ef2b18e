"""F4: a test that is far heavier than its suite is named, by what it really did."""

from __future__ import annotations

from tests.runners.projects import Project, pitfalls_of_the_guide

TESTS = """
import pytest
from django.contrib.auth.models import Group
from django.db.models import F, Value
from django.db.models.functions import Concat


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(25))
def test_light(client, number):
    Group.objects.create(name="a")
    client.get("/plain/")


@pytest.mark.django_db
def test_heavy(client):
    Group.objects.create(name="one")
    Group.objects.bulk_create([Group(name=str(number)) for number in range(200)])
    Group.objects.filter(pk__gt=0).update(name=Concat(F("name"), Value("x")))
    Group.objects.filter(name="nobody").delete()
    for _ in range(31):
        client.get("/plain/")
"""


def test_f4_a_test_that_is_too_heavy_is_named_in_terminal_and_report(project: Project) -> None:
    """F4: requests and rows written, beside what is usual in the suite."""
    project.write("test_site.py", TESTS)
    done = project.pytest("--journey-report=journey-report", "test_site.py")
    words = " ".join(done.stdout.split())
    [shown] = [text for text in pitfalls_of_the_guide() if text.startswith("Heavier")]
    assert shown in words, done.stdout
    assert "test_light" not in words.split("Heavier than the rest")[1]
    report = (project.folder / "journey-report" / "index.html").read_text()
    assert "402 rows written" in report
    tests = project.tests()
    assert (tests["test_heavy"].rows, tests["test_light[3]"].rows) == (402, 1)
