"""The comparison of random pages of CSS with Chromium: it sees differences, shows them small, and finds few here."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance import css_fuzz
from tests.conformance.css_fuzz import chromium, differing, ours, pages, run, smallest
from tests.conformance.elements import oracle

needs_chromium = pytest.mark.usefixtures("chromium")


def test_the_same_seed_makes_the_same_pages():
    assert [*pages(5, seed=3)] == [*pages(5, seed=3)]
    assert [*pages(5, seed=3)] != [*pages(5, seed=4)]


def test_an_answer_that_needs_a_browser_is_no_difference():
    markup = "<!doctype html><style>.c{container-type:inline-size}@container (min-width:500px){p{display:none}}</style>"
    rows = ours(f"{markup}<div class=c><p>x</p></div>")
    theirs = [[row[0], True, "x"] for row in rows]
    assert "p" not in {theirs[index][0] for index, *_ in differing(theirs, rows)}


@needs_chromium
def test_random_pages_are_seen_as_in_chromium():
    found = run(80, seed=2)
    assert found["pages"] == 80
    assert found["visibility"][0] >= 0.99 * found["visibility"][1] > 500
    assert found["inner_text"][0] >= 0.99 * found["inner_text"][1] > 500


@needs_chromium
def test_a_difference_is_shown_by_a_small_page(monkeypatch: pytest.MonkeyPatch):
    honest = css_fuzz.is_visible

    def wrong(doc: Any, el: Any) -> bool:
        return el.attr("hidden") is not None or honest(doc, el)

    monkeypatch.setattr(css_fuzz, "is_visible", wrong)
    page = "<!doctype html><style>p{margin:4px}</style><div class=a>x<p hidden>y</p><b>z</b></div>"
    with oracle() as asked:
        (theirs,) = chromium(asked, [page])
        assert [(index, aspect) for index, aspect, *_ in differing(theirs, ours(page))] == [(5, "visibility")]
        assert smallest(asked, page, "visibility") == '<!doctype html><style></style><p hidden=""></p>'
