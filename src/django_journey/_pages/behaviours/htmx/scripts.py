"""The scripts of a page as far as they concern htmx: whether it is there, its version, and what listens to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django_journey._dom.tree.parser import is_element
from django_journey._dom.tree.walk import select
from django_journey._pages.behaviours.script_texts import script_texts
from django_journey._pages.navigation.page_protocol import PageProtocol

__all__ = ["Listeners", "Loaded", "loaded_htmx"]

_IS_HTMX = re.compile(r"htmx:config(?:R|:r)equest")
_VERSION = re.compile(r"""\bversion\s*[:=]\s*["'](\d+\.\d+\.\d+(?:-(?:alpha|beta)\w*)?)["']""")
_IN_URL = re.compile(
    r"htmx(?:\.org)?(?:@|[/-]|\.min-)v?(\d+\.\d+(?:\.\d+)?(?:-(?:alpha|beta)\w*)?)|/(\d+\.\d+\.\d+)/(?:dist/)?htmx(?:\.min)?\.js"
)
_NAMED = re.compile(r"/htmx(?:\.org)?(?:[.@/-][^?#]*)?\.js(?:[?#]|$)|/htmx\.org(?:@[^/]*)?/?$")
#: The extensions that are interpreted, by the names of their files and packages.
_EXTENSION = re.compile(r"[/-](response-targets|multi-swap|path-deps)(?:@[\d.]+)?(?:[./][^?#]*)?(?:[?#]|$)")
#: The extensions of htmx 4, which act on every page that loads them.
_EXTENSION_OF_4 = re.compile(r"/ext/([\w-]+?)(?:\.min)?\.js(?:[?#]|$)|/(htmax)[.@/-]")
_REGISTERS = re.compile(r"""registerExtension\(\s*["'`]([\w-]+)""")
_DEFINES = re.compile(r"""defineExtension\(\s*["'](?:response-targets|multi-swap|path-deps)["']""")
_MENTIONS = re.compile(r"\bhtmx\s*\.|htmx:|['\"]htmx-")
_TOKEN = (
    r"(?:document\s*\.\s*querySelector\(\s*(?P<q>['\"])(?P<css>[^'\"]*csrf[^'\"]*)(?P=q)\s*\)\s*\.\s*value"
    r"|(?P<q2>['\"])(?P<literal>[A-Za-z0-9]{16,64})(?P=q2))"
)
#: The ways of sending Django's token that the documentation of htmx and of django-htmx shows.
_CONFIGURES = re.compile(
    r"\s*document\s*(?:\.\s*body\s*)?\.\s*addEventListener\(\s*['\"]htmx:config(?:Request|(?P<four>:request))['\"]\s*,\s*"
    r"(?:function\s*\(\s*(?P<f>\w+)\s*\)|\(?\s*(?P<a>\w+)\s*\)?\s*=>)\s*\{\s*"
    r"\w+\s*\.\s*detail\s*\.\s*(?(four)ctx\s*\.\s*request\s*\.\s*|)headers\s*\[\s*['\"](?P<name>X-CSRF-?Token)['\"]\s*\]\s*=\s*"
    + _TOKEN
    + r"\s*;?\s*"
    r"\}\s*\)\s*;?\s*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Listeners:
    """What scripts of the page do to htmx.

    Args:
        header: The name and value of a header that they add to each request; the value a text or a selector.
        unknown: What of them is not understood, with the script's place; empty where all is.
    """

    header: tuple[str, str, bool] | None = None
    unknown: str = ""
    #: Whether it is the event of htmx 4 that they wait for.
    is_for_4: bool = False

    def headers(self, doc: Any) -> dict[str, str]:
        """Return the headers that they add to a request."""
        if self.header is None:
            return {}
        name, value, is_selector = self.header
        if not is_selector:
            return {name: value}
        found = select(doc, value)
        return {name: found[0].attr("value") or ""} if found and is_element(found[0]) else {}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a page loads.

    Args:
        version: The version of htmx; empty for an htmx whose version is not known.
        listeners: What other scripts do to it.
        unreadable: A script that can't be read here, and may be htmx.
        known: The script elements that are htmx and nothing else.
        extensions: The extensions of htmx among them that are interpreted.
        acting: The extensions of htmx 4 that it loads.
    """

    version: str | None
    listeners: Listeners
    unreadable: str = ""
    known: frozenset[Any] = frozenset()
    extensions: frozenset[str] = frozenset()
    acting: frozenset[str] = frozenset()


def loaded_htmx(page: PageProtocol) -> Loaded:
    """Tell which htmx a page loads, by its scripts; those that views answer are asked for only if no other is htmx."""
    found = _loaded(page, asks=False)
    is_certain = bool(found.version) or (found.version is None and not found.unreadable)
    return found if is_certain else _loaded(page, asks=True)


def _loaded(page: PageProtocol, *, asks: bool) -> Loaded:
    version: str | None = None
    unreadable = ""
    listeners = Listeners()
    known = set()
    extensions = set()
    acting: set[str] = set()
    for el, src, text in script_texts(page, asks=asks):
        named_4 = _EXTENSION_OF_4.search(src or "")
        acting.update(_REGISTERS.findall(text or ""), [named_4[1] or named_4[2]] if named_4 else [])
        if (extension := _EXTENSION.search(src or "")) and (text is None or _DEFINES.search(text)):
            extensions.add(extension[1])
            known.add(el)
        elif text is None:
            if (named := _NAMED.search(src or "")) or _IN_URL.search(src or ""):
                match = _IN_URL.search(src or "")
                version = (match[1] or match[2]) if match else version or ""
            elif named is None:
                unreadable = unreadable or str(src)
        elif _IS_HTMX.search(text) and (stated := _VERSION.findall(text)):
            known.update([el] if _NAMED.search(src or "") else [])
            version = next((each for each in stated if each.startswith(("1.", "2.", "4."))), "")
        elif _MENTIONS.search(text):
            _hear(listeners, text, src)
    return Loaded(version, listeners, unreadable, frozenset(known), frozenset(extensions), frozenset(acting))


def _hear(listeners: Listeners, text: str, src: str | None) -> None:
    match = _CONFIGURES.fullmatch(text)
    if match is not None:
        listeners.header = (match["name"], match["css"] or match["literal"], match["css"] is not None)
        listeners.is_for_4 = match["four"] is not None
        return
    at = _MENTIONS.search(text)
    line = text.count("\n", 0, at.start()) + 1 if at else 1
    said = text.splitlines()[line - 1].strip()[:80] if text.splitlines() else ""
    listeners.unknown = listeners.unknown or f"line {line} of {src or 'a script in the page'}: {said}"
