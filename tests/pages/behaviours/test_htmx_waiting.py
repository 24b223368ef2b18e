"""What a test waits for on a page of htmx: its response is taken up before the test goes on."""

from __future__ import annotations

import pytest

from django_journey import expect
from tests.pages.behaviours.test_htmx import opened


@pytest.mark.parametrize(
    "waits",
    [
        lambda page: None,
        lambda page: expect(page.locator("p")).to_have_count(0),
        lambda page: page.get_by_role("button").wait_for(),
        lambda page: page.locator("p").wait_for(state="detached"),
    ],
)
def test_what_is_waited_for_is_taken_up_before_the_next_act(waits):
    page, _ = opened(
        "<div hx-get=/more hx-trigger='load delay:1s'><p>wait</p></div>",
        {"/more": "<button hx-get=/done>More</button>", "/done": "done"},
    )
    waits(page)
    page.get_by_role("button").click()
    expect(page.locator("button")).to_have_text("done")
