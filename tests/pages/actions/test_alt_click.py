"""With Alt held down, a click downloads the target, as in Chromium."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Opening

SITE = {
    "/": """<!doctype html><title>Files</title><a id=link href=/page>page</a><a id=here href=#x>here</a>
      <a id=new href=/page target=_blank>new</a><form action=/page><button id=form>go</button></form>""",
    "/page": "<!doctype html><title>Page</title>",
}


@pytest.mark.parametrize(
    ("clicked", "name"),
    [("link", "page.html"), ("new", "page.html"), ("form", "page.html")],
)
def test_a_page_is_saved_as_a_file(opened: Opening, clicked: str, name: str) -> None:
    page = opened(SITE)
    with page.expect_download() as download:
        page.locator(f"#{clicked}").click(modifiers=["Alt"])
    assert download.value.suggested_filename == name
    assert "<title>Page</title>" in download.value.path().read_text()
    assert page.title() == "Files"
    assert len(page.context.pages) == 1
