"""What is done with a response: its headers, whether and where it is swapped in, and what the address becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import select as selected
from django_journey._pages.behaviours.htmx import history
from django_journey._pages.behaviours.htmx.attributes import add_class, extensions_at, holder, inherited
from django_journey._pages.behaviours.htmx.engine_protocol import Htmx, Wanted
from django_journey._pages.behaviours.htmx.selectors import find_one, is_within
from django_journey._pages.behaviours.htmx.swap import SwapStyle, swap
from django_journey._pages.behaviours.htmx.triggers import milliseconds
from django_journey._pages.http.fetch import NavigationResult
from django_journey._pages.http.response_body import decoded_text
from django_journey._pages.navigation.load import load, referrer_policy
from django_journey._pages.navigation.navigate import follow
from django_journey._pages.navigation.page_protocol import Destination, PageProtocol
from django_journey._pages.navigation.refresh import follow_refreshes
from django_journey.errors import NeedsBrowser

__all__ = ["HtmxRequest", "NoTarget", "handle", "redirect", "reload", "tell_dependents"]


class NoTarget(Exception):
    """The element that a response names as its target is not there, at which htmx gives up."""


@dataclass(slots=True)
class HtmxRequest:
    """A request that was answered.

    Args:
        el: The element that asked.
        target: Where the response goes.
        verb: The method in lower case.
        path: The URL that was asked, as htmx wrote it.
        anchor: The fragment of it.
        wanted: What a response asked of the request.
        stated: The URL as it is stated.
    """

    el: Any
    target: Any
    verb: str
    path: str
    anchor: str = ""
    wanted: Any = None
    stated: str = ""
    #: What became of the response; neither, where its headers led elsewhere.
    successful: bool = False
    failed: bool = False


def handle(htmx: Htmx, asked: HtmxRequest, arrival: NavigationResult) -> None:
    """Do with a response what its headers and the element ask for."""
    el, response = asked.el, arrival.response
    headers = response.headers
    if "hx-trigger" in headers:
        fire_from(htmx, headers["hx-trigger"], el)
    if "hx-location" in headers:
        _locate(htmx, headers["hx-location"], el)
        return
    refreshes = headers.get("hx-refresh") == "true"
    if "hx-redirect" in headers:
        redirect(htmx.page, headers["hx-redirect"])
        return
    if refreshes:
        reload(htmx.page)
        return
    rule = htmx.config.handling(response.status)
    target = asked.target
    if rule.get("target"):
        target = _retargeted(htmx, el, str(rule["target"]))
    style = asked.wanted.swap if asked.wanted is not None else None
    style = style or rule.get("swapOverride")
    if "hx-retarget" in headers:
        target = _retargeted(htmx, el, headers["hx-retarget"])
    style = headers.get("hx-reswap", style)
    if htmx.trigger(asked.target, "htmx:beforeSwap").prevented:
        return
    if response.status != 200 and "response-targets" in extensions_at(asked.target) & htmx.extensions:
        rule, target = _by_status(htmx, el, response, rule, target)
    asked.failed = bool(rule.get("error"))
    asked.successful = not asked.failed
    if rule.get("swap"):
        _swap_in(htmx, asked, arrival, target, swap_style(htmx, el, style), rule)
    if rule.get("error"):
        htmx.trigger(el, "htmx:responseError")


def _by_status(
    htmx: Htmx, el: Any, response: Any, rule: dict[str, Any], target: Any
) -> tuple[dict[str, Any], Any]:
    """Return how a response is handled, and where it goes, by the extension ``response-targets``."""
    config = htmx.config
    stays = config.flag("responseTargetPrefersExisting") or (
        config.flag("responseTargetPrefersRetargetHeader") and "hx-retarget" in response.headers
    )
    found = target if stays else _target_by_status(htmx, el, str(response.status))
    if found is None:
        return rule, target
    error = bool(rule.get("error"))
    error = not config.flag("responseTargetUnsetsError") if error else config.flag("responseTargetSetsError")
    return {**rule, "swap": True, "error": error}, found


def _target_by_status(htmx: Htmx, el: Any, status: str) -> Any:
    one, two = status[0], status[:2]
    names = [
        status,
        f"{two}*",
        f"{two}x",
        f"{one}*",
        f"{one}x",
        f"{one}**",
        f"{one}xx",
        "*",
        "x",
        "***",
        "xxx",
    ]
    for name in [*names, *(["error"] if one in "45" else [])]:
        stated = inherited(htmx.config, el, f"hx-target-{name}")
        if stated:
            this = stated == "this"
            return (
                holder(htmx.config, el, f"hx-target-{name}")
                if this
                else find_one(htmx.document, el, stated, whole=htmx.config.is_1)
            )
    return None


def _retargeted(htmx: Htmx, el: Any, stated: str) -> Any:
    """Return the element that a response goes to instead.

    Raises:
        NoTarget: There is none.
    """
    found = el if stated == "this" else find_one(htmx.document, el, stated, whole=htmx.config.is_1)
    if found is None:
        if htmx.config.is_1:
            reason = f"HX-Retarget: {stated} names nothing, at which htmx stops in the middle"
            raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
        htmx.trigger(el, "htmx:targetError", target=stated)
        raise NoTarget(stated)
    return found


def swap_style(htmx: Htmx, el: Any, override: str | None = None) -> SwapStyle:
    """Return how a response to an element's request is swapped in."""
    config = htmx.config
    stated = override or inherited(config, el, "hx-swap")
    default = "innerHTML" if htmx.state(el).boosted else config.text("defaultSwapStyle")
    found = SwapStyle(default, config.number("defaultSwapDelay"), config.number("defaultSettleDelay"))
    for place, word in enumerate((stated or "").split()):
        name, colon, value = word.partition(":")
        if name == "swap" and colon:
            found = replace(found, swap_delay=milliseconds(value) or 0.0)
        elif name == "settle" and colon:
            found = replace(found, settle_delay=milliseconds(value) or 0.0)
        elif name == "ignoreTitle" and colon:
            found = replace(found, ignores_title=value == "true")
        elif name in ("scroll", "show", "focus-scroll", "transition") and colon:
            continue  # where the page is scrolled to is nothing that a test sees here
        elif place == 0:
            found = replace(found, style=word)
    return found


