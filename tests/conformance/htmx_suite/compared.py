"""Compares random pages of htmx in Chromium, with the real script, with our page: what they ask for and become."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from django_journey._dom.forms import controls
from django_journey._dom.tree.parser import parse
from django_journey._dom.tree.walk import select
from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._drivers.browser.launch import launch
from django_journey._pages.actions.activation import activate, target_of
from django_journey._pages.behaviours.page_event import PageEvent
from django_journey._pages.page import BrowserContext
from django_journey.errors import NeedsBrowser
from tests.conformance.htmx_suite.generated import ACTED_ON, Act, Answer, GeneratedPage, answer_of, page_of

__all__ = ["Chromium", "ours", "run", "smallest"]

_HERE = Path(__file__).parent
_BATCH = 20
_BOUNDARY = re.compile(r"boundary=([^;]+)")
_DISPOSED = re.compile(
    r'name="([^"]*)"(?:; filename="([^"]*)"\r\nContent-Type: [^\r]*)?\r\n\r\n(.*?)\r\n--', re.DOTALL
)


@dataclass
class Came:
    """What came of a page.

    Attributes:
        requests: Each request of htmx: method, address, headers of its own, body.
        body: The markup of the page's body at the end.
        title: The page's title.
        address: The path, query and fragment that it shows.
        values: What its controls hold.
        leaves: How often a link or form left the page without htmx.
    """

    requests: list[tuple[Any, ...]] = field(default_factory=list)
    body: str = ""
    title: str = ""
    address: str = ""
    values: list[tuple[str, bool]] = field(default_factory=list)
    leaves: int = 0

    def differs(self, other: Came) -> dict[str, tuple[Any, Any]]:
        """Return what differs."""
        mine, theirs = asdict(self), asdict(other)
        return {name: (mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]}


def _request(method: str, target: str, headers: dict[str, str], body: bytes, base: str) -> tuple[Any, ...]:
    kept = {
        name.lower(): value.replace(base, "")
        for name, value in headers.items()
        if name.lower().startswith(("hx-", "x-own"))
    }
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    text = body.decode("utf-8", "replace")
    if kind.startswith("multipart/"):
        return method, target, sorted(kept.items()), [list(each) for each in _DISPOSED.findall(text)]
    return method, target, sorted(kept.items()), kind.split(";")[0], text


def _normal(markup: str) -> str:
    inner = parse(f"<!doctype html><body>{markup}").select_one("body")
    return str(inner.inner_html).strip()


class Chromium:
    """A browser with generated pages.

    Args:
        script: The text of htmx.
    """

    def __init__(self, script: str) -> None:
        shim = (_HERE / "shim.js").read_text("utf-8")
        self._scripts = {"/shim.js": shim, "/htmx.js": script}
        self._driver = (_HERE / "driver.js").read_text("utf-8")
        self._pages: dict[str, GeneratedPage] = {}
        self._asked: dict[str, list[tuple[Any, ...]]] = {}
        self._base = ""
        self._page: Any = None

    @contextmanager
    def running(self) -> Iterator[Chromium]:
        """Start the server and the browser."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                found = outer._answer(self.command, self.path, dict(self.headers.items()), body)
                sent = found.body.encode()
                self.send_response(found.status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Cache-Control", "no-store")
                self.send_header(
                    "Connection", "close"
                )  # Chromium repeats a request whose old connection is gone
                if found.status != 204:
                    self.send_header("Content-Length", str(len(sent)))
                for name, value in found.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if found.status != 204:
                    self.wfile.write(sent)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

            def handle(self) -> None:
                with suppress(ConnectionError):  # a frame may be gone before its answer comes
                    super().handle()

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self._base = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            with sync_playwright() as playwright:
                browser = launch(playwright, "chromium", headed=False)
                self._page = browser.new_page()
                self._page.goto(self._base + "/empty")
                yield self
                browser.close()
        finally:
            server.shutdown()
            server.server_close()

    def outcomes(self, pages: dict[str, GeneratedPage]) -> list[Came]:
        """Show pages, by their names, and tell what came of them."""
        self._pages.update(pages)
        for name in pages:
            self._asked[name] = []
        orders = [
            {"path": f"/p/{name}", "acts": [asdict(act) for act in page.acts], "actedOn": ACTED_ON}
            for name, page in pages.items()
        ]
        told = self._page.evaluate(self._driver, orders)
        return [
            Came(
                self._asked[name],
                _normal(one["body"]),
                one["title"],
                one["address"],
                [(value, checked) for value, checked in one["values"]],
                sum(line.startswith("leaves") for line in one["log"]),
            )
            for name, one in zip(pages, told, strict=True)
        ]

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        path = urlsplit(target).path
        if path in self._scripts:
            return Answer(200, {}, self._scripts[path])
        if headers.get("Sec-Fetch-Mode") == "navigate":
            page = self._pages.get(path.removeprefix("/p/"))
            scripts = "<script src=/shim.js></script><script src=/htmx.js></script>"
            return Answer(200, {}, page.markup.replace("<!--scripts-->", scripts) if page is not None else "")
        if not path.startswith(("/p/", "/r/")):
            return Answer(404, {}, "")
        asked = self._asked.setdefault(path.split("/")[2].split(".")[0], [])
        asked.append(_request(method, target, headers, body, self._base))
        return answer_of(target, len(asked))


@dataclass
class _Site:
    page: GeneratedPage
    place: str
    base_url: str = "http://127.0.0.1"
    name: str = "generated"
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    leaves: int = 0
    shown: bool = False

    def send(self, request: DriverRequest) -> DriverResponse:
        target = request.url.removeprefix(self.base_url)
        kind = (("Content-Type", "text/html; charset=utf-8"),)
        if request.header("Sec-Fetch-Mode") == "navigate":
            if not self.shown:
                self.shown = True
                return DriverResponse(200, kind, self.page.markup.encode())
            self.leaves += 1
            return DriverResponse(204)
        self.asked.append(
            _request(request.method, target, dict(request.headers), request.body, self.base_url)
        )
        found = answer_of(target, len(self.asked))
        return DriverResponse(found.status, (*kind, *found.headers.items()), found.body.encode())

    def close(self) -> None:
        pass


def ours(name: str, generated: GeneratedPage, version: str = "2.0") -> Came:
    """Tell what comes of a page here.

    Raises:
        NeedsBrowser: It is refused.
    """
    site = _Site(generated, f"/p/{name}")
    context = BrowserContext(site, htmx=version, scripts="refuse", raise_server_errors=False)
    page = context.new_page()

    def answer(dialog: Any) -> None:
        if dialog.message == "no":
            dialog.dismiss()
        else:
            dialog.accept("said é")

    page.on("dialog", answer)
    page.goto(site.place)
    _settle(page)
    for act in generated.acts:
        found = select(page.document, ACTED_ON)
        if not found:
            break
        _do(page, act, found[act.number % len(found)])
        _settle(page)
    body = page.document.tree.select_one("body")
    where = urlsplit(page.url)
    address = where.path + (f"?{where.query}" if where.query else "")
    address += f"#{where.fragment}" if where.fragment or page.url.endswith("#") else ""
    return Came(
        site.asked,
        _normal(body.inner_html),
        page.title(),
        address.removesuffix("#"),
        [
            (controls.value(page.document, el), el.tag == "input" and controls.is_checked(page.document, el))
            for el in select(page.document, "input, select, textarea")
        ],
        site.leaves,
    )


def _settle(page: Any) -> None:
    if page.document.behaviours is not None:
        page.document.behaviours.pass_time(60_000)


def _do(page: Any, act: Act, el: Any) -> None:
    acting, doc = page.document.behaviours, page.document

    def fire(kind: str, **more: Any) -> None:
        if acting is not None:
            acting.fire(PageEvent(kind, el, "act()", **more))

    if act.verb in ("click", "control"):
        hidden = el.tag == "form" or (el.tag == "input" and el.attr("type") == "hidden")
        if controls.is_disabled(el) or (hidden if act.verb == "click" else el.closest("a") is not None):
            return
        held = ["Control"] if act.verb == "control" else []
        target = target_of(el)
        if target is not None and not controls.is_disabled(el):
            activate(page, target, hit=el, modifiers=held)
        else:
            fire("click", held=frozenset(held))
    elif act.verb == "type" and el.tag in ("input", "textarea"):
        if el.tag == "textarea" or el.attr("type") == "text":
            controls.set_value(doc, el, act.value)
        for kind in ("input", "keyup", "change"):
            fire(kind)
    elif act.verb == "choose" and el.tag == "select":
        chosen = [each for each in controls.options(el) if controls.value(doc, each) == act.value]
        controls.select_options(doc, el, chosen[:1])
        fire("input")
        fire("change")
    elif act.verb in ("custom", "other"):
        fire(act.verb)
    elif act.verb == "mouseenter":
        fire("mouseenter", bubbles=False)


def _verdict(name: str, page: GeneratedPage, theirs: Came, version: str) -> tuple[str, Any]:
    try:
        mine = ours(name, page, version)
    except NeedsBrowser as refused:
        return "refused", refused.reason
    except Exception as error:
        return "different", {"raised": f"{type(error).__name__}: {error}"}
    if version.startswith("4"):
        # htmx 4 asks (hx-confirm) in a task of its own, which a click by a script lets wait for the others.
        mine.requests.sort(key=repr)
        theirs.requests.sort(key=repr)
    found = mine.differs(theirs)
    return ("different", found) if found else ("equal", None)


def smallest(
    chromium: Chromium, page: GeneratedPage, version: str, turns: int = 60
) -> tuple[GeneratedPage, Any]:
    """Return a smaller page that still differs, and how."""
    best, how, number = page, None, 0
    for _ in range(turns):
        shorter = list(_shorter(best))
        tried = {f"{number + at}s": each for at, each in enumerate(shorter[: _BATCH * 3])}
        number += len(tried)
        if not tried:
            break
        for (name, each), theirs in zip(tried.items(), chromium.outcomes(tried), strict=True):
            verdict, found = _verdict(name, each, theirs, version)
            if verdict == "different":
                best, how = each, found
                break
        else:
            break
    return best, how


def _shorter(page: GeneratedPage) -> Iterator[GeneratedPage]:
    for at in range(len(page.acts)):
        yield GeneratedPage(page.markup, (*page.acts[:at], *page.acts[at + 1 :]))
    for found in re.finditer(r" (?:data-)?(?:hx-[a-z0-9:-]+|id|class|name|value)='[^']*'", page.markup):
        yield GeneratedPage(page.markup[: found.start()] + page.markup[found.end() :], page.acts)


def _name(seed: int, version: str) -> str:
    """Return the name of a page, from which its answers' addresses begin."""
    return f"{seed}v4" if version.startswith("4") else str(seed)


def run(count: int, script: str, *, seed: int = 1, version: str = "2.0", shrink: int = 0) -> dict[str, Any]:
    """Compare random pages.

    Args:
        count: How many.
        script: The text of htmx.
        seed: The number of the first.
        version: What our page takes the script for.
        shrink: For how many that differ to look for a small page.

    Returns:
        ``pages``, ``equal`` and ``refused`` (counts), ``requests`` (how many were compared), ``differences`` (a list)
        and ``reasons`` of what was refused, with their counts.
    """
    found: dict[str, Any] = {
        "pages": count,
        "equal": 0,
        "refused": 0,
        "requests": 0,
        "differences": [],
        "reasons": {},
    }
    with Chromium(script).running() as chromium:
        for start in range(seed, seed + count, _BATCH):
            batch = {
                _name(each, version): page_of(each, version)
                for each in range(start, min(start + _BATCH, seed + count))
            }
            for (name, page), theirs in zip(batch.items(), chromium.outcomes(batch), strict=True):
                verdict, how = _verdict(name, page, theirs, version)
                found["requests"] += len(theirs.requests)
                if verdict == "equal":
                    found["equal"] += 1
                elif verdict == "refused":
                    found["refused"] += 1
                    found["reasons"][how[:60]] = found["reasons"].get(how[:60], 0) + 1
                else:
                    told = f"page {name}: {json.dumps(how, ensure_ascii=False)}"
                    if len(found["differences"]) < shrink:
                        small, less = smallest(chromium, page, version)
                        told += f"\n    {small.markup}\n    {small.acts}\n    {json.dumps(less, ensure_ascii=False)}"
                    found["differences"].append(told)
    return found
