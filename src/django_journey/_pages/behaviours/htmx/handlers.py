"""``hx-on``: the handlers that an element states; those that htmx's documentation shows are carried out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django_journey._dom.forms import submission
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.document import Document
from django_journey._pages.behaviours.htmx.engine_protocol import Htmx
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey.errors import NeedsBrowser

__all__ = ["carry_out", "handlers_of", "listen_to_handlers"]

_NAME = re.compile(r"(?:data-)?hx-on(?:[:-](?P<event>.+))?")
_ALPINE = re.compile(r"(?:@|x-on:)(htmx[:-][\w:-]+)(?:\..*)?")
_SEVERAL = {
    ":": re.compile(r"^\s*([\w:.-]+?)\s*:\s", re.MULTILINE),
    "->": re.compile(r"(?:^|;)\s*([\w:.-]+)[^;]*?->"),
}
_CONFIGURES = ("htmx:configRequest", "htmx:config-request")
_PREVENTS = re.compile(r"\s*event\.preventDefault\(\s*\)\s*;?\s*")
_SETS = re.compile(
    r"""\s*event\.detail\.(?P<what>parameters|headers)(?:\.(?P<name>\w+)|\[(['"])(?P<quoted>[\w-]+)\3\])\s*=\s*"""
    r"""(?:"(?P<one>[^"\\\n]*)"|'(?P<two>[^'\\\n]*)')\s*;?\s*"""
)
_RESET = re.compile(
    r"\s*(?P<condition>if\s*\(\s*(?:event\.)?detail\.successful\s*\)\s*)?\{?\s*this\.reset\(\s*\)\s*;?\s*\}?\s*;?\s*"
)


def handlers_of(el: Any, mark: str = ":") -> Iterator[tuple[str, str, str]]:
    """Yield the handlers that an element states in htmx's way or in Alpine's: the attribute, the event, the script.

    Args:
        el: The element.
        mark: What follows the event in an ``hx-on`` that states several: ``:``, or ``->`` in htmx 4.
    """
    for name in list(el.attrs):
        match, alpine = _NAME.fullmatch(name), _ALPINE.fullmatch(name)
        code = el.attr(name) or ""
        if alpine is not None:
            yield name, alpine[1], code
        elif match is not None:
            several = _SEVERAL[mark].findall(code)
            for event in [match["event"]] if match["event"] else several:
                if event.startswith((":", "-")):
                    event = f"htmx:{event[1:]}"
                elif event.startswith("htmx-"):
                    event = f"htmx:{event[5:]}"
                yield name, event, code


def carry_out(doc: Document, el: Any, code: str, event: PageEvent) -> bool:
    """Do what a handler does, if it is one of those that htmx's documentation shows; tell whether it is."""
    reset = _RESET.fullmatch(code) if el.tag == "form" else None
    if reset is not None:
        if not reset["condition"] or event.detail.get("successful"):
            submission.reset(doc, el)
        return True
    if _PREVENTS.fullmatch(code) and (not event.kind.startswith("htmx:") or event.kind in _CONFIGURES):
        event.prevented = True
        return True
    match = _SETS.fullmatch(code)
    if match is None or event.kind not in _CONFIGURES:
        return False
    event.detail[match["what"]][match["name"] or match["quoted"]] = match["one"] or match["two"] or ""
    return True


def listen_to_handlers(htmx: Htmx, el: Any) -> None:
    """Listen to the events for which an element states a handler."""
    state = htmx.state(el)
    for name, event, code in [each for each in handlers_of(el) if each[0] not in state.handlers]:
        state.handlers.add(name)

        def handle(happened: PageEvent, name: str = name, code: str = code) -> None:
            if not carry_out(htmx.document, el, code, happened):
                reason = f"{show(el)} has {name}={code[:80]!r}"
                raise NeedsBrowser(happened.call, reason, where=htmx.page.url)

        state.removers.append(htmx.behaviours.listen(el, event, handle))
