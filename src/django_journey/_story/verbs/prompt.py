"""The prompt of ``journey.pause()``: Python at a step of a story, with what was typed as lines to paste afterwards."""

from __future__ import annotations

import ast
import code
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Any

from django_journey._trace.record.call_site import outside_frame
from django_journey.errors import Explanation, StoryError

__all__ = ["ask", "check_terminal", "is_terminal", "names_around"]

#: What the prompt itself offers: calls of these are not repeated afterwards.
_OWN = frozenset({"look", "exit", "quit", "help", "print", "dir", "vars"})


def is_terminal() -> bool:
    """Tell whether somebody can type: both input and output are a terminal."""
    return all(getattr(stream, "isatty", bool)() for stream in (sys.stdin, sys.stdout))


def check_terminal(call: str) -> None:
    """Check that somebody can type.

    Raises:
        StoryError: The run has no terminal.
    """
    if not is_terminal():
        raise StoryError(
            Explanation(
                f"{call} waits for a person to type, and this run has no terminal",
                where="the standard input and output of this process",
                instead="remove the call; or run the test alone in a terminal: pytest -n 0 path/to/test.py",
            )
        )


def names_around() -> dict[str, Any]:
    """Return the names that the line sees which called the library: the globals and locals of its frame."""
    frame: FrameType | None = outside_frame()
    return {**frame.f_globals, **frame.f_locals} if frame is not None else {}


def ask(names: Mapping[str, Any], banner: str, read: Callable[[str], str] | None = None) -> list[str]:
    """Carry out what is typed, until the end of the input or ``exit()``.

    Args:
        names: What the prompt knows.
        banner: What is said first.
        read: Returns the next line, given the prompt; the terminal's own input by default.

    Returns:
        The statements that did something and did not fail, as they were typed.
    """
    console = _Console(dict(names))
    if read is not None:
        console.raw_input = read  # type: ignore[method-assign, assignment]
    with _completion(console.locals), suppress(SystemExit):  # the prompt ends, not the run
        console.interact(banner=banner, exitmsg="")
    return console.typed


class _Console(code.InteractiveConsole):
    """A console that notes what was typed."""

    def __init__(self, names: dict[str, Any]) -> None:
        super().__init__({**names, "exit": _leave, "quit": _leave})
        self.typed: list[str] = []
        self._failed = False

    def runsource(self, source: str, filename: str = "<pause>", symbol: str = "single") -> bool:
        self._failed = False
        more = super().runsource(source, filename, symbol)
        if not more and not self._failed and _acts(source):
            self.typed.append(source.rstrip())
        return more

    def showtraceback(self) -> None:
        self._failed = True
        error = sys.exc_info()[1]
        # The frames of the library say nothing here: the message does.
        self.write(f"{type(error).__name__}: {error}\n")

    def showsyntaxerror(self, filename: str | None = None, **kwargs: Any) -> None:
        self._failed = True
        super().showsyntaxerror(filename, **kwargs)


def _leave(_code: object = None) -> None:
    raise SystemExit


def _acts(source: str) -> bool:
    """Tell whether a statement belongs into a test: neither a look at something, nor a call of the prompt's own."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    if len(body) == 1 and isinstance(body[0], ast.Expr):
        called = body[0].value
        return isinstance(called, ast.Call) and not (
            isinstance(called.func, ast.Name) and called.func.id in _OWN
        )
    return bool(body)


@contextmanager
def _completion(names: Any) -> Iterator[None]:
    """Complete names with the tabulator key, where the system has readline."""
    try:
        import readline
        import rlcompleter
    except ImportError:
        yield
        return
    with ExitStack() as stack:
        stack.callback(readline.set_completer, readline.get_completer())
        readline.set_completer(rlcompleter.Completer(names).complete)
        readline.parse_and_bind("tab: complete")
        yield
