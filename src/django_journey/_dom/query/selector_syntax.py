"""Parses Playwright's CSS selectors; native CSS is separated from what is evaluated here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django_journey._dom.css.syntax import unescape
from django_journey._dom.tree.patterns import quote
from django_journey._dom.tree.white_space import word_set
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["LAYOUT", "Complex", "Compound", "Css", "Function", "parse_css"]

# Playwright's additional pseudo-classes, and those of CSS that it evaluates itself.
_ADDED = word_set("not is where has scope visible text text-matches text-is has-text nth-match")
# Pseudo-classes that depend on user input, or for which the parser's engine differs from Chromium.
_STATES = word_set(
    "checked disabled enabled hover focus focus-visible focus-within invalid valid placeholder-shown indeterminate "
    "required user-invalid user-valid in-range out-of-range read-only read-write optional empty target popover-open "
    "modal"
)
_NEVER = word_set("active visited autofill fullscreen picture-in-picture playing paused")
#: Layout selectors, as pseudo-classes and as engines.
LAYOUT = frozenset(["left-of", "right-of", "above", "below", "near"])
_STRINGS = {"text": 1, "text-is": 1, "has-text": 1, "text-matches": 2}
_COMBINATORS = (">", "+", "~")


@dataclass(frozen=True, slots=True)
class Function:
    """A pseudo-class that is evaluated here, with its arguments."""

    name: str
    selectors: tuple[Complex, ...] = ()
    strings: tuple[str, ...] = ()
    index: int = 0


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound selector: native CSS (empty for none), and pseudo-classes that are evaluated here."""

    css: str
    functions: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class Complex:
    """A complex selector: compounds, each with the combinator that follows it (``""`` after the last)."""

    compounds: tuple[Compound, ...]
    combinators: tuple[str, ...]

    @property
    def has_scope(self) -> bool:
        """Whether it contains ``:scope``, except in arguments."""
        return any(function.name == "scope" for compound in self.compounds for function in compound.functions)


@dataclass(frozen=True, slots=True)
class Css:
    """A selector list.

    Args:
        source: The list.
        selectors: Its complex selectors.
        native: Whether the parser's engine finds the same elements in a whole page.
        local: Whether it also does within an element.
    """

    source: str
    selectors: tuple[Complex, ...]
    native: bool = False
    local: bool = False

    @property
    def is_relative(self) -> bool:
        """Whether it contains a ``:has()`` whose argument begins with a combinator."""
        return any(
            argument.has_scope
            for selector in self.selectors
            for compound in selector.compounds
            for function in compound.functions
            if function.name == "has"
            for argument in function.selectors
        )

    def describe(self) -> str:
        return f"locator({quote(self.source)})"


@lru_cache(maxsize=2048)
def parse_css(source: str) -> Css:
    """Parse a selector list with Playwright's additions (``:has-text()``, ``:visible``, ``:nth-match()`` …).

    Raises:
        Error: The selector is invalid.
        NeedsBrowser: It is a layout selector.
    """
    parser = _Parser(source)
    selectors = parser.selector_list(end="")
    native = not parser.light and all(_is_native(selector) for selector in selectors)
    local = native and all(_is_local(selector) for selector in selectors)
    return Css(source, selectors, native, local)


def _is_native(selector: Complex) -> bool:
    return all(
        _native_function(function) for compound in selector.compounds for function in compound.functions
    )


def _native_function(function: Function) -> bool:
    if function.name in ("not", "is", "where"):
        return all(_is_native(argument) for argument in function.selectors)
    if function.name == "has":
        return all(_native_in_has(argument) for argument in function.selectors)
    return False


def _native_in_has(selector: Complex) -> bool:
    first, *rest = selector.compounds
    if rest and first == Compound("", (Function("scope"),)):
        selector = Complex(tuple(rest), selector.combinators[1:])
    return _is_native(selector)


def _is_local(selector: Complex) -> bool:
    if len(selector.compounds) > 1:
        return False
    return all(
        function.name == "has" or all(_is_local(argument) for argument in function.selectors)
        for function in selector.compounds[0].functions
    )


