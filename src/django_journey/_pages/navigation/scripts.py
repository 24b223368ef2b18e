"""Finds in the markup what needs JavaScript: event handlers, framework attributes, ``javascript:`` URLs."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any, Literal

from django_journey._dom.forms.owner import form_owner
from django_journey._dom.forms.sanitize import input_type
from django_journey._dom.forms.submission import button_type
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import ancestors, has
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey.errors import NeedsBrowser

__all__ = [
    "Scripts",
    "check_event",
    "check_url",
    "left_to_scripts",
    "listening_script",
    "runs_code",
    "without_default_action",
]

Scripts = Literal["ignore", "warn", "refuse"]

#: Attributes with which front-end frameworks handle events, and the framework that reads them.
_FRAMEWORKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(data-)?hx-(get|post|put|patch|delete|on[:-].*|trigger|confirm|prompt)"), "htmx"),
    (re.compile(r"(data-)?sse-|(data-)?ws-send"), "htmx"),
    (re.compile(r"x-on:.*|@[a-z].*|x-model(\..*)?"), "Alpine"),
    (re.compile(r"v-on:.*|v-model(\..*)?"), "Vue"),
    (re.compile(r"ng-(click|submit|change|model)|\(\w+\)"), "Angular"),
    (re.compile(r"data-(bs-)?(toggle|dismiss|slide|slide-to)"), "Bootstrap"),
    (re.compile(r"up-(follow|submit|layer|target|instant|validate|autosubmit|switch|dismiss)"), "Unpoly"),
    (re.compile(r"data-turbo-(method|confirm|stream)"), "Turbo"),
    (re.compile(r"wire:.*"), "Livewire"),
    (re.compile(r"unicorn:.*"), "django-unicorn"),
    (re.compile(r"data-on-[a-z].*|data-on:.*"), "Datastar"),
)
_CLICKS = ("onclick", "onmousedown", "onmouseup", "onpointerdown", "onpointerup")
_EVENTS = {
    "click": _CLICKS,
    "change": ("onchange", "oninput"),
    "submit": ("onsubmit",),
    "reset": ("onreset",),
    "key": ("onkeydown", "onkeypress", "onkeyup", "oninput", "onbeforeinput"),
    "toggle": ("ontoggle", "onbeforetoggle"),
}
#: Attributes that change the method of the request that the element sends.
_OTHER_METHOD = re.compile(r"(data-)?hx-(put|patch|delete)|data-turbo-method")
_WITH_DEFAULT = frozenset(
    ("a", "area", "button", "input", "label", "option", "select", "summary", "textarea")
)
_BUTTON_ACTIONS = ("formaction", "formmethod", "popovertarget", "commandfor")
_TRIVIAL = re.compile(r"\s*(return\s+true|return|true|void\(0\)|)\s*;?\s*", re.IGNORECASE)
_DEFAULT_EVENTS = {"form": "submit", "select": "change", "textarea": "input", "details": "toggle"}
_STIMULUS = re.compile(r"(?:([a-z]+)[\w.:+-]*(?:@\w+)?->)?[\w-]+#[\w-]+")


def check_event(page: PageProtocol, el: Element, event: str, call: str) -> None:
    """Raise where the markup says that a script handles an event.

    An inline handler always raises. A framework's attribute raises where the element has no default action;
    otherwise the setting ``scripts`` decides, as for listeners that the markup does not show.

    Args:
        page: The page.
        el: The target of the event, which bubbles to its ancestors.
        event: ``click``, ``change``, ``submit``, ``reset``, ``key`` or ``toggle``.
        call: The call, for the error.

    Raises:
        NeedsBrowser: A script handles the event.
    """
    for node in (el, *ancestors(el)):
        for name in node.attrs:
            if not _may_handle_events(name):
                continue
            if name in _EVENTS[event]:
                code = node.attr(name) or ""
                if not _TRIVIAL.fullmatch(code):
                    raise NeedsBrowser(call, f"{show(node)} has {name}={code[:80]!r}", where=page.url)
            elif framework := _framework_at(node, name, event, own=node is el):
                acting = page.document.behaviours
                if acting is not None and acting.interprets(framework, node, name):
                    continue
                reader = framework if acting is None else acting.name_of(framework)
                reason = f"{show(node)} has {name}={node.attr(name)!r}, which {reader} reads"
                if _OTHER_METHOD.fullmatch(name) or not _has_default_action(page.document, el, event):
                    raise NeedsBrowser(call, reason, where=page.url)
                left_to_scripts(page, call, reason, reason)


@lru_cache(maxsize=1024)
def _may_handle_events(name: str) -> bool:
    """Tell whether an attribute of that name may handle an event; hardly any does."""
    return (
        name == "data-action"
        or any(name in names for names in _EVENTS.values())
        or any(pattern.fullmatch(name) for pattern, _ in _FRAMEWORKS)
    )


def _has_default_action(doc: Document, el: Element, event: str) -> bool:
    """Tell whether the event has a default action, without any script: a link is followed, a form is sent."""
    if event == "submit":
        return _states_target(el if el.tag == "form" else form_owner(doc, el))
    if event != "click":
        return True
    node = next((node for node in (el, *ancestors(el)) if node.tag in _WITH_DEFAULT), None)
    if node is None or node.tag in ("a", "area"):
        return node is not None and not (node.attr("href") or "#").strip().startswith("#")
    kind = button_type(node) if node.tag == "button" else input_type(node) if node.tag == "input" else ""
    if kind in ("submit", "image"):
        return any(has(node, name) for name in _BUTTON_ACTIONS) or _states_target(form_owner(doc, node))
    return kind != "button" or any(has(node, name) for name in _BUTTON_ACTIONS)


def _states_target(form: Element | None) -> bool:
    """Tell whether a form states its action or method; one without them may be meant for a script."""
    return form is not None and (has(form, "action") or has(form, "method"))


def _framework_at(el: Element, name: str, event: str, *, own: bool) -> str:
    """Return the framework that handles the event because of this attribute, or an empty string.

    Args:
        el: The element.
        name: Its attribute.
        event: The event, as in ``check_event``.
        own: Whether the element is the target of the event; an ancestor has to listen to that very event.
    """
    if name == "data-action":
        return "Stimulus" if _stimulus_listens(el, event, own=own) else ""
    for pattern, framework in _FRAMEWORKS:
        if pattern.fullmatch(name) and _handles(el, name, framework, event, own=own):
            return framework
    return ""


def _stimulus_listens(el: Element, event: str, *, own: bool) -> bool:
    for match in _STIMULUS.finditer(el.attr("data-action") or ""):
        kind = match[1] or _DEFAULT_EVENTS.get(el.tag, "click" if el.tag != "input" else "input")
        if kind == event or (event == "change" and kind == "input") or (event == "key" and "key" in kind):
            return True
        if event == "key" and kind in ("input", "change") and own:
            return True
    return False


def _handles(el: Element, name: str, framework: str, event: str, *, own: bool) -> bool:
    bare = name.removeprefix("data-")
    if framework == "htmx" and not bare.startswith("hx-on"):
        return _htmx_trigger(el) == event and (own or event in ("click", "submit"))
    for mark in ("x-on:", "@", "v-on:", "hx-on:", "hx-on-", "on-", "on:", "wire:", "unicorn:", "ng-"):
        if bare.startswith(mark):
            name_of_event = bare.removeprefix(mark).lstrip(":-").partition(".")[0]
            return (
                name_of_event == event
                or (name_of_event == "input" and event in ("change", "key"))
                or (event == "key" and name_of_event.startswith("key"))
                or (own and name_of_event == "model" and event in ("change", "key"))
            )
    if "model" in name:
        return own and event in ("change", "key")
    return event == ("submit" if el.tag == "form" else "click")


def _htmx_trigger(el: Element) -> str:
    stated = (el.attr("hx-trigger") or el.attr("data-hx-trigger") or "").split(",")[0].split()
    if stated:
        kind = stated[0].partition("[")[0]
        return {"keyup": "key", "keydown": "key", "input": "change"}.get(kind, kind)
    if el.tag == "form":
        return "submit"
    return "change" if el.tag in ("input", "select", "textarea") else "click"


def check_url(url: str, el: Element, call: str, *, where: str = "") -> None:
    """Raise for a ``javascript:`` URL.

    Raises:
        NeedsBrowser: It is one.
    """
    scheme, _, code = url.strip().partition(":")
    if scheme.strip().lower() == "javascript":
        raise NeedsBrowser(call, f"{show(el)} runs a script: {code[:80]!r}", where=where)


def runs_code(script: Any) -> bool:
    """Tell whether a script element contains code, not data."""
    kind = (script.attr("type") or "").strip().lower()
    return not kind or kind == "module" or "javascript" in kind or "ecmascript" in kind


def listening_script(doc: Document) -> str | None:
    """Return the URL, or the beginning, of the first script of the page; ``None`` without one."""
    known = doc.behaviours.known_scripts if doc.behaviours is not None else ()
    for el in doc.tree.select("script"):
        if not runs_code(el) or el in known:
            continue
        if has(el, "src"):
            return str(el.attr("src"))
        code = " ".join(el.text.split())
        if code:
            return str(code[:80])
    return None


def without_default_action(page: PageProtocol, call: str, el: Element) -> None:
    """Handle an event without a default action by the setting ``scripts``, where a script may listen to it."""
    if page.context.scripts != "ignore" and (script := listening_script(page.document)) is not None:
        left_to_scripts(page, call, f"{show(el)} may be listened to by the script {script}", script)


def left_to_scripts(page: PageProtocol, call: str, reason: str, script: str) -> None:
    """Ignore, warn of (once for each script) or raise for what a script would do, by the setting ``scripts``.

    Raises:
        NeedsBrowser: The setting is ``refuse``.
    """
    if page.context.scripts == "refuse":
        raise NeedsBrowser(call, reason, where=page.url)
    if page.context.scripts == "warn" and script not in page.warned_scripts:
        page.warned_scripts.add(script)
        warnings.warn(f"{call}: {reason}, and no script is run ({page.url})", stacklevel=4)
