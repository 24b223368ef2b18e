"""What each verb of a story does, on a page of the shop."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from django_journey import Journey
from django_journey.errors import (
    Error,
    ExpectationError,
    NeedsBrowser,
    StoryError,
    TooManyRedirects,
    WorldError,
)
from tests.story.hurry import in_vain

A_FILE = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}


def ordered(actor: Any) -> list[str]:
    return [line for line in actor.page.locator("li").all_inner_texts() if not line.endswith("=")]


def test_visit_takes_a_url_name_with_arguments_or_a_path_and_a_query(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("item", number=7, query={"tag": ["a", "b"], "q": "x y"})
    actor.should_see("Item 7")
    actor.should_see("tag=a&tag=b&q=x+y")
    actor.visit("/item/8/?q=1", query=[("z", 2)])
    actor.should_be_at("/item/8/?q=1&z=2")
    actor.visit("/item/8/#end", query={"z": 3})
    assert actor.page.url.endswith("/item/8/?z=3#end")


def test_visit_follows_redirects_as_a_browser_does(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("search")
    actor.should_be_at("item", number=3)


def test_an_unknown_url_name_lists_the_nearest(journey: Journey) -> None:
    with pytest.raises(StoryError, match=r"ordr(.|\n)*order"):
        journey.visitor().visit("ordr")


def test_missing_arguments_of_a_url_are_named(journey: Journey) -> None:
    with pytest.raises(StoryError, match="number"):
        journey.visitor().visit("item")


def test_another_sites_address_is_rejected_with_what_to_write(journey: Journey) -> None:
    with pytest.raises(StoryError, match=r"visits its own site(.|\n)*actor\.visit\('/x/'\)"):
        journey.visitor().visit("https://example.com/x/")
    with pytest.raises(StoryError, match=r"visits its own site(.|\n)*actor\.visit\('/x/'\)"):
        journey.visitor().visit("//example.com/x/")


def test_a_path_with_arguments_is_rejected(journey: Journey) -> None:
    with pytest.raises(StoryError, match=r"takes no arguments(.|\n)*query="):
        journey.visitor().visit("/item/7/", number=7)


def test_fields_are_found_by_label_placeholder_or_name_and_an_exact_fit_wins(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    actor.fill({"Title": "Cake", "Password": "secret-1", "What friends call you": "Bo"})
    actor.fill("pw2", "secret-2")
    actor.click("Save")
    assert ordered(actor) == ["do=save", "nickname=Bo", "pw=secret-1", "pw2=secret-2", "size=s", "title=Cake"]


def test_choose_takes_an_option_of_a_select_several_or_a_radio_in_a_group(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    actor.choose("Size", "Large")
    actor.choose("Extras", ["Nuts", "Cream"])
    actor.choose("Colour", "Red")
    actor.click("Save")
    assert ordered(actor) == ["colour=r", "do=save", "extras=Nuts+Cream", "size=l"]
    actor.visit("order")
    actor.choose("Blue")
    actor.click("Save")
    assert "colour=b" in ordered(actor)


def test_check_uncheck_and_attach(journey: Journey, tmp_path: Path) -> None:
    actor = journey.visitor()
    actor.visit("order")
    actor.check("I agree")
    actor.attach("Photo", {"name": "cake.png", "mimeType": "image/png", "buffer": b"12345"})
    actor.click("Save draft")
    assert ordered(actor) == ["do=draft", "size=s", "terms=on", "photo:cake.png:5"]
    file = tmp_path / "pie.txt"
    file.write_text("abc")
    actor.visit("order")
    actor.check("I agree")
    actor.uncheck("I agree")
    actor.attach("Photo", file)
    actor.click("Save")
    assert ordered(actor) == ["do=save", "size=s", "photo:pie.txt:3"]


def test_click_prefers_a_button_that_says_exactly_this(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    actor.click("Save")
    assert "do=save" in ordered(actor)


def test_a_label_that_is_not_on_the_page_names_the_nearest(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    with pytest.raises(Error, match=r"Titel(.|\n)*Title"), in_vain(actor):
        actor.fill("Titel", "x")


def test_a_page_without_a_form_says_what_it_has(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    with pytest.raises(Error, match=r"Title"), in_vain(actor):
        actor.fill("Title", "x")


@pytest.mark.journey(driver="inprocess")
def test_where_nothing_comes_near_the_page_is_named(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    with (
        pytest.raises(Error, match=r"nothing on the page 'Shop' comes near; it has 0 forms and 0 controls"),
        in_vain(actor),
    ):
        actor.fill("Title", "x")


def test_something_ambiguous_is_rejected_and_the_candidates_are_listed(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    with pytest.raises(Error, match=r"strict mode violation(.|\n)*2 elements"):
        actor.click("Same")


def test_a_disabled_field_is_rejected(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    with pytest.raises(Error, match=r"(?i)disabled|not enabled"), in_vain(actor):
        actor.fill("Locked", "x")


@pytest.mark.parametrize(
    ("verb", "field", "instead"),
    [
        (lambda actor, field: actor.choose(field), "Title", "actor.fill('Title', \"…\")"),
        (lambda actor, field: actor.choose(field, "Red"), "Password", "actor.fill('Password', \"…\")"),
        (lambda actor, field: actor.check(field), "Size", "actor.choose('Size', \"…\")"),
        (lambda actor, field: actor.uncheck(field), "Photo", "actor.attach('Photo', …)"),
        (lambda actor, field: actor.attach(field, A_FILE), "Size", "actor.choose('Size', \"…\")"),
        (lambda actor, field: actor.attach(field, A_FILE), "I agree", "actor.check('I agree')"),
        (lambda actor, field: actor.choose(field, "Yes"), "I agree", "actor.check('I agree')"),
    ],
)
def test_a_field_of_another_kind_is_rejected_with_the_verb_that_fits_it(
    journey: Journey, verb: Any, field: str, instead: str
) -> None:
    actor = journey.visitor()
    actor.visit("order")
    with pytest.raises(StoryError, match=rf"can't be used on '{field}'") as refused, in_vain(actor):
        verb(actor, field)
    assert refused.value.explanation.instead == instead


def test_a_label_that_text_fields_share_is_no_choice(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    actor.page.set_content("<label>Colour <input></label><label>Colour <input></label>")
    with pytest.raises(StoryError, match=r"choose\(…\) can't be used on 'Colour'") as refused, in_vain(actor):
        actor.choose("Colour", "Red")
    assert refused.value.explanation.instead == "actor.fill('Colour', \"…\")"


def test_a_field_that_fits_the_verb_keeps_its_own_error(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    with pytest.raises(Error), in_vain(actor):
        actor.choose("Size", "Huge")


def test_fill_needs_a_value_and_none_empties(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    actor.fill("Title", "Cake")
    with pytest.raises(StoryError, match=r"has no value(.|\n)*actor\.fill\('Title', \"…\"\)"):
        actor.fill("Title")
    with pytest.raises(StoryError, match="takes no value beside"):
        actor.fill({"Title": "Tea"}, "Tea")
    assert actor.page.get_by_label("Title").input_value() == "Cake"
    actor.fill("Title", None)
    assert actor.page.get_by_label("Title").input_value() == ""


def test_a_login_url_that_names_nothing_lists_the_nearest(journey: Journey, ada: Any, settings: Any) -> None:
    settings.LOGIN_URL = "accounts:logn"
    with pytest.raises(StoryError, match=r"LOGIN_URL names the URL 'accounts:logn'(.|\n)*login") as refused:
        journey.visitor().login(ada, password="zebra-crossing-9")
    assert refused.value.explanation.instead == "LOGIN_URL = 'login', or a path that begins with /"


@pytest.mark.journey(driver="inprocess")
def test_a_button_that_only_a_script_answers_needs_a_browser(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    actor.page.set_content("<script>listen()</script><button type=button>Do it</button>")
    with pytest.raises(NeedsBrowser, match=r"Do it|button"):
        actor.page.get_by_role("button").click()


def test_an_actor_without_a_page_has_to_visit_one(journey: Journey) -> None:
    with pytest.raises(
        StoryError, match=r"visitor has no page yet, and should_see\(…\) needs one(.|\n)*actor\.visit"
    ):
        journey.visitor().should_see("anything")


def test_should_see_reads_what_a_person_reads(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    actor.should_see("Ready in three days")
    actor.should_see(re.compile(r"in \w+ days"))
    actor.should_not_see("Nobody sees this")
    with pytest.raises(ExpectationError, match="Ready in four days"), in_vain(actor):
        actor.should_see("Ready in four days")
    with pytest.raises(ExpectationError), in_vain(actor):
        actor.should_not_see("Ready in three")
    with pytest.raises(ExpectationError), in_vain(actor):
        actor.should_see("Nobody sees this")


def test_should_be_at_compares_the_path_and_the_query_where_one_is_given(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("/item/7/?q=1")
    actor.should_be_at("item", number=7)
    actor.should_be_at("item", number=7, query={"q": 1})
    with pytest.raises(ExpectationError, match=r"query string 'q=2'(.|\n)*it has 'q=1'"), in_vain(actor):
        actor.should_be_at("item", number=7, query={"q": 2})
    actor.visit("item", number=7, query={"next": "/a/ b"})
    actor.should_be_at("/item/7/?next=/a/ b")
    with pytest.raises(ExpectationError), in_vain(actor):
        actor.should_be_at("item", number=8)


def test_a_view_that_raises_raises_in_the_test(journey: Journey) -> None:
    with pytest.raises(ZeroDivisionError, match="the shop is on fire"):
        journey.visitor().visit("broken")


def test_a_redirect_loop_is_cut_and_shown(journey: Journey) -> None:
    with pytest.raises(TooManyRedirects, match="/loop/"):
        journey.visitor().visit("loop", number=1)


def test_login_goes_through_the_sites_own_page_and_logout_through_its_button(
    journey: Journey, ada: Any
) -> None:
    actor = journey.visitor()
    actor.login(ada, "zebra-crossing-9")
    actor.should_see("Signed in as ada")
    actor.logout()
    actor.should_not_see("Signed in")


def test_a_wrong_password_is_reported_with_what_the_page_says(journey: Journey, ada: Any) -> None:
    with pytest.raises(StoryError, match=r"the login as ada failed(.|\n)*Wrong name or password"):
        journey.visitor().login("ada", "wrong")
    with pytest.raises(StoryError, match="the login page needs a password for"):
        journey.visitor().login(ada)


def test_logout_where_no_button_is_lists_what_there_is(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("home")
    with pytest.raises(StoryError, match=r"no button or link to log out(.|\n)*Order something"):
        actor.logout()


def test_follow_opens_the_link_of_a_mail(journey: Journey, ada: Any) -> None:
    actor = journey.actor(ada)
    actor.visit("send")
    actor.follow(actor.mailbox.latest(subject="order"), "Your order")
    actor.should_be_at("item", number=7)


def test_a_mails_link_to_another_site_is_rejected(journey: Journey, ada: Any) -> None:
    actor = journey.actor(ada)
    actor.visit("send", query={"host": "evil.example.com"})
    with pytest.raises(StoryError, match=r"leads to 'evil\.example\.com', which is not this site"):
        actor.follow(actor.mailbox.latest(), "Your order")


def test_a_mails_link_to_the_public_host_is_answered_here(journey: Journey, ada: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "shop.example.com"]
    actor = journey.actor(ada)
    actor.visit("send", query={"host": "shop.example.com"})
    actor.follow(actor.mailbox.latest(), "Your order")
    actor.should_be_at("item", number=7)


def test_a_link_that_the_mail_does_not_have_lists_those_that_it_has(journey: Journey, ada: Any) -> None:
    actor = journey.actor(ada)
    actor.visit("send")
    with pytest.raises(WorldError, match=r"no link in the mail fits 'Cancel'(.|\n)*Your order"):
        actor.follow(actor.mailbox.latest(), "Cancel")
