"""The decorator of a beginning that many stories share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django_journey._story.journey import Journey
from django_journey._trace.record import recorder
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["checkpoint", "is_checkpoint", "title_of"]

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "journey_checkpoint"


def checkpoint(function: F) -> F:
    """Make a function the beginning of many stories: it is run once, and each story finds the world as it was then.

    As a fixture it is asked for like any other one, and one that asks for another checkpoint goes on from there::

        @pytest.fixture
        @checkpoint
        def full_cart(journey):
            customer = journey.visitor("customer")
            customer.visit("shop")
            customer.click("Add to cart")
            return customer

        def test_the_cart_is_paid(journey, full_cart):
            full_cart.click("Pay")

    A journey that a runner has brought there gets a fresh copy of what the function returned; for every other journey
    the function simply runs. Within one story it runs once.

    Args:
        function: Takes the journey first; returns actors, saved models, plain values, or a container of those.

    Returns:
        A function with the same arguments.

    Raises:
        ConfigurationError: The function is asynchronous, a generator, or takes no journey.
    """
    names = list(inspect.signature(function).parameters)
    generates = inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
    if not names or names[0] in ("self", "cls") or generates or inspect.iscoroutinefunction(function):
        raise ConfigurationError(
            Explanation(
                "a checkpoint is a plain function whose first argument is the journey; what it returns is copied"
                " for each story",
                where=f"{function.__module__}.{function.__qualname__}",
                instead="@checkpoint\ndef full_cart(journey): …; return customer    # no yield, no await",
            )
        )

    @wraps(function)
    def reach(*args: Any, **kwargs: Any) -> Any:
        journey: Journey = args[0] if args else kwargs[names[0]]
        if reach not in journey.reached:
            with recorder.step("checkpoint", title_of(reach)):
                journey.reached[reach] = function(*args, **kwargs)
        return journey.reached[reach]

    setattr(reach, _MARK, True)
    return reach  # type: ignore[return-value]  # the same arguments


def is_checkpoint(function: object) -> bool:
    """Return whether a function is a checkpoint."""
    return getattr(function, _MARK, False) is True


def title_of(function: Any) -> str:
    """Return what the report calls a checkpoint."""
    return str(function.__qualname__)
