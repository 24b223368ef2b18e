"""Django's own admin, on the demo's models: what works without its scripts, and what is refused by name."""

from __future__ import annotations

import pytest
from accounts.factories import UserFactory
from classroom.factories import ClassroomFactory

from django_journey import NeedsBrowser
from tests.pages.fake_site import FakeSite

# A browser carries the scripts out.
pytestmark = [pytest.mark.django_db, pytest.mark.journey(driver="inprocess")]


@pytest.fixture
def boss(journey):
    return journey.actor(UserFactory(is_staff=True, is_superuser=True, username="boss"))


def test_what_the_scripts_of_a_form_do_is_refused_by_name(boss):
    room = ClassroomFactory(name="Pottery")
    boss.visit("admin:classroom_classroom_change", room.pk)
    page = boss.page
    boss.should_see("Add another Student")
    with pytest.raises(NeedsBrowser, match="adds a row to the formset"):
        boss.click("Add another Student")
    with pytest.raises(NeedsBrowser, match="pop-up"):
        page.locator(".add-related").first.click()
    with pytest.raises(NeedsBrowser, match="looks for its options"):
        page.locator("select.admin-autocomplete").first.click()
    boss.fill("Name", "Glass")
    boss.click("Save and continue editing")
    room.refresh_from_db()
    assert room.name == "Glass"


def test_a_list_of_two_sides_is_refused_and_an_action_is_carried_out(boss):
    other = UserFactory(username="other")
    boss.visit("admin:accounts_user_changelist")
    page = boss.page
    with pytest.raises(NeedsBrowser, match="check the box of each row"):
        page.locator("#action-toggle").click()
    page.locator(f'.action-select[value="{other.pk}"]').check()
    page.get_by_label("Action:").select_option("delete_selected")
    page.get_by_role("button", name="Run", exact=True).or_(
        page.get_by_role("button", name="Go", exact=True)
    ).click()
    boss.should_see("Are you sure")
    with pytest.raises(NeedsBrowser, match=r"goes back"):
        page.locator("a.cancel-link").click()
    boss.visit("admin:accounts_user_change", other.pk)
    with pytest.raises(NeedsBrowser, match="two lists"):
        page.locator("#id_user_permissions").select_option(index=0)


SLUG = """<form method=post><input id=id_title name=title><input id=id_slug name=slug><button>Save</button></form>
<script src=/static/admin/js/prepopulate_init.js id=django-admin-prepopulated-fields-constants
data-prepopulated-fields='[{"id": "#id_slug", "dependency_ids": ["#id_title"]}]'></script>"""


def test_a_slug_that_a_script_would_fill_has_to_be_filled_by_the_story():
    site = FakeSite({"/": f"<!doctype html><body>{SLUG}"})
    page = site.open()
    page.locator("#id_title").fill("Hello there")
    with pytest.raises(NeedsBrowser, match="fill it in the story"):
        page.get_by_role("button").click()
    page.locator("#id_slug").fill("hello")
    page.get_by_role("button").click()
    assert site.last.body == b"title=Hello+there&slug=hello"
