"""Makes a page that can be looked at and asks nobody for anything: for what the trace and the report store.

A policy within the page stops what a style sheet or an image would load. It comes too late for some: whole
Chromium looks up and connects to the host of a frame, or of a resource hint, before it asks the policy. So
everything that names another resource is taken out as well.
"""

from __future__ import annotations

from html import escape
from typing import Any

from django_journey.dom.parser import parse

__all__ = ["inert", "inert_tree"]

#: Nothing but what the page holds itself: its own styles, and images, fonts and media as ``data:``.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:; "
    "form-action 'none'; base-uri 'none'"
)
_OWN = (
    '<meta charset="utf-8">'
    f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
)

# Elements that do nothing but load, act or say where to load from. A ``noscript`` is text where scripts may run
# and elements where they may not, as in the report's frame.
_GONE = (
    "script, noscript, base, meta[http-equiv], meta[charset], portal, fencedframe, bgsound, applet, "
    "animate, set"  # these may give an element another address
)
_FRAMES = "iframe, frame, embed, object"
_FRAME_ATTRIBUTES = ("src", "data", "code", "codebase", "classid", "archive", "srcdoc")
_NAMING = (
    *("src", "href", "xlink:href", "srcset", "imagesrcset", "poster", "background", "data", "lowsrc"),
    *("dynsrc", "longdesc", "manifest", "profile", "ping", "attributionsrc"),
)
_NAMED = ", ".join(f"[{name.replace(':', chr(92) + ':')}]" for name in _NAMING)
_EMPTY = "data:,"

# A page that still changes after so many rounds was made to: its source is shown instead.
_MOST_ROUNDS = 4


def inert(markup: str) -> str:
    """Return a page as one that connects to nothing when it is opened.

    Args:
        markup: The page.
    """
    return inert_tree(parse(markup))


def inert_tree(tree: Any, *, framed: bool = False) -> str:
    """Return a tree as a page that connects to nothing when it is opened.

    Args:
        tree: The document, which is changed.
        framed: Whether it is the page of a frame, whose own frames are left empty.
    """
    written = _cleaned(tree, framed)
    # SVG and MathML let a text turn into elements when it is parsed again.
    if "<svg" in written or "<math" in written:
        for _ in range(_MOST_ROUNDS):
            again = _cleaned(parse(written), framed)
            if again == written:
                break
            written = again
        else:
            return f"<!doctype html><pre>{escape(written)}</pre>"
    return written


def _cleaned(tree: Any, framed: bool) -> str:
    for el in tree.select(_GONE):
        el.decompose()
    for el in tree.select(_FRAMES):
        _empty_frame(el, framed)
    for el in tree.select(_NAMED):
        _forget_addresses(el)
    for el in tree.select("plaintext"):  # its end can't be written
        text: Any = parse("<pre></pre>").select_one("pre")
        text.set_text(el.text)
        el.replace_with(text)
    tree.select_one("html > head").insert_adjacent_html("afterbegin", _OWN)
    return str(tree.html)


def _empty_frame(el: Any, framed: bool) -> None:
    inside = el.attr("srcdoc")
    for name in _FRAME_ATTRIBUTES:
        if el.attr(name) is not None:
            del el.attrs[name]
    if inside is not None and el.tag == "iframe" and not framed:
        el.attrs["srcdoc"] = inert_tree(parse(inside), framed=True)


def _forget_addresses(el: Any) -> None:
    if el.tag == "link":
        el.decompose()
        return
    for name in _NAMING:
        address = el.attr(name)
        if address is None or _stays(el, name, address):
            continue
        if name in ("src", "href", "xlink:href"):
            el.attrs[name] = _EMPTY
        else:
            del el.attrs[name]


def _stays(el: Any, name: str, address: str) -> bool:
    """Tell whether an address is followed by somebody's click alone, or needs no network."""
    if name in ("href", "xlink:href") and el.tag in ("a", "area"):
        return True
    return address.startswith(("#", "data:image/", "data:audio/", "data:video/")) and "srcset" not in name
