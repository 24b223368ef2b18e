"""A plain test's requests as lines of a story."""

from __future__ import annotations

from django_journey._report.model import Test
from django_journey._report.noscript_list import noscript_list
from django_journey._report.payload import details
from django_journey._report.story_lines import story_lines
from django_journey._trace.record.events import RequestServed

LOGIN = RequestServed(method="GET", url="/in/?next=/new/", url_name="login")
POSTED = RequestServed(
    method="POST",
    url="/new/",
    url_name="new",
    posted={"title": "A <b>", "password": "••••"},
    redirect="/1/",
    user="ada",
)
FOLLOWED = RequestServed(method="GET", url="/1/", url_name="thing", kwargs={"pk": "1"}, user="ada")
OTHERS = [
    RequestServed(method="GET", url="/1/", url_name="thing", kwargs={"pk": "1"}, user="ada"),
    RequestServed(method="DELETE", url="/1/?now=1", url_name="thing", user="ada"),
    RequestServed(method="GET", url="/1/", check=True),
    RequestServed(method="GET", url="/1/", parent=3),
    RequestServed(method="GET", url="/plain/", url_name=""),
]


def test_requests_are_verbs_and_redirects_are_followed() -> None:
    assert story_lines(Test("t", parts=[LOGIN, POSTED, FOLLOWED, *OTHERS])) == [
        "visitor = journey.visitor()",
        'visitor.visit("login", query={"next": "/new/"})',
        "actor = journey.actor(user)  # ada",
        'actor.post("new", data={"title": "A <b>", "password": "••••"})',
        'actor.visit("thing", pk=1)',
        'actor.api.delete("/1/?now=1")',
        'visitor.visit("/plain/")',
    ]


def test_a_story_needs_none() -> None:
    assert story_lines(Test("t", story=True, parts=[LOGIN])) == []
    assert "story" not in details(Test("t", story=True, parts=[LOGIN]))


def test_they_are_in_the_report_with_and_without_scripts() -> None:
    test = Test("t", parts=[POSTED])
    assert details(test)["story"].startswith("actor = journey.actor(user)")
    assert "&quot;title&quot;: &quot;A &lt;b&gt;&quot;" in noscript_list([("t1", test)])
