"""Makes the pictures of the documentation: ``python -m docs.make_pictures [FOLDER]``.

A story of the demo is run with a report, which is opened in Chromium. The documents show it on a wide screen in light
colours; given another folder, the script also makes the pictures of a phone and of dark colours, to look at.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent
IMAGES = Path(__file__).parent / "images"
STORY = "test_an_article_goes_from_its_author_over_the_editor_to_the_reader"
TITLE = "three people at once"
STEP = "Save draft"
SCREENS = {"": (1280, 860), "-phone": (390, 860)}


def main(folder: Path = IMAGES) -> None:
    """Make every picture.

    Args:
        folder: Where the pictures are written.
    """
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary, sync_playwright() as playwright:
        report = Path(temporary) / "report"
        _run_story(report)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for suffix, (width, height) in SCREENS.items():
            for scheme in ("light", "dark"):
                if folder == IMAGES and (suffix or scheme == "dark"):
                    continue
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1
                )
                page.goto((report / "index.html").as_uri())
                _open_story(page)
                name = f"report-story{suffix}{'-dark' if scheme == 'dark' else ''}.png"
                page.screenshot(path=folder / name)
                page.close()
        browser.close()


def _run_story(report: Path) -> None:
    words = [
        "-q",
        "-p",
        "no:randomly",
        "demo/newsroom/journeys/test_publishing.py",
        "-k",
        STORY,
        f"--journey-report={report}",
    ]
    # pytest's own variables would end up in the run that is shown.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, env=kept, check=True)


def _open_story(page: Any) -> None:
    """Open the story, at the step that is shown."""
    page.get_by_text(TITLE).first.click()
    page.get_by_text(STEP).first.click()
    page.frame_locator("iframe.shot").get_by_role("heading").first.wait_for()
    page.evaluate("scrollTo(0, 0)")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
