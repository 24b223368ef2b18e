"""The findings that a project knows of: a file in which each stands with the reason why it is accepted."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path

from django_journey._explore.findings.finding import Finding
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["DEFAULT", "accepted", "write"]

DEFAULT = Path("journey-explore.toml")
_HEAD = "# What `manage.py journey explore` finds and what is accepted: it fails on other findings alone.\n"


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


def write(path: Path, findings: Iterable[Finding]) -> None:
    """Write a file that accepts these findings; reasons that are there already stay."""
    known = accepted(path)
    rows = {finding.key: known.get(finding.key, "") for finding in findings}
    text = _HEAD
    for key, because in sorted({**known, **rows}.items()):
        text += f"\n[[accepted]]\nkey = {_quoted(key)}\nbecause = {_quoted(because)}\n"
    path.write_text(text, encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML's basic strings are JSON's