def _swap_in(
    htmx: Htmx,
    asked: HtmxRequest,
    arrival: NavigationResult,
    target: Any,
    style: SwapStyle,
    rule: dict[str, Any],
) -> None:
    el, headers = asked.el, arrival.response.headers
    if arrival.response.status == 286:
        state = htmx.state(el)
        state.polls_ended = True
        if state.poll is not None:
            state.poll.cancel()
    update = _history_update(htmx, asked, arrival)
    add_class(target, htmx.config.text("swappingClass"))
    selected = asked.wanted.select if asked.wanted is not None else None
    selected = headers.get("hx-reselect", rule.get("select") or selected)
    unsets = selected == "unset" and not htmx.config.is_1
    select = None if unsets else selected or inherited(htmx.config, el, "hx-select")
    elsewhere = inherited(htmx.config, el, "hx-select-oob")
    title_stays = bool(rule.get("ignoreTitle")) or htmx.config.flag("ignoreTitle")

    def after(name: str) -> Callable[[], None] | None:
        stated = headers.get(name)
        if stated is None:
            return None
        return lambda: fire_from(htmx, stated, el if is_within(htmx.document, el) else htmx.body)

    def act() -> None:
        if update is not None:
            history.update(htmx, *update)
        swap(
            htmx,
            target,
            decoded_text(arrival.response.raw),
            style,
            around=el,
            select=select,
            select_oob=elsewhere,
            ignores_title=title_stays,
            swapped=after("hx-trigger-after-swap"),
            settled=after("hx-trigger-after-settle"),
        )

    if update is not None:
        history.save(htmx)
    if style.swap_delay > 0:
        htmx.behaviours.time.after(style.swap_delay, act)
    else:
        act()


def fire_from(htmx: Htmx, stated: str, el: Any) -> None:
    """Fire the events that a header names: in a list, or as the keys of a JSON object."""
    if not stated.lstrip().startswith("{"):
        for name in stated.split(","):
            htmx.trigger(el, name.strip())
        return
    try:
        events = json.loads(stated)
    except ValueError:
        return
    for name, detail in events.items():
        facts = detail if isinstance(detail, dict) else {"value": detail}
        at = el
        if isinstance(facts.get("target"), str):
            at = find_one(htmx.document, el, facts["target"])
        if at is not None:
            htmx.trigger(at, name, **{str(key): value for key, value in facts.items()})


