"""The scripts of a page as far as they concern Bootstrap: its version, and what of it other scripts listen to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django_journey._pages.behaviours.script_texts import script_texts
from django_journey._pages.navigation.page_protocol import PageProtocol

__all__ = ["BootstrapScripts", "loaded_bootstrap"]

_BANNER = re.compile(r"\bBootstrap(?::? [\w-]+\.js)? v(\d+(?:\.\d+)+)")
_IS_BOOTSTRAP = re.compile(r"data-(?:bs-)?toggle=\\?[\"']modal")
_VERSION = re.compile(r"\bVERSION\b[^\"']{0,30}[\"'](\d+\.\d+\.\d+)[\"']")
#: In a bundle, a variable with a short name has the version.
_NAMED = re.compile(r"\bget VERSION\(\) ?\{\s*return ([\w$]+)")
_IN_URL = re.compile(r"\bbootstrap(?:\.bundle)?(?:\.min)?(?:@|/|-)v?(\d+\.\d+(?:\.\d+)?)\b[^?#]*\.js\b")
_ANY_BOOTSTRAP = re.compile(r"/bootstrap(?:[.-](?:bundle|min|esm|\d[\w.]*))*\.js(?:[?#]|$)")
_KNOWN = re.compile(
    r"/(?:bootstrap|jquery|popper)(?:[.-](?:bundle|min|slim|esm|umd|[\da-f][\w.]*))*\.js(?:[?#]|$)"
)
#: What stands before the event where a listener is set at one element, with the selector or ID of that.
_LISTENER = re.compile(
    r"(?:(?:\$|\bjQuery|\bdocument\s*\.\s*querySelector)\(\s*([\"'])(?P<css>[^\"']+)\1\s*\)"
    r"|\bdocument\s*\.\s*getElementById\(\s*([\"'])(?P<id>[\w-]+)\3\s*\))"
    r"\s*\.\s*(?:on|one|addEventListener)\(\s*[\"']$"
)
_LISTENED = re.compile(r"\b(\w+\.bs\.(?:alert|button|collapse|dropdown|modal|offcanvas|tab|toast))\b")


@dataclass(frozen=True, slots=True)
class BootstrapScripts:
    """What a page loads.

    Args:
        version: The version's numbers, as far as they are known.
        listened: The events of Bootstrap that other scripts name, each with the places, and the selectors of what
            they listen to there; an empty one where that can't be read.
        known: The script elements that are Bootstrap, jQuery or Popper and nothing else.
    """

    version: tuple[int, ...]
    listened: dict[str, list[tuple[str, str]]]
    known: frozenset[Any]


def loaded_bootstrap(page: PageProtocol) -> BootstrapScripts | None:
    """Tell which Bootstrap a page loads; ``None`` if no script is known to be one.

    Scripts that views answer are asked for only if no other is Bootstrap.
    """
    stated = page.context.bootstrap
    found = _loaded(page, stated, asks=False)
    return found if found is not None else _loaded(page, stated, asks=True)


def _loaded(page: PageProtocol, stated: str, *, asks: bool) -> BootstrapScripts | None:
    version, listened, known = stated, dict[str, list[tuple[str, str]]](), set()
    for el, src, text in script_texts(page, asks=asks):
        if src is not None and _KNOWN.search(src):
            known.add(el)
        found, names = _facts(text or "")
        if not found and src is not None and (match := _IN_URL.search(src)):
            found = match[1]
        if found or (src is not None and _ANY_BOOTSTRAP.search(src)):
            version = version or found
        else:
            for name, line, css in names:
                place = f"line {line} of {src or 'a script in the page'}"
                listened.setdefault(name, []).append((place, css))
    numbers = tuple(int(number) for number in version.split(".") if number.isdecimal())
    if not numbers or numbers[0] not in (3, 4, 5):
        return None
    return BootstrapScripts(numbers, listened, frozenset(known))


@lru_cache(maxsize=64)
def _facts(text: str) -> tuple[str, tuple[tuple[str, int, str], ...]]:
    """Return the version of the Bootstrap that a script is, or the events that it names, with line and target."""
    if _IS_BOOTSTRAP.search(text):
        match = _BANNER.search(text) or _VERSION.search(text)
        if match is None and (named := _NAMED.search(text)):
            match = re.search(rf"(?<![\w$]){re.escape(named[1])}\s*=\s*[\"'](\d+\.\d+\.\d+)[\"']", text)
        if match is not None:
            return match[1], ()
    return "", tuple(
        (match[1], text.count("\n", 0, match.start()) + 1, _listener(text, match.start()))
        for match in _LISTENED.finditer(text)
    )


def _listener(text: str, start: int) -> str:
    """Return the selector of what a script listens to at an event's name; an empty one if that can't be read."""
    match = _LISTENER.search(text[max(0, start - 200) : start])
    return "" if match is None else match["css"] or f'[id="{match["id"]}"]'
