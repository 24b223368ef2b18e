"""The texts of an element, raw and normalized."""

from __future__ import annotations

import pytest

from django_journey._dom.rendering.text import element_text, normalize, text_content, text_of, trim
from django_journey._dom.tree.document import Document


def element(markup: str, selector: str = "#it"):
    found = Document(markup).tree.select_one(selector)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("  a \n\t b  ", "a b"),
        ("a\u200bb\u00adc", "abc"),
        ("a\u00a0\u3000b", "a b"),
        ("\u200b a", "a"),
        ("\ufeffa\ufeff", "a"),
        ("a\x1cb", "a\x1cb"),  # white space for Python, not for a browser
        ("", ""),
    ],
)
def test_normalizing_follows_ecmascripts_white_space(raw, normal):
    assert normalize(raw) == normal


def test_trim_keeps_what_is_inside():
    assert trim("\u00a0 a  b \n") == "a  b"


def test_text_content_takes_scripts_and_leaves_templates():
    it = element("<div id=it>a<script>s</script><!-- c --><template>t</template><b>b</b></div>")
    assert text_content(it) == "asb"


def test_scripts_styles_and_noscript_have_no_text():
    it = element("<div id=it>a<script>s</script><style>y</style><noscript>n</noscript> <b>b</b></div>")
    assert element_text(it) == "a b"


def test_the_head_has_no_text_not_even_its_title():
    assert element_text(element("<title id=it>Page</title>")) == ""


@pytest.mark.parametrize("kind", ["submit", "SUBMIT", "reset", "button"])
def test_the_text_of_a_button_input_is_its_value(kind):
    assert element_text(element(f"<p id=it>x <input type={kind} value=Go></p>")) == "x Go"


def test_other_inputs_have_no_text():
    assert element_text(element("<p id=it>x<input value=v><input type=image value=v></p>")) == "x"


def test_immediate_text_is_split_by_elements_but_not_by_comments():
    doc = Document("<p id=it>one<!-- c -->two<b>three</b> four</p>")
    text = text_of(doc, doc.tree.select_one("#it"))
    assert text.immediate == ("onetwo", " four")
    assert text.full == "onetwothree four"
    assert text.normalized == "onetwothree four"


def test_text_of_a_shadow_tree_belongs_to_its_host_but_not_directly():
    doc = Document("<div id=it>light<template shadowrootmode=open>shadow <b>tree</b></template></div>")
    text = text_of(doc, doc.tree.select_one("#it"))
    assert text.full == "lightshadow tree"
    assert text.immediate == ("light",)


def test_texts_are_computed_again_after_the_page_changes():
    doc = Document("<p id=it>old</p>")
    it = doc.tree.select_one("#it")
    assert text_of(doc, it).full == "old"
    it.text = "new"
    doc.tree_changed()
    assert text_of(doc, it).full == "new"


def test_ten_thousand_nested_elements_have_a_text():
    it = element("<div id=it>" + "<b>" * 10_000 + "deep")
    assert element_text(it) == "deep"
    assert text_content(it) == "deep"
