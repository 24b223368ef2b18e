"""The HTML report: one file, complete, safe with any content, and small even for big runs."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import zlib
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from django_journey import reports
from django_journey._report import embedded_pages, html
from django_journey._trace.record.events import Failure, RequestServed, StoredSnapshot
from django_journey.errors import ConfigurationError, visible
from tests.report.synthetic import Process, folder_with, page, publishing, suite

NASTY = "</script><script>alert(1)</script><!--<script>]]>&lt;img src=x onerror=alert(1)>\u2028\"'`${x}"


class Elements(HTMLParser):
    """Collects what an HTML parser makes of the report."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self._script: str | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self._script = dict(attrs).get("id") or "the script"
            self.scripts[self._script] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts[self._script] += data


def built(folder: Path, *processes: Process) -> str:
    return reports.build(folder_with(folder, *processes)).read_text(encoding="utf-8")


def unpacked(elements: Elements, identity: str) -> str:
    return zlib.decompress(base64.b64decode(elements.scripts[f"data-{identity}"])).decode()


def details(elements: Elements, number: int) -> dict[str, Any]:
    row = json.loads(elements.scripts["data-rows"])[number - 1]
    return json.loads(unpacked(elements, row["id"]))


def nasty_process() -> Process:
    process = Process()
    play = process.test(f"t::{NASTY}", title=NASTY, story=True)
    failure = Failure(type="X", message=NASTY, sought=NASTY, where=NASTY, nearest=(NASTY,), instead=NASTY)
    with play.step(NASTY, "click", NASTY, html=page(NASTY, NASTY), url=NASTY, title=NASTY, failure=failure):
        play.request("GET", NASTY, view=NASTY, templates=(NASTY,), messages=(NASTY,), form_errors=(NASTY,))
        play.mail(NASTY, NASTY, text=NASTY, html=NASTY)
        play.note("task", NASTY, **{NASTY: NASTY})
    play.end_test("failed", failure=failure, reason=NASTY)
    return process.finish()


def test_the_report_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    text = built(tmp_path, suite())
    for tag, attributes in Elements(text).tags:
        assert tag not in {"img", "iframe", "object", "embed", "base", "form"}
        for name in ("src", "href", "srcset", "action"):
            value = attributes.get(name) or ""
            assert value.startswith(("#", "data:")) or not value, (tag, value)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("durations.json", "history.jsonl", "index.html", "trace"),
    ]


def test_the_policy_forbids_the_network_and_every_other_script(tmp_path: Path) -> None:
    elements = Elements(built(tmp_path, suite()))
    policy = next(attrs["content"] for tag, attrs in elements.tags if attrs.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy
    digest = base64.b64encode(hashlib.sha256(elements.scripts["the script"].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy


def test_no_content_of_a_trace_can_become_markup(tmp_path: Path) -> None:
    plain = Elements(built(tmp_path / "plain", suite(stories=3, plain=0, units=0)))
    nasty = Elements(built(tmp_path / "nasty", nasty_process()))
    known = {tag for tag, _ in plain.tags}
    assert {tag for tag, _ in nasty.tags} <= known
    assert not [attrs for _, attrs in nasty.tags for name in attrs if name.startswith("on")]
    code = [identity for identity in nasty.scripts if not identity.startswith("data-")]
    assert code == ["the script"]
    (row,) = json.loads(nasty.scripts["data-rows"])
    assert row["title"] == visible(NASTY).strip()
    step = details(nasty, 1)["parts"][0]
    assert step["what"] == visible(NASTY)
    assert unpacked(nasty, f"page-{step['snapshot']['page']}") == page(NASTY, NASTY)


def test_without_scripts_tests_steps_and_failures_are_listed(tmp_path: Path) -> None:
    text = built(tmp_path, suite())
    plain = unescape(re.sub(r"<[^>]+>", " ", re.findall(r"<noscript>(.*?)</noscript>", text, re.DOTALL)[0]))
    for words in (
        "An article is written, published and read",
        "author click “Save draft”",
        "POST http://testserver/articles/new/ 302 → /articles/integration-testing/ (newsroom.views.ArticleCreate)",
        "mail to ada@example.org: Your article is online",
        "nearest: link “Edit”",
        "newsroom/tests/test_views.py::ArticleTests::test_list_shows_page_59",
    ):
        assert words in plain


def test_a_step_has_its_requests_sql_mails_and_page(tmp_path: Path) -> None:
    elements = Elements(built(tmp_path, suite()))
    parts = details(elements, 1)["parts"]
    save = parts[3]
    assert (save["actor"], save["verb"], save["what"]) == ("author", "click", "“Save draft”")
    post, get = save["parts"]
    assert (post["method"], post["status"], post["redirect"]) == (
        "POST",
        302,
        "/articles/integration-testing/",
    )
    assert get["templates"][0] == "newsroom/article_detail.html"
    assert [shape[4] for shape in get["shapes"]] == [1, 0], (
        "the twelve equal queries are flagged, the one is not"
    )
    assert "Draft saved" in unpacked(elements, f"page-{save['snapshot']['page']}")
    (mail,) = [part for part in parts[-2]["parts"] if part["is"] == "mail"]
    assert "<h2>Hello Ada</h2>" in mail["html"]


def test_a_failed_step_has_its_four_parts_and_the_servers_traceback(tmp_path: Path) -> None:
    elements = Elements(built(tmp_path, suite()))
    failure = details(elements, 2)["parts"][-1]["failure"]
    assert failure["sought"] == "a button, link or summary named “Publish”"
    assert failure["nearest"][0] == "link “Edit”"
    assert failure["instead"].startswith('editor.click("Edit")')
    request = details(elements, 3)["parts"][1]["parts"][0]
    assert "accounts/views.py:41" in request["failure"]["traceback"]


def test_a_killed_run_still_makes_a_report_and_says_so(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, suite(end=False))
    (path,) = (folder / "trace").glob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-30])
    text = reports.build(folder).read_text(encoding="utf-8")
    assert "did not come to an end" in text
    assert "is torn: its process was killed" in text
    rows = json.loads(Elements(text).scripts["data-rows"])
    assert [row["title"] for row in rows if row["outcome"] == "unfinished"] == ["A picture is replaced"]


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([], "No test was traced"),
        (["passed"], "The test passed"),
        (["passed", "passed", "skipped"], "All 2 tests passed"),
        (["skipped"], "All tests were skipped"),
        (["passed", "error", "xpassed", "xfailed"], "2 of 4 tests failed"),
        (["passed", "xfailed", "skipped"], "1 of 2 tests passed, 1 failed as expected"),
    ],
)
def test_the_first_line_is_the_verdict(outcomes: list[str], verdict: str, tmp_path: Path) -> None:
    process = Process()
    for number, outcome in enumerate(outcomes):
        process.test(f"t{number}").end_test(outcome)
    assert f">{verdict}</h1>" in built(tmp_path, process.finish())


