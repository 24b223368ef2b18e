"""The shape of a suite: the layer of each test, judged by what it really did.

The rule, first match wins:

1. **browser**: the test drove a real browser (its driver is ``browser``, a step stored a screenshot, a
   note with the topic ``browser`` was written, or, outside of stories, a request came over a socket with
   a browser's headers).
2. **unit**: no request reached the site, and none that ``RequestFactory`` made was answered.
3. **broad**: its requests reached two views or more: a story over several views.
4. **narrow**: its requests reached one view, however often (opening a form and sending it is one view),
   or none at all (an unresolved URL still goes through every middleware; so does a view that is called
   with a request of ``RequestFactory``, or what else answers one).

What counts as a view:

- Its dotted name: a form that adds under one URL and edits under another is one view.
- Where several views have that name, the URL's name, or its pattern, is a part of it: the views of a library
  (``django.*``, ``rest_framework.*``), since two ``TemplateView`` pages are two views; what one function makes
  (the log-in and the call-back of an OAuth provider); a class with arguments for ``as_view()``; the actions of a
  view set; a callable object.
- A followed redirect counts as its target; one that is not followed does not count, nor does the
  request by which ``assertRedirects`` fetches the target.
- Requests that the site makes of itself while it answers another one (a preview, say) don't count: the
  test did not ask for them. Nor do static and media files.

Skipped tests did nothing and have no layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from django_journey._report.model import Run, Test
from django_journey._trace.record.events import RequestServed

__all__ = [
    "FEW",
    "HEALTHY",
    "LAYERS",
    "MEANING",
    "Layer",
    "Pyramid",
    "Tier",
    "layer_of",
    "pyramid_of",
    "views_of",
]

Layer = Literal["unit", "narrow", "broad", "browser"]

#: From the bottom to the top.
LAYERS: tuple[Layer, ...] = get_args(Layer)

#: What each layer is, in a few words.
MEANING: dict[Layer, str] = {
    "unit": "no request",
    "narrow": "one view",
    "broad": "a story over several views",
    "browser": "a real browser",
}

#: Below this share there are too few stories to speak of.
FEW = 0.02

#: The healthy shape, in parts of one: about 70 % unit, the rest integration, few in a browser.
HEALTHY: dict[Layer, float] = {"unit": 0.70, "narrow": 0.17, "broad": 0.10, "browser": 0.03}

_LIBRARIES = ("django.", "rest_framework.")
_FILES = frozenset({"django.views.static.serve", "django.contrib.staticfiles.views.serve"})


@dataclass(frozen=True, slots=True)
class Tier:
    """One layer of a suite.

    Args:
        layer: Its name.
        count: How many tests belong to it.
        seconds: How long they took together.
        share: Its part of all tests that have a layer, from 0 to 1.
        healthy: The part that is healthy, from 0 to 1.
    """

    layer: Layer
    count: int
    seconds: float
    share: float
    healthy: float


@dataclass(frozen=True, slots=True)
class Pyramid:
    """The shape of a suite, from the top layer down."""

    tiers: tuple[Tier, ...]

    @property
    def count(self) -> int:
        """How many tests have a layer."""
        return sum(tier.count for tier in self.tiers)

    @property
    def verdict(self) -> str:
        """Return the shape in one sentence."""
        if not self.count:
            return "No test ran."
        share = {tier.layer: tier.share for tier in self.tiers}
        integration = share["narrow"] + share["broad"]
        if share["browser"] > 0.10:
            return "Top-heavy: what a browser shows slowly, a story in-process shows in milliseconds."
        if not integration and not share["browser"]:
            return "Only units: nothing shows that they work together."
        if share["broad"] == 0:
            return "No test follows a story over several views."
        if share["broad"] < FEW:
            return "Hardly any test follows a story over several views."
        if share["unit"] < 0.5:
            return "Few units: the base is narrower than what stands on it."
        return "A healthy base, with stories on top."


def layer_of(test: Test) -> Layer | None:
    """Return a test's layer, or ``None`` if it was skipped."""
    if test.outcome == "skipped":
        return None
    if test.driver == "browser" or _saw_a_browser(test):
        return "browser"
    own = [request for request in test.requests if _counts(request)]
    if not own:
        return "narrow" if any(note.topic == "view" for note in test.notes) else "unit"
    return "broad" if len(views_of(own)) > 1 else "narrow"


def views_of(requests: Iterable[RequestServed]) -> list[str]:
    """Return the views that the requests reached, each once, in order (see the module's rule)."""
    found: dict[str, None] = {}
    for request in requests:
        if request.view and _counts(request):
            found[_identity(request)] = None
    return list(found)


def pyramid_of(run: Run) -> Pyramid:
    """Return the shape of a run's suite; of a repeated test, the last attempt counts."""
    counts = dict.fromkeys(LAYERS, 0)
    seconds = dict.fromkeys(LAYERS, 0.0)
    for test in run.last:
        layer = layer_of(test)
        if layer is not None:
            counts[layer] += 1
            seconds[layer] += test.seconds
    total = sum(counts.values())
    return Pyramid(
        tuple(
            Tier(
                layer, counts[layer], seconds[layer], counts[layer] / total if total else 0.0, HEALTHY[layer]
            )
            for layer in reversed(LAYERS)
        )
    )


def _identity(request: RequestServed) -> str:
    if request.shared or request.view.startswith(_LIBRARIES):
        return f"{request.view} ({request.url_name or request.route})"
    return request.view


def _counts(request: RequestServed) -> bool:
    return not request.parent and not request.check and request.view not in _FILES


def _saw_a_browser(test: Test) -> bool:
    # A story's pages send a browser's headers on every driver; its driver is recorded.
    return (
        any(note.topic == "browser" for note in test.notes)
        or any(step.snapshot is not None and step.snapshot.screenshot for step in test.steps)
        or (not test.driver and any(request.browser for request in test.requests))
    )
