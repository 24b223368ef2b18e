"""Which elements take the focus."""

from __future__ import annotations

import pytest

from django_journey._dom.rendering.focus import is_summary_of_its_details
from django_journey._dom.tree.document import Document


@pytest.mark.parametrize(
    ("markup", "is_its"),
    [
        ("<details><summary id=it>a</summary></details>", True),
        ("<details><summary>a</summary><summary id=it>b</summary></details>", False),
        ("<div><summary id=it>a</summary></div>", False),
    ],
)
def test_a_summary_belongs_to_its_parent(markup: str, is_its: bool) -> None:
    doc = Document(f"<!doctype html>{markup}")
    assert is_summary_of_its_details(doc.tree.select_one("#it")) is is_its
