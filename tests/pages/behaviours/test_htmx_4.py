"""htmx 4: what it does otherwise than 2.0."""

from __future__ import annotations

import pytest

from django_journey import expect
from django_journey._pages.page import Page
from django_journey.errors import NeedsBrowser
from tests.pages.behaviours.test_htmx import HtmxSite, opened
from tests.pages.fake_site import html


def opened_4(body: str, answers: dict | None = None, **options: object) -> tuple[Page, HtmxSite]:
    return opened(body, answers, htmx="4.0.1", **options)


def script(version: str) -> str:
    return f"var htmx=(()=>{{this.version='{version}';this.trigger('htmx:config:request')}})()"


def test_a_click_sends_the_headers_of_htmx_4():
    page, site = opened_4(
        '<button id=b name=go value=1 hx-post="/ping" hx-target="#out" hx-vals="n:1, m:\'a b\'">Go</button>'
        "<p id=out></p>",
        {"/ping": "<b>pong</b>"},
    )
    page.get_by_role("button").click()
    expect(page.locator("#out")).to_have_text("pong")
    sent = site.last
    assert (sent.method, sent.body, sent.header("Content-Type")) == (
        "POST",
        b"go=1&n=1&m=a+b",
        "application/x-www-form-urlencoded;charset=UTF-8",
    )
    names = ("HX-Request", "HX-Source", "HX-Target", "HX-Request-Type", "HX-Trigger", "Accept")
    assert [sent.header(name) for name in names] == [
        "true",
        "button#b",
        "p#out",
        "partial",
        None,
        "text/html",
    ]


def test_only_what_says_so_is_inherited_and_append_adds_to_it():
    page, site = opened_4(
        '<div hx-target="#out" hx-vals:inherited="a:1"><button id=own hx-get="/x">own</button>'
        '<button id=more hx-get="/x" hx-vals:append="b:2">more</button></div><p id=out>nothing</p>',
        {"/x": "done"},
    )
    page.locator("#more").click()
    assert site.last.url == "http://testserver/x?a=1&b=2"
    page.locator("#own").click()
    assert site.last.url == "http://testserver/x?a=1"
    expect(page.locator("#out")).to_have_text("nothing")
    expect(page.locator("#own")).to_have_text("done")


def test_implicit_inheritance_can_be_configured():
    page, _ = opened_4(
        '<meta name="htmx-config" content="implicitInheritance:true"><div hx-target="#out">'
        '<button hx-get="/x">go</button></div><p id=out></p>',
        {"/x": "done"},
    )
    page.get_by_role("button").click()
    expect(page.locator("#out")).to_have_text("done")


def test_error_responses_are_swapped_in_as_their_status_says():
    page, site = opened_4(
        '<form hx-post="/x" hx-target="#out" hx-status:422="target:#errors" hx-status:5xx="swap:none">'
        "<button>go</button></form><p id=out>out</p><p id=errors></p>"
    )
    for status, out, errors in ((404, "missing", ""), (422, "missing", "wrong"), (500, "missing", "wrong")):
        site.answers["/x"] = html({404: "missing", 422: "wrong", 500: "broken"}[status], status)
        page.get_by_role("button").click()
        expect(page.locator("#out")).to_have_text(out)
        expect(page.locator("#errors")).to_have_text(errors)


def test_parts_of_a_response_go_elsewhere():
    page, _ = opened_4(
        '<button hx-get="/x">go</button><ul id=list><li>1</li></ul><p id=a></p><p class=b></p>',
        {
            "/x": '<hx-partial hx-target="#list" hx-swap="append"><li>2</li></hx-partial><b id=a hx-swap-oob>A</b>'
            '<i id=c hx-swap-oob="innerHTML:.b">B</i>'
        },
    )
    page.get_by_role("button").click()
    expect(page.locator("li")).to_have_text(["1", "2"])
    expect(page.locator("b#a")).to_have_text("A")
    expect(page.locator("p.b")).to_have_text("B")
    expect(page.get_by_role("button")).to_have_text("go")  # nothing is left for the main swap


def test_morphing_keeps_what_was_typed():
    page, _ = opened_4(
        "<div id=m><h2>one</h2><input id=i name=i><ul><li id=x>x</li><li id=y>y</li></ul></div>"
        '<button hx-get="/x" hx-target="#m" hx-swap="outerMorph">go</button>',
        {
            "/x": "<div id=m class=new><h2>two</h2><p>more</p><input id=i name=i>"
            "<ul><li id=y>Y</li><li id=x>x</li></ul></div>"
        },
    )
    page.locator("#i").fill("typed")
    page.get_by_role("button").click()
    expect(page.locator("#m")).to_have_class("new")
    expect(page.locator("h2")).to_have_text("two")
    expect(page.locator("#i")).to_have_value("typed")
    expect(page.locator("li")).to_have_text(["Y", "x"])


def test_a_boosted_link_swaps_the_body_and_going_back_asks_again():
    page, site = opened_4(
        '<div hx-boost:inherited="true"><a href="/next">next</a></div>',
        {"/next": "<title>second</title><body><h1>Next</h1></body>"},
    )
    page.get_by_role("link").click()
    expect(page.get_by_role("heading")).to_have_text("Next")
    assert (page.url, page.title()) == ("http://testserver/next", "second")
    assert site.last.header("HX-Boosted") == "true"
    page.go_back()
    expect(page.get_by_role("link")).to_have_text("next")
    assert site.last.header("HX-History-Restore-Request") == "true"
    assert site.last.header("HX-Request") is None


