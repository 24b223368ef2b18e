"""Navigation: URLs, redirects, history, downloads, popups, refreshes, and documents of other types."""

from __future__ import annotations

import gzip
import re

import pytest

from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.page import BrowserContext
from django_journey.errors import Error, NeedsBrowser, TooManyRedirects
from django_journey.errors import TimeoutError as NotInTime
from tests.pages.fake_site import FakeSite, html, redirect, shows


def test_goto_opens_a_path_below_the_base_url_and_returns_the_response() -> None:
    site = FakeSite({"/a/": "<title> The\n page </title>"})
    page = BrowserContext(site).new_page()
    response = page.goto("/a/?q=1#part")
    assert response is not None
    assert (response.status, response.ok, response.url) == (200, True, "http://testserver/a/?q=1")
    assert (page.url, page.title()) == ("http://testserver/a/?q=1#part", "The page")
    assert site.last.url == "http://testserver/a/?q=1"


def test_a_new_page_is_blank() -> None:
    page = BrowserContext(FakeSite()).new_page()
    assert (page.url, page.title(), page.response) == ("about:blank", "", None)


@pytest.mark.parametrize("url", ["http://", "http://a b/"])
def test_goto_rejects_an_invalid_url(url: str) -> None:
    with pytest.raises(Error, match="invalid URL"):
        BrowserContext(FakeSite()).new_page().goto(url)


def test_goto_rejects_a_scheme_without_pages() -> None:
    with pytest.raises(Error, match="ERR_UNKNOWN_URL_SCHEME"):
        BrowserContext(FakeSite()).new_page().goto("mailto:a@b")


def test_only_the_fragment_changes_without_a_request() -> None:
    site = FakeSite({"/": "<a href='#two'>two</a>"})
    page = site.open()
    page.get_by_role("link").click()
    assert page.url == "http://testserver/#two"
    assert page.goto("/#three") is None
    assert len(site.requests) == 1
    page.go_back()
    assert page.url == "http://testserver/#two"


def test_going_back_shows_the_page_as_it_was_left_without_a_request() -> None:
    site = FakeSite({"/": "<label>Name <input></label><a href=/b>b</a>", "/b": "<p>b"})
    page = site.open()
    page.get_by_label("Name").fill("mine")
    page.get_by_role("link").click()
    response = page.go_back()
    assert response is not None
    assert response.url == "http://testserver/"
    assert page.get_by_label("Name").input_value() == "mine"
    assert len(site.requests) == 2
    page.go_forward()
    assert page.url == "http://testserver/b"
    assert page.go_forward() is None


def test_a_page_that_must_not_be_stored_is_requested_again() -> None:
    site = FakeSite({"/": html("<a href=/b>b</a>", Cache_Control="no-store, private"), "/b": "<p>b"})
    page = site.open()
    page.get_by_role("link").click()
    page.go_back()
    assert [request.url for request in site.requests][-1] == "http://testserver/"


def test_a_page_that_varies_by_cookies_is_requested_again_after_they_changed() -> None:
    site = FakeSite({"/": html("<a href=/b>b</a>", Vary="Cookie"), "/b": html("<p>b", Set_Cookie="s=1")})
    page = site.open()
    page.get_by_role("link").click()
    page.go_back()
    assert site.last.url == "http://testserver/"
    assert site.last.header("Cookie") == "s=1"


def test_reload_sends_the_request_again_and_posts_again() -> None:
    site = FakeSite({"/": "<form method=post><input name=a value=1><button>s</button></form>"})
    page = site.open()
    page.get_by_role("button").click()
    page.reload()
    assert [(request.method, request.body) for request in site.requests] == [
        ("GET", b""), ("POST", b"a=1"), ("POST", b"a=1"),
    ]  # fmt: skip
    assert site.last.header("Cache-Control") == "max-age=0"


def test_a_link_to_the_same_url_does_not_lengthen_the_history() -> None:
    site = FakeSite({"/": "<a href=/>self</a>"})
    page = site.open()
    page.get_by_role("link").click()
    assert page.go_back() is None
    assert len(site.requests) == 2


def test_opening_the_present_url_does_not_lengthen_the_history() -> None:
    page = FakeSite({"/": "<title>one</title>", "/b": "<form method=post><button>s</button></form>"}).open()
    page.goto("/b")
    page.goto("/b")
    page.get_by_role("button").click()
    page.goto("/b")  # what is shown came by POST, so this is another place
    page.go_back()
    assert page.response.request.method == "POST"
    page.go_back()
    page.go_back()
    assert page.title() == "one"


