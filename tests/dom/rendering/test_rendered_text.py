"""Rendered texts. Each expectation was measured in Chromium."""

from __future__ import annotations

import pytest

from django_journey._dom.rendering.text import inner_text
from django_journey._dom.tree.document import Document

TEXTS = {
    "<p id=it> a \n b </p>": "a b",
    "<p id=it>a<br>b<br></p>": "a\nb\n",
    "<div id=it>a<p>b</p><p>c</p>d</div>": "a\n\nb\n\nc\n\nd",
    "<div id=it>a<div>b</div>c</div>": "a\nb\nc",
    "<ul id=it><li>a</li><li>b</li></ul>": "a\nb",
    "<table id=it><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "a\tb\nc",
    "<table id=it><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>": "a\nb",
    "<pre id=it>a\n  b</pre>": "a\n  b",
    "<p id=it>a<span hidden>b</span>c</p>": "ac",
    "<p id=it>a<span style='visibility:hidden'>b</span>c</p>": "ac",
    "<p id=it>a<script>b</script><style>c</style>d</p>": "ad",
    "<p id=it hidden>a <b>b</b></p>": "a b",
    "<p id=it style='text-transform:uppercase'>a\u00e9</p>": "A\u00c9",
    "<p id=it style='text-transform:capitalize'>one two</p>": "One Two",
    "<p>x<span id=it> a </span>y</p>": " a ",
    "<p><span id=it> a </span></p>": "a",
    "<p id=it>a <img src=x> b</p>": "a  b",
    "<p id=it><input type=checkbox> a</p>": " a",
    "<p id=it>a<span style='display:inline-block'> b </span>c</p>": "abc",
    "<p id=it>a&nbsp; b</p>": "a\u00a0 b",
    "<select id=it><option> a </option><option>b</option></select>": "a\nb",
    "<details id=it><summary>s</summary>x</details>": "s",
    "<textarea id=it>x</textarea>": "",
    "<div id=it style='display:flex'><b>a</b><b>b</b></div>": "a\nb",
    "<div id=it style='white-space:pre-line'>a  b\n c</div>": "a b\nc",
    "<div id=it></div>": "",
    "<p id=it>a <i style='position:absolute'>b</i> c</p>": "a \nb\nc",
    "<p id=it>a <i style='float:left'>b</i></p>": "a\nb",
    "<div id=it>a<p style='display:contents'>b</p>c</div>": "abc",
    "<p id=it>a<span style='display:inline-block;content-visibility:hidden'>b</span> c</p>": "a c",
    "<style>i::before{content:'x'}</style><p id=it><i></i> a</p>": " a",
    "<select><option id=it> a </option></select>": " a ",
    "<progress><b id=it> a </b></progress>": " a ",
    "<table id=it><tr><td>a</td><td style='visibility:hidden'>b</td><td>c</td></tr></table>": "a\tc",
}


@pytest.mark.parametrize("markup", TEXTS)
def test_the_inner_text_of(markup):
    doc = Document(f"<!doctype html><body>{markup}")
    assert inner_text(doc, doc.tree.select_one("#it")) == TEXTS[markup]


def test_ten_thousand_nested_elements_have_an_inner_text():
    doc = Document("<!doctype html>" + "<b>" * 10_000 + "deep")
    assert inner_text(doc, doc.tree.select_one("b")) == "deep"
