"""A request of htmx 4: what it is, who waits for whom, and what its response asks for."""

from __future__ import annotations

import re
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from django_journey._dom.forms.body_encoding import FormEntry, multipart
from django_journey._dom.forms.submission import base_url
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import is_element
from django_journey._dom.tree.urls import Url, parse_url
from django_journey._pages.behaviours.dialogs import ask
from django_journey._pages.behaviours.htmx.answer import redirect, reload
from django_journey._pages.behaviours.htmx.attributes import SCRIPTS, add_class, literal, remove_class
from django_journey._pages.behaviours.htmx.issue import hyperscript_at
from django_journey._pages.behaviours.htmx.selectors import is_within
from django_journey._pages.behaviours.htmx.values import related_form
from django_journey._pages.behaviours.htmx.version_4 import swap
from django_journey._pages.behaviours.htmx.version_4.attributes import find_all, value
from django_journey._pages.behaviours.htmx.version_4.context import (
    Context,
    acts_instead,
    context_of,
    read,
    say,
)
from django_journey._pages.behaviours.htmx.version_4.hcon import parse, script_text
from django_journey._pages.behaviours.htmx.version_4.protocol import Htmx4, Queue, Stopped
from django_journey._pages.behaviours.htmx.version_4.values import collected, put
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey._pages.http.fetch import FetchRequest, NavigationResult
from django_journey._pages.http.response_body import decoded_text
from django_journey._pages.navigation.load import record, referrer_policy
from django_journey._trace.record.recorder import current, note
from django_journey.errors import NeedsBrowser

__all__ = ["act", "carry_out"]

_STRATEGY = re.compile(r"drop|abort|replace|queue")
_DISABLING = ("button", "input", "select", "textarea", "fieldset", "optgroup", "option")


def act(htmx: Htmx4, el: Any, event: PageEvent, source: Any) -> None:
    """Do what an element does at an event that was heard at ``source``."""
    if not is_within(htmx.document, el):
        return
    try:
        ctx = context_of(htmx, el, event)
        held = event.kind == "click" and event.held & {"Control", "Meta", "Shift", "ControlOrMeta"}
        if held and is_element(source) and source.closest("a[href]") is not None:
            return
        event.prevented = event.prevented or acts_instead(htmx, event, source)
        carry_out(htmx, ctx)
    except Stopped:
        htmx.trigger(el, "htmx:error")


def carry_out(htmx: Htmx4, ctx: Context) -> None:
    """Gather what a request sends, and send it.

    Raises:
        Stopped: It can't be sent.
    """
    el = ctx.el
    _check_understood(htmx, el)
    in_url = "GET" in ctx.verb or "DELETE" in ctx.verb
    form = (el if el.tag == "form" else None) if in_url else related_form(htmx.document, el)
    submitter = ctx.event.submitter if ctx.event is not None else None
    entries = collected(htmx, el, form, submitter, validate=ctx.validate, is_get=in_url)
    if entries is None:
        return
    for name, each in _object(htmx, el, "hx-vals").items():
        put(entries, name, script_text(each))
    for name, each in ctx.values.items():
        entries = [*(entry for entry in entries if entry.name != name), FormEntry(name, script_text(each))]
    ctx.headers.update((name, script_text(each)) for name, each in _object(htmx, el, "hx-headers").items())
    if htmx.loaded.listeners.is_for_4:
        ctx.headers.update(htmx.loaded.listeners.headers(htmx.document))
    if htmx.trigger(el, "htmx:config:request").prevented or ctx.verb == "DIALOG":
        return
    if ctx.path.startswith(SCRIPTS):
        raise NeedsBrowser(htmx.call, f"{show(el)} runs a script: {ctx.path[:60]!r}", where=htmx.page.url)
    if in_url:
        ctx.path = _with_query(htmx, ctx.path, entries)
    elif (
        value(htmx, el, "hx-encoding") or (form.attr("enctype") if form is not None else "")
    ) == "multipart/form-data":
        ctx.body = multipart(entries)
    else:
        ctx.body = "application/x-www-form-urlencoded;charset=UTF-8", _serialized(entries).encode("ascii")
    _Flight(htmx, ctx).issue()


