"""The lines that say what can be done on a page do exactly that."""

from __future__ import annotations

import pytest

from django_journey._story.verbs.outline import outline_of, verbs_of
from tests.pages.fake_site import shows


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<label>Title: <input name=t></label>", ['ada.fill("Title", "…")']),
        ("<input name=q>", ['ada.fill("q", "…")']),
        ("<input placeholder=Search>", ['ada.fill("Search", "…")']),
        ("<label>Day <input type=date></label>", ['ada.fill("Day", "2026-03-03")']),
        ("<label>Agree <input type=checkbox></label>", ['ada.check("Agree")']),
        ("<label>Agree <input type=checkbox checked></label>", ['ada.uncheck("Agree")']),
        ("<label>Agree <input type=checkbox hidden></label>", ['ada.check("Agree")']),
        ("<label>Red <input type=radio name=c></label>", ['ada.check("Red")']),
        ("<label>CV <input type=file></label>", ['ada.attach("CV", "file.txt")']),
        (
            "<label>Kind <select><option>A<option>B</select></label>",
            ['ada.choose("Kind", "B")'],
        ),
        ("<button>Save</button><button disabled>Print</button>", ['ada.click("Save")']),
        ("<button>\uf090 Log in</button>", ['ada.click("Log in")']),
        ("<input type=hidden name=csrf><input name=x readonly><button hidden>No</button>", []),
        (
            "<a href=/a/>A</a><a>no</a><a href=mailto:x@example.com>M</a><a href=//other.example/>O</a>",
            ['ada.click("A")'],
        ),
        ("<a href=/a/>Edit</a><a href=/a/>Edit now</a>", ['ada.click("Edit")', 'ada.click("Edit now")']),
    ],
)
def test_each_control_has_a_line(body: str, lines: list[str]) -> None:
    assert verbs_of(shows(body), "ada") == lines


def test_where_several_have_a_name_each_line_finds_its_own() -> None:
    page = shows(
        "<ul><li>One <a href=/1/>Edit</a><li>Two <a href=/2/>Edit</a></ul>"
        "<label>Name <input id=a></label><label>Name <input id=b></label>"
    )
    lines = verbs_of(page, "ada")
    assert len(lines) == 4
    found = [eval(line.rpartition(".")[0].replace("ada.", ""), {"page": page}) for line in lines]
    assert [locator.get_attribute("href") or locator.get_attribute("id") for locator in found] == [
        "/1/", "/2/", "a", "b",
    ]  # fmt: skip


def test_the_outline_has_roles_and_names() -> None:
    assert outline_of(shows("<h1>Notes</h1><button>Save</button>")) == (
        '- heading "Notes" [level=1]\n- button "Save"'
    )
