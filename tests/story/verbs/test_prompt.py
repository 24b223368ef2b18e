"""The prompt of a pause: it carries out what is typed, and says it again as lines to paste."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from django_journey._story.verbs import prompt
from django_journey.errors import StoryError


def typing(*lines: str) -> Callable[[str], str]:
    """Type these lines, then end the input."""
    left = iter(lines)

    def read(_prompt: str) -> str:
        line = next(left, None)
        if line is None:
            raise EOFError
        return line

    return read


def test_what_did_something_is_repeated_and_what_failed_or_only_looked_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done: list[str] = []
    lines = ["act('a')", "done", "look()", "x = 1", "act(", "'b')", "1 / 0", "act(x y)", "act(missing)"]
    typed = prompt.ask({"act": done.append, "done": done, "look": list}, "", typing(*lines))
    assert done == ["a", "b"]
    assert typed == ["act('a')", "x = 1", "act(\n'b')"]
    assert "ZeroDivisionError: division by zero" in capsys.readouterr().err


def test_exit_ends_the_prompt_and_not_the_run() -> None:
    done: list[str] = []
    assert prompt.ask({"act": done.append}, "", typing("act('a')", "exit()", "act('b')")) == ["act('a')"]
    assert done == ["a"]


def test_a_block_is_typed_in_lines() -> None:
    typed = prompt.ask({}, "", typing("for n in [1]:", "    n += 1", ""))
    assert typed == ["for n in [1]:\n    n += 1"]


def test_without_a_terminal_there_is_an_error() -> None:
    with pytest.raises(StoryError, match="this run has no terminal") as raised:
        prompt.check_terminal("journey.pause()")
    assert "pytest -n 0" in raised.value.explanation.instead
