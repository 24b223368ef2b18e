"""Every character of the basic plane, and strings of them, in each legacy encoding, as Chromium writes them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from django_journey._dom.forms.body_encoding import encode_text
from tests.conformance.forms import chromium
from tests.conformance.loopback import Asset, serving

pytestmark = pytest.mark.usefixtures("chromium")

ENCODINGS = (
    *("gbk", "gb18030", "big5", "euc-jp", "shift_jis", "iso-2022-jp", "euc-kr", "koi8-u", "x-user-defined"),
    *("windows-1252", "windows-1255"),
)
#: What a query writes in its own way, so it says nothing of the encoding.
_LEFT_OUT = frozenset("\t\n\r #\"'<>&;")
#: Characters by which an encoder changes its state, or that it does not have.
_POOL = "aZ~\\¥‾あア亜ｱﾞﾟ\u2212éā€漢字각😀\x1b\x0e±Ў"
_ASK = """texts => { const link = document.querySelector('a');
  return texts.map(text => { link.href = '?' + text; return link.search.slice(1) }) }"""


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_character_is_written_as_in_chromium(page: Any, encoding: str) -> None:
    rng = random.Random(1)
    texts = [chr(code) for code in range(0x20, 0x10000) if not 0xD800 <= code < 0xE000]
    texts = [char for char in texts if char not in _LEFT_OUT]
    # Each by itself between two letters; many at once, since what takes time is to ask.
    texts = ["z".join(texts[at : at + 40]) for at in range(0, len(texts), 40)]
    texts += [chr(rng.randrange(0x10000, 0x110000)) for _ in range(200)]
    texts += ["".join(rng.choices(_POOL, k=rng.randint(2, 6))) + "z" for _ in range(300)]
    with serving(lambda path: Asset(f"text/html; charset={encoding}", b"<a>link</a>")) as base:
        page.goto(base)
        name = page.evaluate("document.characterSet")
        theirs = page.evaluate(_ASK, texts)
    different = [
        (text, encode_text(text, name), written)
        for text, written in zip(texts, map(unquote_to_bytes, theirs), strict=True)
        if encode_text(text, name) != written
    ]
    assert different == []
