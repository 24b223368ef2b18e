"""Makes a stored page inert: opened from the trace or the report, it loads nothing and runs nothing.

A content security policy in the page stops style sheets and images. It does not stop everything: Chromium resolves
and connects to the host of a frame or a resource hint before it applies the policy. Therefore everything that refers
to another resource is removed as well.
"""

from __future__ import annotations

from html import escape

from django_journey._dom.tree.parser import Element, Tree, parse

__all__ = ["inert", "inert_tree"]

#: Allows only what is in the page itself: inline styles, and images, fonts and media as ``data:`` URLs.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:; "
    "form-action 'none'; base-uri 'none'"
)
_OWN = (
    '<meta charset="utf-8">'
    f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
)

# Elements that only load, act, or change URLs. ``noscript`` is included because the report's frame forbids scripts,
# so its content would become elements there.
_GONE = (
    "script, noscript, base, meta[http-equiv], meta[charset], portal, fencedframe, bgsound, applet, "
    "animate, set"  # these may set an element's URL
)
_FRAMES = "iframe, frame, embed, object"
_FRAME_ATTRIBUTES = ("src", "data", "code", "codebase", "classid", "archive", "srcdoc")
_NAMING = (
    *("src", "href", "xlink:href", "srcset", "imagesrcset", "poster", "background", "data", "lowsrc"),
    *("dynsrc", "longdesc", "manifest", "profile", "ping", "attributionsrc"),
)
_NAMED = ", ".join(f"[{name.replace(':', chr(92) + ':')}]" for name in _NAMING)
_EMPTY = "data:,"

# A page that still changes after this many rounds is crafted to do so; its source is shown instead.
_MOST_ROUNDS = 4


def inert(markup: str) -> str:
    """Return a page's markup without anything that would load or run when it is opened.

    Args:
        markup: The page's markup.
    """
    return inert_tree(parse(markup))


def inert_tree(tree: Tree, *, framed: bool = False) -> str:
    """Return a tree's markup without anything that would load or run when it is opened.

    Args:
        tree: The document. It is changed in place.
        framed: Whether it is a frame's page; its own frames are left empty then.
    """
    written = _cleaned(tree, framed)
    # Within SVG and MathML, serialized text may parse as elements (mutation XSS).
    if "<svg" in written or "<math" in written:
        for _ in range(_MOST_ROUNDS):
            again = _cleaned(parse(written), framed)
            if again == written:
                break
            written = again
        else:
            return f"<!doctype html><pre>{escape(written)}</pre>"
    return written


def _cleaned(tree: Tree, framed: bool) -> str:
    for el in tree.select(_GONE):
        el.decompose()
    for el in tree.select(_FRAMES):
        _empty_frame(el, framed)
    for el in tree.select(_NAMED):
        _forget_addresses(el)
    for el in tree.select("plaintext"):  # it has no end tag, so it can't be serialized
        text = parse("<pre></pre>").select("pre")[0]
        text.set_text(el.text)
        el.replace_with(text)
    tree.select("html > head")[0].insert_adjacent_html("afterbegin", _OWN)
    return tree.html


def _empty_frame(el: Element, framed: bool) -> None:
    inside = el.attr("srcdoc")
    for name in _FRAME_ATTRIBUTES:
        if el.attr(name) is not None:
            del el.attrs[name]
    if inside is not None and el.tag == "iframe" and not framed:
        el.attrs["srcdoc"] = inert_tree(parse(inside), framed=True)


def _forget_addresses(el: Element) -> None:
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


def _stays(el: Element, name: str, address: str) -> bool:
    """Return whether a URL is only followed on a click, or needs no network."""
    if name in ("href", "xlink:href") and el.tag in ("a", "area"):
        return True
    return address.startswith(("#", "data:image/", "data:audio/", "data:video/")) and "srcset" not in name