def test_a_runners_own_word_for_an_outcome_stays(tmp_path: Path) -> None:
    process = Process()
    process.test("t").end_test("rerun")
    assert "1 rerun" in built(tmp_path, process.finish())


def test_the_report_is_written_without_django(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, suite(stories=3, plain=2, units=2))
    code = (
        "import sys; from pathlib import Path; from django_journey import reports;"
        "print(reports.build(Path(sys.argv[1])).name, 'django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["index.html", "False"]


def test_requests_outside_any_test_are_counted(tmp_path: Path) -> None:
    process = Process()
    process.write(RequestServed(url="http://testserver/login/"))
    assert "1 request outside any test" in built(tmp_path, process.finish())


def test_without_a_trace_the_error_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--journey-report"):
        reports.build(tmp_path)


def test_each_page_is_embedded_once(tmp_path: Path) -> None:
    process = Process()
    for number in range(1, 30):
        publishing(process, number=number)
    elements = Elements(built(tmp_path, process.finish()))
    pages = [identity for identity in elements.scripts if identity.startswith("data-page-")]
    assert len(pages) == len(process.pages)


def test_beyond_its_budget_pages_of_failures_come_first_and_the_rest_is_named(tmp_path: Path) -> None:
    run = reports.load(folder_with(tmp_path, suite()))
    found = embedded_pages.embed_pages(run, tmp_path / "trace", budget=3_000)
    assert 0 < sum(map(len, found.pages.values())) <= 3_000
    failing = {part.snapshot.page for test in run.tests if test.bad for part in test.steps if part.snapshot}
    assert set(found.pages) <= failing
    assert found.left_out
    assert "did not fit into this file" in html.page(run, found)


def test_a_key_never_reads_outside_the_trace(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    process = Process()
    play = process.test("t", story=True)
    play.begin("a", "visit")
    play.end(StoredSnapshot(url="/", page="../../secret"))
    play.end_test()
    run = reports.load(folder_with(tmp_path, process))
    found = embedded_pages.embed_pages(run, tmp_path / "trace")
    assert found.pages == {}
    assert found.missing == ["../../secret"]


def test_a_page_that_is_not_there_is_named_instead_of_failing(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, suite())
    for path in (folder / "trace" / "pages").iterdir():
        path.unlink()
    assert "could not be read from the trace" in reports.build(folder).read_text(encoding="utf-8")


def test_odd_characters_do_not_stop_the_report(tmp_path: Path) -> None:
    process = Process()
    play = process.test("t", title="half a pair \ud800 and a null \x00", story=True)
    play.act("a", "see", "\ud83d", html="<p>\ud800</p>")
    play.end_test()
    assert "half a pair" in built(tmp_path, process.finish())


def test_a_big_run_makes_a_small_report(tmp_path: Path) -> None:
    process = Process()
    for number in range(1, 251):
        publishing(process, number=number)
    for number in range(1750):
        play = process.test(f"app/tests.py::test_{number}")
        for _ in range(10):
            play.request(view=f"app.views.view_{number % 90}", templates=("a.html", "base.html"))
        play.end_test()
    text = built(tmp_path, process.finish())
    rows = Elements(text).scripts["data-rows"]
    assert len(json.loads(rows)) == 2000
    assert len(text) < 6_000_000
    assert len(rows) < 900_000, "what is parsed when the report opens stays small"


def test_the_file_of_a_note_is_found_as_windows_writes_its_path(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "a.webm").write_bytes(b"the film")
    process = Process()
    play = process.test("t", story=True)
    play.note("browser", "a video", file=r"C:\run\videos\a.webm")
    play.end_test()
    found = embedded_pages.embed_pages(reports.load(folder_with(tmp_path, process)), tmp_path / "trace")
    assert found.files == {r"C:\run\videos\a.webm": "videos/a.webm"}
