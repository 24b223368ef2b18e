"""Form owners, as set by Chromium's parser."""

from __future__ import annotations

import pytest

from django_journey._dom.forms.owner import elements_of, form_owner
from django_journey._dom.tree.document import Document

# Each control's name begins with the id of the form that Chromium gives it; "0" stands for none.
PAGES = [
    "<form id=f><input name=f1></form><input name=01>",
    "<table><form id=f><tr><td><input name=f1></td></tr></form></table><input name=02>",
    "<div><form id=f><p><input name=f1></div><input name=f2></form><input name=03>",
    "<form id=f><div></form><input name=f1></div><input name=02>",
    "<form id=f><form id=g><input name=f1></form><input name=02></form>",
    "<form id=f></form><input form=f name=f1><input form=no name=02>",
    "<form id=f><input form=g name=g1></form><form id=g><input name=g2></form>",
    "<form id=f><input form='' name=01></form>",
    "<div><form id=f></div><!-- </form> --><input name=f1><textarea name=f2></form></textarea><input name=f3>",
    "<div><form id=f></div><template></form><input name=g></template><input name=f1></form><input name=02>",
    "<form id=f><table></form><form id=g><tr><td><input name=g1></td></tr></table>",
    "<table><form id=f></table><input name=f1></form><input name=02>",
    "<div><form id=f></div><a title='</form>'></a><input name=f1><script>'</form>'</script><input name=f2>",
]


@pytest.mark.parametrize("body", PAGES)
def test_the_form_owner_set_by_the_parser(body: str) -> None:
    doc = Document(f"<!doctype html><body>{body}")
    controls = [el for el in doc.tree.select("body input, body textarea") if el.attr("name") != "g"]
    owners = [form_owner(doc, el) for el in controls]
    found = ["0" if owner is None else owner.attr("id") for owner in owners]
    assert found == [el.attr("name")[0] for el in controls]


def test_the_elements_of_a_form_are_in_tree_order() -> None:
    doc = Document("<input form=f name=a><form id=f><input name=b></form><button form=f name=c></button>")
    assert [el.attr("name") for el in elements_of(doc, doc.tree.select_one("form"))] == ["a", "b", "c"]


def test_form_owners_of_a_page_in_another_encoding() -> None:
    markup = "<meta charset=shift_jis><div><form id=f>日本</div><input name=x></form>".encode("shift_jis")
    doc = Document(markup)
    assert form_owner(doc, doc.tree.select_one("input")).attr("id") == "f"
