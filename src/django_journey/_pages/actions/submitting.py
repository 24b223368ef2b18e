"""Submitting a form: validation, then navigation; resetting a form; closing a dialog."""

from __future__ import annotations

import re

from django_journey._dom.css.cascade import styles_of
from django_journey._dom.css.user_agent import MODAL
from django_journey._dom.forms import controls, submission
from django_journey._dom.forms.owner import elements_of
from django_journey._dom.forms.validity import first_invalid
from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import ancestors, has
from django_journey._pages.actions.links import OpenMode
from django_journey._pages.behaviours.fire import fire
from django_journey._pages.navigation.navigate import follow
from django_journey._pages.navigation.page_protocol import Destination, PageProtocol, UnsentForm
from django_journey._pages.navigation.scripts import check_event, check_url
from django_journey._trace.record.recorder import note
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["close_dialog", "reset_form", "submit"]


def submit(
    page: PageProtocol,
    form: Element,
    submitter: Element | None = None,
    *,
    point: tuple[int, int] = (0, 0),
    opened: OpenMode = "here",
    call: str = "click()",
) -> None:
    """Submit a form as a user does.

    As in a browser, an invalid form is not sent; ``page.blocked`` then names the invalid field.

    Args:
        page: The page.
        form: The form.
        submitter: The button that was clicked, or ``None``.
        point: Where an image button was clicked.
        opened: Where the response is opened, by the keys that are held down.
        call: The call, for errors.

    Raises:
        NeedsBrowser: A script handles the event.
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
            doc.dirty.submitted.append(form)
            doc.focus = field
            page.blocked = UnsentForm(form, field, show(field), reason)
            note("form", str(page.blocked), field=field.attr("name") or "", reason=reason)
            return
    if fire(page, form, "submit", call, submitter=submitter).prevented:
        return
    _check_wrapping(page, form, call)
    try:
        sent = submission.submission(doc, form, submitter, point=point)
    except ValueError as error:
        raise Error(
            Explanation(f"{call}: the form's action is not a URL: {error}", where=show(form))
        ) from error
    if sent.method == "DIALOG":
        close_dialog(page, next((el for el in ancestors(form) if el.tag == "dialog"), None))
        return
    check_url(sent.url, form, call, where=page.url)
    destination = Destination(
        parse_url(sent.url),
        sent.method,
        sent.body,
        sent.content_type,
        "_blank" if opened == "elsewhere" else sent.target,
        rel=_rel(form, sent.target),
        is_saved=opened == "saved",
    )
    follow(page, destination)


def _check_wrapping(page: PageProtocol, form: Element, call: str) -> None:
    """Check that no text area is sent with the line breaks of a layout (``wrap=hard``).

    Raises:
        NeedsBrowser: A line of one may be longer than the text area is wide.
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
                why = f"{show(el)} is sent with the line breaks that a layout adds (wrap=hard)"
                raise NeedsBrowser(call, why, where=page.url)


def _rel(form: Element, target: str) -> tuple[str, ...]:
    """Return the words of a form's ``rel``, which Chromium reads (in lower case) where the form has another target."""
    if target.lower() in ("", "_self", "_parent", "_top"):
        return ()
    return tuple((form.attr("rel") or "").split())


def close_dialog(page: PageProtocol, dialog: Element | None) -> None:
    """Close a dialog, if it is open."""
    if dialog is not None and has(dialog, "open"):
        del dialog.attrs["open"]
        if has(dialog, MODAL):
            del dialog.attrs[MODAL]
        page.document.tree_changed()


def reset_form(page: PageProtocol, form: Element, call: str) -> None:
    """Reset the controls of a form to their defaults.

    Raises:
        NeedsBrowser: A script handles the event.
    """
    check_event(page, form, "reset", call)
    if not fire(page, form, "reset", call).prevented:
        submission.reset(page.document, form)
