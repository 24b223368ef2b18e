"""What was found: its kind, its cause, how a user meets it, and the story that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django_journey._explore.forms.calls import ScriptCall
from django_journey._explore.forms.mistakes import RARE
from django_journey._explore.forms.values import Edit

__all__ = ["KINDS", "Finding", "Kind", "Steps"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding.

    Args:
        title: What it is called.
        rank: How little it hurts: 0 is an error in the face of a user.
        hint: Whether it is only worth a look, and is no reason to fail.
    """

    title: str
    rank: int
    hint: bool = False


KINDS = {
    "server-error": Kind("server error", 0),
    "error-page": Kind("error page that fails", 1),
    "private": Kind("personal data of another user", 2),
    "redirect-loop": Kind("redirect loop", 3),
    "csrf": Kind("form without a CSRF token", 4),
    "unsendable": Kind("form that can't be submitted as it is shown", 5),
    "task": Kind("background task that fails", 6),
    "dead-redirect": Kind("redirect to a page that does not exist", 8),
    "refused-link": Kind("link to a view that refuses GET", 18),
    "broken-link": Kind("broken link", 20),
    "nested-form": Kind("form within a form", 25),
    "label": Kind("label that leads to another field", 27),
    "broken-image": Kind("missing image or static file", 30),
    "growth": Kind("queries that grow with the rows", 40),
    "budget": Kind("more queries than the budget", 45),
    "repeated-queries": Kind("query that one request runs again and again", 47),
    "slow": Kind("page slower than the budget", 46),
    "variable": Kind("template variable that does not exist", 50),
    "alt": Kind("image without an alternative text", 90, hint=True),
    "unnamed": Kind("field without a label", 91, hint=True),
    "duplicate-id": Kind("two elements with one ID", 94, hint=True),
    "unbuilt": Kind("folder of static files that is not there", 93, hint=True),
    "mixed": Kind("http:// resource of a page", 92, hint=True),
}


@dataclass(frozen=True, slots=True)
class Steps:
    """How a user gets there.

    Args:
        role: Who they are.
        path: The page that they visit; empty where they are on it already.
        form: The place of the form among the page's, or ``None`` where nothing is sent.
        button: The place of the submit button in its form, or ``None`` for a form without one.
        button_text: What it says.
        edits: What they change in the form before they send it.
        changes: The values that are sent instead of the form's, where no page sends them by itself.
        again: How it is sent once more: ``twice`` by a second click, ``back`` after going back; or not at all.
        call: What a script sends instead of a form.
        before: What they did before.
        tasks: Whether the worker has its turn afterwards.
        ending: The lines of the story that state what should hold.
    """

    role: str
    path: str
    form: int | None = None
    button: int | None = None
    button_text: str = ""
    edits: tuple[Edit, ...] = ()
    changes: tuple[tuple[str, str | None], ...] = ()
    again: str = ""
    call: ScriptCall | None = None
    before: tuple[Steps, ...] = ()
    tasks: bool = False
    ending: tuple[str, ...] = ()

    def in_words(self) -> str:
        """Return the way in one line."""
        parts = [each.in_words() for each in self.before]
        if self.path:
            parts.append(f"{self.role} visits {self.path}")
        for edit in self.edits:
            said = f" {edit.value[:40]!r}" if edit.verb in ("fill", "choose", "attach") else ""
            parts.append(f"{edit.verb} {edit.label or edit.name}{said}")
        for name, value in self.changes:
            parts.append(f"send no {name}" if value is None else f"send {name} = {value[:40]!r}")
        if self.form is not None:
            parts.append(f"click {self.button_text!r}" if self.button_text else "submit")
        if self.call is not None:
            what = self.call.data or ", ".join(f"{name}={value[:40]}" for name, value in self.call.form)
            parts.append(f"a script sends {self.call.method} {self.call.path} {what}".rstrip())
        if self.again:
            parts.append("submit a second time" if self.again == "twice" else "go back and submit again")
        if self.tasks:
            parts.append("the worker's turn")
        return ", ".join(parts)


@dataclass(slots=True)
class Finding:
    """One thing that is wrong.

    Args:
        kind: A key of ``KINDS``.
        key: What tells its cause from others; stays the same when lines move.
        what: What is wrong, in one line.
        place: Where in the project, as far as is known.
        pattern: The URL pattern that it was met at.
        steps: How a user gets there.
        rank: How seldom users get there: 0 by a link, 100 by a request that no page sends.
        roles: Who has met it.
        seen: How often it was met.
        story: The source of a story that fails because of it.
        detail: More for the report: a traceback's end, the lines of a template.
    """

    kind: str
    key: str
    what: str
    place: str
    pattern: str
    steps: Steps
    rank: int = 0
    roles: set[str] = field(default_factory=set)
    seen: int = 1
    story: str = ""
    detail: tuple[str, ...] = ()

    @property
    def is_rare(self) -> bool:
        """Whether no page sends such a request by itself."""
        return self.rank >= RARE

    @property
    def order(self) -> tuple[int, int, str]:
        """What findings are sorted by: those first that hurt most and that users meet most likely."""
        return KINDS[self.kind].rank + self.rank, len(self.steps.edits), self.key

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "kind": self.kind,
            "key": self.key,
            "what": self.what,
            "place": self.place,
            "pattern": self.pattern,
            "way": self.steps.in_words(),
            "roles": sorted(self.roles),
            "seen": self.seen,
            "hint": KINDS[self.kind].hint,
            "rare": self.is_rare,
            "detail": list(self.detail),
            "story": self.story,
        }
