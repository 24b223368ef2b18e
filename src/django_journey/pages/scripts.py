"""What needs JavaScript: told from the markup, so that a click which would do something else is refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from django_journey.dom.forms import button_type
from django_journey.dom.owner import form_owner
from django_journey.dom.sanitize import input_type
from django_journey.dom.tree import ancestors, has
from django_journey.errors import NeedsBrowser

if TYPE_CHECKING:
    from django_journey.dom.document import Document
    from django_journey.pages.shown import ShownPage

__all__ = ["Scripts", "check_event", "check_url", "executes", "listening_script", "shown"]

Scripts = Literal["ignore", "warn", "refuse"]

#: Attributes by which front-end frameworks take an event over, and the framework that reads them.
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
#: What Bootstrap's ``data-toggle`` and Stimulus's ``data-action`` are read for on ancestors too.
_CLICKS = ("onclick", "onmousedown", "onmouseup", "onpointerdown", "onpointerup")
_EVENTS = {
    "click": _CLICKS,
    "change": ("onchange", "oninput"),
    "submit": ("onsubmit",),
    "reset": ("onreset",),
    "key": ("onkeydown", "onkeypress", "onkeyup", "oninput", "onbeforeinput"),
    "toggle": ("ontoggle", "onbeforetoggle"),
}
#: Attributes that make another request of it than the element itself would send.
_OTHER_METHOD = re.compile(r"(data-)?hx-(put|patch|delete)|data-turbo-method")
_ACTING = frozenset(("a", "area", "button", "input", "label", "option", "select", "summary", "textarea"))
_BUTTON_ACTS = ("formaction", "formmethod", "popovertarget", "commandfor")
_TRIVIAL = re.compile(r"\s*(return\s+true|return|true|void\(0\)|)\s*;?\s*", re.IGNORECASE)
_DEFAULT_EVENTS = {"form": "submit", "select": "change", "textarea": "input", "details": "toggle"}
_STIMULUS = re.compile(r"(?:([a-z]+)[\w.:+-]*(?:@\w+)?->)?[\w-]+#[\w-]+")


def shown(el: Any) -> str:
    """Return the element's start tag as a reader would recognise it."""
    parts = [el.tag]
    for name in ("id", "name", "type", "href", "role"):
        value = el.attr(name)
        if value:
            parts.append(f'{name}="{value[:60]}"')
    text = " ".join(el.text.split())[:40]
    return f"<{' '.join(parts)}>" + (f" {text!r}" if text else "")


def check_event(page: ShownPage, el: Any, event: str, call: str) -> None:
    """Refuse an event that a script of the page takes over, as far as its markup says so.

    What a framework's attribute means is a listener that its script adds: the setting ``scripts`` says what becomes of
    it, as of listeners that the markup does not tell, where the element does something of its own.

    Args:
        page: The page.
        el: The element that the event happens at; it bubbles to its ancestors.
        event: ``click``, ``change``, ``submit``, ``reset``, ``key`` or ``toggle``.
        call: The call, for the error.

    Raises:
        NeedsBrowser: An inline handler is in the way, or a framework's attribute of an element that does nothing else.
    """
    for node in (el, *ancestors(el)):
        for name in node.attrs:
            if not _is_telling(name):
                continue
            if name in _EVENTS[event]:
                code = node.attr(name) or ""
                if not _TRIVIAL.fullmatch(code):
                    raise NeedsBrowser(call, f"{shown(node)} has {name}={code[:80]!r}", where=page.url)
            elif framework := _framework_at(node, name, event, own=node is el):
                reason = f"{shown(node)} has {name}={node.attr(name)!r}, which {framework} reads"
                if _OTHER_METHOD.fullmatch(name) or not _acts_of_its_own(page.document, el, event):
                    raise NeedsBrowser(call, reason, where=page.url)
                page.left_to_scripts(call, reason, reason)


@lru_cache(maxsize=1024)
def _is_telling(name: str) -> bool:
    """Tell whether an attribute of that name may take an event over; almost none does."""
    return (
        name == "data-action"
        or any(name in names for names in _EVENTS.values())
        or any(pattern.fullmatch(name) for pattern, _ in _FRAMEWORKS)
    )


