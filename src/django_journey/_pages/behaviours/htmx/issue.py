"""Issuing a request: its target, who waits for whom, what is asked first, its headers and its values."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django_journey._dom.forms.body_encoding import FormEntry
from django_journey._dom.forms.submission import base_url
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import select
from django_journey._pages.behaviours.dialogs import ask
from django_journey._pages.behaviours.htmx.answer import HtmxRequest
from django_journey._pages.behaviours.htmx.attributes import VERBS, extensions_at, holder, inherited, values
from django_journey._pages.behaviours.htmx.engine_protocol import Htmx, Wanted
from django_journey._pages.behaviours.htmx.flight import fly, named
from django_journey._pages.behaviours.htmx.queueing import admitted, release
from django_journey._pages.behaviours.htmx.selectors import find_one, is_within
from django_journey._pages.behaviours.htmx.values import (
    Collected,
    collect,
    collect_1,
    encoded,
    entries_from,
    filtered,
    override,
    urlencoded,
)
from django_journey._pages.behaviours.htmx.version_1.values import merged
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey._pages.http.fetch import FetchRequest
from django_journey._pages.navigation.load import referrer_policy
from django_journey.errors import NeedsBrowser

__all__ = ["hyperscript_at", "issue", "target_of"]

_EVALUATED = ",".join(
    f'[{prefix}hx-vals^="j"],[{prefix}hx-headers^="j"],[{prefix}hx-vars]' for prefix in ("", "data-")
)


def issue(
    htmx: Htmx,
    verb: str,
    path: str,
    el: Any,
    event: PageEvent | None = None,
    wanted: Wanted | None = None,
) -> None:
    """Send the request of an element, unless something is in its way.

    Args:
        htmx: The interpreter.
        verb: The method in lower case.
        path: The URL as it is stated.
        el: The element.
        event: What set it going.
        wanted: What a response asks of it.
    """
    doc = htmx.document
    if not is_within(doc, el):
        return
    target = wanted.target if wanted is not None and wanted.target is not None else target_of(htmx, el)
    if target is None:
        htmx.trigger(el, "htmx:targetError", target=inherited(htmx.config, el, "hx-target"))
        return
    _check_understood(htmx, el, verb)
    button = htmx.state(el).button
    if button is not None:
        path = button.attr("formaction") if button.attr("formaction") is not None else path
        stated = (button.attr("formmethod") or verb).lower()
        if stated not in VERBS and not htmx.config.is_1:
            return
        if htmx.config.is_1 and stated == "get" != (button.attr("formmethod") or verb):
            reason = (
                f"{show(button)} has formmethod={button.attr('formmethod')!r}, which htmx compares with get"
            )
            raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
        verb = verb if stated == "dialog" else stated
    question = inherited(htmx.config, el, "hx-confirm")
    details = {"target": target, "elt": el, "path": path, "verb": verb, "question": question}
    if htmx.trigger(el, "htmx:confirm", **details).prevented:
        return

    def again() -> None:
        issue(htmx, verb, path, el, event, wanted)

    keeper = admitted(htmx, el, event, again)
    if keeper is None:
        return
    answer = None
    asked = inherited(htmx.config, el, "hx-prompt")
    if asked is not None:
        answer = ask(htmx.page, "prompt", asked)
        if answer is None:
            htmx.trigger(el, "htmx:prompt", prompt=None, target=target)
            release(htmx, keeper)
            return
    if question is not None and ask(htmx.page, "confirm", question) is None:
        release(htmx, keeper)
        return
    _send(htmx, verb, path, el, event, target, keeper, answer, wanted)


def target_of(htmx: Htmx, el: Any) -> Any:
    """Return where the response to an element's request goes, or ``None`` if that is not there."""
    stated = inherited(htmx.config, el, "hx-target")
    if stated is None:
        return htmx.body if htmx.state(el).boosted else el
    if stated == "this":
        return holder(htmx.config, el, "hx-target")
    return find_one(htmx.document, el, stated, whole=htmx.config.is_1)


def _check_understood(htmx: Htmx, el: Any, verb: str) -> None:
    """Refuse what a script of the site, or an extension, does to requests.

    Raises:
        NeedsBrowser: There is one.
    """
    reason = ""
    if htmx.listeners.unknown:
        reason = f"a script of the site acts on htmx: {htmx.listeners.unknown}"
    elif not htmx.config.flag("allowEval") and el.closest(_EVALUATED) is not None:
        reason = f"{show(el)} sends what a script computes, which allowEval forbids"
    else:
        unknown = extensions_at(el) - htmx.extensions
        if unknown:
            reason = (
                f"{show(el)} is in the reach of hx-ext={', '.join(sorted(unknown))!r}, an extension of htmx"
            )
        elif (scripted := hyperscript_at(htmx, el)) is not None:
            reason = f"{show(scripted)} has _={(scripted.attr('_') or '')[:60]!r}, which _hyperscript reads"
    if reason:
        raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)


def hyperscript_at(htmx: Any, el: Any) -> Any:
    """Return an element whose ``_hyperscript`` may have to do with a request of this one, or ``None``."""
    for each in select(htmx.document, "[_]"):
        if "htmx" in (each.attr("_") or "") or each is el or el in each.iter_elements():
            return each
    return None


