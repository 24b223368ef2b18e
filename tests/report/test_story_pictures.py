"""A test's sequence and times: who asked whom, in order and to scale; hostile texts stay text, secrets stay masked."""

from __future__ import annotations

import base64
import json
import re
import zlib
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from django_journey import reports
from django_journey._report.formats import FORMATS
from django_journey._report.model import Test, assemble
from django_journey._report.story_pictures import sequence, times
from django_journey._trace.record.events import Failure, QueryShape, QuerySummary
from django_journey._trace.secrets.redactor import Redactor
from tests.report import synthetic
from tests.report.synthetic import Process, folder_with, publishing
from tests.report.test_hostile import PAYLOADS, _unseen
from tests.report.test_html import Elements
from tests.trace.secrets.test_shapes import KINDS


def story(text: str, *, status: int = 302) -> Process:
    """Write a story whose texts are all ``text``."""
    made = Process()
    play = made.test("a.py::test_pay", story=True)
    with play.step("ann", "click", text):
        made.now += 0.01
        play.note("service", f"bank: POST {text} → 402", service="bank", status=402, ms=4.0)
        play.note("task", f"enqueued {text}")
        play.mail(text, "ann@example.org", text=text, html=text)
        play.request(
            "POST",
            text,
            status,
            milliseconds=20.0,
            posted={"a": text},
            messages=(text,),
            queries=QuerySummary(3, 2.0, (QueryShape("SELECT 1", 3, 2.0),)),
        )
    with play.step("", "tasks.run", text):
        play.note("task", f"{text} done")
        play.mail(text, "bob@example.org")
    failure = Failure("E", text, sought=text, where=text, nearest=(text,), instead=text)
    play.end_test("failed", failure=failure, reason=text)
    return made.finish()  # fmt: skip


def test_of(process: Process) -> Test:
    return assemble(process.events).tests[0]


test_of.__test__ = False  # type: ignore[attr-defined]


def rows(markup: str) -> list[str]:
    return [unescape(title) for title in re.findall(r"<a [^>]*><title>(.*?)</title>", markup)]


def test_each_message_goes_from_who_asks_to_who_answers_in_order() -> None:
    markup = sequence(test_of(story("/pay/")), "t1")
    assert rows(markup) == [
        "ann → site: POST /pay/ → 302 (article_list)",
        "site → database: 3 queries, 3 alike",
        "site → bank: POST /pay/ → 402",
        "site → tasks: enqueued /pay/",
        "site → mail: /pay/",
        "test → tasks: /pay/ done",
        "tasks → mail: /pay/",
    ]
    heads = re.findall(r'<text class="name"[^>]*>(.*?)</text>', markup)
    assert heads == ["ann", "test", "site", "database", "mail", "tasks", "bank"]
    assert re.findall(r'href="#t1(\.\d)"', markup) == [".1"] * 5 + [".2"] * 2


def test_times_are_to_scale() -> None:
    markup = times(test_of(story("/pay/")), "t1")
    found = re.findall(r'<li class="(\w+)[^>]*><a href="#(.*?)">(.*?)</a>.*?left:(.*?)%;width:(.*?)%', markup)
    assert [each[:3] for each in found] == [
        ("step", "t1.1", "ann click /pay/"),
        ("request", "t1.1", "bank: POST /pay/ → 402"),
        ("request", "t1.1", "POST /pay/"),
        ("step", "t1.2", "tasks.run /pay/"),
    ]
    whole = 0.01 + 0.02 + 0.003 + 0.003
    assert float(found[2][3]) == pytest.approx(100 * 0.01 / whole, abs=0.1)
    assert float(found[2][4]) == pytest.approx(100 * 0.02 / whole, abs=0.1)
    assert 'class="sql" style="width:10%"' in markup


def test_a_unit_or_a_single_request_has_no_drawing_and_a_long_test_is_cut() -> None:
    process = Process()
    process.test("unit").end_test()
    process.test("one").request()
    play = process.test("many")
    for _ in range(300):
        play.request()
    unit, one, many = assemble(process.finish().events).tests
    assert [draw(test, "t") for test in (unit, one) for draw in (sequence, times)] == [""] * 4
    assert "and 180 more rows" in sequence(many, "t")
    assert "and 180 more rows" in times(many, "t")


def test_a_clock_that_goes_backwards_stays_within_the_drawing() -> None:
    made = Process()
    play = made.test("t", story=True)
    with play.step("ann", "visit"):
        made.now -= 1000
        play.request(milliseconds=1e9)
        play.request()
    play.end_test()
    for share in re.findall(r"(?:left|width):([\d.]+)%", times(test_of(made.finish()), "t")):
        assert 0 <= float(share) <= 100


def test_texts_stay_text() -> None:
    assert len(set(PAYLOADS)) >= 300
    plain = test_of(story("x"))
    known = [sorted(tag for tag, _ in Elements(draw(plain, "t")).tags) for draw in (sequence, times)]
    for payload in PAYLOADS:
        test = test_of(story(payload))
        for draw, tags in zip((sequence, times), known, strict=True):
            markup = draw(test, "t")
            elements = Elements(markup)
            assert sorted(tag for tag, _ in elements.tags) == tags, payload
            assert _unseen(unescape(markup)) == [], payload
            assert {name for _, attributes in elements.tags for name in attributes} <= {
                *(
                    "class",
                    "tabindex",
                    "role",
                    "aria-label",
                    "width",
                    "height",
                    "d",
                    "x",
                    "y",
                    "rx",
                    "href",
                    "style",
                ),
                "aria-hidden",
            }, payload


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_in_what_is_made_of_a_trace(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, secret = KINDS[kind]
    monkeypatch.setattr(synthetic, "Unmasked", Redactor)
    folder = folder_with(tmp_path, story(text))
    run = reports.load(folder)
    elements = Elements(reports.build(folder).read_text("utf-8"))
    packed = [elements.scripts[name] for name in elements.scripts if re.match(r"data-(t\w{10}|search)", name)]
    made = [zlib.decompress(base64.b64decode(each)).decode() for each in packed]
    made += [elements.scripts["data-rows"], (tmp_path / "history.jsonl").read_text()]
    made += [write(run) for write in FORMATS.values()]
    made += [draw(run.tests[0], "t") for draw in (sequence, times)]
    for each in made:
        assert secret not in unescape(each)
        assert json.dumps(secret)[1:-1] not in each


def test_without_scripts_failures_and_stories_are_drawn(seen: Any) -> None:
    process = Process()
    publishing(process)
    publishing(process, fails=True, number=2)
    tab = seen(process.finish(), java_script_enabled=False).open()
    assert tab.locator(".sequence svg").count() == 2
    assert tab.locator("ol.times").count() == 2


def test_a_row_is_a_link_to_its_step(seen: Any) -> None:
    process = Process()
    publishing(process)
    shown = seen(process.finish())
    tab = shown.open("#t1")
    tab.locator("summary", has_text="Sequence").click()
    tab.locator(".sequence a", has_text="publish").first.click()
    tab.locator("[aria-expanded=true] .sentence", has_text="Publish").wait_for()
    assert shown.errors == []
