"""Seeded pages with a form to submit: controls of all kinds, valid and not, nested well and badly."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from html import escape

# ruff: noqa: E501 - pools of odd texts read best on one line each

__all__ = ["Act", "FormPage", "generate"]


@dataclass(frozen=True)
class Act:
    """One thing the user does at the element ``key``: ``fill``, ``click``, ``check``, ``type``, ``select``, ``files`` …"""

    verb: str
    key: int
    value: str = ""


@dataclass(frozen=True)
class FormPage:
    """A page, and what its user does on it; the last act submits (or tries to).

    Args:
        pieces: The body's pieces in order; a smaller page leaves some out.
        acts: What is done.
        charset: The encoding that the page is written and served in.
        head: What stands in the head.
    """

    pieces: tuple[str, ...]
    acts: tuple[Act, ...]
    charset: str = "utf-8"
    head: str = ""

    @property
    def markup(self) -> str:
        body = "".join(self.pieces)
        return f"<!DOCTYPE html><html><head>{self.head}<title>form</title></head><body>{body}</body></html>"

    def without(self, index: int) -> FormPage:
        return replace(self, pieces=self.pieces[:index] + self.pieces[index + 1 :])

    def without_act(self, index: int) -> FormPage:
        return replace(self, acts=self.acts[:index] + self.acts[index + 1 :])


NAMES = [
    "a",
    "b",
    "name",
    "first name",
    "größe",
    'q"uote',
    "list[]",
    "a.b",
    "x&y",
    "=",
    "%41",
    "日本",
    "two\nlines",
    "_charset_",
    "",
]
TEXTS = [
    "",
    "x",
    "hello world",
    "Zoë & Co",
    "a+b=c",
    "100%",
    "日本語",
    "😀 smile",
    " lead and trail ",
    "<b>",
    "'\"",
    "tab\there",
    "שלום",
    "ab",
    "abcdef",
    "~*-._!",
]
LONG = [*TEXTS, "line one\nline two", "a\r\nb\rc\nd", "\nstarts", "ends\n", "\n\n"]
VALUES = {
    "text": TEXTS, "search": TEXTS, "password": TEXTS, "tel": ["", "+49 30 123", "abc", "123"],
    "url": ["", "http://example.org/", "example.org", "https://x/?q=ä b", "  http://a/  ", "mailto:a@b", "http:", "//x", "foo:bar"],
    "email": ["", "a@b", "a@b.de", "a@b@c", "nobody", " a@b.de ", "ä@b.de", "a@bücher.de", "a@b, c@d", "a@-b.de", "a@b.de,"],
    "number": ["", "1", "3", "-2.5", "1e2", "abc", "0.1", " 4 ", "007", "10", "+5", "1.", ".5", "-0"],
    "range": ["", "5", "37", "-1", "200", "2.5", "abc"],
    "color": ["", "#ff0000", "#ABCDEF", "red", "#12", "#1234567"],
    "date": ["", "2026-11-20", "2024-02-29", "2023-02-29", "0001-01-01", "20-1-1", "2026-01-05", "12026-01-01"],
    "month": ["", "2026-11", "2026-13", "2024-02", "1969-12"],
    "week": ["", "2026-W47", "2026-W53", "2025-W53", "2020-W53", "1970-W01"],
    "time": ["", "12:30", "12:30:15", "12:30:15.5", "24:00", "00:00", "23:59:59.999", "12:30:00", "7:05"],
    "datetime-local": ["", "2026-11-20T12:30", "2026-11-20 12:30", "2026-11-20T12:30:00", "2026-11-20T12:30:15.50", "2026-11-20", "2026-11-20T25:00"],
    "hidden": LONG, "submit": TEXTS, "button": TEXTS, "reset": TEXTS, "image": TEXTS,
    "checkbox": TEXTS, "radio": TEXTS, "file": ["", "x"], "unknown": TEXTS,
}  # fmt: skip
FILL = {
    "color": ["#00ff00", "#abcdef"],
    "date": ["2026-11-20", "2024-02-29", "1999-12-31", "2026-01-05", ""],
    "month": ["2026-11", "1999-01", ""],
    "week": ["2026-W47", "2020-W53", ""],
    "time": ["12:30", "00:00", "23:59:59", "08:15:30.25", ""],
    "datetime-local": ["2026-11-20T12:30", "2024-02-29T23:59:59", ""],
    "range": ["5", "0", "10", "50"],
    "number": ["1", "3", "-2.5", "1e2", "0.1", "7", "10", "", "1e-3"],
}
PATTERNS = [
    "[a-z]+",
    r"\d{3}",
    r"[\w.-]+",
    "a|b",
    ".{3,}",
    "(?=.*x).*",
    r"[^ ]*",
    "[a-",
    r"\p{Lu}.*",
    "x*",
    r"[\w\-]+@.*",
    "h.* w.*",
    "^ab",
    r"a\-b",
]
TYPED = ("text", "search", "password", "tel", "url", "email", "unknown")
KEYS = ["Backspace", "Delete", "x", "Shift+A", "1", "Space"]
ACTIONS = [
    "",
    "/sink",
    "sink",
    "../sink?x=1",
    "/sink?a=b#frag",
    "?only=query",
    "#top",
    "/s ink/ä",
    "/sink?q=ä&r=%41",
]
RARE = ["gbk", "gb18030", "big5", "euc-jp", "iso-2022-jp", "euc-kr", "koi8-u", "utf-16-le"]
ENCTYPES = [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "nonsense",
    "MULTIPART/FORM-DATA",
]


def attributes(**given: str | bool | None) -> str:
    out = ""
    for name, value in given.items():
        if value is None or value is False:
            continue
        name = name.strip("_").replace("_", "-")
        out += f" {name}" if value is True else f' {name}="{escape(str(value))}"'
    return out


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.key = 0
        self.fields: list[tuple[int, str, dict[str, str | bool | None]]] = []
        self.submitters: list[int] = []
        self.encoding = "utf-8"

    def often(self, chance: float) -> bool:
        return self.rng.random() < chance

    def text(self, pool: list[str]) -> str:
        return self.rng.choice(pool)

    def control(self) -> str:
        make = self.rng.choices(
            [
                self.input,
                self.textarea,
                self.select,
                self.button,
                self.fieldset,
                self.datalist,
                self.odd,
                self.radios,
                self.checkboxes,
                self.broken,
            ],
            [50, 10, 14, 10, 5, 3, 3, 6, 5, 3],
        )[0]
        return self.labelled(make()) if self.often(0.12) else make()

    def labelled(self, control: str) -> str:
        """Return a control in its label, or beside it; the label can be clicked too."""
        last = self.fields[-1] if self.fields else None
        key = self.new()
        if last is None or last[1] in ("image", "hidden", "color", "file"):
            return f"<label data-k={key}>before {control}</label>"
        self.fields.append((key, "label", {}))
        how = self.rng.randrange(3)
        if how == 0:
            return f"<label data-k={key}>before {control}</label>"
        if how == 1:
            return f"<label data-k={key}><b>text</b></label>{control}"
        return f"<label for=i{last[0]} data-k={key}>for</label>" + control.replace(
            f'data-k="{last[0]}"', f'data-k="{last[0]}" id=i{last[0]}', 1
        )

    def broken(self) -> str:
        """Return markup that the parser mends: selects in selects, fields in selects, controls in controls."""
        return self.rng.choice(
            [
                "<select name=n><option value=1>a<select><option value=2>b</select>",
                "<select name=n><option value=1>a<input name=inner value=2></select>",
                "<select name=n><div><option value=1>a</div><option value=2 selected>b</select>",
                "<select name=n><option value=1 selected>a<textarea name=inner>x</textarea><option value=2>b</select>",
                "<select name=n><optgroup><option value=1>a<optgroup><option value=2 selected>b</select>",
                "<select name=n><hr><option value=1>a<option value=2 selected><b>bold</b></select>",
                "<select name=n><button>c</button><option value=1>a</select>",
                "<button name=outer>one<button name=inner>two</button>",
                "<textarea name=open>to the end</textarea",
                "<input name=x name=y value=1 value=2>",
                "<INPUT NAME=Case VALUE=Kept>",
                "<table><input name=foster value=1><input type=hidden name=kept value=1></table>",
                "<p><input name=inp value=1><div></p><input name=after value=2></div>",
                "<isindex><keygen name=k><input type name=empty value=e>",
            ]
        )

    def common(self) -> dict[str, str | bool | None]:
        return {
            "name": self.text(NAMES) if self.often(0.95) else None,
            "data_k": str(self.new()),
            "disabled": self.often(0.06),
            "form": self.rng.choice(["f", "g", "nobody", ""]) if self.often(0.06) else None,
        }

    def new(self) -> int:
        self.key += 1
        return self.key

    def input(self) -> str:
        kind = self.rng.choice(list(VALUES))
        more = self.common()
        own: dict[str, str | bool | None] = {"type": kind}
        if self.often(0.6):
            own["value"] = self.text(VALUES[kind])
        if kind in ("checkbox", "radio"):
            own["checked"] = self.often(0.5)
        own["required"] = self.often(0.12)
        own["readonly"] = self.often(0.06)
        if kind in TYPED:
            own["pattern"] = self.text(PATTERNS) if self.often(0.15) else None
            own["maxlength"] = self.rng.choice(["3", "10", "0", "x"]) if self.often(0.12) else None
            own["minlength"] = self.rng.choice(["2", "5"]) if self.often(0.12) else None
        if kind in ("email", "file"):
            own["multiple"] = self.often(0.3)
        if self.often(0.15):
            own["dirname"] = self.rng.choice(["a.dir", "d"])
            own["dir"] = self.rng.choice(["auto", "rtl", None])
        if kind in FILL and self.often(0.4):
            pool = [value for value in FILL[kind] if value]
            own["min"] = self.rng.choice([*pool, None, "x"])
            own["max"] = self.rng.choice([*pool, None])
            own["step"] = self.rng.choice(["2", "any", "0.5", None, "0", "7", "60", "abc"])
        if kind == "image":
            own["src"] = "/dot.gif"
            own["width"] = "20"
            own["height"] = "20"
        if kind in ("submit", "image"):
            own.update(self.overrides())
            self.submitters.append(self.key)
        attrs = {**more, **own}
        self.fields.append((self.key, kind, attrs))
        return f"<input{attributes(**attrs)}>"

    def overrides(self) -> dict[str, str | bool | None]:
        return {
            "formaction": self.text(ACTIONS) if self.often(0.2) else None,
            "formmethod": self.rng.choice(["get", "post", "POST", "bad", "dialog"])
            if self.often(0.2)
            else None,
            "formenctype": self.text(ENCTYPES) if self.often(0.2) else None,
            "formnovalidate": self.often(0.3),
            "formtarget": self.rng.choice(["_blank", "_self", "other", ""]) if self.often(0.06) else None,
        }

    def textarea(self) -> str:
        attrs = {**self.common(), "required": self.often(0.1), "readonly": self.often(0.05)}
        attrs["maxlength"] = "5" if self.often(0.1) else None
        attrs["minlength"] = "4" if self.often(0.1) else None
        attrs["wrap"] = self.rng.choice(["hard", "soft", None]) if self.often(0.1) else None
        attrs["cols"] = "5" if attrs["wrap"] == "hard" and self.often(0.3) else "200"
        attrs["dirname"] = "t.dir" if self.often(0.1) else None
        self.fields.append((self.key, "textarea", attrs))
        return f"<textarea{attributes(**attrs)}>{escape(self.text(LONG))}</textarea>"

    def select(self) -> str:
        attrs = {**self.common(), "multiple": self.often(0.3), "required": self.often(0.2)}
        attrs["size"] = self.rng.choice(["1", "2", "4", "x", "0"]) if self.often(0.2) else None
        key = self.key
        options = [self.option() for _ in range(self.rng.randint(0, 4))]
        if options and self.often(0.3):
            at = self.rng.randrange(len(options))
            options[at:] = [
                f"<optgroup label=g{attributes(disabled=self.often(0.3))}>{''.join(options[at:])}</optgroup>"
            ]
        self.fields.append((key, "select", attrs))
        return f"<select{attributes(**attrs)}>{''.join(options)}</select>"

    def option(self) -> str:
        attrs = {
            "value": self.text(TEXTS) if self.often(0.6) else None,
            "selected": self.often(0.25),
            "disabled": self.often(0.15),
            "label": "L" if self.often(0.1) else None,
        }
        return f"<option{attributes(**attrs)}>{escape(self.text(TEXTS))}</option>"

    def button(self) -> str:
        kind = self.rng.choice([None, "submit", "submit", "reset", "button", "bad"])
        attrs = {
            **self.common(),
            "type": kind,
            "value": self.text(TEXTS) if self.often(0.6) else None,
            **self.overrides(),
        }
        if kind in (None, "submit", "bad"):
            self.submitters.append(self.key)
        self.fields.append((self.key, "button", attrs))
        return f"<button{attributes(**attrs)}>press {self.key}</button>"

    def fieldset(self) -> str:
        inner = "".join(self.control() for _ in range(self.rng.randint(0, 2)))
        legend = f"<legend>{self.input()}</legend>" * self.rng.randint(0, 1)
        second = f"<legend>{self.input()}</legend>" if self.often(0.2) else ""
        return (
            f"<fieldset{attributes(disabled=self.often(0.5), name='set')}>{legend}{second}{inner}</fieldset>"
        )

    def datalist(self) -> str:
        known = len(self.fields)
        inner = self.input() if self.often(0.5) else ""
        del self.fields[known:]  # nobody can see it, so nobody acts on it
        return f"<datalist id=dl><option value=one>{inner}</datalist><input list=dl name=listed value=free>"

    def odd(self) -> str:
        return self.rng.choice(
            [
                "<output name=o>7</output>",
                "<object name=obj></object>",
                "<template><input name=ghost value=1></template>",
                "<label>only text</label>",
                "<meter name=m value=1></meter>",
                "<details><summary>s</summary><input name=folded value=1></details>",
                "<noscript><input name=noscript value=1></noscript>",
                "<p hidden><input name=unseen value=1></p>",
            ]
        )

    def radios(self) -> str:
        name = self.rng.choice(["r", "s", "größe"])
        required = self.often(0.3)
        out = ""
        for number in range(self.rng.randint(1, 3)):
            attrs: dict[str, str | bool | None] = {
                "type": "radio", "name": name, "value": str(number), "checked": self.often(0.3),
                "required": required and self.often(0.6), "data_k": str(self.new()), "disabled": self.often(0.08),
            }  # fmt: skip
            self.fields.append((self.key, "radio", attrs))
            out += f"<input{attributes(**attrs)}>"
        return out

    def checkboxes(self) -> str:
        """Return boxes of one name, as a choice of several is written: each in a label, some of one value."""
        name = self.rng.choice(["choices", "choices", "größe", ""])
        out = ""
        for number in range(self.rng.randint(2, 5)):
            attrs: dict[str, str | bool | None] = {
                "type": "checkbox", "name": name, "value": str(number // 2) if self.often(0.7) else None,
                "checked": self.often(0.4), "required": self.often(0.1), "data_k": str(self.new()),
                "disabled": self.often(0.06),
            }  # fmt: skip
            box = self.key
            self.fields.append((box, "checkbox", attrs))
            if self.often(0.5):
                out += f"<input{attributes(**attrs)}>"
                continue
            self.fields.append((self.new(), "label", {}))
            out += f"<label data-k={self.key}><input{attributes(**attrs)}> choice {number}</label>"
        return out


#: Style sheets of forms as sites have them, with the classes that parts of the page may have.
STYLES = [
    ".part{display:none}",
    ".part{visibility:hidden}",
    ".part{display:flex;flex-direction:column-reverse}.part>:first-child{order:3}",
    "input,select,textarea{display:block;margin:4px 0}.part{float:left}form:after{content:'';display:table;clear:both}",
    ".part input,.part textarea{visibility:hidden}.part label{display:block}",
    "[disabled]{display:none}.part{border:1px solid;padding:3px}",
    ".part{display:grid;grid-template-columns:1fr 1fr}label{font-weight:bold}",
    "input[type=checkbox],input[type=radio]{opacity:0;margin:0}.part:has(:checked){display:none}",
    "input:checked~label{display:none}:required{display:inline}.part>*{position:relative}",
    "@media print{.part{display:none}}@media screen{.part>button{display:block}}",
    "@supports not (display:grid){.part{display:none}}@layer a{.part{display:none}}.part{display:contents}",
]


def _dressed(maker: _Maker, pieces: list[str]) -> tuple[str, list[str]]:
    """Return a style sheet, and the pieces, of which some stand in parts that it styles or that are inert."""
    styled = maker.often(0.25)
    out = []
    for piece in pieces:
        part = maker.rng.choices(["", "class=part", "inert", "hidden"], [80, 30 if styled else 0, 2, 1])[0]
        out.append(f"<div {part}>{piece}</div>" if part else piece)
    return (f"<style>{maker.rng.choice(STYLES)}</style>" if styled else ""), out


def generate(seed: int) -> FormPage:
    """Make one page from a seed; the same seed always makes the same page."""
    maker = _Maker(random.Random(seed))
    rng = maker.rng
    opening = f"<form{attributes(**_form_attributes(maker))}>"
    pieces = [maker.control() for _ in range(rng.randint(1, 7))]
    if not maker.submitters or maker.often(0.7):
        pieces.append(_plain_submit(maker))
    style, pieces = _dressed(maker, pieces)
    pieces = [*_shaped(maker, opening, pieces)]
    charset = rng.choice(["utf-8"] * 18 + ["windows-1252", "shift_jis", "iso-8859-2", *RARE])
    head = '<base href="/other/dir/">' if maker.often(0.05) else ""
    return FormPage(tuple(pieces), tuple(_acts(maker)), charset, head + style)


def _form_attributes(maker: _Maker) -> dict[str, str | bool | None]:
    return {
        "id": "f",
        "method": maker.rng.choice(["post", "post", "POST", "get", None, "bad"]),
        "action": maker.text(ACTIONS) if maker.often(0.9) else None,
        "enctype": maker.text(ENCTYPES) if maker.often(0.6) else None,
        "accept_charset": maker.rng.choice(["utf-8", "iso-8859-1", "bogus", "bogus utf-8"])
        if maker.often(0.1)
        else None,
        "novalidate": maker.often(0.25),
        "dir": "rtl" if maker.often(0.1) else None,
        "rel": maker.rng.choice(["noreferrer", "noopener", "opener"]) if maker.often(0.06) else None,
        "target": maker.rng.choice(["_blank", "_top", "other"]) if maker.often(0.04) else None,
    }


def _plain_submit(maker: _Maker) -> str:
    key = maker.new()
    maker.submitters.append(key)
    return f"<button name=go value=1 data-k={key}>Send</button>"


def _shaped(maker: _Maker, opening: str, pieces: list[str]) -> list[str]:
    shape = maker.rng.choices(
        ["plain", "outside", "table", "div", "nested", "unclosed", "other"], [55, 10, 10, 8, 4, 5, 8]
    )[0]
    if shape == "outside":
        at = maker.rng.randint(0, len(pieces))
        return [*pieces[:at], opening, *pieces[at:], "</form>", maker.input()]
    if shape == "table":
        rows = [f"<tr><td>{piece}</td></tr>" for piece in pieces]
        return ["<table>", opening, *rows, "</form></table>", maker.input()]
    if shape == "div":
        at = maker.rng.randint(0, len(pieces))
        return ["<div>", opening, "<p>", *pieces[:at], "</div>", *pieces[at:], "</form>", maker.input()]
    if shape == "nested":
        return [
            opening,
            pieces[0],
            "<form id=g action=/inner>",
            *pieces[1:],
            "</form>",
            maker.input(),
            "</form>",
        ]
    if shape == "unclosed":
        return [opening, *pieces]
    if shape == "other":
        return ["<form id=g action=/other>", maker.input(), "</form>", opening, *pieces, "</form>"]
    return [opening, *pieces, "</form>"]


def _acts(maker: _Maker) -> list[Act]:
    acts = []
    for key, kind, attrs in maker.fields:
        if maker.often(0.5) and (maker.often(0.04) or not _is_barred(kind, attrs)):
            acts += _act(maker, key, kind, attrs)
    typed = [key for key, kind, _ in maker.fields if kind in (*TYPED, "number", "checkbox", "radio", "date")]
    if typed and maker.often(0.2):
        return [*acts, Act("press", maker.rng.choice(typed), "Enter")]
    return [*acts, Act("click", maker.rng.choice(maker.submitters))]


def _is_barred(kind: str, attrs: dict[str, str | bool | None]) -> bool:
    unwritable = kind in (*TYPED, *FILL, "textarea") and kind not in ("range", "color")
    return bool(attrs.get("disabled") or (attrs.get("readonly") and unwritable))


def _act(maker: _Maker, key: int, kind: str, attrs: dict[str, str | bool | None]) -> list[Act]:
    rng = maker.rng
    if kind in ("checkbox", "radio"):
        verb = rng.choice(["click", "check", "check", "press", "uncheck" if kind == "checkbox" else "click"])
        return [Act(verb, key, "Space" if verb == "press" else "")]
    if kind == "select":
        if attrs.get("multiple") and maker.often(0.4):
            return [Act("select", key, "0 2")]
        clickable = attrs.get("multiple") or attrs.get("size") in ("2", "4")
        return [Act("option" if clickable and maker.often(0.3) else "select", key, str(rng.randint(0, 3)))]
    if kind == "file":
        return [Act("files", key, str(rng.randint(0, 2 if attrs.get("multiple") else 1)))]
    if kind in ("textarea", *TYPED):
        pool = LONG if kind == "textarea" else VALUES[kind]
        return _writing(maker, key, pool)
    if kind in FILL:
        if kind == "number":
            return _writing(maker, key, [*FILL["number"], "1.5.2", "--3", "1e", "12abc"])
        return [Act("fill", key, maker.text(FILL[kind]))]
    if kind in ("button", "reset") and (kind == "reset" or attrs.get("type") == "reset") and maker.often(0.5):
        return [Act(*rng.choice([("click", key, ""), ("press", key, "Enter"), ("press", key, "Space")]))]
    if kind == "label":
        return [Act("click", key)]
    return []


def _writing(maker: _Maker, key: int, pool: list[str]) -> list[Act]:
    """Return one or two acts that write into a field: over what is there, after it, or key by key."""
    text = maker.text(pool)
    how = maker.rng.randrange(8)
    if how < 3:
        return [Act("fill", key, text)]
    if how == 3:
        return [Act("clear", key), Act("type", key, text)]
    if how == 4:
        return [Act("fill", key, text), Act("type", key, maker.text(pool))]
    if how == 5:
        return [Act("click", key), Act("type", key, text)]
    if how == 6:
        return [Act("fill", key, text), Act("press", key, maker.rng.choice(KEYS))]
    return [Act("type", key, text)]
