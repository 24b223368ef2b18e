"""``manage.py journey explore``: opens a database and a world, walks, and tells what was found."""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django_journey._explore.access.matrix import Access, Cell, login_path
from django_journey._explore.access.suspicious import suspicious
from django_journey._explore.collector import Collector
from django_journey._explore.findings.finding import KINDS, Finding
from django_journey._explore.map.reached import Reached
from django_journey._explore.map.watch import MapWatch
from django_journey._explore.settings import Settings
from django_journey._explore.site.addresses import Address, addresses, is_machinery, pattern_of
from django_journey._explore.site.own_files import SiteFiles
from django_journey._explore.site.rows import profiles_of
from django_journey._explore.support import prepared
from django_journey._explore.visits import Person, Visits
from django_journey._explore.walk import Bounds, Walk
from django_journey._routes.url_names import routes
from django_journey._story.actor import Actor
from django_journey._story.journey import Journey
from django_journey._story.settings import Options
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["Exploration", "Result", "explore", "explore_from", "explored_database", "walking"]

_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
_PERSONAL = ("email", "phone", "phone_number", "mobile", "birthday", "address", "street", "iban")


@dataclass(frozen=True, slots=True)
class Exploration:
    """What is asked of a walk.

    Args:
        bounds: How far it goes.
        users: The user names of those who walk; none for one of each kind.
        admin: Whether Django's admin is walked through too.
        visitors: Whether a visitor walks as well.
        file: Where the findings are written as JSON.
        folder: Where their stories are written.
        map: Whether what it reaches is noted for a map.
    """

    bounds: Bounds = field(default_factory=Bounds)
    users: tuple[str, ...] = ()
    admin: bool = False
    visitors: bool = True
    file: Path | None = None
    folder: Path | None = None
    map: bool = False


@dataclass(slots=True)
class Result:
    """What came of a walk.

    Args:
        findings: What was found, those first that hurt most; hints are among them.
        requests: How many requests were sent.
        seconds: How long it took.
        reached: The URL patterns that answered.
        patterns: How many patterns the site has, the admin's aside.
        roles: Who walked.
        access: Who got what.
        suspicious: The cells that look wrong.
        left_out: Findings whose story did not show them.
        interrupted: Whether it was ended by Ctrl-C.
        map: What was reached, if that was noted.
        admin: Whether Django's admin was walked through too.
    """

    findings: list[Finding]
    requests: int
    seconds: float
    reached: set[str]
    patterns: set[str]
    roles: list[str]
    access: Access
    suspicious: list[Cell]
    left_out: list[Finding]
    interrupted: bool = False
    map: Reached | None = None
    admin: bool = False

    @property
    def problems(self) -> list[Finding]:
        """The findings that are more than hints."""
        return [finding for finding in self.findings if not KINDS[finding.kind].hint]


@contextmanager
def explored_database(*, on_this: bool, keep: bool = False) -> Iterator[None]:
    """Open the test database as Django's runner does, or say that the project's own one is used.

    Args:
        on_this: Use the project's own database; everything is rolled back.
        keep: Keep the test database for the next walk.

    Raises:
        ConfigurationError: A database can't promise to roll everything back.
    """
    from django.conf import settings
    from django.db import connections
    from django.test.utils import get_runner, setup_test_environment, teardown_test_environment

    debug = settings.DEBUG
    setup_test_environment(debug=False)
    try:
        if on_this:
            for alias in connections:
                _check_rollback(connections[alias])
            yield
            return
        runner = get_runner(settings)(verbosity=0, interactive=False, keepdb=keep)
        databases = runner.setup_databases()
        try:
            yield
        finally:
            runner.teardown_databases(databases)
    finally:
        teardown_test_environment()
        settings.DEBUG = debug


