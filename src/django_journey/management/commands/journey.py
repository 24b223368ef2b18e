"""``manage.py journey``: what there is to do about journeys beside running them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_journey.errors import ConfigurationError
from django_journey.runners.main import write_report
from django_journey.story.options import DEFAULT_FOLDER


class Command(BaseCommand):
    """Write the report of a trace, or an app's endpoint factory."""

    help = "Write the report of a trace, also of a run that was killed; write the endpoint factory of an app."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the subcommands."""
        commands = parser.add_subparsers(dest="subcommand", required=True)
        report = commands.add_parser("report", help="write the report of a trace")
        report.add_argument(
            "folder", nargs="?", type=Path, default=DEFAULT_FOLDER, help="the report's folder"
        )
        endpoints = commands.add_parser("endpoints", help="write the endpoint factory of an app")
        endpoints.add_argument("app", help="the app's label, or a URL namespace")
        endpoints.add_argument("--output", type=Path, help="the file to write; standard output if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry out the subcommand."""
        try:
            if options["subcommand"] == "report":
                write_report(options["folder"])
            else:
                self._write_endpoints(options["app"], options["output"])
        except ConfigurationError as error:
            raise CommandError(str(error)) from None

    def _write_endpoints(self, app: str, output: Path | None) -> None:
        from django_journey.routes.generate import generate

        source = generate(app)
        if output is None:
            self.stdout.write(source, ending="")
        elif output.exists():
            raise CommandError(f"{output} is there already; name another file, or take it away first")
        else:
            output.write_text(source, encoding="utf-8")
            self.stdout.write(f"{output} has the endpoints of {app}")
