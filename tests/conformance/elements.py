"""Roles, names, descriptions, texts and visibility of every element of many pages, against real Chromium.

The oracle is Playwright's own injected script, which it lets tests call when ``PWTEST_UNDER_TEST`` is set, and
the browser's ``innerText``. Pages are served from loopback with scripts forbidden by policy: ``noscript`` stays
hidden, as in a page whose scripts run, and nothing changes the page behind our back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django_journey._dom.aria.names import description_of, name_of
from django_journey._dom.aria.roles import role_of
from django_journey._dom.aria.snapshot import aria_snapshot
from django_journey._dom.rendering.text import element_text, inner_text
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select
from tests.conformance.loopback import Asset, serving

__all__ = ["ASPECTS", "Case", "Oracle", "compare", "oracle", "run", "smallest"]

#: What is compared, by the name of its key in ``run``'s result; ``outlines`` counts pages, the others elements.
ASPECTS = ("roles", "names", "descriptions", "visibility", "inner_text", "texts", "outlines")
_OF_ELEMENTS = ("roles", "names", "descriptions", "visibility", "inner_text", "texts")

_ASK = """root => {
  const injected = window.__injectedScript, u = injected.utils, texts = new Map();
  return [...document.querySelectorAll('*')].map(e => {
    const r = [e.localName, u.getAriaRole(e), u.getElementAccessibleNameText(e, false),
      u.getElementAccessibleDescription(e, false), u.isElementVisible(e),
      e.innerText === undefined ? null : e.innerText, u.elementText(texts, e).full];
    if (r[3] && r[3].text !== undefined) r[3] = r[3].text;
    return r;
  });
}"""


@dataclass(frozen=True)
class Case:
    """A page to compare.

    Args:
        name: What it is called in the report.
        markup: Its HTML.
        path: Its path on the site, which relative links are resolved against.
    """

    name: str
    markup: str
    path: str = "/page/"


@dataclass
class Difference:
    """One element that ours and Chromium's see differently."""

    page: str
    aspect: str
    index: int
    tag: str
    chromium: Any
    ours: Any
    smallest: str = field(default="", repr=False)


class Oracle:
    """A Chromium page that answers for one site.

    Args:
        page: A Playwright page.
        base: The loopback server's URL.
        site: The server's pages by path; a case is put there before it is opened.
        assets: Style sheets and pictures by path.
    """

    def __init__(
        self, page: Any, base: str, site: dict[str, Asset], assets: Callable[[str], Asset | None]
    ) -> None:
        self.page = page
        self.base = base
        self.site = site
        self.assets = assets

    def ask(self, case: Case) -> list[list[Any]]:
        """Return tag, role, name, description, visibility, inner text and text of every element."""
        self.site[case.path] = Asset("text/html; charset=utf-8", case.markup.encode())
        self.page.goto(self.base + case.path, wait_until="load")
        root = self.page.query_selector("html")
        return list(root.evaluate(_ASK))

    def outline(self) -> str:
        """Return the ARIA snapshot of the page that was asked for last."""
        return str(self.page.locator("body").aria_snapshot())

    def document(self, case: Case) -> Document:
        """Return our document of the same page, with the same style sheets."""
        doc = Document(case.markup, url=self.base + case.path)

        def load(url: str) -> str | None:
            asset = (
                self.assets(url.removeprefix(self.base).partition("?")[0])
                if url.startswith(self.base)
                else None
            )
            return asset.body.decode() if asset is not None else None

        doc.load_stylesheet = load
        return doc


def ours(doc: Document) -> list[list[Any]]:
    """Return of every element what ``Oracle.ask`` returns."""
    rows = []
    for el in select(doc, "*"):
        text = inner_text(doc, el) if hasattr(el.namespace, "name") and el.namespace.name == "HTML" else None
        name, description = name_of(doc, el), description_of(doc, el)
        rows.append(
            [el.tag, role_of(doc, el), name, description, is_visible(doc, el), text, element_text(el)]
        )
    return rows


