"""The configuration of htmx 4."""

from __future__ import annotations

from typing import Any

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select
from django_journey._pages.behaviours.htmx.config import Config
from django_journey._pages.behaviours.htmx.version_4.hcon import merge, parse
from django_journey.errors import NeedsBrowser

__all__ = ["config_of_4"]

_DEFAULTS: dict[str, Any] = {
    "prefix": "data-hx-",
    "history": True,
    "mode": "same-origin",
    "defaultSwap": "innerHTML",
    "requestClass": "htmx-request",
    "morphIgnore": ["data-htmx-powered"],
    "morphSkip": "[hx-morph-skip]",
    "morphSkipChildren": "[hx-morph-skip-children]",
    "morphScanLimit": 10,
    "noSwap": [204, 304],
    "implicitInheritance": False,
    "defaultSettleDelay": 1,
    "allowEmptySwapAfterOOB": False,
}


def config_of_4(doc: Document) -> Config:
    """Return the configuration that a page states.

    Raises:
        NeedsBrowser: It can't be read, at which htmx does not start.
    """
    found = dict(_DEFAULTS)
    for el in select(doc, 'meta[name="htmx-config"]')[:1]:
        stated = el.attr("content") or ""
        try:
            merge(parse(stated), found)
        except ValueError as error:
            raise NeedsBrowser(
                "loading the page", f"htmx can't read its configuration {stated!r}", where=doc.url
            ) from error
    hides = found.get("includeIndicatorCSS") is not False
    return Config({**found, "historyEnabled": found["history"], "includeIndicatorStyles": hides})