class _Parser:
    """Parses a selector list."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.index = 0
        self.light = False

    def fail(self, token: str | None = None) -> Error:
        shown = token if token is not None else self.peek() or "end of selector"
        return Error(
            Explanation(
                f'Unexpected token "{shown}" while parsing css selector "{self.source}". '
                "Did you mean to CSS.escape it?",
                instead="write CSS, or another engine: text=…, xpath=…, role=…",
            )
        )

    def peek(self) -> str:
        return self.source[self.index : self.index + 1]

    def spaces(self) -> bool:
        start = self.index
        while self.index < len(self.source) and self.source[self.index] in " \t\n\r\f":
            self.index += 1
        return self.index > start

    def selector_list(self, *, end: str) -> tuple[Complex, ...]:
        selectors = [self.complex()]
        while self.peek() == ",":
            self.index += 1
            selectors.append(self.complex())
        if self.peek() != end:
            raise self.fail()
        return tuple(selectors)

    def complex(self) -> Complex:
        self.spaces()
        compounds: list[Compound] = []
        combinators: list[str] = []
        if self.peek() in _COMBINATORS:
            compounds.append(Compound("", (Function("scope"),)))
            combinators.append(self._combinator())
        while True:
            compounds.append(self.compound())
            spaced = self.spaces()
            if self.peek() in ("", ",", ")"):
                break
            if self.peek() in _COMBINATORS:
                combinators.append(self._combinator())
            elif spaced:
                combinators.append(" ")
            else:
                raise self.fail()
        return Complex(tuple(compounds), (*combinators, ""))

    def _combinator(self) -> str:
        combinator = self._take(1)
        self.spaces()
        return combinator

    def compound(self) -> Compound:
        native: list[str] = []
        functions: list[Function] = []
        start = self.index
        while True:
            char = self.peek()
            if char == "*" or _starts_name(self.source, self.index):
                if self.index > start:
                    raise self.fail()
                native.append(self._take(1) if char == "*" else self.name())
            elif char == "|":
                native.append(self._take(1))
                native.append(self._take(1) if self.peek() == "*" else self.name())
            elif char in ("#", "."):
                native.append(self._take(1) + self.name(digits=char == "#"))
            elif char == "[":
                native.append(self._block("]"))
            elif char == ":":
                self._pseudo(native, functions)
            else:
                break
        if self.index == start:
            raise self.fail()
        return Compound("".join(native), tuple(functions))

    def _take(self, count: int) -> str:
        taken = self.source[self.index : self.index + count]
        self.index += count
        return taken

    def name(self, *, digits: bool = False) -> str:
        start = self.index
        if not digits and not _starts_name(self.source, self.index):
            raise self.fail()
        while self.index < len(self.source):
            char = self.source[self.index]
            if char == "\\" and self.index + 1 < len(self.source):
                self.index += 2
            elif char.isalnum() or char in "-_" or ord(char) >= 0x80:
                self.index += 1
            else:
                break
        if self.index == start:
            raise self.fail()
        return self.source[start : self.index]

    def _block(self, close: str) -> str:
        """Take the text up to the closing bracket, skipping strings and inner brackets."""
        start = self.index
        self.index += 1
        while self.index < len(self.source):
            char = self.source[self.index]
            if char == close:
                self.index += 1
                return self.source[start : self.index]
            if char in "\"'":
                self.string()
            elif char == "(":
                self._block(")")
            elif char == "[":
                self._block("]")
            else:
                self.index += 2 if char == "\\" else 1
        raise self.fail("end of selector")

    def string(self) -> str:
        """Parse a quoted string and return its content."""
        quoted, start = self.peek(), self.index + 1
        self.index += 1
        while self.index < len(self.source) and self.source[self.index] != quoted:
            self.index += 2 if self.source[self.index] == "\\" else 1
        if self.index >= len(self.source):
            raise self.fail("end of selector")
        self.index += 1
        return unescape(self.source[start : self.index - 1])

    def _pseudo(self, native: list[str], functions: list[Function]) -> None:
        start = self.index
        self.index += 1
        if self.peek() == ":":
            raise self.fail(self.source[start : start + 12])
        name = self.name().lower()
        opened = self.peek() == "("
        if name in LAYOUT:
            raise NeedsBrowser(f":{name}()", "only a browser lays out a page", where=self.source)
        if name == "light" and opened:
            self.index += 1
            self.light = True
            functions.append(Function("is", self.selector_list(end=")")))
            self.index += 1
        elif name in _ADDED:
            functions.append(self.function(name))
        elif name in _STATES or name in _NEVER:
            functions.append(Function(name if name in _STATES else "never"))
        else:
            native.append(f":{name}" + (self._block(")") if opened else ""))

    def function(self, name: str) -> Function:
        strings: list[str] = []
        selectors: list[Complex] = []
        index = 0
        if self.peek() == "(":
            self.index += 1
            self.spaces()
            while self.peek() != ")":
                self._argument(name, strings, selectors)
                index = self._index_argument(name) if name == "nth-match" else 0
                if index:
                    break
            if self.peek() != ")":
                raise self.fail()
            self.index += 1
        return _checked(Function(name, tuple(selectors), tuple(strings), index))

    def _argument(self, name: str, strings: list[str], selectors: list[Complex]) -> None:
        if self.peek() in ('"', "'"):
            strings.append(self.string())
        elif name in _STRINGS:
            raise _expects(name)
        elif name == "nth-match" and self.peek().isdigit():
            raise Error('"nth-match" engine expects non-empty selector list and an index argument')
        else:
            selectors.append(self.complex())
        self.spaces()
        if self.peek() == ",":
            self.index += 1
            self.spaces()
            if self.peek() in (")", ","):
                raise self.fail()
        elif self.peek() != ")":
            raise self.fail()

    def _index_argument(self, name: str) -> int:
        end = self.index
        while self.source[end : end + 1].isdigit():
            end += 1
        if end == self.index:
            if self.peek() == ")":
                raise _expects(name)
            return 0
        index = int(self.source[self.index : end])
        self.index = end
        self.spaces()
        if index < 1:
            raise _expects(name)
        return index


def _checked(function: Function) -> Function:
    name, strings, selectors = function.name, function.strings, function.selectors
    if name in _STRINGS and not 1 <= len(strings) <= _STRINGS[name]:
        raise _expects(name)
    if name in ("scope", "visible") and (strings or selectors):
        raise Error(f'"{name}" engine expects no arguments')
    if name in ("not", "is", "where", "has") and (strings or not selectors):
        raise Error(f'"{name}" engine expects non-empty selector list')
    if name == "nth-match" and not function.index:
        raise Error('"nth-match" engine expects non-empty selector list and an index argument')
    return function


def _expects(name: str) -> Error:
    if name == "nth-match":
        return Error('"nth-match" engine expects a one-based index as the last argument')
    if name == "text-matches":
        return Error('"text-matches" engine expects a regexp body and optional regexp flags')
    return Error(f'"{name}" engine expects a single string')


def _starts_name(source: str, index: int) -> bool:
    char = source[index : index + 1]
    if not char or char.isdigit():
        return False
    if char == "-":
        following = source[index + 1 : index + 2]
        return following == "-" or _starts_name(source, index + 1)
    return char.isalpha() or char in "_\\" or ord(char) >= 0x80