def explore(
    wanted: Exploration, *, tell: Any = lambda walk, found: None, found: Any = lambda finding: None
) -> Result:
    """Walk through the site on the database that is open, and undo all of it.

    Args:
        wanted: How far, and as whom.
        tell: Is called after each request with the walk and the number of findings.
        found: Is called with each new finding.

    Raises:
        ConfigurationError: A setting or a user can't be used.
        MissingExtra: Rows are to be made, and model_bakery is not installed.
    """
    Settings.load()  # what is wrong with them is said before anything is opened
    with walking() as journey:
        visits = Visits(journey)
        people, made = prepared(wanted.users)
        if wanted.visitors and None not in people.values():
            people = {"visitor": None, **people}
        collector = Collector(
            journey, visits, people, seed=", ".join(map(repr, wanted.users)), tell=found,
            file=wanted.file, folder=wanted.folder,
        )  # fmt: skip
        return _walk(collector, visits, _walkers(journey, people), wanted, made.texts, tell=tell)


@contextmanager
def walking(host: str = "") -> Iterator[Journey]:
    """Open a journey on the databases that are open; whatever it does is undone, and nothing is logged.

    Args:
        host: The host name of the site; that of the settings if it is empty.

    Raises:
        ConfigurationError: The site is in another process.
    """
    routes()  # the views bring the task frameworks that the journey catches
    options = replace(_options(), host=host) if host else _options()
    with _quiet(), Journey(options, databases="__all__") as journey:
        with Visits(journey).undone():
            yield journey
        journey.network.forgive()  # what the site asks of the outside is refused, and no failure


def explore_from(journey: Journey, wanted: Exploration) -> Result:
    """Walk on from the state that a story has reached, as its actors, and undo all that the walk does.

    Args:
        journey: The story; where nobody takes part in it yet, a visitor walks.
        wanted: How far.

    Raises:
        ConfigurationError: The story's pages need a browser or a server, or a setting can't be used.
    """
    if journey.options.driver != "inprocess" or journey.options.base_url:
        raise ConfigurationError(
            Explanation(
                "a walk needs the site in this process",
                where=f"the driver {journey.options.driver!r} of this story",
                instead='@pytest.mark.journey(driver="inprocess")',
            )
        )
    actors = list(journey.actors) or [journey.visitor()]
    walkers = [Person(actor.name, actor.user, actor, turn) for turn, actor in enumerate(actors)]
    people = {person.name: person.user for person in walkers}
    begin = [
        Address(urlsplit(actor.page.url).path, "link") for actor in actors if actor.opened_page is not None
    ]
    visits = Visits(journey)
    with _quiet(), ExitStack() as stack:
        for person in walkers:
            stack.enter_context(_as_walker(person))
        stack.enter_context(visits.undone())
        collector = Collector(_Reached(journey, walkers), visits, people)
        return _walk(collector, visits, walkers, wanted, set(), begin=begin)


class _Reached:
    """A story as it stands, to show a finding in: whoever is added to it has the cookies that its actor has.

    Args:
        journey: The story.
        walkers: Its actors.
    """

    def __init__(self, journey: Journey, walkers: Sequence[Person]) -> None:
        self._journey = journey
        self._people = {id(person.user): person for person in walkers}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journey, name)

    def actor(self, user: Any) -> Actor:
        """Add the actor who is that user once more."""
        return self._again(self._people[id(user)])

    def visitor(self) -> Actor:
        """Add the visitor once more."""
        return self._again(self._people[id(None)])

    def _again(self, person: Person) -> Actor:
        actor = self._journey.visitor(person.name)
        actor.context.fetcher.jar = copy.deepcopy(person.fetcher.jar)
        return actor


@contextmanager
def _as_walker(person: Person) -> Iterator[None]:
    """Let an actor's requests tell what views raise, and end redirects soon, while a walk goes on."""
    fetcher = person.fetcher
    before = fetcher.raise_server_errors, fetcher.max_redirects
    fetcher.raise_server_errors, fetcher.max_redirects = True, 10
    try:
        yield
    finally:
        fetcher.raise_server_errors, fetcher.max_redirects = before


@contextmanager
def _quiet() -> Iterator[None]:
    """Have passwords hashed fast, and nothing logged: what the site logs of errors is in the findings."""
    from django.conf import settings
    from django.test.utils import override_settings

    hashers = [_HASHER, *(each for each in settings.PASSWORD_HASHERS if each != _HASHER)]
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with override_settings(PASSWORD_HASHERS=hashers):
            yield
    finally:
        logging.disable(before)


