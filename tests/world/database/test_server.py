"""The live server answers inside the story's transaction, and ends with the story."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connections, transaction

from django_journey._trace.record.events import Event
from django_journey._trace.record.recorder import PageSnapshot, Recorder
from django_journey._world.database.transactions import shared_transactions
from django_journey._world.server.live import REQUEST_ID, LiveServer
from django_journey.errors import WorldError
from tests.site import groups

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume:Warning")


@pytest.fixture(scope="module", params=["wsgi", "asgi"])
def server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    with LiveServer(request.param) as running:
        yield running


@pytest.fixture(autouse=True)
def urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.site.groups"
    settings.MIDDLEWARE = []
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]


@pytest.fixture
def site(alias: str, server: LiveServer) -> Iterator[httpx.Client]:
    with shared_transactions([alias], timeout=60) as shared, server.serving(shared) as url:  # noqa: SIM117
        with httpx.Client(base_url=url, timeout=60) as client:
            yield client


def names(alias: str) -> list[str]:
    return sorted(Group.objects.using(alias).values_list("name", flat=True))


def test_requests_and_the_test_see_what_each_other_wrote(alias: str, site: httpx.Client) -> None:
    Group.objects.using(alias).create(name="by the test")
    assert site.get(f"/{alias}/list/").json() == ["by the test"]
    assert site.post(f"/{alias}/add/by a request/").status_code == 200
    assert names(alias) == ["by a request", "by the test"]


def test_a_story_over_http_leaves_nothing(alias: str, server: LiveServer) -> None:
    with shared_transactions([alias]) as shared, server.serving(shared) as url:
        httpx.post(f"{url}/{alias}/add/gone/", timeout=60)
        assert names(alias) == ["gone"]
    assert names(alias) == []


def test_on_commit_and_durable_mean_in_a_request_what_they_mean_in_production(
    alias: str, site: httpx.Client
) -> None:
    assert site.post(f"/{alias}/try/one/").text == "committed"
    taken = site.post(f"/{alias}/try/one/")
    assert (taken.status_code, taken.text) == (409, "taken, of 1")


def test_what_a_view_raised_is_stored_for_the_driver(
    alias: str, site: httpx.Client, server: LiveServer
) -> None:
    answer = site.get(f"/{alias}/fail/", headers={REQUEST_ID: "my-17"})
    assert answer.status_code == 500
    assert answer.headers[REQUEST_ID] == "my-17"
    assert isinstance(server.exceptions["my-17"], LookupError)
    assert names(alias) == []
    other = site.get(f"/{alias}/break/")
    assert isinstance(server.exceptions[other.headers[REQUEST_ID]], IntegrityError)


def test_a_site_that_cannot_even_be_loaded_says_why_and_holds_nothing_up(
    server: LiveServer, settings: Any
) -> None:
    settings.MIDDLEWARE = ["shop.middleware.Missing"]
    with server.serving() as url:  # at its end no request is running any more
        answer = httpx.get(url, headers={REQUEST_ID: "my-18"}, timeout=60)
        assert answer.status_code == 500
        assert answer.headers[REQUEST_ID] == "my-18"
        assert "shop" in str(server.exceptions["my-18"])


def test_the_request_number_is_not_shown_to_the_site(site: httpx.Client) -> None:
    answer = site.post("/meta/", headers={REQUEST_ID: "7"}, content=b"x" * 100_000)
    assert answer.json() == {"journey": [], "body": 100_000}


def test_a_streamed_answer_reads_the_database_piece_by_piece(alias: str, site: httpx.Client) -> None:
    Group.objects.using(alias).bulk_create(Group(name=f"{number:03}") for number in range(50))
    assert site.get(f"/{alias}/stream/").text.split() == [f"{number:03}" for number in range(50)]


def test_a_thread_that_a_view_starts_works_in_the_same_story(alias: str, site: httpx.Client) -> None:
    assert site.get(f"/{alias}/child/from-a-child/").text == "1"
    assert names(alias) == ["from-a-child"]


def test_async_views_work_in_the_same_story(alias: str, site: httpx.Client) -> None:
    assert site.get(f"/{alias}/async/awaited/").text == "1"
    assert names(alias) == ["awaited"]


def test_a_transaction_that_a_view_left_open_ends_with_its_request(alias: str, site: httpx.Client) -> None:
    assert site.get(f"/{alias}/leave/forgotten/").status_code == 200
    assert names(alias) == []
    assert site.get(f"/{alias}/list/").json() == []


def test_many_requests_at_once_mix_with_the_tests_own_queries(alias: str, site: httpx.Client) -> None:
    def ask(number: int) -> int:
        kind = number % 4
        if kind == 0:
            return site.get(f"/{alias}/list/").status_code
        if kind == 1:
            return site.get(f"/{alias}/fail/").status_code
        # Two requests for each name: one of them finds it taken.
        return site.post(f"/{alias}/try/{number // 4}-{kind // 4}/").status_code

    with ThreadPoolExecutor(24) as pool:
        answers = [pool.submit(ask, number) for number in range(96)]
        for number in range(30):
            with contextlib.suppress(ZeroDivisionError), transaction.atomic(using=alias):
                Group.objects.using(alias).create(name=f"test {number}")
                if number % 2:
                    raise ZeroDivisionError
        codes = [answer.result(timeout=60) for answer in answers]
    assert sorted(codes) == [200] * 48 + [409] * 24 + [500] * 24
    assert len(names(alias)) == 24 + 15


def test_each_request_runs_in_the_storys_context(alias: str, server: LiveServer) -> None:
    class Nowhere:
        def write(self, event: Event) -> None: ...

        def store_page(self, page: PageSnapshot) -> Any: ...

    recorder = Recorder(Nowhere())
    scope = recorder.start_test("the story", name="the story")
    with shared_transactions([alias]) as shared, recorder.entered(scope), server.serving(shared) as url:
        assert httpx.get(f"{url}/whose/", timeout=60).text == "the story"
    with shared_transactions([alias]) as shared, server.serving(shared) as url:
        assert httpx.get(f"{url}/whose/", timeout=60).text == "nobody's"


def test_between_stories_requests_are_turned_away(alias: str, server: LiveServer) -> None:
    with server.serving() as url, httpx.Client(timeout=60) as client:
        assert client.get(f"{url}/whose/").status_code == 200
    late = httpx.get(f"{url}/whose/", timeout=60)
    assert late.status_code == 503
    assert "No story" in late.text


def test_a_running_request_is_waited_for_at_the_end(alias: str, server: LiveServer) -> None:
    reached, gate = threading.Event(), threading.Event()
    groups.GATES.update({"drain": gate, "drain reached": reached})
    with ThreadPoolExecutor(1) as pool:
        with server.serving() as url:
            answer = pool.submit(httpx.get, f"{url}/wait/drain/", timeout=60)
            assert reached.wait(60)
            threading.Timer(0.1, gate.set).start()
        assert answer.result(timeout=60).text == "went on"


def test_a_request_that_hangs_at_the_end_is_named_with_where_it_stands(
    alias: str, server: LiveServer
) -> None:
    reached, gate = threading.Event(), threading.Event()
    groups.GATES.update({"hang": gate, "hang reached": reached})
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(WorldError, match="GET /wait/hang/") as named, server.serving(patience=0.2) as url:
            pool.submit(httpx.get, f"{url}/wait/hang/", timeout=60)
            assert reached.wait(60)
        gate.set()
    assert "GATES[gate].wait" in str(named.value)


def test_an_endless_stream_ends_with_the_story(server: LiveServer) -> None:
    # Django reads a stream of the other kind to its end before it sends anything.
    page = {"wsgi": "endless", "asgi": "endless-events"}[server.kind]
    read: list[bytes] = []
    begun = threading.Event()

    def listen(url: str) -> None:
        with (
            contextlib.suppress(httpx.HTTPError),
            httpx.stream("GET", f"{url}/{page}/", timeout=60) as answer,
        ):
            for piece in answer.iter_raw():
                read.append(piece)
                begun.set()

    with ThreadPoolExecutor(1) as pool:
        with server.serving(patience=60) as url:
            listening = pool.submit(listen, url)
            assert begun.wait(60)
        listening.result(timeout=60)
    assert read


def test_static_files_are_found_and_uploaded_files_served(
    server: LiveServer, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "media").mkdir()
    (tmp_path / "static" / "site.css").write_text("p {}")
    (tmp_path / "media" / "photo.txt").write_text("a photo")
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.MEDIA_ROOT = tmp_path / "media"
    with server.serving() as url, httpx.Client(base_url=url, timeout=60) as client:
        assert client.get(f"/{settings.STATIC_URL.strip('/')}/site.css").text == "p {}"
        assert client.get(f"/{settings.MEDIA_URL.strip('/')}/photo.txt").text == "a photo"
        assert client.get(f"/{settings.MEDIA_URL.strip('/')}/none.txt").status_code == 404


def test_many_stories_in_any_order_leave_the_database_as_it_was_twice(alias: str, server: LiveServer) -> None:
    many = 100 if (alias, server.kind) in {("postgresql", "asgi"), ("memory", "wsgi")} else 20

    def counts() -> dict[str, int]:
        with connections[alias].cursor() as cursor:
            tables = connections[alias].introspection.table_names(cursor)
            found = {}
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {connections[alias].ops.quote_name(table)}")
                found[table] = cursor.fetchone()[0]
        return found

    def story(number: int, url: str, client: httpx.Client) -> None:
        assert client.post(f"{url}/{alias}/try/{number}/").text == "committed"
        assert client.post(f"{url}/{alias}/try/{number}/").status_code == 409
        if number % 3 == 0:
            assert client.get(f"{url}/{alias}/fail/").status_code == 500
        with transaction.atomic(using=alias):
            Group.objects.using(alias).create(name=f"test {number}")
        assert client.get(f"{url}/{alias}/list/").json() == sorted([str(number), f"test {number}"])

    before = counts()
    with httpx.Client(timeout=60) as client:
        for _ in range(2):
            for number in random.sample(range(many), many):
                with shared_transactions([alias]) as shared, server.serving(shared) as url:
                    story(number, url, client)
            assert counts() == before
