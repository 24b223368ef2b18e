"""Launches a browser: Playwright's own or one of the system's; the error without one has the command to install it."""

from __future__ import annotations

import shutil
from typing import Any

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["launch"]

# The headless shell is about twice as fast as the full browser; it can't show a window.
_SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")

# Without the sandbox, which root can't use in a container; without pop-ups and the browser's own network traffic.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(
    playwright: Any,
    kind: str,
    *,
    headed: bool,
    slowmo: float = 0,
    path: str = "",
    reach: tuple[str, ...] | None = None,
) -> Any:
    """Launch a browser.

    Args:
        playwright: A started Playwright.
        kind: ``chromium``, ``firefox`` or ``webkit``.
        headed: Show its window.
        slowmo: Milliseconds to wait after each action.
        path: The program to launch, instead of searching for one.
        reach: The hosts that Chromium may look up besides loopback; ``None`` for every host.

    Returns:
        Playwright's ``Browser``.

    Raises:
        ConfigurationError: No browser was found; the error has the command that installs one. Or there is no screen
            for its window.
    """
    browser_type = getattr(playwright, kind)
    settings: dict[str, Any] = {"headless": not headed, "slow_mo": slowmo or None}
    if kind == "chromium":
        settings["args"] = [*_ARGUMENTS, *_only(reach)]
    if path:
        return _launched(browser_type, executable_path=path, **settings)
    try:
        return _launched(browser_type, **settings)
    except Exception as error:
        # Playwright has no error class of its own for this.
        if "Executable doesn't exist" not in str(error):
            raise
    found = _on_the_path(headed=headed) if kind == "chromium" else None
    if found is not None:
        return _launched(browser_type, executable_path=found, **settings)
    raise ConfigurationError(
        Explanation(
            f"no {kind} was found to drive",
            where="Playwright's own browsers" + (", and the PATH" if kind == "chromium" else ""),
            nearest=_looked_for(headed=headed) if kind == "chromium" else (),
            instead=f"python -m playwright install --with-deps {kind}\n"
            "on Debian also: apt-get install chromium-headless-shell chromium\n"
            'or name the program: --journey-browser-path=…, JOURNEY = {"browser_path": "…"}',
        )
    )


def _launched(browser_type: Any, **settings: Any) -> Any:
    try:
        return browser_type.launch(**settings)
    except Exception as error:
        if settings["headless"] or "XServer" not in str(error):  # Playwright's message about a missing screen
            raise
        raise ConfigurationError(
            Explanation(
                "a browser with a window was asked for, and there is no screen to show it on",
                where="--headed",
                instead="leave --headed out; or use a screen in memory: xvfb-run -a pytest --headed …",
            )
        ) from error


def _only(reach: tuple[str, ...] | None) -> list[str]:
    """Let Chromium resolve loopback and these hosts only, as the network guard does for this process."""
    if reach is None:
        return []
    known = ("localhost", "127.0.0.1", "[::1]", *reach)
    return ["--host-resolver-rules=" + ", ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in known)])]


def _looked_for(*, headed: bool) -> tuple[str, ...]:
    return _BROWSERS if headed else (*_SHELLS, *_BROWSERS)


def _on_the_path(*, headed: bool) -> str | None:
    for name in _looked_for(headed=headed):
        found = shutil.which(name)
        if found is not None:
            return found
    return None
