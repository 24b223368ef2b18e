"""What a request had and did in detail can be read in the report: in a real browser, with at most two clicks."""

from __future__ import annotations

from typing import Any

from django_journey._trace.record.events import (
    Details,
    Failure,
    QueryDetails,
    QueryShape,
    QuerySummary,
)
from tests.report.synthetic import Process

SQL = 'SELECT "a"."id" FROM "comments" WHERE "a"."article_id" = %s'
PLACE = "newsroom/views.py:41 (12 times)"


def process() -> Process:
    """Write a test that failed, with the details of its request and of its step."""
    made = Process()
    play = made.test("a.py::test_order", story=True)
    with play.step("ann", "click", "Pay"):
        play.request(
            "POST",
            "/pay/",
            view="shop.pay",
            posted={"amount": "12", "password": "***"},
            form_errors=("card: This card was refused.",),
            queries=QuerySummary(12, 3.0, (QueryShape(SQL, 12, 3.0),)),
        )
    play.write(
        Details(
            test=play.key,
            request=1,
            headers={"X-Shop": "north", "Cookie": "***"},
            sent='{\n "amount": 12\n}',
            files=("picture: cat.png (5 bytes)",),
            answer_headers={"X-Stock": "3"},
            answered='{\n "total": 24\n}',
            session=("cart: [7] → [7, 8]",),
            context=("article: Article",),
            statements=(QueryDetails(SQL, "default", (PLACE,), ("article_id = 7", "article_id = 8")),),
            rows=("shop.Order: 1 inserted: amount = 12",),
        )
    )
    play.write(Details(test=play.key, step=1, rows=("shop.Order: 1 changed: paid = True, id = 1",)))
    play.note("service", "bank: POST https://bank.example/ → 402", answered='{\n "declined": "no funds"\n}')
    play.end_test("failed", failure=Failure("AssertionError", "not paid"))
    return made.finish()


def test_a_request_shows_what_it_had_and_did(seen: Any) -> None:
    shown = seen(process())
    page = shown.open("#t1")
    head = page.locator("#step-1")
    assert "card: This card was refused." in head.inner_text()
    assert head.locator(".rows").all_inner_texts() == [
        "shop.Order changed \u00d71",
        "shop.Order inserted \u00d71",
    ]
    inner = page.locator(".wire > .inner")
    text = inner.inner_text()
    for words in (
        *("What was posted", "amount", "12", "picture: cat.png (5 bytes)", '"amount": 12', '"total": 24'),
        *("cart: [7] → [7, 8]", "shop.Order: 1 inserted: amount = 12"),
    ):
        assert words in text
    assert PLACE in inner.inner_text()
    inner.get_by_text("with article_id = 7").click()
    assert inner.locator(".values li").all_inner_texts() == ["article_id = 7", "article_id = 8"]
    for summary, words in (
        ("Template context", "article: Article"),
        ("Request headers", "X-Shop"),
        ("Response headers", "X-Stock"),
    ):
        inner.get_by_text(summary).click()
        assert words in inner.inner_text()
    assert "shop.Order: 1 changed: paid = True, id = 1" in page.locator("#step-1-body").inner_text()
    assert '"declined": "no funds"' in page.locator(".remark pre").inner_text()
    assert shown.errors == []


def test_sql_and_a_request_are_copied(seen: Any) -> None:
    page = seen(process(), permissions=["clipboard-read", "clipboard-write"]).open("#t1")
    inner = page.locator(".wire > .inner")
    inner.get_by_role("button", name="Copy SQL").click()
    inner.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{SQL};"
    inner.get_by_role("button", name="Copy as curl").click()
    inner.get_by_role("button", name="Copied").nth(1).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "curl -X POST \\\n  -H 'X-Shop: north' \\\n  -H 'Cookie: ***' \\\n  --data-urlencode 'amount=12' \\\n"
        "  --data-urlencode 'password=***' \\\n  --data-raw '{\n \"amount\": 12\n}' \\\n  'http://localhost:8000/pay/'"
    )
