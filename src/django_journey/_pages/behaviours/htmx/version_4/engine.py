"""htmx 4 on one document: which elements it takes up, and what sets them going."""

from __future__ import annotations

import re
from typing import Any

from django_journey._dom.forms import submission
from django_journey._dom.query.element_line import show
from django_journey._dom.rendering.focus import is_focusable
from django_journey._dom.rendering.visibility import visibility_of
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import has
from django_journey._pages.behaviours.behaviours import Behaviours, Interpreter
from django_journey._pages.behaviours.htmx.flight import hide_indicators
from django_journey._pages.behaviours.htmx.handlers import carry_out, handlers_of
from django_journey._pages.behaviours.htmx.in_view import concerns
from django_journey._pages.behaviours.htmx.scripts import Loaded
from django_journey._pages.behaviours.htmx.selectors import is_within, queried
from django_journey._pages.behaviours.htmx.version_4.attributes import prefixed, value
from django_journey._pages.behaviours.htmx.version_4.config import config_of_4
from django_journey._pages.behaviours.htmx.version_4.context import VERBS, target_of
from django_journey._pages.behaviours.htmx.version_4.hcon import swap_of
from django_journey._pages.behaviours.htmx.version_4.history import restore
from django_journey._pages.behaviours.htmx.version_4.protocol import Known
from django_journey._pages.behaviours.htmx.version_4.requests import act as act_on
from django_journey._pages.behaviours.htmx.version_4.triggers import listen
from django_journey._pages.behaviours.page_event import DOCUMENT, WINDOW, PageEvent
from django_journey._pages.navigation.scripts import left_to_scripts
from django_journey._trace.record.recorder import note
from django_journey.errors import NeedsBrowser

__all__ = ["Htmx4Engine"]

_ACTS = ",".join(f"[hx-{verb}]" for verb in ("action", *VERBS))
_MAY_HANDLE = re.compile(r"hx-on|htmx", re.IGNORECASE)
_ADDING = ("beforebegin", "afterbegin", "beforeend", "afterend", "none")


