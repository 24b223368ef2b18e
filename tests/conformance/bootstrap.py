"""The examples of Bootstrap's documentation, acted on in Chromium and on our page.

``BOOTSTRAP`` names a folder with checkouts of Bootstrap's repository, each in a folder named by its tag (``v3.4.1``,
``v4.6.2``, ``v5.3.3``), since its npm package has no documentation. The scripts and the style sheet come from npm.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django_journey._dom.query.layout_classes import check_class
from django_journey._dom.rendering.visibility import is_visible
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select
from django_journey._drivers.base import DriverRequest, DriverResponse
from django_journey._drivers.browser.launch import launch
from django_journey._pages.page import BrowserContext
from django_journey.errors import Error, NeedsBrowser
from tests.conformance.frameworks import NoNpm, fetched
from tests.conformance.loopback import Asset, serving

__all__ = ["run"]

#: By tag: the npm packages with what the page loads of them, and where the examples are.
_RELEASES: dict[str, tuple[dict[str, str], str]] = {
    "v3.4.1": (
        {"jquery@3.7.1": "dist/jquery.min.js", "bootstrap@3.4.1": "dist/js/bootstrap.min.js"},
        "docs/_includes/*/*.html",
    ),
    "v4.6.2": (
        {"jquery@3.7.1": "dist/jquery.min.js", "bootstrap@4.6.2": "dist/js/bootstrap.bundle.min.js"},
        "site/content/docs/4.6/components/*.md",
    ),
    "v5.3.3": ({"bootstrap@5.3.3": "dist/js/bootstrap.bundle.min.js"}, "site/content/docs/5.3/*/*.md"),
}
_NEEDED = re.compile(r"data-(?:bs-)?(?:toggle|dismiss)=")
_CLICKABLE = re.compile(r"<(?=(?:a|button|input|label|summary)\b)(\w+)")
_KEYS = (
    "Escape",
    "ArrowDown",
    "ArrowUp",
    "ArrowRight",
    "ArrowLeft",
    "Home",
    "End",
    "Tab",
    "Shift+Tab",
    "Enter",
)
#: What Bootstrap's script has to do with.
_CONCERNED = (
    ", ".join(
        f"{attribute}[data-n]"
        for attribute in ("[data-toggle]", "[data-bs-toggle]", "[data-dismiss]", "[data-bs-dismiss]")
    )
    + ", .dropdown-menu [data-n], [data-toggle=buttons] [data-n]"
)
_SEQUENCES = 8
_SHORT = 2
#: The state of every element, as ``_state`` has it.
_ASK = """() => [...document.body.querySelectorAll('*'), document.body].filter(
    e => !['SCRIPT', 'STYLE', 'OPTION'].includes(e.tagName)).map(e => {
  const names = e.getAttributeNames().filter(
    n => /^(aria-.*|role|tabindex|inert|hidden|disabled|data-bs-popper)$/.test(n)).sort();
  const box = e.getBoundingClientRect(), shown = e.checkVisibility() && getComputedStyle(e).visibility === 'visible';
  return [e.localName, [...new Set((e.getAttribute('class') || '').split(/\\s+/).filter(Boolean))].sort().join(' '),
    names.map(n => n + '=' + e.getAttribute(n)).join(' '), e.style.display, shown && box.width > 0 && box.height > 0,
    e.checked === true, document.activeElement === e && e !== document.body];
})"""
#: The numbers of what a click may reach, as far as what lies over the page decides that.
_REACHABLE = """() => { const open = [...document.querySelectorAll('.modal.show, .modal.in, .offcanvas.show')].pop();
  const all = [...(open || document).querySelectorAll('[data-n]')];
  return all.filter(e => e.checkVisibility()).map(e => e.dataset.n) }"""
#: The number of the toggle that shows what a clickable is hidden in; empty if it is shown.
_OPENER = """n => { const e = document.querySelector(`[data-n="${n}"]`);
  if (!e || e.checkVisibility({visibilityProperty: true})) return '';
  for (let p = e.parentElement; p; p = p.parentElement) {
    const to = p.id && document.querySelector(
      `[data-n][data-target="#${p.id}"], [data-n][data-bs-target="#${p.id}"], [data-n][href="#${p.id}"]`);
    if (to) return to.dataset.n;
    const toggle = p.matches('.dropdown-menu') && p.parentElement.querySelector('[data-n][data-toggle=dropdown], '
      + '[data-n][data-bs-toggle=dropdown]');
    if (toggle) return toggle.dataset.n;
  }
  return '' }"""
#: Where to click a clickable, if the pointer reaches it there.
_POINT = """n => { const e = document.querySelector(`[data-n="${n}"]`);
  if (!e.checkVisibility({visibilityProperty: true})) return null;
  e.scrollIntoView({block: 'center', behavior: 'instant'});
  const box = e.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  const hit = document.elementFromPoint(x, y);
  return hit && e.contains(hit) && !e.disabled && !e.classList.contains('disabled') ? [x, y] : null }"""
#: What is hidden loses the focus when the next frame is drawn, which the page's own clock does not know.
_FRAMES = """const frame = requestAnimationFrame.bind(window);
window.drawn = () => new Promise(done => frame(() => frame(done)))"""
_ASPECTS = ("tag", "classes", "ARIA attributes", "inline display", "visibility", "checked", "focus")
_TOLD = re.compile(r"^(aria-.*|role|tabindex|inert|hidden|disabled|data-bs-popper)$")
_BESIDE = ".modal.show, .modal.in"


@dataclass
class _Example:
    """A page of examples.

    Args:
        name: What it is called.
        markup: Its HTML; each clickable has a number in ``data-n``.
        clickables: The numbers of those that Bootstrap has to do with, and of some others.
    """

    name: str
    markup: str
    clickables: list[str]


@dataclass
class _Files:
    """The site that has the example, for our page."""

    markup: str
    find: Callable[[str], Asset | None]
    base_url: str
    name: str = "examples"
    asked: list[str] = field(default_factory=list)

    def send(self, request: DriverRequest) -> DriverResponse:
        path = urlsplit(request.url).path
        if path == "/":
            return DriverResponse(
                200, (("Content-Type", "text/html; charset=utf-8"),), self.markup.encode(), "OK"
            )
        self.asked.append(path)
        return self.file(request.url) or DriverResponse(404)

    def file(self, url: str) -> DriverResponse | None:
        asset = self.find(urlsplit(url).path)
        if asset is None:
            return None
        return DriverResponse(200, (("Content-Type", asset.media_type),), asset.body, "OK")

    def close(self) -> None:
        pass


def run(*, short: bool = False, only: str = "") -> dict[str, Any]:
    """Act on the examples: each clickable on a fresh page, then sequences of clicks and keys.

    Args:
        short: Only some pages of each release, and fewer sequences.
        only: A part of the names of the pages to take.

    Returns:
        ``pages``, ``acts``, ``equal``, ``refused`` and ``unreached`` (counts; an act that Chromium can't carry out is
        unreached), ``by_release`` (how many acts are equal, of how many that were not refused), ``differences`` (a
        list) and ``reasons`` of what was refused.

    Raises:
        NoNpm: There are no checkouts, or no npm.
    """
    home = Path(os.environ.get("BOOTSTRAP", ""))
    if not any((home / tag).is_dir() for tag in _RELEASES):
        raise NoNpm(f"BOOTSTRAP names no folder with checkouts of Bootstrap ({', '.join(_RELEASES)})")
    figures: dict[str, Any] = {"pages": 0, "acts": 0, "equal": 0, "refused": 0, "unreached": 0}
    figures |= {"differences": [], "reasons": Counter(), "by_release": {}}
    for tag, (packages, pattern) in _RELEASES.items():
        files = {f"/{package}/{inner}": fetched(package) / inner for package, inner in packages.items()}
        sheet = f"bootstrap@{tag[1:]}"
        files[f"/{sheet}/dist/css/bootstrap.css"] = fetched(sheet) / "dist/css/bootstrap.css"
        examples = [each for each in _examples(home / tag, tag, pattern, list(files)) if only in each.name]
        if short:
            examples = examples[:: max(1, len(examples) // _SHORT)][:_SHORT]
        equal, different = figures["equal"], len(figures["differences"])
        with _browser(files) as opened:
            for example in examples:
                figures["pages"] += 1
                for acts in _plans(example, 2 if short else _SEQUENCES):
                    _compare(example, acts, opened, figures)
        alike = figures["equal"] - equal
        figures["by_release"][tag] = [alike, alike + len(figures["differences"]) - different]
    figures["reasons"] = dict(figures["reasons"].most_common())
    return figures


def _examples(folder: Path, tag: str, pattern: str, files: list[str]) -> Iterator[_Example]:
    for path in sorted(folder.glob(pattern)):
        text = path.read_text("utf-8")
        body = _from_html(text) if path.suffix == ".html" else _from_markdown(text)
        if not _NEEDED.search(body):
            continue
        count = 0

        def number(match: re.Match[str]) -> str:
            nonlocal count
            count += 1
            return f'<{match[1]} data-n="{count - 1}"'

        body = _CLICKABLE.sub(number, body)
        scripts = "".join(f'<script src="{file}"></script>' for file in files if file.endswith(".js"))
        sheets = "".join(f'<link rel="stylesheet" href="{file}">' for file in files if file.endswith(".css"))
        head = f"<!doctype html><html lang=en><head><title>x</title>{sheets}</head>"
        markup = f"{head}<body>{body}{scripts}</body></html>"
        yield _Example(f"{tag} {path.stem}", markup, _concerned(markup))


def _concerned(markup: str) -> list[str]:
    doc = Document(markup)
    wanted = [str(el.attr("data-n")) for el in select(doc, _CONCERNED)]
    others = [str(el.attr("data-n")) for el in select(doc, "[data-n]") if el.attr("data-n") not in wanted]
    return wanted + others[:5]


def _from_html(text: str) -> str:
    text = re.sub(r"{% highlight.*?{% endhighlight %}|<script.*?</script>", "", text, flags=re.DOTALL)
    return re.sub(r"{[{%].*?[}%]}", "", text)


def _from_markdown(text: str) -> str:
    """Return the examples, and what stands as HTML between them."""
    text = re.sub(r"^```.*?^```\s*$|\A---\n.*?\n---\n", "", text, flags=re.DOTALL | re.MULTILINE)
    pieces = re.split(r"{{< example.*?>}}(.*?){{< /example >}}", text, flags=re.DOTALL)
    found = []
    for place, piece in enumerate(pieces):
        if place % 2:
            found.append(piece)
        else:
            found += [block for block in re.split(r"\n\s*\n", piece) if block.lstrip().startswith("<")]
    text = re.sub(r"<script.*?</script>", "", "\n".join(found), flags=re.DOTALL)
    return re.sub(r"{{<.*?>}}", "", text)


def _plans(example: _Example, sequences: int) -> Iterator[list[str]]:
    chance = random.Random(example.name)
    yield from ([f"reach {number}", number] for number in example.clickables)
    for _ in range(sequences):
        yield [
            "?" if chance.random() < 0.6 else chance.choice((*_KEYS, "beside"))
            for _ in range(chance.randint(3, 5))
        ]


@contextmanager
def _browser(files: dict[str, Path]) -> Iterator[Callable[[str], tuple[Any, _Files]]]:
    """Yield what opens an example in Chromium, and the site of it for our page."""
    from playwright.sync_api import sync_playwright

    shown = [""]

    def find(path: str) -> Asset | None:
        if path == "/":
            return Asset("text/html; charset=utf-8", shown[0].encode())
        file = files.get(path)
        kind = "text/css" if path.endswith(".css") else "text/javascript"
        return Asset(kind, file.read_bytes()) if file is not None else None

    with serving(find, forbid_scripts=False) as base, sync_playwright() as playwright:
        browser = launch(playwright, "chromium", headed=False)
        context = browser.new_context(reduced_motion="reduce")
        page = context.new_page()
        page.add_init_script(_FRAMES)
        page.clock.install()

        def opened(markup: str) -> tuple[Any, _Files]:
            shown[0] = markup
            page.goto(base + "/")
            page.clock.run_for(1000)
            return page, _Files(markup, find, base)

        yield opened
        browser.close()


def _compare(
    example: _Example, acts: list[str], opened: Callable[..., tuple[Any, _Files]], figures: dict[str, Any]
) -> None:
    """Carry out acts in both, and compare the page after each; the first difference ends them."""
    theirs, site = opened(example.markup)
    ours = BrowserContext(site).new_page()
    ours.goto("/")
    chance = random.Random(f"{example.name} {acts}")
    done: list[str] = []
    for act in acts:
        if act == "?":
            act = chance.choice(theirs.evaluate(_REACHABLE) or ["Escape"])
        elif act.startswith("reach "):
            act = theirs.evaluate(_OPENER, act.removeprefix("reach "))
            if not act:
                continue
        if act.isdecimal() and _leads_away(theirs, act):
            return
        done.append(act)
        if not _act_in_chromium(theirs, act):
            figures["unreached"] += 1
            return
        theirs.clock.run_for(2000)
        if urlsplit(theirs.url).path != "/":
            return
        theirs.evaluate("() => drawn()")
        figures["acts"] += 1
        try:
            _act(ours, act)
            state = _state(ours)
        except NeedsBrowser as refused:
            figures["refused"] += 1
            figures["reasons"][re.sub(r"data-n=\S+", "", refused.reason)[:120]] += 1
            return
        except Error as error:
            figures["differences"].append(f"{example.name} {done}: ours fails: {str(error)[:200]}")
            return
        difference = _difference(theirs.evaluate(_ASK), state)
        if difference:
            figures["differences"].append(f"{example.name} {done}: {difference}")
            return
        figures["equal"] += 1


def _leads_away(page: Any, number: str) -> bool:
    """Tell whether a click may lead to another page, or submits a form."""
    return bool(
        page.evaluate(
            """n => { const e = document.querySelector(`[data-n="${n}"]`); return !e || e.type === 'file'
            || (e.localName === 'a' && e.hasAttribute('href') && !/^#/.test(e.getAttribute('href')))
            || (e.form && ['submit', 'image'].includes(e.type)) }""",
            number,
        )
    )


def _act_in_chromium(page: Any, act: str) -> bool:
    """Click or press; tell whether the pointer reaches what is to be clicked."""
    if act == "beside":
        if page.evaluate(f"document.querySelector('{_BESIDE}') !== null"):
            page.mouse.click(2, 2)
    elif act.isdecimal():
        point = page.evaluate(_POINT, act)
        if not point:
            return False
        page.mouse.click(*point)
    else:
        page.keyboard.press(act)
    return True


def _act(page: Any, act: str) -> None:
    if act == "beside":
        if page.locator(_BESIDE).count():
            page.locator(_BESIDE).last.click(position={"x": 2, "y": 2})
    elif act.isdecimal():
        page.locator(f'[data-n="{act}"]').click()
    else:
        page.keyboard.press(act)


def _state(page: Any) -> list[list[Any]]:
    """Return tag, classes, ARIA attributes, display, visibility and focus of each element of our page."""
    from django_journey._dom.css.syntax import declarations
    from django_journey._dom.forms import controls

    doc = page.document
    body = doc.tree.select_one("body")
    found = []
    for el in (*body.iter_elements(), body):
        if el.tag in ("script", "style", "option") or el.closest("template"):
            continue
        check_class(doc, el, "class")
        told = sorted(name for name in el.attrs if _TOLD.match(name))
        display = {name: value for name, value, _ in declarations(el.attr("style") or "")}.get("display", "")
        is_box = el.tag == "input" and (el.attr("type") or "") in ("checkbox", "radio")
        found.append(
            [
                el.tag,
                " ".join(sorted(set((el.attr("class") or "").split()))),
                " ".join(f"{name}={el.attr(name)}" for name in told),
                display,
                is_visible(doc, el),
                is_box and controls.is_checked(doc, el),
                doc.focus is el,
            ]
        )
    return found


def _difference(theirs: list[list[Any]], ours: list[list[Any]]) -> str:
    if len(theirs) != len(ours):
        return f"{len(theirs)} elements in Chromium, {len(ours)} here"
    for place, (there, here) in enumerate(zip(theirs, ours, strict=True)):
        for aspect, one, other in zip(_ASPECTS, there, here, strict=True):
            if one != other:
                where = f"{aspect} of element {place}, <{there[0]} class={there[1]!r}>"
                return f"{where}: {one!r} in Chromium, {other!r} here"
    return ""
