"""Small random pages of CSS against Chromium: is each element seen as there, and does it say the same?

Every page is written into one frame and asked at once, so that thousands of pages cost one browser and no page load.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from django_journey._dom.rendering.text import inner_text
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select
from django_journey.errors import NeedsBrowser
from tests.conformance.elements import Oracle, oracle

__all__ = ["ours", "pages", "run", "smallest"]

_BATCH = 40
_ASK = """(root, pages) => {
  const u = window.__injectedScript.utils;
  const frame = root.ownerDocument.createElement('iframe');
  frame.style.cssText = 'width:1280px;height:720px;border:0';
  root.ownerDocument.body.append(frame);
  const seen = pages.map(markup => {
    const inside = frame.contentDocument;
    inside.open(); inside.write(markup); inside.close();
    return [...inside.querySelectorAll('*')].map(e => [e.localName, u.isElementVisible(e), e.innerText ?? null]);
  });
  frame.remove();
  return seen;
}"""

_STYLES_WORDS = """display:block|display:inline|display:inline-block|display:flow-root|display:flex|display:inline-flex|
display:grid|display:inline-grid|display:table|display:table-row|display:table-cell|display:list-item|display:contents|
display:none|float:left|float:right|clear:both|clear:left|position:relative|position:absolute|position:fixed|
position:absolute;inset:0|position:absolute;left:0;right:0|position:sticky;top:0|width:0|width:20px|width:50%|width:100%|
height:0|height:10px|height:50%|height:100%|min-width:0|min-width:10px|min-height:5px|min-height:50%|max-width:0|
max-width:50%|max-height:0|max-height:50%|padding:0|padding:3px|padding-left:2px|margin:0|margin:4px|margin:-4px|border:0|
border:1px solid|box-sizing:border-box|overflow:hidden|overflow:auto|overflow:clip|flex:1|flex:none|flex-wrap:wrap|
flex-direction:column|align-items:center|align-self:start|justify-items:start|grid-template-columns:1fr 1fr|
grid-column:2|order:1|gap:3px|visibility:hidden|visibility:visible|visibility:collapse|opacity:0|transform:scale(0)|
transform:rotate(9deg)|clip:rect(0,0,0,0)|clip-path:inset(50%)|content-visibility:hidden|
contain:size|contain:layout|aspect-ratio:1|white-space:pre|white-space:nowrap|white-space:pre-line|font-size:0|
line-height:0|text-indent:9px|text-transform:uppercase|list-style:none|columns:2|column-width:9em|vertical-align:top|
border-collapse:collapse|border-spacing:0|table-layout:fixed|zoom:2|inset:auto|all:unset"""
_STYLES = [each for each in _STYLES_WORDS.replace("\n", "").split("|") if each]
_GENERATED = (
    'content:""',
    'content:"g"',
    'content:" "',
    "content:none",
    'content:"";display:block',
    'content:"";display:table;clear:both',
    'content:"";display:inline-block;width:3px;height:3px',
    'content:"";position:absolute;width:3px;height:3px',
)
_AROUND = (
    "{}",
    "{}",
    "{}",
    "@media (min-width:600px){{{}}}",
    "@media print{{{}}}",
    "@media (max-width:600px){{{}}}",
    "@supports (display:grid){{{}}}",
    "@supports not (display:grid){{{}}}",
    "@layer a{{{}}}",
    "@layer b{{{}}}",
)
_SELECTORS = (
    *(".{}", ".{}", ".{}", ".{} > *", ".{} + *", ".{} ~ *", ".{}:has(.b)", ".{}:empty"),
    *(".{}:first-child", ".{}:not(.a)", ":is(.{}, .a)", ".{}:where(:last-child)"),
)
_BLOCKS = ("div", "div", "div", "div", "p", "section", "article", "ul", "ol", "h2", "form", "fieldset")
_BLOCKS += ("figure", "table", "details", "dialog", "blockquote", "hr", "pre")
_INLINES = ("span", "span", "a", "b", "em", "label", "button", "input", "img", "br", "select", "small")
# What may be taken out of a page: a declaration, an attribute, a text, a rule.
_PIECE = re.compile(
    r"""(?<=[";{])[a-z-]+:[^;"{}]+;?|\ (?:class|style|open|hidden|popover)(?:="[^"]*")?|(?<=>)[^<{]+"""
    r"""|@[^{}]*\{[^{}]*\{[^{}]*\}\}|(?<=[>}])[^{}@<]*\{[^{}]*\}"""
)
_VOID = frozenset({"hr", "input", "img", "br"})
_TEXTS = ("", "", "", "x", "x", "two words", " x ")


