"""A browser for the tests that use Selenium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from unittest import SkipTest

from selenium import webdriver
from selenium.common.exceptions import NoSuchDriverException, WebDriverException

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def open_browser(clean_up: Callable) -> webdriver.Chrome:
    """Start a headless Chrome or Chromium, by the driver on the PATH or by Selenium's own manager.

    Args:
        clean_up: The test's ``addCleanup`` or ``addClassCleanup``: the browser is quit, however the test ends.
    """
    options = webdriver.ChromeOptions()
    for argument in ARGUMENTS:
        options.add_argument(argument)
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            options.binary_location = shutil.which(name)
            break
    driver = shutil.which("chromedriver")
    try:
        browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    except (NoSuchDriverException, WebDriverException) as missing:
        if os.environ.get("CI"):
            raise
        raise SkipTest(f"no browser for Selenium here: {missing.msg}") from missing
    clean_up(browser.quit)
    return browser
