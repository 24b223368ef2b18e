"""What can be imported is what is promised."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import django_journey

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(django_journey.__path__, "django_journey.")
    if not module.name.endswith("__main__") and ".management" not in module.name
)


@pytest.mark.parametrize("name", django_journey.__all__)
def test_each_name_of_the_front_door_opens(name: str) -> None:
    assert getattr(django_journey, name) is not None


def test_the_front_door_promises_what_a_story_needs() -> None:
    assert {
        "Journey",
        "Actor",
        "expect",
        "JourneyTestCase",
        "JourneyTransactionTestCase",
        "NeedsBrowser",
    } <= set(django_journey.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'jurney'"):
        django_journey.jurney  # noqa: B018


@pytest.mark.parametrize("name", MODULES)
def test_each_module_says_what_it_is_for_and_exports_what_it_names(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    for exported in getattr(module, "__all__", ()):
        assert hasattr(module, exported), f"{name} exports {exported}, which it has not"