def _locate(htmx: Htmx, stated: str, el: Any) -> None:
    """Follow ``HX-Location``: another request, whose response comes into the body.

    Raises:
        NeedsBrowser: It states something that only a script could mean.
    """
    history.save(htmx)
    said: dict[str, Any] = {}
    if stated.startswith("{"):
        said = json.loads(stated)
    path = str(said.pop("path", stated))
    pushed = said.pop("push", "true")
    pushes = None if pushed in (False, "false") else path if pushed in (True, "true") else str(pushed)
    if unknown := set(said) - {"target", "swap", "select", "values", "headers", "source"}:
        raise NeedsBrowser(htmx.call, f"HX-Location states {', '.join(sorted(unknown))}", where=htmx.page.url)
    source = (
        find_one(htmx.document, htmx.body, said["source"], whole=htmx.config.is_1)
        if "source" in said
        else htmx.body
    )
    target = (
        find_one(htmx.document, htmx.body, said["target"], whole=htmx.config.is_1)
        if "target" in said
        else source
    )
    if source is None or target is None:
        return
    htmx.issue(
        "get",
        path,
        source,
        Wanted(
            target,
            said.get("swap"),
            said.get("select"),
            dict(said.get("values") or {}),
            {str(name): str(value) for name, value in dict(said.get("headers") or {}).items()},
            pushes,
        ),
    )


def redirect(page: PageProtocol, stated: str) -> None:
    """Go where a response leads (``HX-Redirect``)."""
    target = parse_url(stated, page.history.current.url)
    follow(page, Destination(target))


def reload(page: PageProtocol) -> None:
    """Load the page anew, as a response asks for (``HX-Refresh``)."""
    entry = page.history.current
    if entry.navigation is None:
        return
    again = replace(
        entry.navigation,
        url=entry.url,
        source=entry.url,
        policy=referrer_policy(page),
        by_user=True,
        again=True,
    )
    load(page, again, replace=True)
    follow_refreshes(page)


def _history_update(htmx: Htmx, asked: HtmxRequest, arrival: NavigationResult) -> tuple[str, str] | None:
    """Return whether the response pushes or replaces an address, and which; ``None`` for neither."""
    headers, el = arrival.response.headers, asked.el
    kind, path = "push", headers.get("hx-push-url", headers.get("hx-push"))
    if path is None:
        kind, path = "replace", headers.get("hx-replace-url")
    if path is not None:
        return None if path == "false" else (kind, path)
    push = inherited(htmx.config, el, "hx-push-url")
    place = inherited(htmx.config, el, "hx-replace-url")
    if htmx.version >= (2, 0, 9):
        push, place = (None if each == "false" else each for each in (push, place))
    if asked.wanted is not None and asked.wanted.pushes:
        kind, path = "push", asked.wanted.pushes
    elif push is not None:
        kind, path = "push", push
    elif place is not None:
        kind, path = "replace", place
    elif htmx.state(el).boosted:
        kind, path = "push", "true"
    if path is None or path == "false":
        return None
    if path == "true":
        path = arrival.url.with_fragment(None).target or asked.path
    if asked.anchor and "#" not in path:
        path = f"{path}#{asked.anchor}"
    return kind, path


def tell_dependents(htmx: Htmx, asked: HtmxRequest) -> None:
    """Tell the elements that depend on a path that it was changed, by the extension ``path-deps``."""
    if asked.verb == "get" or "path-deps" not in extensions_at(asked.el) & htmx.extensions:
        return
    for el in selected(htmx.document, "[path-deps]") if asked.el.attr("path-deps") != "ignore" else ():
        if _depends(el.attr("path-deps") or "", asked.stated):
            htmx.trigger(el, "path-deps")


def _depends(stated: str, path: str) -> bool:
    wanted = stated.split("/")
    for place, part in enumerate(path.split("/")):
        if stated == "ignore" or place >= len(wanted) or wanted[place] not in (part, "*"):
            return False
        if wanted[place + 1 :] in ([], [""]):
            return True
    return False
