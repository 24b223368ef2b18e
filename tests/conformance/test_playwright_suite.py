"""The shim around Playwright's suite: its data is whole, it answers only what reads, and it counts honestly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.page import BrowserContext, Page
from django_journey.errors import NeedsBrowser
from tests.conformance.playwright_suite import data
from tests.conformance.playwright_suite.reading import read
from tests.conformance.playwright_suite.run import _counted


class Nobody:
    """A driver of a page that is only filled by hand."""

    name = "nobody"
    base_url = "http://testserver"

    def send(self, request: DriverRequest) -> DriverResponse:
        raise AssertionError(request)

    def close(self) -> None:
        pass


@pytest.fixture
def page() -> Page:
    page = BrowserContext(Nobody()).new_page()
    page.set_content(
        "<title>Tea</title><ul id=list class='a b'><li>One</li><li title=x>Two</li></ul><input value=v>"
    )
    return page


def test_each_test_is_sorted_once_and_few_are_left_out() -> None:
    suits, others = data.left_out(), data.does_not_apply()
    assert len(suits) <= 20
    assert not suits.keys() & others.keys()
    assert len(data.tests_not_run()) == len(suits) + len(others)
    listed = [test for group in data._DATA["does_not_apply"] for test in group["tests"]]
    assert len(listed) == len(set(listed))
    assert {test.partition("::")[0] for test in data.tests_not_run()} <= set(data.files())
    assert all(data.tests_not_run().values())


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("() => document.title", "Tea"),
        ("document.title", "Tea"),
        ("() => document.querySelectorAll('li').length", 2),
        ("() => document.querySelector('li').outerHTML", "<li>One</li>"),
        ("() => document.querySelector('ul').className", "a b"),
        ("() => document.querySelector('input').value", "v"),
        ("() => document.activeElement.nodeName", "BODY"),
        ("() => window.location.href", "about:blank"),
    ],
)
def test_expressions_that_read_are_answered(page: Page, expression: str, expected: Any) -> None:
    assert read(page, expression) == expected


def test_expressions_about_elements_are_answered(page: Page) -> None:
    items = list(page.document.tree.select("li"))
    assert read(page, "els => els.length", items) == 2
    assert read(page, "els => els.map(e => e.textContent).join('|')", items) == "One|Two"
    assert read(page, "e => e.getAttribute('title')", items[1]) == "x"
    assert read(page, "e => e.parentNode.id", items[0]) == "list"


@pytest.mark.parametrize(
    "expression",
    [
        "() => window.result",
        "() => document.title = 'x'",
        "() => document.querySelector('li').remove()",
        "e => e.offsetWidth",
        "() => 1 + 1",
        "async () => document.title",
        "els => els.map(e => e.click())",
    ],
)
def test_whatever_does_something_else_needs_a_browser(page: Page, expression: str) -> None:
    with pytest.raises(NeedsBrowser):
        read(page, expression, page.document.tree.select_one("li"))


def test_a_test_that_passes_by_a_refusal_counts_as_failed() -> None:
    def line(test: str, outcome: str, refusals: list[str]) -> str:
        return json.dumps({"test": test, "outcome": outcome, "refusals": refusals, "message": ""})

    suits = next(iter(data.left_out()))
    counted = _counted(
        [
            line("a", "passed", []),
            line("b", "passed", ["page.evaluate(): it runs JavaScript"]),
            line(suits, "skipped", []),
            line("c", "skipped", []),
        ]
    )
    assert counted["passed"] == 1
    assert counted["failed"] == 1
    assert counted["left_out"] == 1
    assert counted["does_not_apply"] == 1
    assert list(counted["failures"]) == ["b"]
