"""Visibility by Playwright's rules. Each expectation was measured in Chromium."""

from __future__ import annotations

import pytest

from django_journey._dom.css.cascade import styles_of
from django_journey._dom.forms.controls import set_value
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document


def one(markup: str, *, sheets: dict[str, str] | None = None):
    doc = Document(f"<!doctype html>{markup}", url="http://site.test/page/")
    doc.load_stylesheet = (sheets or {}).get
    return doc, doc.tree.select_one("#it")


SHOWN = [
    "<p id=it>x</p>",
    "<span id=it>x</span>",
    "<p id=it style='opacity:0'>x</p>",
    "<p id=it inert>x</p>",
    "<p id=it aria-hidden=true>x</p>",
    "<div style='visibility:hidden'><p id=it style='visibility:visible'>x</p></div>",
    "<details><summary id=it>x</summary>y</details>",
    "<details open><p id=it>x</p></details>",
    "<dialog open id=it></dialog>",
    "<select id=it></select>",
    "<select multiple><option id=it>x</select>",
    "<input id=it>",
    "<input id=it type=checkbox>",
    "<button id=it></button>",
    "<textarea id=it></textarea>",
    "<img id=it src=x.png>",
    "<hr id=it>",
    "<iframe id=it></iframe>",
    "<canvas id=it></canvas>",
    "<svg id=it></svg>",
    "<div style='display:flex'><svg id=it viewBox='0 0 9 9'></svg><p>x</p></div>",
    "<ul><li id=it></li></ul>",
    "<table><tr><td id=it></td></tr></table>",
    "<div id=it style='display:contents'>x</div>",
    "<div id=it style='height:1px'></div>",
    "<div id=it style='padding-top:1px'></div>",
    "<div id=it style='border:1px solid'></div>",
    "<span id=it style='padding:0 1px'></span>",
    "<span id=it style='display:inline-block;width:1px;height:1px'></span>",
    "<p id=it style='position:absolute;width:1px;height:1px;overflow:hidden'>for screen readers</p>",
    "<div style='position:relative;height:9px'><div id=it style='position:absolute;inset:0'></div></div>",
    "<div id=it><b style='float:left'>x</b><br></div>",
    "<div id=it style='overflow:hidden'><b style='float:left'>x</b></div>",
    "<div style='display:flex'><b id=it style='width:9px'></b>x</div>",
    "<pre id=it> </pre>",
    "<details id=it></details>",
    "<details><summary id=it popover>x</summary></details>",
    "<dialog id=it open popover></dialog>",
    "<ul id=it style='display:inline'></ul>",
    "<table id=it style='width:0'><tr><td>x</table>",
    "<div id=it><span style='display:inline-block'></span></div>",
    "<style>#it::before{content:counter(n)}</style><span id=it></span>",
    "<style>#it::before{content:'';display:inline-block}</style><div id=it></div>",
    "<svg><g id=it><rect width=3 height=3></g></svg>",
    "<svg><path id=it d='M0 0 9 9'/></svg>",
]
NOT_SHOWN = [
    "<p id=it hidden>x</p>",
    "<p id=it hidden=until-found>x</p>",
    "<p id=it style='display:none'>x</p>",
    "<div style='display:none'><p id=it>x</p></div>",
    "<p id=it style='visibility:hidden'>x</p>",
    "<p id=it style='visibility:collapse'>x</p>",
    "<div style='visibility:hidden'><p id=it>x</p></div>",
    "<div id=it></div>",
    "<div id=it> \n </div>",
    "<span id=it></span>",
    "<span id=it> </span>",
    "<ul id=it></ul>",
    "<a id=it href=x></a>",
    "<form id=it></form>",
    "<label id=it></label>",
    "<br id=it>",
    "<input id=it type=hidden>",
    "<dialog id=it>x</dialog>",
    "<div id=it popover>x</div>",
    "<details><p id=it>x</p></details>",
    "<details hidden><summary id=it>x</summary></details>",
    "<select><option id=it>x</select>",
    "<select hidden multiple><option id=it>x</select>",
    "<map name=m><area id=it href=x></map>",
    "<noscript id=it>x</noscript>",
    "<title id=it>x</title>",
    "<script id=it>x</script>",
    "<audio id=it></audio>",
    "<canvas><b id=it>x</b></canvas>",
    "<img id=it>",
    "<svg><defs><path id=it d='M0 0L9 9'/></defs></svg>",
    "<div id=it style='height:0'>x</div>",
    "<div id=it style='max-height:0;overflow:hidden'>x</div>",
    "<div id=it style='width:0'>x</div>",
    "<div id=it><b style='float:left'>x</b></div>",
    "<div id=it><b style='position:absolute'>x</b></div>",
    "<div id=it style='display:contents'></div>",
    "<div id=it style='display:contents'><b hidden>x</b></div>",
    "<div id=it style='position:absolute'></div>",
    "<ul style='list-style:none'><li id=it></li></ul>",
    "<span id=it style='font-size:0'>x</span>",
    "<div style='content-visibility:hidden'><p id=it>x</p></div>",
    "<div id=it><dialog open></dialog></div>",
    "<style>#it::before{content:''}</style><div id=it></div>",
    "<span id=it><button style='float:left'>x</button></span>",
    "<table><tr><td id=it style='width:0;padding:2px 0 0'><b style='position:absolute'>x</b><td>y</table>",
    "<hr id=it style='border:0'>",
    "<div style='position:absolute;width:1px;height:1px;overflow:hidden'><ul><li id=it>x</ul></div>",
    "<progress><b id=it>x</b></progress>",
    "<svg style='display:contents'><rect id=it width=3 height=3></svg>",
    "<svg><path id=it d='M0 0Z9 9'/></svg>",
    "<div id=it width=9 height=9></div>",
    "<img id=it src=x.png width=0 height=0>",
]


