"""Reports whether a browser can be launched here: ``python -m django_journey._drivers.browser.installed``."""

from __future__ import annotations

import sys

from django_journey._drivers.browser.session import BrowserSession, Launch
from django_journey.errors import JourneyError

__all__ = ["main"]


def main() -> int:
    """Launch a browser and close it; the exit status is 1 where that fails, and the reason is printed."""
    try:
        session = BrowserSession(Launch())
    except JourneyError as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    sys.stdout.write(
        f"A browser can be launched: {session.browser.browser_type.name} {session.browser.version}\n"
    )
    session.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
