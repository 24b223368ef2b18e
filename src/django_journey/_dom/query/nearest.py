"""The candidates nearest to a part of a query that found nothing, and code that finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django_journey._dom.aria import names, roles
from django_journey._dom.query.element_line import shorten, show
from django_journey._dom.query.find import elements, label_texts
from django_journey._dom.query.find_css import select_native
from django_journey._dom.query.parts import Attribute, Label, Part, Role, Selector, TestId, Text, TextPattern
from django_journey._dom.query.suggest import css_value, suggestion
from django_journey._dom.query.text_match import SILENT
from django_journey._dom.rendering.text import normalize, text_of
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.patterns import quote
from django_journey._dom.tree.walk import by_id

__all__ = ["NearMisses", "nearest", "similarity"]

_SHOWN = 5
#: The similarity from which on the nearest candidate is suggested.
_CLOSE = 0.6
_CONTROLS = "input:not([type=hidden]),select,textarea,button"


@dataclass(slots=True)
class NearMisses:
    """The nearest candidates, best first, and what to write instead."""

    lines: list[str] = field(default_factory=list)
    instead: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    el: Element
    line: str
    instead: str = ""
    way: Part | None = None
    text: str = ""


def similarity(sought: TextPattern, text: str) -> float:
    """Return the similarity of two texts, from 0 to 1, ignoring case."""
    wanted = normalize(sought if isinstance(sought, str) else _plain(sought)).lower()
    text = normalize(text).lower()[:200]
    if not wanted or not text:
        return 0.0
    if wanted == text:
        return 1.0
    alike = SequenceMatcher(None, wanted, text).ratio()
    return max(alike, 0.8 + 0.1 * alike) if wanted in text else alike


def _plain(pattern: re.Pattern[str]) -> str:
    return re.sub(r"[\\^$.|?*+()\[\]{}]", "", pattern.pattern)


def nearest(doc: Document, part: Part, scopes: Sequence[Element | None]) -> NearMisses:
    """Return the candidates nearest to a part of a query that found nothing.

    Args:
        doc: The document.
        part: The part.
        scopes: The elements that were searched; ``None`` for the whole page.
    """
    within = scopes[:20]
    match part:
        case Role():
            return _best(doc, part, _near_role(doc, part, within))
        case Label():
            return _best(doc, part, _near_label(doc, part, within))
        case Text():
            return _best(doc, part, _near_text(doc, part, within))
        case Attribute(name, text) | TestId(text, name):
            return _best(doc, part, _near_attribute(doc, name, text, within))
        case Selector(_, (Text() as text_part,)):
            return _best(doc, text_part, _near_text(doc, text_part, within))
        case Selector(_, (Role() as role_part,)):
            return _best(doc, role_part, _near_role(doc, role_part, within))
        case Selector(source):
            return _best(doc, part, _near_css(doc, source, within))
    return NearMisses()


def _best(doc: Document, sought: Part, candidates: Iterable[_Candidate]) -> NearMisses:
    ranked = sorted(candidates, key=lambda candidate: -candidate.score)
    seen: dict[str, _Candidate] = {}
    for candidate in ranked:
        seen.setdefault(candidate.line, candidate)
        if len(seen) == _SHOWN:
            break
    shown = list(seen.values())
    if not shown:
        return NearMisses()
    return NearMisses([candidate.line for candidate in shown], _instead(doc, sought, shown[0]))


def _instead(doc: Document, sought: Part, first: _Candidate) -> str:
    """Return what to write for the nearest candidate, unless the test would then check less."""
    if first.score < _CLOSE:
        return ""
    text = getattr(sought, "name", None) if isinstance(sought, Role) else getattr(sought, "text", None)
    wanted = normalize(text).lower() if isinstance(text, str) else ""
    if first.text and first.text.lower() != wanted and first.text.lower() in wanted:
        return ""
    if first.instead:
        return first.instead
    return f"page.{suggestion(doc, first.el, first.way, exact=getattr(sought, 'exact', False))}"


def _all(doc: Document, css: str, scopes: Sequence[Element | None]) -> list[Element]:
    return list(dict.fromkeys(el for scope in scopes for el in select_native(doc, css, scope)))


def _near_role(doc: Document, sought: Role, scopes: Sequence[Element | None]) -> Iterator[_Candidate]:
    for el in _all(doc, "*", scopes):
        role = roles.role_of(doc, el)
        if not role or (role != sought.role and sought.name is None):
            continue
        hidden = roles.is_hidden(doc, el)
        name = normalize(names.name_of(doc, el, include_hidden=hidden))
        alike = similarity(sought.name, name) if sought.name is not None else 0.5
        if role == sought.role:
            yield _same_role(sought, el, name, alike, hidden)
        elif alike >= 0.75 and not hidden:
            meant = f"seek a {role}, if it is meant to be one; else mend the template"
            yield _Candidate(alike - 0.05, el, f"a {role}, not a {sought.role}: {show(el)}", meant)


def _same_role(sought: Role, el: Element, name: str, alike: float, hidden: bool) -> _Candidate:
    shown = f"get_by_role({quote(sought.role)}, name={quote(shorten(name))})"
    if hidden:
        line = f"{shown}, but it is hidden: {show(el)}"
        return _Candidate(alike, el, line, "make it visible first, or ask for it with include_hidden=True")
    differing = [
        state
        for state in ("checked", "disabled", "expanded", "level", "pressed", "selected")
        if getattr(sought, state) is not None
    ]
    if alike == 1.0 and differing:
        return _Candidate(alike, el, f"{shown}, but not with {', '.join(differing)}: {show(el)}")
    line = shown if name else f"{sought.role} without a name: {show(el)}"
    return _Candidate(alike + 0.01, el, line, text=name)


def _near_label(doc: Document, sought: Label, scopes: Sequence[Element | None]) -> Iterator[_Candidate]:
    for el in _all(doc, _CONTROLS, scopes):
        label = next((text.normalized for text in label_texts(doc, el) if text.normalized), "")
        if label:
            line = f"get_by_label({quote(shorten(label))})"
            way = Label(label, sought.exact)
            yield _Candidate(similarity(sought.text, label), el, line, way=way, text=label)
            continue
        yield from _unlabelled(doc, sought, el)
    for label_el in _all(doc, "label", scopes):
        text = text_of(doc, label_el).normalized
        target = label_el.attr("for")
        if target is not None and similarity(sought.text, text) > 0.8 and by_id(doc, target) is None:
            line = f"the label {quote(text)} is for #{target}, which is not on the page"
            yield _Candidate(0.95, label_el, line, "correct the label's for attribute in the template")


def _unlabelled(doc: Document, sought: Label, el: Element) -> Iterator[_Candidate]:
    """Yield a control without a label, with another way to find it: its placeholder, ``name`` or text."""
    placeholder, name = el.attr("placeholder") or "", el.attr("name") or ""
    if el.tag == "button" or (el.attr("type") or "").lower() in ("submit", "button", "reset", "image"):
        words = normalize(names.name_of(doc, el))
        alike = similarity(sought.text, words)
        if alike >= 0.75:
            yield _Candidate(alike - 0.02, el, f"a button, not a labelled control: {show(el)}")
    elif placeholder:
        way = Attribute("placeholder", placeholder)
        yield _Candidate(
            similarity(sought.text, placeholder), el, f"a control without a label: {way.describe()}", way=way
        )
    elif name:
        css = f"locator({quote(f'[name={css_value(name)}]')})"
        alike = similarity(sought.text, re.sub(r"[_\-\[\].]+", " ", name))
        yield _Candidate(alike, el, f"a control without a label; it has name={name}: {css}", f"page.{css}")


_SAID_ELSEWHERE = ("placeholder", "title", "alt")


def _near_text(doc: Document, sought: Text, scopes: Sequence[Element | None]) -> Iterator[_Candidate]:
    for el in dict.fromkeys(el for scope in scopes for el in elements(doc, scope)):
        if el.tag in SILENT or el.tag in ("html", "body"):
            continue
        text = text_of(doc, el)
        if text.normalized and len(text.full) < 400 and any(run.strip() for run in text.immediate):
            line = f"get_by_text({quote(shorten(text.full))})"
            score, way = _text_score(sought, text.normalized), Text(text.normalized, sought.exact)
            yield _Candidate(score, el, line, way=way, text=text.normalized)
        for name in _SAID_ELSEWHERE:
            value = el.attr(name)
            if value and (alike := similarity(sought.text, value)) >= 0.75:
                said = Attribute(name, value)
                yield _Candidate(alike, el, f"in {name}: {said.describe()}", way=said)
        if el.tag in ("input", "textarea") and similarity(sought.text, el.attr("value") or "") >= 0.9:
            yield _Candidate(0.9, el, f"the value of a control: {show(el)}", "expect(…).to_have_value(…)")


def _text_score(sought: Text, text: str) -> float:
    score = similarity(sought.text, text)
    if sought.exact and isinstance(sought.text, str) and normalize(sought.text).lower() in text.lower():
        score = max(score, 0.9 + 0.09 * score)
    return score


def _near_attribute(
    doc: Document, name: str, text: TextPattern, scopes: Sequence[Element | None]
) -> Iterator[_Candidate]:
    for el in _all(doc, f"[{name}]", scopes):
        value = el.attr(name) or ""
        way = TestId(value, name) if name.startswith("data-") else Attribute(name, value)
        yield _Candidate(similarity(text, value), el, f"{name}={quote(value)}: {show(el)}", way=way)


_SIMPLE = re.compile(r"""([#.])([\w-]+)|\[\s*([\w-]+)\s*[*^$|~]?=\s*["']?([^"'\]]+)["']?\s*\]""")


def _near_css(doc: Document, source: str, scopes: Sequence[Element | None]) -> Iterator[_Candidate]:
    """Compare the IDs, classes and attribute values in a selector with those on the page."""
    for mark, word, name, value in _SIMPLE.findall(source):
        attribute = {"#": "id", ".": "class"}.get(mark, name)
        for el in _all(doc, f"[{attribute}]", scopes):
            for has in (el.attr(attribute) or "").split() if mark == "." else [el.attr(attribute) or ""]:
                alike = similarity(word or value, has)
                if alike < 0.5:
                    continue
                hidden = "" if is_visible(doc, el) else " (hidden)"
                written = f"{mark}{has}" if mark else f'[{attribute}="{has}"]'
                yield _Candidate(alike, el, f"{written}{hidden}: {show(el)}")
