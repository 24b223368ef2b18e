"""Runs htmx's own tests in Chromium and records them."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from django_journey._drivers.browser.launch import launch
from tests.conformance.loopback import Asset, serving

__all__ = ["SUITE", "record"]

#: Where the suite's page stands on the loopback server.
SUITE = "/test/index.html"
_HERE = Path(__file__).parent
_STARTS = """
<script>document.addEventListener('DOMContentLoaded', function () {
  var runner = mocha.run()
  runner.on('test', function (test) { window.__start(test) })
  runner.on('hook end', function (hook) { if (/before each/.test(hook.title)) window.__begin() })
  runner.on('test end', function (test) { window.__stop(test) })
  runner.on('end', function () { window.__over = true })
})</script>
"""
_ROOT_HOOK = """
<script>mocha.setup({ ui: 'bdd', timeout: 5000 });
window.should = window.chai.should()
</script>
"""


def record(checkout: Path, modules: Mapping[str, Path], *, only: str = "") -> list[dict[str, Any]]:
    """Return what each test of a checkout of htmx did and what came of it.

    Args:
        checkout: The repository, at a release's tag.
        modules: The folders of mocha, chai, chai-dom, sinon and mock-socket, by name.
        only: The name of one file of tests, without its ending.
    """

    def find(path: str) -> Asset | None:
        if path == SUITE:
            return Asset("text/html; charset=utf-8", _page(checkout, only).encode())
        if path == "/recorder.js":
            return Asset("text/javascript", (_HERE / "recorder.js").read_bytes())
        file = checkout / path.lstrip("/")
        if path.startswith("/node_modules/"):
            name, _, inner = path.removeprefix("/node_modules/").partition("/")
            file = modules.get(name, Path()) / inner
        if not file.is_file():
            return None
        return Asset(mimetypes.guess_type(file.name)[0] or "text/plain", file.read_bytes())

    with serving(find, forbid_scripts=False) as base, sync_playwright() as playwright:
        browser = launch(playwright, "chromium", headed=False)
        page = browser.new_page()
        page.goto(base + SUITE)
        page.wait_for_function("window.__over === true", timeout=280_000)
        found: list[dict[str, Any]] = page.evaluate("window.__recorded")
        browser.close()
    for each in found:
        each["base"] = base
    return found


def _page(checkout: Path, only: str) -> str:
    """Return the suite's page with the recorder between its utilities and its tests."""
    text = (checkout / "test/index.html").read_text("utf-8").replace("../node_modules/", "/node_modules/")
    text = re.sub(r'<script class="mocha-init">.*?</script>', _ROOT_HOOK, text, flags=re.DOTALL)
    text = re.sub(r'<script class="mocha-exec">.*?</script>', "", text, flags=re.DOTALL)
    text = text.replace(
        '<script src="util/util.js"></script>',
        '<script src="util/util.js"></script><script src="/recorder.js"></script>',
    )
    if only:
        text = re.sub(
            r'<script src="(?:core|attributes)/([\w-]+)\.js"></script>',
            lambda match: match[0] if match[1] == only else "",
            text,
        )
    return text.replace("</body>", _STARTS + "</body>")
