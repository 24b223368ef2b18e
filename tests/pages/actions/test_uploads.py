"""Files of a file input: from paths, folders and memory, their types, and Playwright's errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from django_journey._drivers.base import DriverResponse
from django_journey.errors import Error
from tests.pages.fake_site import FakeSite


def sent(given: Any, attributes: str = "", charset: str = "utf-8") -> list[tuple[str, str, str]]:
    """Return name, type and content of each file that a form sends after these files were set."""
    page = (
        f"<meta charset={charset}><form method=post enctype=multipart/form-data>"
        f"<input type=file name=f {attributes}><button>x</button></form>"
    )
    site = FakeSite({"/": DriverResponse(200, (("Content-Type", "text/html"),), page.encode())})
    shown = site.open()
    shown.locator("input").set_input_files(given)
    shown.locator("button").click()
    parts = site.last.body.split(b"\r\n------")
    found = []
    for part in parts[:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        disposition, kind = head.split(b"\r\n")[-2:]
        name = disposition.partition(b'filename="')[2][:-1].decode(charset, "backslashreplace")
        found.append((name, kind.decode().removeprefix("Content-Type: "), content.decode()))
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for place in ("top/a.png", "top/sub/c.csv", "top/sub/deep/d"):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(place)
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.TXT", "text/plain"), ("a.tar.gz", "application/gzip"), ("a.ico", "image/x-icon"), ("a.xml", "text/xml"),
        ("a.woff", "application/font-woff"), ("a.mkv", "video/matroska"), ("a.js", "text/javascript"),
        ("a.yaml", "application/octet-stream"), ("a.", "application/octet-stream"),
        ("noext", "application/octet-stream"), (".png", "application/octet-stream"), ("a.md", "text/markdown"),
    ],
)  # fmt: skip
def test_a_file_has_the_type_that_chromium_sends_for_its_extension(
    tmp_path: Path, name: str, kind: str
) -> None:
    (tmp_path / name).write_text("x")
    assert sent(tmp_path / name) == [(name, kind, "x")]


def test_a_folder_is_sent_with_the_paths_in_it(folder: Path) -> None:
    assert sent(str(folder / "top"), "webkitdirectory") == [
        ("top/a.png", "image/png", "top/a.png"),
        ("top/sub/c.csv", "text/csv", "top/sub/c.csv"),
        ("top/sub/deep/d", "application/octet-stream", "top/sub/deep/d"),
    ]
    assert sent(folder / "empty", "webkitdirectory") == [("", "application/octet-stream", "")]


def test_a_file_of_a_folder_is_its_bare_name_outside_of_multipart(folder: Path) -> None:
    site = FakeSite(
        {"/": "<form action=/to><input type=file name=f webkitdirectory><button>x</button></form>"}
    )
    page = site.open()
    page.locator("input").set_input_files(folder / "top" / "sub" / "deep")
    assert page.locator("input").input_value() == "C:\\fakepath\\d"
    page.locator("button").click()
    assert site.last.url == "http://testserver/to?f=d"


@pytest.mark.parametrize(
    ("given", "attributes", "message"),
    [
        (["top"], "", "File input does not support directories, pass individual files instead"),
        (["top/a.png"], "webkitdirectory", "requires passing a path to a directory"),
        (["top", "empty"], "webkitdirectory", "Multiple directories are not supported"),
        (["top", "top/a.png"], "multiple", "File paths must be all files or a single directory"),
        (
            ["top/a.png", {"name": "x", "mimeType": "", "buffer": b""}],
            "multiple",
            "cannot be mixed with buffers",
        ),
        (["top/a.png", "top/a.png"], "", "Non-multiple file input can only accept single file"),
    ],
)
def test_files_that_an_input_does_not_accept_raise_playwrights_errors(
    folder: Path, given: list[Any], attributes: str, message: str
) -> None:
    paths = [folder / item if isinstance(item, str) else item for item in given]
    with pytest.raises(Error, match=message):
        sent(paths, attributes)


@pytest.mark.parametrize(
    ("name", "kind", "shown_name", "shown_kind"),
    [
        ("x.txt", "", "x.txt", "text/plain"),
        ("x", "Text/Plain; Charset=x", "x", "text/plain; charset=x"),
        ("x", "\u00fc", "x", "application/octet-stream"),
        ("", "text/plain", "", "text/plain"),
        ('a/b\\c"d\ne', "a/b", "a/b\\c%22d%0Ae", "a/b"),
        ("日本.txt", "a/b", "日本.txt", "a/b"),
    ],
)
def test_a_file_in_memory_has_the_name_and_type_that_it_is_given(
    name: str, kind: str, shown_name: str, shown_kind: str
) -> None:
    assert sent({"name": name, "mimeType": kind, "buffer": b"1"}) == [(shown_name, shown_kind, "1")]


def test_names_are_written_in_the_page_s_encoding() -> None:
    file = {"name": "日é.txt", "mimeType": "a/b", "buffer": b"1"}
    assert sent(file, charset="windows-1252") == [("&#26085;é.txt", "a/b", "1")]
    assert sent(file, charset="shift_jis") == [("日&#233;.txt", "a/b", "1")]
