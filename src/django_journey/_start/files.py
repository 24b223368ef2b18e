"""The files that ``journey init`` writes: the story, endpoints, settings of the tests, a CI job, lines of others."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent
from typing import Any

from django_journey._start.changes import Change, added_line, new_file
from django_journey._start.first_story import Story
from django_journey._start.project import Project

__all__ = [
    "ci_job",
    "endpoint_files",
    "has_fast_hashers",
    "server_settings_off",
    "settings_files",
    "small_files",
    "story_changes",
]

_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
_HASHERS = f'PASSWORD_HASHERS = ["{_HASHER}"]'
_FAST = ("MD5", "Unsalted", "Plain", "Fast", "Dummy", "Crypt")
_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
_IS_SETTINGS = re.compile(
    r"^from \S*(settings|base|common|local)\S* import \*|^(INSTALLED_APPS|DATABASES)\b", re.MULTILINE
)
_TEST_NAMES = (
    "test",
    "tests",
    "testing",
    "settings_test",
    "test_settings",
    "tests_settings",
    "settings_tests",
)
_STORY = '''"""The first story: {title}."""

{imports}{setup}

def test_{name}({arguments}):
{lines}
'''
_CASE = '''"""The first story: {title}."""

{imports}from django_journey import JourneyTestCase


class FirstStory(JourneyTestCase):
{host}    def test_{name}(self):
        journey = self.journey
{lines}
'''
_CI = """\
name: tests
on: [push, pull_request]
jobs:
  tests:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "{python}"
      - run: {install}
      - run: {run}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: journey-report
          path: journey-report
"""


def story_changes(project: Project, story: Story) -> Iterator[Change | None]:
    """Yield the story, and the package that Django's runner needs around it."""
    folder = project.tests
    if not project.uses_pytest and not (folder / "__init__.py").exists():
        yield new_file(folder / "__init__.py", "")
    yield new_file(folder / "test_first_story.py", _source(story, pytest=project.uses_pytest))


def _source(story: Story, *, pytest: bool) -> str:
    name = re.sub(r"\W+", "_", story.title)
    imports = [
        line
        for word, line in (
            ("get_user_model", "from django.contrib.auth import get_user_model"),
            ("make_password", "from django.contrib.auth.hashers import make_password"),
        )
        if word in story.user
    ]
    if not pytest:
        lines = (
            [f"member = {story.user}"] if "member" in " ".join(story.lines) else [story.user]
        ) + story.lines
        body = indent("\n".join(line for line in lines if line), " " * 8)
        host = f'    journey_options = {{"host": "{story.host}"}}\n\n' if story.host else ""
        return _CASE.format(
            title=story.title, imports="\n".join([*imports, ""]), host=host, name=name, lines=body
        )
    setup = f"\n\n@pytest.fixture\ndef member(db):\n    return {story.user}\n" if story.user else ""
    if story.host:
        setup = f'\npytestmark = pytest.mark.journey(host="{story.host}")\n{setup}'
    imports = ["import pytest", *imports] if setup else imports
    return _STORY.format(
        title=story.title,
        imports="\n".join([*imports, ""]) if imports else "",
        setup=setup,
        name=name,
        arguments="journey, member" if story.user else "journey",
        lines=indent("\n".join(story.lines), "    "),
    ).replace('"""\n\n\n\ndef', '"""\n\n\ndef')


def has_fast_hashers() -> bool:
    """Tell whether the active settings hash passwords fast."""
    from django.conf import settings

    return any(word in settings.PASSWORD_HASHERS[0].rpartition(".")[2] for word in _FAST)


def settings_files(project: Project, notes: list[str]) -> tuple[str, list[Change]]:
    """Return the settings module of the tests, and what is written for it.

    Args:
        project: The project.
        notes: Gets what a person has to change, since nothing is overwritten.
    """
    changes: list[Change] = []
    named = project.tested_settings
    module, path = named or project.settings, _file_of(named or project.settings)
    if not has_fast_hashers() and path is not None:
        if named and "test" in named.rpartition(".")[2]:
            changes.append(added_line(path, f"\n{_HASHERS}"))
        elif found := _existing_test_settings(path, module):
            module = found
        else:
            module, change = _new_settings(path, module)
            changes.append(change)
            if named and project.config:
                notes.append(
                    f"change DJANGO_SETTINGS_MODULE in {project.config[0].name} from {named} to {module}: "
                    "passwords are hashed fast there"
                )
                return named, changes
    if project.uses_pytest and not named:
        line = f"DJANGO_SETTINGS_MODULE = {module}"
        if project.config is None:
            changes.append(Change(project.root / "pytest.ini", None, f"[pytest]\n{line}\n"))
        else:
            path, section = project.config
            toml = path.suffix == ".toml"
            changes.append(
                added_line(path, line.replace(module, f'"{module}"') if toml else line, below=section)
            )
    return module, changes


