"""The HTML page of a walk."""

from __future__ import annotations

from pathlib import Path

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select
from django_journey._explore.findings.finding import Finding, Steps
from django_journey._explore.findings.page import write_page


def test_it_shows_everything_as_text_and_loads_nothing(tmp_path: Path) -> None:
    found = Finding(
        "server-error", "k", "KeyError: '<b>'", "a.py:1", "a/", Steps("user", "/a/"), 90, {"user"}
    )
    found.story = "def test_a(journey):\n    assert 1 < 2"
    path = tmp_path / "new" / "walk.html"
    rows = [("a/", "GET", {"user": "allowed"})]
    write_page(
        path,
        "9 requests",
        [found],
        matrix=rows,
        roles=["user"],
        odd={"it is open": ["GET a/ as user"]},
        more=[("Not reached", "<ul><li>b/</li></ul>")],
    )
    document = Document(path.read_text(encoding="utf-8"), url="http://testserver/")
    (article,) = select(document, "article")
    assert "KeyError: '<b>'" in article.text
    assert "assert 1 < 2" in article.text
    assert "no page sends such a request by itself" in article.text
    assert [cell.text for cell in select(document, "tbody th, tbody td")] == ["a/", "GET", "allowed"]
    assert [each.text for each in select(document, "h1, .warning summary, li")] == [
        "1 finding",
        "Looks wrong in 1 cell: it is open",
        "GET a/ as user",
        "b/",
    ]
    assert select(document, "script, img, link[rel=stylesheet]") == []
