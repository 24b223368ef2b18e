"""The ``pattern`` attribute: translates JavaScript's regular expressions with the ``v`` flag to Python's."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django_journey.errors import NeedsBrowser

__all__ = ["InvalidPattern", "compile_pattern"]

_DIGIT = "0-9"
_WORD = "A-Za-z0-9_"
_SPACE = "\\t\\n\\x0b\\f\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_BOUNDARY = f"(?:(?<=[{_WORD}])(?![{_WORD}])|(?<![{_WORD}])(?=[{_WORD}]))"
_NO_BOUNDARY = f"(?:(?<=[{_WORD}])(?=[{_WORD}])|(?<![{_WORD}])(?![{_WORD}]))"
_ANY = "[^\\n\\r\\u2028\\u2029]"
_EVERY = "[\\s\\S]"
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_CLASS_SYNTAX = frozenset("()[]{}/-|")
_CLASS_PUNCTUATION = frozenset("&-!#%,:;<=>@`~")
_DOUBLED = frozenset("&!#$%*+,.:;<=>?@^`~")
_CONTROL = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??", re.ASCII)
_GROUP_NAME = re.compile(r"<([A-Za-z_$][\w$]*)>")
_PROPERTY = re.compile(r"\{(?:(?:General_Category|gc)=)?(\w+)\}")
_LONG_CATEGORIES = {
    "Letter": "L",
    "Uppercase_Letter": "Lu",
    "Lowercase_Letter": "Ll",
    "Titlecase_Letter": "Lt",
    "Modifier_Letter": "Lm",
    "Other_Letter": "Lo",
    "Mark": "M",
    "Number": "N",
    "Decimal_Number": "Nd",
    "Punctuation": "P",
    "Symbol": "S",
    "Separator": "Z",
    "Space_Separator": "Zs",
}


class InvalidPattern(ValueError):
    """The pattern is not valid in JavaScript, so a browser ignores it."""


@lru_cache(maxsize=256)
def compile_pattern(source: str) -> re.Pattern[str]:
    r"""Return a pattern whose ``fullmatch`` accepts what the ``pattern`` attribute accepts.

    Args:
        source: The attribute's value.

    Raises:
        InvalidPattern: The pattern is not valid with the ``v`` flag, e.g. ``[\w-.]`` or ``\_``.
        NeedsBrowser: The pattern is valid, but can't be expressed in Python.

    Source: HTML Living Standard, 4.10.5.3.6 The pattern attribute; ECMAScript, 22.2.1 Patterns.
    """
    reader = _PatternReader(source)
    written = reader.disjunction()
    if reader.at < len(source):
        raise InvalidPattern(f"unmatched {source[reader.at]!r}")
    if any(number > reader.groups for number in reader.references):
        raise InvalidPattern("it refers to a group that is not there")
    try:
        return re.compile(written)
    except (re.error, OverflowError) as error:
        raise NeedsBrowser(f"the pattern {source!r}", f"Python has nothing like it ({error})") from error


@dataclass(frozen=True, slots=True)
class _CharacterClass:
    """What a character class, or an operand of one, matches.

    Args:
        chars: An expression that matches one character.
        strings: The strings that are not one character long.
        is_range: Whether it is a bare range, which can't be an operand of ``&&`` and ``--``.
    """

    chars: str
    strings: frozenset[str] = frozenset()
    is_range: bool = False

    def written(self) -> str:
        """Return an expression for all of it, the longest strings first."""
        longest = sorted(self.strings, key=lambda each: (-len(each), each))
        several = [re.escape(each) for each in longest if each]
        return f"(?:{'|'.join([*several, self.chars, *('' for each in longest if not each)])})"


class _PatternReader:
    """Parses a pattern and translates it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.groups = 0
        self.names: set[str] = set()
        self.references: list[int] = []

    def _peek(self, text: str) -> bool:
        return self.source.startswith(text, self.at)

    def _take(self, text: str) -> bool:
        if self._peek(text):
            self.at += len(text)
            return True
        return False

    def _next(self) -> str:
        if self.at >= len(self.source):
            raise InvalidPattern("it ends too early")
        self.at += 1
        return self.source[self.at - 1]

    def disjunction(self) -> str:
        branches = [self._alternative()]
        while self._take("|"):
            branches.append(self._alternative())
        return "|".join(branches)

    def _alternative(self) -> str:
        written = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            term, repeatable = self._term()
            match = _QUANTIFIER.match(self.source, self.at)
            if match:
                if not repeatable:
                    raise InvalidPattern("nothing to repeat")
                if match[3] and int(match[3]) < int(match[1]):
                    raise InvalidPattern("numbers out of order")
                self.at = match.end()
                term = f"(?:{term}){match[0]}"
            written.append(term)
        return "".join(written)

    def _term(self) -> tuple[str, bool]:
        char = self._next()
        if char == "^":
            return "\\A", False
        if char == "$":
            return "\\Z", False
        if char == ".":
            return _ANY, True
        if char == "(":
            return self._group()
        if char == "[":
            return self._class().written(), True
        if char == "\\":
            return self._escape()
        if char in "*+?{}]":
            raise InvalidPattern(f"{char!r} stands alone")
        return re.escape(char), True

    def _group(self) -> tuple[str, bool]:
        repeatable, head = True, "("
        if self._take("?"):
            for mark in ("=", "!", "<=", "<!", ":"):
                if self._take(mark):
                    head, repeatable = f"(?{mark}", mark == ":"
                    break
            else:
                head = self._special_group()
        else:
            self.groups += 1
        inner = self.disjunction()
        if not self._take(")"):
            raise InvalidPattern("a group is not closed")
        return f"{head}{inner})", repeatable

    def _special_group(self) -> str:
        if self._take("i:"):
            return "(?i:"
        if re.compile(r"[ims]*-?[ims]*:").match(self.source, self.at):
            raise NeedsBrowser(f"the pattern {self.source!r}", "its modifiers are not Python's")
        match = _GROUP_NAME.match(self.source, self.at)
        if match is None:
            raise InvalidPattern("a group begins wrongly")
        if match[1] in self.names:
            raise NeedsBrowser(f"the pattern {self.source!r}", f"two groups are named {match[1]}")
        self.at = match.end()
        self.names.add(match[1])
        self.groups += 1
        return f"(?P<{match[1].replace('$', '_S')}>"

    def _escape(self) -> tuple[str, bool]:
        char = self._next()
        if char in "bB":
            return (_BOUNDARY if char == "b" else _NO_BOUNDARY), False
        if char in "123456789":
            digits = char
            while self.at < len(self.source) and self.source[self.at] in "0123456789":
                digits += self._next()
            self.references.append(int(digits))
            return f"(?:(?({digits})\\{digits}|))", True
        if char == "k":
            match = _GROUP_NAME.match(self.source, self.at)
            if match is None:
                raise InvalidPattern("\\k needs the name of a group")
            self.at = match.end()
            if match[1] not in self.names:
                raise InvalidPattern(f"no group is named {match[1]}")
            name = match[1].replace("$", "_S")
            return f"(?:(?({name})(?P={name})|))", True
        known = self._class_escape(char)
        return (known, True) if known else (re.escape(self._character(char)), True)

    def _class_escape(self, char: str) -> str:
        if char.lower() in _CLASSES:
            return f"[{'^' if char.isupper() else ''}{_CLASSES[char.lower()]}]"
        if char in "pP":
            match = _PROPERTY.match(self.source, self.at)
            if match is None:
                if re.compile(r"\{[\w=]+\}").match(self.source, self.at):
                    raise NeedsBrowser(f"the pattern {self.source!r}", "Python has no such Unicode property")
                raise InvalidPattern("a Unicode property has no name")
            self.at = match.end()
            return f"[{'^' if char == 'P' else ''}{_category(match[1], self.source)}]"
        return ""

    def _character(self, char: str) -> str:
        if char in _CONTROL:
            return _CONTROL[char]
        if char == "0" and not re.compile(r"\d").match(self.source, self.at):
            return "\0"
        for pattern in (r"c([A-Za-z])", r"x([0-9A-Fa-f]{2})", r"u([0-9A-Fa-f]{4})", r"u\{([0-9A-Fa-f]+)\}"):
            match = re.compile(pattern).match(self.source, self.at - 1)
            if match:
                self.at = match.end()
                return self._coded(char, match[1])
        if char in _SYNTAX:
            return char
        raise InvalidPattern(f"\\{char} means nothing")

    def _coded(self, char: str, digits: str) -> str:
        if char == "c":
            return chr(ord(digits) % 32)
        code = int(digits, 16)
        if code > 0x10FFFF:
            raise InvalidPattern("there is no such character")
        low = re.compile(r"\\u(D[C-Fc-f][0-9A-Fa-f]{2})", re.IGNORECASE).match(self.source, self.at)
        if 0xD800 <= code <= 0xDBFF and low:
            self.at = low.end()
            code = 0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00
        return chr(code)

    def _class(self) -> _CharacterClass:
        """Parse a class, after its opening bracket."""
        negated = self._take("^")
        operands: list[_CharacterClass] = []
        operation = ""
        while not self._take("]"):
            found = next((mark for mark in ("&&", "--") if operands and self._take(mark)), "")
            if operands and found != operation and (operation or len(operands) > 1):
                raise InvalidPattern("a class mixes its operations")
            if found == "&&" and self._peek("&"):
                raise InvalidPattern("'&&&' is reserved in a class")
            operation = operation or found
            operands.append(self._class_operand())
            if operation and any(operand.is_range for operand in operands):
                raise InvalidPattern(
                    "a range needs a class of its own where classes are intersected or subtracted"
                )
        return self._combined(operands, operation, negated=negated)

    def _class_operand(self) -> _CharacterClass:
        if self._take("["):
            return self._class()
        if self._take("\\q{"):
            return self._strings()
        first, is_set = self._class_atom()
        if is_set:
            return _CharacterClass(first)
        if self._peek("-") and not self._peek("--"):
            self.at += 1
            last, is_set = self._class_atom()
            if is_set:
                raise InvalidPattern("a range ends with a class")
            if last < first:
                raise InvalidPattern("a range is out of order")
            return _CharacterClass(f"[{_in_class(first)}-{_in_class(last)}]", is_range=True)
        return _CharacterClass(f"[{_in_class(first)}]")

    def _strings(self) -> _CharacterClass:
        r"""Parse the strings of ``\q{abc|d}``, after the brace."""
        strings = [""]
        while not self._take("}"):
            if self._take("|"):
                strings.append("")
                continue
            char, is_set = self._class_atom()
            if is_set:
                raise InvalidPattern("a string holds a class")
            strings[-1] += char
        single = [f"[{_in_class(each)}]" for each in strings if len(each) == 1]
        return _CharacterClass(
            "|".join(single) or "(?!)", strings=frozenset(each for each in strings if len(each) != 1)
        )

    def _class_atom(self) -> tuple[str, bool]:
        char = self._next()
        if char == "\\":
            escaped = self._next()
            known = self._class_escape(escaped)
            if known:
                return known, True
            if escaped == "b":
                return "\b", False
            return (escaped if escaped in _CLASS_PUNCTUATION else self._character(escaped)), False
        if char in _CLASS_SYNTAX:
            raise InvalidPattern(f"{char!r} has to be escaped in a class")
        if char in _DOUBLED and self._peek(char):
            raise InvalidPattern(f"{char * 2!r} is reserved in a class")
        return char, False

    def _combined(self, operands: list[_CharacterClass], operation: str, *, negated: bool) -> _CharacterClass:
        strings = frozenset[str]().union(*(operand.strings for operand in operands))
        if strings and negated:
            # A negated class must not contain strings: those left after "--", or shared by all operands of "&&".
            left = operands[0].strings if operation == "--" else strings
            if operation == "&&":
                left = frozenset.intersection(*(operand.strings for operand in operands))
                left = left or (strings if all(operand.strings for operand in operands) else left)
            if left:
                raise InvalidPattern("a class that is negated holds strings")
        if operation == "&&":
            strings = frozenset.intersection(*(operand.strings for operand in operands))
        elif operation == "--":
            strings = operands[0].strings.difference(*(operand.strings for operand in operands[1:]))
        return _CharacterClass(
            _written([operand.chars for operand in operands], operation, negated=negated), strings
        )


