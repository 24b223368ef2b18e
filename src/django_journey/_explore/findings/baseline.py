"""The findings that a project knows of: a file in which each stands with the reason why it is accepted."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["DEFAULT", "OF_TESTS", "accepted", "write"]

DEFAULT = Path("journey-explore.toml")
#: The findings of the checks that tests run.
OF_TESTS = Path("journey-checks.toml")
_HEAD = "# What is found and accepted, by `manage.py journey explore` or by checks of tests: other findings fail.\n"


def accepted(path: Path) -> dict[str, str]:
    """Return the keys of accepted findings, each with its reason; none where there is no file.

    Raises:
        ConfigurationError: The file can't be read.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        return {str(each["key"]): str(each.get("because", "")) for each in said.get("accepted", [])}
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ConfigurationError(
            Explanation(
                f"the accepted findings can't be read: {error}",
                where=str(path),
                instead='[[accepted]]\nkey = "…"\nbecause = "…"',
            )
        ) from error


def write(path: Path, keys: Iterable[str]) -> None:
    """Write a file that accepts the findings with these keys; reasons that are there already stay."""
    known = accepted(path)
    rows = {key: known.get(key, "") for key in keys}
    text = _HEAD
    for key, because in sorted({**known, **rows}.items()):
        text += f"\n[[accepted]]\nkey = {_quoted(key)}\nbecause = {_quoted(because)}\n"
    path.write_text(text, encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML's basic strings are JSON's
