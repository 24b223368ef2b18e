"""Classes that a script of the page sets by what is scrolled to: a test can't ask for them without a browser."""

from __future__ import annotations

import re

from django_journey._dom.query.element_line import show
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import select
from django_journey.errors import NeedsBrowser

__all__ = ["check_class", "check_selector"]

_SET = re.compile(r"\.(?:active|affix[\w-]*)(?![\w-])")


def check_class(doc: Document, el: Element, call: str) -> None:
    """Refuse to read the classes of an element if they depend on the layout.

    Raises:
        NeedsBrowser: They do.
    """
    if el in doc.layout_classes:
        raise NeedsBrowser(call, f"the classes of {show(el)} depend on {doc.layout_classes[el]}")


def check_selector(doc: Document, source: str) -> None:
    """Refuse a CSS selector whose answer depends on such a class.

    Raises:
        NeedsBrowser: It does.
    """
    if not _SET.search(source):
        return
    try:
        found = select(doc, _SET.sub("", source) or "*")
    except ValueError:  # e.g. :not(.active)
        found = list(doc.layout_classes)
    for el in found:
        check_class(doc, el, f"locator({source!r})")
