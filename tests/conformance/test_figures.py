"""The figures in the documents are those that the harness measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.figures import DOCUMENTS, STORE, figures_of, filled
from tests.conformance.parts import PARTS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_document_has_the_figures_that_were_measured(document: Path) -> None:
    """Whoever changes one by hand runs ``python -m tests.conformance --write`` instead."""
    text = document.read_text("utf-8")
    assert text == filled(text, json.loads(STORE.read_text("utf-8")))


def test_the_figures_that_are_kept_are_those_of_the_parts() -> None:
    stored = json.loads(STORE.read_text("utf-8"))
    assert list(stored) == [name for name in PARTS if name in stored]
    for name, part in stored.items():
        assert tuple(part["figures"]) == PARTS[name].figures


def test_published_figures_are_counts_and_pairs() -> None:
    details = {"pages": 3, "roles": [3, 4], "names": [1, 1], "visibility": [0, 2], "differences": ["a"]}
    assert figures_of("elements", details) == {
        "pages": 3,
        "roles": [3, 4],
        "names": [1, 1],
        "visibility": [0, 2],
    }
    assert figures_of("queries", {"pages": 1, "queries": 9, "differences": ["x", "y"]})["differences"] == 2


def test_a_document_without_a_place_for_them_is_refused() -> None:
    with pytest.raises(ValueError, match="figures"):
        filled("# A page\n", {})
