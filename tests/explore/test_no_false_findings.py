"""What public sites taught: cases that look like findings and are none, and stories that name the rows they need."""

from __future__ import annotations

import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import Http404
from django.test import override_settings

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import parse_url
from django_journey._explore import judge, visits
from django_journey._explore.findings.finding import Steps
from django_journey._explore.site import own_files
from django_journey._explore.site.rows import same_uuids
from django_journey._pages.http.fetch import FetchRequest


@pytest.mark.parametrize(
    ("path", "slash", "status"),
    [
        ("/blog", True, 301),
        ("/blog", False, 404),
        ("/no-such-page", True, 404),
        ("/blog/no-such/", True, 404),
    ],
)
def test_an_error_page_that_fails_hides_no_slash_that_the_site_would_append(
    path: str, slash: bool, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "is_error_page", lambda error: True)
    error = ValueError("the page for 404 fails")
    error.__context__ = Http404()
    answer = visits.Answer(FetchRequest(parse_url(f"http://testserver{path}")), status=500, error=error)
    with override_settings(APPEND_SLASH=slash):
        assert answer.effective_status == status


def test_a_file_that_the_repository_ignores_is_one_of_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert own_files.has_folder("/static/bundle.js")
    (tmp_path / ".gitignore").write_text("*\n/static/bundle.js*\n__pycache__/\n")
    assert not own_files.has_folder("/static/bundle.js")
    assert own_files.has_folder("/static/other.js")


class TagForm(forms.Form):
    tag = forms.CharField()


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<form method=post><button>Go</button></form>", 1),
        ("<form method=post><tag-field name=tag></tag-field><button>Go</button></form>", 0),
    ],
)
def test_a_field_that_an_element_of_the_page_s_own_makes_is_shown(page: str, found: int) -> None:
    bound = TagForm({})
    bound.is_valid()
    request = FetchRequest(parse_url("http://testserver/tags/"), "POST")
    answer: Any = visits.Answer(
        request, status=200, given=SimpleNamespace(layers=[[{"form": bound}]], templates=[])
    )
    form: Any = SimpleNamespace(
        document=Document(page, url="http://testserver/tags/"), typed_controls=[], fields={}, has_token=True
    )
    findings = judge.submission_problems(
        answer, Steps("user", "/tags/"), "tags/", form=form, template="", filled=True
    )
    assert [finding.kind for finding in findings] == ["unsendable"] * found


def test_a_name_that_stands_in_the_code_is_given_sometimes() -> None:
    assert SimpleNamespace(given_only_here=1)
    names = own_files._names_in_code()
    assert "given_only_here" in names
    assert "given_" + "nowhere" not in names


def test_rows_have_the_same_uuids_each_time() -> None:
    def made() -> list[uuid.UUID]:
        with same_uuids():
            uuid.uuid1()
            return [uuid.uuid4(), uuid.uuid4()]

    first = made()
    assert made() == first
    assert len({*first, uuid.uuid4()}) == 3
