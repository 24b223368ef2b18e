"""What can be imported is what is promised."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import django_journey

ROOT = Path(__file__).parent.parent

# What users may import: to take a name away, or to add one, is a decision, and stands in the changelog.
PUBLIC = {
    "django_journey": [
        "Actor",
        "Error",
        "Journey",
        "JourneyError",
        "JourneyTestCase",
        "JourneyTransactionTestCase",
        "NeedsBrowser",
        "Service",
        "TimeoutError",
        "checkpoint",
        "expect",
        "faults",
        "operation",
    ],
    "django_journey.endpoints": [
        "Bound",
        "Endpoint",
        "Endpoints",
        "Existing",
        "Fake",
        "Needed",
        "delete",
        "endpoint",
        "existing",
        "fake",
        "get",
        "head",
        "needed",
        "patch",
        "post",
        "put",
    ],
    "django_journey.errors": [
        "ConfigurationError",
        "Error",
        "ExpectationError",
        "Explanation",
        "JourneyError",
        "MissingExtra",
        "NeedsBrowser",
        "NetworkBlocked",
        "SharedDatabaseError",
        "StoryError",
        "StrictModeError",
        "TimeoutError",
        "TooManyRedirects",
        "WorldError",
        "visible",
    ],
    "django_journey.explore": [
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
    ],
    "django_journey.interpreters": [
        "Behaviours",
        "CAPTURE",
        "DOCUMENT",
        "Interpreter",
        "PageEvent",
        "WINDOW",
    ],
    "django_journey.faults": [
        "Fault",
        "cut_off",
        "refused",
        "server_error",
        "slow",
        "time_out",
        "too_many_requests",
    ],
    "django_journey.files": [
        "Files",
        "MadeFile",
        "bomb",
        "csv",
        "disguised",
        "image",
        "pdf",
        "text",
        "truncated",
    ],
    "django_journey.reports": ["build", "load"],
    "django_journey.runner": ["JourneyRunner", "JourneyRunnerMixin"],
    "django_journey.services": [
        "Asked",
        "Call",
        "Cassette",
        "Drift",
        "Mode",
        "Network",
        "Reply",
        "Secrets",
        "Services",
        "check_contract",
        "drifts",
        "served",
    ],
    "django_journey.types": [
        "APIRequestContext",
        "APIResponse",
        "BrowserContext",
        "Clock",
        "Download",
        "Enqueued",
        "FrameLocator",
        "Locator",
        "Mail",
        "Mailbox",
        "Options",
        "Page",
        "PageResponse",
        "Request",
        "Response",
        "Retrying",
        "TaskAdapter",
        "Tasks",
    ],
}

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(django_journey.__path__, "django_journey.")
    if not module.name.endswith("__main__") and ".management" not in module.name
)


@pytest.mark.parametrize("name", django_journey.__all__)
def test_each_name_of_the_front_door_opens(name: str) -> None:
    assert getattr(django_journey, name) is not None


@pytest.mark.parametrize("module", PUBLIC)
def test_a_public_module_exports_these_names(module: str) -> None:
    assert sorted(importlib.import_module(module).__all__) == PUBLIC[module]


def test_each_public_name_has_one_home() -> None:
    front_door = {*PUBLIC["django_journey"]} - {
        "faults",
        "Error",
        "JourneyError",
        "NeedsBrowser",
        "TimeoutError",
    }
    homes = [name for module, names in PUBLIC.items() if module != "django_journey" for name in names]
    assert not {name for name in homes if homes.count(name) > 1}
    assert not front_door & {*homes}


def test_every_other_module_is_private_by_its_name() -> None:
    started_by_others = {"django_journey.apps"}  # by Django
    public = {name for name in MODULES if "._" not in name}
    assert public - started_by_others == {*PUBLIC} - {"django_journey"}


def test_the_demo_and_the_documents_import_public_names_alone() -> None:
    folders = ("*.md", "docs/**/*.md", "demo/**/*.py", "tests/typing/*.py")
    texts = [path for pattern in folders for path in ROOT.glob(pattern)]
    assert len(texts) > 100
    private = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in texts
        if "node_modules" not in path.parts
        for found in re.finditer(r"^ *(from|import) django_journey\S*\._.*", path.read_text(), re.MULTILINE)
    ]
    assert not private


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
