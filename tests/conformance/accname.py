"""Names and roles against the cases that other projects wrote for them: WPT's accname, axe-core's two lists.

The cases come with Playwright's source distribution and are read from there when they are run; none is kept in
this repository. WPT's cases carry the expected name in ``data-expectedlabel``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django_journey._dom.aria.names import name_of
from django_journey._dom.aria.roles import role_of
from django_journey._dom.tree.document import Document
from tests.conformance.elements import Case

__all__ = ["pages", "run", "run_axe"]

_ATTACHED = re.compile(
    r"getElementById\('(\w+)'\)\.attachShadow\(\{ mode: 'open' \}\)\.innerHTML = '([^']*)'"
)
_SHADOW = '<template shadowrootmode="open">'


def run(sdist: Path) -> dict[str, Any]:
    """Run WPT's accname cases.

    Args:
        sdist: The folder that Playwright's source distribution (1.65 or later) was unpacked into.

    Returns:
        ``passed`` and ``total`` counts, and ``failed``: for each failing case its file, test name, the
        expected name and ours.

    Raises:
        FileNotFoundError: The folder holds no such cases.
    """
    folder = sdist / "tests" / "assets" / "wpt" / "accname"
    pages = sorted(folder.rglob("*.html"))
    if not pages:
        raise FileNotFoundError(f"no WPT accname cases in {folder}")
    total = 0
    failed: list[dict[str, str]] = []
    for page in pages:
        doc = _document(page, sdist / "tests" / "assets" / "wpt")
        for el in doc.tree.select("[data-expectedlabel]"):
            total += 1
            expected = el.attr("data-expectedlabel") or ""
            got = name_of(doc, el)
            if got != expected:
                failed.append(
                    {
                        "page": str(page.relative_to(folder)),
                        "case": el.attr("data-testname") or "",
                        "expected": expected,
                        "got": got,
                    }
                )
    return {"passed": total - len(failed), "total": total, "failed": failed}


def pages(sdist: Path) -> Iterator[Case]:
    """Return the pages of all these cases, to be compared with Playwright's own answers.

    WPT's folders of roles and names in HTML, SVG and ARIA are not in the source distribution; they are taken from
    a checkout of the Web Platform Tests that ``WPT`` names, if it does.

    Args:
        sdist: As for ``run``.
    """
    folders = [sdist / "tests" / "assets" / "wpt" / "accname"]
    if checkout := os.environ.get("WPT"):
        folders += [Path(checkout, name) for name in ("html-aam", "wai-aria/role", "svg-aam")]
    for folder in folders:
        for page in sorted(folder.rglob("*.html")):
            yield Case(str(page.relative_to(folder.parent)), _declarative(page.read_text(encoding="utf-8")))
    axe = {case["html"] for _, case, *_ in _axe_cases(sdist)}
    for number, html in enumerate(sorted(axe)):
        yield Case(
            f"axe {number}", f"<!doctype html><body>{html.replace('<template shadow>', _SHADOW)}</body>"
        )


def _document(page: Path, root: Path) -> Document:
    url = f"http://wpt.test/{page.relative_to(root).as_posix()}"
    doc = Document(_declarative(page.read_text(encoding="utf-8")), url=url)

    def load(href: str) -> str | None:
        path = root / href.removeprefix("http://wpt.test/").partition("?")[0]
        return path.read_text(encoding="utf-8") if path.is_file() else None

    doc.load_stylesheet = load
    return doc


def _declarative(markup: str) -> str:
    """Write the shadow trees that a page's script attaches into the markup, since no script is run here."""
    for host, inner in _ATTACHED.findall(markup):
        start = re.compile(rf"<div id=\"{re.escape(host)}\">")
        markup = start.sub(lambda tag, inner=inner: f"{tag.group()}{_SHADOW}{inner}</template>", markup)
    return markup


def run_axe(sdist: Path) -> dict[str, Any]:
    """Run axe-core's lists of accessible texts and of implicit roles, under the same terms as ``run``.

    The lists are JavaScript; Playwright's own Node reads them.
    """
    failed: list[dict[str, Any]] = []
    total = 0
    for kind, case, doc, el, expected in _axe_cases(sdist):
        total += 1
        got = name_of(doc, el) if kind == "name" else role_of(doc, el)
        if got != expected:
            failed.append({"kind": kind, "html": case["html"], "expected": expected, "got": got})
    return {"passed": total - len(failed), "total": total, "failed": failed}


def _axe_cases(sdist: Path) -> Iterator[tuple[str, Any, Document, Any, Any]]:
    for kind, name, key in (
        ("name", "accessible-text.js", "accessibleText"),
        ("role", "implicit-role.js", "role"),
    ):
        for case in _read_module(sdist / "tests" / "assets" / "axe-core" / name):
            targets, expected = case["target"], case[key]
            if not isinstance(targets, list):
                targets, expected = [targets], [expected]
            html = case["html"].replace("<template shadow>", _SHADOW)
            doc = Document(f"<!doctype html><body>{html}</body>")
            for target, wanted in zip(targets, expected, strict=True):
                el = _first(doc.tree, target)
                if el is not None:
                    yield kind, case, doc, el, wanted


def _first(root: Any, selector: str) -> Any:
    """Find the first element that fits, also in shadow trees, as a locator does."""
    found = root.select_one(selector)
    if found is not None:
        return found
    inner = (_first(el.shadow_root, selector) for el in root.iter_elements() if el.shadow_root is not None)
    return next((el for el in inner if el is not None), None)


def _read_module(path: Path) -> list[dict[str, Any]]:
    from playwright._impl._driver import compute_driver_executable

    node = compute_driver_executable()[0]
    source = f"process.stdout.write(JSON.stringify(require({json.dumps(str(path))})))"
    done = subprocess.run([node, "-e", source], capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))
