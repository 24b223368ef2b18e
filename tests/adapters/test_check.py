"""A private name that a library has lost is named, with the library's version and the versions that are tested."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

from django_journey._adapters.check import private, private_module, require
from django_journey.errors import ConfigurationError

PACKAGE = Path(__file__).parent.parent.parent / "src" / "django_journey"


class Wrapper:
    _commit = "there"


def test_a_name_that_is_there_is_returned() -> None:
    assert private("Django", Wrapper, "_commit") == "there"
    require("Django", Wrapper(), "_commit")


def test_a_missing_name_is_named_with_the_library_its_version_and_the_tested_ones() -> None:
    with pytest.raises(ConfigurationError) as raised:
        private("django", Wrapper(), "_comit")
    explanation = raised.value.explanation
    assert explanation.sought == f"django has no {__name__}.Wrapper._comit, which django-journey needs"
    assert explanation.where == (
        f"django {metadata.version('django')}; django-journey is tested with django{versions_of('django')}"
    )
    assert explanation.nearest == ("_commit",)
    assert f'"django{versions_of("django")}"' in explanation.instead


def versions_of(library: str) -> str:
    """The versions in the package's metadata, which come from pyproject.toml."""
    (found,) = [line for line in metadata.requires("django-journey") or () if line.startswith(library)]
    return found.removeprefix(library).partition(";")[0].strip()


def test_of_pythons_own_modules_pythons_version_is_named() -> None:
    with pytest.raises(
        ConfigurationError, match=r"Python has no django_journey_gone\._loop[^\n]*\n[^\n]*Python 3\."
    ):
        private("Python", ModuleType("django_journey_gone"), "_loop")


def test_a_missing_module_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"playwright has no playwright\._impl\._gone"):
        private_module("playwright", "playwright._impl._gone")


# Names with an underscore that libraries document.
DOCUMENTED = frozenset(
    {"_meta", "_state", "_default_manager"}  # Django's models
    | {"_journey_exception"}  # ours, on a request of Django's
    | {"_replace", "_asdict"}  # named tuples
    | {"_getframe", "_current_frames"}  # sys
)


def test_no_other_module_uses_private_names_of_libraries() -> None:
    own = {name for path in PACKAGE.rglob("*.py") for name in defined_in(ast.parse(path.read_text()))}
    strangers = {
        f"{path.relative_to(PACKAGE)}:{line}: {name}"
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] != "_adapters"
        for line, name in used_in(ast.parse(path.read_text()))
        if name not in own | DOCUMENTED
    }
    assert not strangers


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def defined_in(tree: ast.AST) -> Iterator[str]:
    """Yield the private names that a module defines: functions, classes, attributes that it sets, slots."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
                yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__slots__" for target in node.targets
        ):
            yield from (each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant))


def used_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the private names that a module looks up, also by ``getattr``, ``.get`` and the like, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom):
            parts = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            if parts[0] != "django_journey":
                yield from ((node.lineno, part) for part in parts if is_private(part))
        elif isinstance(node, ast.Call):
            names = [each.value for each in node.args if isinstance(each, ast.Constant)]
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("getattr", "setattr", "hasattr", "delattr", "get", "wrap", "put", "object"):
                yield from (
                    (node.lineno, name) for name in names if isinstance(name, str) and is_private(name)
                )
