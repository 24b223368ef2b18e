"""The same mail through a real broker and Celery's own worker, if a broker runs on this machine."""

from __future__ import annotations

import os
import runpy
import socket
import threading
from contextlib import contextmanager
from unittest import skipUnless
from uuid import uuid4

from celery.contrib.testing.worker import start_worker
from celery.signals import task_postrun
from django.test import override_settings
from django_journey import JourneyTestCase

import config.celery
from accounts.factories import EditorFactory, UserFactory
from newsroom.factories import ArticleFactory

RABBITMQ = os.environ.get("DEMO_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//")
REDIS = os.environ.get("DEMO_REDIS_URL", "redis://127.0.0.1:6379/7")
PATIENCE = 60  # seconds


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def worker_on(broker: str):
    """Run a real Celery worker on a queue of this test; yields a function that waits for a task.

    The site's app has read its settings already, so it is made anew as a process with this broker makes it.
    """
    done = threading.Event()

    def finished(**_: object) -> None:
        done.set()

    queue = f"demo-{uuid4().hex}"
    with override_settings(
        CELERY_BROKER_URL=broker, CELERY_TASK_ALWAYS_EAGER=False, CELERY_TASK_DEFAULT_QUEUE=queue
    ):
        real = runpy.run_path(config.celery.__file__)["app"]
        real.set_default()
        real.set_current()
        task_postrun.connect(finished)
        try:
            if real.conf.task_default_queue != queue:
                raise AssertionError("the app does not read the site's settings")
            # A worker on RabbitMQ notices that it should stop only between heartbeats: make them twice a second.
            real.conf.update(broker_heartbeat=60, broker_heartbeat_checkrate=120)
            with start_worker(
                real,
                pool="solo",
                concurrency=1,
                perform_ping_check=False,
                loglevel="ERROR",
                shutdown_timeout=PATIENCE,
            ):
                yield lambda: done.wait(PATIENCE)
            with real.connection_for_write() as connection:
                connection.default_channel.queue_delete(queue)
        finally:
            task_postrun.disconnect(finished)
            config.celery.app.set_default()
            config.celery.app.set_current()
            real.close()


@override_settings(TASK_QUEUE="celery")
class RealQueueTests(JourneyTestCase):
    journey_options = {"tasks": "real", "leftovers": "ignore"}

    @classmethod
    def setUpTestData(cls):
        cls.author_user = UserFactory(username="ada")
        cls.editor_user = EditorFactory(username="edgar")
        ArticleFactory(author=cls.author_user, title="The tide", slug="the-tide")

    def publish_with_a_worker_on(self, broker: str) -> None:
        editor = self.journey.actor(self.editor_user)
        author = self.journey.actor(self.author_user)
        with worker_on(broker) as wait_for_a_task:
            editor.visit("article-detail", slug="the-tide")
            editor.click("Publish")
            self.assertTrue(wait_for_a_task(), "the worker did not get the task")
        author.follow(author.mailbox.latest(subject="Your article is online"), "Read it")
        author.should_see("The tide")

    @skipUnless(answers(5672), "no RabbitMQ answers on port 5672")
    def test_a_worker_gets_the_task_through_rabbitmq_and_sends_the_mail(self):
        """D5: a real broker, a real worker, the real serializer."""
        self.publish_with_a_worker_on(RABBITMQ)

    @skipUnless(answers(6379), "no Redis answers on port 6379")
    def test_a_worker_gets_the_task_through_redis_and_sends_the_mail(self):
        """D5: the same through Redis."""
        self.publish_with_a_worker_on(REDIS)