def test_the_target_follows_the_fragment_in_the_history() -> None:
    page = shows(
        "<style>#m {display: none} #m:target {display: block}</style><a href='#m'>open</a><p id=m>modal</p>"
    )
    assert page.locator(":target").count() == 0
    page.get_by_role("link").click()
    assert page.get_by_text("modal").is_visible()
    assert page.locator("p:target").inner_text() == "modal"
    page.go_back()
    assert not page.get_by_text("modal").is_visible()
    page.go_forward()
    assert page.get_by_text("modal").is_visible()


@pytest.mark.parametrize(
    ("content", "led"), [("0foo", False), ("0 foo", True), ("0,foo", True), ("0.5;foo", True)]
)
def test_a_refresh_without_anything_after_its_time_stays(content: str, led: bool) -> None:
    page = FakeSite({"/": f"<meta http-equiv=refresh content='{content}'>"}).open()
    assert page.url == "http://testserver/" + ("foo" if led else "")


def test_a_context_is_closed_once_and_names_what_needs_a_browser() -> None:
    context = shows("").context
    assert not context.is_closed()
    for call in ("route", "grant_permissions", "tracing", "new_cdp_session"):
        with pytest.raises(NeedsBrowser, match=call):
            getattr(context, call)
    with pytest.raises(AttributeError, match="no_such_thing"):
        context.no_such_thing()
    context.close()
    assert context.is_closed()


def test_waiting_for_a_hidden_element_returns_none() -> None:
    page = shows("<p hidden>x</p>")
    assert page.wait_for_selector("p", state="hidden") is None
    assert page.wait_for_selector("b", state="detached") is None
    assert page.wait_for_selector("p", state="attached").text_content() == "x"


def test_no_content_leaves_the_page_and_goto_raises() -> None:
    site = FakeSite({"/": "<a href=/nothing>x</a>", "/nothing": DriverResponse(204)})
    page = site.open()
    page.get_by_role("link").click()
    assert page.url == "http://testserver/"
    with pytest.raises(Error, match="ERR_ABORTED"):
        page.goto("/nothing")


def test_a_long_history_forgets_its_oldest_pages_only() -> None:
    page = FakeSite({f"/{number}": f"<title>{number}</title>" for number in range(60)}).open("/0")
    for number in range(1, 60):
        page.goto(f"/{number}")
    for number in range(58, 54, -1):
        page.go_back()
        assert page.title() == str(number)


def test_a_download_is_caught_and_the_page_stays(tmp_path) -> None:
    answer = DriverResponse(
        200, (("Content-Disposition", "attachment; filename*=UTF-8''b%C3%BC.csv"),), b"a,b"
    )
    page = FakeSite({"/": "<a href=/file>get</a>", "/file": answer}).open()
    with page.expect_download() as caught:
        page.get_by_role("link").click()
    download = caught.value
    assert repr(download) == "<Download url='http://testserver/file' suggested_filename='bü.csv'>"
    assert (download.suggested_filename, download.failure(), page.url) == (
        "bü.csv",
        None,
        "http://testserver/",
    )
    download.save_as(tmp_path / "deep" / "saved.csv")
    assert (tmp_path / "deep" / "saved.csv").read_bytes() == b"a,b"
    path = download.path()
    assert path.read_bytes() == b"a,b"
    page.context.close()
    assert not path.exists()


@pytest.mark.parametrize(
    ("markup", "pages"),
    [
        ("<a href=/file target=_blank>x</a>", 2),
        ("<a href=/file target=named>x</a>", 2),
        ("<form action=/file target=_blank><button>x</button></form>", 2),
        ("<a href=/page target=_blank download>x</a>", 1),
    ],
)
def test_a_download_in_a_new_page_is_an_event_of_its_opener(markup: str, pages: int) -> None:
    page = FakeSite(
        {"/": markup, "/file": html("x", Content_Disposition="attachment; filename=f.txt")}
    ).open()
    with page.expect_download() as download:
        page.get_by_text("x").click()
    assert download.value.page is page
    assert len(page.context.pages) == pages


def test_goto_of_a_download_names_expect_download() -> None:
    site = FakeSite({"/file": DriverResponse(200, (("Content-Type", "text/csv"),), b"a,b")})
    with pytest.raises(Error, match="Download is starting"):
        BrowserContext(site).new_page().goto("/file")


