"""Who got what: each view and method by role, on own and foreign rows, and the cells that look wrong."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django_journey.errors import visible

__all__ = ["Access", "Cell", "changes", "compare", "login_path", "outcome_of", "written"]

_HEAD = "# Who may do what: the method, the pattern, the role, and what they get. A change is shown as a difference."
_OUTCOMES = ("allowed", "no change", "redirect", "error", "405", "404", "403", "login")


class _Person(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def user(self) -> Any: ...


class _Answer(Protocol):
    @property
    def status(self) -> int: ...

    @property
    def url(self) -> str: ...

    @property
    def error(self) -> BaseException | None: ...

    @property
    def redirected(self) -> bool: ...

    @property
    def request(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that looks wrong.

    Args:
        pattern: The URL pattern.
        method: The method.
        role: Who got it.
        why: What is odd about it.
    """

    pattern: str
    method: str
    role: str
    why: str


def outcome_of(answer: _Answer, login: str) -> str:
    """Return what an answer means for who asked: ``allowed``, ``login``, ``403``, ``404`` or ``error``."""
    if answer.error is not None or answer.status >= 500:
        return "error"
    if login and answer.redirected and answer.url.partition("?")[0].endswith(login.partition("?")[0]):
        return "login"
    if answer.status in (401, 403, 404, 405, 410):
        return {401: "login", 410: "404"}.get(answer.status, str(answer.status))
    return "allowed" if 0 < answer.status < 400 else str(answer.status)


def login_path() -> str:
    """Return the path of the login page; empty where it has none."""
    from django.conf import settings
    from django.shortcuts import resolve_url

    try:
        return str(resolve_url(settings.LOGIN_URL))
    except Exception:  # it names no URL; what needs a login then says so
        return ""


class Access:
    """The cells of the matrix.

    Args:
        login: The path of the login page.
    """

    def __init__(self, login: str = "") -> None:
        self._login = login
        self._cells: dict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._linked: set[tuple[str, str]] = set()
        self._reached: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self.odd: list[Cell] = []

    def note(
        self,
        pattern: str,
        method: str,
        person: _Person,
        answer: _Answer,
        *,
        owners: frozenset[object] = frozenset(),
    ) -> str:
        """Take note of an answer, and return what it means.

        Args:
            pattern: The URL pattern.
            method: The method.
            person: Who asked.
            answer: What came of it.
            owners: The keys of the users to whom the row belongs, where the pattern shows one.
        """
        outcome = outcome_of(answer, self._login)
        whose = ""
        if owners:
            whose = "own" if person.user is not None and person.user.pk in owners else "foreign"
        self.add(pattern, method, person.name, outcome, whose, path=answer.request.url.path if whose else "")
        return outcome

    def add(
        self, pattern: str, method: str, role: str, outcome: str, whose: str = "", *, path: str = ""
    ) -> None:
        """Take note of an outcome.

        Args:
            pattern: The URL pattern.
            method: The method.
            role: Who asked.
            outcome: What they got.
            whose: ``own`` or ``foreign``, where the pattern shows a row that belongs to somebody.
            path: The row's path, where it may be that they should not have reached it.
        """
        self._cells[pattern, method, whose][role].add(outcome)
        if path and whose == "foreign" and outcome == "allowed":
            self._reached[pattern, method, role].add(path)

    def note_link(self, path: str, person: _Person) -> None:
        """Take note that a page of this person's leads there."""
        self.add_link(path, person.name)

    def add_link(self, path: str, role: str) -> None:
        """Take note that a page of this role's leads there."""
        self._linked.add((path, role))

    def look_at(self, cell: Cell) -> None:
        """Take note of a cell that looks wrong."""
        if cell not in self.odd:
            self.odd.append(cell)

    def rows(self, roles: Iterable[str]) -> list[tuple[str, str, dict[str, str]]]:
        """Return the pattern (with whose row it is), the method, and each role's outcomes, the best one first."""
        names = list(roles)
        return [
            (
                f"{pattern} ({whose})" if whose else pattern,
                method,
                {role: "/".join(sorted(cell.get(role, ()), key=_openness)) for role in names},
            )
            for (pattern, method, whose), cell in sorted(self._cells.items())
        ]

    @property
    def roles(self) -> list[str]:
        """Who asked, those with the fewest rights first."""
        found = {role for cell in self._cells.values() for role in cell}
        first = ("visitor", "user")
        last = ("staff", "superuser")
        return [
            *(role for role in first if role in found),
            *sorted(found.difference(first, last)),
            *(role for role in last if role in found),
        ]

    def as_data(self) -> dict[str, Any]:
        """Return what a worker found as plain data, for ``add_data``."""
        return {
            "cells": [
                [*key, role, sorted(found)]
                for key, cell in self._cells.items()
                for role, found in cell.items()
            ],
            "linked": [list(each) for each in self._linked],
            "reached": [[*key, sorted(paths)] for key, paths in self._reached.items()],
            "odd": [[cell.pattern, cell.method, cell.role, cell.why] for cell in self.odd],
        }

    def add_data(self, data: Mapping[str, Any]) -> None:
        """Take what another process found."""
        for pattern, method, whose, role, found in data["cells"]:
            self._cells[pattern, method, whose][role].update(found)
        self._linked.update((path, role) for path, role in data["linked"])
        for pattern, method, role, paths in data["reached"]:
            self._reached[pattern, method, role].update(paths)
        for each in data["odd"]:
            self.look_at(Cell(*each))

    def cells(self) -> Iterator[tuple[str, str, str, Mapping[str, set[str]]]]:
        """Yield the pattern, the method, whose row it is, and the outcomes by role."""
        for (pattern, method, whose), cell in sorted(self._cells.items()):
            yield pattern, method, whose, cell

    def unlinked(self, pattern: str, method: str, role: str) -> bool:
        """Tell whether a role reached another user's row to which none of its pages leads."""
        return any((path, role) not in self._linked for path in self._reached[pattern, method, role])


