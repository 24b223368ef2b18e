"""A video of each page of a story, where Playwright has its ffmpeg."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests import needs
from tests.runners.projects import new_project

STORY = """
    def test_filmed(journey):
        visitor = journey.visitor("ada")
        visitor.visit("hello", name="ada")
        visitor.should_see("Hello ada")
"""


@pytest.fixture
def with_ffmpeg(tmp_path: Path) -> Path:
    """A folder as Playwright keeps its programs in, with the system's ffmpeg in place of its own."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None or sys.platform != "linux":
        pytest.skip("no ffmpeg is on the PATH, or Playwright calls it otherwise on this system")
    package = Path(needs.library("playwright").__file__).parent / "driver" / "package"
    (revision,) = (
        program["revision"]
        for program in json.loads((package / "browsers.json").read_text())["browsers"]
        if program["name"] == "ffmpeg"
    )
    folder = tmp_path / "programs" / f"ffmpeg-{revision}"
    folder.mkdir(parents=True)
    (folder / "ffmpeg-linux").symlink_to(ffmpeg)
    (folder / "INSTALLATION_COMPLETE").touch()
    return folder.parent


def test_a_video_is_stored_noted_and_linked_from_the_report(
    tmp_path: Path, with_ffmpeg: Path, chromium: str
) -> None:
    project = new_project(tmp_path / "project")
    project.write("test_story.py", STORY)
    done = project.pytest(
        "--journey-driver=browser",
        "--journey-video",
        f"--journey-browser-path={chromium}",
        "--journey-report=journey-report",
        "test_story.py",
        PLAYWRIGHT_BROWSERS_PATH=str(with_ffmpeg),
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    (video,) = (project.folder / "journey-report" / "videos").glob("*.webm")
    assert video.read_bytes().startswith(b"\x1a\x45\xdf\xa3")  # EBML, of which WebM is made (RFC 8794)
    (noted,) = (
        note for note in project.tests()["test_filmed"].notes if note.title.startswith("a video of ada")
    )
    assert Path(noted.data["file"]).name == video.name
    report = (project.folder / "journey-report" / "index.html").read_text()
    assert f'"videos/{video.name.replace("@", "%40")}"' in report
