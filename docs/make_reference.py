"""Writes the pages of ``docs/reference`` from the docstrings, and the examples beside this file: ``make docs``.

``docs/examples`` has a page for each public module: an introduction, then a heading for each name, or several names
that share an example. Here their signatures and docstrings are put above the examples.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django_journey._pages import unsupported
from django_journey._runners.shared.command_line import arguments
from django_journey._story.settings import OF_A_RUN, Options
from django_journey.errors import NeedsBrowser
from django_journey.types import BrowserContext, Locator, Page

HERE = Path(__file__).parent
EXAMPLES = HERE / "examples"
REFERENCE = HERE / "reference"

#: Public modules by the names of their pages.
MODULES = {
    "django_journey": "django_journey",
    **{
        name: f"django_journey.{name}"
        for name in (
            "endpoints",
            "errors",
            "explore",
            "faults",
            "files",
            "interpreters",
            "reports",
            "runner",
            "services",
            "types",
        )
    },
}
_MADE = "<!-- Made by docs/make_reference.py from the docstrings and docs/examples: change those. -->\n\n"
_PARTS = ("Args", "Attributes", "Returns", "Raises", "Yields")


def main() -> None:
    """Write every page."""
    for name, text in pages().items():
        (REFERENCE / f"{name}.md").write_text(text, encoding="utf-8")
    (HERE / "llms.txt").write_text(llms(), encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the text of each page by its name."""
    made = {name: _page(f"`{module}`", name, _public(module)) for name, module in MODULES.items()}
    made["settings"] = _settings()
    made["pages"] = _playwright()
    return {name: _MADE + text for name, text in made.items()}


def llms() -> str:
    """Return the list of all pages for programs that read: their titles, and what each begins with (llmstxt.org)."""
    index = (HERE / "index.md").read_text(encoding="utf-8")
    head, *rest = index.split("\n## ")
    lines = ["# django-journey", "", f"> {_beginning(head)}"]
    lines += ["", "The addresses are those of the documentation site, beside its own copy of this file."]
    for section in rest:
        lines += ["", f"## {section.splitlines()[0]}", ""]
        for page in re.findall(r"^- \[[^\]]+\]\(([^)#:]+)\.md\)", section, re.MULTILINE):
            text = (HERE / f"{page}.md").read_text(encoding="utf-8")
            title = re.search(r"^# (.+)$", text, re.MULTILINE)
            line = f"- [{title[1] if title else page}](_sources/{page}.md.txt): {_beginning(text)}"
            lines.append(line.removesuffix(": "))
    return "\n".join(lines) + "\n"


