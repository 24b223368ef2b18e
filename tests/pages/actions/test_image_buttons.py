"""Image buttons send the point that was clicked: the middle of their box, where its size is known."""

from __future__ import annotations

import struct

import pytest

from django_journey._drivers.base import DriverResponse
from django_journey.errors import NeedsBrowser
from tests.pages.fake_site import FakeSite


class SiteWithPictures(FakeSite):
    """A site whose pictures are local files, as static files are; the URL ``/pictures/20x10`` states the size."""

    def file(self, url: str) -> DriverResponse | None:
        if "/pictures/" not in url:
            return None
        width, height = map(int, url.rpartition("/")[2].split("x"))
        return DriverResponse(
            200, (("Content-Type", "image/gif"),), b"GIF89a" + struct.pack("<HH", width, height)
        )


def site(attributes: str, style: str = "") -> SiteWithPictures:
    body = (
        f"<style>{style}</style><form action=/to><input type=image name=i {attributes}><input name=t></form>"
    )
    return SiteWithPictures({"/": f"<!doctype html><body>{body}"})


@pytest.mark.parametrize(
    ("attributes", "x", "y"),
    [
        ("src=/pictures/20x20", 10, 10),
        ("src=pictures/7x3", 4, 2),
        ("src=/pictures/21x15", 11, 8),
        ("src=/pictures/20x20 width=50", 25, 25),
        ("src=/pictures/20x20 height=9", 5, 5),
        ("src=/pictures/20x20 width=30 height=10", 15, 5),
        ("width=30 height=10", 15, 5),
        ("src=/pictures/20x20 style='width:40px;height:31px'", 20, 16),
        ("src=/pictures/20x20 style='padding:5px;border:3px solid'", 15, 15),
        ("src=/pictures/21x15 style='margin:9px'", 11, 8),
    ],
)
def test_a_click_sends_the_middle_of_the_box(attributes: str, x: int, y: int) -> None:
    pictures = site(attributes)
    pictures.open().locator("[name=i]").click()
    assert pictures.last.url == f"http://testserver/to?i.x={x}&i.y={y}&t="


def test_a_click_sends_its_point_and_keys_send_none() -> None:
    pictures = site("src=/pictures/20x20")
    pictures.open().locator("[name=i]").click(position={"x": 3, "y": 2.7})
    assert pictures.last.url == "http://testserver/to?i.x=3&i.y=3&t="
    for field, key in (("i", "Enter"), ("i", "Space"), ("t", "Enter")):
        pictures.open().locator(f"[name={field}]").press(key)
        assert pictures.last.url == "http://testserver/to?i.x=0&i.y=0&t="


@pytest.mark.parametrize(
    "attributes",
    [
        "src=/not-at-hand.png",
        "alt=Go",
        "src=/pictures/20x20 width=50%",
        "src=/pictures/20x20 style='width:50%'",
        "src=/pictures/20x20 style='max-width:15px'",
        "src=/pictures/20x20 style='box-sizing:border-box;padding:2px'",
        "src=/pictures/20x20 style='aspect-ratio:2'",
        "src=/pictures/1x1",
    ],
)
def test_a_click_on_a_button_of_unknown_size_needs_a_browser(attributes: str) -> None:
    with pytest.raises(NeedsBrowser, match="how large it is"):
        site(attributes).open().locator("[name=i]").click()


def test_a_stretched_image_button_needs_a_browser_unless_both_sides_are_given() -> None:
    with pytest.raises(NeedsBrowser, match="how large it is"):
        site("src=/pictures/20x20", "form{display:flex}").open().locator("[name=i]").click()
    given = site("width=8 height=6", "form{display:flex}")
    given.open().locator("[name=i]").click()
    assert given.last.url == "http://testserver/to?i.x=4&i.y=3&t="


def test_the_label_of_an_image_button_needs_a_browser() -> None:
    labelled = site("width=8 height=6 id=i><label for=i>go</label")
    with pytest.raises(NeedsBrowser, match="its label"):
        labelled.open().get_by_text("go").click()
