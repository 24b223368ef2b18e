"""The reference has an entry, with an example that runs, for every public name and every setting."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from django_journey._runners.pytest import plugin
from django_journey._story.settings import Options
from docs.blocks import blocks
from docs.make_reference import MODULES, pages, sections, value_of
from tests.test_public_names import PUBLIC

REFERENCE = Path(__file__).parent.parent.parent / "docs" / "reference"
SETTINGS = [item.name for item in fields(Options)]


def test_every_public_module_has_its_page() -> None:
    assert {*MODULES.values()} == {*PUBLIC}
    assert {*pages()} | {"index", "fixtures-marks-commands"} == {path.stem for path in REFERENCE.glob("*.md")}


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_has_an_entry_and_an_example(name: str) -> None:
    _, examples = sections(name)
    assert sorted(each for group in examples for each in group) == PUBLIC[MODULES[name]]
    headings = re.findall(r"^## (.+)$", (REFERENCE / f"{name}.md").read_text(), re.MULTILINE)
    assert headings == [", ".join(f"`{each}`" for each in group) for group in examples]
    for group, text in examples.items():
        assert any(block.language == "python" for block in blocks(text)), group
        for each in group:
            assert each in "".join(block.code for block in blocks(text)), each


def test_every_setting_has_an_entry() -> None:
    headings = re.findall(r"^## `(\w+)`$", (REFERENCE / "settings.md").read_text(), re.MULTILINE)
    assert headings == SETTINGS


@pytest.mark.parametrize("name", SETTINGS)
def test_the_example_of_a_setting_can_be_used_and_changes_something(name: str) -> None:
    value = value_of(name)
    loaded = Options.load(settings={name: list(value) if isinstance(value, tuple) else value}, environ={})
    assert getattr(loaded, name) != getattr(Options(), name)


def test_every_fixture_is_described() -> None:
    page = (REFERENCE / "fixtures-marks-commands.md").read_text()
    described = re.findall(r"^\| `(\w+)` \|", page.partition("## The mark")[0], re.MULTILINE)
    assert sorted(described) == sorted(plugin.__all__)


def test_the_list_for_programs_names_every_page_of_the_index() -> None:
    index = (REFERENCE.parent / "index.md").read_text()
    pages_of_index = re.findall(r"^- \[[^\]]+\]\(([^)#:]+\.md)\)", index, re.MULTILINE)
    assert (
        re.findall(r"\(_sources/([^)]+)\.txt\)", (REFERENCE.parent / "llms.txt").read_text())
        == pages_of_index
    )
