"""Shards are even, have every test once, and are the same on every machine."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_journey._runners.shared.sharding import durations_of, shard_of
from django_journey._story.settings import Options
from django_journey.errors import ConfigurationError

TESTS = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 9)),
    st.floats(0, 60),
    min_size=1,
    max_size=60,
)


def named(key: tuple[int, int, int]) -> tuple[str, str, str]:
    file, case, test = key
    return f"test_{file}.py", f"Case{case}" if case else "", f"test_{file}.py::{case}::{test}"


@given(TESTS, st.integers(1, 7), st.randoms(use_true_random=False), st.booleans())
def test_every_test_is_in_one_shard_whatever_the_order(
    seconds: dict[tuple[int, int, int], float], of: int, order: random.Random, known: bool
) -> None:
    tests = [named(key) for key in seconds]
    durations = {named(key)[2]: value for key, value in seconds.items()} if known else {}
    shuffled = tests[:]
    order.shuffle(shuffled)
    shards = [shard_of(f"{number}/{of}", tests, durations) for number in range(1, of + 1)]
    again = [shard_of(f"{number}/{of}", shuffled, durations) for number in range(1, of + 1)]
    assert again == shards
    assert sorted(name for shard in shards for name in shard) == sorted(names[2] for names in tests)


def test_shards_take_the_same_time() -> None:
    tests = [("test_long.py", "", f"long {number}") for number in range(40)]
    tests += [(f"test_{number}.py", "", f"short {number}") for number in range(60)]
    durations = {name: 3.0 if name.startswith("long") else 1.0 for *_, name in tests}
    loads = [
        sum(durations[name] for name in shard_of(f"{number}/3", tests, durations)) for number in (1, 2, 3)
    ]
    assert sum(loads) == 180
    assert max(loads) - min(loads) <= 3


def test_files_and_classes_stay_together_unless_they_are_large() -> None:
    small = [(f"test_{file}.py", "", f"{file} {number}") for file in range(12) for number in range(3)]
    large = [
        ("test_large.py", f"Case{case}", f"large {case} {number}")
        for case in range(30)
        for number in range(2)
    ]
    shards = [shard_of(f"{number}/4", small + large, {}) for number in range(1, 5)]
    of = {name: number for number, shard in enumerate(shards) for name in shard}
    for together in ({(file, "") for file, *_ in small}, {(file, case) for file, case, _ in large}):
        for file, case in together:
            assert len({of[name] for a, b, name in small + large if (a, b) == (file, case)}) == 1
    assert len({of[name] for *_, name in large}) == 4


def test_a_new_test_counts_as_an_average_one() -> None:
    tests = [(f"test_{name}.py", "", name) for name in ("new", "slow", "quick")]
    assert shard_of("1/2", tests, {"slow": 9.0, "quick": 1.0}) == {"slow"}
    assert shard_of("2/2", tests, {"slow": 9.0, "quick": 1.0}) == {"new", "quick"}


@pytest.mark.parametrize("shard", ["2", "0/2", "3/2", "a/b", "1/2/3", "-1/2"])
def test_what_is_no_shard(shard: str) -> None:
    with pytest.raises(ConfigurationError, match="is no shard"):
        shard_of(shard, [], {})


def test_durations_come_from_a_report_or_a_file(tmp_path: Path) -> None:
    assert durations_of(Options(), tmp_path) == {}
    report = tmp_path / "journey-report"
    report.mkdir()
    (report / "durations.json").write_text(json.dumps({"one": 1}))
    assert durations_of(Options(), tmp_path) == {"one": 1.0}
    (tmp_path / "kept.json").write_text(json.dumps({"two": 2}))
    assert durations_of(Options(durations=Path("kept.json")), tmp_path) == {"two": 2.0}
    (tmp_path / "kept.json").write_text("[1]")
    for named_file in ("kept.json", "missing"):
        with pytest.raises(ConfigurationError, match="can't be read"):
            durations_of(Options(durations=Path(named_file)), tmp_path)
