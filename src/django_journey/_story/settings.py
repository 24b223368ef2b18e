"""The settings of a run: one frozen dataclass, read from all places where they may be given.

A setting may be given in four places; the last of these wins::

    JOURNEY = {"driver": "http"}                  the project's settings
    JOURNEY_DRIVER=http                           the environment
    --journey-driver=http                         the command line
    @pytest.mark.journey(driver="http")           the test (``journey_options`` in a ``JourneyTestCase``)

A wrong name or value is a ``ConfigurationError`` that names the nearest right one. An unknown name in the environment
is none, since it may belong to another program; ``misspelt_variables`` lists those that are similar to a setting.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from django_journey._story.setting_values import read_value
from django_journey.errors import ConfigurationError, Explanation

__all__ = [
    "APART",
    "DEFAULT_FOLDER",
    "DRIVERS",
    "INTERNAL",
    "OF_A_RUN",
    "PREFIX",
    "Options",
]

#: Where the report goes when it is asked for without a folder.
DEFAULT_FOLDER = Path("journey-report")

#: What ``driver`` may be, ``all`` aside.
DRIVERS = ("inprocess", "http", "browser")

#: The settings that apply to a whole run, also to one without stories.
OF_A_RUN = (
    *("report", "trace", "record", "secrets", "snapshot", "shard", "durations"),
    *("access", "accept", "map", "fail_under", "checks"),
)

#: Names in ``settings.JOURNEY`` that hold settings of their own.
APART = frozenset({"explore"})

#: Environment variables that this library sets for the processes that it starts.
INTERNAL = frozenset({"JOURNEY_RUN"})

PREFIX = "JOURNEY_"


def _setting(default: Any, meaning: str, **facts: Any) -> Any:
    return field(default=default, metadata={"help": meaning, **facts})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The settings of a run; each field's ``metadata["help"]`` describes it.

    Times are in milliseconds if Playwright has the same setting (``slowmo``, ``timeout``), otherwise in seconds.
    """

    driver: Literal["inprocess", "http", "browser", "all"] = _setting(
        "inprocess", "how pages are reached; `all` runs every story on every driver"
    )
    base_url: str = _setting("", "the origin of a deployed site to run the stories against")
    https: bool = _setting(False, "use the URL https://testserver for the site in this process")
    host: str = _setting("testserver", "the host name by which the site in this process is asked")
    allow_remote_writes: bool = _setting(
        False, "allow stories that change data against a base URL that is not on this machine"
    )
    writes: bool = _setting(
        True, "treat a story as one that changes data, which is not run against a deployed site"
    )

    browser: Literal["chromium", "firefox", "webkit"] = _setting("chromium", "which browser to drive")
    browser_endpoint: str = _setting("", "the ws:// URL of a Playwright server whose browser is used")
    browser_path: str = _setting("", "the browser to launch, instead of the first one that is found")
    reuse_pages: bool = _setting(
        True, "reuse a browser page for the next story if nothing of the last one is left in it"
    )
    headed: bool = _setting(False, "show the browser's window")
    slowmo: float = _setting(0.0, "milliseconds to wait after each action in a browser", least=0)
    timeout: float = _setting(
        5000.0, "milliseconds that a verb or an expectation waits in a browser", least=0
    )
    screenshots: Literal["steps", "failures", "off"] = _setting(
        "steps", "when a browser takes screenshots for the report"
    )
    video: bool = _setting(False, "record a video of each browser page")
    browser_trace: bool = _setting(False, "record Playwright's own trace of each browser context")
    report: Path | None = field(
        default=None,
        metadata={"help": "write the report into this folder", "bare": DEFAULT_FOLDER, "metavar": "DIR"},
    )
    trace: bool = _setting(False, "write the trace alone, without the report")
    record: Literal["lean", "failures", "full"] = _setting("failures", "of which tests details are recorded")
    access: Path | None = field(
        default=None,
        metadata={
            "help": "replay each request as everybody else, and compare who may do what with this file",
            "bare": Path("journey-access.txt"),
            "metavar": "FILE",
        },
    )
    accept: bool = _setting(False, "write the reviewed files instead of comparing with them")
    map: bool = _setting(False, "trace, and write what the tests reached of the site, and what none does")
    fail_under: float = _setting(0.0, "fail if fewer URL patterns are reached, in per cent", least=0)
    checks: tuple[str, ...] = _setting(
        (), "what is checked on each page that a test gets", bare=("all",), metavar="CHECK"
    )
    full_trace: bool = _setting(False, "show this library's own frames in the tracebacks of failing stories")
    secrets: tuple[str, ...] = _setting(
        (), "additional names of fields, headers and URL arguments whose values are masked"
    )

    shard: str = _setting("", "which part of the tests to run, e.g. 2/5 on the second of five machines")
    durations: Path | None = field(
        default=None,
        metadata={
            "help": "the report, or its durations.json, by whose seconds tests are split into shards",
            "bare": DEFAULT_FOLDER,
            "metavar": "DIR",
        },
    )
    snapshot: Path | None = field(
        default=None,
        metadata={
            "help": "keep migrated test databases in this folder, and copy them while they are up to date",
            "bare": Path("journey-snapshots"),
            "metavar": "DIR",
            "off": "migrate each test database, and keep none",
        },
    )

    scripts: Literal["ignore", "warn", "refuse"] = _setting(
        "ignore",
        "what happens if a page has a script that may act when the page loads or an element is clicked",
    )
    htmx: str = _setting("", "the version of htmx that pages load, e.g. 2.0, if their scripts can't be read")
    bootstrap: str = _setting(
        "", "the version of Bootstrap that pages load, e.g. 5.3, if their scripts can't be read"
    )
    interpreters: tuple[str, ...] = _setting(
        (), "dotted paths of functions that interpret further script libraries on pages without a browser"
    )
    test_id_attribute: str = _setting("data-testid", "the attribute that get_by_test_id looks at")
    max_redirects: int = _setting(20, "the highest number of redirects that are followed", least=0)
    raise_server_errors: bool = _setting(True, "raise a view's exception again in the test")
    locale: str = _setting("", "the actors' preferred language, e.g. de-CH; the site's default if empty")
    timezone: str = _setting("", "the time zone of the actors' browsers; this machine's if empty")

    committed: bool = _setting(
        False, "commit, and clean up the changed tables afterwards, instead of rolling back"
    )
    lock_timeout: float = _setting(
        10.0, "seconds that a thread waits for the test's shared database connection", least=0
    )
    drain_timeout: float = _setting(
        10.0, "seconds to wait for requests that are still running when a test ends", least=0
    )
    tasks: Literal["explicit", "immediate", "real"] = _setting(
        "explicit",
        "whether background tasks run at journey.tasks.run(), when they are enqueued, or in the real queue",
    )
    task_adapters: tuple[str, ...] = _setting((), "dotted paths of adapters for further task frameworks")
    task_timeout: float = _setting(60.0, "seconds that one background task may take; 0 for no limit", least=0)
    server: Literal["wsgi", "asgi"] = _setting(
        "wsgi", "how the live server runs the site; asgi for async views, server-sent events and websockets"
    )
    outside: tuple[str, ...] = _setting(
        (), "dotted paths of the classes of outside services that every story uses"
    )
    services: Literal["fake", "record", "replay"] = _setting(
        "fake", "how outside services answer, except those in `live`"
    )
    live: tuple[str, ...] = _setting(
        (), "the outside services that are called for real", bare=("all",), metavar="NAME"
    )
    network: Literal["guard", "open"] = _setting(
        "guard", "whether undeclared connections to other machines fail"
    )
    allow_network: tuple[str, ...] = _setting((), "hosts, host:port or networks that may be connected to")
    leftovers: Literal["ignore", "warn", "error"] = _setting(
        "warn",
        "what happens if a journey leaves files, threads, environment variables, settings or a language behind",
    )
    unread_mail: bool = _setting(False, "treat mail that a story did not read as left behind, too")
    seed: int | None = _setting(None, "the seed of fake data; a random one if empty")

    def __post_init__(self) -> None:
        """Check the base URL, to which paths are appended."""
        if not self.base_url:
            return
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ConfigurationError(
                Explanation(
                    f"{self.base_url!r} is not the URL of a site",
                    where="the setting base_url",
                    instead="--journey-base-url=https://staging.example.com",
                )
            )
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))

    @property
    def tracing(self) -> bool:
        """Whether a trace is written."""
        return self.trace or self.report is not None or self.map or self.fail_under > 0

    @property
    def folder(self) -> Path:
        """Where the report and its trace are written."""
        return self.report if self.report is not None else DEFAULT_FOLDER

    @classmethod
    def load(
        cls,
        *,
        settings: Mapping[str, Any] | None = None,
        environ: Mapping[str, str] | None = None,
        command_line: Mapping[str, Any] | None = None,
    ) -> Options:
        """Read the settings of this run from all places.

        Args:
            settings: The value of ``settings.JOURNEY``; by default read from Django's settings, if they are configured.
            environ: The environment; by default that of this process.
            command_line: Values of the command line by field name; ``None`` if an option was not given.

        Raises:
            ConfigurationError: A name or a value is invalid.
        """
        given = _project_settings() if settings is None else _checked_mapping(settings)
        given = {name: value for name, value in given.items() if name not in APART}
        loaded = cls()._with(given, 'the setting JOURNEY["{name}"]', 'JOURNEY = {{"{name}": {value!r}}}')
        loaded = loaded._from_environ(os.environ if environ is None else environ)
        options = {name: value for name, value in (command_line or {}).items() if value is not None}
        return loaded._with(options, "the option {option}", "{option}={value}")

    @classmethod
    def for_run(cls, *, command_line: Mapping[str, Any] | None = None) -> Options:
        """Read only the settings of a whole run: in one without stories, other names may belong to the project.

        Django's settings are not loaded for this.

        Args:
            command_line: Values of the command line by field name.

        Raises:
            ConfigurationError: A value of such a setting is invalid.
        """
        given = _configured_settings()
        names = {_environ_name(name) for name in OF_A_RUN}
        return cls.load(
            settings={name: given[name] for name in OF_A_RUN if name in given}
            if isinstance(given, Mapping)
            else {},
            environ={key: text for key, text in os.environ.items() if key in names},
            command_line=command_line,
        )

    def marked(self, values: Mapping[str, Any], *, where: str = "") -> Options:
        """Return these options as changed by the mark of a test.

        Args:
            values: The arguments of the mark, by field name.
            where: The test, for the error's message.

        Raises:
            ConfigurationError: A name or a value is invalid.
        """
        place = f"@pytest.mark.journey({{name}}=…){' at ' + _literal(where) if where else ''}"
        return self._with(values, place, "@pytest.mark.journey({name}={value!r})")

    def chosen(self, values: Any, *, where: str) -> Options:
        """Return these options as changed by ``journey_options`` of a test case.

        Args:
            values: The value of ``journey_options``, by field name.
            where: The test, for the error's message.

        Raises:
            ConfigurationError: It is not a mapping, or a name or a value is invalid.
        """
        if not isinstance(values, Mapping):
            raise ConfigurationError(
                Explanation(
                    f"journey_options is {values!r}, which is not a dictionary of settings",
                    where=where,
                    instead='journey_options = {"driver": "http"}',
                )
            )
        place = f'journey_options["{{name}}"] of {_literal(where)}'
        return self._with(values, place, 'journey_options = {{"{name}": {value!r}}}')

    def _from_environ(self, environ: Mapping[str, str]) -> Options:
        names = {_environ_name(item.name): item.name for item in fields(self)}
        values = {names[key]: text for key, text in environ.items() if key in names and text.strip()}
        return self._with(values, "the environment variable {variable}", "{variable}={value}")

    def _with(self, values: Mapping[str, Any], place: str, example: str) -> Options:
        known = {item.name: item for item in fields(self)}
        changed: dict[str, Any] = {}
        for name, value in values.items():
            item = known.get(name)
            if item is None:
                raise _unknown(name, tuple(known), place, example)
            words = _words(item)
            changed[name] = read_value(
                item.name,
                str(item.type),
                value,
                least=item.metadata.get("least"),
                bare=item.metadata.get("bare"),
                place=place.format(**words, value=value),
                example=partial(example.format, **words),
            )
        return replace(self, **changed) if changed else self