def compare(asked: Oracle, case: Case) -> tuple[dict[str, list[int]], list[Difference]]:
    """Compare one page.

    Returns:
        For each aspect how many elements agree and how many there are; and the differences.
    """
    doc = asked.document(case)
    theirs, mine = asked.ask(case), ours(doc)
    counts = {aspect: [0, 0] for aspect in ASPECTS}
    if [row[0] for row in theirs] != [row[0] for row in mine]:
        whole = Difference(case.name, "tree", 0, "html", [row[0] for row in theirs], [row[0] for row in mine])
        return {aspect: [0, len(theirs)] for aspect in ASPECTS}, [whole]
    found: list[Difference] = []
    for index, (their, my) in enumerate(zip(theirs, mine, strict=True)):
        for aspect, chromium, us in zip(_OF_ELEMENTS, their[1:], my[1:], strict=True):
            counts[aspect][1] += 1
            if chromium == us:
                counts[aspect][0] += 1
            else:
                found.append(Difference(case.name, aspect, index, their[0], chromium, us))
    outlines = (asked.outline(), aria_snapshot(doc, doc.tree.select_one("body")))
    counts["outlines"] = [int(outlines[0] == outlines[1]), 1]
    if outlines[0] != outlines[1]:
        found.append(Difference(case.name, "outlines", 0, "body", *outlines))
    return counts, found


def smallest(asked: Oracle, case: Case, aspect: str, *, tries: int = 80) -> str:
    """Take elements out of a page as long as it still shows a difference of that aspect.

    Args:
        asked: The oracle.
        case: A page that shows one.
        aspect: One of ``ASPECTS``.
        tries: How many pages to open at most.

    Returns:
        The markup of the smallest page found.
    """
    markup, at = case.markup, 0
    while tries > 0 and at < len(Document(markup).tree.select("body *")):
        for shrink in (_without, _unwrapped):  # from the outside in, so that much goes at once
            shorter = shrink(markup, at)
            if shorter is None or len(shorter) >= len(markup):
                continue
            tries -= 1
            _, found = compare(asked, Case(case.name, shorter, case.path))
            if any(each.aspect == aspect for each in found):
                markup = shorter
                break
        else:
            at += 1
    return markup


def _without(markup: str, at: int) -> str | None:
    doc = Document(markup)
    inside = doc.tree.select("body *")
    if at >= len(inside):
        return None
    inside[at].decompose()
    return str(doc.tree.html)


def _unwrapped(markup: str, at: int) -> str | None:
    doc = Document(markup)
    inside = doc.tree.select("body *")
    if at >= len(inside):
        return None
    inside[at].unwrap()
    return str(doc.tree.html)


@contextmanager
def oracle(assets: Callable[[str], Asset | None] = lambda path: None) -> Iterator[Oracle]:
    """Open a Chromium and a loopback server, and close both.

    Args:
        assets: Gives a style sheet or picture by its path on the site, or nothing.

    Raises:
        playwright.sync_api.Error: There is no Chromium.
    """
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")  # else Playwright's own
    os.environ["PWTEST_UNDER_TEST"] = "1"
    site: dict[str, Asset] = {}
    try:
        with serving(lambda asked: site.get(asked) or assets(asked)) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            try:
                page = browser.new_page()
                page.set_default_timeout(15_000)
                yield Oracle(page, base, site, assets)
            finally:
                browser.close()
    finally:
        del os.environ["PWTEST_UNDER_TEST"]


def run(
    cases: Iterable[Case],
    *,
    assets: Callable[[str], Asset | None] = lambda path: None,
    shrink: int = 1,
) -> dict[str, Any]:
    """Compare many pages.

    Args:
        cases: The pages.
        assets: Gives a style sheet or picture by its path on the site, or nothing.
        shrink: For how many differences of each aspect to look for the smallest page that shows it.

    Returns:
        ``pages`` (a count); for each aspect ``[agreeing, total]``; and ``differences``, a list of
        dictionaries with page, aspect, tag, Chromium's and our value, and the smallest page where looked for.
    """
    totals = {aspect: [0, 0] for aspect in ASPECTS}
    found: list[Difference] = []
    pages = 0
    with oracle(assets) as asked:
        shrunk: dict[str, int] = {}
        for case in cases:
            pages += 1
            counts, differences = compare(asked, case)
            for aspect, (agreeing, total) in counts.items():
                totals[aspect][0] += agreeing
                totals[aspect][1] += total
            for aspect in {each.aspect for each in differences} & {*ASPECTS}:
                if shrunk.get(aspect, 0) < shrink:
                    shrunk[aspect] = shrunk.get(aspect, 0) + 1
                    first = next(each for each in differences if each.aspect == aspect)
                    first.smallest = smallest(asked, case, aspect)
            found += differences
    return {"pages": pages, **totals, "differences": [vars(each) for each in found]}
