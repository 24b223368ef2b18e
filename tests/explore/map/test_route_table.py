"""The table of URL patterns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from django_journey._explore.map.route_table import route_lines


def test_each_pattern_is_a_line_and_the_admin_is_left_out() -> None:
    lines, _ = route_lines(None)
    (post,) = [line for line in lines if " post_edit " in line]
    assert post.split() == [
        "GET,POST,PUT",
        "blog/posts/<slug:slug>/edit/",
        "post_edit",
        "blog.views.PostEdit",
    ]
    assert not any("admin:index" in line for line in lines)
    assert any("admin:index" in line for line in route_lines(None, admin=True)[0])


def test_without_a_trace_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no trace to read"):
        call_command("journey", "routes", f"--trace={tmp_path}")


def test_what_a_suite_asked_for_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], db: None
) -> None:
    served = [("blog/", 200), ("blog/", 200), ("newsroom/", 200), ("classroom/", 404)]
    lines = [
        {"kind": "request", "method": "GET", "url": "/", "route": route, "status": status}
        for route, status in served
    ]
    (tmp_path / "trace").mkdir()
    (tmp_path / "trace" / "trace-run-1.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    call_command("journey", "routes", f"--trace={tmp_path}")
    said = capsys.readouterr().out
    assert "2         GET" in said
    assert "2 of " in said.splitlines()[-1]
    with pytest.raises(SystemExit):
        call_command("journey", "routes", f"--trace={tmp_path}", "--fail-under=80")