def test_headers_of_a_response_lead_elsewhere():
    page, site = opened_4(
        '<button hx-get="/x">go</button><p id=out></p>',
        {
            "/x": html("", HX_Location='{"path": "/there", "target": "#out", "values": {"n": 1}}'),
            "/there": html("there", HX_Push_Url="/shown"),
        },
    )
    page.get_by_role("button").click()
    expect(page.locator("#out")).to_have_text("there")
    assert page.url == "http://testserver/shown"
    assert (site.last.url, site.last.header("HX-Source")) == ("http://testserver/there?n=1", "body")


def test_time_passes_for_delays_throttles_and_polls():
    page, site = opened_4(
        '<input hx-get="/x" hx-trigger="keyup delay:500ms" name=q hx-target="#out"><p id=out></p>'
        '<div hx-get="/poll" hx-trigger="every 2s">no</div>',
        {"/x": "found", "/x?q=abc": "found", "/poll": "polled"},
    )
    page.get_by_role("textbox").press_sequentially("abc")
    assert len(site.requests) == 1
    expect(page.locator("#out")).to_have_text("found")
    assert site.last.url == "http://testserver/x?q=abc"
    page.wait_for_timeout(4100)
    assert [each.url for each in site.requests[2:]] == ["http://testserver/poll"] * 2


def test_a_form_with_problems_is_not_sent_and_its_field_has_the_focus():
    page, site = opened_4(
        '<form hx-post="/x"><input name=a required id=a><button>go</button></form>', {"/x": "done"}
    )
    page.get_by_role("button").click()
    assert len(site.requests) == 1
    expect(page.locator("#a")).to_be_focused()
    page.locator("#a").fill("1")
    page.get_by_role("button").click()
    assert site.last.body == b"a=1"


def test_elements_are_disabled_and_marked_until_the_response_has_come():
    page, _ = opened_4(
        '<button hx-get="/x" hx-disable="this" hx-indicator="#i" hx-swap="none">go</button>'
        "<i id=i class=htmx-indicator>wait</i>",
        {"/x": "done"},
    )
    expect(page.locator("#i")).to_be_hidden()
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_be_enabled()
    assert page.locator("#i").get_attribute("class") == "htmx-indicator"


def test_hx_config_changes_the_request():
    page, site = opened_4(
        "<button hx-get=/x hx-config='method:PUT action:/y headers.X-Own:1'>go</button>",
        {"/y": ""},
    )
    page.get_by_role("button").click()
    assert (site.last.method, site.last.url, site.last.header("X-Own")) == ("PUT", "http://testserver/y", "1")


def test_a_question_is_asked_first():
    page, site = opened_4('<button hx-delete="/x" hx-confirm="Sure?">go</button>', {"/x": "gone"})
    page.get_by_role("button").click()  # without a listener dialogs are dismissed
    assert len(site.requests) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button").click()
    assert site.last.method == "DELETE"


def with_script(body: str, scripts: dict[str, str]) -> tuple[Page, HtmxSite]:
    tags = "".join(f'<script src="{name}"></script>' for name in scripts)
    site = HtmxSite({"/": f"<head>{tags}</head><body>{body}", "/x": "done"}, files=scripts)
    return site.open(), site


def test_the_version_is_read_from_the_script():
    page, _ = with_script('<button hx-get="/x">go</button>', {"/static/htmx.js": script("4.0.1")})
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_text("done")


@pytest.mark.parametrize(
    ("body", "scripts", "reason"),
    [
        ('<b hx-get="/x" hx-vals="js:{a: now()}">go</b>', {}, "hx-vals"),
        ('<b hx-get="/x" hx-swap="upsert">go</b>', {}, "upsert"),
        ('<b hx-get="/x" hx-trigger="click capture">go</b>', {}, "capture"),
        ('<b hx-get="/x" hx-on:click="go()">go</b>', {}, "hx-on:click"),
        ('<b hx-get="/x" hx-status:2xx="text:a">go</b>', {}, "hx-status:2xx"),
        ('<b hx-get="js:go()">go</b>', {}, "runs a script"),
        ('<b hx-get="/x">go</b>', {"/own.js": 'htmx.registerExtension("mine", {})'}, "own.js"),
        (
            '<b hx-get="/x">go</b>',
            {"/dist/ext/hx-preload.min.js": "(()=>{})()"},
            "extensions of htmx: hx-preload",
        ),
    ],
)
def test_what_is_not_carried_out_is_refused_by_name(body: str, scripts: dict[str, str], reason: str):
    page, _ = with_script(body, {"/static/htmx.js": script("4.0.1"), **scripts})
    with pytest.raises(NeedsBrowser, match=reason):
        page.get_by_text("go").click()


def test_djangos_token_is_added_by_the_listener_of_htmx_4():
    page, site = with_script(
        '<input type=hidden name=csrfmiddlewaretoken value=secret><button hx-post="/x">go</button>',
        {
            "/static/htmx.js": script("4.0.1"),
            "/own.js": "document.body.addEventListener('htmx:config:request', (e) => {"
            " e.detail.ctx.request.headers['X-CSRFToken'] ="
            " document.querySelector('[name=csrfmiddlewaretoken]').value; })",
        },
    )
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_text("done")
    assert site.last.header("X-CSRFToken") == "secret"
