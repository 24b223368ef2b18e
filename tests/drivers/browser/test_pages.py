"""Under the browser driver a page is Playwright's own, and Django's ORM works beside it as everywhere."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import textwrap
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from django_journey import Journey, expect
from django_journey._drivers.browser.launch import launch
from django_journey._drivers.browser.session import BrowserSession, Launch, session_for
from django_journey._drivers.browser.steps import look_of
from django_journey._story.browser_pages import launch_of
from django_journey._story.settings import Options
from django_journey._trace.record.events import Event, Noted, StepStarted, StoredSnapshot
from django_journey._trace.record.recorder import PageSnapshot, Recorder
from django_journey.errors import ConfigurationError, Error, ExpectationError, StrictModeError, TimeoutError
from tests.story.hurry import in_vain

pytestmark = [pytest.mark.usefixtures("browser"), pytest.mark.journey(driver="browser")]


@pytest.fixture(autouse=True)
def shop(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.site.shop"
    settings.LOGIN_URL = "/in/"


class Kept:
    """A sink that keeps events and pages in lists."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.pages: list[PageSnapshot] = []

    def write(self, event: Event) -> None:
        self.events.append(event)

    def store_page(self, page: PageSnapshot) -> StoredSnapshot:
        self.pages.append(page)
        return StoredSnapshot(url=page.url, title=page.title)


def test_the_page_of_an_actor_is_playwrights_own(journey: Journey) -> None:
    """E1: nothing is wrapped."""
    from playwright.sync_api import BrowserContext, Locator
    from playwright.sync_api import Page as PlaywrightPage

    actor = journey.visitor()
    actor.visit("home")
    assert type(actor.page) is PlaywrightPage
    assert type(actor.context) is BrowserContext
    assert type(actor.page.get_by_role("link")) is Locator
    assert actor.page.evaluate("1 + 1") == 2


def test_the_orm_works_in_the_body_without_allowing_unsafe_things(journey: Journey) -> None:
    """E1: Playwright's event loop is no trap."""
    assert "DJANGO_ALLOW_ASYNC_UNSAFE" not in os.environ
    ada = get_user_model().objects.create_user("ada", "ada@example.com", "zebra-crossing-9")
    actor = journey.actor(ada)
    actor.visit("home")
    actor.should_see("Signed in as ada")
    get_user_model().objects.filter(pk=ada.pk).update(username="ada2")
    actor.page.reload()
    actor.should_see("Signed in as ada2")
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


def test_the_orm_works_in_callbacks_on_the_tests_own_connection(journey: Journey) -> None:
    get_user_model().objects.create_user("ada")
    seen: list[Any] = []
    page = journey.visitor().page
    page.on("console", lambda message: seen.append((get_user_model().objects.count(), connection.alias)))
    page.expose_function("people", lambda: get_user_model().objects.count())
    page.route("**/answer/", lambda route: route.fulfill(body=str(get_user_model().objects.count())))
    page.goto("/")
    page.evaluate("console.log('hello')")
    assert page.evaluate("people()") == 1
    assert page.evaluate("fetch('/answer/').then(answer => answer.text())") == "1"
    assert seen == [(1, "default")]


def test_a_test_id_is_in_the_attribute_that_the_options_name() -> None:
    for attribute in ("data-cy", "data-testid"):
        options = Options(driver="browser", timeout=30_000, test_id_attribute=attribute)
        with Journey(options, databases=()) as journey:
            page = journey.visitor().page
            page.set_content("<p data-cy=it>data-cy</p><p data-testid=it>data-testid</p>")
            assert page.get_by_test_id("it").text_content() == attribute


def test_the_browser_reaches_nothing_outside_this_machine(journey: Journey) -> None:
    page = journey.visitor().page
    failures: list[str] = []
    page.on("requestfailed", lambda request: failures.append(str(request.failure)))
    page.goto("/")
    page.evaluate("fetch('http://outside.example/').catch(() => 0)")
    assert failures == ["net::ERR_NAME_NOT_RESOLVED"]