def written(rows: Sequence[tuple[str, str, Mapping[str, str]]], suspicious: Iterable[Cell] = ()) -> str:
    """Return the matrix as a text with one line for each cell, of which a change is a readable difference.

    Args:
        rows: The cells.
        suspicious: Those that look wrong: a comment says why.
    """
    why = {(cell.pattern, cell.method, cell.role): cell.why for cell in suspicious}
    lines = []
    for pattern, method, cells in rows:
        for role, outcome in cells.items():
            if outcome:
                lines.append(f"{method} {pattern} | {role} | {outcome}")
                if note := why.get((pattern.removesuffix(" (foreign)"), method, role)):
                    lines.append(f"# looks wrong: {note}")
    return "\n".join([_HEAD, *lines, ""])


def changes(path: Path, text: str) -> list[str]:
    """Return how a matrix differs from the reviewed one; what only one of them has was not asked for by both."""
    if not path.exists():
        return []
    before, after = (_lines(each) for each in (path.read_text(encoding="utf-8"), text))
    both = before.keys() & after.keys()
    old = [f"{cell} | {before[cell]}" for cell in sorted(both)]
    new = [f"{cell} | {after[cell]}" for cell in sorted(both)]
    lines = list(difflib.unified_diff(old, new, lineterm="", n=0))[2:]
    return [line for line in lines if not line.startswith("@@")]


def compare(path: Path, text: str, write: Callable[[str], object], *, accept: bool) -> bool:
    """Show how the matrix differs from the reviewed one, write it where that is wanted, and tell whether it does.

    Args:
        path: The reviewed file; one that is not there is written.
        text: The matrix.
        write: Writes a line for the user.
        accept: Write the file; cells that were not asked for this time stay.
    """
    changed = changes(path, text)
    for line in changed:
        write(visible(line))
    if accept or not path.exists():
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        asked = _lines(text)
        kept = [line for line in old.splitlines() if _lines(line).keys() - asked.keys()]
        path.write_text("\n".join([text.rstrip("\n"), *kept, ""]), encoding="utf-8")
        write(f"{path} says who may do what; review it")
        return False
    return bool(changed)


def _lines(text: str) -> dict[str, str]:
    cells = (line.rpartition(" | ") for line in text.splitlines() if line and not line.startswith("#"))
    return {cell: outcome for cell, _, outcome in cells}


def _openness(outcome: str) -> int:
    return _OUTCOMES.index(outcome) if outcome in _OUTCOMES else len(_OUTCOMES)
