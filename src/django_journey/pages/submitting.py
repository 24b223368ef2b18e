"""Submitting a form: what its validity says, then the request that it means."""

from __future__ import annotations

import re
from typing import Any

from django_journey.dom import controls, forms
from django_journey.dom.cascade import styles_of
from django_journey.dom.owner import elements_of
from django_journey.dom.tree import ancestors, has
from django_journey.dom.urls import parse_url
from django_journey.dom.user_agent import MODAL
from django_journey.dom.validity import first_invalid
from django_journey.errors import Error, Explanation, NeedsBrowser
from django_journey.pages.links import Opened
from django_journey.pages.scripts import check_event, check_url, shown
from django_journey.pages.shown import Blocked, Destination, ShownPage
from django_journey.trace.recorder import note

__all__ = ["close_dialog", "reset_form", "submit"]


def submit(
    page: ShownPage,
    form: Any,
    submitter: Any = None,
    *,
    point: tuple[int, int] = (0, 0),
    opened: Opened = "here",
    call: str = "click()",
) -> None:
    """Submit a form as a user does: checked first, then sent.

    A form that its own constraints refuse sends nothing, as in a browser; ``page.blocked`` then names the field.

    Args:
        page: The page.
        form: The form.
        submitter: The button that was clicked, or ``None``.
        point: Where an image button was clicked.
        opened: Where keys that are held make it lead.
        call: The call, for errors.

    Raises:
        NeedsBrowser: A script takes the submission over.
    """
    doc = page.document
    check_event(page, form, "submit", call)
    if submitter is not None:
        check_event(page, submitter, "submit", call)
    validated = not (has(form, "novalidate") or (submitter is not None and has(submitter, "formnovalidate")))
    if validated:
        invalid = first_invalid(doc, form)
        if invalid is not None:
            field, reason = invalid
            doc.dirty.sent.append(form)
            doc.focus = field
            page.blocked = Blocked(form, field, shown(field), reason)
            note("form", str(page.blocked), field=field.attr("name") or "", reason=reason)
            return
    _check_wrapping(page, form, call)
    try:
        sent = forms.submission(doc, form, submitter, point=point)
    except ValueError as error:
        raise Error(
            Explanation(f"{call}: the form's action is not a URL: {error}", where=shown(form))
        ) from error
    if sent.method == "DIALOG":
        close_dialog(page, next((el for el in ancestors(form) if el.tag == "dialog"), None))
        return
    check_url(sent.url, form, call, where=page.url)
    page.go(
        Destination(
            parse_url(sent.url),
            sent.method,
            sent.body,
            sent.content_type,
            "_blank" if opened == "elsewhere" else sent.target,
            rel=_rel(form, sent.target),
            is_saved=opened == "saved",
        )
    )


def _check_wrapping(page: ShownPage, form: Any, call: str) -> None:
    """Refuse text areas that are sent with the line breaks of a layout, unless their lines certainly fit.

    Raises:
        NeedsBrowser: A line is longer than ``cols``, or otherwise sized, and may be broken somewhere.
    """
    for el in elements_of(page.document, form):
        if el.tag != "textarea" or (el.attr("wrap") or "").lower() != "hard":
            continue
        cols = re.match(r"\s*\+?(\d+)", el.attr("cols") or "", re.ASCII)
        room = int(cols[1]) if cols else 0
        styled = styles_of(page.document).declared(el)
        for line in controls.value(page.document, el).split("\n"):
            fits = line.isascii() and len(line.rstrip(" ")) <= (room or 20) and not styled
            if not fits and not re.fullmatch(r"\w*", line, re.ASCII):
                why = f"{shown(el)} is sent with the line breaks that a layout adds (wrap=hard)"
                raise NeedsBrowser(call, why, where=page.url)


def _rel(form: Any, target: str) -> tuple[str, ...]:
    """Return the words of a form's ``rel``, which Chromium reads (in lower case) where the form opens another page."""
    if target.lower() in ("", "_self", "_parent", "_top"):
        return ()
    return tuple((form.attr("rel") or "").split())


def close_dialog(page: ShownPage, dialog: Any) -> None:
    """Close a dialog, if it is open."""
    if dialog is not None and has(dialog, "open"):
        del dialog.attrs["open"]
        if has(dialog, MODAL):
            del dialog.attrs[MODAL]
        page.document.changed()


def reset_form(page: ShownPage, form: Any, call: str) -> None:
    """Put a form back to its defaults.

    Raises:
        NeedsBrowser: A script takes the reset over.
    """
    check_event(page, form, "reset", call)
    forms.reset(page.document, form)
