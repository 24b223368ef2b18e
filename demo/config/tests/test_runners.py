"""Both runners run the same tests, and stories fake nothing of the project's own."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import SimpleTestCase
from django_journey.reports import load

DEMO = Path(__file__).resolve().parents[2]
# One app, so that these tests do not run themselves; only the part that needs neither browser nor broker.
APP = "newsroom"
CHOSEN = ("VisibilityTests", "PublishingTests", "CommentingTests")


def run(*command: str, **changes: str) -> str:
    """Run a command in the demo's folder, on a database in memory, and return everything it printed.

    Args:
        command: What follows the name of this Python.
        changes: More of the environment.
    """
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {
        name: value for name, value in environment.items() if not name.startswith(("PYTEST_", "JOURNEY_"))
    }
    # Loading every installed plugin takes longer than the tests.
    environment |= {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "-p django -p django_journey -p no:cacheprovider",
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=DEMO,
        env={**environment, **changes},
        capture_output=True,
        text=True,
        check=False,
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
    output = run("-m", "pytest", "-v", *arguments)
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
        story = f"{APP}.journeys.test_publishing.PublishingTests.test_the_author_may_not_publish"
        passed = run_by_django(module, story)
        self.assertIn(story, passed)
        self.assertEqual(len([test for test in passed if test.startswith(f"{module}.")]), 4)
        self.assertEqual(len(passed), 5)


class TracingTests(SimpleTestCase):
    def test_plain_tests_are_traced_and_reported_under_each_runner(self):
        """F2: their requests are in the report, without a changed line."""
        for command in (
            ("manage.py", "test", "newsroom.tests.test_views.ArticleListTests"),
            (
                "-m",
                "pytest",
                "-p",
                "no:cacheprovider",
                "newsroom/tests/test_views.py",
                "-k",
                "ArticleListTests",
            ),
        ):
            with self.subTest(" ".join(command)), TemporaryDirectory(prefix="demo-report-") as folder:
                run(*command, JOURNEY_REPORT=folder)
                self.assertTrue(Path(folder, "index.html").exists())
                traced = load(Path(folder)).last
                self.assertEqual(len(traced), 4)
                asked = {request.url_name for test in traced for request in test.requests}
                self.assertEqual(asked, {"article-list"})


class LiveServerTests(SimpleTestCase):
    def test_a_plain_live_server_says_nothing(self):
        """E1: Django's own ``LiveServerTestCase`` serves the site without output on the console."""
        output = run("manage.py", "test", "accounts.tests.test_live_server.PageTests")
        self.assertNotRegex(output, r"Traceback|Not Found|GET|Warning|Improperly")


class HonestyTests(SimpleTestCase):
    def test_stories_mock_nothing(self):
        """F3: no story replaces a part of the project; only outside services are faked."""
        stories = sorted(DEMO.glob("*/journeys/test_*.py"))
        self.assertGreater(len(stories), 3)
        for story in stories:
            with self.subTest(story.relative_to(DEMO)):
                self.assertEqual(forbidden(story.read_text(encoding="utf-8")), [])

    def test_a_story_that_mocked_would_be_found(self):
        """F3: the check above fails for each way to replace a part of the project."""
        for source, found in (
            ("from unittest import mock", "unittest.mock"),
            ("import unittest.mock as m", "unittest.mock"),
            ("from unittest.mock import patch", "unittest.mock"),
            ("import unittest\nunittest.mock.patch('blog.services.save_post')", "unittest.mock"),
            ("import mock", "mock"),
            ("def test_it(monkeypatch): ...", "monkeypatch"),
            ("import pytest\nwith pytest.MonkeyPatch.context() as patched: ...", "MonkeyPatch"),
            ("from blog import services\nservices.save_post = None", "services.save_post = …"),
            ("from blog.models import Post\nPost.save = None", "Post.save = …"),
            ("import blog.services\nblog.services.save_post: object = None", "blog.services.save_post = …"),
            ("from blog import services\nsetattr(services, 'save_post', None)", "setattr(services, …)"),
            ("from blog import services\ndel services.save_post", "del services.save_post"),
            ("from blog.models import Post\nvars(Post).update(save=None)", "vars(Post)"),
        ):
            with self.subTest(source):
                self.assertEqual(forbidden(source), [found])
        for source in (
            "from unittest import skip",
            "class Tests:\n    def setUp(self):\n        self.post = 1",
            "from blog.factories import PostFactory\npost = PostFactory()\npost.title = 'x'",
        ):
            with self.subTest(source):
                self.assertEqual(forbidden(source), [])


MOCKING = {"unittest.mock", "mock", "mocker", "monkeypatch", "MonkeyPatch"}


def forbidden(source: str) -> list[str]:
    """Return what a story's source uses to replace parts of the project."""
    tree = ast.parse(source)
    imported: set[str] = set()
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
            imported |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            imported |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.arg):
            found.append(node.arg)
        elif isinstance(node, ast.Attribute):
            found += [ast.unparse(node), *([node.attr] if node.attr == "MonkeyPatch" else [])]
    found = [name for name in found if name in MOCKING]
    return list(dict.fromkeys([*found, *replaced(tree, imported)]))


def replaced(tree: ast.AST, imported: set[str]) -> list[str]:
    """Return the assignments that change what was imported."""

    def is_imported(node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in imported

    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_imported(node.value):
            if isinstance(node.ctx, ast.Store):
                found.append(f"{ast.unparse(node)} = …")
            elif isinstance(node.ctx, ast.Del):
                found.append(f"del {ast.unparse(node)}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            if node.func.id in {"setattr", "delattr"} and is_imported(node.args[0]):
                found.append(f"{node.func.id}({ast.unparse(node.args[0])}, …)")
            elif node.func.id == "vars" and is_imported(node.args[0]):
                found.append(ast.unparse(node))
    return found
