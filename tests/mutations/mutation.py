"""A mutation, and the requirement's tests that are to notice it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Mutation", "Unfit", "named_tests"]

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| ([A-F]\d) \| .+? \| (.+) \|$", re.MULTILINE)


class Unfit(Exception):
    """A mutation can't be applied: its text, its row or its tests are not there any more."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One small change that breaks a requirement.

    Args:
        row: The requirement's id.
        what: What is broken, in a few words.
        file: The file that is changed, from the root of the repository.
        old: The text that is replaced; it stands in the file once.
        new: What stands there instead.
        noticed_by: How the names of the row's tests end that are run: the quickest that notice, between spaces.
    """

    row: str
    what: str
    file: str
    old: str
    new: str
    noticed_by: str

    def __str__(self) -> str:
        return f"{self.row} {self.what}"

    def applied(self, root: Path = ROOT) -> str:
        """Return the file's text with the change.

        Args:
            root: The repository, or a copy of it.

        Raises:
            Unfit: The text that is replaced does not stand in the file once.
        """
        text = (root / self.file).read_text(encoding="utf-8")
        if (times := text.count(self.old)) != 1:
            raise Unfit(f"{self}: {self.file} has this text {times} times, and not once:\n{self.old}")
        return text.replace(self.old, self.new)

    def tests(self) -> list[str]:
        """Return the tests that are run.

        Raises:
            Unfit: The requirements have no such row, or it names no such test.
        """
        named = named_tests().get(self.row, [])
        for end in (ends := self.noticed_by.split()):
            if not any(test.endswith(f"::{end}") for test in named):
                raise Unfit(f"{self}: docs/requirements.md names no test {end} in the row {self.row}")
        return [test for test in named if test.endswith(tuple(f"::{end}" for end in ends))]


def named_tests() -> dict[str, list[str]]:
    """Return the tests that each row of the requirements names."""
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    return {row: re.findall(r"`([^`]+::[^`]+)`", tests) for row, tests in _ROW.findall(text)}
