"""Asks the sites outside to which the documents link whether they still have the pages: ``python docs/check_links.py``.

It is no test: other sites fail for reasons of their own.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
_LINK = re.compile(r"\]\((https?://[^)\s]+)\)|<(https?://[^>\s]+)>")


def outside_links() -> dict[str, list[str]]:
    """Return the addresses of other sites, each with the documents that link to it."""
    found: dict[str, list[str]] = {}
    for path in [*ROOT.glob("*.md"), *sorted(ROOT.glob("docs/**/*.md"))]:
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in _LINK.finditer(text):
            found.setdefault(link[1] or link[2], []).append(str(path.relative_to(ROOT)))
    return found


def main() -> int:
    """Ask for each page, and return the exit code: 1 where one is gone."""
    import httpx

    gone = 0
    with httpx.Client(follow_redirects=True, timeout=20) as client:
        for address, pages in outside_links().items():
            try:
                problem = "" if (status := client.get(address).status_code) < 400 else f"status {status}"
            except httpx.HTTPError as error:
                problem = f"{type(error).__name__}: {error}"
            if problem:
                gone += 1
                sys.stdout.write(f"{address}  {problem}  ({', '.join(pages)})\n")
    return bool(gone)


if __name__ == "__main__":
    raise SystemExit(main())
