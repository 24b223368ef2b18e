"""Shows the findings of a walk in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django_journey._explore.findings.finding import KINDS, Finding
from django_journey.errors import visible

__all__ = ["access_table", "lines_of", "progress", "summary"]

_WIDTH = 24


def lines_of(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield what is shown of the findings, numbered, those first that hurt most."""
    for number, finding in enumerate(findings, 1):
        kind = KINDS[finding.kind]
        yield visible(f"{number:>3}  {kind.title}: {finding.what}")
        if finding.place:
            yield visible(f"     at      {finding.place}")
        yield visible(f"     way     {finding.steps.in_words()}")
        for line in finding.detail[-3:]:
            yield visible(f"             {line[:140]}")
        others = finding.roles - {finding.steps.role}
        if others:
            yield f"     also    {', '.join(sorted(others))}"
        yield ""


def summary(
    *,
    requests: int,
    seconds: float,
    reached: int,
    patterns: int,
    findings: int,
    accepted: int,
    interrupted: bool,
) -> str:
    """Return what a walk did, in one line."""
    parts = [f"{requests} requests in {seconds:.0f} s", f"{reached} of {patterns} URL patterns reached"]
    parts.append(f"{findings} finding{'s' * (findings != 1)}")
    if accepted:
        parts.append(f"{accepted} accepted")
    if interrupted:
        parts.append("interrupted")
    return ", ".join(parts)


def access_table(rows: Sequence[tuple[str, str, Mapping[str, str]]], roles: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the access matrix."""
    width = max((len(pattern) for pattern, _, _ in rows), default=0)
    yield f"{'':<{width}}         {' '.join(f'{role:<12}' for role in roles)}"
    for pattern, method, cells in rows:
        yield visible(
            f"{pattern:<{width}} {method:<7} {' '.join(f'{cells[role]:<12}' for role in roles)}".rstrip()
        )
    yield ""


def progress(share: float, requests: int, findings: int) -> str:
    """Return a bar for a terminal, which the next one overwrites."""
    full = round(share * _WIDTH)
    return f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {requests} requests, {findings} findings "
