"""The file of accepted findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_journey._explore.findings import baseline
from django_journey.errors import ConfigurationError


def test_no_file_accepts_nothing(tmp_path: Path) -> None:
    assert baseline.accepted(tmp_path / "none.toml") == {}


def test_a_reason_stays_when_the_file_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "accepted.toml"
    odd = 'server-error: KeyError a.py f x["\\d"] = “☃”'
    baseline.write(path, [odd])
    assert baseline.accepted(path) == {odd: ""}
    path.write_text(path.read_text().replace('because = ""', 'because = "an old page"'))
    baseline.write(path, [odd, "other"])
    assert baseline.accepted(path) == {odd: "an old page", "other": ""}


def test_a_file_that_is_broken_is_named(tmp_path: Path) -> None:
    path = tmp_path / "accepted.toml"
    path.write_text("[[accepted]]\nbecause = 1\n")
    with pytest.raises(ConfigurationError, match=r"accepted\.toml"):
        baseline.accepted(path)
