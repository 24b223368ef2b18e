"""Makes the pictures of the documentation: ``python -m docs.make_pictures [FOLDER]``.

Stories of the demo are run twice with a report, which is opened in Chromium. The documents show it on a wide screen in
light colours; given another folder, the script also makes the pictures of a phone and of dark colours, to look at.
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
FAILING = """
def test_a_reader_sees_no_drafts_of_others(journey, django_user_model):
    author = journey.actor(django_user_model.objects.create_user("ada"), name="author")
    author.visit("article-create")
    author.fill("Title", "The tide")
    author.fill("Body", "It comes and goes.")
    author.click("Save draft")
    author.should_see("The tide is online")
"""
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
        _run_stories(report)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for suffix, (width, height) in SCREENS.items():
            for scheme in ("light", "dark"):
                if folder == IMAGES and (suffix or scheme == "dark"):
                    continue
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1
                )
                page.goto((report / "index.html").as_uri())
                ending = f"{suffix}{'-dark' if scheme == 'dark' else ''}.png"
                for name, show in VIEWS.items():
                    show(page)
                    page.screenshot(path=folder / f"{name}{ending}")
                page.close()
        browser.close()


def _run_stories(report: Path) -> None:
    """Run the stories, in the second run with one that is new and fails."""
    words = ["-q", "-p", "no:randomly", f"--journey-report={report}"]
    # pytest's own variables would end up in the run that is shown.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    failing = ROOT / "demo" / "newsroom" / "journeys" / "test_drafts_of_others.py"
    try:
        for wanted in (0, 1):
            command = [sys.executable, "-m", "pytest", *words, "demo/newsroom"]
            if subprocess.run(command, cwd=ROOT, env=kept, check=False).returncode != wanted:
                raise SystemExit("the demo's stories did not end as they should")
            failing.write_text(FAILING, encoding="utf-8")
    finally:
        failing.unlink(missing_ok=True)


def _show_list(page: Any) -> None:
    page.locator("tbody tr").first.wait_for()


def _open_story(page: Any) -> None:
    """Open the story, at the step that is shown."""
    page.get_by_text(TITLE).first.click()
    page.get_by_text(STEP).first.click()
    page.frame_locator("iframe.shot").get_by_role("heading").first.wait_for()
    page.evaluate("scrollTo(0, 0)")


def _show_sequence(page: Any) -> None:
    """Open the drawings of the story, and scroll to them."""
    for name in ("Sequence", "Times"):
        page.locator(".drawn > summary", has_text=name).click()
    page.locator(".drawn").first.evaluate("part => part.scrollIntoView()")


VIEWS = {
    "report-list": _show_list,
    "report-story": _open_story,
    "report-sequence": _show_sequence,
}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
