"""Sends what one person's form sent as people who have no such form: a view may trust that they do not."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from django_journey._dom.forms.submission import Submission
from django_journey._explore.access.matrix import Access, Cell
from django_journey._explore.access.requests import post_targets
from django_journey._explore.visits import Answer, Person, Visits, request_of

__all__ = ["Accepted", "replay"]

#: What everybody may ask for.
_HARMLESS = ("logout", "login", "signout", "signin")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A form that a role submitted successfully.

    Args:
        person: Who submitted it.
        path: The page that has it.
        page: What came of visiting that page.
        sent: What it sent.
        pattern: The URL pattern that took it.
    """

    person: Person
    path: str
    page: Answer
    sent: Submission
    pattern: str


def replay(accepted: Accepted, people: Sequence[Person], visits: Visits, access: Access) -> None:
    """Submit a form as everybody with fewer rights who does not see it, and note what they got.

    Args:
        accepted: The form.
        people: Everybody, those with the fewest rights first.
        visits: Sends the requests.
        access: Takes the outcomes; a change that is taken from them looks wrong.
    """
    if any(word in accepted.pattern for word in _HARMLESS):
        return
    for person in people:
        if person.turn >= accepted.person.turn:
            continue
        page = visits.get(person, accepted.path)
        if (
            page.document is not None
            and page.status == 200
            and accepted.pattern in post_targets(page.document)
        ):
            continue
        jar = copy.deepcopy(person.fetcher.jar)
        theirs = accepted.page.jar.all() if accepted.page.jar is not None else []
        for cookie in theirs:
            if (
                "csrf" in cookie.name.lower()
            ):  # their own token would be as good: it only has to fit the form's
                jar.add(cookie.as_playwright())
        answer = visits.send(person, [request_of(accepted.sent, accepted.page.request.url)], jar=jar)
        if access.note(accepted.pattern, "POST", person, answer) == "allowed" and answer.redirected:
            why = f"{accepted.person.name} has a button for it on {accepted.path}, and {person.name} has none"
            access.odd.append(Cell(accepted.pattern, "POST", person.name, why))
