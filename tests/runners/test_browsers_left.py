"""F4: a browser that a test has not quit is named with the test, and ended with the run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.runners.projects import Project, pitfalls_of_the_guide

BROWSER = """
import shutil
from selenium import webdriver


def browser():
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.binary_location = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
"""
FUNCTIONS = """
import pytest
from one_browser import browser

kept = []


@pytest.fixture(scope="session")
def shared():
    driver = browser()
    yield driver
    driver.quit()


def test_with_a_shared_one(shared):
    shared.get("data:text/html,<title>A</title>")


def test_that_leaves_one():
    kept.append(browser())


def test_that_quits():
    browser().quit()


def test_of_the_library_s_own(journey):
    pass
"""
WITH_PLAYWRIGHT = """
import pytest
from playwright.sync_api import sync_playwright

kept = []


@pytest.mark.journey(driver="browser")
def test_of_the_library_s_own(journey):
    journey.visitor().visit("/plain/")


def test_that_leaves_one():
    kept.append(sync_playwright().start())
"""
CASES = """
import unittest
from one_browser import browser


class LeavingTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.driver = browser()

    def test_a(self):
        self.driver.get("data:text/html,<title>A</title>")


class QuittingTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.driver = browser()
        cls.addClassCleanup(cls.driver.quit)

    def test_b(self):
        pass
"""
LEFT = re.compile(
    r"chromedriver was not quit: started (.+?) \(process (\d+), with \d+ more\); it was ended with the run"
)

pytestmark = pytest.mark.skipif(
    not (Path("/proc/self/task").exists() and shutil.which("chromedriver") and shutil.which("chromium")),
    reason="needs Linux with chromedriver and Chromium",
)


def is_gone(process: str) -> bool:
    status = Path(f"/proc/{process}/cmdline")
    return not status.exists() or b"chromedriver" not in status.read_bytes()


@pytest.fixture
def site(project: Project) -> Project:
    pytest.importorskip("selenium")
    project.write("one_browser.py", BROWSER)
    return project


def test_f4_pytest_names_the_test_that_has_left_a_browser(site: Project) -> None:
    """F4: browsers of session fixtures and those that were quit are not named; the one that was left is ended."""
    site.write("test_site.py", FUNCTIONS)
    done = site.pytest("--journey-report=journey-report", "test_site.py", "-p", "no:randomly")
    words = " ".join(done.stdout.split())
    assert "4 passed" in words, done.stdout
    [(when, process)] = LEFT.findall(words)
    [shown] = [text for text in pitfalls_of_the_guide() if "chromedriver" in text]
    assert re.sub(r"\d+", "#", shown) in re.sub(r"\d+", "#", words)
    assert when == "in this test"
    assert is_gone(process)
    report = (site.folder / "journey-report" / "index.html").read_text()
    assert report.count("chromedriver was not quit") == 1


def test_f4_a_playwright_that_was_not_stopped_is_named_and_the_library_s_own_is_not(site: Project) -> None:
    """F4: Playwright's process counts too; the one that stories share ends with the process."""
    pytest.importorskip("playwright")
    site.write("test_site.py", WITH_PLAYWRIGHT)
    done = site.pytest("--journey-report=journey-report", "test_site.py", "-p", "no:randomly")
    words = " ".join(done.stdout.split())
    assert "2 passed" in words, done.stdout
    assert words.count("was not quit") == 1
    assert "test_that_leaves_one: Playwright was not quit: started in this test" in words


def test_f4_unittest_names_the_test_before_which_a_class_has_started_its_browser(site: Project) -> None:
    """F4: a class whose browser is not quit is named by its first test."""
    site.write("tests.py", CASES)
    done = site.manage("test", JOURNEY_REPORT="journey-report")
    words = " ".join(done.stderr.split())
    assert "OK" in words, done.stderr
    [(when, process)] = LEFT.findall(words)
    assert "tests.LeavingTests.test_a: chromedriver was not quit" in words
    assert when == "in the set-up before this test"
    assert is_gone(process)
