"""The documents tell the truth: what they name exists."""

from __future__ import annotations

import ast
import re
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest

from django_journey.runners.command_line import argument, names
from django_journey.story.options import Options

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| ([A-F]\d) \| (.+?) \| (.+) \|$", re.MULTILINE)
ROWS = {
    row: re.findall(r"`([^`]+)`", tests)
    for row, _, tests in ROW.findall((ROOT / "docs" / "requirements.md").read_text())
}
EXPECTED = [
    f"{part}{number}"
    for part, last in zip("ABCDEF", (6, 6, 6, 5, 3, 7), strict=True)
    for number in range(1, last + 1)
]


def docstring_of(test: str) -> str:
    file, *names = test.split("::")
    node: ast.AST = ast.parse((ROOT / file).read_text())
    for name in names:
        node = next(
            child
            for child in ast.iter_child_nodes(node)
            if isinstance(child, (ast.ClassDef, ast.FunctionDef)) and child.name == name
        )
    return ast.get_docstring(node) or ""  # type: ignore[arg-type]


def test_every_requirement_has_its_row() -> None:
    assert sorted(ROWS) == EXPECTED


@pytest.mark.parametrize("row", EXPECTED)
def test_the_tests_that_a_requirement_names_exist_and_carry_its_id(row: str) -> None:
    assert ROWS[row]
    for test in ROWS[row]:
        head = docstring_of(test).partition(":")[0]
        assert row in head, f"{test} does not say in its docstring that it shows {row}"


@pytest.mark.parametrize("document", ["README.md", "docs/guide.md"])
def test_the_python_in_the_documents_is_python(document: str) -> None:
    for code in re.findall(r"```python\n(.*?)```", (ROOT / document).read_text(), re.DOTALL):
        compile(code, document, "exec")


@pytest.mark.parametrize(
    "document", [path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]]
)
def test_links_within_the_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / document).read_text()):
        assert (ROOT / document).parent.joinpath(target).exists(), f"{document} links to {target}"


def row_of(item: Field[Any]) -> tuple[str, str, str, str]:
    """A setting as the list of settings has it."""
    said = argument(item)
    value = said.get("metavar", "")
    option = names(item)[0] + (f"[={value}]" if "nargs" in said else f"={value}" if value else "")
    default = f"{item.default:g}" if isinstance(item.default, float) else repr(item.default)
    return item.name, default.replace("'", '"'), option.replace("|", r"\|"), item.metadata["help"]


def test_every_setting_is_listed_as_it_is() -> None:
    listed = re.findall(
        r"^\| `(\w+)` \| `(.+?)` \| `(--.+?)` \| (.+) \|$",
        (ROOT / "docs" / "settings.md").read_text(),
        re.MULTILINE,
    )
    assert sorted(listed) == sorted(row_of(item) for item in fields(Options))


def test_settings_that_the_documents_name_exist() -> None:
    known = set(Options.__dataclass_fields__)
    for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")]:
        text = path.read_text()
        for option in re.findall(r"--journey-([a-z-]+)", text):
            assert option.replace("-", "_").removeprefix("no_") in known, (
                f"{path.name} names --journey-{option}"
            )
        for setting in re.findall(r'JOURNEY = \{"(\w+)"', text):
            assert setting in known, f"{path.name} names JOURNEY[{setting!r}]"
