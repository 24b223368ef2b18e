"""The settings that the environment sets."""

import os
import runpy
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.test import SimpleTestCase

from config.celery import app

SETTINGS = Path(__file__).resolve().parents[1] / "settings.py"


class EnvironmentTests(SimpleTestCase):
    def settings(self, **environment: str) -> dict:
        names = ("SIGN_UP_SIGNS_IN", "SIGNED_UP_REDIRECT_URL", "CLOUDINARY_URL", "NEWSROOM_AUTHORS_PUBLISH")
        return self.values(*names, **{**dict.fromkeys(names, ""), **environment})

    def values(self, *names: str, **environment: str) -> dict:
        with mock.patch.dict(os.environ, environment):
            settings = runpy.run_path(str(SETTINGS))
        return {name: settings[name] for name in names}

    def test_everything_is_off_by_default(self):
        self.assertEqual(
            self.settings(),
            {
                "SIGN_UP_SIGNS_IN": False,
                "SIGNED_UP_REDIRECT_URL": "",
                "CLOUDINARY_URL": "",
                "NEWSROOM_AUTHORS_PUBLISH": False,
            },
        )

    def test_the_environment_sets_each(self):
        """B1, C1, B5, D1: what follows signing up, where images are stored, and who publishes."""
        url = "cloudinary://key:secret@demo"
        values = {"SIGNED_UP_REDIRECT_URL": "my_posts", "CLOUDINARY_URL": url}
        on = self.settings(SIGN_UP_SIGNS_IN="1", NEWSROOM_AUTHORS_PUBLISH="true", **values)
        self.assertEqual(on, {"SIGN_UP_SIGNS_IN": True, "NEWSROOM_AUTHORS_PUBLISH": True, **values})

    def test_a_broker_in_the_environment_chooses_the_real_queue(self):
        """D5: Celery with a broker, Django's own tasks without one."""
        names = ("TASK_QUEUE", "CELERY_BROKER_URL", "CELERY_TASK_ALWAYS_EAGER")
        for broker, values in (
            ("redis://broker.example/0", ("celery", "redis://broker.example/0", False)),
            ("memory://", ("django", "memory://", True)),
        ):
            with self.subTest(broker):
                settings = self.values(*names, CELERY_BROKER_URL=broker)
                self.assertEqual(tuple(settings[name] for name in names), values)

    def test_celery_takes_its_settings_from_djangos(self):
        """D5: the broker, and whether tasks run eagerly in this process."""
        self.assertEqual(app.conf.broker_url, settings.CELERY_BROKER_URL)
        self.assertIs(app.conf.task_always_eager, settings.CELERY_TASK_ALWAYS_EAGER)
        self.assertIs(app.conf.task_ignore_result, True)
