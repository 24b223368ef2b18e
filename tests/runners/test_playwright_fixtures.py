"""The ``page`` of pytest-playwright visits a story's live server, in the story's own transaction."""

from __future__ import annotations

import pytest

from tests import needs
from tests.runners.projects import Project

# Playwright's own browser may not be there: the conftest names the one that is.
CONFTEST = """
    import pytest


    @pytest.fixture(scope="session")
    def browser_type_launch_args(browser_type_launch_args):
        return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}
"""

URLS = """
    from django.contrib.auth.models import Group
    from django.http import HttpResponse
    from django.urls import path


    def groups(request):
        if "add" in request.GET:
            Group.objects.create(name=request.GET["add"])
        names = Group.objects.order_by("name").values_list("name", flat=True)
        return HttpResponse(f"<!doctype html><title>Groups</title><p>{', '.join(names)}</p>")


    urlpatterns = [path("groups/", groups, name="groups")]
"""

STORIES = '''
    import os

    import pytest
    from django.contrib.auth.models import Group
    from django_journey import expect


    @pytest.fixture(autouse=True)
    def nothing_is_left_of_the_test_before(db):
        """The ORM works in a fixture, too, whichever browser has been started before."""
        assert "DJANGO_ALLOW_ASYNC_UNSAFE" not in os.environ
        assert Group.objects.count() == 0


    def test_theirs(journey, page):
        Group.objects.create(name="of the test")
        page.goto(journey.live_url + "/groups/?add=of the page")
        expect(page.get_by_text("of the page, of the test")).to_be_visible()
        assert Group.objects.count() == 2


    @pytest.mark.journey(driver="browser")
    def test_ours(journey):
        Group.objects.create(name="of the test")
        actor = journey.visitor()
        actor.visit("groups", query={"add": "of the actor"})
        actor.should_see("of the actor, of the test")
        assert Group.objects.count() == 2


    @pytest.mark.journey(driver="browser")
    def test_both(journey, page):
        actor = journey.visitor()
        actor.visit("groups", query={"add": "of the actor"})
        page.on("console", lambda message: Group.objects.create(name=message.text))
        page.goto(journey.live_url + "/groups/?add=of the page")
        page.evaluate("console.log('of the console')")
        actor.visit("groups")
        actor.should_see("of the actor, of the console, of the page")
        assert Group.objects.count() == 3


    def test_neither(db):
        Group.objects.create(name="of the test")
'''

THEIRS, OURS, BOTH, NEITHER = (
    f"test_stories.py::test_{name}" for name in ("theirs[chromium]", "ours", "both[chromium]", "neither")
)


@pytest.mark.parametrize(
    "order",
    [(THEIRS, OURS, BOTH, NEITHER), (OURS, THEIRS, NEITHER, BOTH), (BOTH, NEITHER, THEIRS, OURS)],
    ids=["theirs first", "ours first", "both at once"],
)
def test_the_orm_works_beside_both_and_everything_is_rolled_back(
    project: Project, chromium: str, order: tuple[str, ...]
) -> None:
    needs.library("pytest_playwright")
    project.write("conftest.py", CONFTEST.replace("CHROMIUM", repr(chromium)))
    project.write("site_urls.py", URLS)
    project.write("test_stories.py", STORIES)
    done = project.pytest("-q", f"--journey-browser-path={chromium}", *order)
    assert "4 passed" in done.stdout, done.stdout
    assert done.stderr == ""


def test_headed_is_ours_where_theirs_is_switched_off(project: Project) -> None:
    needs.library("pytest_playwright")
    assert "--journey-headed, --headed" in project.pytest("-p", "no:playwright", "--help").stdout
    assert "--journey-headed, --headed" not in project.pytest("--help").stdout
