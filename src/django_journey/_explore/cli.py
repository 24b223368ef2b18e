"""The arguments of ``manage.py journey explore``, and what it writes into the terminal."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from django_journey.errors import visible

if TYPE_CHECKING:
    from django_journey._explore.command import Result
    from django_journey._explore.findings.finding import Finding
    from django_journey._explore.walk import Bounds

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments; nothing is loaded for it."""
    add = parser.add_argument
    add(
        "--as",
        action="append",
        default=[],
        dest="users",
        metavar="USERNAME",
        help="who walks; may be repeated",
    )
    add("--seconds", type=float, default=60.0, help="how long the walk may take (60)")
    add("--requests", type=int, default=0, help="how many requests it may send; 0 for any number")
    add(
        "--per-pattern",
        type=int,
        default=3,
        help="how many addresses of one URL pattern each person visits (3)",
    )
    add(
        "--keep",
        action="store_true",
        help="follow flows over several pages: what a form did is kept for the next page",
    )
    add(
        "--max-queries",
        type=int,
        metavar="N",
        help="how many queries a page may need (the setting queries: 100)",
    )
    add(
        "--max-seconds", type=float, default=0.0, metavar="S", help="how long a page may take; 0 for any time"
    )
    add("--seed", type=int, default=0, help="fixes the order of the walk (0)")
    add("--admin", action="store_true", help="walk through Django's admin too")
    _add_results(parser)


def _add_results(parser: ArgumentParser) -> None:
    """Add what says where the result is written, and on which database the walk is."""
    add = parser.add_argument
    add("--json", type=Path, metavar="FILE", help="write the findings into this file, as they come")
    add("--html", type=Path, metavar="FILE", help="write what was found into a page of its own")
    add(
        "--write-stories",
        type=Path,
        metavar="FOLDER",
        help="write a failing story for each finding, as they come",
    )
    add("--access", action="store_true", help="show who may do what, and what looks wrong in it")
    add(
        "--access-file",
        type=Path,
        metavar="FILE",
        help="compare that with a reviewed file; --accept writes it",
    )
    add("--baseline", type=Path, metavar="FILE", help="the accepted findings (journey-explore.toml)")
    add(
        "--accept",
        action="store_true",
        help="accept what is found: write it into the file of accepted findings",
    )
    add("--keepdb", action="store_true", help="keep the test database for the next walk")
    add("--on-this-database", action="store_true", help="use the project's own database; all is rolled back")


def run(options: dict[str, Any], write: Callable[[str], object], stderr: TextIO) -> int:
    """Explore, and return the exit status: 1 where something was found that is not accepted.

    Args:
        options: The parsed arguments.
        write: Writes a line of the result.
        stderr: Where the progress is shown.

    Raises:
        ConfigurationError: An argument, a setting or a user can't be used.
        MissingExtra: Rows are to be made, and model_bakery is not installed.
    """
    from django_journey._explore.command import Exploration, explore, explored_database
    from django_journey._explore.findings import baseline

    path = options["baseline"] or baseline.DEFAULT
    known = baseline.accepted(path)  # what is wrong with it is said before the walk
    wanted = Exploration(
        _bounds(options),
        users=tuple(options["users"]),
        admin=options["admin"],
        file=options["json"],
        folder=options["write_stories"],
        map=options["html"] is not None,
    )
    progress = _Progress(stderr)
    with explored_database(on_this=options["on_this_database"], keep=options["keepdb"]):
        result = explore(wanted, tell=progress.tell, found=progress.found)
    progress.end()
    fresh = [finding for finding in result.problems if finding.key not in known]
    _show(result, fresh, write, access=options["access"])
    if options["html"] is not None:
        _write_page(options["html"], result, fresh)
    changed = False
    if options["access_file"] is not None:
        from django_journey._explore.access.matrix import compare, written

        text = written(result.access.rows(result.roles), result.suspicious)
        changed = compare(options["access_file"], text, write, accept=options["accept"])
    if options["accept"]:
        baseline.write(path, (finding.key for finding in result.problems))
        write(f"{path} accepts {len(result.problems)} findings; say in it why")
        return 0
    return 1 if fresh or changed else 0


def _bounds(options: dict[str, Any]) -> Bounds:
    from django_journey._explore.settings import Settings
    from django_journey._explore.walk import Bounds

    return Bounds(
        options["seconds"],
        options["requests"],
        options["seed"],
        options["per_pattern"],
        queries=Settings.load().queries if options["max_queries"] is None else options["max_queries"],
        page_seconds=options["max_seconds"],
        keep=options["keep"],
    )


class _Progress:
    """Shows how far a walk is: a bar in a terminal, elsewhere a line for each finding."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar = stream.isatty()
        self._shown = 0.0

    def tell(self, walk: Any, found: int) -> None:
        """Move the bar, five times in a second at most."""
        from django_journey._explore.findings.terminal import progress

        if self._bar and time.monotonic() - self._shown > 0.2:
            self._shown = time.monotonic()
            self._stream.write(progress(walk.share, walk.requests, found))
            self._stream.flush()

    def found(self, finding: Any) -> None:
        """Say at once what was found, where it can't be overwritten."""
        from django_journey._explore.findings.finding import KINDS

        if not self._bar and not KINDS[finding.kind].hint:
            self._stream.write(visible(f"found: {KINDS[finding.kind].title}: {finding.what}\n"))
            self._stream.flush()

    def end(self) -> None:
        """Take the bar away."""
        if self._bar:
            self._stream.write("\r\x1b[K")


def _show(result: Result, fresh: list[Finding], write: Callable[[str], object], *, access: bool) -> None:
    from django_journey._explore.findings.terminal import access_table, lines_of

    for line in lines_of([*fresh, *_hints(result)]):
        write(line)
    if access:
        for line in access_table(result.access.rows(result.roles), result.roles):
            write(line)
        for cell in result.suspicious:
            write(visible(f"looks wrong: {cell.method} {cell.pattern} as {cell.role}: {cell.why}"))
    write(_summary(result, fresh))


def _write_page(path: Path, result: Result, fresh: list[Finding]) -> None:
    from django_journey._explore.findings.page import write_page
    from django_journey._explore.map.page import STYLE, map_sections
    from django_journey._explore.map.site_parts import parts_of

    odd: dict[str, list[str]] = defaultdict(list)
    for cell in result.suspicious:
        odd[cell.why].append(f"{cell.method} {cell.pattern} as {cell.role}")
    more = []
    if (reached := result.map) is not None:
        more = map_sections(reached, parts_of(reached, admin=result.admin), admin=result.admin)
    rows = result.access.rows(result.roles)
    write_page(
        path,
        _summary(result, fresh),
        [*fresh, *_hints(result)],
        matrix=rows,
        roles=result.roles,
        odd=odd,
        more=more,
        style=STYLE,
    )


def _hints(result: Result) -> list[Finding]:
    return [finding for finding in result.findings if finding not in result.problems]


def _summary(result: Result, fresh: list[Finding]) -> str:
    from django_journey._explore.findings.terminal import summary

    return summary(
        requests=result.requests,
        seconds=result.seconds,
        reached=len(result.reached),
        patterns=len(result.patterns),
        findings=len(fresh),
        accepted=len(result.problems) - len(fresh),
        interrupted=result.interrupted,
    )
