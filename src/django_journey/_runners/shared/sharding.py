"""Splits a suite into shards for several machines, evenly by the seconds that its tests took in an earlier run."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean

from django_journey._story.settings import Options
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["durations_of", "shard_of"]

#: A file or a class that takes more than this share of a shard's time is split.
_LARGE = 0.25


def durations_of(options: Options, root: Path) -> dict[str, float]:
    """Return the seconds of each test in an earlier run, by its name; empty if there was none.

    Args:
        options: The settings of the run.
        root: The folder that the setting ``durations`` is relative to.

    Raises:
        ConfigurationError: The file is named and can't be read.
    """
    given = options.durations
    path = root / (given or options.folder)
    path = path / "durations.json" if path.suffix != ".json" else path
    try:
        found = json.loads(path.read_bytes())
        return {str(name): float(seconds) for name, seconds in found.items()}
    except FileNotFoundError as error:
        if given is None:
            return {}
        reason: Exception = error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        reason = error
    raise ConfigurationError(
        Explanation(
            f"the durations of tests can't be read: {reason}",
            where=str(path),
            instead="--journey-durations=FOLDER, with the folder of a report",
        )
    )


def shard_of(
    shard: str,
    tests: Iterable[tuple[str, str, str]],
    durations: Mapping[str, float],
    *,
    together: bool = True,
) -> set[str]:
    """Return the names of the tests of one shard; every test is in exactly one.

    Files, and classes of large files, stay together, since their tests may share fixtures.

    Args:
        shard: Which one of how many, e.g. ``2/5``.
        tests: The file, the class or an empty text, and the name of each test, in any order.
        durations: Seconds by name; a test that is not listed counts as an average one.
        together: Whether files and classes may stay together.

    Raises:
        ConfigurationError: There is no such shard.
    """
    number, of = _parsed(shard)
    average = fmean(durations.values()) if durations else 1.0
    seconds = {names: durations.get(names[2], average) for names in tests}
    limit = sum(seconds.values()) / of * _LARGE
    groups: dict[tuple[str, ...], float] = {}
    for depth in (1, 2, 3) if together else (3,):
        found: dict[tuple[str, ...], list[tuple[str, str, str]]] = defaultdict(list)
        for names in seconds:
            if not any(names[:at] in groups for at in (1, 2)):
                found[names[:depth]].append(names)
        for group, inside in found.items():
            total = sum(seconds[names] for names in inside)
            if depth == 3 or (total <= limit and (depth == 1 or group[1])):
                groups[group] = total
    loads = [0.0] * of
    mine: set[tuple[str, ...]] = set()
    for group, total in sorted(groups.items(), key=lambda item: (-item[1], item[0])):
        least = loads.index(min(loads))
        loads[least] += total
        if least == number - 1:
            mine.add(group)
    return {names[2] for names in seconds if any(names[:at] in mine for at in (1, 2, 3))}


def _parsed(shard: str) -> tuple[int, int]:
    number, _, of = shard.partition("/")
    if number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of):
        return int(number), int(of)
    raise ConfigurationError(
        Explanation(
            f"{shard!r} is no shard",
            where="the setting shard",
            instead="--journey-shard=2/5  for the second of five machines",
        )
    )
