"""htmx on one document: which elements it takes up, what they listen to, and what their events set going."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.query.element_line import show
from django_journey._dom.rendering.focus import is_focusable
from django_journey._dom.tree.parser import is_element
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import ancestors, by_id
from django_journey._pages.behaviours.behaviours import Behaviours, Interpreter
from django_journey._pages.behaviours.htmx import history
from django_journey._pages.behaviours.htmx.attributes import VERBS, has_own, inherited, own
from django_journey._pages.behaviours.htmx.config import config_of
from django_journey._pages.behaviours.htmx.engine_protocol import State, Wanted
from django_journey._pages.behaviours.htmx.flight import hide_indicators
from django_journey._pages.behaviours.htmx.handlers import listen_to_handlers
from django_journey._pages.behaviours.htmx.in_view import left_undone, reveal
from django_journey._pages.behaviours.htmx.issue import issue
from django_journey._pages.behaviours.htmx.scripts import Loaded
from django_journey._pages.behaviours.htmx.selectors import find_all, is_within, queried
from django_journey._pages.behaviours.htmx.triggers import (
    Trigger,
    acted_instead,
    acts_instead,
    passes,
    triggers_of,
)
from django_journey._pages.behaviours.page_event import DOCUMENT, WINDOW, PageEvent
from django_journey._pages.navigation.scripts import left_to_scripts
from django_journey._trace.record.recorder import note
from django_journey.errors import NeedsBrowser

__all__ = ["HtmxEngine"]

_ACTING = ", ".join(
    [
        *(f"[hx-{verb}], [data-hx-{verb}]" for verb in VERBS),
        "form, [type=submit], [hx-sse], [data-hx-sse], [hx-ws], [data-hx-ws]",
        "[hx-ext], [data-hx-ext], [hx-trigger], [data-hx-trigger], [hx-on], [data-hx-on]",
    ]
)
_LINKS = "[hx-boost] a, [data-hx-boost] a, a[hx-boost], a[data-hx-boost]"
_BOOSTS = "[hx-boost=true], [data-hx-boost=true]"
_UNHEARD = PageEvent("", None)
_MAY_HANDLE = re.compile(r"hx-on|htmx", re.IGNORECASE)


@cache
def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", name).lower()


class HtmxEngine(Interpreter):
    """htmx at work on one document.

    Args:
        behaviours: The document's behaviours.
        loaded: What the page loads of htmx.
        version: The version of htmx: the newest of those that it may be, if it names no third number.
    """

    framework = "htmx"

    def __init__(self, behaviours: Behaviours, loaded: Loaded, version: str) -> None:
        self.behaviours = behaviours
        self.page = behaviours.page
        self.document = behaviours.document
        self.listeners = loaded.listeners
        self.extensions = loaded.extensions
        numbers = [int(number) for number in version.split(".")[:3] if number.isdigit()]
        self.version = (*numbers, *[99] * (3 - len(numbers)))
        if self.version < (2,):
            self.extensions &= {"response-targets"}
        self.config = config_of(self.document, is_1=self.version < (2,))
        #: The call of the test that set going what happens now.
        self.call = "loading the page"
        #: The address of what is shown, if htmx changed it.
        self.address = ""
        self._hides_indicators = False
        self._states: dict[Any, State] = {}
        #: The elements that act when they are in view.
        self._unseen: dict[Any, tuple[str, str]] = {}

    @property
    def body(self) -> Any:
        """The document's body."""
        return self.document.tree.select_one("body")

    def start(self) -> None:
        """Take up the whole document."""
        self.behaviours.listen(self.body, "htmx:abort", self._abort)
        self.process(self.body)
        self.trigger(self.body, "htmx:load")

    def travelled(self) -> bool:
        """Restore what the history entry stands for, if htmx made it."""
        return history.restore(self)

    def left_undone(self, el: Any, *, whole: bool) -> str:
        """Tell of an element that may have acted because it is in view."""
        return left_undone(self, self._unseen, el, whole=whole)

    def state(self, el: Any) -> State:
        """Return what is remembered of an element."""
        found = self._states.get(el)
        if found is None:
            found = self._states[el] = State()
        return found

    def trigger(self, el: Any, name: str, **detail: Any) -> PageEvent:
        """Fire an event of htmx's own, under both of its names."""
        kebab, hears = _kebab(name), self.behaviours.hears
        if not hears(name) and not hears(kebab):
            return _UNHEARD
        event = self.behaviours.fire(PageEvent(name, el, self.call, detail=detail))
        if kebab != name and hears(kebab):
            other = self.behaviours.fire(PageEvent(kebab, el, self.call, detail=detail))
            event.prevented = event.prevented or other.prevented
        return event

    def issue(self, verb: str, path: str, el: Any, wanted: Wanted) -> None:
        """Send a request that a response asks for."""
        issue(self, verb, path, el, None, wanted)

    def focus(self, el: Any) -> None:
        """Put the focus on an element, if it takes it."""
        if is_focusable(el):
            self.document.focus = el
            self.document.input_changed()
            self.behaviours.focus_moved(self.call)

    def process(self, root: Any) -> None:
        """Take up an element and all that is in it."""
        self._take_up(root)
        boosts = self.config.is_1 or root.closest(_BOOSTS) is not None or root.select_one(_BOOSTS) is not None
        for el in queried(root, f"{_ACTING}, {_LINKS}" if boosts else _ACTING):
            self._take_up(el)
        markup = root.html
        if not self._hides_indicators and self.version >= (2, 0, 7):
            self._hides_indicators = hide_indicators(self, markup)
        if not _MAY_HANDLE.search(markup):
            return
        for el in (root, *queried(root, "*")):
            if any(_MAY_HANDLE.search(name) for name in el.attrs):
                listen_to_handlers(self, el)

    def clean_up(self, root: Any) -> None:
        """Forget an element, with all that is in it, which leaves the page."""
        states = self._states
        if len(states) > 100 or self.behaviours.hears("htmx:beforeCleanupElement"):  # in their order
            inside = [each for each in (root, *root.iter_elements()) if each in states]
        else:  # a large page has many elements, and few of them matter
            inside = [each for each in states if each is root or root in ancestors(each)]
        for el in inside:
            self.trigger(el, "htmx:beforeCleanupElement")
            self._release(states.pop(el))

    def _abort(self, event: PageEvent) -> None:
        state = self._states.get(event.target)
        if state is not None and state.flight is not None:
            state.flight.is_aborted = True
            state.flight.abandon()

    def _release(self, state: State) -> None:
        for remove in state.removers:
            remove()
        state.removers.clear()
        if state.poll is not None:
            state.poll.cancel()
        state.polls_ended = True

    def _take_up(self, el: Any) -> None:
        if el.closest(self.config.text("disableSelector")) is not None:
            self.clean_up(el)
            return
        state = self.state(el)
        is_1 = self.config.is_1
        known_as = repr([(name, el.attr(name)) for name in el.attrs if not is_1 or el.attr(name)])
        if state.known_as == known_as:
            return
        if is_1:  # it forgets everything, even what others count there
            self._release(state)
            state = self._states[el] = State()
        elif state.known_as:
            self._release(state)
            button, flight = state.button, state.flight
            state = self._states[el] = State(button=button, flight=flight)
        state.known_as = known_as
        triggers = triggers_of(el)
        acts = False
        for verb in VERBS:
            path = own(el, f"hx-{verb}")
            if path is not None:
                acts = True
                self._listen_all(el, state, triggers, verb, path)
        if not acts:
            if inherited(self.config, el, "hx-boost") == "true":
                self._boost(el, state, triggers)
            elif has_own(el, "hx-trigger"):
                self._listen_all(el, state, triggers, "", "")
        if is_1 and (has_own(el, "hx-sse") or has_own(el, "hx-ws")):
            self._leave(f"{show(el)} listens to its server")
        if el.tag == "form" or (el.attr("type") == "submit" and el.attr("form") is not None):
            self._track_buttons(el, state)
        state.is_initial = False

    def _boost(self, el: Any, state: State, triggers: list[Trigger]) -> None:
        if el.tag == "a":
            href = el.attr("href")
            if not href or href.startswith("#") or el.attr("target") not in (None, "", "_self"):
                return
            try:
                url = parse_url(href, self.page.history.current.url)
            except ValueError:
                return
            if url.host.partition(":")[0] != self.page.history.current.url.host.partition(":")[0]:
                return
            verb, path = "get", href
        elif el.tag == "form" and (el.attr("method") or "").lower() != "dialog":
            verb = (el.attr("method") or "get").lower()
            path = el.attr("action") or self.page.url
            if verb == "get" and "?" in path and not self.config.is_1:
                path = re.sub(r"\?[^#]+", "", path, count=1)
        else:
            return
        state.boosted = True
        self._listen_all(el, state, triggers, verb, path, always_instead=True)

    def _listen_all(
        self,
        el: Any,
        state: State,
        triggers: list[Trigger],
        verb: str,
        path: str,
        *,
        always_instead: bool = False,
    ) -> None:
        for number, trigger in enumerate(triggers):

            def act(event: PageEvent | None = None) -> None:
                if el.closest(self.config.text("disableSelector")) is not None:
                    self.clean_up(el)
                elif verb:
                    issue(self, verb, path, el, event)

            if trigger.event == "load":
                self._load(el, state, trigger, act)
            elif trigger.event in ("revealed", "intersect"):
                self._listen(el, state, number, trigger, act, always_instead)
                if reason := reveal(self, el, trigger.event):
                    self._leave(reason)
                    self._unseen[el] = (trigger.event, reason)
            elif trigger.event == "every":
                if trigger.every > 0:
                    self._poll(el, state, trigger, act)
            elif trigger.event.startswith("sse:"):
                raise NeedsBrowser(self.call, f"{show(el)} waits for server-sent events", where=self.page.url)
            else:
                self._listen(el, state, number, trigger, act, always_instead)

    def _leave(self, reason: str) -> None:
        """Say what is not done while the page is shown, or refuse it if the settings want that."""
        note("script", f"{reason} (not followed)")
        left_to_scripts(self.page, "loading the page", reason, reason)

    def _load(self, el: Any, state: State, trigger: Trigger, act: Any) -> None:
        event = PageEvent("load", el, self.call)
        if trigger.filter and not passes(trigger.filter, event):
            return

        def load() -> None:
            if not state.is_loaded:
                state.is_loaded = True
                self.trigger(el, "htmx:trigger")
                act(None)

        self.behaviours.time.after(trigger.delay, load) if trigger.delay else load()

    def _poll(self, el: Any, state: State, trigger: Trigger, act: Any) -> None:
        def poll() -> None:
            if state.polls_ended or not is_within(self.document, el):
                return
            event = PageEvent("hx:poll:trigger", el, "waiting")
            if not trigger.filter or passes(trigger.filter, event):
                self.call = "waiting"
                act(event)
            again()

        def again() -> None:
            state.poll = self.behaviours.time.after(trigger.every, poll)

        again()

    def _listen(
        self, el: Any, state: State, number: int, trigger: Trigger, act: Any, always_instead: bool
    ) -> None:
        sources = (
            [el]
            if not trigger.source
            else find_all(self.document, el, trigger.source, whole=self.config.is_1)
        )
        if (
            self.config.is_1
            and not sources
            and trigger.source.startswith(("closest", "find", "next", "prev"))
        ):
            reason = f"{show(el)} listens to from:{trigger.source}, which is not there, at which htmx stops"
            raise NeedsBrowser(self.call, reason, where=self.page.url)
        for source in sources:
            if trigger.changed and source not in (DOCUMENT, WINDOW):
                kept, place = (self.state(source), 0) if self.config.is_1 else (state, number)
                kept.last_values[place, source] = controls.value(self.document, source)

            def hear(event: PageEvent, source: Any = source) -> None:
                if not is_within(self.document, el):
                    return
                if (
                    el.tag == "a"
                    and state.boosted
                    and event.kind == "click"
                    and event.held & {"Control", "Meta"}
                ):
                    return
                acts = acted_instead(event, el) if self.config.is_1 else acts_instead(event, source)
                if always_instead or acts:
                    event.prevented = True
                if not trigger.filter or passes(trigger.filter, event):
                    self._heard(el, state, number, trigger, act, event, source)

            state.removers.append(self.behaviours.listen(source, trigger.event, hear))

    def _heard(
        self, el: Any, state: State, number: int, trigger: Trigger, act: Any, event: PageEvent, source: Any
    ) -> None:
        if any(each is el for each in event.handled_for):
            return
        event.handled_for.append(el)
        if trigger.consume:
            event.stopped = True
        if not self._counts(state, number, trigger, event, source):
            return
        if state.delayed is not None:
            state.delayed.cancel()
        if state.throttled:
            return

        event.queue = trigger.queue

        def go() -> None:
            self.call = event.call
            if not self.config.is_1 or not (trigger.delay or trigger.throttle):
                self.trigger(el, "htmx:trigger")
            act(event)

        if trigger.throttle > 0:
            state.throttled = True
            go()

            def release() -> None:
                state.throttled = False

            self.behaviours.time.after(trigger.throttle, release)
        elif trigger.delay > 0:
            state.delayed = self.behaviours.time.after(trigger.delay, go)
        else:
            go()

    def _counts(self, state: State, number: int, trigger: Trigger, event: PageEvent, source: Any) -> bool:
        """Tell whether an event counts by ``target:``, ``once`` and ``changed``."""
        if trigger.target and not (is_element(event.target) and event.target.matches(trigger.target)):
            return False
        number = 0 if self.config.is_1 else number
        if trigger.once:
            if number in state.fired_once:
                return False
            state.fired_once.add(number)
        changed, kept = event.target, state
        if self.config.is_1 and trigger.changed:
            if not is_element(source) or source.tag not in ("input", "textarea", "select"):
                return False
            changed, kept = source, self.state(source)
        if trigger.changed and is_element(changed):
            value = controls.value(self.document, changed)
            if kept.last_values.get((number, changed)) == value:
                return False
            kept.last_values[number, changed] = value
        return True

    def _track_buttons(self, form: Any, state: State) -> None:
        def form_of(button: Any) -> Any:
            if button is None:
                return None
            return by_id(self.document, button.attr("form") or "") or button.closest("form")

        def note(event: PageEvent) -> None:
            button = event.target.closest('button, input[type="submit"]')
            if (owner := form_of(button)) is not None:
                self.state(owner).button = button

        def forget(event: PageEvent) -> None:
            if (owner := form_of(event.target.closest('button, input[type="submit"]'))) is not None:
                self.state(owner).button = None

        for kind in ("click", "focusin"):
            state.removers.append(self.behaviours.listen(form, kind, note))
        state.removers.append(self.behaviours.listen(form, "focusout", forget))
