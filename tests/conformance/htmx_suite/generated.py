"""Random pages of htmx: nested elements that inherit, their triggers, acts on them, and what the site answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlsplit

__all__ = ["ACTED_ON", "Act", "Answer", "GeneratedPage", "answer_of", "page_of"]

#: What acts choose from, by its place among all of these that are on the page at that moment.
ACTED_ON = "body button, body a, body input, body select, body textarea, body form, body [data-c]"
_IDS = tuple("abcdefgh")
_NAMES = ("n", "m", "q", "a b", "é")
_VERBS = ("get", "get", "post", "put", "patch", "delete")
_STYLES = (
    "innerHTML",
    "outerHTML",
    "beforebegin",
    "afterbegin",
    "beforeend",
    "afterend",
    "delete",
    "none",
    "textContent",
)
_EVENTS = ("click", "custom", "change", "input", "keyup", "mouseenter", "other")
_MOST_ANSWERS = 12
_WORDS = ("one", "two", "three", "four")


@dataclass(frozen=True)
class Act:
    """What is done: an event at one of the elements, by its number; ``value`` is typed or chosen before it."""

    verb: str
    number: int
    value: str = ""


@dataclass(frozen=True)
class Answer:
    """What the site answers."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class GeneratedPage:
    """A page and the acts of a user on it."""

    markup: str
    acts: tuple[Act, ...]