def _written(operands: list[str], operation: str, *, negated: bool) -> str:
    """Return an expression for one character of a class."""
    if not operands:
        return _EVERY if negated else "(?!)"
    grouped = [f"(?:{each})" for each in operands]
    if operation == "&&":
        written = "".join(f"(?={each})" for each in grouped[:-1]) + grouped[-1]
    elif operation == "--":
        written = "".join(f"(?!{each})" for each in grouped[1:]) + grouped[0]
    else:
        written = "|".join(operands)
    return f"(?:(?!{written}){_EVERY})" if negated else f"(?:{written})"


def _in_class(char: str) -> str:
    return f"\\U{ord(char):08x}"


def _category(name: str, source: str) -> str:
    if name == "ASCII":
        return "\\x00-\\x7f"
    if name == "Any":
        return "\\s\\S"
    short = _LONG_CATEGORIES.get(name, name)
    if short not in _category_names():
        raise NeedsBrowser(f"the pattern {source!r}", f"Python does not know the Unicode property {name}")
    return _of_category(short)


@lru_cache(maxsize=64)
def _of_category(short: str) -> str:
    parts: list[str] = []
    start = None
    for code in range(0x110001):
        fits = code < 0x110000 and unicodedata.category(chr(code)).startswith(short)
        if fits and start is None:
            start = code
        elif not fits and start is not None:
            parts.append(f"{_in_class(chr(start))}-{_in_class(chr(code - 1))}")
            start = None
    return "".join(parts)


@lru_cache(maxsize=1)
def _category_names() -> frozenset[str]:
    two = {unicodedata.category(chr(code)) for code in range(0x30000)} | {"Co", "Cs"}
    return frozenset(two | {name[0] for name in two})
