"""``manage.py journey``: writes reports and endpoint factories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_journey._convert import cli as convert_cli
from django_journey._convert.record import record
from django_journey._explore import cli
from django_journey._runners.main import write_report
from django_journey._start import init as start
from django_journey._start import look
from django_journey._story.settings import DEFAULT_FOLDER
from django_journey.errors import ConfigurationError, MissingExtra


class Command(BaseCommand):
    """Write the report of a trace, an app's endpoint factory, or explore the site."""

    help = (
        "Write the report of a trace, of a killed run too; write the endpoint factory of an app; "
        "explore the site as its users."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the subcommands."""
        commands = parser.add_subparsers(dest="subcommand", required=True)
        self._commands = commands.choices
        report = commands.add_parser("report", help="write the report of a trace")
        report.add_argument(
            "folder", nargs="?", type=Path, default=DEFAULT_FOLDER, help="the report's folder"
        )
        endpoints = commands.add_parser("endpoints", help="write the endpoint factory of an app")
        endpoints.add_argument("app", help="the app's label, or a URL namespace")
        endpoints.add_argument("--output", type=Path, help="the file to write; standard output if not given")

        table = commands.add_parser(
            "routes", help="list the URL patterns, and which of them a traced suite requests"
        )
        table.add_argument("--trace", type=Path, metavar="FOLDER", help="the report's folder")
        table.add_argument("--admin", action="store_true", help="list Django's admin too")
        table.add_argument(
            "--fail-under", type=float, default=0.0, metavar="PERCENT", help="fail where fewer are requested"
        )
        table.add_argument("--html", type=Path, metavar="FILE", help="write what the trace reached as a map")
        look.add_arguments(
            commands.add_parser("look", help="print a page as its outline, and what can be done there")
        )
        start.add_arguments(
            commands.add_parser("init", help="look at the project, and write its first story and settings")
        )
        words = commands.add_parser("completion", help="print the completion of this command for a shell")
        words.add_argument("shell", choices=("bash", "zsh"))
        convert_cli.add_convert_arguments(
            commands.add_parser("convert", help="rewrite tests with Django's client as stories")
        )
        convert_cli.add_record_arguments(
            commands.add_parser(
                "record", help="record a story with Playwright's codegen, on a scratch database"
            )
        )
        cli.add_arguments(
            commands.add_parser("explore", help="walk through the site, and find what is broken")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand."""
        try:
            if options["subcommand"] == "explore":
                if status := cli.run(options, self.stdout.write, sys.stderr):
                    sys.exit(status)
            elif options["subcommand"] in ("look", "init"):
                run = look.run if options["subcommand"] == "look" else start.run
                if status := run(options, self.stdout.write):
                    sys.exit(status)
            elif options["subcommand"] == "completion":
                from django_journey._start.completion import script

                self.stdout.write(script(self._commands, options["shell"]))
            elif options["subcommand"] in ("convert", "record"):
                run = convert_cli.convert if options["subcommand"] == "convert" else record
                if status := run(options, self.stdout.write):
                    sys.exit(status)
            elif options["subcommand"] == "routes":
                self._list_routes(options)
            elif options["subcommand"] == "report":
                write_report(options["folder"])
            else:
                self._write_endpoints(options["app"], options["output"])
        except (ConfigurationError, MissingExtra) as error:
            raise CommandError(str(error), returncode=2) from None

    def _list_routes(self, options: dict[str, Any]) -> None:
        from django_journey._explore.map.route_table import route_lines

        lines, share = route_lines(options["trace"], admin=options["admin"], page=options["html"])
        for line in lines:
            self.stdout.write(line)
        if options["trace"] is not None and share < options["fail_under"]:
            sys.exit(1)

    def _write_endpoints(self, app: str, output: Path | None) -> None:
        from django_journey._routes.generate import generate

        source = generate(app)
        if output is None:
            self.stdout.write(source, ending="")
        elif output.exists():
            raise CommandError(f"{output} exists; name another file, or delete it first")
        else:
            output.write_text(source, encoding="utf-8")
            self.stdout.write(f"Wrote the endpoints of {app} to {output}")
