"""What queries find on many pages, here and in real Chromium: the same elements in the same order, or a difference.

The queries are made from what stands on each page, seeded: texts and parts of them, roles with names, labels,
attributes, CSS with Playwright's additions, chains, filters, and XPath.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django_journey._dom.aria.names import name_of
from django_journey._dom.aria.roles import role_of
from django_journey._dom.rendering.text import normalize, text_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select
from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._pages.page import BrowserContext
from django_journey.errors import Error
from tests.conformance.elements import Case

__all__ = ["run"]

#: A query: how it reads, and how it is made on a page, ours or Playwright's.
Query = tuple[str, Callable[[Any], Any]]

_NUMBER = """() => {
  window.__all = new Map([...document.querySelectorAll('*')].map((e, i) => [e, i]));
  return window.__all.size;
}"""
_STATES = (
    ":checked",
    ":disabled",
    ":enabled",
    ":empty",
    ":read-write",
    ":required",
    ":optional",
    ":link",
    ":root",
)
_PLACES = (":first-of-type", ":only-child", ":last-child", ":placeholder-shown")
#: What is left out of the pages: scripts do not run, and linked sheets are not served here.
_LEFT_OUT = re.compile(r"<script\b.*?</script>|<link\b[^>]*>|\bautofocus\b", re.DOTALL | re.IGNORECASE)


class _Nobody:
    name = "nobody"
    base_url = "http://testserver"

    def send(self, request: DriverRequest) -> DriverResponse:
        return DriverResponse(404)

    def close(self) -> None:
        """Nothing is held."""


def run(cases: Iterable[Case], *, seed: int = 1, elements: int = 20) -> dict[str, Any]:
    """Compare what queries find.

    Args:
        cases: The pages.
        seed: Of the choice of queries.
        elements: From how many elements of a page queries are made.

    Returns:
        ``pages`` and ``queries`` (counts), and ``differences``: page, query, Chromium's places and ours.

    Raises:
        RuntimeError: There is no Chromium.
    """
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        raise RuntimeError("no Chromium on the PATH; install chromium-headless-shell")
    chance = random.Random(seed)
    figures: dict[str, Any] = {"pages": 0, "queries": 0, "differences": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            theirs = browser.new_context(java_script_enabled=False).new_page()
            for case in cases:
                _compare(theirs, case, chance, elements, figures)
        finally:
            browser.close()
    return figures


def _compare(theirs: Any, case: Case, chance: random.Random, elements: int, figures: dict[str, Any]) -> None:
    # Ours reads noscript as a browser whose scripts run; theirs runs none.
    markup = _LEFT_OUT.sub("", case.markup).replace("noscript", "x-noscript")
    theirs.set_content(markup)
    ours = BrowserContext(_Nobody()).new_page()
    ours.set_content(markup)
    places = {el: place for place, el in enumerate(select(ours.document, "*"))}
    if theirs.evaluate(_NUMBER) != len(places):
        figures["differences"].append({"page": case.name, "query": "the tree itself"})
        return
    figures["pages"] += 1
    for written, made in _queries(ours.document, chance, elements):
        figures["queries"] += 1
        wanted = made(theirs).evaluate_all("els => els.map(e => window.__all.get(e))")
        try:
            found: Any = [places[el] for el in made(ours)._found()]
        except Error as error:
            found = str(error)
        if wanted != found:
            difference = {"page": case.name, "query": written, "chromium": wanted, "ours": found}
            figures["differences"].append(difference)


def _queries(doc: Document, chance: random.Random, elements: int) -> Iterator[Query]:
    every = select(doc, "*")
    for el in chance.sample(every, min(elements, len(every))):
        yield from _by_text(doc, el, chance)
        yield from _by_name(doc, el, chance)
        if getattr(el.parent, "tag", None):
            yield from _by_place(el, chance)
    for state in chance.sample(_STATES + _PLACES, 3):
        yield _selector(state)


def _selector(written: str) -> Query:
    return f"locator({written!r})", lambda page: page.locator(written)


def _by_text(doc: Document, el: Any, chance: random.Random) -> Iterator[Query]:
    whole = text_of(doc, el).normalized
    words = whole.split()
    if not words:
        return
    part = " ".join(words[: chance.randint(1, 4)])
    quoted = json.dumps(part)
    yield f"get_by_text({part!r})", lambda page: page.get_by_text(part.swapcase())
    yield f"get_by_text({whole!r}, exact=True)", lambda page: page.get_by_text(whole, exact=True)
    pattern = re.compile(re.escape(words[0]))
    yield f"get_by_text({pattern!r})", lambda page: page.get_by_text(pattern)
    yield f"{el.tag} filter {part!r}", lambda page: page.locator(el.tag).filter(has_text=part)
    yield f"{el.tag} filter not {part!r}", lambda page: page.locator(el.tag).filter(has_not_text=part)
    for written in (
        f"{el.tag}:has-text({quoted})",
        f":text({quoted})",
        f":text-is({quoted})",
        f"text={quoted}",
    ):
        yield _selector(written)


def _by_name(doc: Document, el: Any, chance: random.Random) -> Iterator[Query]:
    role, name = role_of(doc, el), normalize(name_of(doc, el))
    if role:
        yield f"get_by_role({role!r})", lambda page: page.get_by_role(role)
        if name:
            part = name[: chance.randint(1, len(name))]
            yield f"get_by_role({role!r}, name={part!r})", lambda page: page.get_by_role(role, name=part)
            yield (
                f"get_by_role({role!r}, exact {name!r})",
                lambda page: page.get_by_role(role, name=name, exact=True),
            )
    said = (name or text_of(doc, el).normalized)[:12]
    if said and el.tag in ("label", "input", "select", "textarea", "button"):
        yield f"get_by_label({said!r})", lambda page: page.get_by_label(said)
    for attribute, call in (("placeholder", "placeholder"), ("alt", "alt_text"), ("title", "title")):
        value = (el.attr(attribute) or "")[:8]
        if value:
            yield f"get_by_{call}({value!r})", lambda page, c=call, v=value: getattr(page, f"get_by_{c}")(v)


def _by_place(el: Any, chance: random.Random) -> Iterator[Query]:
    outer, tag = el.parent.tag, el.tag
    for written in (
        f"{outer} > {tag}:nth-child({chance.randint(1, 4)})",
        f"{outer}:has(> {tag})",
        f"{outer} >> {tag}:visible",
        f"{tag}:not({outer} *)",
        f"{outer} >> {outer} {tag}",
        f"{outer}:has({tag}:visible) >> nth={chance.randint(-1, 2)}",
        f"*css={outer} >> {tag}",
        f":is({outer},{tag}) ~ *",
        f"//{outer}/{tag}[{chance.randint(1, 3)}]",
    ):
        yield _selector(written)
    yield f"{outer} filter has {tag}", lambda page: page.locator(outer).filter(has=page.locator(tag))
    yield f"{outer} filter has not {tag}", lambda page: page.locator(outer).filter(has_not=page.locator(tag))
