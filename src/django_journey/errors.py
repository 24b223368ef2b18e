"""Every error that django-journey raises, and what each one means.

The family::

    JourneyError                      anything that this library says is wrong
    ├── ConfigurationError            a setting, an option or a mark that can't be used as it is
    ├── MissingExtra                  an optional library is not installed; names the install command
    ├── StoryError                    a verb of a story that can't be carried out (no page yet, unknown URL name)
    ├── Error                         Playwright's ``Error``: what a page, a locator or a request refuses
    │   ├── TimeoutError              nothing fitted, and nothing that could make it fit will happen
    │   ├── StrictModeError           several elements fitted where one was meant
    │   ├── TooManyRedirects          a redirect chain without an end
    │   └── NeedsBrowser              only a real browser can do this; names the reason and the driver
    └── WorldError                    the world around the site: mail, tasks, services, files, clock, network
        ├── NetworkBlocked            a connection that nobody declared
        └── SharedDatabaseError       what one rolled-back transaction for all threads can't do

``ExpectationError`` stands beside the tree: it is an ``AssertionError``, as Playwright's ``expect`` raises.

Each message has four parts: what was sought, where, what came nearest, and what to write instead.
They are kept apart in ``explanation``, so that the report can show them one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = [
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
]

# Controls but tab and newline, what changes the direction of text or ends a line, and halves of surrogate pairs.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return a text in which control, bidi and escape characters are written as escapes.

    A terminal would obey them, and a reader would see another text than there is (CVE-2021-42574).
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(_escape, text.replace("\r\n", "\n"))


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The four parts of a message.

    Args:
        sought: What was looked for or attempted, in one line.
        where: The page, URL, step or setting that it was looked for in.
        nearest: What came closest, best first; one line each.
        instead: What to write instead, or how to go on.
    """

    sought: str
    where: str = ""
    nearest: tuple[str, ...] = field(default=())
    instead: str = ""

    def __str__(self) -> str:
        lines = [self.sought]
        if self.where:
            lines.append(f"  where:    {self.where}")
        for index, candidate in enumerate(self.nearest):
            lines.append(f"  {'nearest:' if index == 0 else '        '}  {candidate}")
        if self.instead:
            first, *rest = self.instead.splitlines()
            lines.append(f"  instead:  {first}")
            lines.extend(f"            {line}" for line in rest)
        return visible("\n".join(lines))


class _Explained(Exception):
    """Keeps the four parts beside the message; ``text`` is shown in their place where it is given."""

    def __init__(self, message: str | Explanation, text: str = "") -> None:
        self.explanation = message if isinstance(message, Explanation) else Explanation(message)
        super().__init__(visible(text or str(message)))

    @property
    def message(self) -> str:
        """The whole message, as Playwright's errors offer it."""
        return str(self.args[0])


class JourneyError(_Explained):
    """Anything that this library says is wrong."""


class ConfigurationError(JourneyError):
    """A setting, an option or a mark can't be used as it is."""


class MissingExtra(JourneyError, ImportError):
    """An optional library is not installed.

    Args:
        what: What needs it, e.g. ``"the browser driver"``.
        extra: The extra of django-journey that brings it, e.g. ``"browser"``.
        library: The name of the library that could not be imported.
    """

    def __init__(self, what: str, *, extra: str, library: str) -> None:
        self.extra = extra
        super().__init__(
            Explanation(
                f"{what} needs {library}, which is not installed",
                instead=f'python -m pip install "django-journey[{extra}]"',
            )
        )


class StoryError(JourneyError):
    """A verb of a story can't be carried out."""


class Error(JourneyError):
    """What a page, a locator or an API request refuses; named as in Playwright."""

    @property
    def name(self) -> str:
        """The name of the error's type, as Playwright's errors offer it."""
        return type(self).__name__


class TimeoutError(Error):  # noqa: A001 - Playwright's own name
    """Nothing fitted, and without a browser nothing will change by itself; named as in Playwright."""


class StrictModeError(Error):
    """Several elements fitted where one was meant (Playwright's strict mode violation)."""


class TooManyRedirects(Error):
    """A redirect chain went on beyond the limit."""


class NeedsBrowser(Error):
    """Only a real browser can do this.

    Args:
        call: The call that was refused, as it was written, e.g. ``"page.evaluate()"``.
        reason: Why it can't be done without a browser.
        where: The page or element concerned.
    """

    def __init__(self, call: str, reason: str, *, where: str = "") -> None:
        self.call = call
        self.reason = reason
        super().__init__(
            Explanation(
                f"{call} needs a browser: {reason}",
                where=where,
                instead="run this story with --journey-driver=browser,\n"
                'or pin it there: @pytest.mark.journey(driver="browser")',
            )
        )


class WorldError(JourneyError):
    """The world around the site (mail, tasks, services, files, clock) refuses something."""


class NetworkBlocked(WorldError, OSError):
    """A connection left the machine that no declared service explains."""


class SharedDatabaseError(WorldError):
    """One rolled-back transaction, shared by all threads of a story, can't do this; names the way out."""


class ExpectationError(_Explained, AssertionError):
    """An expectation does not hold; an ``AssertionError``, as Playwright's ``expect`` raises."""
