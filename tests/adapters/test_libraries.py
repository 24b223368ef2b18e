"""What is used of Playwright, asyncio, Celery, vcrpy and REST framework beyond their documented APIs is there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from django_journey import Journey
from django_journey._adapters import celery, event_loop, playwright, rest_framework, threads, vcrpy
from django_journey._story.settings import Options
from django_journey.errors import ConfigurationError


def test_a_running_loop_is_marked_and_the_mark_can_be_removed() -> None:
    async def body() -> None:
        loop = event_loop.marked_loop()
        assert loop is asyncio.get_running_loop()
        event_loop.mark_running(None)
        try:
            assert event_loop.marked_loop() is None
        finally:
            event_loop.mark_running(loop)

    asyncio.run(body())
    assert event_loop.marked_loop() is None


def test_waiting_threads_stand_in_functions_that_python_has() -> None:
    import concurrent.futures.thread
    import multiprocessing.pool
    import queue
    import selectors
    import socketserver

    modules: list[Any] = [
        queue,
        concurrent.futures.thread,
        multiprocessing.pool,
        selectors,
        asyncio.base_events,
    ]
    modules += [socketserver, asyncio]
    names = {(Path(module.__file__).name, name) for module in modules for name in functions_of(module)}
    # Under Python 3.11 the loop's own method is in base_events.py.
    assert {pair for pair in threads.WAITING if pair[0] != "events.py"} <= names


def functions_of(module: Any) -> set[str]:
    names = {name for name, value in vars(module).items() if callable(value)}
    for value in vars(module).values():
        if isinstance(value, type):
            names |= vars(value).keys()
    return names


def test_celerys_task_has_what_sending_it_needs() -> None:
    library = pytest.importorskip("celery")
    app = library.Celery("contract")

    @app.task(name="contract.add", serializer="json")
    def add(x: int, y: int) -> int:
        return x + y

    assert celery.execution_options(add)["serializer"] == "json"
    celery.check_arguments(add, (1, 2), {})
    with pytest.raises(TypeError):
        celery.check_arguments(add, (1,), {})


def test_a_cassette_of_vcrpys_is_written_and_read_again(tmp_path: Path) -> None:
    pytest.importorskip("vcr")
    from vcr.request import Request

    path = tmp_path / "calls.yaml"
    cassette = vcrpy.new_cassette(path, anew=True, match_on=("method", "path"))
    answer = {"status": {"code": 200, "message": ""}, "headers": {}, "body": {"string": b"body"}}
    cassette.append(Request("GET", "https://api.example/x", b"", {}), answer)
    vcrpy.write(cassette)
    again = vcrpy.new_cassette(path, anew=False, match_on=("method", "path"))
    assert [response["body"]["string"] for _, response in again.data] == [b"body"]
    with pytest.raises(FileNotFoundError):
        vcrpy.new_cassette(tmp_path / "none.yaml", anew=False)


def test_rest_frameworks_request_stores_its_data_where_tracing_reads_it(rf: Any) -> None:
    pytest.importorskip("rest_framework")
    from rest_framework.parsers import JSONParser
    from rest_framework.request import Request

    request = Request(
        rf.post("/", '{"name": "Ada"}', content_type="application/json"), parsers=[JSONParser()]
    )
    assert request.data == vars(request)[rest_framework.PARSED_DATA] == {"name": "Ada"}


class TestPlaywright:
    @pytest.fixture(autouse=True)
    def library(self) -> None:
        pytest.importorskip("playwright.sync_api")

    def test_its_public_classes_are_found_with_their_calls(self) -> None:
        from playwright.sync_api import Locator, Page

        found = {(cls, name) for cls, name, _ in playwright.public_calls()}
        assert {(Page, "goto"), (Page, "url"), (Locator, "click")} <= found
        assert {"__enter__", "value"} <= {name for cls, name in found if cls.__name__.startswith("Event")}
        assert not {name for _, name in found if name.startswith("_") and not name.startswith("__")}

    def test_handlers_are_wrapped_while_the_context_is_open(self) -> None:
        from playwright._impl._impl_to_api_mapping import ImplToApiMapping

        def handler() -> None: ...

        wrapped: list[Any] = []
        mapping = ImplToApiMapping()
        before = ImplToApiMapping.wrap_handler
        with playwright.wrapping_handlers(lambda handler: wrapped.append(handler) or handler):  # type: ignore[func-returns-value]
            mapping.wrap_handler(handler)
        assert wrapped == [handler]
        assert ImplToApiMapping.wrap_handler is before

    def test_an_object_without_a_loop_is_named_with_playwrights_version(self) -> None:
        with pytest.raises(ConfigurationError, match=r"playwright has no builtins\.object\._loop"):
            playwright.loop_of(object())


@pytest.mark.usefixtures("browser")
def test_playwrights_objects_have_what_the_adapter_reads() -> None:
    from playwright.async_api import Page
    from playwright.sync_api import expect

    with Journey(Options(driver="browser", timeout=30_000), databases=()) as journey:
        page: Any = journey.visitor().page
        page.set_content("<p>Ready</p>")
        locator = page.get_by_text("Ready")
        assert playwright.selector_of(locator).startswith("internal:text=")
        assert playwright.selector_of(page) == ""
        assert playwright.selector_of(playwright.target_of(expect(locator))) == playwright.selector_of(
            locator
        )
        assert playwright.target_of(expect(page)) is page
        assert playwright.target_of(page) is page
        loop = playwright.loop_of(page)
        waiting = page.expect_navigation()
        assert playwright.loop_of(waiting) is loop
        with waiting as event:
            page.evaluate("() => { location.hash = 'there' }")
        assert playwright.loop_of(event) is loop
        assert isinstance(playwright.as_async(Page, page), Page)
        assert not playwright.has_ended(page)

        async def answer() -> int:
            return 42

        event_loop.mark_running(loop)
        try:
            assert playwright.run(page, answer()) == 42
        finally:
            event_loop.mark_running(None)
