"""What users do to a form and what it sends, against real Chromium: thousands of generated forms.

The same calls of Playwright's public API (``click``, ``check``, ``fill``, ``press_sequentially`` …) are made on a
page of ours and on one of Chromium's with scripts off. Compared are the requests (method, URL, headers, body), the
state of every control afterwards, and of each act whether it was refused and for what reason. A ``NeedsBrowser`` of
ours is a refusal with its reason, not a difference; how many there may be is a promise of its own.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.tree.walk import select
from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.page import BrowserContext
from django_journey.errors import Error, NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime
from tests.conformance.form_pages import Act, FormPage, generate
from tests.conformance.form_server import DOT, PLACE, FormServer, Sent, encoded, sent_from, type_of

__all__ = ["chromium", "run"]

FILES = [("plain.txt", b"hello\r\nworld"), ('odd "name" \xe4.bin', b"\x00\x01\xff"), ("empty", b"")]
#: How long Chromium gets for an act that ours waits for in vain, for such a one of a page that is compared once more,
#: and for every other (milliseconds).
_REFUSED, _ASKED_AGAIN, _DONE = 300, 3000, 10_000
_ARRIVAL = 30.0  # seconds that a request may take which ours sent
_STATES = re.compile(
    r"not (visible|enabled|editable)|intercepts pointer events|element is (not visible|not enabled|disabled|readonly)"
)


@dataclass(frozen=True)
class Outcome:
    """What came of the acts: what was sent, what each control holds, and which acts were refused as what."""

    sent: tuple[Sent, ...] = ()
    state: tuple[tuple[str, str], ...] = ()
    refused: tuple[str, ...] = ()
    #: Why only a browser could go on; the rest is empty then.
    needs_browser: str = ""


@dataclass
class Difference:
    """A page on which ours and Chromium disagree, made as small as it goes."""

    seed: int
    page: FormPage
    ours: Outcome
    theirs: Outcome

    def __str__(self) -> str:
        acts = "; ".join(f"{act.verb} {act.key} {act.value!r}" for act in self.page.acts)
        lines = [f"seed {self.seed} ({self.page.charset})", self.page.markup, f"acts: {acts}"]
        for part in ("sent", "state", "refused"):
            mine, other = getattr(self.ours, part), getattr(self.theirs, part)
            if mine != other:
                only = (
                    [each for each in mine if each not in other],
                    [each for each in other if each not in mine],
                )
                lines += [f"{part} ours:     {only[0]}", f"{part} Chromium: {only[1]}"]
        return "\n  ".join(lines)


def perform(shown: Any, act: Act, files: list[Path], timeout: float) -> None:
    """Do one act through the API that both sides have, unless its element is not there."""
    place = shown.locator(f'[data-k="{act.key}"]')
    if place.count() != 1:
        return
    if act.verb == "fill":
        place.fill(act.value, timeout=timeout)
    elif act.verb == "clear":
        place.clear(timeout=timeout)
    elif act.verb == "type":
        place.press_sequentially(act.value, timeout=timeout)
    elif act.verb == "press":
        place.press(act.value, timeout=timeout)
    elif act.verb == "click":
        place.click(timeout=timeout)
    elif act.verb == "check":
        place.check(timeout=timeout)
    elif act.verb == "uncheck":
        place.uncheck(timeout=timeout)
    elif act.verb == "select":
        place.select_option(index=[int(each) for each in act.value.split()], timeout=timeout)
    elif act.verb == "label":
        place.select_option(label=act.value, timeout=timeout)
    elif act.verb == "option":
        place.locator("option").nth(int(act.value)).click(timeout=timeout)
    elif act.verb == "files":
        place.set_input_files(files[: int(act.value)], timeout=timeout)
    else:
        raise ValueError(act.verb)


class Ours:
    """Our page over a driver that hands out the form and keeps what is sent."""

    name = "recording"

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.page: FormPage | None = None
        self.sent: list[DriverRequest] = []

    def send(self, request: DriverRequest) -> DriverResponse:
        path = request.url.removeprefix(self.base_url)
        if request.method == "GET" and path == PLACE:
            assert self.page is not None
            return DriverResponse(200, (("Content-Type", type_of(self.page)),), encoded(self.page))
        if path == "/dot.gif":
            return DriverResponse(200, (("Content-Type", "image/gif"),), DOT)
        self.sent.append(request)
        return DriverResponse(204, (), b"")

    def file(self, url: str) -> DriverResponse | None:
        found = url == self.base_url + "/dot.gif"
        return DriverResponse(200, (("Content-Type", "image/gif"),), DOT) if found else None

    def close(self) -> None:
        pass

    def outcome(self, page: FormPage, files: list[Path]) -> Outcome:
        """Do the acts and tell what came of them."""
        self.page = page
        self.sent.clear()
        refused = []
        with BrowserContext(self, max_redirects=0) as context:
            shown = context.new_page()
            shown.goto(PLACE)
            for act in page.acts:
                try:
                    perform(shown, act, files, 0)
                except NeedsBrowser as error:
                    return Outcome(needs_browser=str(error))
                except Error as error:
                    refused.append(_refusal(error, NotInTime))
                    continue
                refused.append("")
            sent = tuple(self._sent(request) for request in self.sent)
            return Outcome(sent, _state(shown.document), tuple(refused))

    def _sent(self, request: DriverRequest) -> Sent:
        headers = {name.lower(): value for name, value in request.headers}
        return sent_from(request.method, request.url.removeprefix(self.base_url), headers, request.body)


def _refusal(error: Exception, timeout: type[Exception]) -> str:
    """Return what kind of error it is, and which state is lacking."""
    kind = "timeout" if isinstance(error, timeout) else "error"
    if kind == "error":
        return kind
    named = sorted({next(filter(None, match.groups()), match[0]) for match in _STATES.finditer(str(error))})
    if "did not find some options" in str(error):
        named = ["options"]
    return f"{kind} {named[-1].removeprefix('not ')}" if named else kind


def _state(doc: Any) -> tuple[tuple[str, str], ...]:
    found = []
    for el in select(doc, "[data-k]"):
        if el.tag not in ("input", "select", "textarea"):
            continue
        held = controls.value(doc, el)
        if el.tag == "select":
            chosen = controls.selected_options(doc, el)
            held = " ".join(str(n) for n, option in enumerate(controls.options(el)) if option in chosen)
        elif (el.attr("type") or "").lower() in ("checkbox", "radio"):
            held = str(controls.is_checked(doc, el))
        found.append((el.attr("data-k"), held))
    return tuple(found)


_STATE = """[...document.querySelectorAll('input[data-k],select[data-k],textarea[data-k]')].map(el => [el.dataset.k,
  el.localName === 'select' ? [...el.options].map((o, n) => o.selected ? n : -1).filter(n => n >= 0).join(' ')
  : ['checkbox', 'radio'].includes(el.type) ? (el.checked ? 'True' : 'False') : el.value])"""


class Theirs:
    """Chromium through Playwright, and the server that it talks to."""

    def __init__(self, browser: Any, server: FormServer) -> None:
        self.server = server
        self.context = browser.new_context()
        self.shown = self.context.new_page()

    def outcome(
        self, page: FormPage, files: list[Path], expected: Outcome, refused_after: int = _REFUSED
    ) -> Outcome:
        """Do the acts in Chromium and tell what came of them; what ours came to tells how long to wait."""
        from playwright.sync_api import Error as PlaywrightError
        from playwright.sync_api import TimeoutError as PlaywrightTimeout

        self.server.page = page
        self.shown.goto(self.server.base_url + PLACE)
        self.server.requests.clear()
        refused = []
        for number, act in enumerate(page.acts):
            in_vain = number < len(expected.refused) and expected.refused[number].startswith("timeout")
            try:
                perform(self.shown, act, files, refused_after if in_vain else _DONE)
            except PlaywrightError as error:
                refused.append(_refusal(error, PlaywrightTimeout))
                continue
            refused.append("")
        state = tuple((key, held) for key, held in self.shown.evaluate(_STATE))
        self._await(len(expected.sent))
        for popup in self.context.pages[1:]:
            popup.close()
        return Outcome(tuple(self.server.requests), state, tuple(refused))

    def _await(self, wanted: int) -> None:
        """Wait for the requests that ours sent, and a moment for one more."""
        until = time.monotonic() + _ARRIVAL
        while len(self.server.requests) < wanted and time.monotonic() < until:
            self.shown.wait_for_timeout(5)
        self.shown.wait_for_timeout(20)


@dataclass
class Comparison:
    """Compares page after page."""

    theirs: Theirs
    files: list[Path]
    ours: Ours = field(init=False)

    def __post_init__(self) -> None:
        self.ours = Ours(self.theirs.server.base_url)

    def outcomes(self, page: FormPage) -> tuple[Outcome, Outcome]:
        """Return what came of a page, ours first; where ours needs a browser, nothing is compared.

        Where they differ Chromium is asked once more, with more time: a loaded machine may have looked too early.
        """
        mine = self.ours.outcome(page, self.files)
        if mine.needs_browser:
            return mine, mine
        other = self.theirs.outcome(page, self.files, mine)
        return mine, other if mine == other else self.theirs.outcome(page, self.files, mine, _ASKED_AGAIN)

    def smallest(self, page: FormPage) -> FormPage:
        """Return the page without whatever can be left out while the two still differ."""
        at = 0
        while at < len(page.pieces) + len(page.acts):
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


def run(pages: int = 3000, seed: int = 0, *, report: Any = print, most: int = 10) -> dict[str, Any]:
    """Compare that many generated forms, from that seed on.

    Args:
        pages: How many.
        seed: The first page's seed; the next page has the next one.
        report: Called with each difference, made as small as it goes.
        most: After how many differences to stop making them small.

    Returns:
        ``pages``, ``equal``, ``refused``, ``differences``, and ``reasons``: how often which page needed a browser.
    """
    differences = 0
    reasons: Counter[str] = Counter()
    with TemporaryDirectory() as folder, chromium() as browser, FormServer() as server:
        comparison = Comparison(Theirs(browser, server), _files(Path(folder)))
        for number in range(seed, seed + pages):
            page = generate(number)
            mine, other = comparison.outcomes(page)
            if mine.needs_browser:
                reasons[_reason(mine.needs_browser)] += 1
            if mine != other:
                differences += 1
                if differences <= most:
                    page = comparison.smallest(page)
                    mine, other = comparison.outcomes(page)
                report(Difference(number, page, mine, other))
    refused = sum(reasons.values())
    return {
        "pages": pages, "equal": pages - refused - differences, "refused": refused, "differences": differences,
        "reasons": dict(reasons.most_common()),
    }  # fmt: skip


def _files(folder: Path) -> list[Path]:
    found = []
    for name, content in FILES:
        found.append(folder / name)
        found[-1].write_bytes(content)
    return found


def _reason(text: str) -> str:
    """Return a refusal without what belongs to its page alone: elements, texts and addresses."""
    return re.sub(r"<[^>]*>( '[^']*')?|'[^']*'|\"[^\"]*\"|https?:\S+|\d+", "…", " ".join(text.split()))[:160]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(run(arguments.pages, arguments.seed))  # noqa: T201 - a command's answer
