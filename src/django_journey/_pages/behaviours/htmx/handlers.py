"""``hx-on``: the handlers that an element states; the one that htmx's documentation shows is carried out."""

from __future__ import annotations

import re
from typing import Any

from django_journey._dom.forms import submission
from django_journey._dom.query.element_line import show
from django_journey._pages.behaviours.htmx.engine_protocol import Htmx
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey.errors import NeedsBrowser

__all__ = ["listen_to_handlers"]

_NAME = re.compile(r"(?:data-)?hx-on(?:[:-](?P<event>.+))?")
_ALPINE = re.compile(r"(?:@|x-on:)(htmx[:-][\w:-]+)(?:\..*)?")
_RESET = re.compile(
    r"\s*(?P<condition>if\s*\(\s*(?:event\.)?detail\.successful\s*\)\s*)?\{?\s*this\.reset\(\s*\)\s*;?\s*\}?\s*;?\s*"
)


def listen_to_handlers(htmx: Htmx, el: Any) -> None:
    """Listen to the events for which an element states a handler, in htmx's way or in Alpine's."""
    state = htmx.state(el)
    for name in list(el.attrs):
        match = _NAME.fullmatch(name)
        alpine = _ALPINE.fullmatch(name)
        if (match is None and alpine is None) or name in state.handlers:
            continue
        state.handlers.add(name)
        code = el.attr(name) or ""
        if match is None:
            _listen(htmx, el, state, alpine[1] if alpine else "", name, code)
            continue
        for kind in [match["event"]] if match["event"] else re.findall(r"^\s*([\w:.-]+?)\s*:\s", code, re.M):
            event = kind
            if event.startswith((":", "-")):
                event = f"htmx:{event[1:]}"
            elif event.startswith("htmx-"):
                event = f"htmx:{event[5:]}"
            _listen(htmx, el, state, event, name, code)


def _listen(htmx: Htmx, el: Any, state: Any, event: str, name: str, code: str) -> None:
    reset = _RESET.fullmatch(code) if el.tag == "form" else None

    def handle(happened: PageEvent) -> None:
        if reset is None:
            raise NeedsBrowser(happened.call, f"{show(el)} has {name}={code[:80]!r}", where=htmx.page.url)
        if not reset["condition"] or happened.detail.get("successful"):
            submission.reset(htmx.document, el)

    state.removers.append(htmx.behaviours.listen(el, event, handle))
