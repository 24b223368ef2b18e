"""A story in a browser whose window is shown, on a screen that exists in memory alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from django_journey._drivers.browser.session import BrowserSession, Launch
from django_journey.errors import ConfigurationError
from tests import needs
from tests.runners.projects import new_project

STORY = """
    def test_seen(journey):
        visitor = journey.visitor()
        visitor.visit("hello", name="ada")
        visitor.should_see("Hello ada")
        assert "Headless" not in visitor.page.evaluate("navigator.userAgent")
        # A window has a frame, a tab and an address bar around its page.
        assert visitor.page.evaluate("outerHeight - innerHeight") > 0
"""


def test_headed_opens_a_window(tmp_path: Path) -> None:
    """E3: with --headed the same story runs in a browser with a window."""
    screen = needs.program("xvfb-run", package="xvfb")
    needs.program("chromium", "google-chrome", package="chromium")
    project = new_project(tmp_path)
    project.write("test_story.py", STORY)
    command = ["-m", "pytest", "-p", "no:cacheprovider", "-p", "no:playwright", "test_story.py"]
    done = subprocess.run(
        [screen, "-a", sys.executable, *command, "--journey-driver=browser", "--headed"],
        cwd=project.folder,
        env=project.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_a_window_without_a_screen_says_how_to_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    needs.program("chromium", "google-chrome", package="chromium")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="no screen to show it on") as refused:
        BrowserSession(Launch(headed=True))
    assert "xvfb-run -a pytest --headed" in str(refused.value)
