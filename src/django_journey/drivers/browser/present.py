"""Says whether a browser can be driven here: ``python -m django_journey.drivers.browser.present``."""

from __future__ import annotations

import sys

from django_journey.drivers.browser.session import BrowserSession, Launch
from django_journey.errors import JourneyError

__all__ = ["main"]


def main() -> int:
    """Launch one and close it; the exit status is 1, with the reason, where that can't be done."""
    try:
        session = BrowserSession(Launch())
    except JourneyError as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    sys.stdout.write(f"A browser is here: {session.browser.browser_type.name} {session.browser.version}\n")
    session.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
