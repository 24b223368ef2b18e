"""Small odd pages with what Chromium shows of them, so that the rules can be tested where there is no browser.

``python -m tests.conformance.recorded FILE`` adds the pages of a file, parted by lines of three hyphens, on which
Chromium and ours agree; those on which they differ are printed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django_journey._dom.rendering.text import inner_text
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select
from tests.conformance.elements import Case, Oracle, oracle
from tests.conformance.loopback import PICTURE, Asset

__all__ = ["RECORDS", "asset", "in_chromium", "ours", "recorded"]

RECORDS = Path(__file__).with_name("recorded.json")
_UNSEEN = ("html", "head", "meta", "link")


def recorded() -> list[dict[str, str]]:
    """Return the pages: ``markup``; ``seen``, a ``1`` for each visible element; and ``text``, the body's inner text."""
    return list(json.loads(RECORDS.read_text("utf-8")))


def ours(markup: str) -> dict[str, str]:
    """Return a page with what ours shows of it."""
    doc = Document(_whole(markup), url="http://testserver/page/")
    rows = [(el.tag, is_visible(doc, el)) for el in select(doc, "*")]
    return _record(markup, rows, inner_text(doc, doc.tree.select_one("body")))


def in_chromium(asked: Oracle, markup: str) -> dict[str, str]:
    """Return a page with what Chromium shows of it."""
    rows = asked.ask(Case("recorded", _whole(markup)))
    return _record(
        markup, [(row[0], row[4]) for row in rows], next(row[5] for row in rows if row[0] == "body")
    )


def asset(path: str) -> Asset | None:
    """Return a picture for each that a page asks for."""
    return Asset("image/png", PICTURE) if path.endswith(".png") else None


def _whole(markup: str) -> str:
    return markup if markup.lower().startswith(("<!doctype", "<html")) else f"<!doctype html>{markup}"


def _record(markup: str, rows: list[tuple[str, bool]], text: Any) -> dict[str, str]:
    seen = "".join("1" if visible else "0" for tag, visible in rows if tag not in _UNSEEN)
    return {"markup": markup, "seen": seen, "text": str(text)}


def main(path: str) -> None:
    """Add what agrees to the records, and print what does not."""
    kept = {each["markup"]: each for each in (recorded() if RECORDS.exists() else [])}
    with oracle(asset) as asked:
        for markup in Path(path).read_text("utf-8").split("\n---\n"):
            theirs, mine = in_chromium(asked, markup.strip()), ours(markup.strip())
            if theirs == mine:
                kept[theirs["markup"]] = theirs
            else:
                sys.stdout.write(f"{markup}\n  Chromium {theirs['seen']} {theirs['text']!r}\n")
                sys.stdout.write(f"  ours     {mine['seen']} {mine['text']!r}\n")
    RECORDS.write_text(json.dumps([*kept.values()], indent=0, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
