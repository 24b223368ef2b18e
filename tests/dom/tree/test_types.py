"""Elements have a type of their own, so that strict type checking finds a misspelt attribute."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[3] / "src" / "django_journey"
ELEMENTS = {
    "el",
    "form",
    "option",
    "scope",
    "root",
    "submitter",
    "fieldset",
    "container",
    "frame",
    "cell",
    "table",
}


@pytest.mark.parametrize("folder", ["_dom", "_pages/actions", "_pages/navigation"])
def test_no_element_is_passed_as_any(folder: str) -> None:
    untyped = [
        f"{path.relative_to(PACKAGE)}:{argument.lineno} {argument.arg}"
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        for argument in ast.walk(ast.parse(path.read_text()))
        if isinstance(argument, ast.arg)
        and argument.arg in ELEMENTS
        and isinstance(argument.annotation, ast.Name)
        and argument.annotation.id == "Any"
    ]
    assert not untyped
