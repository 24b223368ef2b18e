"""Odd pages made from a seed: any element in any other, any attribute that roles, names or boxes depend on."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.conformance.elements import Case

__all__ = ["generated"]

_BLOCKS = [
    "div",
    "p",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "blockquote",
    "figure",
]
_BLOCKS += [
    "ul",
    "ol",
    "dl",
    "h1",
    "h2",
    "h3",
    "fieldset",
    "form",
    "details",
    "address",
    "pre",
    "hr",
    "dialog",
]
_INLINES = [
    "span",
    "a",
    "b",
    "em",
    "i",
    "code",
    "label",
    "strong",
    "mark",
    "small",
    "abbr",
    "time",
    "sub",
    "output",
]
_INLINES += ["button", "input", "select", "textarea", "img", "br", "meter", "progress", "svg", "ruby"]
_ROLES = [
    "button",
    "link",
    "none",
    "presentation",
    "heading",
    "listitem",
    "list",
    "img",
    "textbox",
    "combobox",
]
_ROLES += [
    "listbox",
    "option",
    "group",
    "region",
    "table",
    "row",
    "cell",
    "tab",
    "slider",
    "menu",
    "menuitem",
]
_ROLES += [
    "checkbox",
    "switch",
    "status",
    "note",
    "form",
    "article",
    "rubbish",
    "button link",
    "tooltip",
    "grid",
]
_TYPES = [
    "text",
    "checkbox",
    "radio",
    "submit",
    "reset",
    "button",
    "file",
    "image",
    "hidden",
    "number",
    "range",
]
_TYPES += ["search", "email", "date", "color", "password", "url", "tel", "bogus"]
_TEXT = "Save article draft published title author comment one two three é ü — 5 12,5 (new) & more"
_WORDS = _TEXT.split()
_STYLES = [
    "display:none",
    "display:block",
    "display:inline",
    "display:inline-block",
    "display:flex",
    "display:grid",
]
_STYLES += [
    "display:contents",
    "display:table",
    "visibility:hidden",
    "visibility:visible",
    "opacity:0",
    "float:left",
]
_STYLES += [
    "position:absolute",
    "width:0",
    "height:0",
    "width:10px;height:10px",
    "height:20px",
    "padding:3px",
]
_STYLES += [
    "border:1px solid",
    "overflow:hidden",
    "white-space:pre",
    "text-transform:uppercase",
    "min-height:5px",
]
_STYLES += [
    "position:absolute;width:1px;height:1px;overflow:hidden",
    "list-style:none",
    "flex:1",
    "max-height:0",
]
_SELECTORS = [
    ".a",
    ".b",
    ".c",
    "p > span",
    "li",
    "div + div",
    ":not(.a) > b",
    "[hidden]",
    "label",
    ".a .b",
    "#i3",
]
_SELECTORS += [
    "h2",
    "button",
    "dd",
    "a:hover",
    "input:checked",
    "details[open] p",
    ":is(.b, .c) i",
    "::before",
]
_SELECTORS += [
    ".a::before",
    ".b::after",
    "p:first-child",
    "li:nth-child(2)",
    "td",
    "ul",
    "section:empty",
    ".c:has(b)",
]
_CONTENTS = [
    "'x'",
    "' y '",
    "attr(title)",
    "'a' attr(class)",
    "url(x.png)",
    "'i' / 'alt'",
    "none",
    "''",
    "counter(c)",
]


def generated(count: int, *, seed: int = 1) -> Iterator[Case]:
    """Yield that many pages; the same seed gives the same pages."""
    for number in range(count):
        yield Case(f"generated-{seed}-{number}", _Page(random.Random(f"{seed}/{number}")).markup())


class _Page:
    """One page in the making."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.ids = 0

    def markup(self) -> str:
        body = "".join(self.block(0) for _ in range(self.rng.randint(4, 12)))
        doctype = "" if self.rng.random() < 0.05 else "<!doctype html>"
        return f"{doctype}<html lang=en><head><title>t</title>{self.sheet()}</head><body>{body}</body></html>"

    def sheet(self) -> str:
        rng = self.rng
        if rng.random() < 0.3:
            return ""
        rules = "".join(self.rule() for _ in range(rng.randint(1, 8)))
        if rng.random() < 0.3:
            asked = rng.choice(["print", "screen", "(min-width: 600px)", "(max-width:600px)"])
            rules += f"@media {asked}{{{self.rule()}}}"
        if rng.random() < 0.2:
            rules = f"@layer x{{{self.rule()}}}" + rules
        return f"<style>{rules}</style>"

    def rule(self) -> str:
        rng = self.rng
        style = rng.choice(_STYLES) + (" !important" if rng.random() < 0.1 else "")
        if rng.random() < 0.3:
            return f"{rng.choice(_SELECTORS[:4])}::{rng.choice(['before', 'after'])}{{content:{rng.choice(_CONTENTS)}}}"
        return f"{rng.choice(_SELECTORS)}{{{style}}}"

    def words(self) -> str:
        rng = self.rng
        text = " ".join(rng.choice(_WORDS) for _ in range(rng.randint(1, 3)))
        lead, tail = rng.choice(["", " ", "\n  "]), rng.choice(["", " ", "\n"])
        return f"{lead}{text.replace('&', '&amp;')}{tail}"

    def attributes(self, tag: str) -> str:
        rng = self.rng
        self.ids += 1
        out = [f'id="i{self.ids}"'] if rng.random() < 0.5 else []
        chances = {
            f'class="{rng.choice("abc")} {rng.choice("abc")}"': 0.4,
            f'role="{rng.choice(_ROLES)}"': 0.15,
            f'aria-label="{rng.choice(_WORDS[:8])}"': 0.08,
            f'aria-labelledby="i{rng.randint(1, 30)} i{rng.randint(1, 30)}"': 0.08,
            f'aria-describedby="i{rng.randint(1, 30)}"': 0.08,
            f'aria-owns="i{rng.randint(1, 30)}"': 0.02,
            f'title="{rng.choice(_WORDS[:8])}"': 0.08,
            f'aria-hidden="{rng.choice(["true", "false"])}"': 0.04,
            "hidden": 0.04,
            'hidden="until-found"': 0.01,
            f'style="{rng.choice(_STYLES)}"': 0.12,
            f'tabindex="{rng.choice(["0", "-1", "x"])}"': 0.05,
            "aria-live=polite": 0.03,
            "inert": 0.02,
            "popover": 0.01,
        }
        out += [text for text, chance in chances.items() if rng.random() < chance]
        out += self.own_attributes(tag)
        return (" " + " ".join(out)) if out else ""

    def own_attributes(self, tag: str) -> list[str]:
        rng = self.rng
        own = {
            "a": [f'href="/{rng.choice("xyz")}/"'],
            "img": [
                'alt=""',
                f'alt="{rng.choice(_WORDS[:5])}"',
                'src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"',
            ],
            "label": [f'for="i{rng.randint(1, 30)}"'],
            "details": ["open"],
            "dialog": ["open"],
            "select": ["multiple", "size=3"],
            "th": ["scope=row", "scope=col"],
            "fieldset": ["disabled"],
            "ol": ["start=3"],
        }.get(tag, [])
        chosen = [text for text in own if rng.random() < 0.5]
        if tag == "input":
            chosen.append(f'type="{rng.choice(_TYPES)}"')
            chosen += [
                x
                for x in (f'value="{rng.choice(_WORDS[:5])}"', 'placeholder="P"', "checked")
                if rng.random() < 0.4
            ]
            chosen += ['alt="A"'] if rng.random() < 0.2 else []
        if tag in ("meter", "progress"):
            chosen.append("value=0.5")
        return chosen

    def inline(self, depth: int) -> str:
        rng = self.rng
        if depth > 5 or rng.random() < 0.45:
            return self.words() if rng.random() < 0.9 else " "
        tag = rng.choice(_INLINES)
        start = f"<{tag}{self.attributes(tag)}>"
        if tag in ("input", "img", "br"):
            return start
        if tag == "select":
            options = "".join(f"<option>{self.words()}</option>" for _ in range(rng.randint(0, 3)))
            return f"{start}{options}</select>"
        if tag == "textarea":
            return f"{start}{self.words()}</textarea>"
        if tag == "svg":
            return f"{start}{rng.choice(['', '<title>Pic</title>'])}<rect width=3 height=3 /></svg>"
        if tag == "ruby":
            return f"{start}a<rt>b</rt></ruby>"
        inner = "".join(self.inline(depth + 1) for _ in range(rng.randint(0, 3)))
        return f"{start}{inner}</{tag}>"

    def block(self, depth: int) -> str:
        rng = self.rng
        if depth > 5 or rng.random() < 0.25:
            return self.inline(depth)
        if rng.random() < 0.08:
            return self.table(depth)
        tag = rng.choice(_BLOCKS)
        start = f"<{tag}{self.attributes(tag)}>"
        if tag == "hr":
            return start
        lead = ""
        if tag in ("ul", "ol"):
            items = "".join(
                f"<li{self.attributes('li')}>{self.block(depth + 1)}</li>" for _ in range(rng.randint(0, 3))
            )
            return f"{start}{items}</{tag}>"
        if tag == "dl":
            return f"{start}<dt>{self.inline(depth)}</dt><dd{self.attributes('dd')}>{self.inline(depth)}</dd></dl>"
        heads = {"fieldset": "legend", "details": "summary", "figure": "figcaption"}
        if tag in heads and rng.random() < 0.7:
            lead = f"<{heads[tag]}{self.attributes('x')}>{self.inline(depth + 1)}</{heads[tag]}>"
        make = self.inline if tag in ("p", "h1", "h2", "h3", "pre") else self.block
        inner = "".join(make(depth + 1) for _ in range(rng.randint(0, 3)))
        return f"{start}{lead}{inner}</{tag}>"

    def table(self, depth: int) -> str:
        rng = self.rng
        rows = []
        for _ in range(rng.randint(1, 3)):
            cells = []
            for _ in range(rng.randint(1, 3)):
                tag = rng.choice(["td", "td", "th"])
                cells.append(
                    f"<{tag}{self.attributes(tag)}>{self.inline(depth + 1) if rng.random() < 0.8 else ''}</{tag}>"
                )
            rows.append(f"<tr{self.attributes('tr')}>{''.join(cells)}</tr>")
        caption = f"<caption>{self.words()}</caption>" if rng.random() < 0.3 else ""
        return f"<table{self.attributes('table')}>{caption}{''.join(rows)}</table>"
