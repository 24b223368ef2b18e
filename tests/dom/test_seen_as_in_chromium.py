"""Boxes, floats, drawings and texts of small odd pages, as was recorded of Chromium."""

from __future__ import annotations

import pytest

from tests.conformance.elements import oracle
from tests.conformance.recorded import asset, in_chromium, ours, recorded


@pytest.mark.parametrize("record", recorded(), ids=range(len(recorded())))
def test_a_page_is_seen_as_was_recorded_of_chromium(record: dict[str, str]):
    assert ours(record["markup"]) == record


@pytest.mark.usefixtures("chromium")
def test_the_records_are_what_chromium_shows():
    with oracle(asset) as asked:
        assert [in_chromium(asked, each["markup"]) for each in recorded()] == recorded()