class _Writer:
    """Writes markup from a source of random numbers.

    Args:
        random: The numbers.
        seed: What the addresses of responses are made from.
    """

    def __init__(self, random: Random, seed: str) -> None:
        self.random = random
        self.seed = seed
        self._answers = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def address(self) -> str:
        self._answers += 1
        query = self.one("", "", "?k=1", "?a=b&c", "#frag", "?k=é#frag")
        return f"/r/{self.seed}.{self._answers}{query}"

    def selector(self) -> str:
        which = self.one(*_IDS)
        return self.one(
            f"#{which}",
            f"#{which}",
            "this",
            "closest div",
            "closest [data-c]",
            "find p",
            "find *",
            "next div",
            "next",
            "previous",
            "previous p",
            ".x",
            "body",
        )

    def swap(self) -> str:
        more = self.one("", "", "", " swap:15ms", " settle:40ms", " swap:5ms settle:5ms", " ignoreTitle:true")
        return self.one(*_STYLES, "innerHTML", "outerHTML", "beforeend") + more

    def values(self) -> str:
        return json.dumps(
            {
                self.one(*_NAMES): self.random.choice(["v", 1, 2.5, True, None, ["x", "y"], "ü &="])
                for _ in range(self.random.randint(1, 2))
            },
            ensure_ascii=False,
        )

    def inherited(self, share: float = 0.12) -> list[tuple[str, str]]:
        """Return attributes that elements hand on."""
        choices = (
            ("hx-target", self.selector),
            ("hx-swap", self.swap),
            ("hx-vals", self.values),
            (
                "hx-include",
                lambda: self.one("#f", "[name=n]", "this", "closest form", "find input", "#a, .x"),
            ),
            ("hx-params", lambda: self.one("*", "none", "n", "not n", "n, m", "not q,m")),
            ("hx-headers", lambda: json.dumps({"X-Own": self.one("1", "two")})),
            ("hx-select", lambda: self.one("#a", ".x", "p", "*", "#none")),
            ("hx-select-oob", lambda: self.one("#a", "#b:afterbegin", "#a,#c")),
            (
                "hx-push-url",
                lambda: self.one(
                    "true",
                    "false",
                    "/pushed",
                ),
            ),
            ("hx-replace-url", lambda: self.one("true", "/replaced?x=1")),
            ("hx-confirm", lambda: self.one("yes", "no")),
            ("hx-prompt", lambda: self.one("yes", "no")),
            ("hx-encoding", lambda: "multipart/form-data"),
            (
                "hx-sync",
                lambda: self.one("this", "closest form:abort", "#a:queue first", "this:replace", "this:drop"),
            ),
            ("hx-indicator", lambda: self.one("#b", "closest div", ".x")),
            ("hx-disabled-elt", lambda: self.one("this", "find button", "#c")),
            ("hx-disinherit", lambda: self.one("*", "hx-target", "hx-target hx-swap", "hx-vals")),
            ("hx-boost", lambda: self.one("true", "true", "false")),
        )
        return [(name, make()) for name, make in choices if self.chance(share / 2)]

    def triggers(self) -> str:
        found = []
        for _ in range(self.one("1", "1", "2").count("2") + 1):
            event = self.one(*_EVENTS)
            for modifier in (
                "once",
                "changed",
                "consume",
                "delay:20ms",
                "throttle:30ms",
                f"from:#{self.one(*_IDS)}",
                "from:closest div",
                "from:body",
                "target:.x",
                "queue:all",
                "queue:first",
                "[ctrlKey]",
            ):
                if self.chance(0.05):
                    event += modifier if modifier.startswith("[") and " " not in event else ""
                    event += "" if modifier.startswith("[") else f" {modifier}"
            found.append(event)
        return ", ".join([*found, *(["load"] if self.chance(0.05) else [])])

    def attributes(self, found: list[tuple[str, str]], *, identity: float = 0.4) -> str:
        if self.chance(identity):
            found = [("id", self.one(*_IDS)), *found]
        if self.chance(0.2):
            found = [("class", self.one("x", "x y", "y")), *found]
        kept = dict(reversed(found))
        return "".join(
            f" {name}='{value.replace('&', '&amp;').replace(chr(39), '&#39;')}'"
            for name, value in kept.items()
        )

    def acting(self) -> list[tuple[str, str]]:
        found = [(f"{self.one('hx-', 'hx-', 'data-hx-')}{self.one(*_VERBS)}", self.address()), ("data-c", "")]
        if self.chance(0.35):
            found.append(("hx-trigger", self.triggers()))
        return [*found, *self.inherited(0.25)]

    def control(self) -> str:
        kind = self.one(
            "text", "text", "checkbox", "radio", "hidden", "number", "select", "textarea", "submit"
        )
        extra = self.acting() if self.chance(0.25) else []
        named = [("name", self.one(*_NAMES))] if self.chance(0.9) else []
        if self.chance(0.06):
            named.append(("required", ""))
        if self.chance(0.05):
            named.append(("disabled", ""))
        if kind == "select":
            inner = "".join(f"<option{self.one('', '', ' selected')}>{word}" for word in _WORDS[:3])
            return f"<select{self.attributes([*named, *extra])}>{inner}</select>"
        if kind == "textarea":
            return f"<textarea{self.attributes([*named, *extra])}>{self.one(*_WORDS)}</textarea>"
        value = [("value", self.one("1", "x", "ö", ""))]
        if kind in ("checkbox", "radio") and self.chance(0.5):
            value.append(("checked", ""))
        return f"<input{self.attributes([('type', kind), *named, *value, *extra])}>"

    def leaf(self) -> str:
        kind = self.one("p", "p", "button", "button", "button", "a", "control", "b")
        if kind == "control":
            return self.control()
        extra = self.acting() if self.chance(0.1 if kind == "p" else 0.8) else []
        if kind == "a":
            extra.append(("href", self.one("#top", "#", self.address().partition("#")[0])))
        if kind == "button":
            extra += [("name", "pressed")] if self.chance(0.3) else []
            extra += [("value", "yes")] if self.chance(0.3) else []
            extra += [("type", "button")] if self.chance(0.4) else []
        return f"<{kind}{self.attributes(extra)}>{self.one(*_WORDS)}</{kind}>"

    def form(self, depth: int) -> str:
        extra = self.acting() if self.chance(0.7) else [("action", self.address().partition("#")[0])]
        extra += [("method", self.one("post", "get"))] if self.chance(0.4) else []
        inner = "".join(self.control() for _ in range(self.random.randint(1, 3)))
        button = f"<button{self.attributes([('name', 'b'), ('value', '1')])}>send</button>"
        return f"<form{self.attributes(extra)}>{inner}{button}{self.leaf() if depth else ''}</form>"

    def node(self, depth: int, *, in_form: bool = False) -> str:
        if depth and self.chance(0.5):
            inner = "".join(self.node(depth - 1, in_form=in_form) for _ in range(self.random.randint(1, 3)))
            return f"<div{self.attributes(self.inherited(), identity=0.7)}>{inner}</div>"
        if not in_form and self.chance(0.2):
            return self.form(depth)
        return self.leaf()

    def response(self) -> str:
        if self.chance(0.1):
            return ""
        inner = "".join(self.node(1) for _ in range(self.random.randint(1, 2)))
        if self.chance(0.25):
            oob = self.one(
                "true", "outerHTML", "innerHTML", "beforeend:#b", "afterbegin", "delete", "true:.x"
            )
            tag = self.one("div", "p", "button")
            inner += f"<{tag} id={self.one(*_IDS)} hx-swap-oob='{oob}'>{self.leaf()}</{tag}>"
        if self.chance(0.06):
            inner = f"<title>{self.one(*_WORDS)}</title>{inner}"
        if self.chance(0.08):
            head = f"<head><title>{self.one(*_WORDS)} &amp; more</title></head>"
            return f"<!doctype html><html>{head}<body>{inner}</body></html>"
        return f"text {inner}" if self.chance(0.15) else inner


