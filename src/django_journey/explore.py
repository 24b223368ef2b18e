"""Explores a site from a story; and what the stories of findings use: data, and what should hold on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_journey._explore.support import (
    error_page,
    missing_variables,
    problems,
    queries,
    queries_per_row,
    script_request,
    seconds,
    send_form,
    site_data,
    unshown_errors,
)

if TYPE_CHECKING:
    from django_journey._explore.command import Result
    from django_journey._story.journey import Journey

__all__ = [
    "error_page",
    "explore",
    "missing_variables",
    "problems",
    "queries",
    "queries_per_row",
    "script_request",
    "seconds",
    "send_form",
    "site_data",
    "unshown_errors",
]


def explore(
    journey: Journey,
    *,
    seconds: float = 20.0,
    requests: int = 0,
    seed: int = 0,
    per_pattern: int = 3,
    keep: bool = False,
) -> Result:
    """Walk through the site from the state that a story has reached, as its actors; the same as ``journey.explore()``.

    Args:
        journey: The story.
        seconds: How long the walk may take.
        requests: How many requests it may send; 0 for any number.
        seed: Fixes its order.
        per_pattern: How many addresses of one URL pattern each actor visits.
        keep: Whether flows over several pages keep their effects.

    Returns:
        What came of it: ``findings``, ``requests``, ``reached``.

    Raises:
        AssertionError: Something was found that ``journey-explore.toml`` does not accept.
        ConfigurationError: The story's pages need a browser or a server.
    """
    from django_journey._explore.command import Exploration, explore_from
    from django_journey._explore.findings import baseline
    from django_journey._explore.findings.terminal import lines_of
    from django_journey._explore.walk import Bounds

    known = baseline.accepted(baseline.DEFAULT)
    bounds = Bounds(seconds, requests, seed, per_pattern, keep=keep)
    result: Result = explore_from(journey, Exploration(bounds))
    fresh = [finding for finding in result.problems if finding.key not in known]
    if fresh:
        raise AssertionError("\n".join(["the walk found:", *lines_of(fresh)]))
    return result
