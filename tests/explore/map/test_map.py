"""What a suite or a walk reached of a site: read, compared with what there is, and drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.dispatch import Signal

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select
from django_journey._explore.map.graph import graph
from django_journey._explore.map.page import write_map
from django_journey._explore.map.reached import FormUse, Reached
from django_journey._explore.map.site_parts import Part, parts_of
from django_journey._explore.map.watch import MapWatch
from django_journey._trace.record.events import Event, MailSent, Noted, RequestServed, StepStarted


class AgeForm(forms.Form):
    age = forms.IntegerField(min_value=1)


def served(route: str, *, view: str = "a.view", **facts: Any) -> RequestServed:
    return RequestServed(test="t", route=route, view=view, **{"status": 200, **facts})


def reached_by(*events: Event) -> Reached:
    return Reached.of_events(events)


def test_requests_are_counted_by_pattern_and_method_the_root_too() -> None:
    found = reached_by(
        served(""),
        served("a/", method="POST", status=302, redirect="/"),
        served("a/", method="POST", status=302, redirect="/"),
        served("", view="", status=404),
        served("b/", status=404),
    )
    assert found.requests == {("/", "GET"): 1, ("a/", "POST"): 2}


@pytest.mark.parametrize(
    ("status", "redirect", "allowed"),
    [(200, "", True), (403, "", False), (302, "/x/?next=/a/", False), (302, "/b/", True)],
)
def test_being_turned_away_is_told_from_being_let_in(status: int, redirect: str, allowed: bool) -> None:
    found = reached_by(served("a/", status=status, redirect=redirect))
    assert (found.allowed, found.denied) == (({"a/"}, set()) if allowed else (set(), {"a/"}))


def test_an_error_is_neither() -> None:
    found = reached_by(served("a/", status=500))
    assert (found.allowed, found.denied) == (set(), set())


def test_ways_are_those_of_one_actor() -> None:
    found = reached_by(
        StepStarted(test="t", step=1, actor="ada"),
        StepStarted(test="t", step=2, actor="bob"),
        served("a/", step=1),
        served("b/", step=2),
        served("c/", step=1),
        served("c/", step=1),
        served("d/", step=2),
    )
    assert found.moves == {("a/", "c/"): 1, ("b/", "d/"): 1}


def test_tasks_mails_and_templates_are_counted() -> None:
    found = reached_by(
        Noted(test="t", topic="task", title="enqueued x", data={"name": "a.x"}),
        MailSent(test="t", subject="Hello"),
        served("a/", templates=("a.html", "base.html")),
    )
    assert (found.tasks, found.mails) == ({"a.x": 1}, {"Hello": 1})
    assert found.templates == {"a.html": 1, "base.html": 1}
    assert (found.forms, found.receivers) == (None, None)


@contextmanager
def watched() -> Iterator[Reached]:
    found = Reached()
    with MapWatch.on(found):
        yield found


def test_forms_are_watched_with_the_errors_of_their_fields() -> None:
    with watched() as found:
        for data in ({"age": "5"}, {"age": "0"}, {}, {"age": ""}, None):
            AgeForm(data).is_valid()
    name = f"{__name__}.AgeForm"
    assert found.forms is not None
    assert found.forms[name] == FormUse(1, 2, {("age", "min_value"), ("age", "required")})


def test_receivers_are_watched_and_what_they_return_stays() -> None:
    signal = Signal()
    signal.connect(answering, weak=False)
    with watched() as found:
        assert [answer for _, answer in signal.send(None)] == ["heard"]
    assert found.receivers == {f"{__name__}.answering"}
    assert "_called" not in Signal._live_receivers.__qualname__  # type: ignore[attr-defined]


def answering(**facts: object) -> str:
    return "heard"


def test_a_site_is_compared_with_what_was_reached() -> None:
    found = reached_by(served(""), served("blog/posts/<slug:slug>/edit/", status=403))
    parts = {part.title: part for part in parts_of(found)}
    assert "/" in parts["URL patterns"].reached
    assert "blog/" in parts["URL patterns"].missed
    assert "POST blog/posts/<slug:slug>/edit/" in parts["methods"].missed
    assert parts["permissions: denied"].reached == ("blog/posts/<slug:slug>/edit/",)
    assert parts["permissions: allowed"].reached == ()
    assert "blog/post_form.html" in parts["templates"].missed
    assert parts["forms: valid"].unwatched
    assert "newsroom.forms.ArticleForm.title: required" in parts["errors of fields"].missed
    assert any(name.startswith("newsroom.") for name in parts["background tasks"].missed)


def test_a_part_without_anything_is_whole() -> None:
    assert Part("x", (), ()).share == 1


def test_the_page_loads_nothing_and_leads_from_each_square_to_its_line(tmp_path: Path) -> None:
    path = tmp_path / "new" / "map.html"
    found = reached_by(served(""), served("blog/"), Noted(test="", topic="watch", title=""))
    assert 0 < write_map(path, found) < 10
    document = Document(path.read_text(encoding="utf-8"), url="http://testserver/")
    squares = select(document, ".squares a")
    lines = {f"#{line.attr('id')}" for line in select(document, "tr[id]")}
    assert {square.attr("href") for square in squares} == lines
    assert [each.attr("title") for each in squares if each.attr("class") == "once"] == [
        "/: 1 request",
        "blog/: 1 request",
    ]
    assert select(document, "script, img, link[rel=stylesheet]") == []
    assert len(select(document, "svg rect")) == 2


def test_the_graph_puts_each_view_one_column_after_where_it_was_reached_from() -> None:
    moves = Counter({("/", "a/"): 3, ("a/", "b/"): 2, ("b/", "/"): 1})
    document = Document(graph(moves, {"a/": "<a>"}), url="http://testserver/")
    boxes = {group.text: int(group.children[1].attr("x") or 0) for group in select(document, "svg g")}
    assert list(boxes) == ["//", "a/<a>", "b/b/"]
    first, second, third = boxes.values()
    assert first < second < third
    assert len(select(document, "path.back")) == 1
    assert graph(Counter(), {}) == ""