def option_name(name: str) -> str:
    """Return a field's option on the command line: ``--journey-base-url``."""
    return "--journey-" + name.replace("_", "-")


def _literal(text: str) -> str:
    """Escape braces for ``str.format``: the name of a parametrized test may have some."""
    return text.replace("{", "{{").replace("}", "}}")


def _environ_name(name: str) -> str:
    return PREFIX + name.upper()


def _words(item: Field[Any]) -> dict[str, str]:
    return {
        "name": item.name,
        "variable": _environ_name(item.name),
        "option": option_name(item.name),
    }


def _unknown(name: str, known: tuple[str, ...], place: str, example: str) -> ConfigurationError:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    words = {"name": name, "variable": _environ_name(name), "option": option_name(name)}
    best = near[0] if near else known[0]
    right = {"name": best, "variable": _environ_name(best), "option": option_name(best)}
    return ConfigurationError(
        Explanation(
            f"there is no setting {name!r}",
            where=place.format(**words, value=""),
            nearest=tuple(near) or known,
            instead=example.format(**right, value="…") if near else "one of these names",
        )
    )


def _configured_settings() -> Any:
    """Return ``settings.JOURNEY``, whatever its type, if Django's settings are configured."""
    conf = sys.modules.get("django.conf")
    with suppress(Exception):  # the project's settings object may raise anything
        if conf is not None and conf.settings.configured:
            return getattr(conf.settings, "JOURNEY", None) or {}
    return None


def _project_settings() -> Mapping[str, Any]:
    """Return ``settings.JOURNEY`` if there are settings, without loading Django for it."""
    module = os.environ.get("DJANGO_SETTINGS_MODULE")
    if "django.conf" not in sys.modules and not module:
        return {}
    from django.conf import settings

    if not settings.configured and not module:
        return {}
    try:
        journey = getattr(settings, "JOURNEY", None) or {}
    except ImportError as error:
        raise ConfigurationError(
            Explanation(
                f"Django's settings can't be imported: {error}",
                where=f"the settings module {module!r}",
                instead="a module that can be imported in DJANGO_SETTINGS_MODULE",
            )
        ) from error
    return _checked_mapping(journey)


def _checked_mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise ConfigurationError(
        Explanation(
            f"the setting JOURNEY is {value!r}, which is not a dictionary of settings",
            where="the project's settings",
            instead='JOURNEY = {"driver": "inprocess"}',
        )
    )
