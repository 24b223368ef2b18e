"""Events that need JavaScript are recognized by the markup, and raise; others do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from django_journey._pages.page import Page
from django_journey.errors import NeedsBrowser
from tests.pages.fake_site import FakeSite, shows

#: A script that can't be read here, and may be htmx; without one, its attributes mean nothing.
HTMX = "<script src=https://elsewhere.test/app.js></script>"
REFUSED = [
    ("<a id=x>no href</a>", "no href"),
    ("<a id=x href='javascript:go()'>x</a>", "runs a script"),
    ("<a id=x href='/b' onclick='go()'>x</a>", "onclick"),
    ("<div onclick='go()'><button id=x form=f>x</button></div><form id=f></form>", "onclick"),
    ("<script src=x.js></script><button id=x type=button>x</button>", "type button"),
    ("<script src=x.js></script><button id=x>x</button>", "in no form"),
    ("<form onsubmit='return check()'><button id=x>x</button></form>", "onsubmit"),
    ("<form action='javascript:go()'><button id=x>x</button></form>", "runs a script"),
    ("<div id=x role=button tabindex=0>x</div>", "looks like a button"),
    (f"{HTMX}<a id=x href='#' hx-get=/part>x</a>", "htmx"),
    (f"{HTMX}<a id=x href=/b hx-delete=/part>x</a>", "htmx"),
    ("<button id=x type=button wire:click=save>x</button>", "Livewire"),
    ("<form method=post><button id=x type=button data-action=menu#toggle>x</button></form>", "Stimulus"),
    (f"{HTMX}<form hx-post=/part><button id=x>x</button></form>", "htmx"),
    (f"{HTMX}<button id=x data-hx-delete=/part>x</button>", "htmx"),
    ("<form><button id=x @click='open = true'>x</button></form>", "Alpine"),
    ("<div x-on:click='a'><span id=x>x</span></div>", "Alpine"),
    ("<form><button id=x data-action='click->menu#toggle'>x</button></form>", "Stimulus"),
    ("<form data-action='save#check'><button id=x>x</button></form>", "Stimulus"),
    ("<script src=/app.js></script><a id=x href='#' data-bs-toggle=modal>x</a>", "Bootstrap"),
    ("<a id=x href=/b data-turbo-method=delete>x</a>", "Turbo"),
    ("<details ontoggle='go()'><summary id=x>x</summary></details>", "ontoggle"),
    ("<input id=x type=checkbox onchange='go()'>", "onchange"),
    ("<dialog id=d></dialog><button id=x commandfor=d command=--own>x</button>", "command of its own"),
]
_LISTENERS = (
    *("@click=go()", "x-on:click.prevent=go()", "v-on:click=go", "data-action=a#b", "data-action=click->a#b"),
    *(
        "wire:click=save",
        "up-follow",
        "up-layer=new",
        "phx-click=go",
        "data-turbo-confirm=sure",
        "hx-get=/part",
    ),
    *("data-bs-toggle=tooltip", "ng-click=go()", "@change=go()", "@submit=go()", "data-controller=menu"),
)
ALLOWED = [
    "<a id=x href=/b>x</a>",
    "<a id=x href=/b onclick='return true;'>x</a>",
    "<a id=x href=/b data-turbo=false hx-boost=true>x</a>",
    "<form data-action='change->search#go'><button id=x>x</button></form>",
    "<div hx-get=/part hx-trigger=load><a id=x href=/b>x</a></div>",
    "<p id=x>text</p>",
    "<button id=x>in no form, on a page without a script</button>",
    "<label id=x>text</label>",
    "<input id=x type=checkbox>",
    "<button id=x popovertarget=p>x</button><p id=p popover>x</p>",
    "<a id=x href='mailto:a@b'>x</a>",
    *(
        f"<{markup}>x</form>"
        for listener in _LISTENERS
        for markup in (
            f"a id=x href=/b {listener}",
            f"form action=/b {listener}><button id=x",
            f"form method=post><button id=x {listener}",
            f"div {listener}><form action=/b><input type=submit id=x",
            f"input type=checkbox id=x {listener}",
        )
    ),
]


@pytest.mark.parametrize(("markup", "reason"), REFUSED)
def test_a_click_that_only_a_script_handles_needs_a_browser(markup: str, reason: str) -> None:
    page = shows(markup)
    with pytest.raises(NeedsBrowser, match=reason) as caught:
        page.locator("#x").click()
    assert "--journey-driver=browser" in str(caught.value)


@pytest.mark.parametrize("markup", ALLOWED)
def test_a_click_with_a_default_action_needs_no_script(markup: str) -> None:
    shows(markup).locator("#x").click()


@pytest.mark.parametrize(
    "markup",
    [
        "<input id=x oninput='go()'>",
        "<textarea id=x onkeyup='go()'></textarea>",
    ],
)
def test_typing_with_an_inline_handler_needs_a_browser(markup: str) -> None:
    with pytest.raises(NeedsBrowser):
        shows(markup).locator("#x").fill("a")


def test_selecting_and_attaching_with_an_inline_handler_needs_a_browser() -> None:
    with pytest.raises(NeedsBrowser, match="onchange"):
        shows("<select onchange='this.form.submit()'><option>a<option>b</select>").locator(
            "select"
        ).select_option("b")
    with pytest.raises(NeedsBrowser, match="onchange"):
        shows("<input type=file onchange='go()'>").locator("input").set_input_files([])


def test_a_script_that_may_listen_is_ignored_warned_of_or_raises() -> None:
    site = FakeSite({"/": "<script src=/app.js></script><p>text</p>"})
    site.open().get_by_text("text").click()
    page = site.open(scripts="warn")
    with pytest.warns(UserWarning, match=r"app\.js"):
        page.get_by_text("text").click()
    page.get_by_text("text").click()  # warned of once
    with pytest.raises(NeedsBrowser, match=r"app\.js"):
        site.open(scripts="refuse").get_by_text("text").click()


@pytest.mark.parametrize(
    ("markup", "act"),
    [
        ("<a id=x href=/b @click=go()>x</a>", lambda page: page.click("#x")),
        (HTMX + "<form action=/b hx-post=/b><button id=x>x</button></form>", lambda page: page.click("#x")),
        ("<input id=x x-model=name>", lambda page: page.fill("#x", "a")),
        (HTMX + "<input id=x hx-get=/s hx-trigger=keyup>", lambda page: page.locator("#x").press("a")),
        ("<select id=x @change=go()><option>a</select>", lambda page: page.select_option("#x", "a")),
    ],
)
def test_a_framework_may_listen_to_an_element_with_a_default_action(
    markup: str, act: Callable[[Page], Any]
) -> None:
    """The default action runs unless the setting is ``refuse``, as for listeners that the markup does not show."""
    act(shows(markup))
    site = FakeSite({"/": markup})
    page = site.open(scripts="warn")
    with pytest.warns(UserWarning, match=r"which (Alpine|htmx) reads, and no script is run"):
        act(page)
    with pytest.raises(NeedsBrowser, match=r"Alpine|htmx"):
        act(site.open(scripts="refuse"))


def test_a_script_element_with_data_is_no_script() -> None:
    site = FakeSite({"/": "<script type=application/json>{}</script><p>text</p>"})
    site.open(scripts="refuse").get_by_text("text").click()


def test_a_button_with_a_default_action_needs_no_script() -> None:
    site = FakeSite({"/": "<script src=/app.js></script><form><button>s</button></form>"})
    site.open(scripts="refuse").get_by_role("button").click()
    assert len(site.requests) == 2
