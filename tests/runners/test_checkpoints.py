"""A checkpoint is run once for the stories that begin there, and each of them finds what it has made."""

from __future__ import annotations

import pytest

from tests.runners.projects import Project, new_project

VIEWS = """
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import send_mail
from django.http import HttpResponse
from django.template import engines
from django.urls import path

FORM = '<form method=post>{% csrf_token %}<label>Name <input name=name></label><label>Note <input name=note></label>'
PAGE = '<!doctype html><title>People</title><ul>{% for each in people %}<li>{{ each }}{% endfor %}</ul>'


def people(request):
    users = get_user_model().objects
    if request.method == "POST":
        name = request.POST["name"]
        users.create(username=name)
        cache.set(name, True)
        default_storage.save(name, ContentFile(name.encode()))
        send_mail(f"Welcome, {name}", "Hello", "us@example.com", [f"{name}@example.com"])
        request.session["last"] = name
    page = engines["django"].from_string(PAGE + FORM + "<button>Add</button></form>{{ last }} was the last")
    names = users.order_by("username").values_list("username", flat=True)
    return HttpResponse(page.render({"people": names, "last": request.session.get("last")}, request))


urlpatterns = [path("", people, name="people")]
"""

# Counts in a file how often each beginning has run.
BEGINNINGS = """
    import os
    from pathlib import Path

    import pytest
    from django_journey import checkpoint


    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(items):
        yield
        if "IN_TURN" in os.environ:  # an order that nobody would choose
            named = {item.name: item for item in items}
            items[:] = [named[name] for name in ORDER]


    ORDER = (
        "test_from_two[0]", "test_no_story", "test_from_one[0]", "test_from_other", "test_from_one[1]",
        "test_two_again", "test_from_nothing", "test_from_one[2]",
    )


    def ran(name):
        with Path("ran.txt").open("a") as file:
            file.write(name + "\\n")


    @pytest.fixture
    @checkpoint
    def one(journey):
        ran("one")
        journey.clock.freeze("2040-01-01 12:00")
        clerk = journey.visitor("clerk")
        clerk.visit("people")
        clerk.fill("Name", "ada")
        clerk.click("Add")
        clerk.fill("Note", "half")
        return clerk


    @pytest.fixture
    @checkpoint
    def two(journey, one):
        ran("two")
        one.fill("Name", "bob")
        one.click("Add")
        return one


    @pytest.fixture
    @checkpoint
    def other(journey, one):
        ran("other")
        one.fill("Name", "cy")
        one.click("Add")
        return one
"""

