"""Runs the Python of the documentation: every ```` ```python ```` block of a page is a test module.

A block sees the names that the blocks above it define, so a page reads from top to bottom like one module. A block that
can't run says so in a comment above it: ``<!-- not run: the reason -->``.
"""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest.assertion.rewrite import rewrite_asserts

from docs.blocks import Block, python_blocks

HERE = Path(__file__).parent

#: The examples are run on the pages of the reference, and the built site is no page.
collect_ignore = ["examples", "_build"]

#: The Python of the tutorial is run in a project of its own, by tests/docs/test_tutorial.py.
ELSEWHERE = {"tutorial.md"}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the pages that hold Python."""
    if file_path.suffix != ".md" or str(file_path.relative_to(HERE)) in ELSEWHERE:
        return None
    return Page.from_parent(parent, path=file_path)


class Page(pytest.File):
    """A page of the documentation."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Make a test module of each block that runs."""
        names: dict[str, Any] = {}
        for block in python_blocks(self.path.read_text(encoding="utf-8")):
            if not block.not_run:
                name = f"line {block.line}"
                yield BlockModule.from_parent(
                    self, path=self.path, name=name, nodeid=f"{self.nodeid}::{name}", block=block, names=names
                )


class BlockModule(pytest.Module):
    """One block, in the module that it and the blocks above it make."""

    def __init__(self, *, block: Block, names: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.block = block
        self.names = names
        # Unless a block says otherwise, a page runs in-process: each story is run on all drivers by the demo.
        self.add_marker(pytest.mark.journey(driver="inprocess"))

    def _getobj(self) -> ModuleType:
        name = f"docs_{'_'.join(self.path.with_suffix('').parts[-2:])}_{self.block.line}".replace("-", "_")
        module = ModuleType(name, f"Line {self.block.line} of {self.path.name}.")
        module.__file__ = str(self.path)
        module.__dict__.update(self.names)
        sys.modules[name] = module
        # Blank lines above the block keep its line numbers those of the page.
        source = "\n" * (self.block.line - 1) + self.block.code
        tree = ast.parse(source, str(self.path))
        rewrite_asserts(tree, source.encode(), str(self.path), self.config)
        exec(compile(tree, str(self.path), "exec", dont_inherit=True), module.__dict__)
        self.names.update({key: value for key, value in vars(module).items() if _is_shared(key, value)})
        return module


def _is_shared(name: str, value: object) -> bool:
    """Tell whether the blocks below see a name: tests are their own block's alone."""
    return not (
        name.startswith(("__", "test_")) or (isinstance(value, type) and name.endswith(("Tests", "Stories")))
    )


@pytest.fixture
def page() -> Iterator[Any]:
    """A page as pytest-playwright's fixture of that name gives it; that plugin is switched off in this repository."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.fixture
def author_user(db: None) -> Any:
    """An author, for the pages that leave out where their users come from."""
    from accounts.factories import UserFactory

    return UserFactory()


@pytest.fixture
def editor_user(db: None) -> Any:
    """An editor, likewise."""
    from accounts.factories import EditorFactory

    return EditorFactory()
