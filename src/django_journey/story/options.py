"""Every setting of a run, in one frozen dataclass, and where each may be written.

A setting may stand in four places; a later one wins::

    JOURNEY = {"driver": "http"}                  the project's settings
    JOURNEY_DRIVER=http                           the environment
    --journey-driver=http                         the command line
    @pytest.mark.journey(driver="http")           the test (``journey_options`` in a ``JourneyTestCase``)

A name or a value that can't be used is a ``ConfigurationError`` that names the nearest right one. An unknown name in
the environment is not: it may be somebody else's (``slips`` lists those that are near to one of ours).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from django_journey.errors import ConfigurationError, Explanation
from django_journey.story.values import read_value

__all__ = [
    "DEFAULT_FOLDER",
    "DRIVERS",
    "INTERNAL",
    "OF_A_RUN",
    "Options",
    "slips",
]

#: Where the report goes when it is asked for without a folder.
DEFAULT_FOLDER = Path("journey-report")

#: What ``driver`` may be, ``all`` aside.
DRIVERS = ("inprocess", "http", "browser")

#: The settings of a whole run: all that tracing tests without a story needs.
OF_A_RUN = ("report", "trace", "secrets")

#: Environment names that this library sets for the processes that it starts; no settings.
INTERNAL = frozenset({"JOURNEY_RUN"})

_PREFIX = "JOURNEY_"


def _setting(default: Any, meaning: str, **facts: Any) -> Any:
    return field(default=default, metadata={"help": meaning, **facts})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Every setting of a run; each field's ``metadata["help"]`` says what it means.

    Times are milliseconds where Playwright has the same setting (``slowmo``, ``timeout``), else seconds.
    """

    driver: Literal["inprocess", "http", "browser", "all"] = _setting(
        "inprocess", "how pages are reached; `all` runs every story on every driver"
    )
    base_url: str = _setting("", "the origin of a deployed site to run the stories against")
    https: bool = _setting(
        False, "let the address of the site in this process be https://testserver, as production has it"
    )
    allow_remote_writes: bool = _setting(
        False, "let stories that change data run against a base URL that is not loopback"
    )

    writes: bool = _setting(
        True, "take a story for one that changes data, and so never run it against a deployed site unasked"
    )

    browser: Literal["chromium", "firefox", "webkit"] = _setting("chromium", "which browser to drive")
    browser_endpoint: str = _setting("", "the ws:// address of a Playwright server to use its browser")
    browser_path: str = _setting("", "the program to launch instead of the browser that is found")
    reuse_pages: bool = _setting(
        True, "lend a browser page in which a story left nothing behind, cleared, to the next one"
    )
    headed: bool = _setting(False, "show the browser's window")
    slowmo: float = _setting(0.0, "milliseconds to wait after each action in a browser", least=0)
    timeout: float = _setting(5000.0, "milliseconds that a browser waits for what may still come", least=0)
    screenshots: Literal["steps", "failures", "off"] = _setting(
        "steps", "when a browser takes a picture of its page"
    )
    video: bool = _setting(False, "keep a video of each browser page")
    browser_trace: bool = _setting(False, "keep Playwright's own trace of each browser context")

    report: Path | None = field(
        default=None,
        metadata={"help": "write the report into this folder", "bare": DEFAULT_FOLDER, "metavar": "DIR"},
    )
    trace: bool = _setting(False, "write the trace alone, without the report")
    full_trace: bool = _setting(False, "show this library's own frames in the tracebacks of failing stories")
    secrets: tuple[str, ...] = _setting(
        (), "more names of fields, headers and URL arguments whose values are never written"
    )

    scripts: Literal["ignore", "warn", "refuse"] = _setting(
        "ignore", "what a script means that acts when the page loads, or may listen to what is clicked"
    )
    test_id_attribute: str = _setting("data-testid", "the attribute that get_by_test_id looks at")
    max_redirects: int = _setting(20, "how many redirects are followed", least=0)
    raise_server_errors: bool = _setting(True, "raise a view's exception again in the test")
    locale: str = _setting("", "the language that actors prefer, e.g. de-CH; the site's own if empty")
    timezone: str = _setting("", "the time zone of the actors' browsers; the machine's own if empty")

    committed: bool = _setting(
        False, "commit for real, and clean the touched tables afterwards, instead of rolling back"
    )
    lock_timeout: float = _setting(
        10.0, "seconds to wait for the database connection that all threads of a test share", least=0
    )
    drain_timeout: float = _setting(
        10.0, "seconds to wait for requests that still run when a test ends", least=0
    )
    tasks: Literal["explicit", "immediate", "real"] = _setting(
        "explicit",
        "whether background tasks wait for journey.tasks.run(), run when they are enqueued, or go to the real queue",
    )
    task_adapters: tuple[str, ...] = _setting(
        (), "the dotted paths of adapters (classes) for task frameworks that are not known here"
    )
    task_timeout: float = _setting(
        60.0, "seconds that one background task may take; 0 for as long as it likes", least=0
    )
    server: Literal["wsgi", "asgi"] = _setting(
        "wsgi", "how the live server runs the site; asgi for async views, server-sent events and websockets"
    )
    outside: tuple[str, ...] = _setting(
        (), "the dotted paths of the outside services (classes) that every story has"
    )
    services: Literal["fake", "record", "replay"] = _setting(
        "fake", "how outside services answer, unless they are named in `live`"
    )
    live: tuple[str, ...] = _setting(
        (), "the outside services that are really called", bare=("all",), metavar="NAME"
    )
    network: Literal["guard", "open"] = _setting(
        "guard", "whether a connection that leaves the machine and that nobody declared fails"
    )
    allow_network: tuple[str, ...] = _setting((), "hosts, host:port or networks that may be reached")
    leftovers: Literal["ignore", "warn", "error"] = _setting(
        "warn", "what happens when a journey leaves files, threads, variables, settings or a language behind"
    )
    unread_mail: bool = _setting(False, "count mail that a story never looked at as left behind, too")
    seed: int | None = _setting(None, "the seed of made-up data; a new one for each run if empty")

    def __post_init__(self) -> None:
        """Check the base URL, to which paths are appended as it stands."""
        if not self.base_url:
            return
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ConfigurationError(
                Explanation(
                    f"{self.base_url!r} is no address of a site",
                    where="the setting base_url",
                    instead="--journey-base-url=https://staging.example.com",
                )
            )
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))

    @property
    def tracing(self) -> bool:
        """Whether a trace is written."""
        return self.trace or self.report is not None

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
        """Read the settings of this run from wherever they may stand.

        Args:
            settings: What ``settings.JOURNEY`` says; Django's own settings where none are given, if
                they are configured.
            environ: The environment; this process's own where none is given.
            command_line: Values of the command line by field name; ``None`` where nothing was said.

        Raises:
            ConfigurationError: A name or a value can't be used.
        """
        told = _project_settings() if settings is None else _checked_mapping(settings)
        loaded = cls()._with(told, 'the setting JOURNEY["{name}"]', 'JOURNEY = {{"{name}": {value!r}}}')
        loaded = loaded._from_environ(os.environ if environ is None else environ)
        said = {name: value for name, value in (command_line or {}).items() if value is not None}
        return loaded._with(said, "the option {option}", "{option}={value}")

    @classmethod
    def for_tracing(cls, *, command_line: Mapping[str, Any] | None = None) -> Options:
        """Read what tracing needs, and nothing else: other names that look like ours may be the project's.

        Django's settings are not loaded for it.

        Args:
            command_line: Values of the command line by field name.

        Raises:
            ConfigurationError: A value for tracing can't be used.
        """
        told = _configured_settings()
        names = {_environ_name(name) for name in OF_A_RUN}
        return cls.load(
            settings={name: told[name] for name in OF_A_RUN if name in told}
            if isinstance(told, Mapping)
            else {},
            environ={key: text for key, text in os.environ.items() if key in names},
            command_line=command_line,
        )

    def marked(self, values: Mapping[str, Any], *, where: str = "") -> Options:
        """Return these options as one test wants them.

        Args:
            values: What the mark (or ``journey_options``) says, by field name.
            where: The test, for the error's message.

        Raises:
            ConfigurationError: A name or a value can't be used.
        """
        place = f"@pytest.mark.journey({{name}}=…){' at ' + _literal(where) if where else ''}"
        return self._with(values, place, "@pytest.mark.journey({name}={value!r})")

    def chosen(self, values: Any, *, where: str) -> Options:
        """Return these options as a unittest story wants them.

        Args:
            values: What ``journey_options`` says, by field name.
            where: The test, for the error's message.

        Raises:
            ConfigurationError: It is no mapping, or a name or a value can't be used.
        """
        if not isinstance(values, Mapping):
            raise ConfigurationError(
                Explanation(
                    f"journey_options is {values!r}, which is no dictionary of settings",
                    where=where,
                    instead='journey_options = {"driver": "http"}',
                )
            )
        place = f'journey_options["{{name}}"] of {_literal(where)}'
        return self._with(values, place, 'journey_options = {{"{name}": {value!r}}}')

    def _from_environ(self, environ: Mapping[str, str]) -> Options:
        names = {_environ_name(item.name): item.name for item in fields(self)}
        said = {names[key]: text for key, text in environ.items() if key in names and text.strip()}
        return self._with(said, "the environment variable {variable}", "{variable}={value}")

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
    """Return how a field is called on the command line: ``--journey-base-url``."""
    return "--journey-" + name.replace("_", "-")