class _Writer4(_Writer):
    """Writes pages of htmx 4: what is inherited says so."""

    def selector(self) -> str:
        return self.one(
            super().selector(), super().selector(), "findAll p", "this, .x", f"next #{self.one(*_IDS)}"
        )

    def swap(self) -> str:
        style = self.one(
            *_STYLES,
            "before",
            "append",
            "innerHTML",
            "outerHTML",
            "outerSync",
            *["innerMorph", "outerMorph"] * 3,
        )
        more = self.one(
            *[""] * 6,
            " swap:15ms",
            " settle:40ms",
            " swap:5ms settle:5ms",
            " settle:0",
            " strip:true",
            " strip:false",
            " swapEmpty:true",
            " swapEmpty:false",
            " ignoreTitle:true",
            f" target:#{self.one(*_IDS)}",
            " target:'closest div'",
        )
        return (style + more) if self.chance(0.95) else more.strip() or style

    def values(self) -> str:
        return self.one(
            super().values(), super().values(), "n:1 q:two", "'a b':x, m:true", "n:'3 4' n:5", "a.b:1 q"
        )

    def inherited(self, share: float = 0.12) -> list[tuple[str, str]]:
        more = self.one("boost", "status", "status", "validate", "config")
        choices: tuple[tuple[str, Any], ...] = (
            ("hx-target", self.selector),
            ("hx-swap", self.swap),
            ("hx-swap", self.swap),
            ("hx-vals", self.values),
            (
                "hx-include",
                lambda: self.one(
                    "#f", "[name=n]", "this", "closest form", "find input", "#a, .x", "findAll b"
                ),
            ),
            ("hx-headers", lambda: self.one('{"X-Own": "1"}', "X-Own:two", "X-Own:'a b', X-Own2:3")),
            ("hx-select", lambda: self.one("#a", ".x", "p", "*", "#none")),
            ("hx-select-oob", lambda: self.one("#a", "#b:afterbegin", "#a,#c", ".x:innerHTML target:#b")),
            ("hx-push-url", lambda: self.one("true", "false", "/pushed")),
            ("hx-replace-url", lambda: self.one("true", "/replaced?x=1")),
            ("hx-confirm", lambda: self.one("yes", "no")),
            ("hx-encoding", lambda: "multipart/form-data"),
            (
                "hx-sync",
                lambda: self.one(
                    "this", "closest form:abort", "#a:queue all", "this:replace", "drop", "queue last", "#b"
                ),
            ),
            ("hx-indicator", lambda: self.one("#b", "closest div", ".x", "this")),
            ("hx-disable", lambda: self.one("this", "find button", "#c", "input")),
            ("hx-boost", lambda: self.one("true", "true", "false", "swap:outerMorph target:#a", "select:p")),
            ("hx-method", lambda: self.one("put", "get")),
            (
                {"status": f"hx-status:{self.one('404', '4xx', '42x', '5xx', '2xx')}"}.get(
                    more, f"hx-{more}"
                ),
                lambda: {
                    "status": self.one(
                        "swap:none", "target:#a", "select:p swap:outerHTML", "none", "push:false", "push:/s"
                    ),
                    "boost": "true",
                    "validate": self.one("true", "false"),
                    "config": self.one("timeout:1s", "validate:true"),
                }[more],
            ),
        )
        return [
            (name + self.one("", "", "", ":inherited", ":inherited", ":append", ":inherited:append"), make())
            for name, make in choices
            if self.chance(share / 2)
        ]

    def triggers(self) -> str:
        found = []
        for _ in range(self.one("1", "1", "2").count("2") + 1):
            event = self.one(*_EVENTS)
            for modifier in (
                "once",
                "changed",
                "consume",
                "stop",
                "prevent",
                "halt",
                "delay:20ms",
                "throttle:30ms",
                f"from:#{self.one(*_IDS)}",
                "from:'closest div'",
                "from:body",
                "from:self",
                "from:outside",
                "target:.x",
                "[ctrlKey]",
            ):
                if self.chance(0.05):
                    event += modifier if modifier.startswith("[") and " " not in event else ""
                    event += "" if modifier.startswith("[") else f" {modifier}"
            found.append(event)
        return ", ".join([*found, *(["load"] if self.chance(0.05) else [])])

    def acting(self) -> list[tuple[str, str]]:
        found = super().acting()
        if self.chance(0.03):
            found.append(
                (self.one("hx-ignore", "hx-preserve", "hx-morph-skip", "hx-morph-skip-children"), "")
            )
        return found

    def response(self) -> str:
        found = super().response()
        if self.chance(0.15):
            target = self.one("", f" hx-target=#{self.one(*_IDS)}", " hx-target=.x")
            swap = self.one("", f' hx-swap="{self.swap()}"')
            found += f"<hx-partial id={self.one(*_IDS)}{target}{swap}>{self.node(1)}</hx-partial>"
        if self.chance(0.1):
            found += f'<b id={self.one(*_IDS)} hx-swap-oob="{self.swap()}">{self.leaf()}</b>'
        return found