def _check_understood(htmx: Htmx4, el: Any) -> None:
    loaded, reason = htmx.loaded, ""
    if loaded.listeners.unknown:
        reason = f"a script of the site acts on htmx: {loaded.listeners.unknown}"
    elif loaded.acting:
        reason = f"the page loads extensions of htmx: {', '.join(sorted(loaded.acting))}"
    elif htmx.config.text("mode") != "same-origin" or htmx.config.text("metaCharacter"):
        reason = "the page configures htmx with a mode or a metaCharacter of its own"
    elif (scripted := hyperscript_at(htmx, el)) is not None:
        reason = f"{show(scripted)} has _={(scripted.attr('_') or '')[:60]!r}, which _hyperscript reads"
    if reason:
        raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)


def _object(htmx: Htmx4, el: Any, name: str) -> dict[str, Any]:
    stated = value(htmx, el, name)
    if not stated:
        return {}
    found: dict[str, Any] | None
    if prefix := next((each for each in SCRIPTS if stated.startswith(each)), ""):
        code = stated.removeprefix(prefix)
        found = literal(code if code.startswith("{") else f"{{{code}}}")
    else:
        found = read(stated)
    if found is None:
        raise NeedsBrowser(htmx.call, f"a script computes {name}={stated[:60]!r}", where=htmx.page.url)
    numbers = sorted((each for each in found if re.fullmatch(r"0|[1-9]\d{0,8}", each)), key=int)
    return {each: found[each] for each in (*numbers, *(each for each in found if each not in numbers))}


def _serialized(entries: list[FormEntry]) -> str:
    """Return entries as ``URLSearchParams`` writes them: line ends as they are, files as what a script calls them."""
    pairs = [(each.name, each.value if isinstance(each.value, str) else "[object File]") for each in entries]
    quoted = [
        [quote_plus(text.encode("utf-8", "replace"), safe="*-._").replace("~", "%7E") for text in pair]
        for pair in pairs
    ]
    return "&".join("=".join(pair) for pair in quoted)


def _resolved(htmx: Htmx4, path: str) -> Url:
    try:
        return parse_url(path, parse_url(base_url(htmx.document))).with_fragment(None)
    except ValueError as error:
        raise Stopped from error


def _with_query(htmx: Htmx4, path: str, entries: list[FormEntry]) -> str:
    url = _resolved(htmx, path)
    place, _, query = url.target.partition("?")
    if entries:
        mine = {entry.name for entry in entries}
        before = [
            FormEntry(*pair) for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in mine
        ]
        query = _serialized([*before, *entries])
    there = place + (f"?{query}" if query else "")
    return there if url.origin == htmx.page.history.current.url.origin else f"{url.origin}{there}"


