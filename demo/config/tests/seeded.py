"""Tests on the data that the demo is seeded with."""

from __future__ import annotations

from io import StringIO
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.test import override_settings


def seed() -> str:
    """Fill the demo, and return what the command says."""
    out = StringIO()
    call_command("seed", stdout=out)
    return out.getvalue()


class SeededMixin:
    """Puts the pictures of the seed into a folder of the class's own; it stands before Django's ``TestCase``."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(TemporaryDirectory(prefix="demo-seed-"))
        cls.enterClassContext(override_settings(MEDIA_ROOT=folder))
        super().setUpClass()
