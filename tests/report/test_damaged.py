"""A trace that is damaged anywhere, by a disk or by hand: the report shows the rest and names the line."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from django_journey import reports
from django_journey._report.formats import FORMATS
from django_journey._report.terminal import summary
from django_journey._trace.record.events import Details, QueryDetails
from tests.report.synthetic import Process, folder_with, publishing, server_error

WRONG = [None, -1, 1e308, float("nan"), True, "x", [], {}, [[]], [1], {"a": 1}, "9" * 50, [None], {"sql": {}}]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The lines of a whole trace."""
    process = Process()
    publishing(process)
    server_error(process)
    publishing(process, fails=True, number=2)
    process.write(
        Details(
            test="t",
            request=1,
            headers={"a": "b"},
            rows=("x",),
            statements=(QueryDetails("SELECT 1", "default", ("a.py:1",), ("id = 1",)),),
        )
    )
    folder = folder_with(tmp_path_factory.mktemp("whole"), process.finish())
    return (folder / "trace" / "trace-r1-1.jsonl").read_bytes().splitlines(keepends=True)


def shown(folder: Path, lines: list[bytes]) -> Any:
    """Write everything that is made of a trace."""
    (folder / "trace").mkdir(parents=True, exist_ok=True)
    (folder / "trace" / "trace-r1-1.jsonl").write_bytes(b"".join(lines))
    run = reports.load(folder)
    reports.build(folder, run=run)
    summary(run)
    for form in FORMATS.values():
        form(run)
    return run


def test_a_field_of_another_type_costs_its_line(lines: list[bytes], tmp_path: Path) -> None:
    kinds: dict[str, int] = {}
    for number, line in enumerate(lines):
        kinds.setdefault(json.loads(line)["kind"], number)
    for kind, number in kinds.items():
        data = json.loads(lines[number])
        for name in data:
            if name == "schema":
                continue
            changed = [{**data, name: wrong} for wrong in WRONG]
            damaged = [json.dumps(each).encode() + b"\n" for each in changed]
            run = shown(tmp_path, [*lines[:number], *damaged, *lines[number + 1 :]])
            assert run.troubles or name in ("kind", "number", "test", "name", "title", "what"), (kind, name)


def test_bytes_that_are_changed_cost_their_lines(lines: list[bytes], tmp_path: Path) -> None:
    chance = random.Random(5)
    for _ in range(30):
        text = bytearray(b"".join(lines))
        for _ in range(12):
            text[chance.randrange(len(text))] = chance.randrange(256)
        assert shown(tmp_path, [bytes(text)]).troubles


NESTED = b'{"kind":"noted","topic":"a","title":"b","data":%s1%s}'


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        *(NESTED % (b'{"a":' * depth, b"}" * depth) for depth in (150, 900)),
        b'{"kind":"noted","topic":"a","title":"b","at":' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_nested_or_large_without_end_is_named(
    line: bytes, lines: list[bytes], tmp_path: Path
) -> None:
    run = shown(tmp_path, [*lines[:-1], line + b"\n", lines[-1]])
    assert len(run.troubles) == 1
    assert len(run.tests) == 4


def test_of_many_damaged_lines_the_first_are_named(lines: list[bytes], tmp_path: Path) -> None:
    run = shown(tmp_path, [*lines, *[b"\x00\xff\n"] * 500])
    assert len(run.troubles) == 6
    assert run.troubles[-1] == "trace-r1-1.jsonl: 495 more lines could not be read"
