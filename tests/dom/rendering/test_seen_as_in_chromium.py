"""Boxes, floats, SVG and texts of small unusual pages, as recorded in Chromium."""

from __future__ import annotations

import pytest

from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document
from django_journey.errors import NeedsBrowser
from tests.conformance.elements import oracle
from tests.conformance.recorded import asset, in_chromium, ours, recorded


@pytest.mark.parametrize("record", recorded(), ids=range(len(recorded())))
def test_pages_match_what_was_recorded_in_chromium(record: dict[str, str]):
    assert ours(record["markup"]) == record


@pytest.mark.usefixtures("chromium")
def test_the_records_match_chromium():
    with oracle(asset) as asked:
        assert [in_chromium(asked, each["markup"]) for each in recorded()] == recorded()


def test_container_queries_of_unknown_size_need_a_browser():
    rules = "<style>.c{{container-type:inline-size}}@container (min-width:{}px){{p{{{}}}}}</style>"
    markup = f"{rules}<div class=c><p>x</p></div>"
    with pytest.raises(NeedsBrowser, match="@container"):
        ours(markup.format(500, "display:none"))
    assert ours(markup.format(500, "display:flex"))["text"] == "x"
    assert ours(markup.format(5000, "display:none"))["text"] == "x"


def test_a_field_is_marked_as_invalid_once_the_user_has_left_it():
    markup = (
        "<style>:user-invalid{visibility:hidden}</style><form id=f><input id=a required><input id=b></form>"
    )
    doc = Document(markup)
    field = doc.tree.select_one("#a")
    assert is_visible(doc, field)
    doc.dirty.submitted.append(doc.tree.select_one("#f"))
    doc.input_changed()
    assert not is_visible(doc, field)
