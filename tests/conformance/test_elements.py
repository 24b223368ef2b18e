"""The comparison of elements with Chromium itself: it sees differences, shows them small, and finds none here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance import elements
from tests.conformance.accname import run as run_accname
from tests.conformance.elements import ASPECTS, Case, compare, oracle, smallest
from tests.conformance.generated_pages import generated
from tests.conformance.loopback import Asset

needs_chromium = pytest.mark.usefixtures("chromium")

PAGE = """<!doctype html><html><head><link rel=stylesheet href=/a.css></head><body><h1>Title</h1><p class=x>hidden</p>
<form aria-label=Search><label>Word <input type=search></label><button>Go</button></form></body></html>"""


def sheet(path: str) -> Asset | None:
    return Asset("text/css", b".x{display:none}") if path == "/a.css" else None


@needs_chromium
def test_a_page_with_a_linked_style_sheet_is_seen_as_in_chromium():
    result = elements.run([Case("a page", PAGE)], assets=sheet)
    assert result["differences"] == []
    assert all(result[aspect][0] == result[aspect][1] > 0 for aspect in ASPECTS)


@needs_chromium
def test_a_difference_is_found_and_shown_by_a_small_page(monkeypatch: pytest.MonkeyPatch):
    honest = elements.role_of

    def wrong(doc: Any, el: Any) -> str | None:
        return "link" if el.tag == "button" else honest(doc, el)

    monkeypatch.setattr(elements, "role_of", wrong)
    with oracle(sheet) as asked:
        counts, found = compare(asked, Case("a page", PAGE))
        small = smallest(asked, Case("a page", PAGE), "roles")
    assert counts["roles"][0] == counts["roles"][1] - 1
    assert [(each.aspect, each.chromium, each.ours) for each in found] == [("roles", "button", "link")]
    assert "<button>" in small
    assert "<form" not in small
    assert "<h1>" not in small


@needs_chromium
def test_generated_pages_agree_on_every_role_and_name():
    result = elements.run(generated(3, seed=7), shrink=0)
    assert result["roles"][0] == result["roles"][1]
    assert result["names"][0] >= 0.998 * result["names"][1]
    assert result["visibility"][0] >= 0.99 * result["visibility"][1]


def test_the_same_seed_makes_the_same_pages():
    assert [case.markup for case in generated(2, seed=3)] == [case.markup for case in generated(2, seed=3)]
    assert next(generated(1, seed=3)).markup != next(generated(1, seed=4)).markup


def test_cases_of_names_are_counted_and_failing_ones_told(tmp_path: Path):
    folder = tmp_path / "tests" / "assets" / "wpt" / "accname"
    folder.mkdir(parents=True)
    right = "<button data-expectedlabel=Go data-testname=right>Go</button>"
    (folder / "x.html").write_text(f"{right}<button data-expectedlabel=x data-testname=wrong>y")
    assert run_accname(tmp_path) == {
        "passed": 1,
        "total": 2,
        "failed": [{"page": "x.html", "case": "wrong", "expected": "x", "got": "y"}],
    }


def test_a_folder_without_cases_is_an_error_and_not_a_success(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="no WPT accname cases"):
        run_accname(tmp_path)
