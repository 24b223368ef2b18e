"""The settings that the environment sets."""

import os
import runpy
from pathlib import Path
from unittest import mock

from django.test import SimpleTestCase

SETTINGS = Path(__file__).resolve().parents[1] / "settings.py"


class EnvironmentTests(SimpleTestCase):
    def settings(self, **environment: str) -> dict:
        names = ("SIGN_UP_SIGNS_IN", "SIGNED_UP_REDIRECT_URL", "CLOUDINARY_URL", "NEWSROOM_AUTHORS_PUBLISH")
        with mock.patch.dict(os.environ, {**dict.fromkeys(names, ""), **environment}):
            settings = runpy.run_path(str(SETTINGS))
        return {name: settings[name] for name in names}

    def test_nothing_is_switched_on_by_itself(self):
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
        """B1, C1, B5, D1: what follows signing up, where images lie, and who publishes."""
        url = "cloudinary://key:secret@demo"
        told = {"SIGNED_UP_REDIRECT_URL": "my_posts", "CLOUDINARY_URL": url}
        on = self.settings(SIGN_UP_SIGNS_IN="1", NEWSROOM_AUTHORS_PUBLISH="true", **told)
        self.assertEqual(on, {"SIGN_UP_SIGNS_IN": True, "NEWSROOM_AUTHORS_PUBLISH": True, **told})