class _Flight:
    """A request on its way: until it is its turn, until its answer comes, and until that has been swapped in."""

    def __init__(self, htmx: Htmx4, ctx: Context) -> None:
        self._htmx, self._ctx = htmx, ctx
        self._is_over = False
        self._abort = self.abort
        self._queue: Queue | None = None

    def issue(self) -> None:
        """Send it, or wait for those that are under way."""
        htmx, ctx, el = self._htmx, self._ctx, self._ctx.el
        self._queue, strategy = _queue_of(htmx, el)
        _hear_abort(htmx, el)
        if not self._queue.admit(strategy, self.issue, self._abort):
            return
        if question := ctx.said["confirm"]:
            if str(question).startswith(SCRIPTS):
                raise NeedsBrowser(
                    htmx.call, f"{show(el)} asks by a script: {question!r}", where=htmx.page.url
                )
            asked = not htmx.trigger(el, "htmx:confirm").prevented
            if not asked or ask(htmx.page, "confirm", str(question)) is None:
                self._end()
                return
        _show_waiting(htmx, ctx)
        is_full = ctx.said["target"] is htmx.body or bool(ctx.said["select"])
        ctx.headers["HX-Request-Type"] = "full" if is_full else "partial"
        htmx.trigger(el, "htmx:before:request")
        order = _order(htmx, ctx)
        if order is None:
            self._fail()
            return
        if current() is not None:
            note(
                "htmx",
                f"{order.method} {order.url.target} from {show(el)}",
                trigger=ctx.event.kind if ctx.event is not None else "load",
                target=show(ctx.said["target"]) if is_element(ctx.said["target"]) else "",
                swap=ctx.said["swap"] or "",
            )
        arrival = htmx.page.context.fetcher.follow(order, htmx.page.extra_http_headers)
        htmx.behaviours.time.after(0, partial(self._land, order, arrival))

    def abort(self) -> None:
        """Let its answer count for nothing."""
        self._end()

    def _land(self, order: FetchRequest, arrival: NavigationResult) -> None:
        if self._is_over:
            return
        htmx = self._htmx
        record(htmx.page, arrival)
        if arrival.raised is not None:
            raise arrival.raised
        if arrival.url.origin != order.url.origin:
            reason = f"htmx is led to another site, {arrival.url.origin}"
            raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
        try:
            _respond(htmx, self._ctx, arrival, self._end, self._fail)
        except Stopped:
            self._fail()

    def _fail(self) -> None:
        self._htmx.trigger(self._ctx.el, "htmx:error")
        self._end()

    def _end(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        if told := self._ctx.told.get("trigger"):
            _fire_from(self._htmx, told, self._ctx.el)
        self._htmx.trigger(self._ctx.el, "htmx:finally:request")
        if not self._ctx.lasts:
            _show_over(self._htmx, self._ctx)
        if self._queue is not None:
            self._queue.go_on(self._abort)


def _hear_abort(htmx: Htmx4, el: Any) -> None:
    known = htmx.power(el)
    if known.hears_abort:
        return
    known.hears_abort = True

    def hear(_: PageEvent) -> None:
        running = _queue_of(htmx, el)[0].running
        if running is not None:
            running[1]()

    known.removers.append(htmx.behaviours.listen(el, "htmx:abort", hear))


def _queue_of(htmx: Htmx4, el: Any) -> tuple[Queue, str]:
    stated = value(htmx, el, "hx-sync") or ""
    head, colon, tail = stated.rpartition(":")
    strategy = tail.strip()
    selector = head.strip() if colon else "" if _STRATEGY.match(stated) else stated
    keeper = next(iter(find_all(htmx, el, selector, "hx-sync")), el) if selector else el
    return htmx.known(keeper).queue, strategy if _STRATEGY.match(strategy) else "queue first"


def _order(htmx: Htmx4, ctx: Context) -> FetchRequest | None:
    """Return the request, or ``None`` where a browser sends none: to another site, or with such headers."""
    here = htmx.page.history.current.url
    headers = {name: text.strip(" \t\r\n") for name, text in ctx.headers.items()}
    if len({name.lower() for name in headers}) < len(headers):
        raise NeedsBrowser(htmx.call, f"{show(ctx.el)} states a header twice", where=htmx.page.url)
    url = _resolved(htmx, ctx.path)
    if url.origin != here.origin or any(
        ord(char) > 255 or char in "\r\n\0" for text in headers.values() for char in text
    ):
        return None
    kind, body = ctx.body or (None, b"")
    return FetchRequest(
        url,
        ctx.verb,
        body,
        kind,
        source=here,
        policy=referrer_policy(htmx.page),
        script_headers=tuple(headers.items()),
    )


def _show_waiting(htmx: Htmx4, ctx: Context) -> None:
    el = ctx.el
    stated = value(htmx, el, "hx-indicator")
    shown = find_all(htmx, el, stated, "hx-indicator") if stated else [] if el is htmx.body else [el]
    for each in filter(is_element, shown):
        ctx.indicators.append(each)
        htmx.known(each).requests += 1
        add_class(each, htmx.config.text("requestClass"))
    stated = value(htmx, el, "hx-disable")
    for each in filter(is_element, find_all(htmx, el, stated, "hx-disable") if stated else ()):
        ctx.disabled.append(each)
        htmx.known(each).disabled_by += 1
        if each.tag in _DISABLING:
            each.attrs["disabled"] = ""
    htmx.document.tree_changed()


def _show_over(htmx: Htmx4, ctx: Context) -> None:
    for each in ctx.indicators:
        known = htmx.known(each)
        known.requests = max(0, known.requests - 1)
        if not known.requests:
            remove_class(each, htmx.config.text("requestClass"))
    for each in ctx.disabled:
        known = htmx.known(each)
        known.disabled_by = max(0, known.disabled_by - 1)
        if not known.disabled_by and each.tag in _DISABLING:
            each.attrs.pop("disabled", None)
    htmx.document.tree_changed()


def _respond(htmx: Htmx4, ctx: Context, arrival: NavigationResult, end: Any, fail: Any) -> None:
    el, said, status = ctx.el, ctx.said, arrival.response.status
    ctx.told = {
        name[3:].replace("-", ""): text
        for name, text in arrival.response.headers.items()
        if name.startswith("hx-")
    }
    for name in ("before:response", "after:request", *(["response:error"] if status >= 400 else [])):
        htmx.trigger(el, f"htmx:{name}")
    leads = next((each for each in ("refresh", "redirect", "location") if ctx.told.get(each)), "")
    if leads and (leads != "refresh" or ctx.told["refresh"] == "true"):
        ctx.lasts = True
        if leads == "location":
            _locate(htmx, ctx)
        end()
        if leads == "refresh":
            reload(htmx.page)
        elif leads == "redirect":
            redirect(htmx.page, ctx.told["redirect"])
        return
    for name, key in (("retarget", "target"), ("reswap", "swap"), ("reselect", "select")):
        if ctx.told.get(name):
            said[key] = ctx.told[name]
    if is_element(said["target"]) and not is_within(htmx.document, said["target"]):
        end()
        return
    code = str(status)
    for pattern in (code, f"{code[:2]}x", f"{code[0]}xx"):
        if pattern in htmx.config.words("noSwap"):
            said["swap"] = "none"
            break
        if stated := value(htmx, el, f"hx-status:{pattern}"):
            say(htmx, ctx, stated, f"hx-status:{pattern}")
            break
    swap.swap(htmx, ctx, decoded_text(arrival.response.raw), arrival.url, end, fail)


def _locate(htmx: Htmx4, ctx: Context) -> None:
    """Follow ``HX-Location``: another request, whose response comes into the body."""
    path, said = ctx.told["location"], {}
    parsed = read(path)
    if path.startswith("{") or parsed.get("path") is not None:
        said = parsed
        path = str(said.pop("path", None))
    if said.get("push") is None and said.get("replace") is None:
        said["push"] = "true"
    if unknown := set(said) - {"target", "swap", "select", "values", "headers", "source", "push", "replace"}:
        raise NeedsBrowser(htmx.call, f"HX-Location states {', '.join(sorted(unknown))}", where=htmx.page.url)
    stated = said.pop("source", None)
    source = htmx.body if stated is None else htmx.document.tree.select_one(str(stated))
    if source is None:
        return
    new = context_of(htmx, source, None)
    if said.get("target"):
        said["target"] = next(iter(find_all(htmx, htmx.body, str(said["target"]), "hx-target")), None)
        if said["target"] is None:
            return
    new.headers.update(
        (name, script_text(each)) for name, each in dict(said.pop("headers", None) or {}).items()
    )
    new.values = dict(said.pop("values", None) or {})
    new.said.update(said)
    new.indicators, new.disabled = ctx.indicators, ctx.disabled
    new.verb, new.path = "GET", path
    try:
        carry_out(htmx, new)
    except Stopped:
        return


def _fire_from(htmx: Htmx4, stated: str, el: Any) -> None:
    """Fire the events that a header names.

    Raises:
        NeedsBrowser: It can't be read, at which htmx stops in the middle.
    """
    if not stated.startswith("{"):
        for name in stated.split(","):
            htmx.trigger(el, name.strip())
        return
    try:
        events = parse(stated)
    except ValueError as error:
        raise NeedsBrowser(
            htmx.call, f"HX-Trigger says {stated!r}, which is no JSON", where=htmx.page.url
        ) from error
    for name, detail in events.items():
        facts = detail if isinstance(detail, dict) else {"value": detail}
        at = el
        if facts.get("target"):
            at = next(iter(find_all(htmx, htmx.body, str(facts["target"]))), None)
        htmx.trigger(
            at, name, **{key: each for key, each in facts.items() if key not in ("el", "name", "bubbles")}
        )
