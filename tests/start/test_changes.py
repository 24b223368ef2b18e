"""Files are added to and made, never overwritten, and all of them are taken back where one can't be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_journey._start.changes import Change, added_line, difference, new_file, restore, write_all


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine\n")
    assert new_file(tmp_path / "a", "yours\n") is None


@pytest.mark.parametrize(
    ("text", "section", "after"),
    [
        ("a", "", "a\nx\n"),
        ("", "", "x\n"),
        ("[metadata]\nname = y\n\n[tool:pytest] # here\naddopts = -q\n", "tool:pytest",
         "[metadata]\nname = y\n\n[tool:pytest] # here\nx\naddopts = -q\n"),
    ],
)  # fmt: skip
def test_a_line_is_added(text: str, section: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text(text)
    assert added_line(tmp_path / "a", "x", below=section).after == after


def test_all_is_taken_back_where_one_file_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("before\n")
    (tmp_path / "folder").mkdir()
    changes = [
        Change(tmp_path / "a", "before\n", "after\n"),
        Change(tmp_path / "new" / "deep" / "b", None, "b\n"),
        Change(tmp_path / "folder", None, "a folder can't be written\n"),
    ]
    with pytest.raises(OSError, match="folder"):
        write_all(changes[:2] + changes[2:])
    assert (tmp_path / "a").read_text() == "before\n"
    assert not (tmp_path / "new").exists()


def test_what_others_put_into_a_new_folder_stays(tmp_path: Path) -> None:
    change = Change(tmp_path / "new" / "b", None, "b\n")
    folders = write_all([change])
    (tmp_path / "new" / "c").write_text("theirs")
    restore([change], folders)
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "new", tmp_path / "new" / "c"]


def test_what_python_compiled_in_a_new_folder_goes_with_it(tmp_path: Path) -> None:
    change = Change(tmp_path / "new" / "b.py", None, "b = 1\n")
    folders = write_all([change])
    (tmp_path / "new" / "__pycache__").mkdir()
    (tmp_path / "new" / "__pycache__" / "b.cpython-311.pyc").write_bytes(b"")
    restore([change], folders)
    assert not (tmp_path / "new").exists()


def test_a_difference_names_the_files(tmp_path: Path) -> None:
    lines = difference([Change(tmp_path / "n" / "b", None, "b\n")], tmp_path)
    assert lines == ["--- /dev/null", "+++ n/b", "@@ -0,0 +1 @@", "+b"]
