"""``python -m tests.mutations.sample [COUNT] [--seed N]``: change random places of ``src``, and see what tests notice.

It takes half a minute a place, and so is no part of ``make test``. What survives is read by a person, and mostly
becomes a test.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutations.__main__ import Copy, tell
from tests.mutations.mutation import ROOT

SRC = ROOT / "src" / "django_journey"
#: Tests that go through everything, where the nearest ones notice nothing.
FAR = ("tests/story", "tests/pages", "demo")
MOST_NAMED = 12
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    one: other
    for pair in (
        (ast.Lt, ast.LtE),
        (ast.Gt, ast.GtE),
        (ast.Eq, ast.NotEq),
        (ast.Is, ast.IsNot),
        (ast.In, ast.NotIn),
    )
    for one, other in (pair, pair[::-1])
}


@dataclass(frozen=True)
class Change:
    """One place of a module, and what is written there instead.

    Args:
        file: The module.
        node: The part of its syntax tree that is replaced.
        text: What is written instead.
    """

    file: Path
    node: ast.expr | ast.stmt
    text: str

    def applied(self) -> str:
        """Return the changed source."""
        lines = self.file.read_bytes().split(b"\n")
        node = self.node
        assert node.end_lineno is not None
        before = [*lines[: node.lineno - 1], lines[node.lineno - 1][: node.col_offset]]
        after = [lines[node.end_lineno - 1][node.end_col_offset :], *lines[node.end_lineno :]]
        return b"\n".join([*before[:-1], before[-1] + self.text.encode() + after[0], *after[1:]]).decode()

    def __str__(self) -> str:
        place = f"{self.file.relative_to(SRC)}:{self.node.lineno}"
        return f"{place}: {ast.unparse(self.node).splitlines()[0][:60]} -> {self.text[:60]}"


def changes(file: Path) -> Iterator[Change]:
    """Yield what may be changed in the functions of a module."""
    for function in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for statement in function.body:
                for node in ast.walk(statement):
                    yield from (Change(file, *each) for each in _replaced(node))


def _replaced(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    match node:
        case ast.Compare(left=left, ops=[op, *ops], comparators=others) if type(op) in _OPPOSITE:
            yield node, f"({ast.unparse(ast.Compare(left, [_OPPOSITE[type(op)](), *ops], others))})"
        case ast.BoolOp(op=op, values=values):
            other = ast.And() if isinstance(op, ast.Or) else ast.Or()
            yield node, f"({ast.unparse(ast.BoolOp(other, values))})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, f"({ast.unparse(operand)})"
        case ast.If(test=test):
            yield test, f"(not ({ast.unparse(test)}))"
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant) or value.value:
            yield node, "return None"
        case ast.Expr(value=ast.Call()):
            yield node, "pass"
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int(value)):
            yield node, str(value + 1)


def nearest(file: Path) -> list[list[str]]:
    """Return the tests to run for a change: those that import the module, those of its folders, and the far ones."""
    inside = file.relative_to(SRC).with_suffix("")
    names = re.compile(rf"\bdjango_journey\.{re.escape('.'.join(inside.parts))}\b")
    found = [test for test in (ROOT / "tests").rglob("test_*.py") if names.search(test.read_text("utf-8"))]
    found.sort(key=lambda test: test.stat().st_size)
    named = [test.relative_to(ROOT).as_posix() for test in found[:MOST_NAMED]]
    folder = Path("tests", *(part.lstrip("_") for part in inside.parts[:-1]))
    folders = [each for each in (folder, *folder.parents) if len(each.parts) > 1 and (ROOT / each).is_dir()]
    return [each for each in (named, *([each.as_posix()] for each in folders), [*FAR]) if each]


def tried(copy: Copy, change: Change) -> bool:
    """Apply a change in a copy, and return whether a test noticed it."""
    file = copy.folder / change.file.relative_to(ROOT)
    whole = file.read_bytes()
    file.write_text(change.applied(), encoding="utf-8")
    options = ("-x", "-p", "no:randomly", "--journey-timeout=30000")
    try:
        # 5: no test was collected
        return any(
            copy.run(tests, *options, PYTHONDONTWRITEBYTECODE="1")[0] not in (0, 5)
            for tests in nearest(change.file)
        )
    finally:
        file.write_bytes(whole)


def main(arguments: Sequence[str]) -> int:
    """Try as many places as are asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations.sample", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=150, help="how many places; 150 if not said")
    parser.add_argument("--seed", type=int, default=1, help="which places")
    asked = parser.parse_args(arguments)
    places = [place for file in sorted(SRC.rglob("*.py")) for place in changes(file)]
    noticed = 0
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = Copy(Path(folder))
        for number, change in enumerate(random.Random(asked.seed).sample(places, asked.count), 1):
            seen = tried(copy, change)
            noticed += seen
            tell(f"{number} {'noticed' if seen else 'SURVIVED'} {change}")
    tell(f"{noticed} of {asked.count} changes were noticed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
