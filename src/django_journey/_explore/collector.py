"""Keeps what was found, by its cause: each cause once, with the shortest way, and only if its story shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from django_journey._explore.findings.cause import cause_of, is_error_page
from django_journey._explore.findings.finding import KINDS, Finding, Steps
from django_journey._explore.findings.story_source import STYLES, file_name, source, story_name
from django_journey._explore.support import CURRENT
from django_journey._explore.visits import Visits
from django_journey.errors import TooManyRedirects

__all__ = ["Collector"]

_ERRORS = ("server-error", "error-page", "task")
#: How many ways of meeting one cause are tried before it is given up.
_WAYS = 4


class Collector:
    """The findings of a walk.

    Args:
        journey: The open journey, or what stands for it in the stories.
        visits: Undoes what a story does.
        people: The users by their roles.
        seed: What the stories give to ``site_data``.
        tell: Is called with each new finding.
        file: Where the findings are written as they come, as JSON; ``None`` for nowhere.
        folder: Where their stories are written as they come.
    """

    def __init__(
        self,
        journey: Any,
        visits: Visits,
        people: dict[str, Any],
        *,
        seed: str = "",
        tell: Callable[[Finding], None] = lambda finding: None,
        file: Path | None = None,
        folder: Path | None = None,
    ) -> None:
        self._journey = journey
        self._visits = visits
        self.people = people
        self._seed = seed
        self._tell = tell
        self._file = file
        self._folder = folder
        self._names: dict[str, str] = {}
        self._what = ""
        self._tried: dict[str, int] = {}
        self.found: dict[str, Finding] = {}
        self.unshown: dict[str, Finding] = {}

    def add(self, finding: Finding) -> None:
        """Take a finding: keep it if its cause is new and its story shows it."""
        finding.roles.add(finding.steps.role)
        known = self.found.get(finding.key)
        if known is not None:
            known.seen += 1
            known.roles.add(finding.steps.role)
            if finding.rank >= known.rank:
                return
        elif self._tried.get(finding.key, 0) >= _WAYS:
            return
        self._tried[finding.key] = self._tried.get(finding.key, 0) + 1
        if not self._shown(finding):
            if known is None:
                self.unshown[finding.key] = finding
            return
        self.unshown.pop(finding.key, None)
        if known is not None:
            finding.seen, finding.roles = known.seen, known.roles | finding.roles
        self.found[finding.key] = finding
        self._write(finding)
        if known is None:
            self._tell(finding)

    def sorted(self) -> list[Finding]:
        """Return the findings, those first that hurt most and that users meet most likely."""
        return sorted(self.found.values(), key=lambda finding: finding.order)

    def _shown(self, finding: Finding) -> bool:
        """Find the plainest story that shows the finding, and give it to it."""
        style = next((style for style in STYLES if self._fails(finding, finding.steps, style)), None)
        if style is None:
            return False
        finding.steps = self._shortened(finding, style)
        if finding.kind in _ERRORS and not finding.steps.ending:
            finding.what = self._what  # the shortest way may end with another message
        finding.story = self._source(finding, finding.steps, style)
        return True

    def _shortened(self, finding: Finding, style: str) -> Steps:
        """Leave out each edit that the finding does not need."""
        steps = finding.steps
        for edit in steps.edits if len(steps.edits) <= 12 else ():
            shorter = replace(steps, edits=tuple(each for each in steps.edits if each is not edit))
            if self._fails(finding, shorter, style):
                steps = shorter
        return steps

    def _source(self, finding: Finding, steps: Steps, style: str) -> str:
        one = replace(finding, steps=steps)
        return source(one, style, visitor=self.people[steps.role] is None, seed=self._seed)

    def _fails(self, finding: Finding, steps: Steps, style: str) -> bool:
        """Run a story, undo it, and tell whether it fails because of the finding."""
        text = self._source(finding, steps, style)
        names: dict[str, Any] = {}
        actors = len(self._journey._actors)
        token = CURRENT.set(self.people)
        try:
            with self._visits.undone():
                exec(compile(text, "<story>", "exec"), names)
                names[story_name(finding)](self._journey)
        except Exception as error:
            if _is_it(finding, error):
                self._what = cause_of(error).what
                return True
            return False
        finally:
            CURRENT.reset(token)
            for actor in self._journey._actors[actors:]:
                with suppress(Exception):
                    actor.context.close()
            del self._journey._actors[actors:]
        return False

    def _write(self, finding: Finding) -> None:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside = self._file.with_suffix(f"{self._file.suffix}.new")
            rows = [each.as_json() for each in self.sorted()]
            beside.write_text(json.dumps({"findings": rows}, indent=2), encoding="utf-8")
            beside.replace(self._file)  # whoever reads it meanwhile, or kills this, has a whole one
        if self._folder is not None and not KINDS[finding.kind].hint:
            self._folder.mkdir(parents=True, exist_ok=True)
            if finding.key not in self._names:
                self._names[finding.key] = file_name(finding, set(self._names.values()))
            path = self._folder / self._names[finding.key]
            path.write_text(finding.story, encoding="utf-8")


def _is_it(finding: Finding, error: Exception) -> bool:
    if finding.kind == "redirect-loop":
        return isinstance(error, TooManyRedirects)
    if finding.kind in _ERRORS:
        return finding.key.partition(": ")[2] == cause_of(error).key or (
            bool(finding.steps.ending) and isinstance(error, AssertionError)
        )
    if finding.kind in ("broken-link", "broken-image", "unbuilt", "dead-redirect") and is_error_page(error):
        return True
    return isinstance(error, AssertionError)
