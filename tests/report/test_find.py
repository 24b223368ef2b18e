"""Tests, steps, tabs and filters have links; the search covers what is within tests; keys lead through both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django_journey import reports
from django_journey._report.model import assemble
from django_journey._report.payload import table
from django_journey._report.search_index import search_index
from django_journey._trace.record.events import QueryShape, QuerySummary
from tests.report.synthetic import Process, folder_with, ids_of

SELECT = QueryShape('SELECT "stock"."amount" FROM "stock" WHERE "stock"."item_id" = %s', 1, 0.2)


def process(*, more: bool = False) -> Process:
    """Write three tests; with another one before them if ``more``."""
    made = Process()
    if more:
        made.test("a.py::test_new").end_test()
    story = made.test("a.py::test_order", story=True)
    with story.step("ann", "visit", "the shop"):
        story.request("GET", "/shop/tulips/", queries=QuerySummary(1, 0.2, (SELECT,)))
    with story.step("ann", "click", "Order the bouquet"):
        story.request("POST", "/order/", view="shop.order")
        story.mail("Thank you", "ann@example.org", text="Your flowers are on their way.")
    story.act("ann", "should_see", "Thank you")
    story.end_test()
    for name in ("list", "detail"):
        play = made.test(f"a.py::test_{name}")
        play.request("GET", f"/{name}/", view=f"shop.{name}")
        play.end_test("failed" if name == "list" else "passed")
    return made.finish()


def test_a_test_has_the_same_id_in_the_next_run(tmp_path: Path) -> None:
    first = ids_of(reports.build(folder_with(tmp_path / "1", process())))
    second = ids_of(reports.build(folder_with(tmp_path / "2", process(more=True))))
    assert second[1:] == first
    assert len(set(second)) == 4


def test_attempts_of_a_test_have_ids_of_their_own(tmp_path: Path) -> None:
    made = Process()
    for _ in range(3):
        made.test("a.py::test_flaky").end_test("failed")
    assert len(set(ids_of(reports.build(folder_with(tmp_path, made.finish()))))) == 3


def test_each_text_is_searched_once() -> None:
    index = search_index(table(assemble(process().events)))
    assert len(set(index["texts"])) == len(index["texts"])
    assert [len(own) for own in index["tests"]] == [7, 1, 1]


def test_the_search_finds_steps_paths_sql_and_mails(seen: Any) -> None:
    shown = seen(process())
    page = shown.open()
    rows = page.locator("table.tests tbody tr")
    for words, found in {
        "bouquet": "ann click Order the bouquet",
        "tulips": "GET /shop/tulips/",
        'stock"."item_id': SELECT.sql,
        "flowers ann": "mail to ann@example.org: Thank you",
    }.items():
        page.get_by_role("searchbox").fill(words)
        rows.locator(".hint", has_text=found).wait_for()
        assert rows.count() == 1, words
    page.get_by_role("searchbox").fill("neither nor")
    page.locator(".empty").wait_for()
    assert shown.errors == []


def test_a_link_shows_a_tab_filters_a_search_and_an_order(seen: Any) -> None:
    shown = seen(process())
    page = shown.open()
    page.get_by_role("searchbox").fill("get /")
    page.get_by_label("Outcome").select_option("failed")
    page.get_by_role("button", name="Time").click()
    page.locator("table.tests tbody tr").filter(has_text="test_list").wait_for()
    link = page.evaluate("location.hash")
    page = shown.open(link)
    page.locator("table.tests tbody tr").filter(has_text="test_list").wait_for()
    assert page.locator("table.tests tbody tr").count() == 1
    assert page.get_by_role("searchbox").input_value() == "get /"
    assert page.get_by_label("Outcome").input_value() == "failed"
    assert page.locator("[aria-sort=descending]").inner_text() == "Time"
    page.locator("a.open").click()
    page.locator("#one-heading").wait_for()
    page.get_by_role("link", name="All tests").click()
    page.locator("#all").wait_for()
    assert page.evaluate("location.hash") == link
    page = shown.open("#?tab=unheard&outcome=constructor&sort=-__proto__&q=")
    assert page.get_by_role("tab", selected=True).inner_text() == "One view2"
    assert shown.errors == []


def test_a_step_has_a_link(seen: Any) -> None:
    shown = seen(process())
    page = shown.open("#t1")
    page.locator("#step-3").click()
    link = page.evaluate("location.hash")
    page = shown.open(link)
    page.locator("#step-3[aria-expanded=true]").wait_for()


def test_keys_lead_through_tests_and_steps(seen: Any) -> None:
    shown = seen(process())
    page = shown.open()
    page.keyboard.press("/")
    page.keyboard.type("ann")
    assert page.get_by_role("searchbox").input_value() == "ann"
    page.get_by_role("searchbox").fill("")
    page.get_by_role("searchbox").blur()
    page.get_by_role("tab", name="All").click()
    for key, title in (("j", "List"), ("j", "Order"), ("k", "List"), ("j", "Order")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent") == title
    page.keyboard.press("Enter")
    page.locator("#step-1[aria-expanded=true]").wait_for()
    for key, number in (("j", 2), ("j", 3), ("k", 2)):
        page.keyboard.press(key)
        page.locator(f"#step-{number}[aria-expanded=true]").wait_for()
    page.keyboard.press("/")
    page.locator("input[type=search]:focus").wait_for()
    assert shown.errors == []
