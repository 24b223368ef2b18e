"""Replays recorded tests of htmx on our page, and compares what is asked for and what the page becomes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django_journey._dom.forms import controls
from django_journey._dom.tree.parser import is_element, parse
from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.actions.activation import activate, target_of
from django_journey._pages.behaviours.page_event import DOCUMENT, WINDOW, PageEvent
from django_journey._pages.page import BrowserContext
from django_journey.errors import NeedsBrowser

__all__ = ["Outcome", "is_declarative", "replay"]

_PAGE = """<!doctype html><html><head><title>Mocha Tests</title>
<meta name="htmx-config" content='{config}'></head><body hx-placeholder><div id="work-area" hx-history-elt>
</div></body></html>"""
#: What a test's own script does to htmx or to the page, which is no markup, response or act of a user.
_SCRIPTED = re.compile(
    r"htmx\.(?!trigger)|addEventListener|window\.(?!prompt|confirm)|defineExtension|new FormData|_hyperscript"
    r"|document\.(title|cookie)|history\.|setCustomValidity|DataTransfer|\.files"
)

#: Markup of tests that needs more than htmx: an extension that the tests' own script defines, another library.
_OF_TESTS = re.compile(r"""hx-ext=["'][^"']*\bext-|\s_=["']""")


@dataclass
class Outcome:
    """What became of one test.

    Attributes:
        title: Its name.
        verdict: ``equal``, ``refused`` (a ``NeedsBrowser``) or ``different``.
        reason: Why it was refused, or what differs.
    """

    title: str
    verdict: str
    reason: str = ""


_ENCODED = "-URI-AutoEncoded"
_HELD = {"ctrlKey": "Control", "shiftKey": "Shift", "altKey": "Alt", "metaKey": "Meta"}


def is_declarative(test: dict[str, Any]) -> bool:
    """Tell whether a test uses only markup, responses and acts of a user."""
    return (
        test["state"] == "passed"
        and not test["scripted"]
        and any(act["act"] in ("click", "fire") and act["at"] is not None for act in test["acts"])
        and not _SCRIPTED.search(test["source"])
        and not test["title"].startswith(("hyperscript", "web-sockets"))
        and not _OF_TESTS.search("".join(act.get("html", "") for act in test["acts"]))
        and any(act["act"] == "make" for act in test["acts"])
    )


@dataclass
class _Site:
    """Answers as the recorded server did, and keeps what it was asked."""

    test: dict[str, Any]
    base_url: str
    name: str = "recorded"
    asked: list[DriverRequest] = field(default_factory=list)

    def send(self, request: DriverRequest) -> DriverResponse:
        if urlsplit(request.url).path == "/test/index.html" and not request.header("HX-Request"):
            markup = _PAGE.format(config=self.test["config"].replace("'", "&#39;"))
            return DriverResponse(200, (("Content-Type", "text/html; charset=utf-8"),), markup.encode())
        if request.header("Sec-Fetch-Mode") == "navigate":
            return DriverResponse(204)
        self.asked.append(request)
        recorded = self.test["requests"]
        answer = recorded[len(self.asked) - 1] if len(self.asked) <= len(recorded) else {"status": 404}
        headers = tuple((answer.get("answer_headers") or {}).items())
        return DriverResponse(answer["status"] or 200, headers, (answer.get("answer") or "").encode())

    def close(self) -> None:
        pass


def replay(test: dict[str, Any], version: str = "2.0") -> Outcome:
    """Replay one test of a version of htmx."""
    test["requests"] = [each for each in test["requests"] if each["method"]]
    site = _Site(test, test["base"])
    context = BrowserContext(site, htmx=version, scripts="refuse", raise_server_errors=False)
    page = context.new_page()
    answers = list(test["answers"])

    def answer(dialog: Any) -> None:
        given = answers.pop(0)["answer"] if answers else None
        if given is None or given is False:
            dialog.dismiss()
        else:
            dialog.accept(given if isinstance(given, str) else None)

    page.on("dialog", answer)
    try:
        page.goto(test["url"])
        for act in test["acts"]:
            _do(page, act)
    except NeedsBrowser as refused:
        return Outcome(test["title"], "refused", refused.reason)
    except Exception as error:
        return Outcome(test["title"], "different", f"{type(error).__name__}: {error}"[:300])
    difference = _compare(test, site, page)
    return Outcome(test["title"], "different" if difference else "equal", difference)


def _do(page: Any, act: dict[str, Any]) -> None:
    kind = act["act"]
    acting = page.document.behaviours
    if kind == "wait":
        _pass(acting, act["ms"])
    elif kind == "respond":
        _land(acting)
    elif kind == "respond all":
        while _land(acting):
            pass
    elif kind == "clear":
        area = page.document.tree.select_one("#work-area")
        area.set_inner_html("")
        page.document.tree_changed()
    elif kind == "make":
        _make(page, act["html"])
    elif kind != "end":
        el = _at(page, act["at"])
        if el is not None:
            _act(page, el, act)


def _act(page: Any, el: Any, act: dict[str, Any]) -> None:
    kind, acting, doc = act["act"], page.document.behaviours, page.document
    if kind == "click":
        if el in (DOCUMENT, WINDOW):
            acting.fire(PageEvent("click", el, "click()"))
        elif not controls.is_disabled(el):
            held = [_HELD[name] for name in act.get("held", ())]
            target = target_of(el)
            if target is not None:
                activate(page, target, hit=el, modifiers=held)
            else:
                acting.fire(PageEvent("click", el, "click()", held=frozenset(held)))
    elif kind == "fire":
        held = frozenset(
            name.removesuffix("Key").capitalize().replace("Ctrl", "Control") for name in act.get("held", ())
        )
        acting.fire(
            PageEvent(act["kind"], el, "trigger()", bubbles=act["bubbles"], key=act.get("key", ""), held=held)
        )
    elif kind == "value":
        if el.tag == "select":
            controls.select_options(
                doc,
                el,
                [each for each in controls.options(el) if controls.value(doc, each) == act["value"]][:1],
            )
        elif el.tag == "input" and (el.attr("type") or "") in (
            "hidden",
            "submit",
            "button",
            "checkbox",
            "radio",
        ):
            el.attrs["value"] = act["value"]
        else:
            controls.set_value(doc, el, act["value"])
    elif kind == "checked":
        controls.set_checked(doc, el, act["value"])
    elif kind == "selected":
        doc.dirty.selected[el] = act["value"]
        doc.input_changed()
    elif kind == "focus":
        doc.focus = el
        acting.focus_moved("focus()")
    elif kind == "blur":
        doc.focus = None
        acting.focus_moved("blur()")


def _at(page: Any, place: Any) -> Any:
    if place is None or isinstance(place, str):
        return {
            "body": page.document.tree.select_one("body"),
            "document": DOCUMENT,
            "window": WINDOW,
            None: None,
        }[place]
    el = page.document.tree.select_one("#work-area")
    for number in place:
        inner = [child for child in el.children if is_element(child)]
        if number >= len(inner):
            raise AssertionError(f"there is no element {place} in {el.inner_html!r}")
        el = inner[number]
    return el


def _make(page: Any, html: str) -> None:
    area = page.document.tree.select_one("#work-area")
    holder = parse(f"<body>{html}</body>").select_one("body")
    made = [node for node in holder.children if is_element(node)]
    for node in made:
        area.append(node)
    page.document.tree_changed()
    engine = page.document.behaviours.interpreters[0]
    for node in made:
        engine.process(node)


def _land(acting: Any) -> int:
    """Let the requests be answered that have been sent by now, and no later ones; return how many there were."""
    waiting = sorted(
        entry
        for entry in acting.time._waiting
        if entry[2].task is not None and "land" in entry[2].task.__name__
    )
    for _, _, timer in waiting:
        task, timer.task = timer.task, None
        if task is not None:
            task()
    return len(waiting)


def _pass(acting: Any, milliseconds: float) -> None:
    """Let time pass, in which no request is answered."""
    time = acting.time
    end = time.now + milliseconds
    while True:
        due = sorted(
            entry
            for entry in time._waiting
            if entry[2].task is not None and entry[0] <= end and "land" not in entry[2].task.__name__
        )
        if not due:
            break
        _, _, timer = due[0]
        task, timer.task = timer.task, None
        time.now = max(time.now, timer.due)
        task()
    time.now = end


def _compare(test: dict[str, Any], site: _Site, page: Any) -> str:
    wanted = [_recorded_request(each, test["base"]) for each in test["requests"]]
    got = [_sent_request(each, test["base"]) for each in site.asked]
    for aborted, theirs, ours in zip(test["requests"], wanted, got, strict=False):
        if aborted["aborted"]:
            theirs["headers"] = ours["headers"]  # the suite's server forgets them
    if wanted != got:
        return f"requests: {json.dumps(wanted)} but ours {json.dumps(got)}"
    area = page.document.tree.select_one("#work-area")
    ours = "" if area is None else area.inner_html
    theirs = parse(f"<body><div id=work-area>{test['final']}</div>").select_one("#work-area")
    if ours.strip() != theirs.inner_html.strip() and ours.strip() != test["final"].strip():
        return f"page: {test['final']!r} but ours {ours!r}"
    stays = test["title_after"] == test["title_before"]  # which an earlier test may have given
    if not stays and page.title() != test["title_after"] and "title" in test["source"]:
        return f"title: {test['title_after']!r} but ours {page.title()!r}"
    return ""


def _recorded_request(request: dict[str, Any], base: str) -> dict[str, Any]:
    body = request["body"]
    headers = {
        name: value.removesuffix(";charset=utf-8")
        for name, value in request["headers"].items()
        if not (name.lower() == "content-type" and (value.startswith("text/plain") or "parts" in body))
        # The suite's own XMLHttpRequest throws at numbers, which a browser's takes.
        and not (
            name.endswith("-URI-AutoEncoded")
            and request["headers"][name.removesuffix("-URI-AutoEncoded")].isascii()
        )
    }
    return {
        "method": request["method"].upper(),
        "url": request["url"].partition("#")[0].removeprefix(base),
        "headers": {name.lower(): value for name, value in sorted(headers.items())},
        "body": body.get("text", body.get("parts")),
    }


_OWN = ("accept", "user-agent", "accept-language", "referer", "origin", "cookie")


def _sent_request(request: DriverRequest, base: str) -> dict[str, Any]:
    headers = {
        name.lower(): value
        for name, value in sorted(request.headers)
        if name.lower() not in _OWN and not name.lower().startswith("sec-fetch")
    }
    body: Any = request.body.decode("utf-8", "replace")
    if headers.get("content-type", "").startswith("multipart/"):
        del headers["content-type"]
        body = [
            [match[1], f"<file {match[2]}>" if match[2] is not None else match[3]]
            for match in re.finditer(
                r'name="([^"]*)"(?:; filename="([^"]*)"\r\nContent-Type: [^\r]*)?\r\n\r\n(.*?)\r\n--',
                body,
                re.DOTALL,
            )
        ]
    return {
        "method": request.method,
        "url": request.url.removeprefix(base),
        "headers": headers,
        "body": body,
    }