@pytest.mark.parametrize("markup", SHOWN)
def test_what_is_visible(markup):
    assert is_visible(*one(markup)) is True


@pytest.mark.parametrize("markup", NOT_SHOWN)
def test_what_is_not_visible(markup):
    assert is_visible(*one(markup)) is False


def test_an_empty_body_fills_the_viewport_in_quirks_mode_only():
    quirky = Document("<body></body>")
    assert is_visible(quirky, quirky.tree.select_one("body"))
    standard = Document("<!doctype html><body></body>")
    assert not is_visible(standard, standard.tree.select_one("body"))


@pytest.mark.parametrize(
    "css",
    [
        ".x{display:none}",
        "p.x{visibility:hidden}",
        "body > *{display:none}",
        "@media screen{.x{display:none}}",
        "@media (min-width: 600px) and (max-width:1280px){.x{display:none}}",
        "@media not print{.x{display:none}}",
        "@media (width >= 40em){.x{display:none}}",
        "@supports (display:grid){.x{display:none}}",
        "@supports not (display:frobnicate-){.x{color:red}} .x{display:none}",
        "#it{display:none}.x{display:block}",
        ".x{display:none!important}#it{display:block}",
        ".x{display:block;display:none}",
        ".x{display:none;display:-moz-box}",
        "@layer a{#it{display:block}}.x{display:none}",
        "@layer a,b;@layer b{.x{display:none}}@layer a{#it{display:block}}",
        "@layer a{.x{display:none!important}}#it{display:block!important}",
        ":root{--d:none}.x{display:var(--d)}",
        ".x{display:var(--missing, none)}",
        "div, .x{display:none}",
        "body{& .x{display:none}}",
        "body{.x{display:none}}",
        ".x:not(.y){display:none}",
        ":is(.q, .x){display:none}",
        ".x:first-child{display:none}",
        "/* .y{ */ .x{display:none} /* } */",
        "@charset 'utf-8';@font-face{font-family:x}.x{display:none}",
        ".q::-webkit-scrollbar, .x{display:none}",
        ".x{all:unset;display:block;height:0}",
    ],
)
def test_style_sheets_that_hide(css):
    assert is_visible(*one(f"<style>{css}</style><body><p id=it class=x>x</p>")) is False


@pytest.mark.parametrize(
    "css",
    [
        "@media print{.x{display:none}}",
        "@media (max-width:600px){.x{display:none}}",
        "@media (prefers-color-scheme: dark){.x{display:none}}",
        "@media not all and (min-width:1px){.x{display:none}}",
        "@supports not (display:grid){.x{display:none}}",
        "@supports (-moz-appearance:none){.x{display:none}}",
        ".x:hover{display:none}",
        ".x::before{display:none}",
        ".X{display:none}",
        ".x:frobnicated, .x{display:none}",
        ".x::-moz-thing, .x{display:none}",
        ".x{display:none}.x{display:block}",
        ".x{display:none;display:block}",
        ".x{visibility:hidden}.x{visibility:revert}",
        "@layer a{.x{display:none}}.x{display:block}",
        ".x{displ\\61y:none;display:block}",
        ".x{content:'}';display:block} .y{display:none}",
        ".x{background:url(data:image/png;base64,{x});display:block}",
        "@import 'gone.css';.y{display:none}",
        ".x{all:unset}.x{height:0}",
        "@keyframes k{from{display:none}} .x{color:red}",
    ],
)
def test_style_sheets_that_do_not(css):
    assert is_visible(*one(f"<style>{css}</style><body><p id=it class=x>x</p>")) is True


def test_linked_sheets_are_loaded_by_their_absolute_url_with_what_they_import():
    sheets = {
        "http://site.test/css/a.css": "@import 'b.css' screen; @import url(c.css) print;",
        "http://site.test/css/b.css": "@import 'a.css'; .x{display:none}",
        "http://site.test/css/c.css": ".y{display:none}",
    }
    link = "<link rel='Stylesheet' href='../css/a.css'>"
    assert not is_visible(*one(f"{link}<p id=it class=x>x", sheets=sheets))
    assert is_visible(*one(f"{link}<p id=it class=y>x", sheets=sheets))