class Htmx4Engine(Interpreter):
    """htmx 4 at work on one document.

    Args:
        behaviours: The document's behaviours.
        loaded: What the page loads of htmx.
    """

    framework = "htmx"

    def __init__(self, behaviours: Behaviours, loaded: Loaded) -> None:
        self.behaviours = behaviours
        self.page = behaviours.page
        self.document = behaviours.document
        self.loaded = loaded
        self.config = config_of_4(self.document)
        #: The call of the test that set going what happens now.
        self.call = "loading the page"
        self.address = ""
        self._hides_indicators = False
        self._known: dict[Any, Known] = {}
        #: The elements that act when they are in view, and why it is not known whether they are.
        self._unseen: dict[Any, str] = {}

    @property
    def body(self) -> Any:
        """The document's body."""
        return self.document.tree.select_one("body")

    def start(self) -> None:
        """Take up the whole document."""
        self.process(self.body)

    def travelled(self) -> bool:
        """Ask anew for the page that the history entry stands for, if htmx made it."""
        return restore(self)

    def left_undone(self, el: Any, *, whole: bool) -> str:
        """Tell of an element that may have acted because it is in view."""
        for each, reason in self._unseen.items():
            if not is_within(self.document, each) or not visibility_of(self.document).is_open(each):
                continue  # what is not rendered intersects nothing
            style = swap_of(value(self, each, "hx-swap") or "", self.config.text("defaultSwap"))["style"]
            target = target_of(self, each, value(self, each, "hx-target"))
            if el is None or concerns(target, el, adds=style in _ADDING, whole=whole):
                return reason
        return ""

    def known(self, el: Any) -> Known:
        """Return what is remembered of an element."""
        return self._known.setdefault(el, Known())

    def power(self, el: Any) -> Known:
        """Mark an element as one that htmx has taken up, and return what is remembered of it."""
        el.attrs["data-htmx-powered"] = "true"
        return self.known(el)

    def trigger(self, el: Any, name: str, *, bubbles: bool = True, **detail: Any) -> PageEvent:
        """Fire an event; at the document, if the element is gone."""
        event = PageEvent(name, el, self.call, bubbles=bubbles, detail=detail)
        if self.behaviours.hears(name) and not (el in (DOCUMENT, WINDOW) or is_within(self.document, el)):
            event.target = DOCUMENT
        return self.behaviours.fire(event)

    def leave(self, el: Any, reason: str) -> None:
        """Note that an element acts when it is in view, or refuse it if the settings want that."""
        self._unseen[el] = reason
        note("script", f"{reason} (not followed)")
        left_to_scripts(self.page, "loading the page", reason, reason)

    def focus(self, el: Any) -> None:
        """Put the focus on an element, if it takes it."""
        if is_focusable(el):
            self.document.focus = el
            self.document.input_changed()
            self.behaviours.focus_moved(self.call)

    def process(self, root: Any) -> None:
        """Take up an element and all that is in it."""
        if not is_within(self.document, root) or self._is_ignored(root):
            return
        self.trigger(root, "htmx:before:process")
        markup = root.html
        self._hides_indicators = self._hides_indicators or hide_indicators(self, markup)
        if _MAY_HANDLE.search(markup):
            for el in (root, *queried(root, "*")):
                if any(_MAY_HANDLE.search(name) for name in el.attrs) and not self._is_ignored(el):
                    self._listen_to_handlers(el)
        for css, boosts in ((prefixed(self, _ACTS), False), ("a,form", True)):
            for el in (*([root] if root.matches(css) else []), *queried(root, css)):
                if el not in self._known or not self._known[el].is_taken_up:
                    self._take_up(el, boosts=boosts)
        self.trigger(root, "htmx:after:process")

    def clean_up(self, root: Any, *, forget: bool = False) -> None:
        """Take away what listens at an element and in it; with ``forget`` it can be taken up anew."""
        for el in (root, *queried(root, "[data-htmx-powered]")):
            known = self._known.get(el)
            if known is None:
                continue
            self.trigger(el, "htmx:before:cleanup")
            for spec in known.specs:
                for timer in (spec.timer, spec.poll):
                    if timer is not None:
                        timer.cancel()
                spec.held_back, spec.is_over = None, True
            for remove in known.removers:
                remove()
            el.attrs.pop("data-htmx-powered", None)
            self.trigger(el, "htmx:after:cleanup")
            if forget:
                self._known[el] = Known(
                    queue=known.queue,
                    requests=known.requests,
                    disabled_by=known.disabled_by,
                    changed=known.changed,
                )

    def _is_ignored(self, el: Any) -> bool:
        return el.closest(prefixed(self, "[hx-ignore]")) is not None

    def _take_up(self, el: Any, *, boosts: bool) -> None:
        boosted = value(self, el, "hx-boost") if boosts else None
        if self._is_ignored(el) or (
            boosts and (not boosted or boosted == "false" or not self._is_boostable(el))
        ):
            return
        known = self.power(el)
        known.is_taken_up = True
        known.boosted = boosted
        stated = value(self, el, "hx-trigger", implicit=False)
        if not stated:
            field = el.tag in ("select", "textarea") or el.matches(
                "input:not([type=button]):not([type=submit])"
            )
            stated = "submit" if el.tag == "form" else "change" if field else "click"
        listen(self, el, stated, lambda event, source: act_on(self, el, event, source))
        self.trigger(el, "htmx:after:init")

    def _is_boostable(self, el: Any) -> bool:
        if el.tag == "a":
            address = el.attr("href") or ""
            if el.attr("target") not in (None, "", "_self") or has(el, "download") or address.startswith("#"):
                return False
        else:
            address = el.attr("action") or ""
            if (el.attr("method") or "").lower() == "dialog":
                return False
        here = self.page.history.current.url
        try:
            base = parse_url(submission.base_url(self.document))
            return not address or parse_url(address, base).origin == here.origin
        except ValueError:
            return False

    def _listen_to_handlers(self, el: Any) -> None:
        if self.known(el).handles:
            return
        for name, event, code in handlers_of(el, "->"):
            self.known(el).handles = True
            if event in ("load", "every", "intersect", "revealed"):
                raise NeedsBrowser(self.call, f"{show(el)} has {name}={code[:80]!r}", where=self.page.url)

            def handle(happened: PageEvent, source: Any, name: str = name, code: str = code) -> None:
                known = happened.kind not in ("click", "submit") and "detail" not in code
                if not known or not carry_out(self.document, el, code, happened):
                    raise NeedsBrowser(
                        happened.call, f"{show(el)} has {name}={code[:80]!r}", where=self.page.url
                    )

            listen(self, el, event, handle)
