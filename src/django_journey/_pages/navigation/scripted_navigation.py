"""Navigations that scripts start when a page is loaded: they submit a form or open another URL.

No script is run. One such statement in one of a few common forms is followed as in Chromium; of any other script, the
report says that it is not followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django_journey._dom.forms import submission
from django_journey._dom.forms.owner import elements_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import ancestors, by_id, position, select
from django_journey._pages.http.fetch import FetchRequest
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripts import left_to_scripts, runs_code
from django_journey._trace.record.recorder import note

__all__ = ["scripted_navigation"]

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
#: The statements that are followed, and the handlers of the page's loading that may contain them.
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
#: What navigates, in any form.
_NAVIGATES = re.compile(
    rf"{_LOCATION}(?:\s*\.\s*href)?\s*=(?![=>])|{_LOCATION}\s*\.\s*(?:assign|replace)\("
    r"|\.\s*(?:submit|requestSubmit)\(\s*\)"
)
_FUNCTION = re.compile(r"(?:\basync\s+)?\bfunction\s*\*?\s*\w*\Z")
#: What precedes a function that is called at once, or when the page is loaded.
_CALLED = re.compile(
    r"(?:^|[^\w\s)\]])\s*\(\s*\Z|!\s*\Z|\bonload\s*=\s*\Z|\b(?:ready|jQuery|setTimeout)\(\s*\Z|\$\(\s*\Z"
    r"|\baddEventListener\(\s*['\"](?:load|DOMContentLoaded)['\"]\s*,\s*\Z"
)


@dataclass(frozen=True, slots=True)
class _Code:
    """Code that runs when a page is loaded.

    Args:
        text: The code without comments.
        el: The element that contains it.
        waits: Whether it runs after the whole page was parsed.
    """

    text: str
    el: Element
    waits: bool


def scripted_navigation(page: PageProtocol) -> FetchRequest | None:
    """Return the navigation that the page's scripts start when it is loaded, or ``None``; once for each document.

    A script that navigates in another way is handled by the setting ``scripts``, and noted in the report.

    Raises:
        NeedsBrowser: There is such a script, and the setting is ``refuse``.
    """
    doc = page.document
    if doc.scripts_read or not (doc.mentions("location") or doc.mentions("submit(")):
        return None
    doc.scripts_read = True
    navigating = _navigating(doc)
    if not navigating:
        return None
    navigation = _navigation(page, navigating[0]) if len(navigating) == 1 else None
    excerpt = " ".join(navigating[0].text.split())[:80]
    reason = f"a script acts when the page is loaded: {excerpt}"
    note("script", reason if navigation is not None else f"{reason} (not followed)")
    if navigation is None:
        left_to_scripts(page, "loading the page", reason, excerpt)
    return navigation


def _navigating(doc: Document) -> list[_Code]:
    scripts = [
        _Code(_without_comments(el.text), el, (el.attr("type") or "").strip().lower() == "module")
        for el in select(doc, "script:not([src]):not([nomodule])")
        if runs_code(el)
    ]
    handlers = [
        _Code(_without_comments(el.attr("onload") or ""), el, True) for el in select(doc, "body[onload]")
    ]
    navigating = [code for code in (*scripts, *handlers) if _navigates(code.text)]
    if not navigating and any(_NAVIGATES.search(code.text) for code in scripts):
        navigating = [
            code for code in handlers if re.search(r"\w\s*\(", code.text)
        ]  # may call one that navigates
    return navigating


def _without_comments(code: str) -> str:
    return _INSIGNIFICANT.sub(lambda match: match[1] or " ", code)


def _navigates(code: str) -> bool:
    """Tell whether a statement that navigates may run at once: it is in no function that is called later."""
    plain = re.sub(_STRING, lambda match: match[0] if match[0][1:-1].isalnum() else "''", code)
    opened: list[int] = []
    brackets = {match.start() for match in re.finditer(r"[{}]", plain)}
    for at in sorted(brackets | {match.start() for match in _NAVIGATES.finditer(plain)}):
        if plain[at] == "{":
            opened.append(at)
        elif plain[at] == "}" and opened:
            opened.pop()
        elif at not in brackets and all(_runs_at_once(plain[:start].rstrip()) for start in opened):
            return True
    return False


def _runs_at_once(before: str) -> bool:
    """Tell whether the block that begins after this code runs with it."""
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


def _navigation(page: PageProtocol, code: _Code) -> FetchRequest | None:
    """Return the navigation that a script of one known statement starts; ``None`` for any other script."""
    text, waits = code.text, code.waits
    for wrapper in _WRAPPERS:
        if wrapped := wrapper.fullmatch(text):
            text, waits = wrapped[1], True
    statement = _STATEMENT.fullmatch(text)
    if statement is None or (page.framed and re.search(r"\b(?:top|parent)\b", text)):
        return None  # in a frame, these are other pages
    if literal := statement["to"] or statement["by"]:
        try:
            url = parse_url(literal[1:-1], parse_url(submission.base_url(page.document)))
        except ValueError:
            return None
        if not url.is_http or page.moves_within(url):
            return None
        return FetchRequest(url)
    form = _form(page.document, statement)
    if form is None or not _is_ready(page.document, form, code, waits=waits):
        return None
    sent = submission.submission(page.document, form)
    if sent.method == "DIALOG" or sent.target.lower() not in ("", "_self", "_top", "_parent"):
        return None
    url = parse_url(sent.url)
    if not url.is_http:
        return None
    return FetchRequest(url, sent.method, sent.body, sent.content_type)


def _form(doc: Document, statement: re.Match[str]) -> Element | None:
    every = select(doc, "form")
    if index := statement["index"]:
        return every[int(index)] if int(index) < len(every) else None
    if literal := statement["id"]:
        found = by_id(doc, literal[1:-1])
        return found if found in every else None
    name = statement["dotted"] or statement["named"][1:-1]
    matching = [form for form in every if name in (form.attr("id"), form.attr("name"))]
    return matching[0] if len(matching) == 1 else None


def _is_ready(doc: Document, form: Element, code: _Code, *, waits: bool) -> bool:
    """Tell whether the whole form was parsed when the code runs, and no control hides its ``submit`` method."""
    if any("submit" in (el.attr("name"), el.attr("id")) for el in elements_of(doc, form)):
        return False
    before = position(doc, form) < position(doc, code.el) and form not in ancestors(code.el)
    return waits or before