_CONFIGS = (
    '{"defaultSwapStyle": "outerHTML"}',
    '{"disableInheritance": true}',
    '{"allowNestedOobSwaps": false}',
    '{"responseHandling": [{"code": ".*", "swap": true}]}',
)
_CONFIGS_4 = (
    '{"defaultSwap": "outerMorph"}',
    "implicitInheritance:true",
    "defaultSettleDelay:0 allowEmptySwapAfterOOB:true",
    '{"noSwap": [204, "4xx"], "history": false}',
)


def page_of(seed: int, version: str = "2.0") -> GeneratedPage:
    """Return the page of a seed."""
    is_4 = version.startswith("4")
    writer = (_Writer4 if is_4 else _Writer)(Random(f"page {seed}"), f"{seed}v4" if is_4 else str(seed))
    body = "".join(writer.node(3) for _ in range(writer.random.randint(2, 4)))
    acts = tuple(
        Act(
            writer.one(
                "click",
                "click",
                "click",
                "click",
                "type",
                "choose",
                "custom",
                "other",
                "mouseenter",
                "control",
            ),
            writer.random.randrange(40),
            writer.one(*_WORDS, ""),
        )
        for _ in range(writer.random.randint(2, 5))
    )
    config = writer.one(
        "",
        "",
        "",
        *(_CONFIGS_4 if is_4 else _CONFIGS),
    )
    meta = f"<meta name=htmx-config content='{config}'>" if config else ""
    own = writer.attributes(writer.inherited(0.08), identity=0.0)
    return GeneratedPage(
        f"<!doctype html><html><head><title>start</title>{meta}<!--scripts--></head><body{own}>{body}</body></html>",
        acts,
    )


def answer_of(url: str, number: int) -> Answer:
    """Return what the site answers to a page's request with that number: always the same to the same address.

    An answer may set the next request going; the site has nothing more to say after the first few.
    """
    parts = urlsplit(url)
    if number > _MOST_ANSWERS:
        return Answer(204, {}, "")
    place = parts.path.removeprefix("/r/")
    is_4 = "v4" in place
    writer = (_Writer4 if is_4 else _Writer)(Random(f"answer {parts.path}"), place)
    body = writer.response()
    headers: dict[str, str] = {}
    choices: tuple[tuple[str, Any], ...] = (
        ("HX-Trigger", lambda: writer.one("custom", '{"other": {"x": 1}}', "custom, other")),
        ("HX-Trigger-After-Swap", lambda: "custom"),
        ("HX-Trigger-After-Settle", lambda: "other"),
        ("HX-Retarget", lambda: writer.one("#a", "#b", "this")),
        ("HX-Reswap", lambda: writer.swap() if is_4 else writer.one(*_STYLES)),
        ("HX-Reselect", lambda: writer.one("p", "#a")),
        ("HX-Push-Url", lambda: writer.one("/told", "false")),
        ("HX-Replace-Url", lambda: "/replaced"),
    )
    for name, make in choices:
        if writer.chance(0.04):
            headers[name] = make()
    status = writer.random.choice([200] * 16 + [201, 204, 404, 422, 500])
    return Answer(status, headers, "" if status == 204 else body)
