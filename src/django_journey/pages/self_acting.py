"""Pages whose scripts act by themselves when they are loaded: a form is submitted, another address is opened.

No script is run here. A page with one such statement in one of a few plain forms is followed as Chromium follows it;
of others it is said that they are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django_journey.dom import forms
from django_journey.dom.document import Document
from django_journey.dom.owner import elements_of
from django_journey.dom.tree import ancestors, by_id, position, select
from django_journey.dom.urls import parse_url
from django_journey.pages.exchange import Order
from django_journey.pages.scripts import executes
from django_journey.pages.shown import ShownPage
from django_journey.trace.recorder import note

__all__ = ["own_act"]

_STRING = r"(?:'[^'\\\n]*'|\"[^\"\\\n]*\")"
_LOCATION = r"(?:(?:window|document|self|top|parent)\s*\.\s*)*location"
_GOING = (
    rf"{_LOCATION}(?:\s*\.\s*href)?\s*=\s*(?P<to>{_STRING})"
    rf"|{_LOCATION}\s*\.\s*(?:assign|replace)\(\s*(?P<by>{_STRING})\s*\)"
)
_SUBMITTING = (
    r"(?:window\s*\.\s*)?document\s*\.\s*(?:forms\s*\[\s*(?P<index>\d+)\s*\]"
    rf"|forms\s*(?:\.\s*(?P<dotted>\w+)|\[\s*(?P<named>{_STRING})\s*\])"
    rf"|getElementById\(\s*(?P<id>{_STRING})\s*\))\s*\.\s*submit\(\s*\)"
)
#: The statements that are followed, and the wrappers in which they wait for the page.
_STATEMENT = re.compile(rf"\s*(?:{_GOING}|{_SUBMITTING})\s*;?\s*")
_WRAPPERS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"\s*(?:window\s*\.\s*)?onload\s*=\s*(?:function\s*\w*\s*\(\s*\w*\s*\)|\(\s*\w*\s*\)\s*=>)\s*\{(.*)\}\s*;?\s*",
        r"\s*(?:(?:window|document)\s*\.\s*)?addEventListener\(\s*['\"](?:load|DOMContentLoaded)['\"]\s*,"
        r"\s*(?:function\s*\w*\s*\(\s*\w*\s*\)|\(\s*\w*\s*\)\s*=>)\s*\{(.*)\}\s*\)\s*;?\s*",
    )
)
_INSIGNIFICANT = re.compile(rf"({_STRING}|`[^`]*`)|/\*.*?\*/|//[^\n]*|<!--[^\n]*", re.DOTALL)
#: What acts, in whatever way it is written.
_ACTS = re.compile(
    rf"{_LOCATION}(?:\s*\.\s*href)?\s*=(?![=>])|{_LOCATION}\s*\.\s*(?:assign|replace)\("
    r"|\.\s*(?:submit|requestSubmit)\(\s*\)"
)
_FUNCTION = re.compile(r"(?:\basync\s+)?\bfunction\s*\*?\s*\w*\Z")
#: What stands before a function that is called at once, or when the page is loaded.
_CALLED = re.compile(
    r"(?:^|[^\w\s)\]])\s*\(\s*\Z|!\s*\Z|\bonload\s*=\s*\Z|\b(?:ready|jQuery|setTimeout)\(\s*\Z|\$\(\s*\Z"
    r"|\baddEventListener\(\s*['\"](?:load|DOMContentLoaded)['\"]\s*,\s*\Z"
)


@dataclass(frozen=True, slots=True)
class _Code:
    """Code that is carried out when a page is loaded.

    Args:
        text: The code without comments.
        el: The element that holds it.
        waits: Whether it waits for the rest of the page.
    """

    text: str
    el: Any
    waits: bool


def own_act(page: ShownPage) -> Order | None:
    """Return the navigation that the page's scripts start when it is loaded, or ``None``; asked for once.

    Where they act in a way that can't be told, a line in the report says so, or what the setting ``scripts`` asks for.

    Raises:
        NeedsBrowser: They do, and the setting says ``refuse``.
    """
    doc = page.document
    if doc.acted or not (doc.mentions("location") or doc.mentions("submit(")):
        return None
    doc.acted = True
    acting = _acting(doc)
    if not acting:
        return None
    order = _order(page, acting[0]) if len(acting) == 1 else None
    said = " ".join(acting[0].text.split())[:80]
    reason = f"a script acts when the page is loaded: {said}"
    note("script", reason if order is not None else f"{reason} (not followed)")
    if order is None:
        page.left_to_scripts("loading the page", reason, said)
    return order


def _acting(doc: Document) -> list[_Code]:
    scripts = [
        _Code(_bare(el.text), el, (el.attr("type") or "").strip().lower() == "module")
        for el in select(doc, "script:not([src]):not([nomodule])")
        if executes(el)
    ]
    handlers = [_Code(_bare(el.attr("onload") or ""), el, True) for el in select(doc, "body[onload]")]
    acting = [code for code in (*scripts, *handlers) if _acts(code.text)]
    if not acting and any(_ACTS.search(code.text) for code in scripts):
        acting = [code for code in handlers if re.search(r"\w\s*\(", code.text)]  # it may call what acts
    return acting


def _bare(code: str) -> str:
    return _INSIGNIFICANT.sub(lambda match: match[1] or " ", code)


def _acts(code: str) -> bool:
    """Tell whether a statement that acts may be carried out when the code is: it stands in no function that waits."""
    plain = re.sub(_STRING, lambda match: match[0] if match[0][1:-1].isalnum() else "''", code)
    opened: list[int] = []
    brackets = {match.start() for match in re.finditer(r"[{}]", plain)}
    for at in sorted(brackets | {match.start() for match in _ACTS.finditer(plain)}):
        if plain[at] == "{":
            opened.append(at)
        elif plain[at] == "}" and opened:
            opened.pop()
        elif at not in brackets and all(_is_carried_out(plain[:start].rstrip()) for start in opened):
            return True
    return False


def _is_carried_out(before: str) -> bool:
    """Tell whether the block that opens after this is carried out when the code is."""
    if not before or before[-1] in ";{}" or re.search(r"\b(?:else|try|do|finally)\Z", before):
        return True
    is_arrow = before.endswith("=>")
    head = before.removesuffix("=>").rstrip()
    if head.endswith(")"):
        depth = 0
        for at in range(len(head) - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(head[at], 0)
            if not depth:
                break
        head = head[:at].rstrip()
        if not is_arrow and re.search(r"\b(?:if|while|for|switch|catch)\Z", head):
            return True
    elif is_arrow:
        head = re.sub(r"\w+\Z", "", head)
    if not is_arrow:
        function = _FUNCTION.search(head)
        if function is None:
            return False
        head = head[: function.start()]
    return _CALLED.search(head) is not None


def _order(page: ShownPage, code: _Code) -> Order | None:
    """Return what the one plain statement of a script asks for; ``None`` where it is another, or does nothing."""
    text, waits = code.text, code.waits
    for wrapper in _WRAPPERS:
        if wrapped := wrapper.fullmatch(text):
            text, waits = wrapped[1], True
    statement = _STATEMENT.fullmatch(text)
    if statement is None or (page.framed and re.search(r"\b(?:top|parent)\b", text)):
        return None  # a frame's parent is another page
    if literal := statement["to"] or statement["by"]:
        try:
            url = parse_url(literal[1:-1], parse_url(forms.base_url(page.document)))
        except ValueError:
            return None
        if not url.is_http or page.moves_within(url):
            return None
        return Order(url)
    form = _form(page.document, statement)
    if form is None or not _is_ready(page.document, form, code, waits=waits):
        return None
    sent = forms.submission(page.document, form)
    if sent.method == "DIALOG" or sent.target.lower() not in ("", "_self", "_top", "_parent"):
        return None
    url = parse_url(sent.url)
    if not url.is_http:
        return None
    return Order(url, sent.method, sent.body, sent.content_type)


def _form(doc: Document, statement: re.Match[str]) -> Any:
    every = select(doc, "form")
    if index := statement["index"]:
        return every[int(index)] if int(index) < len(every) else None
    if literal := statement["id"]:
        found = by_id(doc, literal[1:-1])
        return found if found in every else None
    name = statement["dotted"] or statement["named"][1:-1]
    fitting = [form for form in every if name in (form.attr("id"), form.attr("name"))]
    return fitting[0] if len(fitting) == 1 else None


def _is_ready(doc: Document, form: Any, code: _Code, *, waits: bool) -> bool:
    """Tell whether the form is there as a whole when the code runs, and no field of it is called ``submit``."""
    if any("submit" in (el.attr("name"), el.attr("id")) for el in elements_of(doc, form)):
        return False
    before = position(doc, form) < position(doc, code.el) and form not in ancestors(code.el)
    return waits or before
