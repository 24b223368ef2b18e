"""Accessible names, descriptions and error messages."""

from __future__ import annotations

import pytest

from django_journey._dom.aria.names import description_of, error_message_of, name_of
from django_journey._dom.forms.controls import select_options, set_checked, set_value
from django_journey._dom.tree.document import Document


def one(markup: str, selector: str = "#it"):
    doc = Document("<!doctype html>" + markup)
    found = doc.tree.select_one(selector)
    assert found is not None
    return doc, found


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("<label for=it>Name</label><input id=it>", "Name"),
        ("<label>Name <input id=it></label>", "Name"),
        ("<label for=it>A</label><label for=it>B</label><input id=it>", "A B"),
        ("<input id=it aria-label=' A  b '>", "A b"),
        ("<p id=x>X<p id=y>Y<input id=it aria-labelledby='y x'>", "Y X"),
        ("<p id=x hidden>X</p><input id=it aria-labelledby='x'>", "X"),
        ("<p id=x>X<span hidden>Y</span></p><input id=it aria-labelledby='x'>", "X"),
        ("<input id=it aria-labelledby=gone title=T>", "T"),
        ("<input id=it placeholder=P>", "P"),
        ("<input id=it placeholder=P title=T>", "T"),
        ("<input id=it type=checkbox placeholder=P>", ""),
        ("<input id=it type=submit>", "Submit"),
        ("<input id=it type=submit value=Go>", "Go"),
        ("<input id=it type=reset>", "Reset"),
        ("<input id=it type=button title=T>", "T"),
        ("<input id=it type=image alt=A>", "A"),
        ("<input id=it type=image>", "Submit"),
        ("<input id=it type=file>", "Choose File"),
        ("<label>Photo <input id=it type=file></label>", "Photo"),
        ("<button id=it>Save <b>now</b></button>", "Save now"),
        ("<button id=it><div>Save</div><div>now</div></button>", "Save now"),
        ("<button id=it>a<br>b</button>", "a b"),
        ("<button id=it><img alt=Save src=x></button>", "Save"),
        ("<button id=it>a<span hidden>b</span></button>", "a"),
        ("<button id=it>a<style>b</style></button>", "a"),
        ("<button id=it title=T></button>", "T"),
        ("<a id=it href=x>a<svg><title>t</title></svg></a>", "at"),
        ("<fieldset id=it><legend>L</legend><input></fieldset>", "L"),
        ("<figure id=it><figcaption>F</figcaption></figure>", "F"),
        ("<table id=it summary=S><caption>C</caption></table>", "C"),
        ("<table id=it summary=S></table>", "S"),
        ("<img id=it alt=A title=T>", "A"),
        ("<img id=it title=T>", "T"),
        ("<p id=it>text</p>", ""),
        ("<p id=it aria-label=x>text</p>", ""),
        ("<ul id=it><li>x</ul>", ""),
        ("<h1 id=it>a&nbsp;b &shy;c</h1>", "a\u00a0b c"),
        ("<details id=it><summary>s</summary></details>", ""),
        ("<details><summary id=it>s</summary></details>", "s"),
        ("<button id=it aria-owns=o>a</button><i id=o>b</i>", "ab"),
        ("<svg id=it><title>T</title></svg>", "T"),
        ("<pre role=tab id=it>a<b role=menuitem aria-labelledby='it it'>b</b></pre>", "a"),
    ],
)
def test_sources_of_a_name(markup, name):
    assert name_of(*one(markup)) == name


@pytest.mark.parametrize(
    ("inner", "name"),
    [
        ("<input value=5>", "Flash 5 times"),
        ("<select><option>3<option selected>5</select>", "Flash 5 times"),
        ("<input type=range value=5>", "Flash 5 times"),
        ("<div role=slider aria-valuenow=5 aria-valuetext=five></div>", "Flash five times"),
        ("<div role=textbox>5</div>", "Flash 5 times"),
        (
            "<div role=listbox><i role=option>1</i><i role=option aria-selected=true>5</i></div>",
            "Flash 5 times",
        ),
        ("<div role=menu><i role=menuitem>5</i></div>", "Flash times"),
    ],
)
def test_a_control_in_a_label_counts_with_its_value(inner, name):
    assert name_of(*one(f"<input type=checkbox id=it><label for=it>Flash {inner} times</label>")) == name


