"""ARIA snapshots, and matching them against templates."""

from __future__ import annotations

import pytest

from django_journey._dom.aria.snapshot import aria_snapshot, match_snapshot
from django_journey._dom.aria.snapshot_template import TextTemplate
from django_journey._dom.forms.controls import set_value
from django_journey._dom.tree.document import Document
from django_journey.errors import Error


def page(markup: str):
    doc = Document(f"<!doctype html><body>{markup}</body>")
    return doc, doc.tree.select_one("body")


OUTLINES = {
    "<h1>Title</h1>": '- heading "Title" [level=1]',
    "<p>a <strong>b</strong> c</p>": "- paragraph:\n  - text: a\n  - strong: b\n  - text: c".replace(
        "strong", "strong"
    ),
    "<p>a <i>b</i> c</p>": "- paragraph: a b c",
    "<div>a</div><div>b</div>": "- text: a b",
    "<ul><li>a</li><li><a href='/x'>b</a></li></ul>": (
        '- list:\n  - listitem: a\n  - listitem:\n    - link "b":\n      - /url: /x'
    ),
    "<label>Name <input value=Ada></label>": '- text: Name\n- textbox "Name": Ada',
    "<input placeholder=P aria-label=L>": '- textbox "L":\n  - /placeholder: P',
    "<input type=checkbox checked><input type=radio>": "- checkbox [checked]\n- radio",
    "<button disabled aria-pressed=mixed>Go</button>": '- button "Go" [disabled] [pressed=mixed]',
    "<button aria-expanded=true>: x</button>": "- 'button \": x\" [expanded]'",
    "<select><option>a<option selected>b</select>": '- combobox:\n  - option "a"\n  - option "b" [selected]',
    "<input aria-invalid=spelling>": "- textbox [invalid=spelling]",
    "<details><summary>s</summary>x</details>": "- group: s",
    "<p hidden>x</p><p aria-hidden=true>y</p>": "",
    "<ul role=none><li>x</li></ul>": "- text: x",
    "<p>123</p><p>- x</p><p>true</p><p>it's</p>": (
        '- paragraph: "123"\n- paragraph: "- x"\n- paragraph: "true"\n- paragraph: it\'s'
    ),
    "<iframe></iframe>": "- iframe",
    "<textarea>x\ny</textarea>": "- textbox: x y",
    "<style>b::before{content:'n '}</style><p><b>x</b></p>": "- paragraph: n x",
    "<a href='data:text/plain,xyz'>d</a>": '- link "d":\n  - /url: data:text/plain,\u2026',
    "<i id=o>own</i><div role=group aria-owns=o>x</div>": "- text: own\n- group: x",
}


@pytest.mark.parametrize("markup", OUTLINES)
def test_the_snapshot_of(markup):
    assert aria_snapshot(*page(markup)) == OUTLINES[markup]


def test_a_snapshot_contains_typed_text():
    doc, body = page("<input value=old>")
    set_value(doc, doc.tree.select_one("input"), "new")
    assert aria_snapshot(doc, body) == "- textbox: new"


def test_a_snapshot_can_be_limited_in_depth():
    doc, body = page("<ul><li>a</li><li><ul><li>b</li></ul></li></ul>")
    assert (
        aria_snapshot(doc, body, depth=1)
        == "- list:\n  - listitem: a\n  - listitem:\n    - list"[: -len(":\n    - list")]
    )


def test_five_hundred_nested_lists_have_a_snapshot():
    doc, body = page("<ul><li>" * 300 + "deep")
    assert aria_snapshot(doc, body).endswith("listitem: deep")


SHOP = "<h1>Shop</h1><ul aria-label=Goods><li>Tea <a href='/tea?x=1'>Buy</a></li><li>Milk</li><li>Salt 12</li></ul>"


@pytest.mark.parametrize(
    "template",
    [
        "- heading",
        '- heading "Shop" [level=1]',
        "- heading /^Sh.p$/",
        "- listitem: Milk",
        "- listitem: /Salt \\d+/",
        "- list:\n  - listitem\n  - listitem: Salt 12",
        '- list "Goods":\n  - listitem: Milk',
        "- list:\n  - /children: equal\n  - listitem\n  - listitem\n  - listitem",
        "- list:\n  - listitem:\n    - text: Tea\n    - link:\n      - /url: /tea/",
        '- link "Buy"',
        "- link:\n  - /url: /tea?x=1",
        "- heading\n- list",
        "-   listitem:   Milk   # the second",
        "- listitem: |\n    Milk\n",
        "- list:\n    - listitem:\n        - text: 'Tea'",
        "- 'heading \"Shop\"'",
    ],
)
def test_templates_that_match(template):
    doc, body = page(SHOP)
    assert match_snapshot(doc, body, template).matches


@pytest.mark.parametrize(
    "template",
    [
        '- heading "shop"',
        "- heading [level=2]",
        "- listitem: milk",
        "- list:\n  - listitem: Milk\n  - listitem: Tea",
        "- list:\n  - /children: equal\n  - listitem\n  - listitem",
        "- list:\n  - /children: deep-equal\n  - listitem: Tea\n  - listitem\n  - listitem",
        "- link:\n  - /url: /[a/",
        "- link:\n  - /url: /coffee",
        "- button",
        "- list\n- heading",
        "- heading [checked]",
    ],
)
def test_templates_that_do_not_match(template):
    doc, body = page(SHOP)
    matched = match_snapshot(doc, body, template)
    assert not matched.matches
    assert matched.received.startswith('- heading "Shop" [level=1]\n- list "Goods":')


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("heading", 'Aria snapshot must be a YAML sequence, elements starting with " -"'),
        ('- heading "x', 'Unterminated string:\n\nheading "x\n          ^\n'),
        ("- heading /x", "Unterminated regex:\n\nheading /x\n          ^\n"),
        (
            "- heading [level=x]",
            'Value of "level" attribute must be a number:\n\nheading [level=x]\n               ^\n',
        ),
        ("- heading [odd]", "Unsupported attribute [odd]:\n\nheading [odd]\n         ^\n"),
        ("- heading x", "Unexpected input:\n\nheading x\n        ^\n"),
        ("- button [pressed=5]", 'Value of "pressed" attribute must be a boolean or "mixed"'),
        ("- button [disabled", "Expected ]"),
        ("- list:\n  - /children: some", 'Strict value should be "contain", "equal" or "deep-equal"'),
        ("- text: 5", "Text value should be a string"),
        ("- listitem:", "Node value should be a string or a sequence"),
        ("- 5", "Sequence items should be strings or maps"),
        ("- heading: a: b", "Nested mappings are not allowed in compact mappings at line 1, column 12"),
        ("    - list\n- list", "All collection items must start at the same column"),
        ("- {a: b}", "must be quoted"),
        ("- heading /(/", "Invalid regular expression"),
    ],
)
def test_the_error_of_an_invalid_template_names_the_position(template, message):
    doc, body = page(SHOP)
    with pytest.raises(Error) as raised:
        match_snapshot(doc, body, template)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "shown", "fits"),
    [("//", "abc", True), ("/", "abc", False), ("/", "/", True), ("/b/", "abc", True), ("/x/", "abc", False)],
)
def test_a_text_between_slashes_is_a_pattern(text: str, shown: str, fits: bool) -> None:
    assert TextTemplate(text).fits(shown) is fits
