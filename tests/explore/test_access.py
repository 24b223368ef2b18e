"""The access matrix: open doors are named, a site without any gives none, and a change is a difference."""

from __future__ import annotations

import re
from pathlib import Path

from django_journey._explore.access.matrix import Access, changes, written
from django_journey._explore.access.suspicious import suspicious
from django_journey._explore.visits import Answer, Person
from tests.explore.planted import DOORS, plant
from tests.explore.test_planted_bugs import UNHURRIED, walk

WRONG = re.compile(r"^looks wrong: (\w+) (\S+) as (\w+): ", re.MULTILINE)


def test_open_doors_look_wrong_and_nothing_else_does(tmp_path: Path) -> None:
    site = plant(tmp_path, [])
    for _, file, before, after in DOORS.values():
        text = (site / file).read_text()
        assert text.count(before) == 1, before
        (site / file).write_text(text.replace(before, after))
    _, _, said = walk(site, UNHURRIED, "--requests=900", "--access")
    wrong = WRONG.findall(said)
    assert {cell for cell, *_ in DOORS.values()} <= set(wrong), said
    assert {each[:2] for each in wrong} == {cell[:2] for cell, *_ in DOORS.values()}, said


def answer(status: int, url: str = "http://testserver/a/", came_from: str = "") -> Answer:
    chain = [(302, came_from), (status, url)] if came_from else [(status, url)]
    return Answer(request=None, status=status, url=url, chain=chain)  # type: ignore[arg-type]


def person(name: str) -> Person:
    return Person(name, None, None)  # type: ignore[arg-type]


def test_a_page_without_a_login_beside_others_looks_wrong() -> None:
    access = Access("/login/")
    for name in ("list", "edit", "delete"):
        access.note(
            f"notes/{name}/", "GET", person("visitor"), answer(200, "http://testserver/login/?next=/", "x")
        )
    access.note("notes/export/", "GET", person("visitor"), answer(200))
    assert [(cell.pattern, cell.role) for cell in suspicious(access, (), ("visitor",))] == [
        ("notes/export/", "visitor")
    ]


def test_only_a_cell_that_both_have_is_a_change(tmp_path: Path) -> None:
    path = tmp_path / "access.txt"
    path.write_text(
        written([("a/", "GET", {"user": "403", "staff": "allowed"}), ("old/", "GET", {"user": "404"})])
    )
    now = written([("a/", "GET", {"user": "allowed", "staff": "allowed"}), ("new/", "GET", {"user": "404"})])
    assert changes(path, now) == ["-GET a/ | user | 403", "+GET a/ | user | allowed"]
    assert changes(tmp_path / "none.txt", now) == []
