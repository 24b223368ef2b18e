"""The quick test before a name is computed never fails for an element that has the name."""

from __future__ import annotations

import sys

import pytest

from django_journey._dom.aria.name_hints import may_be_named
from django_journey._dom.aria.names import name_of
from django_journey._dom.query.find import find_all
from django_journey._dom.query.parts import Query
from django_journey._dom.query.selectors import by_role
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.white_space import normalize, squeezed


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("<a id=it href=/>Log  out</a>", "Log out"),
        ("<a id=it href=/><div>Log</div><div>out</div></a>", "Log out"),
        ("<a id=it href=/>Lo<i hidden>xyz</i>g</a>", "Lo g"),
        ("<a id=it href=/>Lo\u200bg\u00ad \ufeffout</a>", "Log out"),
        ("<a id=it href=/>\u03a6\u03a3 \u03a9</a>", "\u03c6\u03c2 \u03c9"),
        ("<a id=it href=/>İst</a>", "i̇st"),
        ("<a id=it href=/ aria-label=Log>x</a>", "Log"),
        ("<p id=far>Log</p><a id=it href=/ aria-labelledby=far>x</a>", "Log"),
        ("<a id=it href=/ title=Log></a>", "Log"),
        ("<a id=it href=/><img alt=Log src=x></a>", "Log"),
        ("<a id=it href=/>x <svg><title>Log</title></svg></a>", "Log"),
        ("<h2 id=it>x <input value=Log></h2>", "Log"),
        ("<h2 id=it>x <b role=slider aria-valuetext=Log></b></h2>", "Log"),
        ("<label for=it>Log</label><button id=it>x</button>", "Log"),
        ("<label>Log <button id=it>x</button></label>", "Log"),
        ("<input id=it type=submit>", "Submit"),
        ("<style>.a::before{content:'Log'}</style><a id=it class=a href=/>x</a>", "Log"),
        ("<style>[data-a]::after{content:'Log'}</style><a id=it href=/><b data-a>x</b></a>", "Log"),
        ("<style>a:not(.b)::after{content:'Log'}</style><a id=it href=/>x</a>", "Log"),
        ("<style>a::after{content:'Log'!important}</style><a id=it href=/>x</a>", "Log"),
        ("<style>a b{content:url(x)/'Log'}</style><a id=it href=/>x<b></b></a>", "Log"),
    ],
)
def test_what_has_a_name_passes(markup: str, name: str) -> None:
    doc = Document(f"<!doctype html>{markup}")
    el = doc.tree.select("#it")[0]
    assert normalize(name).lower() in normalize(name_of(doc, el)).lower()
    assert may_be_named(doc, name)(el)
    assert not may_be_named(Document("<a href=/>x</a>"), "Log")(
        Document("<a href=/>x</a>").tree.select("a")[0]
    )


def test_most_elements_without_the_name_fail() -> None:
    doc = Document(
        "<!doctype html><style>.x::after{content:'Log'} [data-b]::before{content:'Log'} a:hover::after{content:''}"
        "</style><a href=/>Login</a><a href=/>Out <i class=x></i></a><a href=/>Out<b>side</b></a><a href=/>Golg</a>"
    )
    assert [el.text for el in filter(may_be_named(doc, "log"), doc.tree.select("a"))] == ["Login", "Out "]


def test_a_name_of_a_page_with_shadow_trees_is_always_computed() -> None:
    doc = Document("<p><template shadowrootmode=open>Log</template></p><a href=/>x</a>")
    assert may_be_named(doc, "Log")(doc.tree.select("a")[0])


def test_a_role_is_found_by_a_name_that_only_a_style_gives() -> None:
    doc = Document(
        "<!doctype html><style>.a::before{content:'Log '}</style><a class=a href=/>in</a><a href=/>x</a>"
    )
    assert len(find_all(doc, Query((by_role("link", name="log in"),)))) == 1


def test_one_case_is_one_case_for_every_letter() -> None:
    """What is in a text in lower case, is in it squeezed: true if this holds letter by letter."""
    letters = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if letter.lower().casefold() != letter.casefold()
    ]
    assert letters == []


def test_white_space_of_all_kinds_is_squeezed_out() -> None:
    assert squeezed(" A\u00a0b\ufeff\u200bC\u3000\u00adß\n") == "abcss"
