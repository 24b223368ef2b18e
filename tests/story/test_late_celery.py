"""Celery's tasks are caught also where a view loads Celery in the middle of a story."""

from __future__ import annotations

import subprocess
import sys

STORY = """
import sys
import django
from django.conf import settings

settings.configure(DATABASES={}, SECRET_KEY="a key", USE_TZ=True)
django.setup()
from django_journey import Journey

with Journey(databases=()) as journey:
    from celery import Celery

    app = Celery("shop", broker="amqp://127.0.0.1:1//", set_as_current=False)

    @app.task(name="shop.ship")
    def ship():
        print("shipped")

    ship.delay()
    journey.tasks.run("ship")
"""


def test_a_task_of_a_celery_that_was_loaded_late_never_reaches_the_broker() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STORY], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "shipped\n", done.stderr