def _new_settings(path: Path, module: str) -> tuple[str, Change]:
    package = path.name == "__init__.py"
    parent = module.rpartition(".")[0]
    if package:
        name, new = f"{module}.test", path.with_name("test.py")
    elif path.parent.name == "settings":
        name, new = f"{parent}.test", path.with_name("test.py")
    else:
        name, new = f"{module}_test", path.with_name(f"{path.stem}_test.py")
    lines = [
        '"""Settings of the tests: those of the project, with what makes tests fast."""',
        "",
        f"from {module} import *  # noqa: F403",
        "",
        _HASHERS,
    ]
    return name, Change(new, None, "\n".join([*lines, *_server_settings(), ""]))


@contextmanager
def server_settings_off() -> Iterator[None]:
    """Override what the settings of the tests will override too."""
    from django.conf import settings
    from django.test.utils import override_settings

    changes: dict[str, Any] = {"SECURE_SSL_REDIRECT": False}
    if _has_manifest():
        changes["STORAGES"] = settings.STORAGES | {"staticfiles": {"BACKEND": _STATIC}}
    with override_settings(**changes):
        yield


def _has_manifest() -> bool:
    from django.conf import settings

    return "Manifest" in settings.STORAGES.get("staticfiles", {}).get("BACKEND", "")


def _server_settings() -> list[str]:
    """Return what else tests need, where the project's settings are those of a server."""
    from django.conf import settings

    lines = []
    if settings.SECURE_SSL_REDIRECT:
        lines += ["SECURE_SSL_REDIRECT = False"]
    if _has_manifest():
        lines += [
            "# The names of files with a manifest are only known where collectstatic has run.",
            f'STORAGES = STORAGES | {{"staticfiles": {{"BACKEND": "{_STATIC}"}}}}  # noqa: F405',
        ]
    return lines


def _existing_test_settings(path: Path, module: str) -> str:
    package = path.name == "__init__.py"
    base = module if package else module.rpartition(".")[0]
    for name in _TEST_NAMES:
        other = path.with_name(f"{name}.py")
        # A module called "test" may hold anything: settings say so.
        if other.is_file() and other != path and _IS_SETTINGS.search(other.read_text(encoding="utf-8")):
            return f"{base}.{name}".lstrip(".")
    return ""


def _file_of(module: str) -> Path | None:
    loaded = sys.modules.get(module)
    found = getattr(loaded, "__file__", None)
    if not found:
        spec = importlib.util.find_spec(module)
        found = spec.origin if spec else None
    return Path(found) if found else None


def endpoint_files(project: Project, notes: list[str]) -> Iterator[Change | None]:
    """Yield a file of endpoints for each app of the project's own whose views are REST framework's."""
    from django.apps import apps

    from django_journey._routes.generate import generate
    from django_journey._routes.url_names import routes
    from django_journey.errors import ConfigurationError

    if not apps.is_installed("rest_framework"):
        return
    found: dict[str, Any] = {}
    for route in routes():
        if getattr(route.callback, "cls", None) is None or not route.name:
            continue
        config = apps.get_containing_app_config(route.view)
        if config is not None and _is_own(project, Path(config.path)):
            found[config.label] = config
    for label in found:
        name = "endpoints.py" if len(found) == 1 else f"endpoints_{label}.py"
        try:
            yield new_file(project.tests / name, generate(label))
        except ConfigurationError as error:
            notes.append(f"no endpoints of {label}: {error.explanation.sought}")


def _is_own(project: Project, path: Path) -> bool:
    return path.is_relative_to(project.root) and "site-packages" not in path.parts


def small_files(project: Project, notes: list[str]) -> Iterator[Change | None]:
    """Yield the line of ``.gitignore``, and a CI job where the project has none."""
    if not project.has_git:
        return
    ignore = project.root / ".gitignore"
    if not ignore.exists() or "journey-report" not in ignore.read_text(encoding="utf-8"):
        yield added_line(ignore, "journey-report/")
    if project.ci:
        names = ", ".join(project.shown(path) for path in project.ci[:3])
        notes.append(f"let your CI ({names}) keep the report: {ci_command(project)}")
    elif not (project.root / ".git").exists():
        notes.append(f"let your CI run the tests, and keep the folder journey-report: {ci_command(project)}")
    else:
        yield new_file(project.root / ".github" / "workflows" / "tests.yml", ci_job(project))


def ci_job(project: Project) -> str:
    """Return a CI job that runs the tests and keeps the report."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return _CI.format(python=python, install=_install(project.root), run=ci_command(project))


def ci_command(project: Project) -> str:
    """Return the command that runs all tests with a report."""
    if project.uses_pytest:
        return "python -m pytest --journey-report"
    manage = project.shown(project.manage) if project.manage else "-m django"
    return f"python -m django_journey run --report {manage} test"


def _install(root: Path) -> str:
    files = [
        name
        for name in (
            "requirements-dev.txt",
            "requirements/test.txt",
            "requirements_dev.txt",
            "requirements.txt",
        )
        if (root / name).is_file()
    ]
    ours = '"django-journey[pytest]"'
    if files:
        return f"python -m pip install -r {files[0]} {ours}"
    if (root / "uv.lock").is_file():
        return f"pipx run uv sync && pipx run uv pip install {ours}"
    if (root / "poetry.lock").is_file():
        return f"pipx run poetry install && pipx run poetry run pip install {ours}"
    return f"python -m pip install {'. ' if (root / 'pyproject.toml').is_file() else 'django '}{ours}"
