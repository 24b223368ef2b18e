"""The scripts of Django's admin: what they only decorate works without them; what they do is refused by its name."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.submission import button_type
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import is_element, parent_element
from django_journey._dom.tree.walk import by_id, select
from django_journey._pages.behaviours.behaviours import Behaviours, Interpreter
from django_journey._pages.behaviours.page_event import CAPTURE, PageEvent
from django_journey.errors import NeedsBrowser

__all__ = ["AdminScripts"]

_IN_BROWSER = 'run this story with @pytest.mark.journey(driver="browser")'
#: What a script of the admin does at a click, and what a story can do instead.
_CLICKS = {
    ".add-row a": (
        "adds a row to the formset",
        "save the rows that the page has, or fill its management form",
    ),
    "a.related-widget-wrapper-link, a.related-lookup": (
        "opens a pop-up that hands an object back",
        "visit the object's own page first, and then this one",
    ),
    "#action-toggle": ("selects all rows", "check the box of each row"),
    "a.cancel-link": ("goes back", "page.go_back()"),
    "select.admin-autocomplete": ("looks for its options", "send the form by actor.api"),
}
_FILTERS = "select.selectfilter, select.selectfilterstacked"


class AdminScripts(Interpreter):
    """Stands for the scripts of Django's admin on one document.

    Args:
        behaviours: The document's behaviours.
    """

    framework = "Django's admin"

    def __init__(self, behaviours: Behaviours) -> None:
        self._behaviours = behaviours
        self._document = behaviours.document

    def start(self) -> None:
        """Show the links that add a row, and listen."""
        for group in select(self._document, ".js-inline-admin-formset"):
            self._offer_row(group)
        for kind, listener in (
            ("mousedown", self._clicked),
            ("click", self._clicked),
            ("change", self._changed),
        ):
            self._behaviours.listen(CAPTURE, kind, listener, quietly=True)

    def _offer_row(self, group: Any) -> None:
        """Add the link that adds a row, as the admin's script does when the page has loaded."""
        options = json.loads(group.attr("data-inline-formset") or "{}").get("options", {})
        prefix = options.get("prefix", "")
        most = by_id(self._document, f"id_{prefix}-MAX_NUM_FORMS")
        total = by_id(self._document, f"id_{prefix}-TOTAL_FORMS")
        rows = select(self._document, f"#{prefix}-empty", group)
        if not rows or total is None or most is None:
            return
        limit = most.attr("value") or ""
        if limit and int(limit) <= int(total.attr("value") or 0):
            return
        link = f'<a role="button" class="addlink" href="#">{escape(options.get("addText", ""))}</a>'
        around = parent_element(rows[0])
        if rows[0].tag == "tr" and around is not None:
            cells = sum(is_element(child) for child in rows[0].children)
            around.insert_adjacent_html(
                "beforeend", f'<tr class="add-row"><td colspan="{cells}">{link}</td></tr>'
            )
        else:
            rows[0].insert_adjacent_html("afterend", f'<div class="add-row">{link}</div>')
        self._document.tree_changed()

    def _clicked(self, event: PageEvent) -> None:
        for css, (what, instead) in _CLICKS.items():
            if (el := event.target.closest(css)) is not None:
                raise self._refused(event, el, what, instead)
        button = event.target.closest("button, input")
        if button is not None and event.kind == "click" and _submits(button):
            self._check_prepopulated(event)

    def _check_prepopulated(self, event: PageEvent) -> None:
        """Refuse to send a form in which a script would have filled a field from others."""
        doc = self._document
        for constants in select(doc, "#django-admin-prepopulated-fields-constants"):
            for stated in json.loads(constants.attr("data-prepopulated-fields") or "[]"):
                field = by_id(doc, stated["id"].removeprefix("#"))
                sources = [by_id(doc, each.removeprefix("#")) for each in stated["dependency_ids"]]
                if field is None or controls.value(doc, field) or field in doc.dirty.values:
                    continue
                if any(each in doc.dirty.values for each in sources):
                    raise self._refused(
                        event, field, "fills it from what is typed elsewhere", "fill it in the story"
                    )

    def _changed(self, event: PageEvent) -> None:
        if is_element(event.target) and event.target.matches(_FILTERS):
            what = "makes two lists of it, between which options are moved"
            raise self._refused(event, event.target, what, "send the form by actor.api")

    def _refused(self, event: PageEvent, el: Any, what: str, instead: str) -> NeedsBrowser:
        reason = f"{show(el)}: a script of Django's admin {what}; {instead}, or {_IN_BROWSER}"
        return NeedsBrowser(event.call, reason, where=self._behaviours.page.url)


def _submits(el: Any) -> bool:
    return (
        button_type(el) == "submit" if el.tag == "button" else (el.attr("type") or "") in ("submit", "image")
    )