def test_a_name_changes_with_typed_text():
    doc, it = one("<label for=it>Flash <input id=n value=5> times</label><input type=checkbox id=it>")
    assert name_of(doc, it) == "Flash 5 times"
    set_value(doc, doc.tree.select_one("#n"), "7")
    assert name_of(doc, it) == "Flash 7 times"


def test_a_name_changes_with_the_selected_option():
    doc, it = one(
        "<label for=it>Flash <select id=s><option>5<option>7</select> times</label><input type=checkbox id=it>"
    )
    assert name_of(doc, it) == "Flash 5 times"
    select = doc.tree.select_one("#s")
    select_options(doc, select, [select.select("option")[1]])
    assert name_of(doc, it) == "Flash 7 times"


def test_a_name_changes_with_a_style_that_depends_on_a_check_box():
    doc, it = one(
        "<style>:checked + button b{display:none}</style><input type=checkbox><button id=it>a<b>b</b></button>"
    )
    assert name_of(doc, it) == "ab"
    set_checked(doc, doc.tree.select_one("input"), True)
    assert name_of(doc, it) == "a"


@pytest.mark.parametrize(
    ("css", "name"),
    [
        ("#it::before{content:'a '}#it:after{content:\" c\"}", "a b c"),
        ("#it::before{content:attr(class) '!'}", "k!b"),
        ("#it::before{content:'*' / 'star'}", "starb"),
        ("#it::before{content:url(x.png) / ''}", "b"),
        ("#it::before{content:url(x.png)}", "b"),
        ("#it::before{content:'a';display:block}", "a b"),
        ("#it{display:flex}#it::before{content:'a'}", "a b"),
        ("#it::before{content:'a';display:none}", "b"),
        ("#it::before{content:'a';visibility:hidden}", "b"),
        ("#it::before{content:'\\2192 '}", "\u2192b"),
        ("@media print{#it::before{content:'a'}}", "b"),
    ],
)
def test_generated_content_is_part_of_a_name(css, name):
    assert name_of(*one(f"<style>{css}</style><button id=it class=k>b</button>")) == name


def test_content_that_is_not_inline_is_separated_by_spaces():
    css = "<style>.x{display:inline-block}.f{display:flex}</style>"
    assert name_of(*one(css + "<button id=it>a<span class=x>b</span>c</button>")) == "a b c"
    assert name_of(*one(css + "<button id=it class=f><b>a</b><i>b</i></button>")) == "a b"


def test_a_label_in_a_shadow_tree_names_the_control_beside_it():
    doc, host = one(
        "<div><template shadowrootmode=open><label for=i>Inner</label><input id=i><label>Around <input></label>"
        "</template></div><label for=i>Outer</label>",
        "div",
    )
    beside, within = host.shadow_root.select("input")
    assert name_of(doc, beside) == "Inner"
    assert name_of(doc, within) == "Around"


def test_a_slot_has_the_text_of_its_assigned_nodes():
    doc, it = one(
        "<div><template shadowrootmode=open><button><slot>fallback</slot></button></template>light</div>",
        "div",
    )
    (button,) = it.shadow_root.select("button")
    assert name_of(doc, button) == "light"


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        ("<p id=d>D</p><input id=it aria-describedby=d title=T>", "D"),
        ("<p id=d hidden>D</p><input id=it aria-describedby=d>", "D"),
        ("<input id=it aria-description=' D  d' title=T>", "D d"),
        ("<input id=it title=T>", "T"),
        ("<input id=it>", ""),
    ],
)
def test_sources_of_a_description(markup, description):
    assert description_of(*one(markup)) == description


def test_an_error_message_counts_only_while_the_element_is_invalid():
    says = "<p id=e>Wrong</p><input id=it aria-errormessage=e "
    assert error_message_of(*one(says + "aria-invalid=true>")) == "Wrong"
    assert error_message_of(*one(says + "aria-invalid=spelling>")) == "Wrong"
    assert error_message_of(*one(says + "aria-invalid=false>")) == ""
    assert error_message_of(*one(says + ">")) == ""


def test_five_hundred_nested_elements_have_a_name():
    assert name_of(*one("<button id=it>" + "<b>" * 500 + "deep")) == "deep"


def test_circular_references_terminate():
    assert name_of(*one("<a href=x id=it aria-owns=o>a<i id=o aria-owns=it>b</i></a>")) == "ab"