def pages(count: int, *, seed: int = 1) -> Iterator[str]:
    """Yield pages, the same for the same seed."""
    for number in range(count):
        yield _Maker(random.Random(f"{seed}.{number}")).page()


class _Maker:
    """Makes one page.

    Args:
        chance: Where its choices come from.
    """

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def page(self) -> str:
        rules = "".join(self.rule() for _ in range(self.chance.randint(0, 3)))
        body = "".join(self.element(3) for _ in range(self.chance.randint(1, 3)))
        return f"<!doctype html><style>{rules}</style>{body}"

    def style(self, most: int = 3) -> str:
        return ";".join(self.chance.sample(_STYLES, self.chance.randint(1, most)))

    def rule(self) -> str:
        choose = self.chance.choice
        selector = choose(_SELECTORS).format(choose("abcd"))
        if self.chance.random() < 0.3:
            body = f"{selector}::{choose(('before', 'after'))}{{{choose(_GENERATED)}}}"
        else:
            body = f"{selector}{{{self.style()}}}"
        return choose(_AROUND).format(body)

    def element(self, depth: int) -> str:
        chance = self.chance
        tag = chance.choice(_BLOCKS if depth > 1 and chance.random() < 0.7 else (*_BLOCKS[:6], *_INLINES))
        opening = tag + self.attributes(tag)
        if tag in _VOID:
            return f"<{opening}>"
        return f"<{opening}>{self.inside(tag, depth)}</{tag}>"

    def attributes(self, tag: str) -> str:
        chance = self.chance
        if tag == "br":
            return ""
        found = f" class={chance.choice('abcd')}" if chance.random() < 0.5 else ""
        if chance.random() < 0.6:
            found += f' style="{self.style(2)}"'
        if tag in ("details", "dialog") and chance.random() < 0.6:
            found += " open"
        return found + chance.choice(("",) * 18 + (" hidden", " popover"))

    def inside(self, tag: str, depth: int) -> str:
        chance = self.chance
        if tag == "table":
            rows = [self.cells(depth) for _ in range(chance.randint(0, 2))]
            return "".join(f"<tr{self.attributes('tr')}>{cells}</tr>" for cells in rows)
        if tag == "select":
            return chance.choice(("", "<option>o</option>"))
        parts = [self.element(depth - 1) for _ in range(chance.choice((0, 1, 1, 2, 3)) if depth else 0)]
        if tag in ("ul", "ol"):
            parts = [f"<li{self.attributes('li')}>{part}</li>" for part in parts]
        elif tag in ("p", "span", "a", "b", "em", "label", "button", "small", "h2"):
            parts = [self.phrase() for _ in parts]
        elif tag == "details" and chance.random() < 0.7:
            parts.insert(0, "<summary>s</summary>")
        return chance.choice(_TEXTS) + chance.choice(("", " ")).join(parts) + chance.choice(("", "", " y"))

    def phrase(self) -> str:
        tag = self.chance.choice(_INLINES)
        opening = f"<{tag}{self.attributes(tag)}>"
        return (
            opening
            if tag in _VOID
            else f"{opening}{self.inside('select' if tag == 'select' else tag, 0)}</{tag}>"
        )

    def cells(self, depth: int) -> str:
        return "".join(
            f"<td{self.attributes('td')}>{self.cell(depth)}</td>" for _ in range(self.chance.randint(0, 2))
        )

    def cell(self, depth: int) -> str:
        if depth > 1 and self.chance.random() < 0.5:
            return self.element(depth - 1)
        return self.chance.choice(_TEXTS)


def chromium(asked: Oracle, markups: list[str]) -> list[list[list[Any]]]:
    """Return of each page the tag, visibility and inner text of every element in Chromium."""
    root = asked.page.query_selector("html")
    return list(root.evaluate(_ASK, markups))


