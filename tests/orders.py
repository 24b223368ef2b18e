"""A pytest plugin that runs unittest stories many times, each time in another random order, in one run.

``ORDERS=100 JOURNEY_LEFTOVERS=error pytest -p tests.orders -n 2 -k journeys demo``
"""

from __future__ import annotations

import os
import random

import pytest

from django_journey._adapters.pytest import method_on_driver


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the stories in order after order; every worker makes the same ones from the seed."""
    orders, seed = int(os.environ.get("ORDERS", "100")), int(os.environ.get("ORDERS_SEED", "1"))
    stories = sorted(
        (item for item in items if getattr(getattr(item, "cls", None), "journey_options", None) is not None),
        key=lambda item: item.nodeid,
    )
    many: list[pytest.Item] = []
    for number in range(1, orders + 1):
        random.Random(seed * 100_000 + number).shuffle(stories)
        many += [_again(item, number) for item in stories]
    items[:] = many


def _again(item: pytest.Item, number: int) -> pytest.Item:
    made: pytest.Item = method_on_driver(type(item)).from_parent(
        item.parent, name=f"{item.name}[order {number}]"
    )
    return made
