"""htmx's configuration: its defaults, and what the page's ``<meta name="htmx-config">`` says."""

from __future__ import annotations

import json
import re
from typing import Any

from django_journey._dom.tree.document import Document
from django_journey._dom.tree.walk import select

__all__ = ["Config", "config_of"]

_DEFAULTS: dict[str, Any] = {
    "historyEnabled": True,
    "historyCacheSize": 10,
    "refreshOnHistoryMiss": False,
    "defaultSwapStyle": "innerHTML",
    "defaultSwapDelay": 0,
    "defaultSettleDelay": 20,
    "includeIndicatorStyles": True,
    "indicatorClass": "htmx-indicator",
    "requestClass": "htmx-request",
    "addedClass": "htmx-added",
    "settlingClass": "htmx-settling",
    "swappingClass": "htmx-swapping",
    "allowEval": True,
    "attributesToSettle": ["class", "style", "width", "height"],
    "disableSelector": "[hx-disable], [data-hx-disable]",
    "getCacheBusterParam": False,
    "methodsThatUseUrlParams": ["get", "delete"],
    "selfRequestsOnly": True,
    "ignoreTitle": False,
    "disableInheritance": False,
    "allowNestedOobSwaps": True,
    "historyRestoreAsHxRequest": True,
    "responseTargetUnsetsError": True,
    "responseTargetSetsError": False,
    "responseTargetPrefersExisting": False,
    "responseTargetPrefersRetargetHeader": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


#: What is otherwise by default in 1.9, and what no page can change there.
_DEFAULTS_OF_1 = {"methodsThatUseUrlParams": ["get"], "selfRequestsOnly": False}
_FIXED_IN_1 = {
    "disableInheritance": False,
    "allowNestedOobSwaps": True,
    "historyRestoreAsHxRequest": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "[4-9]..", "swap": False, "error": True},
    ],
}


class Config:
    """The configuration of one page.

    Args:
        said: What the page says, over the defaults.
        is_1: Whether it is one of htmx 1.9.
    """

    def __init__(self, said: dict[str, Any], *, is_1: bool = False) -> None:
        self.is_1 = is_1
        self._values = {**_DEFAULTS, **said}
        if is_1:
            self._values = {**_DEFAULTS, **_DEFAULTS_OF_1, **said, **_FIXED_IN_1}

    def flag(self, name: str) -> bool:
        """Return a setting that is on or off."""
        return bool(self._values.get(name))

    def text(self, name: str) -> str:
        """Return a text."""
        return str(self._values.get(name) or "")

    def number(self, name: str) -> float:
        """Return a number, most of them milliseconds."""
        value = self._values.get(name)
        return float(value) if isinstance(value, int | float) else 0.0

    def words(self, name: str) -> list[str]:
        """Return a list of texts."""
        return [str(each) for each in self._values.get(name) or ()]

    def handling(self, status: int) -> dict[str, Any]:
        """Return how a response of that status is handled."""
        for rule in self._values["responseHandling"]:
            if re.search(str(rule.get("code", "")), str(status)):
                return dict(rule)
        return {"swap": False}


def config_of(doc: Document, *, is_1: bool = False) -> Config:
    """Return the configuration that a page states; what is no JSON is none."""
    for el in select(doc, 'meta[name="htmx-config"]'):
        try:
            said = json.loads(el.attr("content") or "")
        except ValueError:
            break
        return Config(said if isinstance(said, dict) else {}, is_1=is_1)
    return Config({}, is_1=is_1)
