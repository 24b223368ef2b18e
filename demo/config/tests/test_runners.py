"""Both runners run the same tests, and stories fake nothing of the project's own."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

from django.test import SimpleTestCase

DEMO = Path(__file__).resolve().parents[2]
# One app, so that these tests do not start themselves again, and of it what needs no browser and no broker.
APP = "newsroom"
CHOSEN = ("VisibilityTests", "PublishingTests", "CommentingTests")


def run(*command: str) -> str:
    """Run a command in the demo's folder, on a database in memory, and return everything it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {
        name: value for name, value in environment.items() if not name.startswith(("PYTEST_", "JOURNEY_"))
    }
    done = subprocess.run(
        [sys.executable, *command], cwd=DEMO, env=environment, capture_output=True, text=True, check=False
    )
    output = done.stdout + done.stderr
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{output}")
    return output


def run_by_django(*arguments: str) -> set[str]:
    """Run ``manage.py test`` and return the dotted paths of the tests that passed."""
    output = run("manage.py", "test", *arguments, "--verbosity=2")
    return {
        f"{path}.{name}" for name, path in re.findall(r"^(test_\w+) \(([\w.]+)\.\1\)", output, re.MULTILINE)
    }


def run_by_pytest(*arguments: str) -> set[str]:
    """Run ``pytest`` and return the dotted paths of the tests that passed."""
    output = run("-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", "-v", *arguments)
    passed = re.findall(r"^(\S+)\.py::(\w+)::(\w+) PASSED", output, re.MULTILINE)
    return {
        ".".join((path.removeprefix("demo/").replace("/", "."), case, name)) for path, case, name in passed
    }


class RunnerTests(SimpleTestCase):
    def test_manage_py_test_and_pytest_run_the_same_tests(self):
        """F1: ``manage.py test newsroom --verbosity=2`` and ``pytest newsroom`` pass the same tests and stories."""
        by_django = run_by_django(APP, *(f"-k={name}" for name in CHOSEN))
        by_pytest = run_by_pytest(APP, "-k", " or ".join(CHOSEN))
        self.assertEqual(by_django, by_pytest)
        self.assertTrue(any(".journeys." in test for test in by_django), by_django)
        self.assertTrue(any(".tests." in test for test in by_django), by_django)

    def test_a_dotted_path_runs_one_story_with_everything_it_needs(self):
        """F1: a dotted path to one module or test works with the library's features."""
        module = f"{APP}.journeys.test_commenting"
        self.assertEqual(len(run_by_django(module)), 4)
        story = f"{module}.CommentingTests.test_a_signed_in_reader_comments_and_others_see_it"
        self.assertEqual(run_by_django(story), {story})


class HonestyTests(SimpleTestCase):
    def test_stories_mock_nothing(self):
        """F3: no story replaces a part of the project; only outside services would be faked."""
        stories = sorted(DEMO.glob("*/journeys/test_*.py"))
        self.assertGreater(len(stories), 3)
        for story in stories:
            with self.subTest(story.relative_to(DEMO)):
                self.assertEqual(forbidden(story.read_text(encoding="utf-8")), [])

    def test_a_story_that_mocked_would_be_found(self):
        """F3: the check above is able to fail."""
        self.assertEqual(forbidden("from unittest import mock"), ["unittest.mock"])
        self.assertEqual(forbidden("import unittest.mock as m"), ["unittest.mock"])
        self.assertEqual(forbidden("from unittest.mock import patch"), ["unittest.mock"])
        self.assertEqual(forbidden("def test_it(monkeypatch): ..."), ["monkeypatch"])
        self.assertEqual(forbidden("from unittest import skip"), [])


def forbidden(source: str) -> list[str]:
    """Return what a story's source uses to replace parts of the project."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.arg):
            found.append(node.arg)
    return [
        name for name in dict.fromkeys(found) if name in {"unittest.mock", "mock", "mocker", "monkeypatch"}
    ]
