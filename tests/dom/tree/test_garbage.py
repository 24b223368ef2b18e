"""Broken markup and style sheets: every query has a result, and a snapshot matches itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from django_journey._dom.aria.names import description_of, error_message_of, name_of
from django_journey._dom.aria.roles import (
    checked,
    disabled,
    expanded,
    is_hidden,
    level,
    pressed,
    role_of,
    selected,
)
from django_journey._dom.aria.snapshot import aria_snapshot, match_snapshot
from django_journey._dom.css.stylesheet import read_block, read_sheet
from django_journey._dom.rendering.text import element_text, inner_text, text_of
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document

TAGS = [
    "p",
    "div",
    "span",
    "a",
    "button",
    "input",
    "select",
    "option",
    "table",
    "tr",
    "td",
    "th",
    "ul",
    "li",
    "details",
    "summary",
    "svg",
    "slot",
    "label",
    "b",
    "pre",
]
ATTRIBUTES = [
    "id=a", "id=b", "for=a", "role=none", "role=button", "aria-labelledby='a b'", "aria-owns=b", "hidden", "href=x",
    "type=checkbox", "popover", "open", "class=c", "style='display:contents'", "style='float:left;width:0'", "multiple",
    "style='position:absolute'", "style='display:flex'", "aria-hidden=true", "aria-describedby=b", "tabindex=0",
]  # fmt: skip
CSS = [
    "{",
    "}",
    "(",
    ")",
    ";",
    ":",
    "'",
    '"',
    "\\",
    "/*",
    "*/",
    "@media",
    "@layer x",
    "@import 'x'",
    ".c",
    "p",
    "&",
    ">",
]
CSS += [
    "::before",
    ":is(",
    ":has(",
    ":not(",
    "display",
    "content",
    "none",
    "flex",
    "var(--x",
    "--x",
    "!important",
    ",",
]
CSS += ["width", "0", "attr(id)", "#a", "[id", "]", "*", "url(", "calc(", "@supports not", " "]

pieces = st.one_of(
    st.builds(
        lambda tag, attributes: f"<{tag} {' '.join(attributes)}>",
        st.sampled_from(TAGS),
        st.lists(st.sampled_from(ATTRIBUTES), max_size=3),
    ),
    st.builds(lambda tag: f"</{tag}>", st.sampled_from(TAGS)),
    st.sampled_from(
        ["text", " ", "&nbsp;", "\u200b", "<!--c-->", "<template shadowrootmode=open>", "</template>", "<"]
    ),
    st.builds(lambda css: f"<style>{''.join(css)}</style>", st.lists(st.sampled_from(CSS), max_size=12)),
)


@settings(max_examples=80)
@given(st.lists(pieces, max_size=25))
def test_every_query_of_any_element_of_a_broken_page_has_a_result(parts):
    doc = Document("".join(parts), url="http://site.test/")
    for el in doc.tree.iter_elements():
        for ask in (
            role_of,
            name_of,
            description_of,
            error_message_of,
            is_visible,
            is_hidden,
            inner_text,
            text_of,
        ):
            ask(doc, el)
        for state in (checked, pressed, expanded, selected, level, disabled):
            state(doc, el)
        element_text(el)


@settings(max_examples=80)
@given(st.lists(pieces, max_size=25))
def test_the_snapshot_of_any_page_matches_itself(parts):
    doc = Document("".join(parts), url="http://site.test/")
    body = doc.tree.select_one("body")
    if body is not None and (outline := aria_snapshot(doc, body)):
        assert match_snapshot(doc, body, outline).matches


@settings(max_examples=200)
@given(st.lists(st.one_of(st.sampled_from(CSS), st.text(max_size=3)), max_size=30).map("".join))
def test_any_text_can_be_parsed_as_a_style_sheet(css):
    read_sheet(css)
    read_block(css)
