"""A request of htmx 4, as its element and the attributes around it state it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django_journey._dom.forms.owner import form_owner
from django_journey._dom.forms.submission import button_type
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import is_element
from django_journey._dom.tree.walk import has
from django_journey._pages.behaviours.htmx.version_4.attributes import find_all, value
from django_journey._pages.behaviours.htmx.version_4.hcon import merge, parse, script_text
from django_journey._pages.behaviours.htmx.version_4.protocol import Htmx4, Stopped
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey.errors import NeedsBrowser

__all__ = ["VERBS", "Context", "acts_instead", "context_of", "read", "say", "target_of"]

VERBS = ("get", "post", "put", "patch", "delete", "query")
_STATED = {
    "select": "hx-select",
    "selectOOB": "hx-select-oob",
    "target": "hx-target",
    "swap": "hx-swap",
    "push": "hx-push-url",
    "replace": "hx-replace-url",
    "confirm": "hx-confirm",
}


@dataclass(eq=False, slots=True)
class Context:
    """One request and all that belongs to it.

    Args:
        el: The element.
        event: What set it going.
        said: What attributes say of the response: ``swap``, ``target``, ``select``, ``push`` and their like.
        verb: The method.
        path: The URL as it is stated, without its fragment.
        anchor: The fragment.
    """

    el: Any
    event: PageEvent | None
    said: dict[str, Any]
    verb: str
    path: str
    anchor: str
    headers: dict[str, str] = field(default_factory=dict)
    validate: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    body: tuple[str, bytes] | None = None
    indicators: list[Any] = field(default_factory=list)
    disabled: list[Any] = field(default_factory=list)
    #: Whether what shows that it is under way goes on showing it.
    lasts: bool = False
    #: The headers of the response that begin with ``HX-``, without it and without hyphens.
    told: dict[str, str] = field(default_factory=dict)


def context_of(htmx: Htmx4, el: Any, event: PageEvent | None) -> Context:
    """Return the request that an element would send."""
    submitter = event.submitter if event is not None else None
    verb, path = _verb_and_path(htmx, el, submitter)
    path, _, anchor = path.partition("#")
    said: dict[str, Any] = {name: value(htmx, el, stated) for name, stated in _STATED.items()}
    said["transition"] = htmx.config.flag("transitions")
    checks = (
        el.tag == "form"
        and not has(el, "novalidate")
        and not (submitter is not None and has(submitter, "formnovalidate"))
    )
    validate = value(htmx, el, "hx-validate", implicit=False)
    boosted = htmx.known(el).boosted
    ctx = Context(
        el,
        event,
        said,
        verb,
        path,
        anchor.partition("#")[0],
        validate=checks if validate is None else validate == "true",
    )
    ctx.headers = {
        "HX-Request": "true",
        "HX-Source": _identified(el),
        "HX-Current-URL": htmx.page.url,
        "Accept": "text/html",
        **({"HX-Boosted": "true"} if boosted else {}),
    }
    if boosted:
        say(htmx, ctx, boosted, "hx-boost")
    said["target"] = target_of(htmx, el, said["target"])
    if said["target"] is not None:
        if not is_element(said["target"]):
            raise Stopped
        ctx.headers["HX-Target"] = _identified(said["target"])
    _configure(htmx, ctx)
    return ctx


def _configure(htmx: Htmx4, ctx: Context) -> None:
    """Let ``hx-config`` say how the request is sent."""
    for name, told in read(value(htmx, ctx.el, "hx-config") or "").items():
        if name == "headers" and isinstance(told, dict):
            ctx.headers.update((key, script_text(each)) for key, each in told.items())
        elif name == "validate":
            ctx.validate = bool(told)
        elif name == "method" and str(told).isupper():  # others reach the site as they are, or not at all
            ctx.verb = str(told)
        elif name == "action":
            ctx.path = str(told)
        elif name not in ("timeout", "credentials", "mode", "cache", "priority", "keepalive"):
            raise NeedsBrowser(htmx.call, f"{show(ctx.el)} has hx-config with {name}", where=htmx.page.url)


def read(text: str) -> dict[str, Any]:
    """Return what a text says.

    Raises:
        Stopped: It is no JSON where it begins like it.
    """
    try:
        return parse(text)
    except ValueError as error:
        raise Stopped from error


def say(htmx: Htmx4, ctx: Context, text: str, stated: str) -> None:
    """Let an attribute say what is done with the response."""
    for name, told in read(text).items():
        if name in ctx.said:
            merge({name: told}, ctx.said)
        elif told is not True:
            raise NeedsBrowser(htmx.call, f"{show(ctx.el)} has {stated}={text!r}", where=htmx.page.url)


def _verb_and_path(htmx: Htmx4, el: Any, submitter: Any) -> tuple[str, str]:
    verb = value(htmx, el, "hx-method")
    path = value(htmx, el, "hx-action", implicit=False)
    for each in () if path else VERBS:
        if (stated := value(htmx, el, f"hx-{each}", implicit=False)) is not None:
            verb, path = each, stated
            break
    if htmx.known(el).boosted:
        given = submitter.attr("formaction") if submitter is not None else None
        path = path or given or el.attr("href" if el.tag == "a" else "action")
    verb = (
        verb
        or (submitter.attr("formmethod") if submitter is not None else None)
        or el.attr("method")
        or "get"
    )
    return verb.upper(), path or ""


def _identified(el: Any) -> str:
    name = quote(el.attr("id") or "", safe=";,/?:@&=+$-_.!~*'()#")
    return f"{el.tag}#{name}" if name else str(el.tag)


def target_of(htmx: Htmx4, el: Any, stated: Any) -> Any:
    """Return where a response goes; ``None`` where that is not there."""
    if stated is None:
        return htmx.body if htmx.known(el).boosted else el
    if not isinstance(stated, str):
        return stated
    return next(iter(find_all(htmx, el, stated, "hx-target")), None)


def acts_instead(htmx: Htmx4, event: PageEvent, el: Any) -> bool:
    """Tell whether htmx acts instead of what an element does of its own at the event."""
    if not is_element(el):
        return False
    if event.kind != "click":
        return bool(event.kind == "submit" and el.tag == "form")
    button = el.closest('button, input[type="submit"], input[type="image"]')
    if button is not None and not has(button, "disabled"):
        owner = form_owner(htmx.document, button) or button.closest("form")
        if owner is not None and (button.tag == "input" or button_type(button) == "submit"):
            return True
    link = el.closest("a")
    href = link.attr("href") if link is not None else None
    return href is not None and not re.match(r"#.", href, re.DOTALL)
