"""htmx on our page: requests, swaps, time, dialogs, history and refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pytest

from django_journey import expect
from django_journey._dom.query import query_errors
from django_journey._drivers.base import DriverResponse
from django_journey._pages.page import Page
from django_journey.errors import ExpectationError, NeedsBrowser
from tests.pages.fake_site import FakeSite, html


@dataclass
class HtmxSite(FakeSite):
    """A site whose pages load scripts that can be read."""

    files: dict[str, str] = field(default_factory=dict)

    def file(self, url: str) -> DriverResponse | None:
        text = self.files.get(urlsplit(url).path)
        return (
            None
            if text is None
            else DriverResponse(200, (("Content-Type", "text/javascript"),), text.encode())
        )


def opened(body: str, answers: dict | None = None, **options: object) -> tuple[Page, HtmxSite]:
    site = HtmxSite({"/": f"<!doctype html><title>start</title><body>{body}", **(answers or {})})
    return site.open(**{"htmx": "2.0", **options}), site


def test_a_click_sends_a_request_with_htmx_headers_and_swaps_its_response():
    page, site = opened(
        '<button id=b name=go hx-post="/ping" hx-target="#out" hx-vals=\'{"n": 1}\'>Go</button><p id=out>nothing</p>',
        {"/ping": "<b>pong</b>"},
    )
    page.get_by_role("button").click()
    expect(page.locator("#out")).to_have_text("pong")
    sent = site.last
    assert (sent.method, sent.body) == ("POST", b"go=&n=1")
    assert {
        name: sent.header(name) for name in ("HX-Request", "HX-Trigger", "HX-Trigger-Name", "HX-Target")
    } == {
        "HX-Request": "true",
        "HX-Trigger": "b",
        "HX-Trigger-Name": "go",
        "HX-Target": "out",
    }
    assert sent.header("HX-Current-URL") == "http://testserver/"
    assert (sent.header("Accept"), sent.header("Upgrade-Insecure-Requests")) == ("*/*", None)
    assert page.url == "http://testserver/"


def test_a_form_is_sent_by_its_button_and_refused_by_its_constraints_first():
    page, site = opened(
        '<form hx-post="/add" hx-swap="outerHTML"><input name=t required><button name=b value=1>Add</button></form>',
        {"/add": "<p>added</p>"},
    )
    page.get_by_role("button").click()
    assert page.blocked is not None
    page.locator("input").fill("x")
    page.get_by_role("button").click()
    expect(page.locator("body")).to_have_text("added")
    assert site.last.body == b"t=x&b=1"
    assert len(site.requests) == 2


def test_parts_of_a_response_go_elsewhere():
    page, _ = opened(
        '<a hx-get="/x" hx-target="#here">go</a><p id=here></p><p id=there></p>',
        {"/x": '<i>main</i><p id=there hx-swap-oob="true">aside</p>'},
    )
    page.locator("a").click()
    expect(page.locator("#here")).to_have_text("main")
    expect(page.locator("#there")).to_have_text("aside")


def test_a_delay_passes_when_the_test_expects_and_only_the_last_key_counts():
    page, site = opened(
        '<input name=q hx-get="/search" hx-trigger="keyup changed delay:500ms" hx-target="#out"><p id=out></p>',
        {"/search": lambda request: f"found {dict(parse_qsl(urlsplit(request.url).query))['q']}"},
    )
    page.locator("input").press_sequentially("abc")
    assert len(site.requests) == 1
    expect(page.locator("#out")).to_have_text("found abc")
    assert len(site.requests) == 2


def test_a_poll_runs_as_often_as_time_says_and_ends_by_286():
    answers = iter([html("one"), html("two"), html("three", status=286)])
    page, site = opened(
        '<p hx-get="/poll" hx-trigger="every 2s">none</p>', {"/poll": lambda request: next(answers)}
    )
    page.wait_for_timeout(1900)
    assert page.locator("p").inner_text() == "none"
    expect(page.locator("p")).to_have_text("two")
    page.wait_for_timeout(60_000)
    assert page.locator("p").inner_text() == "three"
    assert len(site.requests) == 4


def test_a_poll_ends_with_its_element():
    page, site = opened(
        '<div id=d><p hx-get="/p" hx-trigger="every 1s" hx-swap=none>p</p></div>'
        '<button hx-get="/x" hx-target="#d">go</button>'
    )
    page.wait_for_timeout(2500)
    assert [request.url for request in site.requests[1:]].count("http://testserver/p") == 2
    page.get_by_role("button").click()
    before = len(site.requests)
    page.wait_for_timeout(5000)
    assert len(site.requests) == before


def test_an_expectation_waits_no_longer_than_its_timeout_of_the_pages_time():
    page, site = opened('<p hx-get="/late" hx-trigger="load delay:3s">early</p>', {"/late": "late"})
    with pytest.raises(ExpectationError):
        expect(page.locator("p")).to_have_text("late", timeout=2000)
    assert len(site.requests) == 1
    expect(page.locator("p")).to_have_text("late", timeout=2000)


def test_what_comes_near_is_looked_for_only_when_a_test_fails(monkeypatch):
    """Not after each thing that happens on the page while an expectation or a verb waits."""
    page, _ = opened(
        '<p hx-get="/late" hx-trigger="load delay:3s" hx-swap="outerHTML">early</p>',
        {"/late": "<b>late</b><button>Go</button>"},
    )
    looked = []
    missing = query_errors.missing
    monkeypatch.setattr(
        query_errors, "missing", lambda *args, **facts: looked.append(args) or missing(*args, **facts)
    )
    expect(page.locator("b")).to_be_visible()
    page.get_by_role("button", name="Go").click()
    assert not looked
    with pytest.raises(ExpectationError, match="Go"):
        expect(page.get_by_role("button", name="Gone")).to_be_visible()
    assert len(looked) == 1


def test_classes_that_are_added_before_a_swap_settles_end_with_it():
    page, _ = opened(
        '<p id=a class=old>a</p><button hx-get="/x" hx-target="#a" hx-swap="outerHTML settle:1s">b</button>',
        {"/x": "<p id=a style='color: red'>new</p>"},
    )
    page.get_by_role("button").click()
    expect(page.locator("#a")).to_have_text("new")
    assert page.locator("#a").get_attribute("class") == "old htmx-swapping htmx-added htmx-settling"
    page.wait_for_timeout(1000)
    assert page.locator("#a").get_attribute("class") is None
    assert page.locator("#a").get_attribute("style") == "color: red"


def test_a_text_field_tells_of_its_change_when_it_is_left():
    page, site = opened(
        '<input name=a hx-get="/saved" hx-target="#o"><button>b</button><p id=o></p>', {"/saved": "ok"}
    )
    page.locator("input").fill("x")
    assert len(site.requests) == 1
    page.get_by_role("button").click()
    expect(page.locator("#o")).to_have_text("ok")


@pytest.mark.parametrize("accepted", [True, False])
def test_a_confirmation_is_asked_of_the_dialog_handler(accepted: bool):
    page, site = opened('<button hx-delete="/x" hx-confirm="Sure?">del</button>', {"/x": "gone"})
    asked = []

    def answer(dialog):
        asked.append((dialog.type, dialog.message))
        dialog.accept() if accepted else dialog.dismiss()

    page.on("dialog", answer)
    page.get_by_role("button").click()
    assert asked == [("confirm", "Sure?")]
    assert page.get_by_role("button").inner_text() == ("gone" if accepted else "del")
    assert len(site.requests) == (2 if accepted else 1)


def test_without_a_handler_a_confirmation_is_dismissed_as_in_playwright():
    page, site = opened('<button hx-delete="/x" hx-confirm="Sure?">del</button>')
    page.get_by_role("button").click()
    assert len(site.requests) == 1


def test_a_boosted_link_swaps_the_body_and_pushes_its_address_and_going_back_restores_it():
    page, site = opened(
        '<div hx-boost="true"><a href="/next">next</a></div>',
        {"/next": "<html><head><title>second</title></head><body><h1>Next</h1></body></html>"},
    )
    page.get_by_role("link").click()
    expect(page).to_have_url("http://testserver/next")
    expect(page).to_have_title("second")
    assert site.last.header("HX-Boosted") == "true"
    page.go_back()
    expect(page.get_by_role("link")).to_have_text("next")
    assert page.url == "http://testserver/"
    assert page.title() == "start"
    page.go_forward()
    expect(page.get_by_role("heading")).to_have_text("Next")
    assert len(site.requests) == 2  # htmx has stored both pages


def test_a_response_may_redirect_the_page():
    page, _ = opened(
        '<button hx-post="/x">x</button>', {"/x": html("", HX_Redirect="/there"), "/there": "<p>there"}
    )
    page.get_by_role("button").click()
    assert page.url == "http://testserver/there"
    expect(page.locator("p")).to_have_text("there")


def test_a_response_fires_events_that_others_wait_for():
    page, _ = opened(
        '<button hx-post="/x" hx-swap=none>x</button><ul hx-get="/list" hx-trigger="changed-list from:body"></ul>',
        {"/x": html("", HX_Trigger="changed-list"), "/list": "<li>new"},
    )
    page.get_by_role("button").click()
    expect(page.get_by_role("listitem")).to_have_text("new")


def test_an_error_response_is_not_swapped():
    page, _ = opened('<button hx-post="/x">x</button>', {"/x": html("broken", status=500)})
    page.get_by_role("button").click()
    assert page.get_by_role("button").inner_text() == "x"


def test_an_error_response_is_told_to_whoever_listens():
    page, site = opened(
        '<button hx-get="/x">go</button><p hx-get="/told" hx-trigger="htmx:responseError from:body" hx-swap=none>',
        {"/x": html("no", status=404)},
    )
    page.get_by_role("button").click()
    page.wait_for_timeout(100)
    assert [urlsplit(request.url).path for request in site.requests[1:]] == ["/x", "/told"]


def test_the_requests_of_htmx_are_heard_as_playwright_tells_them():
    page, _ = opened('<button hx-post="/x">x</button>', {"/x": "done"})
    with page.expect_response("**/x") as response:
        page.get_by_role("button").click()
    assert response.value.request.resource_type == "xhr"
    assert not response.value.request.is_navigation_request()


HTMX = 'var x="htmx:configRequest";var htmx={version:"2.0.4"}'
CSRF = """document.body.addEventListener('htmx:configRequest', (event) => {
  event.detail.headers['X-CSRFToken'] = document.querySelector('[name=csrfmiddlewaretoken]').value;
})"""


def with_scripts(body: str, scripts: dict[str, str], inline: str = "") -> tuple[Page, HtmxSite]:
    tags = "".join(f"<script src={path}></script>" for path in scripts)
    tail = f"<script>{inline}</script>" if inline else ""
    site = HtmxSite({"/": f"<!doctype html>{tags}<body>{body}{tail}", "/x": "done"}, files=scripts)
    return site.open(), site


def test_the_version_is_read_from_the_script_that_the_page_loads():
    page, _ = with_scripts('<button hx-get="/x">x</button>', {"/static/app.js": HTMX})
    page.get_by_role("button").click()
    assert page.get_by_role("button").inner_text() == "done"


def test_the_script_of_htmx_listens_to_nothing_but_its_own_elements():
    page, site = with_scripts('<i hx-get="/x">x</i><button>y</button>', {"/static/htmx.min.js": HTMX})
    page.get_by_role("button").click()
    assert len(site.requests) == 1


def test_a_page_without_the_script_of_htmx_does_nothing_of_it():
    page, site = with_scripts('<button hx-get="/x">x</button>', {})
    page.get_by_role("button").click()
    assert len(site.requests) == 1


def test_another_version_or_a_script_that_cannot_be_read_needs_a_browser():
    for version in ("1.9.9", "4.0.0-beta5"):
        page, _ = with_scripts('<button hx-get="/x">x</button>', {"/htmx.js": HTMX.replace("2.0.4", version)})
        with pytest.raises(NeedsBrowser, match=f"htmx {version} .4.0, 2.0 and 1.9.10 to 1.9.12 work"):
            page.get_by_role("button").click()
    site = HtmxSite({"/": "<script src=https://cdn.test/app.js></script><body><button hx-get=/x>x</button>"})
    with pytest.raises(NeedsBrowser, match="htmx"):
        site.open().get_by_role("button").click()


def test_a_script_that_the_site_answers_itself_is_read_where_no_other_is_htmx():
    site = FakeSite({"/": "<script src=/htmx.js></script><body><button hx-get=/x>x</button>", "/x": "done"})
    site.answers["/htmx.js"] = HTMX
    page = site.open()
    page.get_by_role("button").click()
    assert page.get_by_role("button").inner_text() == "done"


def test_constants_of_a_script_are_values_like_others():
    page, site = opened(
        "<div hx-vals='{\"c\": 3}' hx-vars=\"d: 'four', c: 'no'\">"
        "<button hx-post=/x hx-vals=\"js:{a: 1, 'b': 'two',}\">x</button></div>",
        {"/x": ""},
    )
    page.get_by_role("button").click()
    assert dict(parse_qsl(site.last.body.decode())) == {"a": "1", "b": "two", "c": "3", "d": "four"}


def test_handlers_of_htmxs_documentation_are_carried_out():
    page, site = opened(
        "<button hx-post=/x hx-on::config-request=\"event.detail.parameters.foo = 'bar'\">one</button>"
        "<button hx-post=/y hx-on:htmx:config-request=\"event.detail.headers['X-Own'] = 'yes';\">two</button>"
        '<button hx-post=/z hx-on::config-request="event.preventDefault()">three</button>',
        {"/x": "", "/y": ""},
    )
    for button in page.get_by_role("button").all():
        button.click()
    assert [(each.url[-2:], each.body, each.header("X-Own")) for each in site.requests[1:]] == [
        ("/x", b"foo=bar", None),
        ("/y", b"", "yes"),
    ]


def with_extension(name: str, body: str, answers: dict) -> tuple[Page, HtmxSite]:
    files = {"/htmx.js": HTMX, f"/static/{name}.js": f"htmx.defineExtension('{name}', {{}})"}
    tags = "".join(f"<script src={path}></script>" for path in files)
    site = HtmxSite({"/": f"{tags}<body hx-ext={name}>{body}", **answers}, files=files)
    return site.open(), site


def test_multi_swap_puts_parts_of_a_response_where_they_belong():
    page, _ = with_extension(
        "multi-swap",
        '<button hx-get="/x" hx-swap="multi:#a,#b:outerHTML,#c:beforeend,#none,.d">go</button>'
        "<p id=a>1</p><p id=b>2</p><p id=c>3</p><p class=d>4</p>",
        {"/x": "<p id=a>one</p><b id=b>two</b><p id=c><i>three</i></p><p class=d>four</p>"},
    )
    page.get_by_role("button").click()
    expect(page.locator("p")).to_have_text(["one", "3three", "4"])
    expect(page.locator("b")).to_have_text("two")


def test_path_deps_asks_anew_where_what_it_depends_on_was_changed():
    page, site = with_extension(
        "path-deps",
        '<button hx-post="/books/1">post</button><button hx-get="/books/1">get</button>'
        + "".join(
            f'<p path-deps="{path}" hx-get="/got{number}" hx-trigger="path-deps">{number}</p>'
            for number, path in enumerate(
                ("/books", "/books/1", "/books/2", "/books/*", "/authors", "ignore")
            )
        ),
        {"/books/1": "done"},
    )
    page.get_by_role("button", name="get").click()
    assert len(site.requests) == 2
    page.get_by_role("button", name="post").click()
    assert [each.url[-5:] for each in site.requests[3:]] == ["/got0", "/got1", "/got3"]


def test_an_indicator_is_hidden_as_its_version_hides_it():
    for version, hides in (("2.0.4", False), ("2.0.10", True), ("2.0", True), ("1.9.12", False)):
        page, _ = opened("<i class=htmx-indicator>wait</i><b hx-get=/x>x</b>", htmx=version)
        assert page.locator("i").is_hidden() is hides, version


def test_djangos_token_is_added_by_the_documented_listener():
    page, site = with_scripts(
        '<input type=hidden name=csrfmiddlewaretoken value=secret><button hx-post="/x">x</button>',
        {"/static/htmx.min.js": HTMX},
        CSRF,
    )
    page.get_by_role("button").click()
    assert site.last.header("X-CSRFToken") == "secret"


@pytest.mark.parametrize(
    ("body", "inline", "reason"),
    [
        ('<button hx-get="/x">x</button>', "htmx.on('htmx:beforeSwap', go)", "line 1 of a script"),
        ('<button hx-get="/x" hx-vals="js:{a: now()}">x</button>', "", "hx-vals"),
        ('<button hx-get="/x" hx-trigger="click[ready()]">x</button>', "", "ready"),
        ('<button hx-get="/x" hx-ext="mine">x</button>', "", "extension"),
        ('<button hx-get="/x" hx-on::before-request="go()">x</button>', "", "hx-on"),
        ('<button hx-get="/script">x</button>', "", "brings a script"),
    ],
)
def test_what_only_a_script_engine_knows_is_refused_by_name(body: str, inline: str, reason: str):
    page, site = with_scripts(body, {"/htmx.js": HTMX}, inline)
    site.answers["/script"] = "<script>alert(1)</script>"
    with pytest.raises(NeedsBrowser, match=reason):
        page.get_by_role("button").click()


def test_an_event_is_heard_from_any_of_several_elements():
    page, site = opened(
        '<i id=a>a</i><i id=b>b</i><p hx-get="/x" hx-trigger="click from:(#a, #b)" hx-swap=none>'
    )
    page.locator("#a").click()
    page.locator("#b").click()
    assert len(site.requests) == 3


def test_a_condition_on_a_key_is_understood():
    page, site = opened('<input name=q hx-get="/x" hx-trigger="keyup[key==\'Enter\']">', {"/x": "ok"})
    page.locator("input").press("a")
    assert len(site.requests) == 1
    page.locator("input").press("Enter")
    assert len(site.requests) == 2


def test_requests_sent_together_wait_for_each_other():
    page, site = opened('<input name=q hx-get="/x" hx-trigger="input" hx-swap=none>')
    page.locator("input").press_sequentially("abc")
    queries = [urlsplit(request.url).query for request in site.requests[1:]]
    assert queries == ["q=a", "q=abc"]


def test_a_request_that_another_replaces_takes_its_marks_along():
    page, _ = opened(
        '<input name=q hx-get="/x" hx-trigger="input" hx-swap=none hx-sync="this:replace" hx-indicator="#i"><p id=i>'
    )
    page.locator("input").press_sequentially("abc")
    page.wait_for_timeout(100)
    assert page.locator("#i").get_attribute("class") in (None, "")


def test_what_is_selected_of_a_response_may_be_unset():
    body = '<button hx-get="/x" hx-target="#o" hx-select="b">go</button><p id=o></p>'
    page, _ = opened(body, {"/x": "<b>one</b><i>two</i>"})
    page.get_by_role("button").click()
    expect(page.locator("#o")).to_have_text("one")
    page, _ = opened(body, {"/x": html("<b>one</b><i>two</i>", HX_Reselect="unset")})
    page.get_by_role("button").click()
    expect(page.locator("#o")).to_have_text("onetwo")


def test_a_form_that_closes_its_dialog_is_not_boosted():
    page, site = opened(
        '<div hx-boost=true><dialog open><form method=dialog action="/x"><button>ok</button></form></dialog></div>'
    )
    page.get_by_role("button").click()
    expect(page.locator("dialog")).to_be_hidden()
    assert len(site.requests) == 1


def test_the_focus_stays_with_the_field_of_the_same_id():
    page, _ = opened(
        '<div id=d><input id=f hx-get="/x" hx-trigger=input hx-target="#d"></div>', {"/x": "<input id=f>"}
    )
    page.locator("#f").fill("a")
    expect(page.locator("#f")).to_be_focused()


def test_a_response_for_a_target_that_is_not_there_leaves_the_indicator_as_in_htmx():
    page, _ = opened('<button hx-get="/x">go</button>', {"/x": html("new", HX_Retarget="#none")})
    page.get_by_role("button").click()
    assert page.locator("body").inner_html() == '<button hx-get="/x" class="htmx-request">go</button>'


def test_a_sync_that_names_nothing_sends_nothing_and_at_the_start_needs_a_browser():
    page, site = opened('<button hx-get="/x" hx-sync="#none:drop">go</button>')
    page.get_by_role("button").click()
    assert len(site.requests) == 1
    with pytest.raises(NeedsBrowser, match="finds nothing"):
        opened('<p hx-get="/x" hx-sync="#none" hx-trigger="load">go</p>')


@pytest.mark.parametrize(("version", "address"), [("2.0.4", "/"), ("2.0.10", "/there"), ("2.0", "/there")])
def test_an_address_that_is_not_pushed_may_still_be_replaced_since_2_0_9(version: str, address: str):
    body = '<button hx-get="/x" hx-push-url="false" hx-replace-url="/there">go</button>'
    page, _ = opened(body, {"/x": "ok"}, htmx=version)
    page.get_by_role("button").click()
    assert urlsplit(page.url).path == address


def test_a_delete_that_would_be_multipart_has_no_content_type():
    page, site = opened('<button hx-delete="/x" hx-encoding="multipart/form-data">go</button>')
    page.get_by_role("button").click()
    assert (site.last.method, site.last.header("Content-Type")) == ("DELETE", None)


def test_a_swap_leaves_controls_with_the_forms_that_they_belong_to():
    page, site = opened(
        '<form id=f hx-post="/f"><input name=gone><button>first</button></form>'
        "<form><input name=other></form><input name=outside>",
        {"/f": "<button>again</button>"},
    )
    page.get_by_role("button").click()
    page.get_by_role("button").click()
    assert [request.body for request in site.requests[1:]] == [b"gone=", b""]


def test_a_style_that_no_extension_explains_is_the_default_one():
    page, _ = opened('<button hx-get="/x" hx-swap="unheard-of">go</button>', {"/x": "<b>new</b>"})
    page.get_by_role("button").click()
    expect(page.locator("button b")).to_have_text("new")


def test_a_form_in_a_form_tells_the_outer_one_nothing_of_its_submission():
    page, site = opened(
        '<form hx-post="/outer" hx-target="#in"><div id=in></div><button>out</button></form>',
        {"/outer": "<form action=/inner><button>in</button></form>", "/inner": "<p>inside"},
    )
    page.get_by_role("button", name="out").click()
    page.get_by_role("button", name="in").click()
    assert [urlsplit(request.url).path for request in site.requests] == ["/", "/outer", "/inner"]


def test_an_indicator_that_is_not_there_shows_nothing_and_its_element_neither():
    page, _ = opened('<button hx-get="/x" hx-indicator="#none" hx-swap="swap:1s">go</button>', {"/x": "new"})
    page.get_by_role("button").click()
    assert page.get_by_role("button").get_attribute("class") == "htmx-swapping"


@pytest.mark.parametrize(
    ("attribute", "place"),
    [
        ("hx-target-404", "there"),
        ("hx-target-4*", "there"),
        ("hx-target-error", "there"),
        ("hx-target-5*", "here"),
    ],
)
def test_response_targets_sends_errors_elsewhere_by_their_status(attribute: str, place: str):
    targets = {
        "/static/htmx.min.js": HTMX,
        "/ext/response-targets.js": "htmx.defineExtension('response-targets', {})",
    }
    body = f'<div hx-ext="response-targets"><button hx-get="/none" hx-target="#here" {attribute}="#there">go</button>'
    page, site = with_scripts(f"{body}<p id=here></p><p id=there></p></div>", targets)
    site.answers["/none"] = html("nothing", status=404)
    page.get_by_role("button").click()
    assert page.locator("#there").inner_text() == ("nothing" if place == "there" else "")
    assert page.locator("#here").inner_text() == ""


def test_an_extension_whose_script_is_not_seen_needs_a_browser():
    page, _ = with_scripts('<button hx-get="/x" hx-ext="response-targets">go</button>', {"/htmx.js": HTMX})
    with pytest.raises(NeedsBrowser, match="response-targets"):
        page.get_by_role("button").click()