@pytest.mark.parametrize(
    ("header", "url", "name"),
    [
        ('attachment; filename="a \\"b\\".txt"', "/x", "a _b_.txt"),
        ("attachment; filename=plain.txt; x=y", "/x", "plain.txt"),
        ("attachment", "/dir/b%20c.pdf", "b c.pdf"),
        ('attachment; filename="../../etc/passwd"', "/x", "passwd.txt"),
        ("attachment", "/", "download.txt"),
    ],
)
def test_the_name_that_a_download_suggests(header: str, url: str, name: str) -> None:
    answer = DriverResponse(200, (("Content-Disposition", header), ("Content-Type", "text/plain")), b"x")
    page = BrowserContext(
        FakeSite({url.replace("%20", "%20"): answer, "/start": f"<a href='{url}'>get</a>"})
    ).new_page()
    page.goto("/start")
    with page.expect_download() as caught:
        page.get_by_role("link").click()
    assert caught.value.suggested_filename == name


def test_a_link_to_a_new_page_opens_it() -> None:
    site = FakeSite({"/": "<a href=/b target=_blank>b</a>", "/b": "<title>b</title>"})
    page = site.open()
    with page.expect_popup() as caught:
        page.get_by_role("link").click()
    assert (caught.value.title(), page.url) == ("b", "http://testserver/")
    assert page.context.pages == [page, caught.value]
    assert caught.value.opener() is None


def test_a_named_page_is_opened_once() -> None:
    site = FakeSite({"/": "<a href=/b target=other>b</a>"})
    page = site.open()
    page.get_by_role("link").click()
    page.get_by_role("link").click()
    assert len(page.context.pages) == 2


def test_an_expected_event_that_does_not_happen_fails_at_once() -> None:
    page = shows("<form><input required name=a><button>s</button></form>")
    with pytest.raises(NotInTime, match="while waiting for navigation") as caught, page.expect_navigation():
        page.get_by_role("button").click()
    assert "is required" in str(caught.value)


@pytest.mark.parametrize(
    "wanted",
    ["/", "**/", "http://testserver/", re.compile("test.*"), lambda url: url.endswith("/"), "http://*/"],
)
def test_wait_for_url_knows_globs_patterns_and_functions(wanted) -> None:
    shows("").wait_for_url(wanted)


@pytest.mark.parametrize("wanted", ["/b", "**/*.html", re.compile("other"), lambda url: False])
def test_wait_for_another_url_fails_at_once(wanted) -> None:
    with pytest.raises(NotInTime):
        shows("").wait_for_url(wanted)


def test_an_immediate_refresh_is_followed_and_a_later_one_when_it_is_waited_for() -> None:
    site = FakeSite(
        {
            "/": "<meta http-equiv=refresh content='0; url=/b'>",
            "/b": "<meta http-equiv=Refresh content=\"5;URL='/c'\">",
            "/c": "<title>c</title>",
        }
    )
    page = site.open()
    assert page.url == "http://testserver/b"
    page.wait_for_timeout(1000)
    assert page.url == "http://testserver/b"
    page.wait_for_timeout(5000)
    assert page.url == "http://testserver/c"


def test_a_refresh_header_is_followed_too_and_a_loop_of_them_ends() -> None:
    site = FakeSite({"/": html("", Refresh="0; url=/b"), "/b": html("", Refresh="0; url=/")})
    with pytest.raises(TooManyRedirects):
        site.open()


def test_text_and_json_are_shown_in_a_pre() -> None:
    site = FakeSite(
        {
            "/t": DriverResponse(200, (("Content-Type", "text/plain"),), b"\na <b>"),
            "/j": DriverResponse(200, (("Content-Type", "application/json"),), b'{"a": 1}'),
        }
    )
    page = site.open("/t")
    assert page.locator("pre").text_content() == "\na <b>"
    page.goto("/j")
    assert page.locator("body > pre").text_content() == '{"a": 1}'


def test_an_image_shows_its_name_and_size() -> None:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03"
    site = FakeSite({"/i/a.png": DriverResponse(200, (("Content-Type", "image/png"),), png)})
    assert site.open("/i/a.png").title() == "a.png (2\u00d73)"
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x03\x00\x02"
    site = FakeSite({"/i/a.jpg": DriverResponse(200, (("Content-Type", "image/jpeg"),), jpeg)})
    assert site.open("/i/a.jpg").title() == "a.jpg (2\u00d73)"


def test_xml_is_fetched_and_reading_it_needs_a_browser() -> None:
    page = FakeSite({"/": DriverResponse(200, (("Content-Type", "application/xml"),), b"<a/>")}).open()
    assert page.response is not None
    assert page.response.text() == "<a/>"
    with pytest.raises(NeedsBrowser, match="XML"):
        page.locator("a").count()