def _beginning(text: str) -> str:
    """Return the first sentence of a page, without its links."""
    body = re.sub(r"\A---\n.*?\n---\n|<!--.*?-->|```.*?```", "", text, flags=re.DOTALL)
    paragraphs = [part.replace("\n", " ").strip() for part in body.split("\n\n")]
    prose = next((part for part in paragraphs if part[:1].isalpha() or part[:1] in "`["), "")
    return re.split(r"(?<=\.)\s", re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", prose))[0].rstrip(":")


def sections(name: str) -> tuple[str, dict[tuple[str, ...], str]]:
    """Read the examples of a page: its introduction, and the example of each group of names."""
    introduction, *rest = re.split(
        r"^## ", (EXAMPLES / f"{name}.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    found = {}
    for section in rest:
        heading, _, text = section.partition("\n")
        found[tuple(heading.split(", "))] = text.strip()
    return introduction.strip(), found


def _public(module: str) -> dict[str, Any]:
    loaded = importlib.import_module(module)
    return {name: getattr(loaded, name) for name in loaded.__all__}


def _page(title: str, name: str, objects: dict[str, Any]) -> str:
    introduction, examples = sections(name)
    parts = [f"# {title}", introduction]
    for group, example in examples.items():
        parts.append("## " + ", ".join(f"`{each}`" for each in group))
        parts.extend(_entry(each, objects[each]) for each in group)
        parts.append(
            f"**Example.** {example}" if not example.startswith("```") else f"**Example**\n\n{example}"
        )
    return "\n\n".join(parts) + "\n"


def _entry(name: str, thing: Any) -> str:
    if inspect.ismodule(thing):
        return f"The module [`{thing.__name__}`]({thing.__name__.rpartition('.')[2]}.md)."
    text = _docstring(thing) if inspect.isclass(thing) or callable(thing) else ""
    if not text:
        text = _docstring(type(thing)) if type(thing).__module__.startswith("django_journey") else ""
    parts = [_signature(name, thing), text]
    if inspect.isclass(thing) and not issubclass(thing, BaseException):
        parts.extend(_members(thing))
    return "\n\n".join(part for part in parts if part)


def _signature(name: str, thing: Any) -> str:
    if not (inspect.isclass(thing) or inspect.isroutine(thing)):
        return ""
    if inspect.isclass(thing) and issubclass(thing, BaseException):
        bases = ", ".join(
            f"`{base.__name__}`" for base in thing.__bases__ if not base.__name__.startswith("_")
        )
        return f"An error; it is a kind of {bases or '`Exception`'}."
    try:
        text = f"{name}{_plain(inspect.signature(thing))}"
    except (TypeError, ValueError):
        return ""
    return f"```py\n{'class ' if inspect.isclass(thing) else ''}{_folded(text)}\n```"


def _plain(signature: inspect.Signature) -> str:
    """Return a signature without ``self``, and without types and defaults that only say how it is made."""
    given = [each for each in signature.parameters.values() if each.name not in ("self", "cls")]
    text = str(signature.replace(parameters=given))
    text = re.sub(r"((?:\w: |-> ))(['\"])(.*?)\2(?=,|\)| =|$)", r"\1\3", text)  # types are strings
    text = re.sub(r"<(?:object object|function .+?) at 0x\w+>|<factory>|unsaid", "…", text).replace("'", '"')
    return re.sub(r"\b(?:collections\.abc|typing|pathlib|django_journey(?:\.\w+)*)\.(?=\w)", "", text)


def _folded(text: str) -> str:
    if len(text) <= 100:
        return text
    head, _, rest = text.partition("(")
    inner, _, tail = rest.rpartition(")")
    lines, depth, line = [], 0, ""
    for character in inner:
        depth += (character in "([{") - (character in ")]}")
        line += character
        if character == "," and not depth:
            lines.append(f"    {line.strip()}")
            line = ""
    if line.strip():
        lines.append(f"    {line.strip()},")
    return "\n".join([f"{head}(", *lines, f"){tail}"])


def _members(kind: type) -> Iterator[str]:
    """Describe the public methods and properties that a class of this library defines."""
    rows = []
    for name, member in _own(kind):
        called = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if isinstance(member, property):
            shown = f"`{name}`"
        elif callable(called):
            shown = f"`{name}({_names(called)})`"
        else:
            continue
        rows.append(f"| {shown} | {_cell(_summary(called))} |")
    if rows:
        yield "\n".join(["| member | what it is |", "| --- | --- |", *rows])


def _own(kind: type) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for base in kind.__mro__:
        if not base.__module__.startswith("django_journey"):
            continue
        for name, member in vars(base).items():
            plain = not name.startswith("_") and name not in seen
            if plain and (
                isinstance(member, (property, staticmethod, classmethod)) or inspect.isfunction(member)
            ):
                seen.add(name)
                yield name, member


def _names(function: Callable[..., Any]) -> str:
    """Return the names of a function's arguments; ``=…`` where one may be left out."""
    shown = []
    for each in inspect.signature(function).parameters.values():
        if each.name in ("self", "cls"):
            continue
        star = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        shown.append(f"{star}{each.name}" + ("=…" if each.default is not each.empty else ""))
    return ", ".join(shown)


def _summary(thing: Any) -> str:
    return _code((inspect.getdoc(thing) or "").partition("\n\n")[0].replace("\n", " "))


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _code(text: str) -> str:
    return text.replace("``", "`")


def _docstring(thing: Any) -> str:
    """Return a docstring as Markdown, without its sketches of code: the example below is run."""
    text = inspect.getdoc(thing) or ""
    text = re.sub(
        r"(?:^|(?<=\n))([^\n]*)::\n\n(?:(?:    .*)?\n?)+",
        lambda found: f"{found[1].strip()}\n\n",
        text + "\n",
    )
    lines: list[str] = []
    part = ""
    for line in text.splitlines():
        if line.rstrip(":") in _PARTS and line.endswith(":"):
            part = line.rstrip(":")
            lines += ["", f"*{'Arguments' if part == 'Args' else part}*", ""]
        elif part and line.startswith("        "):
            lines[-1] += f" {line.strip()}"
        elif part and line.startswith("    "):
            name, colon, rest = line.strip().partition(": ")
            named = colon and re.fullmatch(r"[\w.*]+", name) and part != "Returns"
            lines.append(f"- `{name}`: {rest}" if named else f"- {line.strip()}")
        else:
            part = part if line.strip() == "" else ""
            lines.append(line)
    return _code(re.sub(r"\n{3,}", "\n\n", "\n".join(lines))).strip()


# -- settings ----------------------------------------------------------------------------------------

#: A value for each setting, as an example; every other one is switched to what it is not by default.
VALUES: dict[str, Any] = {
    "driver": "http",
    "base_url": "https://staging.example.com",
    "host": "shop.example.com",
    "browser": "firefox",
    "browser_endpoint": "ws://127.0.0.1:3000/",
    "browser_path": "/usr/bin/chromium",
    "slowmo": 500,
    "timeout": 10000,
    "screenshots": "failures",
    "record": "full",
    "report": "journey-report",
    "access": "journey-access.txt",
    "fail_under": 80,
    "checks": ("broken-link", "csrf"),
    "secrets": ("iban", "passport"),
    "snapshot": True,
    "shard": "2/5",
    "durations": "journey-report",
    "scripts": "warn",
    "htmx": "2.0",
    "bootstrap": "5.3",
    "interpreters": ("shop.testing.interpret_turbo",),
    "test_id_attribute": "data-test",
    "max_redirects": 5,
    "locale": "de-CH",
    "timezone": "Europe/Zurich",
    "lock_timeout": 30,
    "drain_timeout": 30,
    "tasks": "immediate",
    "task_adapters": ("shop.testing.HueyAdapter",),
    "task_timeout": 5,
    "server": "asgi",
    "outside": ("shop.payments.Payments",),
    "services": "replay",
    "live": ("payments",),
    "network": "open",
    "allow_network": ("*.internal", "10.0.0.0/8"),
    "leftovers": "error",
    "seed": 42,
}


def value_of(name: str) -> Any:
    """Return the example of a setting's value."""
    if name in VALUES:
        return VALUES[name]
    return not next(item.default for item in fields(Options) if item.name == name)


def _settings() -> str:
    parts = [
        "# Settings",
        "Each setting may stand in the project's settings, in the environment, on the command line and on a test; a "
        "later one wins. [Settings](../settings.md) has them in tables, by topic.",
    ]
    for item in fields(Options):
        value = value_of(item.name)
        ((option,), said), *_ = arguments(item)
        plain = [str(each) for each in value] if isinstance(value, tuple) else [str(value)]
        line = option if isinstance(value, bool) else " ".join(f"{option}={each}" for each in plain)
        variable = ",".join(
            str(int(value)) if isinstance(value, bool) else each for each in [*plain][: len(plain)]
        )
        written = list(value) if isinstance(value, tuple) else value
        choices = said.get("choices")
        parts.append(f"## `{item.name}`")
        parts.append(f"{item.metadata['help'][0].upper()}{item.metadata['help'][1:]}.")
        default = (
            f"{item.default:g}" if isinstance(item.default, float) else repr(item.default).replace("'", '"')
        )
        rows = [f"| default | `{default}` |"]
        if choices:
            rows.append("| values | " + ", ".join(f"`{each}`" for each in choices) + " |")
        rows += [
            f'| settings | `JOURNEY = {{"{item.name}": {_literal(written)}}}` |',
            f"| environment | `JOURNEY_{item.name.upper()}={variable}` |",
            f"| command line | `{line}` |",
        ]
        if item.name not in OF_A_RUN:
            rows.append(f"| one test | `@pytest.mark.journey({item.name}={_literal(written)})` |")
        parts.append("\n".join(["| where | how |", "| --- | --- |", *rows]))
    return "\n\n".join(parts) + "\n"


def _literal(value: Any) -> str:
    return repr(value).replace("'", '"')


# -- Playwright's calls ------------------------------------------------------------------------------


#: What Playwright's locators have only because they share a base class with pages.
_EMITTER = {"`Locator`": ("on", "once", "remove_listener"), "`Page`": (), "`BrowserContext`": ()}


def _playwright() -> str:
    from playwright import sync_api

    parts = [
        "# Pages, locators and contexts",
        "`actor.page`, its locators and `actor.context` have Playwright's API. In a browser they *are* Playwright's. "
        "In-process and over HTTP, a call either does what Playwright does, or raises "
        "[`NeedsBrowser`](errors.md#needsbrowser) with the reason that stands here. "
        "[Playwright's documentation](https://playwright.dev/python/docs/api/class-page) describes each call.",
        "```python\nimport pytest\nfrom django_journey import NeedsBrowser\n\n\n"
        "def test_a_call_that_works_and_one_that_needs_a_browser(journey):\n"
        "    page = journey.visitor().page\n"
        '    page.goto("/accounts/login/")\n'
        '    assert page.get_by_role("heading", level=1).inner_text() == "Log in"\n'
        "    with pytest.raises(NeedsBrowser):\n"
        "        page.screenshot()\n```",
    ]
    for title, theirs, ours in (
        ("`Page`", sync_api.Page, Page),
        ("`Locator`", sync_api.Locator, Locator),
        ("`BrowserContext`", sync_api.BrowserContext, BrowserContext),
    ):
        works, needs = [], []
        for name in sorted(
            each for each in dir(theirs) if not each.startswith("_") and each not in _EMITTER[title]
        ):
            reason = _reason(ours, name)
            if reason is None:
                works.append(f"`{name}`")
            else:
                needs.append(f"| `{name}` | {reason} |")
        parts += [
            f"## {title}",
            f"**On every driver**: {', '.join(works)}.",
            "**In a browser only**:",
            "\n".join(["| call | why |", "| --- | --- |", *needs]),
        ]
    return "\n\n".join(parts) + "\n"


def _reason(kind: type, name: str) -> str | None:
    """Return why a call needs a browser, or nothing if it does not."""
    member = getattr(kind, name, None)
    if member is None:
        if re.search(rf"\bself\.{name}\b.* = ", inspect.getsource(kind.__init__)):
            return None
        tables = [each for key, each in vars(unsupported).items() if key.endswith("REASONS")]
        return tables[kind is BrowserContext][name]
    if not getattr(member, "__module__", "").endswith("unsupported"):
        return None
    bare = type(
        "Bare", (kind,), {"_query": "locator", "_page": SimpleNamespace(url=""), "__init__": lambda _: None}
    )()
    try:
        getattr(bare, name)()
    except NeedsBrowser as refused:
        return refused.reason
    return None


if __name__ == "__main__":
    main()