def _send(
    htmx: Htmx,
    verb: str,
    path: str,
    el: Any,
    event: PageEvent | None,
    target: Any,
    keeper: Any,
    prompted: str | None,
    wanted: Wanted | None,
) -> None:
    doc, config = htmx.document, htmx.config
    headers = _headers(htmx, el, target, prompted)
    if wanted is not None:
        headers.update(wanted.headers)
    gathered = _gathered(htmx, verb, el, wanted)
    entries = gathered.entries
    in_url = verb in config.words("methodsThatUseUrlParams")
    if config.flag("getCacheBusterParam") and verb == "get":
        entries = [*entries, FormEntry("org.htmx.cache-buster", target.attr("id") or "true")]
    if not htmx.listeners.is_for_4:
        headers.update(htmx.listeners.headers(doc))
    bare = bool(values(el, "hx-request", htmx.call).get("noHeaders"))
    added: dict[str, Any] = {}
    facts = {"headers": headers, "parameters": added, "verb": verb, "path": path}
    configured = htmx.trigger(el, "htmx:configRequest", **facts)
    entries = (merged if config.is_1 else override)(entries, entries_from(added)) if added else entries
    if configured.prevented:
        release(htmx, keeper)
        return
    if not gathered.is_valid:
        htmx.trigger(el, "htmx:validation:halted")
        release(htmx, keeper)
        return
    stated, _, anchor = (path or htmx.page.url).partition("#")
    url = stated
    if in_url and entries:
        url += ("&" if "?" in url else "?") + urlencoded(entries)
    content_type, body = None, b""
    as_multipart = inherited(config, el, "hx-encoding") == "multipart/form-data" or (
        el.tag == "form" and el.attr("enctype") == "multipart/form-data"
    )
    if not in_url:
        content_type, body = encoded(entries, as_multipart=as_multipart)
    elif verb != "get" and not as_multipart:
        content_type = "application/x-www-form-urlencoded"
    if bare:
        headers, content_type = {}, None
    order = _order(htmx, verb, url, headers, content_type, body)
    if order is None:
        htmx.trigger(el, "htmx:invalidPath")
        release(htmx, keeper)
        return
    asked = HtmxRequest(el, target, verb, url + (f"#{anchor}" if anchor else ""), anchor, wanted, path)
    fly(htmx, order, asked, keeper, event)


def _gathered(htmx: Htmx, verb: str, el: Any, wanted: Wanted | None) -> Collected:
    """Return what a request sends, and whether it is valid."""
    doc = htmx.document
    button = htmx.state(el).button
    if button is not None and not is_within(doc, button):
        button = None
    is_1 = htmx.config.is_1
    gathered = (collect_1 if is_1 else collect)(doc, el, verb, button, named(htmx, el, "hx-include"))
    replaced = merged if is_1 else override
    entries = gathered.entries
    if wanted is not None:
        entries = replaced(entries, entries_from(wanted.values))
    said = {**values(el, "hx-vars", htmx.call, by_script=True), **values(el, "hx-vals", htmx.call)}
    entries = replaced(entries, entries_from(said))
    entries = filtered(entries, inherited(htmx.config, el, "hx-params"), is_1=is_1)
    return Collected(entries, gathered.is_valid)


def _order(
    htmx: Htmx, verb: str, url: str, headers: dict[str, str], content_type: str | None, body: bytes
) -> FetchRequest | None:
    """Return the request, or ``None`` where it leads to another site, which htmx does not ask."""
    here = htmx.page.history.current.url
    try:
        target = parse_url(url, parse_url(base_url(htmx.document)))
    except ValueError:
        return None
    if target.origin != here.origin and htmx.config.flag("selfRequestsOnly"):
        return None
    if target.origin != here.origin:
        raise NeedsBrowser(htmx.call, f"htmx asks another site, {target.origin}", where=htmx.page.url)
    return FetchRequest(
        target,
        verb.upper(),
        body,
        content_type,
        source=here,
        policy=referrer_policy(htmx.page),
        script_headers=tuple((name, _sendable(value)) for name, value in headers.items()),
    )


def _sendable(value: str) -> str:
    return (
        value if value.isascii() or all(ord(char) < 256 for char in value) else quote(value, safe="!'()*~-_.")
    )


def _headers(htmx: Htmx, el: Any, target: Any, prompted: str | None) -> dict[str, str]:
    found = {"HX-Request": "true"}
    stated = {
        "HX-Trigger": el.attr("id"),
        "HX-Trigger-Name": el.attr("name"),
        "HX-Target": target.attr("id"),
        "HX-Current-URL": htmx.page.url,
    }
    found.update((name, value) for name, value in stated.items() if value is not None)
    said = values(el, "hx-headers", htmx.call)
    found.update(
        (name, value if isinstance(value, str) else entries_from({name: value})[0].text)
        for name, value in said.items()
    )
    if prompted is not None:
        found["HX-Prompt"] = prompted
    if htmx.state(el).boosted:
        found["HX-Boosted"] = "true"
    auto = {f"{name}-URI-AutoEncoded": "true" for name, value in found.items() if _sendable(value) != value}
    return {**found, **auto}
