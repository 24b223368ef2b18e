"""Records Cloudinary's responses for the tests that replay them."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from blog.outside import Cloudinary
from blog.recording import CASSETTES, account, record, record_from_the_fake


class Command(BaseCommand):
    help = (
        "Make the blog's calls to Cloudinary (CLOUDINARY_URL in the environment), and record the responses. "
        "Two small pictures are uploaded and deleted again."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--from-the-fake", action="store_true", help="ask the fake on loopback instead of an account"
        )

    def handle(self, *args, from_the_fake: bool, **options):
        if from_the_fake:
            record_from_the_fake(CASSETTES)
        elif account():
            record(CASSETTES, Cloudinary, account())
        else:
            raise CommandError("set CLOUDINARY_URL to an account's, or say --from-the-fake")
        self.stdout.write(self.style.SUCCESS(f"recorded in {CASSETTES}"))
