"""``manage.py journey``: what there is to do about journeys beside running them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_journey.errors import ConfigurationError
from django_journey.runners.main import write_report
from django_journey.story.options import DEFAULT_FOLDER


class Command(BaseCommand):
    """Write the report of a trace."""

    help = "Write the report of a trace: of the last run, also of one that was killed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the subcommands."""
        commands = parser.add_subparsers(dest="subcommand", required=True)
        report = commands.add_parser("report", help="write the report of a trace")
        report.add_argument(
            "folder", nargs="?", type=Path, default=DEFAULT_FOLDER, help="the report's folder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry out the subcommand."""
        try:
            write_report(options["folder"])
        except ConfigurationError as error:
            raise CommandError(str(error)) from None
