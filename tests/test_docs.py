"""The documents tell the truth: what they name exists."""

from __future__ import annotations

import ast
import re
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest

from django_journey._adapters import django as adapter
from django_journey._adapters import django_tests, unittest
from django_journey._runners.shared.command_line import arguments
from django_journey._story.settings import APART, Options

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
    (options, said), *_ = arguments(item)
    value = said.get("metavar", "")
    option = options[0] + (f"[={value}]" if "nargs" in said else f"={value}" if value else "")
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
    known = set(Options.__dataclass_fields__) | APART | {"explore", "explore_seconds", "explore_requests"}
    for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")]:
        text = path.read_text()
        for option in re.findall(r"--journey-([a-z-]+)", text):
            assert option.replace("-", "_").removeprefix("no_") in known, (
                f"{path.name} names --journey-{option}"
            )
        for setting in re.findall(r'JOURNEY = \{"(\w+)"', text):
            assert setting in known, f"{path.name} names JOURNEY[{setting!r}]"


def test_the_outline_of_the_house_names_each_folder_and_no_other() -> None:
    outline = (ROOT / "docs/design.md").read_text().partition("## One way down")[2].split("```")[1]
    drawn, folder = set(), ""
    for line in outline.splitlines():
        if found := re.match(r"( *)(\w+)/", line):
            folder = folder if found[1] else found[2]
            drawn.add(f"{folder}/{found[2]}" if found[1] else folder)
    package = ROOT / "src/django_journey"
    there = {
        str(path.parent.relative_to(package))
        for path in package.glob("*/**/__init__.py")
        if path.parent.name != "commands" and len(path.relative_to(package).parts) <= 3
    }
    assert drawn == there


def wrapped_in(path: Path) -> set[str]:
    """Return the dotted names of what a module wraps: ``patches.wrap(owner, "name", …)``, ``mock.patch.object(…)``."""
    tree = ast.parse(path.read_text())
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            names |= {each.id: ast.unparse(node.value) for each in node.targets if isinstance(each, ast.Name)}
    found = set()
    literals = vars(adapter) | vars(django_tests) | vars(unittest)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or len(call.args) < 3:
            continue
        if re.search(r"(?i)patches\.(wrap|put)$|patch\.object$", ast.unparse(call.func)):
            owner, name = ast.unparse(call.args[0]), call.args[1]
            first, dot, rest = owner.partition(".")
            literal = name.value if isinstance(name, ast.Constant) else literals.get(ast.unparse(name), "*")
            found.add(f"{names.get(first, first)}{dot}{rest}.{literal}")
    return found


def test_everything_that_is_wrapped_in_other_libraries_is_listed_and_nothing_else() -> None:
    section = (ROOT / "docs/design.md").read_text().partition("## What is wrapped")[2].partition("\n## ")[0]
    listed = {
        name for row in re.findall(r"^\| (`.+?) \|", section, re.MULTILINE) for name in row.split("`")[1::2]
    }
    wrapped = {name for path in (ROOT / "src").rglob("*.py") for name in wrapped_in(path)}
    # Playwright's public methods are wrapped by a loop over them, which the list says in words.
    assert listed == {name for name in wrapped if not name.endswith(".*")}
