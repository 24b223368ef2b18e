"""Fires fifty requests at once at each story, mixed with the story's own queries, for as long as is wished.

    python -m benchmarks.stress --database postgresql --minutes 10

It ends with a dump of all threads instead of a hang, and fails if a story leaves a row or an answer is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import http.client
import logging
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from benchmarks import tables

AT_ONCE = 50
HANGS = 90  # seconds without an end of a story


def main() -> None:
    """Run stories until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql", "mariadb"), default="sqlite")
    parser.add_argument("--kind", choices=("wsgi", "asgi"), default="wsgi")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    random.seed(options.seed)
    logging.disable(logging.CRITICAL)  # views fail on purpose here
    tables.configure(
        options.database,
        27,
        ROOT_URLCONF="tests.site.groups",
        STATIC_URL="/static/",
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        LOGGING_CONFIG=None,
    )
    with tables.database() as connection:
        stories = run(connection, options.kind, time.monotonic() + options.minutes * 60)
    print(
        f"{options.database}, {options.kind}: {stories} stories with {AT_ONCE} requests at once each, "
        f"seed {options.seed}: no deadlock, nothing left behind"
    )


def run(connection: Any, kind: Any, until: float) -> int:
    from django_journey._world.database.transactions import shared_transactions
    from django_journey._world.server.live import LiveServer

    before = rows(connection)
    stories = 0
    with LiveServer(kind) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        while time.monotonic() < until:
            faulthandler.dump_traceback_later(HANGS, exit=True)
            with shared_transactions(["default"], timeout=30) as shared, server.serving(shared) as url:
                story(url, pool)
            assert rows(connection) == before, "a story left rows"
            stories += 1
    faulthandler.cancel_dump_traceback_later()
    return stories


def story(url: str, pool: ThreadPoolExecutor) -> None:
    from django.contrib.auth.models import Group
    from django.db import IntegrityError, transaction

    numbers = list(range(AT_ONCE))
    random.shuffle(numbers)
    answers = [(number, pool.submit(ask, url, number)) for number in numbers]
    kept = 0
    for number in range(20):
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            Group.objects.create(name=f"test {number}")
            if number % 2:
                raise ZeroDivisionError
        kept += number % 2 == 0
        assert Group.objects.filter(name__startswith="test ").count() == kept
        with contextlib.suppress(IntegrityError):
            Group.objects.create(name="test 0")
    wrong = [(number, got) for number, answer in answers if (got := answer.result()) not in expected(number)]
    assert not wrong, f"wrong answers: {wrong}"
    assert Group.objects.filter(name__startswith="pair").count() == len(
        {pair(n) for n in numbers if n % 6 == 0}
    )


def ask(url: str, number: int) -> int:
    paths = {
        0: f"/default/try/pair{pair(number)}/",
        1: "/default/list/",
        2: "/default/fail/",
        3: "/default/stream/",
        4: f"/default/child/child{number}/",
        5: f"/default/async/async{number}/",
    }
    client = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    client.request("GET", paths[number % 6])
    answer = client.getresponse()
    answer.read()
    client.close()
    return answer.status


def pair(number: int) -> int:
    return number // 12


def expected(number: int) -> tuple[int, ...]:
    return {0: (200, 409), 2: (500,)}.get(number % 6, (200,))


def rows(connection: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchone()[0]
    return found


if __name__ == "__main__":
    sys.exit(main())