@pytest.mark.parametrize(
    "link",
    [
        "media=print",
        "disabled",
        "type=text/less",
        "rel='alternate stylesheet'",
        "rel=preload",
        "href=other.css",
    ],
)
def test_linked_sheets_that_do_not_apply(link):
    sheets = {"http://site.test/a.css": "p{display:none}"}
    assert is_visible(*one(f"<link {link} rel=stylesheet href=/a.css><p id=it>x", sheets=sheets))


def test_sheets_are_loaded_on_demand():
    asked: list[str] = []
    doc = Document("<link rel=stylesheet href=/a.css><p>x", url="http://site.test/")
    doc.load_stylesheet = lambda url: asked.append(url)
    paragraph = doc.tree.select_one("p")
    assert asked == []
    is_visible(doc, paragraph)
    is_visible(doc, paragraph)
    assert asked == ["http://site.test/a.css"]


def test_a_style_that_depends_on_a_check_box():
    doc, it = one("<style>#c:checked ~ #it{display:none}</style><input type=checkbox id=c><p id=it>x")
    assert is_visible(doc, it)
    doc.dirty.checked[doc.tree.select_one("#c")] = True
    doc.input_changed()
    assert not is_visible(doc, it)


def test_a_style_that_depends_on_focus():
    doc, it = one(
        "<style>#it{display:none}:focus-within > #it{display:block}</style><div><p id=it>x</p><input></div>"
    )
    assert not is_visible(doc, it)
    doc.focus = doc.tree.select_one("input")
    doc.input_changed()
    assert is_visible(doc, it)


def test_styles_stay_cached_while_input_changes_no_rule():
    doc, it = one(
        "<style>.a:focus + p{display:none} .none:focus{display:none}</style><input id=b><input class=a><p id=it>x"
    )
    first, second = doc.tree.select("input")
    kept = styles_of(doc)
    set_value(doc, first, "typed")
    doc.focus = first
    doc.input_changed()
    assert is_visible(doc, it)
    assert styles_of(doc) is kept
    doc.focus = second
    doc.input_changed()
    assert not is_visible(doc, it)
    assert styles_of(doc) is not kept
    doc.focus = first
    doc.input_changed()
    assert is_visible(doc, it)


def test_a_size_that_depends_on_focus():
    doc, it = one("<style>#it{height:0}:focus + #it{height:9px}</style><input><p id=it>x")
    assert not is_visible(doc, it)
    doc.focus = doc.tree.select_one("input")
    doc.input_changed()
    assert is_visible(doc, it)


def test_an_inherited_size_that_depends_on_a_check_box():
    doc, it = one("<style>:checked + p{font-size:0}</style><input type=checkbox><p><b id=it>x</b>")
    assert is_visible(doc, it)
    doc.dirty.checked[doc.tree.select_one("input")] = True
    doc.input_changed()
    assert not is_visible(doc, it)


def test_a_style_that_depends_on_the_fragment():
    doc = Document(
        "<style>p{display:none}p:target{display:block}</style><p id=it>x", url="http://site.test/#it"
    )
    assert is_visible(doc, doc.tree.select_one("#it"))


@pytest.mark.parametrize(("style", "shown"), [("", True), ("font-size:0;line-height:0", False)])
def test_text_directly_in_a_shadow_tree_has_its_hosts_font(style: str, shown: bool):
    doc, it = one(f'<span id=it style="{style}"><template shadowrootmode=open>x</template></span>')
    assert is_visible(doc, it) is shown


def test_a_shadow_tree_has_its_own_sheets():
    doc = Document(
        "<!doctype html><style>.x{display:none}</style><div><template shadowrootmode=open>"
        "<style>.y{display:none}</style><p class=x>x</p><p class=y>y</p></template></div><p class=y id=it>z</p>"
    )
    x, y = doc.tree.select_one("div").shadow_root.select("p")
    assert is_visible(doc, x)
    assert not is_visible(doc, y)
    assert is_visible(doc, doc.tree.select_one("#it"))


def test_visibility_of_very_deep_pages_and_broken_style_sheets():
    deep = Document("<!doctype html>" + "<div>" * 10_000 + "x")
    assert is_visible(deep, deep.tree.select_one("div"))
    for css in (
        "{{{{",
        "}}}}",
        "@media{",
        "a{b:c;;;}",
        "\\",
        "'",
        "/*",
        "@layer",
        ":is(",
        "a[",
        "x{y:var(--y)",
    ):
        assert is_visible(*one(f"<style>{css}</style><p id=it>x"))


def test_circular_variables_have_no_value():
    assert is_visible(*one("<style>:root{--a:var(--b);--b:var(--a)}#it{display:var(--a)}</style><b id=it>x"))


def test_an_option_renders_only_its_text() -> None:
    doc = Document("<!doctype html><body><option id=a>text<button id=b>x</button></option>")
    assert is_visible(doc, doc.tree.select_one("#a"))
    assert not is_visible(doc, doc.tree.select_one("#b"))
