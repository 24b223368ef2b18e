"""Files that storages save, and what is logged, belong to the request and the step that caused them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from django_journey._trace.record.events import Noted
from django_journey._trace.record.recorder import step
from django_journey._trace.secrets.mask_text import MASK
from tests.trace.conftest import Traced
from tests.trace.secrets.test_shapes import KINDS

LOGGER = logging.getLogger("shop.views")


class Hostile:
    """A value that must not be asked for its text."""

    def __str__(self) -> str:
        raise AssertionError("asked")

    __repr__ = __str__


def upload(request: HttpRequest) -> HttpResponse:
    InMemoryStorage().save("cats/a.png", ContentFile(b"12345"))
    LOGGER.warning("stock of %s is %d", "tulips", 3)
    LOGGER.debug("not shown")
    return HttpResponse("ok")


urlpatterns = [path("upload/", upload)]


@pytest.fixture(autouse=True)
def _urls(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Let levels that other tests have left, as a worker of Celery leaves the root's, decide nothing here."""
    level, disabled, below = LOGGER.level, LOGGER.disabled, logging.root.manager.disable
    LOGGER.setLevel(logging.DEBUG)
    LOGGER.disabled = False
    logging.disable(logging.NOTSET)
    yield
    logging.disable(below)
    LOGGER.disabled = disabled
    LOGGER.setLevel(level)


def notes(traced: Traced, *topics: str) -> list[tuple[int, int, str]]:
    """Let the test fail, and return the step, the request and the title of each note."""
    traced.tracing.end(traced.scope, "failed")
    found = [event for event in traced.events() if isinstance(event, Noted) and event.topic in topics]
    return [(each.step, each.request, each.title) for each in found]


def test_of_a_request(traced: Traced) -> None:
    with step("click", "Upload"):
        Client().get("/upload/")
    assert notes(traced, "file", "log") == [
        (1, 1, "stored cats/a.png (5 bytes)"),
        (1, 1, "WARNING shop.views: stock of tulips is 3"),
    ]


def test_of_a_step_and_of_the_test(traced: Traced, tmp_path: Path) -> None:
    name = FileSystemStorage(tmp_path).save(name="b.txt", content=ContentFile(b"1"))
    with step("run", "tasks"):
        LOGGER.error("no %s", "mail")
    assert notes(traced, "file", "log") == [
        (0, 0, f"stored {name} (1 bytes)"),
        (1, 0, "ERROR shop.views: no mail"),
    ]


def test_logs_of_a_test_that_passes_are_dropped(traced: Traced) -> None:
    LOGGER.error("no mail")
    traced.tracing.end(traced.scope, "passed")
    assert "no mail" not in traced.text()


def test_a_file_that_was_not_stored_is_not_named(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError("full")

    monkeypatch.setattr(InMemoryStorage, "_save", full)
    with pytest.raises(OSError, match="full"):
        InMemoryStorage().save("a", ContentFile(b"1"))
    assert notes(traced, "file") == []


def test_nothing_is_asked_of_what_is_logged(traced: Traced, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("quiet")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    for message, given in (
        ("%s", (Hostile(),)),
        (Hostile(), ()),
        ("%d %d", (1,)),
        ("%(a)s", ({"a": Hostile()},)),
    ):
        logger.error(message, *given)
    assert [title for *_, title in notes(traced, "log")] == [
        "ERROR quiet: <Hostile>",
        "ERROR quiet: <Hostile>",
        "ERROR quiet: %d %d (1,)",
        "ERROR quiet: %(a)s",
    ]
    assert traced.tracing.dropped.count == 0


def test_a_logger_finds_its_caller_and_its_handlers_as_before(
    traced: Traced, caplog: pytest.LogCaptureFixture
) -> None:
    LOGGER.error("here")
    (record,) = caplog.records
    assert (record.funcName, record.filename) == (
        test_a_logger_finds_its_caller_and_its_handlers_as_before.__name__,
        Path(__file__).name,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_written(kind: str, traced: Traced) -> None:
    text, secret = KINDS[kind]
    LOGGER.error(text)
    LOGGER.error("%s", text)
    found = notes(traced, "log")
    assert len(found) == 2
    for *_, title in found:
        assert secret not in title
        assert MASK in title
