"""The pytest plugin of the shim: stands in for Playwright's package, its fixtures and its server, and keeps outcomes.

Loaded by ``playwright_suite.run`` in a process of its own, whose folder is the unpacked source distribution.
"""

from __future__ import annotations

import inspect
import json
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from django_journey import errors
from django_journey._pages.assertions.expect import expect
from django_journey._pages.locator.locator import Locator
from django_journey._pages.page import BrowserContext, Page
from playwright_suite import handles
from playwright_suite.data import tests_not_run
from playwright_suite.reading import read
from playwright_suite.site import Server, SiteDriver, TestServerRequest

_SUITE = Path(os.environ["PLAYWRIGHT_SUITE"])
#: How long a test may take; those that are not run wait for what never comes.
_SECONDS = 3 if "PLAYWRIGHT_SUITE_ALL" in os.environ else 30
_refusals: list[str] = []
_not_run = tests_not_run() if "PLAYWRIGHT_SUITE_ALL" not in os.environ else {}


#: Options of a context that say what the browserless one is anyway.
_AS_IT_IS = (("java_script_enabled", False), ("accept_downloads", True), ("ignore_https_errors", True))


class _Stand:
    """Stands for a name of Playwright's that the suite only uses in annotations."""

    def __class_getitem__(cls, item: object) -> type:
        return cls


def _install() -> None:
    api = types.ModuleType("playwright.sync_api")
    api.Page, api.Locator, api.BrowserContext, api.expect = Page, Locator, BrowserContext, expect
    api.Error, api.TimeoutError = errors.Error, errors.TimeoutError
    api.__getattr__ = lambda name: type(name, (_Stand,), {})
    sys.modules["playwright.sync_api"] = api
    server = types.ModuleType("tests.server")
    server.Server, server.HTTPServer, server.TestServerRequest = Server, Server, TestServerRequest
    server.__getattr__ = lambda name: type(name, (_Stand,), {})
    sys.modules["tests.server"] = server


def _teach() -> None:
    """Give pages the calls of Playwright's that only the suite needs, and note every refusal."""
    Page.query_selector = handles.query_selector
    Page.query_selector_all = handles.query_selector_all
    Page.eval_on_selector = handles.eval_on_selector
    Page.eval_on_selector_all = handles.eval_on_selector_all
    Page.route = lambda self, url, handler, **_: self.context.fetcher.driver.routes.append((url, handler))
    Page.evaluate = lambda self, expression, arg=None: read(self, expression, arg)
    Locator.evaluate = lambda self, expression, arg=None, **_: read(
        self._page, expression, self._one("evaluate")
    )
    Locator.evaluate_all = lambda self, expression, arg=None: read(self._page, expression, self._found())
    Locator.element_handle = lambda self, **_: handles.Handle(self._page, self._one("element_handle"))
    Locator.element_handles = lambda self: [handles.Handle(self._page, el) for el in self._found()]
    initialise = errors.NeedsBrowser.__init__

    def noted(self: Any, call: str, reason: str, **details: Any) -> None:
        _refusals.append(f"{call}: {reason}")
        initialise(self, call, reason, **details)

    errors.NeedsBrowser.__init__ = noted


_install()
_teach()


class _Browser:
    """What the suite calls a browser: it makes contexts."""

    version = "156.0"

    def __init__(self, driver: SiteDriver) -> None:
        self.driver = driver
        self.contexts: list[BrowserContext] = []

    def new_context(self, **options: Any) -> BrowserContext:
        options = {name: value for name, value in options.items() if (name, value) not in _AS_IT_IS}
        for name in options.keys() - inspect.signature(BrowserContext.__init__).parameters.keys():
            raise errors.NeedsBrowser(f"new_context({name}=)", "the browserless context has no such option")
        context = BrowserContext(self.driver, raise_server_errors=False, **{"locale": "en-US", **options})
        self.contexts.append(context)
        return context

    def new_page(self, **options: Any) -> Page:
        return self.new_context(**options).new_page()


@pytest.fixture(scope="session")
def assetdir() -> Path:
    return _SUITE / "tests" / "assets"


@pytest.fixture
def server(assetdir: Path) -> Server:
    return Server(assetdir, 8907)


@pytest.fixture
def https_server(assetdir: Path) -> Server:
    return Server(assetdir, 8908, "https")


@pytest.fixture
def browser(server: Server, https_server: Server) -> _Browser:
    return _Browser(SiteDriver(server, https_server))


@pytest.fixture
def context_factory(browser: _Browser) -> Callable[..., BrowserContext]:
    return browser.new_context


@pytest.fixture
def context(browser: _Browser) -> BrowserContext:
    return browser.new_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def utils() -> Any:
    from tests.sync.utils import utils

    return utils


class _Playwright:
    """What the suite calls Playwright: here it only sets the test id attribute."""

    def __init__(self, browser: _Browser) -> None:
        self._browser = browser

    @property
    def selectors(self) -> _Playwright:
        return self

    def set_test_id_attribute(self, name: str) -> None:
        for context in self._browser.contexts:
            context.test_id_attribute = name


@pytest.fixture
def playwright(browser: _Browser) -> _Playwright:
    return _Playwright(browser)


@pytest.fixture
def default_same_site_cookie_value() -> str:
    return "Lax"


@pytest.fixture
def browser_version() -> str:
    return _Browser.version


@pytest.fixture
def browser_name() -> str:
    return "chromium"


@pytest.fixture
def browser_major_version() -> int:
    return 156


@pytest.fixture
def browser_channel() -> None:
    return None


@pytest.fixture
def platform() -> str:
    return "linux"


_FACTS = {"is_chromium": True, "is_firefox": False, "is_webkit": False, "is_linux": True, "is_mac": False}
_FACTS |= {"is_win": False, "headless": True, "is_headless_shell": True}
for _name, _value in _FACTS.items():
    globals()[_name] = pytest.fixture(name=_name)(lambda value=_value: value)


@pytest.fixture
def sync_gather() -> Callable[..., list[Any]]:
    """One after the other: nothing happens at the same time here."""
    return lambda *actions: [action() for action in actions]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if reason := _not_run.get(item.nodeid):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Run one test with a clean list of refusals and a limit to its time."""
    _refusals.clear()
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def _too_long(*_: object) -> None:
    raise RuntimeError(f"the test takes longer than {_SECONDS} s")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    if report.when == "teardown" or (report.when == "setup" and report.passed):
        return
    line = {
        "test": item.nodeid,
        "outcome": report.outcome,
        "refusals": list(_refusals),
        "error": type(call.excinfo.value).__name__ if call.excinfo else "",
        "message": str(call.excinfo.value)[:600] if call.excinfo else "",
    }
    with open(os.environ["PLAYWRIGHT_SUITE_OUTCOMES"], "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
