"""Bootstrap on our page: what its attributes do, what covers the page, keys, and refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from django_journey import expect
from django_journey._drivers.base import DriverResponse
from django_journey._pages.page import Page
from django_journey.errors import NeedsBrowser
from django_journey.errors import TimeoutError as NotInTime
from tests.pages.fake_site import FakeSite

STYLE = """<style>
.modal, .collapse:not(.show):not(.in), .dropdown-menu:not(.show), .tab-pane:not(.active) {display: none}
.open > .dropdown-menu {display: block} .offcanvas:not(.show):not(.showing) {visibility: hidden}</style>"""
SCRIPT = "/static/bootstrap.bundle.min.js"


@dataclass
class BootstrapSite(FakeSite):
    """A site whose scripts can be read."""

    files: dict[str, str] = field(default_factory=dict)

    def file(self, url: str) -> DriverResponse | None:
        text = self.files.get(urlsplit(url).path)
        return (
            None
            if text is None
            else DriverResponse(200, (("Content-Type", "text/javascript"),), text.encode())
        )


def opened(body: str, version: str = "5.3.3", more: str = "", **options: object) -> Page:
    """Open a page with an element of Bootstrap's; ``§`` stands for the prefix of its attributes."""
    prefix = "data-bs-" if version.startswith("5") else "data-"
    banner = f"/*! Bootstrap v{version} */ '[data-bs-toggle=\"modal\"]'"
    body = body.replace("§", prefix)
    markup = f"<!doctype html><title>x</title>{STYLE}<body>{body}<script src={SCRIPT}></script>{more}"
    return BootstrapSite({"/": markup}, files={SCRIPT: banner}).open(**options)


MODAL = """<button id=open type=button §toggle=modal §target="#m">Open</button><a href=/elsewhere>behind</a>
<div class="modal fade" id=m tabindex=-1 aria-hidden=true {}><div class=modal-dialog><div class=modal-content>
<input name=q><button id=close type=button §dismiss=modal>Close</button></div></div></div>"""

VERSIONS = ("3.4.1", "4.6.2", "5.3.3")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_modal_opens_takes_the_focus_and_gives_it_back(version: str):
    page = opened(MODAL.format(""), version)
    modal, shown = page.locator("#m"), "in" if version[0] == "3" else "show"
    page.locator("#open").click()
    expect(modal).to_be_visible()
    expect(modal).to_have_class(f"modal fade {shown}")
    expect(modal).to_be_focused()
    expect(page.locator("body")).to_have_class("modal-open")
    expect(page.locator("body > div.modal-backdrop")).to_have_count(1)
    assert modal.get_attribute("aria-modal") == (None if version[0] == "3" else "true")
    with pytest.raises(NotInTime, match="intercepts pointer events"):
        page.get_by_role("link", name="behind", include_hidden=True).click()
    page.locator("#close").click()
    expect(modal).to_be_hidden()
    expect(page.locator("#open")).to_be_focused()
    expect(page.locator(".modal-backdrop")).to_have_count(0)
    assert modal.get_attribute("aria-hidden") == "true"
    assert (page.locator("body").get_attribute("class") or "") == ""


@pytest.mark.parametrize("version", VERSIONS)
def test_escape_and_a_click_beside_close_a_modal_unless_it_is_static(version: str):
    page = opened(MODAL.format(""), version)
    page.locator("#open").click()
    page.keyboard.press("Escape")
    expect(page.locator("#m")).to_be_hidden()
    page.locator("#open").click()
    with pytest.raises(NeedsBrowser, match="layout"):
        page.locator("#m").click()
    page.locator("#m").click(position={"x": 2, "y": 2})
    expect(page.locator("#m")).to_be_hidden()

    page = opened(MODAL.format("§backdrop=static §keyboard=false"), version)
    page.locator("#open").click()
    page.keyboard.press("Escape")
    page.locator("#m").click(position={"x": 2, "y": 2})
    expect(page.locator("#m")).to_be_visible()