def ours(markup: str) -> list[list[Any]]:
    """Return what ``chromium`` returns of a page; a ``NeedsBrowser`` stands where one was raised."""
    doc = Document(markup)

    def answer(question: Callable[[Document, Any], Any], el: Any) -> Any:
        try:
            return question(doc, el)
        except NeedsBrowser:
            return NeedsBrowser

    return [[el.tag, answer(is_visible, el), answer(inner_text, el)] for el in select(doc, "*")]


def differing(theirs: list[list[Any]], mine: list[list[Any]]) -> list[tuple[int, str, Any, Any]]:
    """Return index, aspect, Chromium's and our answer wherever these differ and we did answer."""
    if [row[0] for row in theirs] != [row[0] for row in mine]:
        return [(0, "tree", [row[0] for row in theirs], [row[0] for row in mine])]
    return [
        (index, aspect, their[at], my[at])
        for index, (their, my) in enumerate(zip(theirs, mine, strict=True))
        for at, aspect in ((1, "visibility"), (2, "inner_text"))
        if my[at] is not NeedsBrowser and their[at] != my[at]
    ]


def smallest(asked: Oracle, markup: str, aspect: str) -> str:
    """Take elements, declarations, attributes and texts out of a page as long as it still shows a difference.

    Args:
        asked: The oracle.
        markup: A page that shows one.
        aspect: ``"visibility"``, ``"inner_text"`` or ``"tree"``.
    """
    while True:
        shorter = sorted({each for each in _shorter(markup) if len(each) < len(markup)}, key=len)
        for start in range(0, len(shorter), _BATCH):
            batch = shorter[start : start + _BATCH]
            found = next(
                (
                    each
                    for each, theirs in zip(batch, chromium(asked, batch), strict=True)
                    if any(one[1] == aspect for one in differing(theirs, ours(each)))
                ),
                None,
            )
            if found is not None:
                markup = found
                break
        else:
            return markup


def _shorter(markup: str) -> Iterator[str]:
    """Yield the page without one element, with one unwrapped, and without one piece of style or text."""
    for at in range(len(Document(markup).tree.select("body *"))):
        for act in ("decompose", "unwrap"):
            doc = Document(markup)
            getattr(doc.tree.select("body *")[at], act)()
            yield _written(doc)
    for found in _PIECE.finditer(markup):
        yield markup[: found.start()] + markup[found.end() :]


def _written(doc: Document) -> str:
    head, body = (doc.tree.select_one(each) for each in ("head", "body"))
    return f"<!doctype html>{head.inner_html}{body.inner_html}"


def run(count: int, *, seed: int = 1, shrink: int = 0) -> dict[str, Any]:
    """Compare random pages.

    Args:
        count: How many.
        seed: Which ones.
        shrink: For how many that differ to look for a small page.

    Returns:
        ``pages``, ``differing`` (pages) and ``refused`` (answers that need a browser) as counts; ``visibility`` and
        ``inner_text`` as ``[agreeing, total]`` of those that were answered; ``differences``, a list of dictionaries.
    """
    found: dict[str, Any] = {
        "pages": 0,
        "differing": 0,
        "refused": 0,
        "visibility": [0, 0],
        "inner_text": [0, 0],
    }
    found["differences"] = []
    todo = list(pages(count, seed=seed))
    with oracle() as asked:
        for start in range(0, count, _BATCH):
            batch = todo[start : start + _BATCH]
            for markup, theirs in zip(batch, chromium(asked, batch), strict=True):
                mine = ours(markup)
                differences = differing(theirs, mine)
                found["pages"] += 1
                found["differing"] += bool(differences)
                for at, aspect in ((1, "visibility"), (2, "inner_text")):
                    refused = sum(row[at] is NeedsBrowser for row in mine)
                    differ = sum(each[1] in (aspect, "tree") for each in differences)
                    found["refused"] += refused
                    found[aspect][0] += len(mine) - refused - differ
                    found[aspect][1] += len(mine) - refused
                for index, aspect, chromiums, ourselves in differences[:1]:
                    small = smallest(asked, markup, aspect) if len(found["differences"]) < shrink else ""
                    found["differences"].append(
                        {
                            "page": f"{seed}.{found['pages'] - 1}",
                            "aspect": aspect,
                            "index": index,
                            "chromium": chromiums,
                            "ours": ourselves,
                            "smallest": small,
                        }
                    )
    return found
