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
    done = project.pytest("-q", "-p", "playwright", f"--journey-browser-path={chromium}", *order)
    assert "4 passed" in done.stdout, done.stdout
    assert done.stderr == ""


OWN_FIXTURES = """
    import pytest


    def launched(p):
        return p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


    @pytest.fixture(scope="session")
    def pw():
        from playwright.sync_api import sync_playwright
        with sync_playwright() as p:
            yield p


    @pytest.fixture(scope="session")
    def shared_page(pw):
        browser = launched(pw)
        yield browser.new_page()
        browser.close()


    class Robot:
        def __enter__(self):
            from playwright.sync_api import sync_playwright
            self.p = sync_playwright().start()
            self.page = launched(self.p).new_page()
            return self

        def __exit__(self, *error):
            self.page.context.browser.close()
            self.p.stop()


    @pytest.fixture(scope="module")
    def robot():
        with Robot() as robot:
            yield robot
"""

OWN_TESTS = """
    from django.contrib.auth.models import Group
    from django.contrib.staticfiles.testing import StaticLiveServerTestCase
    from conftest import Robot


    def visit(page, url):
        Group.objects.create(name="of the test")
        page.goto(url + "/groups/?add=of the page")
        assert "of the page, of the test" in page.content()
        assert Group.objects.count() == 2


    class Live(StaticLiveServerTestCase):
        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            cls.robot = Robot().__enter__()

        @classmethod
        def tearDownClass(cls):
            cls.robot.__exit__()
            super().tearDownClass()

        def test_live(self):
            visit(self.robot.page, self.live_server_url)


    def test_robot(robot, live_server):
        visit(robot.page, live_server.url)


    def test_page(shared_page, live_server):
        visit(shared_page, live_server.url)


    def test_database(shared_page, db):
        assert Group.objects.count() == 0
"""

A_STORY = """
    import pytest
    from django.contrib.auth.models import Group


    @pytest.mark.journey(driver="browser")
    def test_story(journey):
        Group.objects.create(name="of the test")
        actor = journey.visitor()
        actor.visit("groups", query={"add": "of the actor"})
        actor.should_see("of the actor, of the test")


    def test_in_process(journey, shared_page):
        journey.visitor().visit("groups", query={"add": "of the actor"})
        assert Group.objects.count() == 1
"""


@pytest.fixture
def own(project: Project, chromium: str) -> Project:
    """A project whose own fixtures and classes start Playwright, under names of its own."""
    project.write("conftest.py", OWN_FIXTURES.replace("CHROMIUM", repr(chromium)))
    project.write("site_urls.py", URLS)
    project.write("test_own.py", OWN_TESTS)
    project.write("test_story.py", A_STORY)
    with (project.folder / "site_settings.py").open("a") as file:
        file.write('INSTALLED_APPS += ["django.contrib.staticfiles"]')
    return project


@pytest.mark.parametrize(
    ("files", "passed", "unsafe"),
    [
        (["test_own.py"], 4, ""),
        (["test_own.py", "test_story.py"], 6, "true"),
        (["test_story.py", "test_own.py"], 6, ""),
    ],
    ids=["no stories", "stories last", "stories first"],
)
def test_the_orm_works_beside_whatever_starts_playwright(
    own: Project, chromium: str, files: list[str], passed: int, unsafe: str
) -> None:
    done = own.pytest(
        f"--journey-browser-path={chromium}",
        *files,
        **({"DJANGO_ALLOW_ASYNC_UNSAFE": unsafe} if unsafe else {}),
    )
    assert f"{passed} passed" in done.stdout, done.stdout


def test_a_project_that_allows_the_orm_beside_a_loop_is_left_alone(own: Project) -> None:
    own.write(
        "test_asks.py",
        """
        import asyncio

        def test_loop(pw):
            asyncio.get_running_loop()
            assert not hasattr(type(pw).chromium.fget, "__wrapped__")
        """,
    )
    done = own.pytest("test_asks.py", DJANGO_ALLOW_ASYNC_UNSAFE="true")
    assert "1 passed" in done.stdout, done.stdout