STORIES = """
    import pytest
    from django.contrib.auth import get_user_model
    from django.core import mail
    from django.core.cache import cache
    from django_journey import expect


    def names():
        return sorted(get_user_model().objects.values_list("username", flat=True))


    def world(journey):
        cached = [name for name in ("ada", "bob", "cy", "dan") if cache.get(name)]
        return names(), [each.subject for each in mail.outbox], journey.files.stored(), cached


    @pytest.mark.parametrize("turn", range(3))
    def test_from_one(journey, one, turn):
        assert world(journey) == (["ada"], ["Welcome, ada"], ["ada"], ["ada"])
        assert journey.clock.now().year == 2040 and journey.clock.is_frozen
        expect(one.page.get_by_label("Note")).to_have_value("half")
        one.should_see("ada was the last")
        one.fill("Name", "dan")
        one.click("Add")
        assert world(journey) == (["ada", "dan"], ["Welcome, ada", "Welcome, dan"], ["ada", "dan"], ["ada", "dan"])
        one.should_see("dan was the last")
        assert journey.actors == (one,)


    @pytest.mark.parametrize("turn", range(2))
    def test_from_two(journey, two, turn):
        assert names() == ["ada", "bob"]
        two.should_see("bob was the last")


    def test_from_other(journey, other):
        assert names() == ["ada", "cy"]


    def test_from_nothing(journey):
        assert world(journey) == ([], [], [], [])
        assert journey.clock.now().year < 2040


    @pytest.mark.django_db
    def test_no_story():
        assert names() == []


    def test_two_again(journey, two):
        assert names() == ["ada", "bob"]
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = new_project(tmp_path_factory.mktemp("shop"))
    project.write("site_urls.py", VIEWS)
    project.write("conftest.py", BEGINNINGS)
    project.write("test_stories.py", STORIES)
    return project


def ran(project: Project) -> list[str]:
    """Return which beginnings have run since the last call."""
    file = project.folder / "ran.txt"
    names = file.read_text().split() if file.exists() else []
    file.unlink(missing_ok=True)
    return names


def test_the_tree_of_checkpoints_is_walked_once_and_any_order_stays_right(shop: Project) -> None:
    runs = shop.pytests(
        ["-q", "test_stories.py"],
        ["-q", "test_stories.py", "--journey-driver=http"],
        ["IN_TURN=1", "-q", "test_stories.py"],
    )
    assert [code for code, _ in runs] == [0, 0, 0], runs
    assert ran(shop) == ["one", "two", "other"] * 2 + ["one", "two", "one", "other", "two", "one"]


TROUBLE = """
    import pytest
    from django.contrib.auth import get_user_model
    from django.db import connection
    from conftest import ran
    from django_journey import checkpoint


    def names():
        return sorted(get_user_model().objects.values_list("username", flat=True))


    @pytest.fixture
    @checkpoint
    def failing(journey, one):
        ran("failing")
        one.click("Nowhere")


    def test_fails(journey, failing):
        pass


    def test_fails_too(journey, failing):
        pass


    @pytest.fixture
    @checkpoint
    def lock(journey):
        import threading
        return threading.Lock()


    def test_no_copy(journey, lock):
        pass


    @pytest.fixture
    @checkpoint
    def listening(journey):
        ran("listening")
        clerk = journey.visitor()
        clerk.page.on("request", lambda request: None)
        return clerk


    @pytest.mark.parametrize("turn", range(2))
    def test_runs_anew(journey, listening, turn):
        listening.visit("people")


    @pytest.mark.journey(committed=True)
    def test_commits(journey, one):
        assert names() == ["ada"]


    @pytest.fixture(scope="module")
    def wide(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock():
            get_user_model().objects.create(username="zoe")
            yield
            get_user_model().objects.all().delete()


    class TestWide:
        def test_before(self, journey, one):
            assert names() == ["ada"]

        def test_wide(self, journey, wide, one):
            assert names() == ["ada", "zoe"]

        def test_after(self, journey, one):
            assert names() == ["ada", "zoe"]


    class TestLost:
        def test_loses(self, journey, one):
            connection.connection.rollback()

        def test_after(self, journey, one):
            assert names() == ["ada"]
"""


def test_each_trouble_ends_where_it_began(shop: Project) -> None:
    shop.write("trouble.py", TROUBLE)
    (failed, said), (wide, wide_said), (lost, lost_said) = shop.pytests(
        ["-q", "-rfE", "trouble.py", "-k", "not Wide and not Lost"],
        ["-q", "trouble.py::TestWide"],
        ["-q", "trouble.py::TestLost"],
    )
    assert failed == 1
    assert "3 passed" in said
    assert "3 errors" in said
    assert "return actors, saved models" in said
    assert "listening was run in each story: a listener" in said
    assert wide == 0, wide_said
    assert "TestLost::test_after" not in lost_said.partition("short test summary")[2], lost_said
    counted = ran(shop)
    assert counted.count("failing") == 1
    assert counted.count("listening") == 3  # once to learn that it can't be copied
    del lost


def test_a_checkpoint_refuses_what_is_made_for_one_test(shop: Project) -> None:
    shop.write(
        "narrow.py",
        """
        import pytest
        from django_journey import checkpoint


        @pytest.fixture
        @checkpoint
        def signed_in(journey, admin_user):
            return journey.actor(admin_user)


        def test_it(journey, signed_in):
            pass
        """,
    )
    done = shop.pytest("-q", "narrow.py")
    assert "make in signed_in itself what 'admin_user' makes" in done.stdout + done.stderr


CLASSES = """
    from django.contrib.auth import get_user_model
    from django.core import mail
    from django.test import TestCase
    from django_journey import JourneyTestCase
    from conftest import ran


    def names():
        return sorted(get_user_model().objects.values_list("username", flat=True))


    class Stories(JourneyTestCase):
        @classmethod
        def setUpTestData(cls):
            cls.zoe = get_user_model().objects.create(username="zoe")

        @classmethod
        def setUpJourney(cls, journey):
            ran("class")
            cls.clerk = journey.actor(cls.zoe, "clerk")
            cls.clerk.visit("people")
            cls.clerk.fill("Name", "ada")
            cls.clerk.click("Add")
            cls.ada = get_user_model().objects.get(username="ada")

        def setUp(self):
            assert names() == ["ada", "zoe"]

        def test_one(self):
            self.go_on()

        def test_two(self):
            self.go_on()

        def go_on(self):
            assert [each.subject for each in mail.outbox] == ["Welcome, ada"]
            self.ada.first_name = self.ada.first_name + "A"
            assert self.ada.first_name == "A"
            self.clerk.should_see("ada was the last")
            self.clerk.fill("Name", "bob")
            self.clerk.click("Add")
            assert names() == ["ada", "bob", "zoe"]
            assert self.journey.actors == (self.clerk,)


    class Failing(JourneyTestCase):
        @classmethod
        def setUpJourney(cls, journey):
            ran("failing")
            journey.visitor("clerk").visit("nowhere")

        def test_one(self):
            pass

        def test_two(self):
            pass


    class Without(TestCase):
        def test_nothing_is_left(self):
            assert names() == []
"""


@pytest.mark.parametrize("runner", ["pytest", "manage.py test"])
def test_set_up_journey_is_run_once_for_the_stories_of_a_class(shop: Project, runner: str) -> None:
    shop.write("classes.py", CLASSES)
    if runner == "pytest":
        done = shop.pytest("-q", "classes.py")
        assert "2 failed, 3 passed" in done.stdout, done.stdout
    else:
        done = shop.manage("test", "-v0", "-p", "classes.py")
        assert "FAILED (errors=2)" in done.stderr, done.stderr
    assert (done.stdout + done.stderr).count("no URL is named 'nowhere'") >= 2, done.stdout + done.stderr
    assert sorted(ran(shop)) == ["class", "failing"]
