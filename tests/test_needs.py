"""Tests whose needs are not met are left out with the reason, and fail in CI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from django_journey.errors import ConfigurationError
from tests import needs


def no_browser() -> None:
    with needs.a_browser():
        raise ConfigurationError("no chromium was found to drive")


WAYS: list[tuple[Callable[[], Any], str]] = [
    (no_browser, "no chromium was found to drive"),
    (lambda: needs.library("no_such_library"), "No module named 'no_such_library': python -m pip install"),
    (lambda: needs.program("no-such-program", package="such"), "not on the PATH: apt-get install such"),
]


@pytest.mark.parametrize(("need", "reason"), WAYS)
def test_what_is_missing_leaves_a_test_out(
    need: Callable[[], Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=reason):
        need()


@pytest.mark.parametrize(("need", "reason"), WAYS)
def test_what_is_missing_fails_in_ci(
    need: Callable[[], Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=reason):
        need()


def test_what_is_there_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert needs.library("json").loads("1") == 1
    assert needs.program("no-such-program", "sh", package="dash").endswith("/sh")


def test_what_many_tests_lack_is_told_at_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as left_out:
        needs.lacking("no such thing is here")
    why = f"Skipped: {left_out.value}"
    assert needs.at_one_place(("one.py", 3, why)) == needs.at_one_place(("other.py", 8, why))
    assert needs.at_one_place(("one.py", 3, "Skipped: not today")) == ("one.py", 3, "Skipped: not today")
