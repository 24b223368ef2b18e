"""What is wrong with a page as it stands."""

from __future__ import annotations

import pytest

from django_journey._dom.tree.document import Document
from django_journey._explore.findings.page_checks import CHECKS, problems

RIGHT = """<!doctype html><form action="/a/"></form><!-- <form><form> --><script>"<form><form>"</script>
<form action="/b/"><label for="x">X</label><input id="x" name="x"></form><img src="/a.png" alt="">
<p id="p"></p>"""

WRONG = {
    "nested-form": '<form action="/a/"><p><form action="/b/"></form></form>',
    "label": '<label for="x">A</label><input id="x" name="a"><label for="x">B</label><input id="x" name="b">',
    "duplicate-id": '<p id="p"></p><p id="p"></p>',
    "alt": '<img src="/photo.jpg">',
    "unnamed": '<form><input name="q"></form>',
    "mixed": '<script src="http://cdn.example.com/x.js"></script>',
}


@pytest.mark.parametrize("kind", CHECKS)
def test_a_page_that_is_right_gives_nothing(kind: str) -> None:
    assert problems(Document(RIGHT, url="http://testserver/"), kind) == []


@pytest.mark.parametrize("kind", CHECKS)
def test_a_page_that_is_wrong_gives_one_line(kind: str) -> None:
    document = Document(WRONG[kind], url="http://testserver/")
    assert {each: len(problems(document, each)) for each in CHECKS if each in (kind,)} == {kind: 1}
