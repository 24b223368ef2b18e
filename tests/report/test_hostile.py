"""Whatever text stands in whatever field of a trace: the terminal and the report show it as text."""

from __future__ import annotations

import base64
import json
import unicodedata
import zlib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from django_journey import errors, reports
from django_journey._drivers.browser.launch import launch
from django_journey._report.model import assemble
from django_journey._report.terminal import summary
from django_journey._trace.record import events
from tests import needs
from tests.report.synthetic import Process, folder_with, ids_of
from tests.report.test_html import Elements

_BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]
_MARKUP = [
    *("<script>alert(1)</script>", "</script><script>alert(1)</script>", "<!--<script>", "]]>", "<![CDATA["),
    *("<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "'\"><b>", "${x}", "$x", "$$", "{{ x }}"),
    *(
        "{% x %}",
        "%(x)s",
        "%s",
        "%n",
        "{0.__class__}",
        "javascript:alert(1)",
        "data:text/html,<b>",
        "`",
        "\\",
    ),
    *("</style><b>", "</title><b>", "</noscript><b>", "</textarea><b>", "&lt;b&gt;", "&#60;b>", "\u2028<b>"),
    *("</pre><b>", "__proto__", "constructor", "toString", "../../etc/passwd", "a\x00<b>", "\ud800<b>"),
]
_TERMINAL = [
    *("\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\link", "\x1b[2J", "\x1b[?25l", "\x1bc"),
    *("\x9b31m", "\x9d0;x\x9c", "over\rwritten", "back\x08\x08", "bell\x07", "\x0e shift", "line\x0bfeed"),
    *(
        "\x1b[6n",
        "\x1bP$q\x1b\\",
        "\x1b_x\x1b\\",
        "\x1b^x\x1b\\",
        "nul\x00",
        "del\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
    ),
]
PAYLOADS = [
    *_MARKUP,
    *_TERMINAL,
    *(f"a{chr(mark)}b{chr(mark)}<i>" for mark in _BIDI),
    *(f"{chr(code)}x{chr(code)}" for code in [*range(0x20), *range(0x7F, 0xA0)] if chr(code) not in "\t\n "),
    *(f"<a title={mark}{tag}{mark}>" for mark in "\"'`" for tag in _MARKUP[:20]),
    *(f"{tag}{escape}" for tag in _MARKUP[:12] for escape in _TERMINAL[:9]),
]


def _filled(kind: Any, text: str) -> Any:
    """Make a value of a type with the text in each place that takes one."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _filled(hints[field.name], text) for field in fields(kind)})  # type: ignore[operator]
    inner = [part for part in get_args(kind) if part not in (type(None), Ellipsis)]
    if get_origin(kind) is tuple:
        return (_filled(inner[0], text),)
    if get_origin(kind) is dict:
        return {text: text}
    if kind is str or kind == events.Outcome:
        return text
    return _filled(inner[0], text) if inner else kind(1)


def _process(text: str) -> Process:
    process = Process()
    for cls in events.EVENT_TYPES.values():
        event = _filled(cls, text)
        for name, value in {
            "test": "t",
            "step": 1,
            "run": "r1",
            "schema": events.SCHEMA,
            "ok": False,
        }.items():
            if hasattr(event, name):
                object.__setattr__(event, name, value)
        process.write(event)
    return process


def _unseen(text: str) -> list[str]:
    return [
        hex(ord(letter))
        for letter in text
        if (unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") and letter not in "\n\t")
        or unicodedata.bidirectional(letter)
        in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        or letter in "\u200e\u200f\u061c\ufeff"
    ]


def test_there_are_payloads_enough() -> None:
    assert len(set(PAYLOADS)) >= 300


def test_the_terminal_gets_nothing_but_text() -> None:
    for payload in PAYLOADS:
        lines = summary(assemble(_process(payload).events), 100, report=Path(f"x{payload}"))
        assert _unseen("\n".join(lines)) == [], payload
        assert any(errors.visible(payload).split()[0] in line for line in lines), payload


def test_the_report_holds_nothing_but_text(tmp_path: Path) -> None:
    plain = Elements(reports.build(folder_with(tmp_path / "plain", _process("x"))).read_text("utf-8"))
    known = sorted(tag for tag, _ in plain.tags)
    for number, payload in enumerate(PAYLOADS):
        index = reports.build(folder_with(tmp_path / str(number), _process(payload)))
        text = index.read_bytes().decode("utf-8")
        assert _unseen(text) == [], payload
        elements = Elements(text)
        assert sorted(tag for tag, _ in elements.tags) == known, payload
        assert not [name for _, attributes in elements.tags for name in attributes if name.startswith("on")]
        (row,) = json.loads(elements.scripts["data-rows"])
        assert row["name"] == errors.visible(payload)
        packed = zlib.decompress(base64.b64decode(elements.scripts[f"data-{row['id']}"])).decode()
        (request,) = [part for part in json.loads(packed)["parts"][0]["parts"] if part["is"] == "request"]
        text = errors.visible(payload)
        assert {
            "posted",
            "files",
            "sent",
            "headers",
            "reply",
            "answered",
            "session",
            "context",
            "rows",
        } <= request.keys()
        assert (request["sent"], request["headers"], request["shapes"][0][5:]) == (
            text,
            {text: text},
            [[text], [text]],
        )
        for part in json.loads(packed)["parts"]:
            for name, value in part.items():
                if isinstance(value, str) and name not in ("is", "html"):
                    assert _unseen(value) == [], name


def test_a_browser_runs_nothing_of_it(tmp_path: Path) -> None:
    shown = [*PAYLOADS[::8], "toString", "__proto__"]  # a browser takes its time
    process = Process()
    for number, payload in enumerate(shown):
        for event in _process(payload).events[1:]:
            object.__setattr__(event, "test", f"t{number}")
            process.write(event)
    index = reports.build(folder_with(tmp_path, process))
    with needs.library("playwright.sync_api").sync_playwright() as playwright:
        with needs.a_browser():
            browser = launch(playwright, "chromium", headed=False)
        page = browser.new_page()
        ran: list[str] = []
        page.on("dialog", lambda dialog: ran.append(dialog.message))
        page.on("pageerror", lambda error: ran.append(str(error)))
        page.on("request", lambda request: ran.append(request.url))
        page.goto(index.as_uri())
        ran.clear()
        for identity in ids_of(index):
            page.evaluate("hash => { location.hash = hash }", f"#{identity}")
            page.locator("[aria-controls=step-1-body], #step-1").first.click()
            page.locator("details.mail").last.wait_for(state="attached")
            page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        page.locator("iframe.mail-frame").wait_for(state="attached")
        assert (
            page.locator("main script, main img:not(.shot), main form, main object, main embed").count() == 0
        )
        assert [entry for entry in ran if entry != "about:srcdoc"] == []
        browser.close()


@pytest.mark.parametrize("payload", ["\x1b[2Jgone", "a\u202eb", "x\ud800", "c\rd", "\x9b1m"])
def test_an_error_of_the_library_says_nothing_but_text(payload: str) -> None:
    explanation = errors.Explanation(payload, where=payload, nearest=(payload,), instead=payload)
    for error in (
        errors.StoryError(explanation),
        errors.Error(payload),
        errors.ExpectationError(payload),
        errors.NeedsBrowser(payload, payload, where=payload),
    ):
        assert _unseen(str(error)) == []
        assert errors.visible(payload) in str(error)


def test_text_that_can_be_seen_stays_as_it_is() -> None:
    for text in (
        "plain",
        "two\nlines\tand a tab",
        "Ärger, 日本語, עברית, عربي",
        "👩‍👩‍👧",
        "a\u200db",
        "ne\u00adver",
    ):
        assert errors.visible(text) == text
    assert errors.visible("mail\r\nline") == "mail\nline"