def test_a_handler_can_be_taken_away_again(journey: Journey) -> None:
    seen: list[str] = []

    def on_console(message: Any) -> None:
        seen.append(message.text)

    page = journey.visitor().page
    page.on("console", on_console)
    page.evaluate("console.log('one')")
    page.remove_listener("console", on_console)
    page.evaluate("console.log('two')")
    assert seen == ["one"]


def test_a_dialog_and_scripts_work_as_in_any_browser(journey: Journey) -> None:
    page = journey.visitor().page
    page.goto("/")
    page.set_content("<button onclick=\"document.title = confirm('Sure?') ? 'yes' : 'no'\">Ask</button>")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button").click()
    expect(page).to_have_title("yes")


def test_playwrights_errors_come_out_of_verbs_with_our_names_and_parts(journey: Journey) -> None:
    actor = journey.visitor()
    actor.visit("order")
    with pytest.raises(TimeoutError, match=r"Titel(.|\n)*get_by_label\(\"Title:\"\)"), in_vain(actor):
        actor.fill("Titel", "x")
    with pytest.raises(ExpectationError, match="the page should show 'Nothing of the kind'"), in_vain(actor):
        actor.should_see("Nothing of the kind")
    actor.visit("home")
    with pytest.raises(StrictModeError, match="2 elements"):
        actor.click("Same")


def test_a_view_that_raises_behind_the_storys_back_is_reported_at_its_end(journey: Journey) -> None:
    page = journey.visitor().page
    page.goto("/")
    assert page.evaluate("fetch('/broken/').then(answer => answer.status)") == 500
    with pytest.raises(ZeroDivisionError, match="the shop is on fire"):
        journey.__exit__(None, None, None)


def test_steps_console_errors_and_pictures_are_in_the_trace(journey: Journey) -> None:
    kept = Kept()
    recorder = Recorder(kept)
    with recorder.entered(recorder.start_test("story", name="story")):
        actor = journey.visitor("ada")
        actor.visit("order")
        actor.page.get_by_label("Title").fill("Cake")
        actor.page.evaluate("console.error('out of eggs')")
        actor.page.evaluate("fetch('http://127.0.0.1:1/').catch(() => 0)")
        actor.page.get_by_role("button", name="Save draft").click()
    steps = [event for event in kept.events if isinstance(event, StepStarted) and not event.parent]
    assert [(step.actor, step.verb) for step in steps] == [
        ("ada", "visit"),
        ("ada", "fill"),
        ("ada", "click"),
    ]
    assert steps[1].what == "the field “Title” = Cake"
    assert steps[1].place.startswith("tests/drivers/browser/test_pages.py:")
    notes = [event.title for event in kept.events if isinstance(event, Noted) and event.topic == "browser"]
    assert "console error: out of eggs" in notes
    assert any(note.startswith("request failed: GET http://127.0.0.1:1/") for note in notes)
    assert all(page.picture.startswith(b"\x89PNG") for page in kept.pages)
    assert "Ordered" in kept.pages[-1].html


def test_playwrights_own_trace_is_stored(tmp_path: Path) -> None:
    options = Options(driver="browser", timeout=30_000, browser_trace=True, report=tmp_path)
    with Journey(options, databases=()) as journey:
        journey.visitor("ada").visit("home")
    (kept,) = tmp_path.glob("browser-traces/*ada.zip")
    assert zipfile.is_zipfile(kept)


def test_a_video_is_stored_or_playwright_says_what_it_lacks(tmp_path: Path) -> None:
    told = ""
    with Journey(
        Options(driver="browser", timeout=30_000, video=True, report=tmp_path), databases=()
    ) as journey:
        try:
            journey.visitor("ada").page.goto("/")
        except Exception as error:
            told = str(error)
    assert list(tmp_path.glob("videos/*.webm")) or "playwright install ffmpeg" in told