def _literal(text: str) -> str:
    """Return a text for a template: the name of a parametrized test may hold braces."""
    return text.replace("{", "{{").replace("}", "}}")


def _environ_name(name: str) -> str:
    return _PREFIX + name.upper()


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


def slips(environ: Mapping[str, str]) -> Iterator[Explanation]:
    """Explain each variable that is no setting but nearly named as one: a slip, or another program's.

    Args:
        environ: The environment.
    """
    words = [item.name.upper() for item in fields(Options)]
    for key, text in environ.items():
        word = key.removeprefix(_PREFIX)
        if key == word or key in INTERNAL or word in words:
            continue
        if near := [_PREFIX + name for name in get_close_matches(word, words, n=3, cutoff=0.75)]:
            yield Explanation(
                f"the environment variable {key} is no setting of django-journey, and is not read",
                nearest=tuple(near),
                instead=f"{near[0]}={text}, if it is meant for django-journey",
            )


def _configured_settings() -> Any:
    """Return ``settings.JOURNEY``, whatever it is, if Django's settings are configured."""
    conf = sys.modules.get("django.conf")
    with suppress(Exception):  # a project's own settings object may do anything
        if conf is not None and conf.settings.configured:
            return getattr(conf.settings, "JOURNEY", None) or {}
    return None


def _project_settings() -> Mapping[str, Any]:
    """Return ``settings.JOURNEY`` if the project's settings are there, without loading Django for it."""
    module = os.environ.get("DJANGO_SETTINGS_MODULE")
    if "django.conf" not in sys.modules and not module:
        return {}
    from django.conf import settings

    if not settings.configured and not module:
        return {}
    try:
        told = getattr(settings, "JOURNEY", None) or {}
    except ImportError as error:
        raise ConfigurationError(
            Explanation(
                f"Django's settings can't be imported: {error}",
                where=f"the settings module {module!r}",
                instead="a module that can be imported in DJANGO_SETTINGS_MODULE",
            )
        ) from error
    return _checked_mapping(told)


def _checked_mapping(told: Any) -> Mapping[str, Any]:
    if isinstance(told, Mapping) and all(isinstance(key, str) for key in told):
        return told
    raise ConfigurationError(
        Explanation(
            f"the setting JOURNEY is {told!r}, which is no dictionary of settings",
            where="the project's settings",
            instead='JOURNEY = {"driver": "inprocess"}',
        )
    )
