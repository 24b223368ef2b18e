"""Submits the forms of a walk: as they are shown, filled in, twice, with mistakes; and sends what scripts send."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from django_journey._dom.forms import controls
from django_journey._dom.forms.submission import Submission
from django_journey._dom.tree.urls import parse_url
from django_journey._explore import judge
from django_journey._explore.access.matrix import Access
from django_journey._explore.collector import Collector
from django_journey._explore.findings.cause import is_ours
from django_journey._explore.findings.finding import Steps
from django_journey._explore.findings.page_checks import problems
from django_journey._explore.forms.calls import ScriptCall
from django_journey._explore.forms.mistakes import RARE, Mistake, mistakes
from django_journey._explore.forms.page_form import PageForm, forms_of, kind_of
from django_journey._explore.forms.values import Edit, fill_in, label_of, upload
from django_journey._explore.frontier import Errand, Frontier
from django_journey._explore.replays import Accepted
from django_journey._explore.site.addresses import pattern_of
from django_journey._explore.support import call_request
from django_journey._explore.visits import NOTHING_SENT, Answer, Person, Sent, Trail, Visits, request_of
from django_journey._pages.http.fetch import FetchRequest

__all__ = ["Submissions"]

#: How many mistakes are made with one form.
_MISTAKES = 30
_LONGEST_TRAIL = 4
#: How many texts are drawn for a field.
_DRAWN = 15
_NO_TRAIL = Trail()


@dataclass(slots=True, eq=False)
class _Submit:
    person: Person
    form: PageForm
    answer: Answer
    path: str
    mistake: Mistake | None = None
    how: str = "filled"  # or "shown", "twice", "back"
    trail: Trail = _NO_TRAIL


@dataclass(slots=True, eq=False)
class _Script:
    person: Person
    call: ScriptCall
    answer: Answer
    path: str


class Submissions:
    """The forms of a walk, and what scripts of its pages send.

    Args:
        visits: Sends what they submit.
        frontier: Takes the errands.
        collector: Takes what is found.
        access: Takes note of who may submit what.
        skip: Tells which paths are left out.
        texts: The texts of made-up rows.
        keep: Is called with who submitted a form, the page that they got, and what they did.
    """

    def __init__(
        self,
        visits: Visits,
        frontier: Frontier,
        collector: Collector,
        access: Access,
        skip: Callable[[str], bool],
        texts: Collection[str] = (),
        keep: Callable[[Person, Answer, Trail], None] | None = None,
    ) -> None:
        self._visits = visits
        self._frontier = frontier
        self._collector = collector
        self._access = access
        self._skip = skip
        self._texts = texts
        self._keep = keep
        self._forms: dict[tuple[str, str], set[str]] = {}
        self._accepted: list[_Submit] = []
        self.reached: set[str] = set()
        self.accepted: dict[tuple[str, str], Accepted] = {}

    def add(
        self, person: Person, form: PageForm, answer: Answer, path: str, trail: Trail = _NO_TRAIL
    ) -> None:
        """Take a form that a person sees on a page; each form once for each person, its mistakes once."""
        sent = form.submission(next(iter(form.buttons), None))
        if not form.buttons and len(form.typed_controls) != 1:
            return  # only a script can send it
        if sent is None or parse_url(sent.url).netloc != parse_url(answer.url).netloc:
            return
        target = parse_url(sent.url).path
        if self._skip(target):
            return
        key = (pattern_of(target), form.signature())
        people = self._forms.setdefault(key, set())
        if person.name in people:
            return
        first = not people
        people.add(person.name)
        ways: list[tuple[Mistake | None, str, int]] = [(None, "filled", 3)]
        if form.method == "POST" and first:
            ways += [(None, "shown", 4), (None, "twice", 35), (None, "back", 36)]
        if first:
            ways += [(mistake, "filled", mistake.rank) for mistake in mistakes(form)[:_MISTAKES]]
        for mistake, how, rank in ways:
            bucket = (*key, person.name, mistake, how)
            task = _Submit(person, form, answer, path, mistake, how, trail)
            self._frontier.add(Errand("submit", bucket, rank, task, person.turn))

    def add_call(self, person: Person, call: ScriptCall, answer: Answer, path: str) -> None:
        """Take what a script of a page sends."""
        target = pattern_of(urlsplit(call.path).path)
        if not self._skip(urlsplit(call.path).path):
            fields = (
                call.data,
                *sorted(name for name, _ in call.form),
                *(name for name, value in call.form if not value),
            )
            bucket = ("call", call.method, target, person.name, fields)
            self._frontier.add(
                Errand("call", bucket, call.rank, _Script(person, call, answer, path), person.turn)
            )

    def call(self, errand: Errand) -> None:
        """Send what a script of a page sends."""
        task: _Script = errand.facts
        person, base = task.person, task.person.actor.context.base_url
        jar = copy.deepcopy(task.answer.jar) or person.fetcher.jar
        request = call_request(task.call, jar, base, parse_url(task.path, parse_url(base)))
        answer = self._visits.send(person, [*self._again(task.answer), request], jar=jar)
        pattern = pattern_of(request.url.path)
        self.reached.add(pattern)
        if task.call.rank <= 5:
            self._access.note(pattern, task.call.method, person, answer)
        steps = Steps(person.name, task.path, call=task.call)
        for finding in judge.errors_of(answer, steps, pattern, errand.rank, self._texts):
            if finding.kind != "dead-redirect":
                self._collector.add(finding)

    def fuzz(self, until: float) -> None:
        """Have Hypothesis, where it is installed, draw texts for accepted forms, and shrink what fails."""
        try:
            from hypothesis.configuration import set_hypothesis_home_dir
        except ImportError:
            return
        with TemporaryDirectory() as folder:  # it would write into the project what it knows of characters
            set_hypothesis_home_dir(folder)
            try:
                for task in self._accepted:
                    for el in task.form.typed_controls:
                        if kind_of(el) in ("text", "search", "textarea") and time.monotonic() < until:
                            self._draw(task, el.attr("name"), until)
            finally:
                set_hypothesis_home_dir(None)

    def _draw(self, task: _Submit, name: str, until: float) -> None:
        from hypothesis import HealthCheck, find, settings, strategies
        from hypothesis.errors import NoSuchExample

        def drawn(text: str) -> Errand:
            mistake = Mistake(name, text, "drawn", RARE + 2)
            return Errand("submit", (), mistake.rank, replace(task, mistake=mistake))

        def fails(text: str) -> bool:
            if time.monotonic() >= until:
                return False
            answer = self.submit(drawn(text), judged=False)
            return answer is not None and answer.error is not None and not is_ours(answer.error)

        words = strategies.text(strategies.characters(codec="utf-8"), min_size=1, max_size=40)
        quietly = settings(
            max_examples=_DRAWN,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        with suppress(NoSuchExample):
            self.submit(drawn(find(words, fails, settings=quietly)))

    def submit(self, errand: Errand, *, judged: bool = True) -> Answer | None:
        """Submit a form, and return what came of it."""
        task: _Submit = errand.facts
        form, person = task.form, task.person
        made = _made(form, task)
        if made is None:
            return None
        edits, changes, sent = made
        held = not changes and not form.is_sent()
        if held and task.how == "shown":
            return None  # a browser keeps it back, and says so
        rank = errand.rank + 30 * (bool(changes) or held)
        request = request_of(sent, task.answer.request.url)
        again = partial(_same_form, task)
        page = [*self._again(task.answer)]
        requests: list[Sent] = [*task.trail.requests, again] if task.trail.requests else [*page, request]
        if task.how in ("twice", "back"):
            requests += [request] if task.how == "twice" else [*page, request]
        answer = self._visits.send(person, requests, jar=task.answer.jar)
        if answer.status == NOTHING_SENT and task.trail.requests:
            return None
        if not judged:
            return answer
        button = next(iter(form.buttons), None)
        text = " ".join((button.text or button.attr("value") or "").split()) if button is not None else ""
        steps = Steps(person.name, task.path, form.number, None if button is None else 0, text, tuple(edits), changes,
                      again=task.how if task.how in ("twice", "back") else "", before=task.trail.steps)  # fmt: skip
        self._judge(task, answer, steps, sent, min(rank, RARE + 30))
        done = task.mistake is None and task.how == "filled" and form.method == "POST"
        if done and answer.redirected and not task.trail.requests:
            self._accepted.append(task)
        if done and self._keep is not None:
            kept = Trail(
                (*steps.before, replace(steps, before=())),
                (*(task.trail.requests or (task.answer.request,)), again),
            )
            if len(kept.steps) <= _LONGEST_TRAIL and answer.error is None:
                self._keep(person, answer, kept)
        return answer

    def _again(self, answer: Answer) -> Iterator[FetchRequest]:
        """Yield the request of a page that wrote something when it was visited: that was undone with the visit."""
        if any(statement.startswith(("INSERT", "UPDATE", "DELETE")) for statement in answer.queries):
            yield answer.request

    def _judge(self, task: _Submit, answer: Answer, steps: Steps, sent: Submission, rank: int) -> None:
        target = pattern_of(parse_url(sent.url).path)
        method = task.form.method
        if task.mistake is None:
            outcome = self._access.note(target, method, task.person, answer)
            if (
                outcome == "allowed"
                and method == "POST"
                and task.how == "filled"
                and answer.redirected
                and task.path
            ):
                found = Accepted(task.person, task.path, task.answer, sent, target)
                self.accepted.setdefault((target, task.form.signature()), found)
        self.reached.add(target)
        if (reached := self._visits.reached) is not None:
            reached.move(pattern_of(parse_url(task.answer.url).path), target)
        for finding in judge.errors_of(answer, steps, target, rank, self._texts):
            self._collector.add(finding)
        if not task.answer.is_own or problems(task.form.document, "nested-form"):
            return  # what follows from that is said once
        filled = task.mistake is None and task.how == "filled"
        here = pattern_of(parse_url(task.answer.url).path)
        template = next(iter(task.answer.templates), "")
        for finding in judge.submission_problems(
            answer, steps, here, form=task.form, template=template, filled=filled
        ):
            self._collector.add(finding)


def _made(
    form: PageForm, task: _Submit
) -> tuple[list[Edit], tuple[tuple[str, str | None], ...], Submission] | None:
    """Fill in a form, with the mistake if there is one; return what was typed, changed otherwise, and sent."""
    form.reset()
    edits = fill_in(form) if task.how != "shown" else []
    button = next(iter(form.buttons), None)
    sent = form.submission(button)
    if sent is None or task.mistake is None:
        return None if sent is None else (edits, (), sent)
    typed = _typed(form, task.mistake, edits)
    if typed is not None:
        return typed, (), form.submission(button) or sent
    changes = ((task.mistake.name, task.mistake.value),)
    return edits, changes, form.changed(sent, changes)


def _same_form(task: _Submit, page: Answer) -> FetchRequest | None:
    """Return the request that submits the form of a task as it stands on another answer of its page."""
    forms = forms_of(page.document, page.layers) if page.document is not None else []
    found = next((form for form in forms if form.signature() == task.form.signature()), None)
    made = _made(found, task) if found is not None else None
    return request_of(made[2], parse_url(page.url)) if made is not None else None


def _typed(form: PageForm, mistake: Mistake, edits: list[Edit]) -> list[Edit] | None:
    """Make a mistake as a user can, and return all that they do; ``None`` where the page would not let them."""
    found = [el for el in form.typed_controls if el.attr("name") == mistake.name]
    if len(found) != 1 or mistake.value is None:
        return None
    (el,) = found
    kind = kind_of(el)
    others = [edit for edit in edits if edit.name != mistake.name]
    label = label_of(form.document, el)
    if kind == "select":
        fitting = [
            option
            for option in controls.options(el)
            if controls.value(form.document, option) == mistake.value
        ]
        if not fitting:
            return None
        controls.select_options(form.document, el, fitting[:1])
        others.append(Edit("choose", mistake.name, label, mistake.value))
    elif kind == "file":
        controls.set_files(form.document, el, [upload(mistake.value)] if mistake.value else [])
        others += [Edit("attach", mistake.name, label, mistake.value)] if mistake.value else []
    elif kind in ("radio", "checkbox", "hidden"):
        return None
    else:
        controls.set_value(form.document, el, mistake.value)
        if controls.value(form.document, el) != mistake.value:
            return None
        others.append(Edit("fill", mistake.name, label, mistake.value))
    return others if form.is_sent() else None
