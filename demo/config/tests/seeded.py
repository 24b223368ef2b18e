"""A mixin for tests that use the demo's seed data."""

from __future__ import annotations

from io import StringIO
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.test import override_settings


def seed() -> str:
    """Seed the demo, and return what the command prints."""
    out = StringIO()
    call_command("seed", stdout=out)
    return out.getvalue()


class SeededMixin:
    """Stores the seed's pictures in a folder of the class; list it before Django's ``TestCase``."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(TemporaryDirectory(prefix="demo-seed-"))
        cls.enterClassContext(override_settings(MEDIA_ROOT=folder))
        super().setUpClass()
