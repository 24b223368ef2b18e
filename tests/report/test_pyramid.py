"""A5: the pyramid: each test's layer follows from what it really did."""

from __future__ import annotations

from typing import Any

import pytest

from django_journey._report.model import Test, assemble
from django_journey._report.pyramid import layer_of, pyramid_of, views_of
from tests.report.synthetic import Process, suite

LOGIN = {"view": "django.contrib.auth.views.LoginView", "url_name": "login"}
LIST = {"view": "newsroom.views.article_list", "url_name": "list"}
EDIT = {"view": "newsroom.views.ArticleEdit", "url_name": "edit"}


def played(*requests: dict[str, Any], outcome: str = "passed", driver: str = "") -> Test:
    process = Process()
    play = process.test("t")
    for request in requests:
        play.request(**request)
    play.end_test(outcome, driver=driver)
    return assemble(process.events).tests[0]


@pytest.mark.parametrize(
    ("requests", "layer"),
    [
        ([], "unit"),
        ([LIST], "narrow"),
        ([EDIT, {"method": "POST", "status": 302, **EDIT}], "narrow"),
        ([LIST] * 30, "narrow"),
        ([{"view": "", "status": 404}], "narrow"),
        ([LIST, {"view": "", "status": 404}], "narrow"),
        ([LIST, EDIT], "broad"),
        ([{"method": "POST", "status": 302, **LOGIN}, LIST], "broad"),
    ],
)
def test_a5_layer_follows_from_the_views_reached(requests: list[dict[str, Any]], layer: str) -> None:
    """A5: the layer follows from the views reached."""
    assert layer_of(played(*requests)) == layer


def test_two_urls_of_one_library_view_are_two_views_and_of_an_own_view_one() -> None:
    pages = [
        {"view": "django.views.generic.base.TemplateView", "url_name": name} for name in ("about", "terms")
    ]
    assert layer_of(played(*pages)) == "broad"
    own = [{"view": "newsroom.views.ArticleEdit", "url_name": name} for name in ("create", "edit")]
    assert layer_of(played(*own)) == "narrow"


def test_views_of_one_factory_are_distinguished_by_their_url_names() -> None:
    pages = [{"view": "oauth.views.view", "url_name": name, "shared": True} for name in ("login", "callback")]
    assert layer_of(played(*pages)) == "broad"
    assert layer_of(played(pages[0], pages[0])) == "narrow"


def test_the_request_that_assert_redirects_makes_itself_is_no_second_view() -> None:
    assert layer_of(played({"method": "POST", "status": 302, **EDIT}, {**LIST, "check": True})) == "narrow"


def test_a_view_that_is_called_with_a_request_made_by_hand_is_one_view() -> None:
    process = Process()
    play = process.test("t")
    play.note("view", "GET /, made by RequestFactory, was answered")
    play.end_test()
    assert layer_of(assemble(process.events).tests[0]) == "narrow"


def test_requests_of_a_browser_are_the_browser_layer_but_not_those_of_a_storys_own_pages() -> None:
    assert layer_of(played({**LIST, "browser": True})) == "browser"
    assert layer_of(played({**LIST, "browser": True}, driver="http")) == "narrow"


def test_requests_the_site_makes_itself_and_files_do_not_count() -> None:
    nested = {**EDIT, "parent": 1}
    static = {"view": "django.contrib.staticfiles.views.serve", "url_name": ""}
    assert layer_of(played(LIST, nested, static)) == "narrow"
    assert views_of(played(LIST, nested, static).requests) == ["newsroom.views.article_list"]
    assert layer_of(played(static)) == "unit"


def test_a_driven_browser_is_the_browser_layer_whatever_was_reached() -> None:
    assert layer_of(played(LIST, driver="browser")) == "browser"
    assert layer_of(played(LIST, driver="http")) == "narrow"
    process = Process()
    play = process.test("selenium")
    play.note("browser", "Chromium visited the live server")
    play.request()
    play.end_test()
    assert layer_of(assemble(process.events).tests[0]) == "browser"


def test_a_skipped_test_has_no_layer() -> None:
    assert layer_of(played(outcome="skipped")) is None


def test_a5_pyramid_has_count_time_and_share_beside_the_healthy_shape() -> None:
    """A5: pyramid has count time and share beside the healthy shape."""
    pyramid = pyramid_of(assemble(suite().events))
    assert [tier.layer for tier in pyramid.tiers] == ["browser", "broad", "narrow", "unit"]
    assert [tier.count for tier in pyramid.tiers] == [1, 11, 60, 160]
    assert sum(tier.share for tier in pyramid.tiers) == pytest.approx(1)
    assert sum(tier.healthy for tier in pyramid.tiers) == pytest.approx(1)
    assert pyramid.tiers[0].seconds == pytest.approx(1.21)
    assert "healthy" in pyramid.verdict.lower()


def test_only_the_last_attempt_of_a_test_counts() -> None:
    process = Process()
    for outcome in ("failed", "passed"):
        process.test("t").end_test(outcome)
    assert pyramid_of(assemble(process.events)).count == 1


def test_the_verdict_names_what_is_missing() -> None:
    def verdict(*tests: list[dict[str, Any]], driver: str = "") -> str:
        process = Process()
        for number, requests in enumerate(tests):
            play = process.test(f"t{number}")
            for request in requests:
                play.request(**request)
            play.end_test(driver=driver)
        return pyramid_of(assemble(process.events)).verdict

    assert verdict() == "No test ran."
    assert verdict([], []).startswith("Only units")
    assert verdict([], [LIST]) == "No test follows a story over several views."
    assert verdict([LIST], [LIST, EDIT]).startswith("Few units")
    assert verdict([LIST], driver="browser").startswith("Top-heavy")
    narrow: list[list[dict[str, Any]]] = [[LIST]] * 15
    assert verdict(*[[]] * 35, *narrow[1:], [LIST, EDIT]).startswith("A healthy base")
    assert verdict(*[[]] * 35, *narrow, [LIST, EDIT]).startswith("Hardly any test follows a story")
