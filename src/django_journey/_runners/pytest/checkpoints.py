"""Checkpoints under pytest: fixtures with ``@checkpoint`` are run once for the stories that follow each other."""

from __future__ import annotations

import inspect
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from django_journey._adapters.pytest import fixture_definitions
from django_journey._runners.pytest.fixtures import START, databases_of, journey
from django_journey._runners.pytest.options import options_of
from django_journey._runners.pytest.story_detection import uses
from django_journey._runners.shared.journey_setup import open_journey
from django_journey._story.checkpoints.checkpoint import is_checkpoint, title_of
from django_journey._story.checkpoints.levels import Beginning, Levels
from django_journey._story.journey import Journey
from django_journey._story.settings import Options
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["PytestCheckpoints", "ordered", "take_up"]

#: The names of the checkpoints that a story asks for, each after those that it goes on from.
_NAMES = pytest.StashKey[tuple[str, ...]]()
_COMMITTING = {
    "transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback",
}  # fmt: skip
_WIDE = ("class", "module", "package")


def take_up(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Find the stories with checkpoints, check these, and share them in this run.

    Raises:
        ConfigurationError: A checkpoint asks for a fixture that is made for one test.
    """
    found = False
    for item in items:
        if uses(item, journey) and (names := tuple(_names(item))):
            found = True
            item.stash[_NAMES] = names
            grouped = config.getoption("dist", "no") == "loadgroup"
            if grouped and item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group(title_of(_function(item, names[0]))))
    if found:
        config.pluginmanager.register(PytestCheckpoints(), "journey-checkpoints")


def ordered(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests with the stories of each module or class in the order of a walk down the tree of checkpoints."""
    ranks: dict[str, int] = {}
    for item in items:
        for name in item.stash.get(_NAMES, ()):
            ranks.setdefault(name, len(ranks))
    result: list[pytest.Item] = []
    begin = 0
    for end in range(1, len(items) + 1):
        if end == len(items) or items[end].parent is not items[begin].parent:
            block = items[begin:end]
            result += sorted(block, key=lambda item: [ranks[name] for name in item.stash.get(_NAMES, ())])
            begin = end
    return result


class PytestCheckpoints:
    """The hooks of a run with checkpoints."""

    def __init__(self) -> None:
        self._levels = Levels()
        self._item: pytest.Item | None = None
        self._next: pytest.Item | None = None
        self._blocker: Any = None
        self._anew: dict[str, str] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        """Go to a story's checkpoint once all wider fixtures are there, which must not be made within one."""
        if self._item is None and not request.config.getoption("setupplan", False):
            if fixturedef.scope == "function":
                self._begin(request.node, request)
            elif not _is_of_pytest_django(fixturedef):
                self._leave()
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> None:
        """Take note of the test that follows."""
        self._next = nextitem

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Undo what is left, before the databases are dropped."""
        self._leave()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say which checkpoints were run for each story, and why."""
        for title, reason in {**self._anew, **self._levels.not_shared}.items():
            terminalreporter.write_line(f"journey: the checkpoint {title} was run in each story: {reason}")

    def _begin(self, item: pytest.Item, request: pytest.FixtureRequest) -> None:
        self._item = item
        item.addfinalizer(self._end)
        path = self._path(item, request)
        if not path and self._levels.is_empty:
            return
        request.getfixturevalue("django_db_setup")
        self._blocker = request.getfixturevalue("django_db_blocker")
        with self._blocker.unblock():
            try:
                item.stash[START] = self._levels.go_to(path)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:
                item.stash[START] = error

    def _end(self) -> None:
        """Leave the checkpoints where the next test has others, or where fixtures around them end now."""
        item, after, self._item = self._item, self._next, None
        assert item is not None
        names = item.stash.get(_NAMES, ())
        goes_on = after is not None and names and after.stash.get(_NAMES, ())[:1] == names[:1]
        if after is None or not goes_on or (after.parent is not item.parent and _has_wide_fixture(item)):
            self._leave()

    def _leave(self) -> None:
        if not self._levels.is_empty:
            with self._blocker.unblock():
                self._levels.leave()

    def _path(self, item: pytest.Item, request: pytest.FixtureRequest) -> list[Beginning]:
        names = item.stash.get(_NAMES, ())
        if not names:
            return []
        options = options_of(item).marked({"driver": request.getfixturevalue("journey_driver")})
        if reason := _not_shared(item, options):
            self._anew.update((title_of(_function(item, name)), reason) for name in names)
            return []
        services = tuple(request.getfixturevalue("journey_services"))
        return [_beginning(item, name, options, services, request) for name in names]


def _not_shared(item: pytest.Item, options: Options) -> str:
    """Return why the checkpoints of a story are run in the story itself, or an empty text."""
    mark = item.get_closest_marker("django_db")
    if options.base_url:
        return "the site is in another process"
    if options.driver == "browser":
        return "the pages of a browser can't be copied"
    if options.committed or _COMMITTING & {*_fixtures(item)} or (mark is not None and _commits(mark)):
        return "the story commits"
    if fixture_definitions(item, "journey")[-1].func is not inspect.unwrap(journey):
        return "the fixture journey is the project's own"
    return ""


def _commits(mark: pytest.Mark) -> bool:
    return any(mark.kwargs.get(name) for name in ("transaction", "reset_sequences", "serialized_rollback"))


def _beginning(
    item: pytest.Item, name: str, options: Options, services: tuple[Any, ...], request: pytest.FixtureRequest
) -> Beginning:
    function = _function(item, name)
    known = {other: _function(item, other) for other in _arguments(item, name) if _is_named(item, other)}
    wide = {
        other: request.getfixturevalue(other)
        for other in _arguments(item, name)
        if other not in known and other != "journey"
    }
    databases = databases_of(item)
    databases = databases if isinstance(databases, str) else tuple(databases)

    def opened() -> Journey:
        return open_journey(
            options.marked({"unread_mail": False}),
            test=f"{function.__module__}.{title_of(function)}",
            file=Path(inspect.getfile(function)),
            databases=databases,
            services=services,
        )

    def reach(journey: Journey) -> Any:
        before = {other: journey.reached[reached] for other, reached in known.items()}
        return function(journey=journey, **before, **wide)

    # The values of session fixtures live as long as the run: their ``id`` is theirs alone.
    world = (options, services, *(id(value) for value in wide.values()))
    return Beginning(function, world, databases, opened, reach)


def _names(item: pytest.Item) -> Iterator[str]:
    """Yield the checkpoints that a story uses, each after those that it goes on from."""
    seen: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        if name not in seen:
            seen.add(name)
            for other in _arguments(item, name):
                yield from visit(other)
            if _is_named(item, name):
                _check(item, name)
                yield name

    for name in _fixtures(item):
        yield from visit(name)


def _check(item: pytest.Item, name: str) -> None:
    """Check that a checkpoint uses nothing that is made for one test."""
    for other in _arguments(item, name):
        definitions = fixture_definitions(item, other)
        if (
            other == "journey"
            or _is_named(item, other)
            or (definitions and definitions[-1].scope == "session")
        ):
            continue
        raise ConfigurationError(
            Explanation(
                f"the checkpoint {name!r} is run once for many stories, and the fixture {other!r} is made for fewer",
                where=item.nodeid,
                nearest=("journey", "other checkpoints", "fixtures with scope='session'"),
                instead=f"make in {name} itself what {other!r} makes: rows, users, files",
            )
        )


def _is_named(item: pytest.Item, name: str) -> bool:
    definitions = fixture_definitions(item, name)
    return bool(definitions) and is_checkpoint(definitions[-1].func)


def _function(item: pytest.Item, name: str) -> Any:
    return fixture_definitions(item, name)[-1].func


def _arguments(item: pytest.Item, name: str) -> tuple[str, ...]:
    definitions = fixture_definitions(item, name)
    return tuple(definitions[-1].argnames) if definitions else ()


def _fixtures(item: Any) -> list[str]:
    return list(getattr(item, "fixturenames", ()))


def _has_wide_fixture(item: pytest.Item) -> bool:
    """Return whether a fixture of a test ends with its class, module or package."""
    last = [definition for name in _fixtures(item) for definition in fixture_definitions(item, name)[-1:]]
    return any(each.scope in _WIDE and not _is_of_pytest_django(each) for each in last)


def _is_of_pytest_django(definition: Any) -> bool:
    """Return whether a fixture is pytest-django's own: for functions, those of a class or module change no row."""
    return str(getattr(definition.func, "__module__", "")).startswith("pytest_django.")
