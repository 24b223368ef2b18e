"""Parses the selectors of style rules: specificity, index key, pseudo-element."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django_journey._dom.css.syntax import split_top, unescape
from django_journey._dom.css.user_agent import MODAL, OPEN_POPOVER
from django_journey._dom.tree.white_space import word_set

__all__ = ["STATE", "StyleSelector", "is_selector", "read_selectors"]

_BY_INPUT = (
    "hover|focus-visible|focus-within|focus|checked|target|placeholder-shown|indeterminate|valid|invalid|"
    "user-valid|user-invalid|in-range|out-of-range"
)
# Pseudo-classes that depend on user input or the URL's fragment.
_LIVE = re.compile(rf"(?<!\\):({_BY_INPUT})(?![\w(-])", re.IGNORECASE)
#: The same, and those for which the parser's engine differs from Chromium; all are replaced before matching.
STATE = re.compile(
    rf"(?<!\\):({_BY_INPUT}|disabled|enabled|required|optional|read-only|read-write)(?![\w(-])", re.IGNORECASE
)
_NEVER = word_set(
    "active visited fullscreen -webkit-full-screen picture-in-picture autofill -webkit-autofill target-within "
    "playing buffering stalled seeking muted volume-locked past future current host-context state xr-overlay "
    "-webkit-drag has-slotted active-view-transition interest-source interest-target picker-open window-inactive"
)
_ALWAYS = frozenset({"defined"})
_AS = {
    "open": ":is(details[open],dialog[open])",
    "popover-open": f"[{OPEN_POPOVER}]",
    "modal": f"[{MODAL}]",
    "-webkit-any-link": ":any-link",
    "-internal-list-box": ":is(select[multiple],select[size])",
}
_KNOWN = word_set(
    "root empty first-child last-child only-child first-of-type last-of-type only-of-type nth-child nth-last-child "
    "nth-of-type nth-last-of-type is where not has scope link any-link enabled disabled checked indeterminate "
    "default required optional read-only read-write valid invalid in-range out-of-range placeholder-shown lang dir "
    "hover focus focus-visible focus-within target host paused user-valid user-invalid"
)
_PSEUDO_ELEMENTS = word_set(
    "before after first-line first-letter marker selection placeholder backdrop cue file-selector-button target-text "
    "highlight grammar-error spelling-error view-transition part slotted details-content checkmark picker "
    "picker-icon scroll-marker scroll-button column search-text"
)
_OLD_PSEUDO_ELEMENTS = frozenset({"before", "after", "first-line", "first-letter"})
_ESCAPED = r"\\[0-9a-fA-F]{1,6}[ \t\n\f\r]?|\\."
_NAME = rf"(?:[-\w\u0080-\U0010ffff]|{_ESCAPED})+"
_TYPE = rf"(?:-?[_a-zA-Z\u0080-\U0010ffff]|--|{_ESCAPED})(?:[-\w\u0080-\U0010ffff]|{_ESCAPED})*"
_PIECE = re.compile(
    rf"(?P<id>\#{_NAME})|(?P<class>\.{_NAME})|(?P<attr>\[)|(?P<element>::{_NAME})|(?P<pseudo>:{_NAME})"
    rf"|(?P<combinator>\s*[>+~]\s*|\s+)|(?P<tag>(?:(?:{_TYPE}|\*)?\|)?(?:{_TYPE}|\*))|(?P<nest>&)",
    re.DOTALL,
)
_SENSITIVE = re.compile(r"[\"'\w]\s+s\s*\Z", re.IGNORECASE)
_ATTR_NAME = re.compile(r"\s*(?:[\w-]*\|)?([-\w]+)")

Specificity = tuple[int, int, int]


@dataclass(slots=True)
class StyleSelector:
    """One complex selector of a style rule.

    Args:
        text: The selector for the parser's engine, without the pseudo-element.
        pseudo: ``"before"``, ``"after"`` or, for the element itself, ``""``.
        specificity: IDs; classes, attributes and pseudo-classes; types and pseudo-elements.
        kind: The kind of its index key: ``id``, ``class``, ``tag``, ``attr`` or ``any``.
        key: The ID, class, tag or attribute name.
        simple: Whether every element with the key matches.
        live: Whether it depends on user input or the URL's fragment.
        loose: For a selector with states, one without them that matches at least the same elements; empty if there
            is none.
        states: Whether it has states to be replaced before matching.
    """

    text: str
    pseudo: str
    specificity: Specificity
    kind: str
    key: str
    simple: bool
    live: bool
    loose: str = ""
    states: bool = False


class _Invalid(Exception):
    """The selector is invalid in Chromium."""


def read_selectors(text: str) -> tuple[StyleSelector, ...]:
    """Parse a selector list. One invalid selector makes the whole list invalid, as in a browser.

    Returns:
        The selectors of elements, ``::before`` and ``::after``; those of other pseudo-elements are left out.

    Source: Selectors Level 4, 4.1 and 17.
    """
    try:
        read = [_SelectorReader(part).read() for part in split_top(text)]
    except _Invalid:
        return ()
    return tuple(selector for selector in read if selector is not None)


def is_selector(text: str) -> bool:
    """Return whether a complex selector is valid in Chromium."""
    try:
        _SelectorReader(text).read()
    except _Invalid:
        return False
    return True


def _loosened(text: str) -> str:
    return "" if ":not(" in text or STATE.search(text) is None else STATE.sub(":is(*)", text)


class _SelectorReader:
    """Parses one complex selector."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[str] = []
        self.weight = [0, 0, 0]
        self.pseudo: str | None = ""
        self.compound: list[tuple[str, str]] = []

    def read(self) -> StyleSelector | None:
        if not self.text:
            raise _Invalid
        at = 0
        while at < len(self.text):
            found = _PIECE.match(self.text, at)
            if found is None or (self.pseudo and found.lastgroup not in ("pseudo", "element")):
                raise _Invalid
            at = self._take(str(found.lastgroup), found.group(), found.end())
        if self.pseudo is None:
            return None
        kind, key = self._best()
        text = "".join(self.out).strip() or "*"
        simple = len(self.compound) == 1 and kind in ("id", "class", "tag") and text == self.compound[0][1]
        return StyleSelector(
            text=text,
            pseudo=self.pseudo,
            specificity=(self.weight[0], self.weight[1], self.weight[2]),
            kind=kind,
            key=key,
            simple=simple or text == "*",
            live=_LIVE.search(text) is not None,
            loose=_loosened(text),
            states=STATE.search(text) is not None,
        )

    def _take(self, group: str, piece: str, end: int) -> int:
        if group == "combinator":
            self.compound.clear()
            self.out.append(piece)
        elif group == "id":
            self._add(group, piece, 0)
        elif group == "class":
            self._add(group, piece, 1)
        elif group == "tag":
            prefix, bar, name = piece.rpartition("|")
            if prefix not in ("", "*"):
                raise _Invalid  # no namespace is declared
            piece = name if prefix or not bar else ":not(*)"  # every element has a namespace
            self._add(group, piece, None if piece.endswith("*") else 2)
        elif group == "nest":
            self._add("any", ":root", None)  # outside any rule
        elif group == "attr":
            return self._attribute(end)
        elif group == "element":
            return self._element(piece[2:].lower(), end)
        else:
            return self._pseudo_class(piece[1:].lower(), end)
        return end

    def _add(self, group: str, piece: str, place: int | None) -> None:
        self.compound.append((group, piece))
        self.out.append(piece)
        if place is not None:
            self.weight[place] += 1

    def _attribute(self, start: int) -> int:
        end = _closing(self.text, start, "[", "]")
        name = _ATTR_NAME.match(self.text, start)
        if name is None:
            raise _Invalid
        if _SENSITIVE.search(self.text, start, end - 1):
            raise _Invalid  # Chromium does not support the flag
        self.compound.append(("attr", name.group(1).lower()))
        self.out.append(self.text[start - 1 : end])
        self.weight[1] += 1
        return end

    def _element(self, name: str, end: int) -> int:
        if name not in _PSEUDO_ELEMENTS and not name.startswith("-webkit-"):
            raise _Invalid
        if self.text[end : end + 1] == "(":
            end = _closing(self.text, end + 1, "(", ")")
        self.pseudo = name if name in ("before", "after") and self.pseudo == "" else None
        self.weight[2] += 1
        return end

    def _pseudo_class(self, name: str, end: int) -> int:
        argument = ""
        if self.text[end : end + 1] == "(":
            close = _closing(self.text, end + 1, "(", ")")
            argument, end = self.text[end + 1 : close - 1].strip(), close
        if name in _OLD_PSEUDO_ELEMENTS:
            return self._element(name, end)
        if name == "-webkit-any":
            name = "is"
        if name in _NEVER or (name == "host" and argument):
            written = ":not(*)"
        elif name in _ALWAYS:
            written = ":is(*)"
        elif name in _AS:
            written = _AS[name]
        elif name in ("is", "where", "not", "has"):
            self._nested(name, argument)
            return end
        elif name == "scope":
            written = ":root"
        elif name == "lang" and not re.fullmatch(r"[\w-]+", argument):
            raise _Invalid  # Chromium does not support lists and strings yet
        elif name in _KNOWN:
            written = f":{name}({argument})" if argument else f":{name}"
        else:
            raise _Invalid
        self.compound.append(("pseudo", written))
        self.out.append(written)
        self.weight[1] += 1
        if argument and " of " in argument:
            self._weigh([argument.partition(" of ")[2]])
        return end

    def _nested(self, name: str, argument: str) -> None:
        """Parse the argument of ``:is()``, ``:where()`` (forgiving), ``:not()`` or ``:has()`` (not forgiving)."""
        arms: list[str] = []
        heaviest: Specificity = (0, 0, 0)
        for part in split_top(argument):
            lead = ""
            if name == "has" and (found := re.match(r"[>+~]\s*", part)):
                lead, part = found.group(), part[found.end() :]
            reader = _SelectorReader(part)
            try:
                inner = reader.read()
            except _Invalid:
                if name in ("is", "where"):
                    continue
                raise
            if inner is None or inner.pseudo:
                continue
            arms.append(lead + inner.text)
            heaviest = max(heaviest, inner.specificity)
        written = f":{name}({', '.join(arms)})" if arms else (":is(*)" if name == "not" else ":not(*)")
        self.compound.append(("pseudo", written))
        self.out.append(written)
        if name != "where":
            self.weight = [mine + theirs for mine, theirs in zip(self.weight, heaviest, strict=True)]

    def _weigh(self, parts: list[str]) -> None:
        for part in parts:
            if inner := _SelectorReader(part).read():
                self.weight = [a + b for a, b in zip(self.weight, inner.specificity, strict=True)]

    def _best(self) -> tuple[str, str]:
        for wanted in ("id", "class", "tag", "attr"):
            for group, piece in self.compound:
                if group != wanted or piece.endswith("*"):
                    continue
                if group == "tag":
                    return "tag", unescape(piece.rpartition("|")[2]).lower()
                return group, unescape(piece if group == "attr" else piece[1:])
        return "any", ""


def _closing(text: str, start: int, opener: str, closer: str) -> int:
    """Return the index after the bracket that closes the one before ``start``."""
    depth = 1
    pattern = re.compile(
        rf"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\\.|[{re.escape(opener)}{re.escape(closer)}]", re.DOTALL
    )
    for mark in pattern.finditer(text, start):
        if mark.group() == opener:
            depth += 1
        elif mark.group() == closer:
            depth -= 1
            if not depth:
                return mark.end()
    raise _Invalid
