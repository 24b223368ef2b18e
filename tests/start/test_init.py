"""``journey init`` in a small project: what it writes, runs, prints, and takes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.runners.projects import Project, new_project

INIT = ("-m", "django_journey", "init")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path)


def contents(project: Project) -> dict[str, str]:
    """The files of a project, but for what Python and runs of tests leave."""
    return {
        path.relative_to(project.folder).as_posix(): path.read_text()
        for path in project.folder.rglob("*")
        if path.is_file() and not re.search(r"__pycache__|\.pytest_cache|journey-report|/trace", str(path))
    }


def test_it_writes_a_story_that_passes_and_says_what_to_do_next(project: Project) -> None:
    before = contents(project)
    done = project.run(*INIT, "--yes", DJANGO_SETTINGS_MODULE="site_settings")
    assert done.returncode == 0, done.stdout + done.stderr
    after = contents(project)
    assert {name for name in before if after.get(name, "")[: len(before[name])] != before[name]} == set()
    (story,) = [name for name in after if name.endswith("test_first_story.py")]
    assert f"$ python -m pytest -q {story}" in done.stdout
    assert "1 passed" in done.stdout
    assert "What to do next:\n" in done.stdout
    (again,) = re.findall(
        r"see what the story did: python -m (pytest .+? --journey-report), then", done.stdout
    )
    assert project.pytest(*again.split()[1:]).returncode == 0
    assert (project.folder / "journey-report" / "index.html").is_file()
    # A second time there is nothing to write, and the story is run again.
    done = project.run(*INIT, "--yes", DJANGO_SETTINGS_MODULE="site_settings")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing is missing." in done.stdout
    assert contents(project) == after


def test_nothing_is_written_unless_somebody_agrees(project: Project) -> None:
    before = contents(project)
    shown = project.run(*INIT, "--dry-run", DJANGO_SETTINGS_MODULE="site_settings")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "Nothing was written." in shown.stdout
    asked = project.run(*INIT, DJANGO_SETTINGS_MODULE="site_settings")
    assert asked.returncode == 1
    assert "This is no terminal, so nobody can be asked: --yes writes the files." in asked.stdout
    assert contents(project) == before


def test_where_the_story_fails_every_file_is_as_it_was_unless_it_is_kept(project: Project) -> None:
    project.write("conftest.py", "def pytest_collection_modifyitems():\n    raise SystemExit(3)\n")
    before = contents(project)
    done = project.run(*INIT, "--yes", DJANGO_SETTINGS_MODULE="site_settings")
    assert done.returncode == 1
    assert "every file is as it was. --keep keeps them" in done.stdout
    assert contents(project) == before
    kept = project.run(*INIT, "--yes", "--keep", DJANGO_SETTINGS_MODULE="site_settings")
    assert kept.returncode == 1
    assert "The story failed; the files are kept." in kept.stdout
    assert [name for name in contents(project) if name.endswith("test_first_story.py")]


def test_settings_that_cannot_be_loaded_are_named(project: Project) -> None:
    done = project.run(*INIT, "--dry-run", DJANGO_SETTINGS_MODULE="no_settings")
    assert done.returncode == 2
    said = done.stdout + done.stderr
    assert "the settings can't be loaded: ModuleNotFoundError: No module named 'no_settings'" in said
    assert "where:    DJANGO_SETTINGS_MODULE=no_settings" in said
    assert "Traceback" not in said
