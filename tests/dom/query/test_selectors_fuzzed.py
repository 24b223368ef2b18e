"""Any text as a selector: the result is elements or an error, never a crash or a hang."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from django_journey._dom.query import query_errors
from django_journey._dom.query.find import find_all
from django_journey._dom.query.parts import Label, Query, Text
from django_journey._dom.query.selectors import by_role, parse
from django_journey._dom.tree.document import Document
from django_journey.errors import Error

PAGE = Document(
    "<title>T</title><main id=m class='a b'><p>One <b>two</b></p><p hidden>Three</p><label>Name <input name=n></label>"
    "<svg><path d=M0/></svg><template><p>no</p></template><ul><li>x<li>y</ul><button>Save</button></main>"
)
PIECES = [
    *[
        "div",
        "p",
        "*",
        "#m",
        ".a",
        "[name=n]",
        "[class~='a' i]",
        ":visible",
        ":scope",
        ":has(",
        ":not(",
        ":is(",
        ")",
    ],
    *[
        ":text('One')",
        ':has-text("two")',
        ":text-matches('o', 'i')",
        ":nth-match(",
        ":nth-child(2n+1)",
        "::before",
    ],
    *[
        " ",
        ">",
        "+",
        "~",
        ",",
        ">>",
        " >> ",
        "*css=",
        "css=",
        "text=",
        'text="',
        "role=button",
        "[name=",
        "]",
        "nth=",
        "-1",
    ],
    *[
        "xpath=",
        "//p",
        "(//p)[1]",
        "..",
        "visible=true",
        "id=m",
        "internal:has=",
        '"p"',
        "\\",
        "'",
        '"',
        "/x/i",
        "2",
        "|",
        "!",
    ],
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=8).map("".join))
def test_any_text_is_a_selector_or_an_error(source: str) -> None:
    try:
        found = find_all(PAGE, Query((parse(source),)))
    except Error:
        return
    assert len(set(found)) == len(found)
    assert all(el.tag for el in found)
    if not found:
        query_errors.missing(PAGE, Query((parse(source),)), call="", where="")


@settings(max_examples=100)
@given(st.text(max_size=12), st.booleans())
def test_any_text_can_be_searched_without_a_match(text: str, exact: bool) -> None:
    for part in (
        Text(text, exact=exact),
        Label(text, exact=exact),
        by_role("button", name=text, exact=exact),
    ):
        query = Query((part,))
        found = find_all(PAGE, query)
        if len(found) > 1:
            query_errors.ambiguous(PAGE, query, found, call="", where="")
        if not found:
            query_errors.missing(PAGE, query, call="", where="")
        assert str(query).startswith("get_by_")
