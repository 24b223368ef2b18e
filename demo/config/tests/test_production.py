"""The production settings: what they check, and that stories run under them."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import SimpleTestCase

DEMO = Path(__file__).resolve().parents[2]


class ProductionSettingsTests(SimpleTestCase):
    def setUp(self):
        dropped = (
            "PYTEST_",
            "JOURNEY_",
            "DATABASE_URL",
            "SECRET_KEY",
            "REDIS_URL",
            "SITE_URL",
            "ALLOWED_HOSTS",
        )
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(dropped)},
            "DJANGO_SETTINGS_MODULE": "config.settings_production",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "STATIC_ROOT": self.enterContext(TemporaryDirectory(prefix="demo-static-")),
        }

    def manage(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=DEMO,
            env={**self.environment, **changes},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_djangos_checks_for_a_deployment_find_nothing(self):
        """F5: HTTPS, HSTS, cookies and the secret key."""
        done = self.manage("check", "--deploy", "--fail-level=WARNING")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_there_is_no_default_for_the_secret_key(self):
        del self.environment["SECRET_KEY"]
        self.assertIn("SECRET_KEY", self.manage("check").stderr)

    def test_stories_run_under_them(self):
        """F5: unchanged; the address of the site is https."""
        self.assertEqual(self.manage("collectstatic", "--no-input", "--verbosity=0").returncode, 0)
        stories = ("config.journeys.test_production", "newsroom.journeys.test_publishing")
        done = self.manage("test", *stories, JOURNEY_HTTPS="1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("skipped", done.stderr)
