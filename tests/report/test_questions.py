"""Twelve questions of a reader who did not write the test, each answered by the report in at most two clicks or keys.

And axe-core finds nothing wrong in any view of that report.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from django_journey import reports
from django_journey._trace.record.events import (
    Details,
    Failure,
    QueryDetails,
    QueryShape,
    QuerySummary,
)
from tests import needs
from tests.report.synthetic import FORM, START, Process, folder_with, page

SELECT = 'SELECT "stock"."amount" FROM "stock" WHERE "stock"."item_id" = %s'
TEST = "An order is paid"
STEP_1, STEP_2 = "visit the shop", "click “Order”"

# The question, the controls that are used in turn, and what is then to be read.
QUESTIONS: dict[str, tuple[list[str], list[str]]] = {
    "what is new since the last run": ([], ["New failures", "passed the last time", "New pages", "shop.views.pay"]),
    "which other tests fail for the same reason": (["1 more fail alike"], ["test_two_orders_are_paid"]),
    "why the form refused": ([TEST], ["card: This card was refused."]),
    "what was posted": ([TEST, STEP_2], ["What was posted", "amount", "12"]),
    "which line ran the repeated query, and with which values": (
        [TEST, STEP_1],
        ["shop/views.py:41 (12 times)", "with item_id = 7", "repeated"],
    ),
    "what the payment service answered": ([TEST], ["bank: POST https://bank.example/ → 402", '"declined": "no funds"']),
    "what changed on the page between two steps": ([TEST, "changes"], ["Title: (empty)", "Paid in part"]),
    "which rows were written": ([TEST, STEP_2], ["shop.Order: 1 inserted: amount = 12"]),
    "what changed in the session": ([TEST, STEP_2], ["cart: [7] → [7, 8]"]),
    "which mail was sent, and what it says": ([TEST], ["to ann@example.org", "Your order waits for your money."]),
    "who asked whom, in which order": ([TEST, "Sequence"], ["ItemList", "14 queries, 12 alike", "POST /pay/ → 402"]),
    "what took the time": ([TEST, "Times"], ["ann click “Pay”", "POST /pay/", "240 ms"]),
}  # fmt: skip


def order(made: Process, name: str, *, fails: bool) -> None:
    """Write the story of an order that the bank declines."""
    play = made.test(
        f"shop/journeys/test_order.py::{name}",
        title=TEST if name == "test_an_order_is_paid" else "",
        story=True,
    )
    empty = page("Order", FORM.format(title="", body=""))
    with play.step("ann", "visit", "the shop", html=page("Shop", "<h1>Shop</h1>")):
        play.request(
            "GET",
            "/shop/",
            view="shop.views.ItemList",
            queries=QuerySummary(14, 4.0, (QueryShape(SELECT, 12, 3.0),)),
        )
    with play.step("ann", "click", "“Order”", html=empty):
        play.request(
            "POST",
            "/order/",
            view="shop.views.order",
            posted={"amount": "12"},
            form_errors=("card: This card was refused.",),
        )
    failure = Failure("AssertionError", "the order is not paid")
    with play.step(
        "ann",
        "click",
        "“Pay”",
        html=page("Paid", "<h1>Paid in part</h1>"),
        failure=failure if fails else None,
    ):
        play.note(
            "service",
            "bank: POST https://bank.example/ → 402",
            service="bank",
            status=402,
            ms=200.0,
            answered='{\n "declined": "no funds"\n}',
        )
        play.mail("Your order", "ann@example.org", text="Your order waits for your money.")
        play.request(
            "POST", "/pay/", 402, view="shop.views.pay" if fails else "shop.views.order", milliseconds=240.0
        )
    play.write(
        Details(
            test=play.key,
            request=1,
            statements=(
                QueryDetails(
                    SELECT, "default", ("shop/views.py:41 (12 times)",), ("item_id = 7", "item_id = 8")
                ),
            ),
        )
    )
    play.write(
        Details(
            test=play.key,
            request=2,
            session=("cart: [7] → [7, 8]",),
            rows=("shop.Order: 1 inserted: amount = 12",),
        )
    )
    play.end_test("failed" if fails else "passed", failure=failure if fails else None)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run after one that passed."""
    folder = tmp_path_factory.mktemp("report")
    for day, fails in ((0, False), (1, True)):
        for old in (folder / "trace").glob("*.jsonl"):
            old.unlink()
        made = Process(start=START + day * 86_400)
        for name in ("test_an_order_is_paid", "test_two_orders_are_paid"):
            order(made, name, fails=fails)
        made.test("shop/tests.py::test_sum").end_test("skipped", reason="sums are off")
        index = reports.build(folder_with(folder, made.finish()))
    return index


def use(tab: Any, name: str, how: str) -> None:
    """Use the first control of that name: click it, or focus it and press Enter."""
    controls = tab.locator("a, button, summary").filter(has_text=name).and_(tab.locator(":visible"))
    control = controls.filter(has_text=re.compile(rf"^{name}$")).or_(controls).first
    if how == "mouse":
        control.click()
        return
    assert control.evaluate("control => control.tabIndex") == 0
    control.focus()
    assert control.evaluate("control => control === document.activeElement")
    tab.keyboard.press("Enter")


@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_each_question_is_answered(report: Path, browser: Any, how: str) -> None:
    assert len(QUESTIONS) == 12
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    for question, (controls, answers) in QUESTIONS.items():
        assert len(controls) <= 2
        tab.goto("about:blank")
        tab.goto(report.as_uri())
        for name in controls:
            use(tab, name, how)
            if name == TEST:
                tab.locator(".timeline").wait_for()
        for answer in answers:
            tab.locator(":visible", has_text=answer).first.wait_for()
            assert answer in tab.locator("main").inner_text(), question
    assert errors == []
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(report: Path, browser: Any, scheme: str, width: int) -> None:
    axe = (Path(needs.library("axe_playwright_python").__file__).parent / "axe.min.js").read_text()
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for opened in ("", TEST):
        tab.goto("about:blank")
        tab.goto(report.as_uri())
        if opened:
            use(tab, opened, "mouse")
            tab.locator(".timeline").wait_for()
            tab.evaluate("for (const each of document.querySelectorAll('#one details')) each.open = true")
            tab.locator(".sequence svg, ol.times").nth(1).wait_for()
        tab.evaluate(axe)
        found = tab.evaluate("axe.run(document, { iframes: false }).then(found => found.violations)")
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []
    tab.close()
