"""A stored page connects to nothing when it is opened in Chromium, and looks the same."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from django_journey import reports
from django_journey._dom.tree.inert_page import inert
from django_journey._trace.record.events import MailSent
from tests import needs
from tests.report.synthetic import Process, folder_with, ids_of

# Each names a host of its own; ``.example`` is nobody's (RFC 2606).
REACHING = (
    *(
        '<iframe src="http://{}/"></iframe>',
        '<object data="http://{}/"></object>',
        '<embed src="http://{}/">',
    ),
    '<iframe srcdoc="&lt;iframe src=&quot;http://{}/&quot;>"></iframe>',
    '<iframe srcdoc="&lt;link rel=preconnect href=&quot;http://{}&quot;>"></iframe>',
    *(f'<link rel="{rel}" href="http://{{}}">' for rel in ("preconnect", "dns-prefetch", "prefetch", "icon")),
    *(
        f'<link rel="{rel}" href="http://{{}}/x" as="{kind}">'
        for rel, kind in [("preload", "script"), ("modulepreload", "script"), ("stylesheet", "style")]
    ),
    '<link rel="manifest" href="http://{}/m.json">',
    '<noscript><iframe src="http://{}/"></iframe></noscript>',
    '<noscript><link rel="preconnect" href="http://{}"></noscript>',
    '<img src="http://{}/a.png">',
    '<img srcset="http://{}/a.png 1x">',
    '<picture><source srcset="http://{}/a.png"><img src="data:,"></picture>',
    '<video poster="http://{}/p.png" src="http://{}/v.mp4" preload="auto"></video>',
    '<audio src="http://{}/a.mp3" preload="auto"></audio>',
    '<input type="image" src="http://{}/b.png">',
    '<base href="http://{}/"><img src="a.png">',
    '<meta http-equiv="refresh" content="0;url=http://{}/">',
    '<script src="http://{}/s.js"></script><script>fetch("http://{}/f")</script>',
    '<script type="speculationrules">{{"prefetch":[{{"source":"list","urls":["http://{}/"]}}]}}</script>',
    '<style>@import url("http://{}/i.css"); body {{ background: url(http://{}/bg.png) }}</style>',
    "<style>@font-face {{ font-family: f; src: url(http://{}/f.woff) }} body {{ font-family: f }}</style>",
    "<p style=\"background-image: image-set('http://{}/a.png' 1x)\">x</p>",
    '<svg><use href="http://{}/s.svg#a"></use><image href="http://{}/i.png"></image></svg>',
    '<svg><image><set attributeName="href" to="http://{}/set.png"></set></image></svg>',
    '<svg><feImage xlink:href="http://{}/fe.png"></feImage></svg>',
    '<template shadowrootmode="open"><iframe src="http://{}/"></iframe></template>',
    '<form><math><mtext></form><form><mglyph><style></math><iframe src="http://{}/"></iframe></style>',
    '<svg></p><style><a id="</style><iframe src=http://{}/></iframe>">',
    '<body background="http://{}/b.png" onload="fetch(`http://{}/on`)">',
    '<table background="http://{}/t.png"><td>x</table>',
    '<plaintext><iframe src="http://{}/"></iframe>',
)


class Listener:
    """Answers nothing, and knows whether anybody has connected."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.connected = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connected.set()
            connection.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self._thread.join(60)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


@pytest.fixture
def chromium(listener: Listener) -> Iterator[Any]:
    """Whole Chromium, to which each host is the listener: a look-up or a connection can't pass unseen."""
    program = needs.program("chromium", "google-chrome", package="chromium")
    with needs.library("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                f"--host-resolver-rules=MAP *.example 127.0.0.1:{listener.port}",
            ],
        )
        yield browser
        browser.close()


def _page(number: int, markup: str) -> str:
    return (
        f"<!doctype html><title>t</title>{markup.replace('{}', f'h{number}.example').format()}<p id=end>end"
    )


@pytest.mark.parametrize("markup", REACHING)
def test_no_host_is_left_that_a_browser_would_connect_to(markup: str) -> None:
    written = inert(_page(1, markup))
    assert inert(written) == written, "parsed again it is the same page"
    tags = re.sub(r">[^<]*", ">", written)
    for name in ("src=", "href=", "srcset=", "poster=", "background=", "data="):
        assert f'{name}"http' not in tags


def test_animations_are_removed_and_frames_are_rendered_one_level_deep() -> None:
    for tag in ("set", "animate"):
        assert f"<{tag}" not in inert(
            f'<svg><image><{tag} attributeName="href" to="http://h.example/"/></image></svg>'
        )
    inner = '<b>one</b><iframe srcdoc="&lt;i>two&lt;/i>"></iframe>'.replace("&", "&amp;").replace(
        '"', "&quot;"
    )
    written = inert(f'<iframe srcdoc="{inner}"></iframe>')
    assert "one" in written
    assert "two" not in written


def test_content_that_needs_no_network_is_preserved() -> None:
    kept = (
        '<img src="data:image/png;base64,AA=="><svg><use href="#icon"></use></svg>'
        '<a href="http://host.example/">there</a><style>p { color: red }</style>'
        '<form action="/next/"><input name="a" value="1"></form><iframe srcdoc="&lt;b>bold&lt;/b>"></iframe>'
    )
    written = inert(f"<!doctype html><body>{kept}")
    for part in (
        *('src="data:image/png;base64,AA=="', 'href="#icon"', 'href="http://host.example/"', "color: red"),
        *('action="/next/"', 'value="1"', "&lt;b&gt;bold&lt;/b&gt;", "<!DOCTYPE html>"),
    ):
        assert part in written


def test_chromium_connects_to_no_host_from_a_stored_page(
    chromium: Any, listener: Listener, tmp_path: Path
) -> None:
    for number, markup in enumerate(REACHING):
        (tmp_path / f"{number}.html").write_text(inert(_page(number, markup)), encoding="utf-8")
    page = chromium.new_page()
    for number in range(len(REACHING)):
        page.goto((tmp_path / f"{number}.html").as_uri())
        page.wait_for_load_state("load")
    assert not listener.connected.is_set()
    page.goto(f"data:text/html,{_page(0, REACHING[0])}")  # the same page as it was
    assert listener.connected.wait(60)


def test_chromium_connects_to_no_host_from_the_mails_of_a_report(
    chromium: Any, listener: Listener, tmp_path: Path
) -> None:
    process = Process()
    play = process.test("t.py::test_mail", story=True)
    for number, markup in enumerate(REACHING):
        play.write(MailSent(test=play.key, subject=f"m{number}", html=_page(number, markup)))
    play.end_test()
    page = chromium.new_page(viewport={"width": 1000, "height": 450 * len(REACHING)})
    index = reports.build(folder_with(tmp_path, process.finish()))
    page.goto(f"{index.as_uri()}#{ids_of(index)[0]}")
    page.locator("details.mail").last.wait_for()
    page.evaluate("for (const mail of document.querySelectorAll('details.mail')) mail.open = true")
    frames = page.locator("iframe.mail-frame")
    for number in range(len(REACHING)):
        frames.nth(number).content_frame.locator("body, frameset").first.wait_for(state="attached")
    assert frames.count() == len(REACHING)
    assert not listener.connected.is_set()
