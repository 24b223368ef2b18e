"""Fills a form with values that fit: by what its controls ask for, and by what Django's own fields accept."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django_journey._dom.forms import controls
from django_journey._dom.forms.validity import length_limit, problem_of
from django_journey._dom.tree.document import Upload
from django_journey._dom.tree.walk import has
from django_journey._explore.forms.page_form import PageForm, kind_of
from django_journey._routes.recipes import fitting, sample
from django_journey._world.files.images import image
from django_journey.errors import Error, MissingExtra

__all__ = ["Edit", "fill_in", "label_of", "upload"]

_PASSWORD = "Tr0mb0ne-in-the-rain"
_TRIES = 6


@dataclass(frozen=True, slots=True)
class Edit:
    """What a user does to one control.

    Args:
        verb: ``fill``, ``choose``, ``check``, ``uncheck`` or ``attach``.
        name: The control's name.
        label: What its label says, where it has one.
        value: What is typed or chosen; the file's name for ``attach``.
    """

    verb: str
    name: str
    label: str
    value: str = ""


def fill_in(form: PageForm) -> list[Edit]:
    """Fill in each control that a user sees, unless it holds a fitting value already.

    Returns:
        What was done, in order.
    """
    edits: list[Edit] = []
    passwords = any(kind_of(el) == "password" for el in form.typed_controls)
    done: set[str] = set()
    for el in form.typed_controls:
        name = el.attr("name")
        if kind_of(el) == "radio" and name in done:
            continue
        done.add(name)
        with suppress(Error):  # what only a browser could judge stays as it is
            edits += _edit(form, el, passwords)
    return edits


def _edit(form: PageForm, el: Any, passwords: bool) -> list[Edit]:
    document, kind, name = form.document, kind_of(el), el.attr("name")
    label = label_of(document, el)
    field = form.fields.get(name)
    if kind == "select":
        return _choose(form, el, label, field)
    if kind == "radio":
        if not any(controls.is_checked(document, each) for each in controls.radio_group(document, el)):
            controls.set_checked(document, el, True)
            return [Edit("check", name, label, controls.value(document, el))]
        return []
    if kind == "checkbox":
        if (has(el, "required") or getattr(field, "required", False)) and not controls.is_checked(
            document, el
        ):
            controls.set_checked(document, el, True)
            return [Edit("check", name, label, controls.value(document, el))]
        return []
    if kind == "file":
        file = _file(el, field)
        controls.set_files(document, el, [upload(file)])
        return [Edit("attach", name, label, file)]
    held = controls.value(document, el)
    if held and kind != "password" and not problem_of(document, el):
        return []
    for text in _texts(el, kind, field, passwords):
        controls.set_value(document, el, text)
        if not problem_of(document, el):
            return [Edit("fill", name, label, text)]
    return []


def _choose(form: PageForm, el: Any, label: str, field: Any) -> list[Edit]:
    document = form.document
    chosen = controls.selected_options(document, el)
    if any(controls.value(document, option) for option in chosen):
        return []
    for option in controls.options(el):
        value = controls.value(document, option)
        if value and not controls.is_disabled(option):
            controls.select_options(document, el, [option])
            return [Edit("choose", el.attr("name"), label, value)]
    return []


def label_of(document: Any, el: Any) -> str:
    """Return what the label of a control says, or an empty text where it says nothing or too much."""
    texts = [" ".join(label.text.split()) for label in controls.labels_of(document, el)]
    return texts[0].rstrip(":* ") if texts and len(texts[0]) <= 60 else ""


def _texts(el: Any, kind: str, field: Any, passwords: bool) -> Iterator[str]:
    """Yield values in the order of their likeliness; Django's own field has a say where it is known."""
    name = (el.attr("name") or "").lower()
    plain = list(_plain(el, kind, name))
    if field is None:
        yield from plain
        return
    accepted = [text for text in plain if _accepts(field, text)]
    yield from accepted
    if not accepted:
        with suppress(MissingExtra, Exception):
            yield from _made_up(el.attr("name"), field)
        yield from plain


def _made_up(name: str, field: Any) -> Iterator[str]:
    from django_journey._routes.fake_values import FakeValues

    generator = FakeValues(1, who="explore")
    for _, source in zip(range(_TRIES), fitting(name.rpartition("-")[2], field), strict=False):
        value = sample(source, generator)
        yield value.isoformat() if hasattr(value, "isoformat") else str(value)


def _accepts(field: Any, text: str) -> bool:
    try:
        field.clean(text)
    except Exception:  # a field of several parts wants a list, a project's own may want anything
        return False
    return True


def _plain(el: Any, kind: str, name: str) -> Iterator[str]:
    today = datetime.date.today()
    now = f"{today}T12:30"
    known = {
        "email": "someone.new@example.com",
        "url": "https://example.com/",
        "date": str(today),
        "time": "12:30",
        "datetime-local": now,
        "month": f"{today:%Y-%m}",
        "week": f"{today:%G-W%V}",
        "color": "#336699",
        "tel": "+14155550123",
        "password": _PASSWORD,
    }
    if kind in known:
        yield known[kind]
        return
    if kind in ("number", "range"):
        yield from (text for text in (el.attr("min"), "1", "10", el.attr("max")) if text)
        return
    if "mail" in name:
        yield known["email"]
    if "url" in name or "website" in name or "link" in name:
        yield known["url"]
    if "slug" in name:
        yield "some-words"
    if "date" in name or name.endswith(("_at", "_on")) or "time" in name:
        yield from (str(today), f"{today} 12:30", f"{today} 12:30:00", "12:30")
    limit = length_limit(el, "maxlength")
    text = "Some words" if kind != "textarea" else "Some words that make a sentence."
    yield text[:limit] if limit else text
    yield from (
        "somewords",
        "1",
        "someone",
        "1.5",
        str(today),
        f"{today} 12:30",
        "12:30",
        known["url"],
        known["email"],
    )


def upload(name: str) -> Upload:
    """Return a file by its name, which says what is in it: a picture, nothing, rubbish, or a table."""
    if name == "picture.png":
        return Upload(name, "image/png", image().content)
    kind = "image/png" if name.endswith(".png") else "text/plain"
    stem = name.partition(".")[0]
    return Upload(name, kind, {"empty": b"", "broken": b"\x00\xff\xfe"}.get(stem, b"one,two\n1,2\n"))


def _file(el: Any, field: Any) -> str:
    accept = (el.attr("accept") or "").lower()
    if "image" in accept or "png" in accept or type(field).__name__ == "ImageField":
        return "picture.png"
    allowed = [
        extension
        for validator in getattr(field, "validators", ())
        for extension in getattr(validator, "allowed_extensions", None) or ()
    ]
    ending = (
        allowed[0]
        if allowed
        else accept.strip(".")
        if accept.startswith(".") and "," not in accept
        else "txt"
    )
    return f"file.{ending}"
