"""What submitting a form sends, byte for byte, against real Chromium: thousands of generated forms.

The same acts are done on our page and through Playwright on a page that a loopback server gives; both end in
one outcome: the request (method, URL, content type, body), a field that blocked it, or nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django_journey.dom.controls import is_disabled
from django_journey.dom.controls import options as el_options
from django_journey.dom.tree import select
from django_journey.drivers.base import Request, Response
from django_journey.errors import Error, NeedsBrowser
from django_journey.pages import actions
from django_journey.pages.context import BrowserContext
from tests.conformance.form_pages import Act, FormPage, generate

__all__ = ["run"]

PLACE = "/forms/page"
FILES = [("plain.txt", b"hello\r\nworld"), ('odd "name" \xe4.bin', b"\x00\x01\xff"), ("empty", b"")]
_BOUNDARY = re.compile(r"boundary=(\S+)")
_DOT = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


@dataclass(frozen=True)
class Outcome:
    """What came of the acts: ``sent``, ``blocked`` (and by which field), ``nothing`` or ``refused``."""

    kind: str
    method: str = ""
    target: str = ""
    content_type: str = ""
    body: bytes = b""
    field: str = ""
    referer: str = ""
    origin: str = ""


@dataclass
class Difference:
    """A page on which ours and Chromium disagree, made as small as it goes."""

    seed: int
    page: FormPage
    ours: Outcome
    theirs: Outcome

    def __str__(self) -> str:
        return (
            f"seed {self.seed} ({self.page.charset})\n  {self.page.markup}\n  acts: {self.page.acts}\n"
            f"  ours:     {self.ours}\n  Chromium: {self.theirs}"
        )


def outcome_of(method: str, target: str, headers: dict[str, str], body: bytes) -> Outcome:
    """Return a request as an outcome, with the boundary of multipart bodies always the same."""
    content_type = headers.get("content-type", "")
    match = _BOUNDARY.search(content_type)
    if match:
        body = body.replace(match[1].encode(), b"BOUNDARY")
        content_type = content_type.replace(match[1], "BOUNDARY")
    return Outcome(
        "sent", method, target, content_type, body,
        referer=headers.get("referer", ""), origin=headers.get("origin", ""),
    )  # fmt: skip


class Ours:
    """Our page over a driver that hands out the form and keeps what is sent."""

    name = "recording"

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.page: FormPage | None = None
        self.sent: list[Request] = []

    def send(self, request: Request) -> Response:
        if request.method == "GET" and request.url == self.base_url + PLACE:
            assert self.page is not None
            kind = f"text/html; charset={self.page.charset}"
            return Response(200, (("Content-Type", kind),), encoded(self.page))
        self.sent.append(request)
        return Response(200, (("Content-Type", "text/html"),), b"<title>sent</title>")

    def close(self) -> None:
        pass

    def outcome(self, page: FormPage, files: list[Path]) -> Outcome:
        self.page = page
        self.sent.clear()
        with BrowserContext(self, max_redirects=0) as context:
            shown = context.new_page()
            shown.goto(PLACE)
            try:
                for act in page.acts:
                    with suppress(NeedsBrowser):  # only a script could answer; without one, nothing happens
                        perform(shown, act, files)
            except Error as error:
                return Outcome("refused", field=str(error).splitlines()[0])
            if self.sent:
                request = self.sent[0]
                headers = {name.lower(): value for name, value in request.headers}
                return outcome_of(
                    request.method, request.url.removeprefix(self.base_url), headers, request.body
                )
            if shown.blocked is not None:
                return Outcome("blocked", field=shown.blocked.field.attr("data-k") or "?")
            return Outcome("nothing")


def encoded(page: FormPage) -> bytes:
    return page.markup.encode(page.charset, "xmlcharrefreplace")


def perform(shown: Any, act: Act, files: list[Path]) -> None:
    """Do one act on our page, unless the element is not there or disabled."""
    el = next(iter(select(shown.document, f'[data-k="{act.key}"]')), None)
    if el is None or is_disabled(el):
        return
    if act.verb == "fill":
        actions.fill(shown, el, act.value)
    elif act.verb == "click":
        actions.click(shown, el)
    elif act.verb == "enter":
        actions.press(shown, el, "Enter")
    elif act.verb == "select":
        options = el_options(el)
        if int(act.value) < len(options) and not is_disabled(options[int(act.value)]):
            actions.select_option(shown, el, index=int(act.value))
    elif act.verb == "files":
        chosen = files[: int(act.value)]
        actions.set_input_files(shown, el, chosen if el.attr("multiple") is not None else chosen[:1])


_LISTEN = """
window.seen = [];
addEventListener('invalid', e => window.seen.push('invalid ' + e.target.dataset.k), true);
addEventListener('submit', () => window.seen.push('submit'), true);
"""
#: Does an act that a script can do as a user does it; tells whether Playwright has to do it instead.
_ACT = """([key, verb, value]) => {
  const el = document.querySelector(`[data-k="${key}"]`);
  window.seen = [];
  if (!el || el.matches(':disabled')) return ['done', []];
  if (verb === 'click') { el.click(); return ['done', window.seen]; }
  if (verb === 'select') {
    const option = el.options[Number(value)];
    if (option && !option.matches(':disabled')) {
      for (const other of el.options) if (el.multiple) other.selected = other === option;
      el.selectedIndex = el.multiple ? el.selectedIndex : Number(value);
    }
    return ['done', []];
  }
  return [el.multiple ? 'many' : 'one', []];
}"""
_OPTION_PATIENCE = 2000  # milliseconds


class Theirs:
    """Chromium through Playwright, and the server that it posts to."""

    def __init__(self, browser: Any) -> None:
        self.page: FormPage | None = None
        self.requests: list[Outcome] = []
        self.arrived = threading.Event()
        self.browser = browser
        self.shown: Any = None
        self.base_url = ""

    @contextmanager
    def serving(self) -> Iterator[Theirs]:
        """Serve the pages on a free port, and keep a browser page open."""
        theirs = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path == "/favicon.ico" or self.path == "/dot.gif":
                    self.reply(200, "image/gif", _DOT)
                elif self.command == "GET" and self.path == PLACE:
                    page = theirs.page
                    assert page is not None
                    self.reply(200, f"text/html; charset={page.charset}", encoded(page))
                else:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    theirs.requests.append(outcome_of(self.command, self.path, headers, body))
                    theirs.arrived.set()
                    self.reply(204, "", b"")

            do_GET = do_POST = answer  # noqa: N815 - the server calls them so

            def reply(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                if kind:
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                with suppress(BrokenPipeError):  # the browser has gone on to the next page
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """Say nothing of connections that the browser dropped."""

        server = Server(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self.base_url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            context = self.browser.new_context()
            context.add_init_script(_LISTEN)
            context.set_default_timeout(_OPTION_PATIENCE)
            self.shown = context.new_page()
            yield self
            context.close()
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def outcome(self, page: FormPage, files: list[Path]) -> Outcome:
        """Do the acts in Chromium and tell what came of them."""
        from playwright.sync_api import Error as PlaywrightError

        self.page = page
        self.shown.goto(self.base_url + PLACE, wait_until="domcontentloaded")
        self.requests.clear()
        self.arrived.clear()
        seen: list[str] = []
        try:
            for act in page.acts:
                seen = self.perform(act, files) or seen
                if "submit" in seen or self.requests:
                    break
        except PlaywrightError as error:
            return Outcome("refused", field=str(error).splitlines()[0])
        if "submit" in seen:
            self.arrived.wait(0.25)
        if self.requests:
            return self.requests[0]
        blocked = [what.split(" ", 1)[1] for what in seen if what.startswith("invalid")]
        if blocked and "submit" not in seen:
            return Outcome("blocked", field="?" if blocked[0] == "undefined" else blocked[0])
        return Outcome("nothing")

    def perform(self, act: Act, files: list[Path]) -> list[str]:
        """Do one act, and return the events that were seen since the page was opened."""
        how, seen = self.shown.evaluate(_ACT, [act.key, act.verb, act.value])
        if how == "done":
            return list(seen)
        place = f'[data-k="{act.key}"]'
        if act.verb == "fill":
            self.shown.fill(place, act.value, force=True)
            return []
        if act.verb == "files":
            chosen = files[: int(act.value)]
            self.shown.set_input_files(place, chosen if how == "many" else chosen[:1])
            return []
        self.shown.press(place, act.value or "Enter")
        return list(self.shown.evaluate("window.seen"))


@dataclass
class Comparison:
    """Compares page after page."""

    theirs: Theirs
    files: list[Path]
    ours: Ours = field(init=False)

    def __post_init__(self) -> None:
        self.ours = Ours(self.theirs.base_url)

    def outcomes(self, page: FormPage) -> tuple[Outcome, Outcome]:
        """Return what came of a page, ours first; what both refuse counts as the same."""
        mine, other = self.ours.outcome(page, self.files), self.theirs.outcome(page, self.files)
        if mine.kind == other.kind and mine.kind != "sent":
            same = mine.kind != "blocked" or mine.field == other.field
            return (other, other) if same else (mine, other)
        return mine, other

    def smallest(self, page: FormPage) -> FormPage:
        """Return the page without whatever can be left out while the two still differ."""
        at = 0
        while at < len(page.pieces) + len(page.acts) - 1:
            pieces = len(page.pieces)
            smaller = page.without(at) if at < pieces else page.without_act(at - pieces)
            mine, other = self.outcomes(smaller)
            if mine != other:
                page = smaller
            else:
                at += 1
        return page


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the machine's Chromium through Playwright."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
                *("--disable-background-networking", "--disable-component-update"),
            ],
        )
        try:
            yield browser
        finally:
            browser.close()


def run(pages: int = 2000, seed: int = 0, *, report: Any = print, most: int = 10) -> dict[str, int]:
    """Compare that many generated forms, from that seed on.

    Args:
        pages: How many.
        seed: The first page's seed; the next page has the next one.
        report: Called with each difference, made as small as it goes.
        most: After how many differences to stop making them small.

    Returns:
        ``pages`` and ``differences``.
    """
    differences = 0
    with TemporaryDirectory() as folder, chromium() as browser, Theirs(browser).serving() as theirs:
        files = []
        for name, content in FILES:
            files.append(Path(folder, name))
            files[-1].write_bytes(content)
        comparison = Comparison(theirs, files)
        for number in range(seed, seed + pages):
            page = generate(number)
            mine, other = comparison.outcomes(page)
            if mine != other:  # asked again, since a loaded machine may have looked too early
                mine, other = comparison.outcomes(page)
            if mine != other:
                differences += 1
                if differences <= most:
                    page = comparison.smallest(page)
                    mine, other = comparison.outcomes(page)
                report(Difference(number, page, mine, other))
    return {"pages": pages, "differences": differences}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(run(arguments.pages, arguments.seed))  # noqa: T201 - a command's answer