def _acts_of_its_own(doc: Document, el: Any, event: str) -> bool:
    """Tell whether something happens at the event without any script: a link leads on, a form is sent."""
    if event == "submit":
        return _says_where(el if el.tag == "form" else form_owner(doc, el))
    if event != "click":
        return True
    node = next((node for node in (el, *ancestors(el)) if node.tag in _ACTING), None)
    if node is None or node.tag in ("a", "area"):
        return node is not None and not (node.attr("href") or "#").strip().startswith("#")
    kind = button_type(node) if node.tag == "button" else input_type(node) if node.tag == "input" else ""
    if kind in ("submit", "image"):
        return any(has(node, name) for name in _BUTTON_ACTS) or _says_where(form_owner(doc, node))
    return kind != "button" or any(has(node, name) for name in _BUTTON_ACTS)


def _says_where(form: Any) -> bool:
    """Tell whether a form says where or how it is sent; one that says neither may be there for a script alone."""
    return form is not None and (has(form, "action") or has(form, "method"))


def _framework_at(el: Any, name: str, event: str, *, own: bool) -> str:
    """Return the framework that takes the event over by this attribute, or an empty string.

    Args:
        el: The element.
        name: Its attribute.
        event: The event, as in ``check_event``.
        own: Whether the event happens at this element; an ancestor counts only if it listens to that event.
    """
    if name == "data-action":
        return "Stimulus" if _stimulus_listens(el, event, own=own) else ""
    for pattern, framework in _FRAMEWORKS:
        if pattern.fullmatch(name) and _concerns(el, name, framework, event, own=own):
            return framework
    return ""


def _stimulus_listens(el: Any, event: str, *, own: bool) -> bool:
    for match in _STIMULUS.finditer(el.attr("data-action") or ""):
        kind = match[1] or _DEFAULT_EVENTS.get(el.tag, "click" if el.tag != "input" else "input")
        if kind == event or (event == "change" and kind == "input") or (event == "key" and "key" in kind):
            return True
        if event == "key" and kind in ("input", "change") and own:
            return True
    return False


def _concerns(el: Any, name: str, framework: str, event: str, *, own: bool) -> bool:
    bare = name.removeprefix("data-")
    if framework == "htmx" and not bare.startswith("hx-on"):
        return _htmx_trigger(el) == event and (own or event in ("click", "submit"))
    for mark in ("x-on:", "@", "v-on:", "hx-on:", "hx-on-", "on-", "on:", "wire:", "unicorn:", "ng-"):
        if bare.startswith(mark):
            told = bare.removeprefix(mark).lstrip(":-").partition(".")[0]
            return (
                told == event
                or (told == "input" and event in ("change", "key"))
                or (event == "key" and told.startswith("key"))
                or (own and told == "model" and event in ("change", "key"))
            )
    if "model" in name:
        return own and event in ("change", "key")
    return event == ("submit" if el.tag == "form" else "click")


def _htmx_trigger(el: Any) -> str:
    stated = (el.attr("hx-trigger") or el.attr("data-hx-trigger") or "").split(",")[0].split()
    if stated:
        kind = stated[0].partition("[")[0]
        return {"keyup": "key", "keydown": "key", "input": "change"}.get(kind, kind)
    if el.tag == "form":
        return "submit"
    return "change" if el.tag in ("input", "select", "textarea") else "click"


def check_url(url: str, el: Any, call: str, *, where: str = "") -> None:
    """Refuse a ``javascript:`` URL.

    Raises:
        NeedsBrowser: It is one, and does something.
    """
    scheme, _, code = url.strip().partition(":")
    if scheme.strip().lower() == "javascript":
        raise NeedsBrowser(call, f"{shown(el)} runs a script: {code[:80]!r}", where=where)


def executes(script: Any) -> bool:
    """Tell whether a script element holds code, not data."""
    kind = (script.attr("type") or "").strip().lower()
    return not kind or kind == "module" or "javascript" in kind or "ecmascript" in kind


def listening_script(doc: Document) -> str | None:
    """Return the first script of the page that could listen to its elements, shortened, or ``None``."""
    for el in doc.tree.select("script"):
        if not executes(el):
            continue
        if has(el, "src"):
            return str(el.attr("src"))
        code = " ".join(el.text.split())
        if code:
            return str(code[:80])
    return None
