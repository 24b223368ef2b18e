"""Records plain tests of the demo site, converts them, and runs what came out, in this process."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

pytest.importorskip("libcst")

from django_journey._convert.calls import read_calls
from django_journey._convert.module import ConvertedModule, convert_module, without_marks
from django_journey._convert.observe import ClientWatch

HEAD = """\
from accounts.factories import EditorFactory, UserFactory
from django.test import Client, TestCase
from django.urls import reverse
from newsroom.factories import ArticleFactory
from newsroom.models import Article


"""


class Workbench:
    """Runs and converts sources of tests; everything is a function with the fixtures ``client`` or ``journey``.

    Args:
        folder: A folder of the test's own.
    """

    def __init__(self, folder: Path) -> None:
        self._file = str(folder / "test_plain.py")
        self._calls = folder / "calls.jsonl"
        self.watch = ClientWatch(frozenset([self._file]), self._calls)

    def convert(self, body: str, client: Any, **chosen: int) -> ConvertedModule:
        """Run the plain functions of a source, and return what becomes of them."""
        source = HEAD + textwrap.dedent(body)
        names = self._executed(source)
        with self.watch, transaction.atomic():
            for name in [each for each in names if each.startswith("test")]:
                names[name](client)
            transaction.set_rollback(True)
        client.cookies.clear()
        choices = {f"{key}/{place}": 1 for key, place in chosen.items()}
        return convert_module(source, read_calls(self._calls)[self._file], choices, {})

    def story(self, body: str, client: Any, journey: Any, **chosen: int) -> str:
        """Convert a function, run the story, and return its body."""
        found = self.convert(body, client, **chosen)
        assert not found.left
        new = without_marks(found.source)
        names = self._executed(new)
        for name in [each for each in names if each.startswith("test")]:
            names[name](journey)
        return textwrap.dedent(new.partition("(journey):\n")[2])

    def _executed(self, source: str) -> dict[str, Callable[..., None]]:
        names: dict[str, Any] = {}
        exec(compile(source, self._file, "exec"), names)
        return names


@pytest.fixture
def workbench(tmp_path: Path, db: None) -> Iterator[Workbench]:
    return Workbench(tmp_path)
