"""The published figures: ``figures.json`` keeps what was measured, and the documents are written from it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.conformance.parts import PARTS

__all__ = ["DOCUMENTS", "STORE", "figures_of", "filled", "write"]

_HERE = Path(__file__).parent
#: The published figures.
STORE = _HERE / "figures.json"
#: The documents that have them, between ``<!-- figures -->`` and ``<!-- end of figures -->``.
DOCUMENTS = (_HERE / "README.md", _HERE.parents[1] / "README.md")
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def figures_of(name: str, details: dict[str, Any]) -> dict[str, Any]:
    """Return the figures among what a part measured."""
    found = {key: details[key] for key in PARTS[name].figures}
    return {key: len(value) if _is_listing(value) else value for key, value in found.items()}


def write(figures: dict[str, dict[str, Any]]) -> None:
    """Keep the figures of these parts, and write all that are kept into the documents.

    Args:
        figures: The figures of each part that was measured in full.
    """
    stored = json.loads(STORE.read_text("utf-8")) if STORE.exists() else {}
    measured = f"{datetime.now(UTC):%Y-%m-%d}, Playwright {version('playwright')}"
    stored |= {name: {"measured": measured, "figures": found} for name, found in figures.items()}
    stored = {name: stored[name] for name in PARTS if name in stored}
    STORE.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    for document in DOCUMENTS:
        document.write_text(filled(document.read_text("utf-8"), stored), "utf-8")


def filled(text: str, stored: dict[str, Any]) -> str:
    """Return a document with the stored figures in its block.

    Raises:
        ValueError: The document has no block for them.
    """
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the document has no {_BEGIN.strip()} … {_END.strip()}")
    rows = "".join(
        f"| `{name}`: {PARTS[name].title} | {PARTS[name].words.format(**part['figures'])} | {part['measured']} |\n"
        for name, part in stored.items()
    )
    return f"{before}{begin}| part | figures | measured |\n| --- | --- | --- |\n{rows}{end}{after}"


def _is_listing(value: Any) -> bool:
    """Return whether this lists what was found (a pair of numbers is how many agree, and of how many)."""
    return isinstance(value, list) and not (len(value) == 2 and all(isinstance(one, int) for one in value))