def test_the_focus_stays_in_a_modal():
    page = opened(MODAL.format(""))
    page.locator("#open").click()
    page.keyboard.press("Tab")
    expect(page.locator("[name=q]")).to_be_focused()
    page.locator("#open").focus()
    expect(page.locator("[name=q]")).to_be_focused()


def test_a_toggle_in_a_modal_changes_to_another():
    page = opened(
        MODAL.format("").replace("<input", '<button id=next §toggle=modal §target="#n">Next</button><input')
        + '<div class="modal fade" id=n tabindex=-1><div class=modal-dialog>second</div></div>'
    )
    page.locator("#open").click()
    page.locator("#next").click()
    expect(page.locator("#m")).to_be_hidden()
    expect(page.locator("#n")).to_be_focused()
    expect(page.locator(".modal-backdrop")).to_have_count(1)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_accordion_shows_one_part_at_a_time(version: str):
    part = """<div class=panel><button type=button id=t{0} §toggle=collapse §target="#c{0}" §parent="#all">{0}</button>
    <div class=collapse id=c{0} §parent="#all">part {0}</div></div>"""
    page = opened(f"<div id=all>{part.format(1)}{part.format(2)}</div>", version)
    page.locator("#t1").click()
    expect(page.locator("#c1")).to_be_visible()
    expect(page.locator("#t1")).to_have_attribute("aria-expanded", "true")
    page.locator("#t2").click()
    expect(page.locator("#c2")).to_be_visible()
    expect(page.locator("#c1")).to_be_hidden()
    expect(page.locator("#t1")).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#t1")).to_have_class("collapsed")


DROPDOWN = """<div class=dropdown><button id=t type=button §toggle=dropdown>Menu</button><ul class=dropdown-menu>
<li><a class=dropdown-item id=one href="#1">One</a></li><li><a class=dropdown-item id=two href="#2">Two</a></li>
</ul></div><p id=out>outside</p>"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_dropdown_is_closed_by_a_click_elsewhere_by_escape_and_by_its_items(version: str):
    page = opened(DROPDOWN, version)
    menu, toggle = page.locator(".dropdown-menu"), page.locator("#t")
    for closing in ("#out", "#one", "#t"):
        toggle.click()
        expect(menu).to_be_visible()
        expect(toggle).to_have_attribute("aria-expanded", "true")
        page.locator(closing).click()
        expect(menu).to_be_hidden()
        expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.press("ArrowDown")
    if version[0] != "5":
        page.keyboard.press("ArrowDown")
    expect(page.locator("#one")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#two")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(toggle).to_be_focused()


def test_auto_close_says_which_clicks_close_a_dropdown():
    page = opened(DROPDOWN.replace("id=t ", "id=t §auto-close=outside "))
    page.locator("#t").click()
    page.locator("#one").click()
    expect(page.locator(".dropdown-menu")).to_be_visible()
    page.locator("#out").click()
    expect(page.locator(".dropdown-menu")).to_be_hidden()


TABS = """<ul class=nav role=tablist>
<li class="nav-item {0}"><a class="nav-link {0}" id=a §toggle=tab href="#pa" role=tab>A</a>
<li class=nav-item><a class=nav-link id=b §toggle=tab href="#pb" role=tab>B</a></ul><div>
<div class="tab-pane fade {0} in show" id=pa>first</div><div class="tab-pane fade" id=pb>second</div></div>"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_tab_shows_its_panel(version: str):
    page = opened(TABS.format("active"), version)
    page.locator("#b").click()
    expect(page.locator("#pb")).to_be_visible()
    expect(page.locator("#pa")).to_be_hidden()
    selected = page.locator("[aria-selected=true], [aria-expanded=true]")
    expect(selected).to_have_text("B")
    assert page.url.endswith("/")


def test_tabs_of_bootstrap_5_have_roles_from_the_start_and_answer_arrows():
    page = opened(TABS.format("active"))
    expect(page.locator("#b")).to_have_attribute("tabindex", "-1")
    expect(page.locator("#pa")).to_have_attribute("role", "tabpanel")
    page.locator("#a").press("ArrowRight")
    expect(page.locator("#b")).to_be_focused()
    expect(page.locator("#pb")).to_be_visible()
    page.keyboard.press("Home")
    expect(page.locator("#pa")).to_be_visible()