def test_a_missing_browser_names_the_command_that_installs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Type:
        def launch(self, **settings: Any) -> None:
            raise RuntimeError("BrowserType.launch: Executable doesn't exist at /nowhere")

    class Playwright:
        chromium = firefox = Type()

    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        ConfigurationError, match=r"playwright install --with-deps chromium(.|\n)*apt-get install"
    ):
        launch(Playwright(), "chromium", headed=False)
    with pytest.raises(ConfigurationError, match="playwright install --with-deps firefox"):
        launch(Playwright(), "firefox", headed=False)


def test_headed_takes_no_headless_shell_and_a_path_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """E3: headless unless it is asked otherwise."""
    launched: list[tuple[str, bool]] = []

    class Type:
        def launch(self, *, executable_path: str = "", headless: bool, **settings: Any) -> None:
            if not executable_path:
                raise RuntimeError("Executable doesn't exist")
            launched.append((Path(executable_path).name, headless))

    class Playwright:
        chromium = Type()

    for name in ("chromium-headless-shell", "chromium"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    launch(Playwright(), "chromium", headed=False)
    launch(Playwright(), "chromium", headed=True)
    launch(Playwright(), "chromium", headed=False, path="/opt/my-chrome")
    assert launched == [("chromium-headless-shell", True), ("chromium", False), ("my-chrome", True)]


INTERRUPTED = """
import signal, sys
from django_journey._drivers.browser.session import Launch, session_for

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started us deaf to it
session = session_for(Launch())
page = session.new_context().new_page()
page.set_content("<p>open</p>")
print("ready", flush=True)
if sys.argv[1] == "crash":
    raise SystemExit("crashed")
signal.pause()
"""


IN_ANY_ORDER = """
from asyncio.events import _get_running_loop
from django_journey._drivers.browser.session import BrowserSession, Launch

first, second = BrowserSession(Launch()), BrowserSession(Launch())
first.close()
page = second.new_context().new_page()
page.on("console", print)
assert page.evaluate("console.log('1 + 1') || 1 + 1") == 2
assert _get_running_loop() is None, "Django would refuse the ORM"
second.close()
"""


def test_two_browsers_of_a_process_may_be_closed_in_any_order() -> None:
    """As where one has crashed, and others go on."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IN_ANY_ORDER], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "1 + 1\n"), done.stderr


def test_a_browser_that_has_died_and_a_page_that_has_crashed_are_called_that(db: None) -> None:
    options = Options(driver="browser", timeout=30_000, locale="en-CA")
    with Journey(options) as journey:
        actor = journey.visitor()
        actor.visit("home")
        with actor.page.expect_event("crash"), suppress(Exception):
            actor.page.goto("chrome://crash")
        with pytest.raises(Error, match="the page of the browser has crashed"):
            actor.visit("home")
    with pytest.raises(Error, match=r"the browser has died(.|\n)*another one"), Journey(options) as journey:
        actor = journey.visitor()
        actor.visit("home")
        with suppress(Exception):
            session_for(launch_of(options)).browser.new_browser_cdp_session().send("Browser.crash")
        actor.click("Nowhere")
    session_for(launch_of(options)).close()


def test_stories_after_a_browser_that_crashed_get_another_one(db: None) -> None:
    options = Options(driver="browser", timeout=30_000, locale="en-GB", slowmo=1)
    from playwright.sync_api import Error as PlaywrightError

    with pytest.raises(PlaywrightError, match="closed"), Journey(options) as journey:
        journey.visitor().visit("home")
        browser = session_for(launch_of(options)).browser
        found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        pid = next(process["id"] for process in found if process["type"] == "browser")
        os.kill(pid, signal.SIGKILL)
        journey.actors[0].page.wait_for_timeout(60_000)
    with Journey(options) as journey:
        journey.visitor().visit("home")
        journey.actors[0].should_see("Welcome")
    session_for(launch_of(options)).close()


@pytest.mark.parametrize("reuse_pages", [True, False])
def test_stories_after_playwrights_own_process_has_ended_get_another_one(
    reuse_pages: bool, caplog: pytest.LogCaptureFixture
) -> None:
    options = Options(
        driver="browser", timeout=30_000, reuse_pages=reuse_pages, allow_network=("nowhere.example",)
    )
    before = set(programs_of_this_process())
    with pytest.raises(ValueError, match="the story's own"), Journey(options, databases=()) as journey:
        journey.visitor().visit("home")
        (pid,) = set(programs_of_this_process()) - before
        ended = os.pidfd_open(pid)
        os.kill(pid, signal.SIGKILL)
        select.select([ended], [], [], 60)
        os.close(ended)
        raise ValueError("the story's own")
    with Journey(options, databases=()) as journey:
        journey.visitor().visit("home")
        journey.actors[0].should_see("Welcome")
    session_for(launch_of(options)).close()
    with caplog.at_level(
        logging.CRITICAL, logger="asyncio"
    ):  # what Playwright was waiting for nobody asks any more
        gc.collect()


def programs_of_this_process() -> list[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


def test_a_picture_is_taken_when_the_options_say_so(db: None) -> None:
    def pictures(when: Any) -> list[bool]:
        sink = Kept()
        recorder = Recorder(sink)
        scope = recorder.start_test("a story", name="a story")
        with (
            recorder.entered(scope),
            Journey(Options(driver="browser", timeout=30_000, screenshots=when)) as journey,
        ):
            actor = journey.visitor()
            actor.visit("home")
            with pytest.raises(TimeoutError), in_vain(actor):
                actor.click("Nowhere")
        return [bool(page.picture) for page in sink.pages]

    assert set(pictures("steps")) == {True}
    assert pictures("failures") == [False, True]
    assert set(pictures("off")) == {False}


def test_a_picture_takes_its_time_whatever_the_test_s_own_time_out_is(journey: Journey) -> None:
    page: Any = journey.visitor().page
    page.set_default_timeout(1)
    stored = look_of(page)
    assert stored is not None
    assert stored.picture


@pytest.mark.parametrize("end", ["crash", "SIGINT", "SIGKILL"])
def test_no_browser_outlives_its_run(end: str, tmp_path: Path) -> None:
    """E2: closed after an error, after Ctrl-C and after a kill."""
    marker = f"journey-{end}-{tmp_path.name}-{os.getpid()}"
    done = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(INTERRUPTED), end],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "JOURNEY_MARKER": marker},
        start_new_session=True,
    )
    assert done.stdout is not None
    assert done.stdout.readline() == "ready\n"
    if end.startswith("SIG"):
        done.send_signal(getattr(signal, end))
    done.wait(timeout=60)
    for process in running_with(marker):
        select.select([process], [], [], 60)  # readable when it has ended
        os.close(process)
    assert not running_with(marker)
    done.stdout.close()


def running_with(marker: str) -> list[int]:
    """Handles of the processes that were started with this in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "environ").read_bytes():
                found.append(os.pidfd_open(int(folder.name)))
        except OSError:
            continue
    return found


def test_a_browser_elsewhere_is_used_through_its_endpoint(tmp_path: Path) -> None:
    """E1: Playwright's own server lends its browser."""

    program = next(
        filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None
    )
    settings = {
        "headless": True,
        "args": ["--no-sandbox"],
        **({"executablePath": program} if program else {}),
    }
    config = tmp_path / "server.json"
    config.write_text(json.dumps(settings))
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "playwright",
            "launch-server",
            "--browser",
            "chromium",
            "--config",
            str(config),
        ],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert server.stdout is not None
        endpoint = server.stdout.readline().strip()
        options = Options(driver="browser", timeout=30_000, browser_endpoint=endpoint)
        with Journey(options, databases=()) as journey:
            actor = journey.visitor()
            actor.visit("home")
            actor.should_see("Welcome")
        server.stdout.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def test_no_browser_at_an_endpoint_says_how_to_start_one() -> None:
    with pytest.raises(
        ConfigurationError, match=r"no browser answers at ws://127\.0\.0\.1:1(.|\n)*run-server"
    ):
        BrowserSession(Launch(endpoint="ws://127.0.0.1:1/"))