def test_a_compressed_page_is_decoded_and_a_broken_one_raises() -> None:
    packed = html(gzip.compress(b"<title>packed</title>"), Content_Encoding="gzip")
    assert FakeSite({"/": packed}).open().title() == "packed"
    with pytest.raises(Error, match="ERR_CONTENT_DECODING_FAILED"):
        FakeSite({"/": html(b"no gzip", Content_Encoding="gzip")}).open()


def test_a_server_error_is_raised_with_its_traceback_or_shown() -> None:
    def view(request: DriverRequest) -> DriverResponse:
        try:
            raise LookupError("in the view")
        except LookupError as error:
            return DriverResponse(500, (("Content-Type", "text/html"),), b"<h1>Sorry</h1>", exception=error)

    with pytest.raises(LookupError, match="in the view") as caught:
        FakeSite({"/": view}).open()
    assert caught.traceback[-1].name == "view"
    page = FakeSite({"/": view}).open(raise_server_errors=False)
    assert page.locator("h1").inner_text() == "Sorry"


def test_set_content_replaces_what_is_shown_and_keeps_the_url() -> None:
    page = shows("<p>old")
    page.set_content("<title>new</title><p>new")
    assert (page.title(), page.url) == ("new", "http://testserver/")
    assert page.content() == "<html><head><title>new</title></head><body><p>new</p></body></html>"


def test_a_closed_page_raises() -> None:
    page = shows("")
    page.close()
    assert page.is_closed()
    assert page.context.pages == []
    with pytest.raises(Error, match="closed"):
        page.goto("/")


def test_a_navigation_emits_its_events() -> None:
    site = FakeSite({"/a": redirect("/b"), "/b": "<p>b"})
    page = BrowserContext(site).new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(f"> {request.url}"))
    page.on("response", lambda response: seen.append(f"< {response.status}"))
    page.once("load", lambda _: seen.append("load"))
    page.goto("/a")
    page.goto("/b")
    assert seen[:5] == ["> http://testserver/a", "< 302", "> http://testserver/b", "< 200", "load"]
    assert seen.count("load") == 1


@pytest.mark.parametrize("call", ["evaluate", "screenshot", "route", "mouse", "pdf"])
def test_unsupported_calls_need_a_browser(call: str) -> None:
    with pytest.raises(NeedsBrowser, match=call):
        getattr(shows(""), call)("x")


def test_an_unknown_attribute_is_an_attribute_error_and_an_event_of_scripts_needs_a_browser() -> None:
    page = shows("")
    with pytest.raises(AttributeError, match="no_such_thing"):
        page.no_such_thing()
    with pytest.raises(NeedsBrowser):
        page.on("worker", print)


def test_a_download_link_to_another_origin_is_followed_and_to_its_own_saved() -> None:
    site = FakeSite(
        {"/": "<a id=a href=/file download=own>own</a><a id=b href=http://other.test/file download>b</a>"}
    )
    page = site.open()
    with page.expect_download() as saved:
        page.locator("#a").click()
    assert saved.value.suggested_filename.startswith("own")
    assert page.url == "http://testserver/"
    page.locator("#b").click()
    assert page.url == "http://other.test/file"


def test_going_back_skips_a_page_that_refreshed_within_a_second() -> None:
    for seconds, back in ((0, "/start"), (1, "/start"), (2, "/hop"), (5, "/hop")):
        refresh = f"<meta http-equiv=refresh content='{seconds};url=/end'>"
        page = FakeSite({"/start": "<a href=/hop>on</a>", "/hop": refresh, "/end": "end"}).open("/start")
        page.get_by_role("link").click()
        page.wait_for_timeout(6000)
        assert page.url.endswith("/end")
        page.go_back()
        assert page.url.endswith(back)


def test_a_refresh_of_a_page_that_was_left_is_dropped_and_the_forward_history_stays() -> None:
    site = FakeSite({"/": "<meta http-equiv=refresh content='5;url=/late'><a href=/b>b</a>", "/b": "b"})
    page = site.open()
    page.get_by_role("link").click()
    page.wait_for_timeout(60_000)
    assert page.url.endswith("/b")
    page.go_back()
    assert page.url == "http://testserver/"
    page.go_forward()
    assert page.url.endswith("/b")
    assert not any(request.url.endswith("/late") for request in site.requests)


def test_the_delay_of_one_refresh_counts_towards_the_timeout_of_the_next() -> None:
    onward = "<meta http-equiv=refresh content='5;url={}'>"
    page = FakeSite({"/": onward.format("/b"), "/b": onward.format("/c"), "/c": "end"}).open()
    page.wait_for_timeout(9000)
    assert page.url == "http://testserver/b"
