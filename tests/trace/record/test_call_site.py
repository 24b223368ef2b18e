"""The place of a step is the test's own line, whatever stands between."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from inspect import currentframe
from pathlib import Path

import pytest

import django_journey
from django_journey._trace.record.call_site import caller


@contextlib.contextmanager
def verb() -> Iterator[str]:
    yield caller()


def test_the_nearest_line_outside_the_library_is_the_place() -> None:
    frame = currentframe()
    assert frame is not None
    assert caller() == f"tests/trace/record/test_call_site.py:{frame.f_lineno}"


def test_context_managers_are_passed_over() -> None:
    with verb() as place:
        assert place.startswith("tests/trace/record/test_call_site.py:")


def test_a_package_whose_name_begins_alike_is_not_passed_over() -> None:
    file = f"{Path(django_journey.__file__).parent}_stories.py"
    asking: dict[str, object] = {"caller": caller}
    exec(compile("place = caller()", file, "exec"), asking)
    assert asking["place"] == f"{Path(file).relative_to(Path.cwd())}:1"


def test_the_place_does_not_depend_on_the_folder_that_the_test_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert caller().startswith("tests/trace/record/test_call_site.py:")
