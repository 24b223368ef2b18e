"""Scripts that submit a form or open another URL when a page is loaded, as in Chromium."""

from __future__ import annotations

import re

import pytest

from django_journey import expect
from django_journey.errors import NeedsBrowser, TooManyRedirects
from tests.pages.conftest import Opening
from tests.pages.fake_site import FakeSite

FORM = (
    "<form id=f name=f action=/to method=get><input name=a value=1 required><button name=b>go</button></form>"
)
FOLLOWED = [
    f"{FORM}<script>document.forms[0].submit()</script>",
    f"{FORM}<script>document.forms[0].submit();</script>",
    f"{FORM}<script>document.forms['f'].submit();</script>",
    f"{FORM}<script>document.forms.f.submit();</script>",
    f'{FORM}<script>\n  // go on\n  document.getElementById("f").submit(); /* done */\n</script>',
    f"<form></form>{FORM}<script>window.document.forms[1].submit()</script>",
    f"<body onload='document.forms[0].submit()'>{FORM}",
    f"<script>window.onload = function() {{ document.forms[0].submit(); }}</script>{FORM}",
    f"<script>document.addEventListener('DOMContentLoaded', () => {{document.forms[0].submit()}});</script>{FORM}",
    f"<script type=module>document.forms[0].submit()</script>{FORM}",
    "<script>location = '/to?a=1'</script>",
    '<script>window.location.href = "/to?a=1";</script>',
    "<script>document.location='to?a=1'</script>",
    "<script>location.replace('/to?a=1')</script>",
    "<script>window.location.assign('/to?a=1');</script>",
]
#: Scripts that navigate in another way, which are not followed; and how the page is found in Chromium.
UNCLEAR = [
    "<script>if (document.title) { location.href = '/to?a=1' }</script>",
    "<script>var next = '/to'; location = next + '?a=1'</script>",
    "<script>(function () { location.replace('/to?a=1') })()</script>",
    "<script>function idle() { return 1 } location = '/to' + '?a=1'</script>",
    f"{FORM}<script>let f = document.forms[0]; f.submit()</script>",
    f"{FORM}<body onload='go()'><script>function go() {{ document.forms[0].submit() }}</script>",
    "<script>setTimeout(() => { location.assign('/to?a=1') }, 1)</script>",
    "<script>addEventListener('load', event => { location.assign('/to?a=1') })</script>",
]
IDLE = [
    f"<script>document.forms[0].submit()</script>{FORM}",
    f"{FORM}<script>function go() {{ document.forms[0].submit() }}</script>",
    f"{FORM}<script>document.forms[0].onclick = function () {{ location = '/to' }}</script>",
    f"{FORM}<script>addEventListener('click', () => {{ if (true) {{ location = '/to' }} }})</script>",
    f"{FORM}<script>window.go = function () {{ this.submit() }}; var where = location.href == '/to';</script>",
    f"{FORM}<script>// location = '/to'\nvar text = 'location = 1'</script>",
    f"{FORM}<script type='text/template'>location = '/to'</script>",
    f"{FORM}<template><script>location = '/to'</script></template>",
    "<form action=/to><input name=submit></form><script>document.forms[0].submit()</script>",
]


def _page(markup: str) -> str:
    return f"<!doctype html><title>First</title>{markup}<a href=/on>on</a>"


@pytest.mark.parametrize("markup", FOLLOWED)
def test_one_simple_statement_is_followed(opened: Opening, markup: str) -> None:
    page = opened(
        {"/": "<!doctype html><title>Start</title><a href=/first>first</a>", "/first": _page(markup)}
    )
    page.get_by_role("link", name="first").click()
    expect(page).to_have_url("/to?a=1")
    page.go_back()
    expect(page).to_have_title("Start")  # the page that acted has left no trace in the history


@pytest.mark.parametrize("markup", IDLE)
def test_a_script_that_does_not_navigate_is_ignored(opened: Opening, markup: str) -> None:
    page = opened({"/": _page(markup)})
    page.get_by_role("link", name="on").click()
    expect(page).to_have_url("/on")


@pytest.mark.parametrize("markup", IDLE[1:8])
def test_an_event_without_a_handler_raises_nothing(markup: str) -> None:
    assert FakeSite({"/": _page(markup)}).open(scripts="refuse").title() == "First"


@pytest.mark.parametrize("markup", UNCLEAR)
def test_an_unclear_script_is_noted_warned_of_or_raises(markup: str) -> None:
    site = FakeSite({"/": _page(markup)})
    assert site.open().title() == "First"
    with pytest.warns(UserWarning, match="a script acts when the page is loaded"):
        site.open(scripts="warn")
    with pytest.raises(NeedsBrowser, match="a script acts when the page is loaded"):
        site.open(scripts="refuse")


@pytest.mark.parametrize(
    ("markup", "pattern"), [(FOLLOWED[0], r"submit\(\)$"), (UNCLEAR[0], r"location.href .*\(not followed\)$")]
)
def test_the_report_notes_a_scripted_navigation(
    monkeypatch: pytest.MonkeyPatch, markup: str, pattern: str
) -> None:
    noted: list[str] = []
    monkeypatch.setattr(
        "django_journey._pages.navigation.scripted_navigation.note", lambda topic, title: noted.append(title)
    )
    page = FakeSite({"/": _page(markup)}).open()
    page.wait_for_timeout(10)
    (line,) = noted
    assert re.search(pattern, line)


def test_a_frame_that_sends_its_page_elsewhere_is_not_followed() -> None:
    page = FakeSite(
        {"/": "<title>Outer</title><iframe src=/in>", "/in": "<script>parent.location = '/to'</script>"}
    ).open()
    assert page.frames[1].url == "http://testserver/in"
    assert page.title() == "Outer"


def test_two_statements_are_not_followed() -> None:
    two = "<script>location = '/a'</script><script>location = '/b'</script>"
    assert FakeSite({"/": _page(two)}).open().title() == "First"


def test_a_form_is_sent_as_scripts_send_it() -> None:
    """No button is sent, nothing is validated, and the request is not one of a user."""
    markup = FORM.replace("value=1 required", "required").replace("get", "post")
    site = FakeSite({"/": _page(f"{markup}<script>document.forms[0].submit()</script>")})
    site.open()
    assert (site.last.method, site.last.body) == ("POST", b"a=")
    assert site.last.header("Referer") == "http://testserver/"
    assert site.last.header("Sec-Fetch-User") is None


def test_pages_that_navigate_to_each_other_endlessly_raise() -> None:
    with pytest.raises(TooManyRedirects):
        FakeSite(
            {"/": "<script>location.href = '/b'</script>", "/b": "<script>location = '/'</script>"}
        ).open()