def _walk(
    collector: Collector,
    visits: Visits,
    walkers: list[Person],
    wanted: Exploration,
    texts: set[str],
    *,
    tell: Any = lambda walk, found: None,
    begin: Sequence[Address] = (),
) -> Result:
    access = Access(login_path())
    walk = Walk(
        walkers,
        visits,
        collector,
        wanted.bounds,
        private=_private(collector.people),
        texts=texts,
        access=access,
        skip=_Skip(Settings.load().exclude, admin=wanted.admin),
        tell=lambda walk: tell(walk, len(collector.found)),
        files=SiteFiles(made_up=bool(texts)),
    )
    began = time.monotonic()
    interrupted = False
    visits.reached = Reached() if wanted.map else None
    try:
        with MapWatch.on(visits.reached):
            walk.run([*begin, *addresses(admin=wanted.admin)])
    except KeyboardInterrupt:
        interrupted = True
    visits.journey.network.forgive()  # what the site asks of the outside is refused, and no finding
    patterns = {route.pattern or "/" for route in routes() if wanted.admin or not is_machinery(route)}
    plain = [person.name for person in walkers if person.user is not None and not _power(person.user)]
    visitors = [person.name for person in walkers if person.user is None]
    return Result(
        collector.sorted(),
        visits.number,
        time.monotonic() - began,
        walk.reached & patterns,
        patterns,
        [person.name for person in walkers],
        access,
        suspicious(access, plain, visitors),
        list(collector.unshown.values()),
        interrupted,
        visits.reached,
        wanted.admin,
    )


def _options() -> Options:
    return replace(
        Options.load(), driver="inprocess", leftovers="ignore", tasks="explicit", committed=False, base_url="",
        raise_server_errors=True, max_redirects=10, lock_timeout=2.0, drain_timeout=2.0,
    )  # fmt: skip


def _walkers(journey: Journey, people: dict[str, Any]) -> list[Person]:
    """Return those who walk, those with the fewest rights first; ``other`` only has rows."""
    named = {name: user for name, user in people.items() if name != "other"}
    ordered = sorted(named, key=lambda name: (named[name] is not None, _power(named[name])))
    return [
        Person(name, user, journey.visitor(name) if user is None else journey.actor(user, name), turn)
        for turn, (name, user) in enumerate((name, named[name]) for name in ordered)
    ]


def _power(user: Any) -> int:
    return sum(bool(getattr(user, flag, False)) for flag in ("is_staff", "is_superuser"))


def _private(people: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return by role the personal values of plain users that this role must not see."""
    plain = {name: user for name, user in people.items() if user is not None and not _power(user)}
    said = {name: list(_personal(user)) for name, user in plain.items()}
    values: dict[str, dict[str, str]] = {}
    for name, user in people.items():
        if user is not None and _power(user):
            continue
        values[name] = {
            value: f"{attribute} of {owner}"
            for owner, other in plain.items()
            if other is not user
            for attribute, value in said[owner]
        }
    return values


def _personal(user: Any) -> Iterator[tuple[str, str]]:
    """Yield the personal values of a user and of their profile."""
    for row in (user, *profiles_of(user)):
        for attribute in _PERSONAL:
            value = str(getattr(row, attribute, "") or "")
            if len(value) >= 6:
                yield attribute, value


class _Skip:
    """Tells which paths are left out: those that the settings name, and the admin where it was not asked for."""

    def __init__(self, exclude: Sequence[str], *, admin: bool) -> None:
        every = routes()
        self._patterns = {each.pattern for each in every if each.name in exclude or each.pattern in exclude}
        if not admin:
            self._patterns |= {each.pattern for each in every if is_machinery(each)}

    def __call__(self, path: str) -> bool:
        return pattern_of(urlsplit(path).path) in self._patterns


def _check_rollback(connection: Any) -> None:
    features = connection.features
    if not (features.supports_transactions and features.uses_savepoints):
        raise ConfigurationError(
            Explanation(
                f"the database {connection.alias!r} can't promise to roll everything back",
                where=f"--on-this-database, {connection.settings_dict['ENGINE']}",
                instead="python manage.py journey explore  on the test database",
            )
        )
