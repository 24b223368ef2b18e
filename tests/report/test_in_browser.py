"""The HTML report in a real browser: it opens from a file, loads nothing, runs nothing of what it shows."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from django_journey._trace.record.events import Failure, QuerySummary
from tests.report.synthetic import Process, page, publishing, suite

ATTACK = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"

RAISED = 'Traceback (most recent call last):\n  File "x.py", line 3, in list\n    title\nKeyError: 1'


def test_the_list_is_filtered_sorted_and_searched(seen: Any) -> None:
    shown = seen(suite())
    page = shown.open()
    rows = page.locator("table.tests tbody tr")
    assert page.get_by_role("heading", level=1).inner_text() == "3 of 233 tests failed"
    tabs = ["Stories13", "One view59", "Units160", "Skipped1", "All233"]
    assert page.get_by_role("tab").all_inner_texts() == tabs
    assert rows.count() == 13
    assert rows.first.get_by_role("link").inner_text() == "An article is written, published and read [2]"
    page.get_by_role("searchbox").fill("profile mia")
    assert rows.count() == 1
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Outcome").select_option("failed")
    assert rows.count() == 3
    page.get_by_label("Outcome").select_option("")
    page.get_by_label("Layer").select_option("browser")
    assert rows.get_by_role("link").all_inner_texts() == ["Letters are counted while one types"]
    page.get_by_label("Layer").select_option("")
    page.get_by_role("button", name="Time").click()
    assert "Letters are counted" in rows.first.inner_text()
    assert (
        page.locator("table.tests")
        .get_by_role("columnheader", name="Time", exact=True)
        .get_attribute("aria-sort")
        == "descending"
    )
    page.get_by_role("tab", name="Units").click()
    assert page.get_by_role("tab", name="Units").get_attribute("aria-selected") == "true"
    assert shown.errors == []


def test_search_and_filters_cover_all_tabs_and_leave_the_open_one_unchanged(seen: Any) -> None:
    process = Process()
    process.test("a.py::test_sum").end_test("skipped", reason="sums are off")
    process.test("a.py::test_list").request(view="x.list")
    process.test("a.py::test_story", story=True).end_test("failed", failure=Failure("x.E", "no"))
    shown = seen(process.finish())
    page = shown.open()
    rows = page.locator("table.tests tbody tr")
    chosen = page.get_by_role("tab", selected=True)
    assert chosen.inner_text() == "Stories1"
    page.get_by_role("searchbox").fill("test_sum")
    assert (chosen.inner_text(), rows.count()) == ("All1", 1)
    assert "a.py::test_sum" in rows.inner_text(), "a row says its test's id beside the reason"
    assert "sums are off" in rows.inner_text()
    page.get_by_role("searchbox").fill("")
    assert chosen.inner_text() == "Stories1"
    assert "a.py::test_story" in rows.inner_text()
    page.get_by_label("Outcome").select_option("skipped")
    assert (chosen.inner_text(), rows.count()) == ("All1", 1)
    assert shown.errors == []


def test_a_failed_step_says_its_own_four_parts_and_the_story_what_led_there(seen: Any) -> None:
    own = Failure(
        "E", "no", sought="the page should be at /live/", nearest=("it is at /write/",), instead="wait"
    )
    raw = Failure("E", "no", sought="Page URL expected to be 're.compile('^live$')'")
    process = Process()
    play = process.test("a.py::test_writing", story=True)
    with play.step("ann", "click", "Save"):
        play.request("POST", "/write/", view="x.write", form_errors=("title: This field is required.",))
    play.begin("ann", "should_be_at", "live")
    play.begin("ann", "expect", "to have url")
    play.end(failure=raw)
    play.end(failure=own)
    play.end_test("failed", failure=own)
    page = seen(process.finish()).open("#t1")
    failure = page.get_by_role("region", name="This step failed")
    assert "the page should be at /live/" in failure.inner_text()
    assert "it is at /write/" in failure.inner_text()
    led = page.get_by_role("region", name="What led there").locator("pre").inner_text()
    assert led == "POST /write/ 200 (x.write)\n  form error: title: This field is required."


def test_what_a_server_raised_is_shown_tail_first_with_the_line_of_its_template(seen: Any) -> None:
    frames = "".join(f'  File "{name}.py", line 1, in {name}\n    {name}()\n' for name in ("outer", "inner"))
    text = f"Traceback (most recent call last):\n{frames}KeyError: 'title'\n"
    failure = Failure(
        "KeyError", "'title'", traceback=text, template=("template a.html, line 2", ">    2 | {{ a }}")
    )
    process = Process()
    play = process.test("t")
    play.request(status=500, failure=failure)
    play.end_test("failed", failure=failure)
    page = seen(process.finish()).open("#t1")
    shown = page.locator(".request details.trace pre")
    assert shown.first.inner_text() == "template a.html, line 2\n>    2 | {{ a }}"
    lines = [line.strip() for line in shown.nth(1).inner_text().splitlines()]
    assert lines == ["KeyError: 'title'", 'File "inner.py", line 1, in inner', "inner()",
                     'File "outer.py", line 1, in outer', "outer()"]  # fmt: skip


def test_failures_of_one_cause_are_one_item_that_unfolds(seen: Any) -> None:
    process = Process()
    for number in range(48):
        failure = Failure("KeyError", f"'title {number}'", traceback=RAISED)
        play = process.test(f"a.py::test_{number}")
        play.request(view="x.list", status=500, failure=failure)
        play.end_test("failed", failure=failure)
    process.test("a.py::test_other").end_test("failed", failure=Failure("AssertionError", "1 != 2"))
    page = seen(process.finish()).open()
    items = page.locator(".look > .links > li")
    assert items.count() == 2
    assert "47 more fail alike" in items.first.inner_text()
    items.first.locator("summary").click()
    items.first.get_by_role("link", name="a.py::test_47").click()
    page.locator("#one-heading", has_text="47").wait_for()


def test_a_story_shows_its_steps_and_pages_by_keyboard_alone(seen: Any) -> None:
    shown = seen(suite())
    page = shown.open()
    page.locator("a.open", has_text="An article").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator(".timeline").wait_for()
    assert (
        page.get_by_role("heading", level=1)
        .inner_text()
        .endswith("An article is written, published and read")
    )
    frame = page.frame_locator("iframe.shot")
    page.locator("#step-1").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#step-3").get_attribute("aria-expanded") == "true"
    assert frame.get_by_label("Title").input_value() == "Integration testing"
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    assert frame.get_by_role("status").inner_text() == "Draft saved"
    body = page.locator("#step-5-body")
    assert "POST 302" in body.inner_text().replace("\n", " ")
    assert "redirects to /articles/integration-testing/" in body.inner_text()
    assert "\u00d712" in body.locator("tr.again").inner_text()
    assert "newsroom/article_detail.html" in body.inner_text()
    page.go_back()
    page.locator("#all").wait_for()
    assert page.evaluate("document.activeElement.className") == "open"
    assert shown.errors == []


def test_only_a_video_in_the_reports_folder_is_a_link(seen: Any, tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "page@1 a.webm").write_bytes(b"the film")
    process = Process()
    play = process.test("t", story=True)
    for kept in (
        "/elsewhere/before/videos/page@1 a.webm",  # the report was moved with its folder
        "/elsewhere/before/videos/gone.webm",
        "/elsewhere/trace/../index.html",
        "javascript:alert(1)",
    ):
        play.note("browser", "a video", file=kept)
    play.end_test()
    tab = seen(process.finish()).open("#t1")
    for remark in tab.locator(".remark summary").all():
        remark.click()
    assert tab.locator(".remark a").all_inner_texts() == ["videos/page@1 a.webm"]
    with tab.expect_popup() as opened:
        tab.locator(".remark a").click()
    assert opened.value.url == (tmp_path / "videos" / "page@1 a.webm").as_uri()


def test_a_redirect_is_distinguished_from_two_requests_in_a_row(seen: Any) -> None:
    process = Process()
    play = process.test("t", story=True)
    with play.step("ada", "click", "Save"):
        play.request("POST", "http://testserver/new/?a=1", 302, redirect="../done/?saved=1")
        play.request("GET", "http://testserver/done/?saved=1")
        play.request("POST", "http://testserver/new/", 302, redirect="/done/")
        play.request("GET", "http://testserver/other/")
        play.request("POST", "/new/", 302, redirect="/done/")
        play.request("GET", "/done/")
    play.end_test()
    tab = seen(process.finish()).open("#t1")
    tab.locator(".facts-row").wait_for()
    assert tab.locator(".facts-row .arrow").all_inner_texts() == ["→", "·", "·", "·"]
    assert tab.locator(".request.followed").count() == 2


def test_a_failed_step_is_open_with_its_four_parts_and_its_page(seen: Any) -> None:
    shown = seen(suite())
    page = shown.open("#t2")
    box = page.locator(".step.bad .failure")
    box.wait_for()
    assert [text.strip() for text in box.locator("dt").all_inner_texts()] == [
        "Sought",
        "Where",
        "Nearest",
        "Instead",
    ]
    assert "link “Edit”" in box.inner_text()
    assert page.frame_locator("iframe.shot").get_by_role("link", name="Edit").count() == 1
    shown.open("#t3")
    trace = page.locator(".request .trace")
    trace.wait_for()
    assert "accounts/views.py:41" in trace.inner_text()


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """Serve a place on loopback that notes who comes."""
    hits: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815 - the base class's word

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_of_what_is_shown_runs_or_loads(seen: Any, outside: tuple[str, list[str]]) -> None:
    address, hits = outside
    process = Process()
    play = process.test("t::test_x", title=ATTACK, story=True)
    evil = page(
        ATTACK,
        f"""{ATTACK}<a href="{address}/gone" target="_top">away</a><a href="{address}/self">here</a>
        <link rel="stylesheet" href="{address}/x.css"><link rel="preload" as="image" href="{address}/pre.png">
        <img src="{address}/x.png"><iframe src="{address}/frame"></iframe><body onload="parent.document.title=1">
        <meta http-equiv="refresh" content="0;url={address}/refresh"><style>p{{background:url({address}/p.png)}}</style>
        <p>Text</p><video src="{address}/v.mp4" autoplay></video><object data="{address}/o"></object>
        <form action="{address}/form" method="post"><button>Send</button></form>""",
    )
    with play.step(ATTACK, ATTACK, ATTACK, html=evil, url="http://testserver/", title=ATTACK):
        play.mail(ATTACK, "a@example.org", html=evil)
        play.note(ATTACK, ATTACK, data=ATTACK)
        play.request("GET", ATTACK, view=ATTACK, messages=(ATTACK,))
    play.end_test("failed", reason=ATTACK)
    shown = seen(process.finish())
    tab = shown.open()
    title = tab.title()
    assert "ran" not in title.split()
    tab.get_by_role("link", name="<img").last.click()
    inner = tab.frame_locator("iframe.shot")
    inner.get_by_role("link", name="away").wait_for()
    inner.get_by_role("link", name="away").click()
    inner.get_by_role("button", name="Send").click()
    inner.get_by_role("link", name="here").click()
    tab.frame_locator("iframe.mail-frame").get_by_role("link", name="away").wait_for()
    assert tab.url.startswith("file:")
    assert tab.evaluate("document.title").startswith("<img"), "shown as text, not run"
    assert tab.locator("main img[src=x]").count() == 0
    assert hits == [], "nothing was asked of the network"
    assert shown.errors == []


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_screen(seen: Any, width: int) -> None:
    shown = seen(suite(), viewport={"width": width, "height": 800})
    for hash in ("", "#t1.5", "#t2", "#t3"):
        tab = shown.open(hash)
        if hash:
            tab.locator(".timeline").wait_for()
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 1280])
def test_a_test_that_is_heavy_in_several_ways_has_its_name_beside_them(seen: Any, width: int) -> None:
    process = Process()
    for number, requests in enumerate([*[1] * 30, 200]):
        play = process.test(f"t.py::test_{number}_of_all_the_pages_that_this_site_has_for_anybody")
        for request in range(requests):
            play.request(view=f"x.view_{request % 30}", queries=QuerySummary(2))
        play.end_test()
    item = seen(process, viewport={"width": width, "height": 900}).open().locator(".heavy a").first
    name = item.locator(".what").bounding_box()
    assert name["width"] >= 0.4 * item.bounding_box()["width"]


def test_on_a_phone_the_page_stands_within_its_step(seen: Any) -> None:
    shown = seen(suite(), viewport={"width": 390, "height": 844})
    tab = shown.open("#t1.5")
    frame = tab.locator("#step-5-body iframe.shot")
    frame.wait_for()
    assert tab.frame_locator("#step-5-body iframe.shot").get_by_role("status").inner_text() == "Draft saved"
    tab.set_viewport_size({"width": 1280, "height": 844})
    assert tab.frame_locator("#side iframe.shot").get_by_role("status").inner_text() == "Draft saved"


def png(width: int, height: int) -> bytes:
    """Return a grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x88" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_a_picture_of_a_real_browser_is_shown_and_the_page_beside_it(seen: Any) -> None:
    process = Process()
    play = process.test("t", story=True)
    for html in ("<h1>Drawn anew</h1>", ""):
        with play.step("ada", "visit", "home", html=html, picture=png(320, 200), url="/", title="Home"):
            play.request()
    play.end_test(driver="browser")
    shown = seen(process.finish())
    tab = shown.open("#t1.1")
    picture = tab.get_by_role("img", name="The page Home as it looked")
    picture.wait_for()
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == 320
    tab.get_by_role("button", name="desktop").click()
    assert tab.frame_locator("iframe.shot").get_by_role("heading").inner_text() == "Drawn anew"
    assert picture.count() == 0
    tab.locator("#step-2").click()
    picture.wait_for()
    assert tab.get_by_role("button", name="desktop").count() == 0
    assert shown.errors == []


def test_without_scripts_there_is_a_list_to_read(seen: Any) -> None:
    tab = seen(suite(), java_script_enabled=False).open()
    text = tab.locator("main").inner_text()
    assert "An article is written, published and read" in text
    assert "author click “Save draft”" in text
    assert "nearest: link “Edit”" in text


def test_a_big_run_opens_with_a_part_of_its_rows_and_shows_the_rest_on_demand(seen: Any) -> None:
    process = Process()
    for number in range(1, 401):
        publishing(process, number=number)
    for number in range(1600):
        play = process.test(f"app/tests.py::test_{number}")
        for _ in range(10):
            play.request(view="app.views.show")
        play.end_test()
    shown = seen(process.finish())
    tab = shown.open()
    rows = tab.locator("table.tests tbody tr")
    assert rows.count() == 50
    tab.get_by_role("button", name="Show more").click()
    assert rows.count() == 400
    tab.get_by_role("searchbox").fill("read [399]")
    assert rows.count() == 1
    rows.get_by_role("link").click()
    tab.locator(".timeline").wait_for()
    assert tab.locator(".step").count() == 11
    assert shown.errors == []