def test_an_offcanvas_opens_and_is_closed_by_its_backdrop():
    page = opened(
        """<a id=open data-bs-toggle=offcanvas href="#o">Open</a><p id=out>out</p>
        <div class=offcanvas tabindex=-1 id=o><button data-bs-dismiss=offcanvas>Close</button></div>"""
    )
    page.locator("#open").click()
    expect(page.locator("#o")).to_be_focused()
    expect(page.locator("#o")).to_have_attribute("aria-modal", "true")
    with pytest.raises(NotInTime, match="offcanvas-backdrop"):
        page.locator("#out").click()
    page.locator(".offcanvas-backdrop").click(force=True)
    expect(page.locator("#o")).to_be_hidden()
    expect(page.locator("#o")).not_to_have_attribute("role", "dialog")
    page.locator("#out").click()


def test_a_toast_is_hidden_when_it_is_dismissed():
    page = opened("<div id=t class='toast show'>saved<button data-bs-dismiss=toast>x</button></div>")
    page.get_by_role("button").click()
    expect(page.locator("#t")).to_have_class("toast hide")


@pytest.mark.parametrize("version", VERSIONS)
def test_alerts_close_and_buttons_stay_pressed(version: str):
    page = opened(
        """<div class="alert fade">careful <button type=button §dismiss=alert>x</button></div>
        <button id=b type=button class=btn §toggle=button>b</button>""",
        version,
    )
    page.get_by_role("button", name="x").click()
    expect(page.locator(".alert")).to_have_count(0)
    page.locator("#b").click()
    expect(page.locator("#b")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#b")).to_contain_class("active")


@pytest.mark.parametrize("version", ["3.4.1", "4.6.2"])
def test_radio_buttons_that_look_like_buttons_are_worked_by_their_labels(version: str):
    page = opened(
        """<div data-toggle=buttons><label class="btn active"><input type=radio name=r value=1 checked>one</label>
        <label class=btn><input type=radio name=r value=2>two</label></div>""",
        version,
    )
    page.locator("label").last.click()
    expect(page.locator("[value='2']")).to_be_checked()
    expect(page.locator("label").first).not_to_contain_class("active")
    expect(page.locator("label").last).to_contain_class("active")


def test_a_script_that_listens_to_bootstrap_is_named():
    page = opened(MODAL.format(""), more="<script>\n$('#m').on('shown.bs.modal', fill)</script>")
    with pytest.raises(NeedsBrowser, match=r"line 2 of a script in the page listens to shown\.bs\.modal"):
        page.locator("#open").click()


@pytest.mark.parametrize(
    ("listener", "hears"),
    [
        ("$('#m').on('show.bs.modal', fill)", True),
        ("$('.modal').on('show.bs.modal', fill)", True),
        ("$('body').on('show.bs.modal', '#n', fill)", True),
        ("$('.modal:visible').on('show.bs.modal', fill)", True),
        ("const m = pick(); m.addEventListener('show.bs.modal', fill)", True),
        ("document.getElementById('m').addEventListener('show.bs.modal', fill)", True),
        ("$('#other').on('show.bs.modal', fill)", False),
        ("document.querySelector('#other').addEventListener('show.bs.modal', fill)", False),
        ("document.getElementById('other').addEventListener('show.bs.modal', fill)", False),
    ],
)
def test_a_listener_at_another_element_is_no_reason_to_refuse(listener: str, hears: bool):
    page = opened(MODAL.format(""), more=f"<script>{listener}</script>")
    if hears:
        with pytest.raises(NeedsBrowser, match="listens to"):
            page.locator("#open").click()
    else:
        page.locator("#open").click()
        expect(page.locator("#m")).to_be_visible()


@pytest.mark.parametrize(
    "source",
    [
        "https://cdn.jsdelivr.net/npm/bootstrap@5.3.3/dist/js/bootstrap.bundle.min.js",
        "https://cdnjs.cloudflare.com/ajax/libs/bootstrap/5.2.3/js/bootstrap.min.js",
        "/static/vendor/bootstrap-5.1.0.min.js",
    ],
)
def test_the_version_is_read_from_the_address_of_the_script(source: str):
    page = BootstrapSite(
        {"/": f"<body>{MODAL.replace('§', 'data-bs-')}<script src={source}></script>"}
    ).open()
    page.locator("#open").click()
    expect(page.locator("#m")).to_be_focused()


@pytest.mark.parametrize(
    "code",
    [
        'const B="5.3.8";class W{static get VERSION(){return B}}',
        'class W{static get VERSION(){return"5.3.8"}}',
        'const $v = "5.3.8"; class W { static get VERSION() { return $v } }',
    ],
)
def test_bootstrap_is_found_in_a_bundle_without_its_banner(code: str):
    script = f"{code};on(document,'click','[data-bs-toggle=\"modal\"]')"
    markup = f"<!doctype html><body>{MODAL.replace('§', 'data-bs-')}<script src=/static/vendor.js></script>"
    page = BootstrapSite({"/": markup}, files={"/static/vendor.js": script}).open()
    page.locator("#open").click()
    expect(page.locator("#m")).to_be_focused()


def test_without_bootstrap_its_attributes_mean_nothing_or_another_scripts_business():
    markup = f"<body>{STYLE}{MODAL.replace('§', 'data-bs-')}"
    page = BootstrapSite({"/": markup}).open()
    page.locator("#open").click()
    expect(page.locator("#m")).to_be_hidden()
    page = BootstrapSite({"/": f"{markup}<script src=https://elsewhere.test/app.js></script>"}).open()
    with pytest.raises(NeedsBrowser, match="Bootstrap reads"):
        page.locator("#open").click()
    page = BootstrapSite({"/": f"{markup}<script src=https://elsewhere.test/app.js></script>"}).open(
        bootstrap="5.3"
    )
    page.locator("#open").click()
    expect(page.locator("#m")).to_be_visible()


def test_a_button_that_nobody_known_listens_to_is_refused_still():
    page = opened("<button type=button id=b>?</button>" + DROPDOWN, more="<script src=/app.js></script>")
    page.locator("#t").click()
    with pytest.raises(NeedsBrowser, match="type button"):
        page.locator("#b").click()


def test_closing_one_offcanvas_lets_the_focus_go_from_the_other():
    page = opened(
        """<button id=out type=button>out</button><div class="offcanvas show" tabindex=-1 id=a>
        <button id=close type=button data-bs-dismiss=offcanvas>Close</button></div>
        <div class="offcanvas show" tabindex=-1 id=b><button id=in type=button>in</button></div>"""
    )
    page.locator("#close").press("Enter")
    page.locator("#in").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#out")).to_be_focused()


SPY = """<nav id=nav><ul class=nav><li><a class=nav-link href="#one">One</a>
<li><a class=nav-link href="#two">Two</a></ul></nav><p class=active>other</p>
<div §spy=scroll §target="#nav" {}><h2 id=one>1</h2><h2 id=two>2</h2></div>"""


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_scrollspy_marks_is_refused_and_its_links_are_followed(version: str):
    page = opened(SPY, version)
    link = page.get_by_role("link", name="Two")
    link.click()
    assert page.url.endswith("#two")
    for ask in (
        lambda: link.get_attribute("class"),
        lambda: expect(link).to_contain_class("active"),
        lambda: expect(link).to_have_class("nav-link"),
        lambda: expect(link).to_have_attribute("class", "nav-link"),
        lambda: page.locator("a.active").count(),
        lambda: page.locator("a:not(.active)").count(),
    ):
        with pytest.raises(NeedsBrowser, match="scrolled to"):
            ask()
    assert link.get_attribute("href") == "#two"
    expect(page.locator("p.active")).to_have_class("active")


def test_a_scrollspy_that_scrolls_smoothly_leaves_the_address_alone():
    page = opened(SPY.format("data-bs-smooth-scroll=true"))
    page.get_by_role("link", name="Two").click()
    assert page.url.endswith("/")
