"""The errors of django-journey.

The family::

    JourneyError                      the base class
    ├── ConfigurationError            an invalid setting, option or mark
    ├── MissingExtra                  an optional library that is not installed; names the install command
    ├── StoryError                    a verb of a story that can't be carried out (no page yet, unknown URL name)
    ├── Error                         Playwright's ``Error``: an invalid call of a page, a locator or a request
    │   ├── TimeoutError              no element was found in time; without a browser, at once
    │   ├── StrictModeError           several elements were found instead of one
    │   ├── TooManyRedirects          a redirect chain that is too long
    │   └── NeedsBrowser              a call that only a real browser can carry out; names the reason
    └── WorldError                    the world around the site: mail, tasks, services, files, clock, network
        ├── NetworkBlocked            a connection to another machine that is not declared
        └── SharedDatabaseError       an operation that the shared transaction of a story can't do

``ExpectationError`` is not one of them: it is an ``AssertionError``, as Playwright's ``expect`` raises.

Each message has four parts: what was sought, where, what comes nearest, and what to write instead.
The attribute ``explanation`` has them separately, for the report.
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

# Control characters except tab and newline, bidirectional and line-separating ones, and lone surrogates.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return a text with control and bidirectional characters written as escapes.

    A terminal would carry them out, and show another text than there is (CVE-2021-42574).
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
        where: The page, URL, step or setting.
        nearest: The nearest candidates, best first, one line each.
        instead: What to write instead, or what to do.
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
    """An exception with the four parts of its message; ``text``, if given, is shown instead of them."""

    def __init__(self, message: str | Explanation, text: str = "") -> None:
        self.explanation = message if isinstance(message, Explanation) else Explanation(message)
        super().__init__(visible(text or str(message)))

    @property
    def message(self) -> str:
        """The whole message, as Playwright's errors have it."""
        return str(self.args[0])


class JourneyError(_Explained):
    """The base class of all errors of this library, except ``ExpectationError``."""


class ConfigurationError(JourneyError):
    """A setting, an option or a mark is invalid."""


class MissingExtra(JourneyError, ImportError):
    """An optional library is not installed.

    Args:
        what: What needs the library, e.g. ``"the browser driver"``.
        extra: The extra of django-journey that installs it, e.g. ``"browser"``.
        library: The library's name.
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
    """A call of a page, a locator or an API request is invalid; named as in Playwright."""

    @property
    def name(self) -> str:
        """The name of the error's class, as Playwright's errors have it."""
        return type(self).__name__


class TimeoutError(Error):  # noqa: A001 - Playwright's own name
    """No element was found in time, or at once without a browser; named as in Playwright."""


class StrictModeError(Error):
    """Several elements were found instead of one: Playwright's strict mode violation."""


class TooManyRedirects(Error):
    """A redirect chain is longer than the limit."""


class NeedsBrowser(Error):
    """Only a real browser can carry out this call.

    Args:
        call: The call, as it was written, e.g. ``"page.evaluate()"``.
        reason: Why it needs a browser.
        where: The page or element.
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
    """An error of the world around the site: mail, tasks, services, files, clock."""


class NetworkBlocked(WorldError, OSError):
    """A connection to another machine belongs to no declared service."""


class SharedDatabaseError(WorldError):
    """The transaction that all threads of a story share can't do this; the message names an alternative."""


class ExpectationError(_Explained, AssertionError):
    """An expectation failed; an ``AssertionError``, as Playwright's ``expect`` raises."""
