"""What is wrong with a page as it stands: forms in forms, labels that lead astray, and hints for a second look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django_journey._dom.aria.names import name_of
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.urls import parse_url
from django_journey._dom.tree.walk import has, select
from django_journey._explore.forms.page_form import forms_of, kind_of

__all__ = ["CHECKS", "forms_without_token", "problems"]

_COMMENTS = re.compile(
    r"<!--.*?-->|<(script|style|template|textarea|noscript)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_FORMS = re.compile(r"<(/?)form\b([^>]*)>", re.IGNORECASE)


def nested_forms(document: Document) -> Iterator[str]:
    """Yield each form that stands within another: a browser drops its tag, and sends its fields with the other's."""
    depth = 0
    for found in _FORMS.finditer(_COMMENTS.sub("", document.source)):
        if found[1]:
            depth = max(0, depth - 1)
        else:
            if depth:
                action = re.search(r"""action\s*=\s*["']?([^"'\s>]*)""", found[2])
                yield f"the form {action[1] if action else 'without an action'} stands within another form"
            depth += 1


def labels_astray(document: Document) -> Iterator[str]:
    """Yield each label that focuses another field than its own, since two elements have one ID."""
    ids = Counter(el.attr("id") for el in select(document, "[id]"))
    doubled = {name for name, number in ids.items() if name and number > 1}
    seen = set()
    for label in select(document, "label[for]"):
        target = label.attr("for")
        if target in doubled and target not in seen:
            fields = select(document, "input, select, textarea")
            sharing = [el for el in fields if el.attr("id") == target and kind_of(el) != "hidden"]
            if len(sharing) > 1 and len({el.attr("name") for el in sharing}) > 1:
                seen.add(target)
                yield f"{len(sharing)} fields have the ID {target!r}, and their labels lead to the first"


def duplicate_ids(document: Document) -> Iterator[str]:
    """Yield each ID that several elements have."""
    ids = Counter(el.attr("id") for el in select(document, "[id]"))
    yield from (
        f"{number} elements have the ID {name!r}" for name, number in ids.items() if name and number > 1
    )


def forms_without_token(document: Document, view_of: Callable[[str], Any]) -> Iterator[str]:
    """Yield each form that posts to the site without a CSRF token, to a view that asks for one.

    Args:
        document: The page.
        view_of: Returns the view that answers a path, or ``None``.
    """
    from django.conf import settings

    if not any(name.endswith("CsrfViewMiddleware") for name in settings.MIDDLEWARE):
        return
    here = parse_url(document.url)
    for form in forms_of(document, ()):
        target = parse_url(form.element.attr("action") or "", here)
        if form.method != "POST" or target.netloc != here.netloc or form.has_token:
            continue
        by_script = any(name.startswith(("hx-", "data-hx-", "@")) for name in form.element.attrs)
        if not by_script and not getattr(view_of(target.path), "csrf_exempt", False):
            yield f"the form to {target.path} has no CSRF token"


def images_without_text(document: Document) -> Iterator[str]:
    """Yield each image that has no ``alt`` at all; an empty one says that it is an ornament."""
    for el in select(document, "img[src]"):
        if (
            not has(el, "alt")
            and not has(el, "role")
            and not has(el, "aria-hidden")
            and not has(el, "aria-label")
        ):
            yield f"the image {_stem(el.attr('src') or '')} has no alt"


def unnamed_fields(document: Document) -> Iterator[str]:
    """Yield each field that no label, title or placeholder names."""
    for el in select(document, "input[name], select[name], textarea[name]"):
        if kind_of(el) in ("hidden", "submit", "image", "button", "reset"):
            continue
        if el.attr("placeholder") or el.attr("title"):
            continue
        if not name_of(document, el):
            yield f"the field {el.attr('name')!r} has no label"


def mixed_content(document: Document) -> Iterator[str]:
    """Yield each resource that a page takes over http from another host: https pages block it."""
    for el in select(document, "img[src], script[src], iframe[src], link[rel=stylesheet][href]"):
        url = el.attr("src") or el.attr("href") or ""
        if url.startswith("http://") and not url.startswith(
            ("http://testserver", "http://localhost", "http://127.")
        ):
            yield f"{url} is loaded over http"


#: The checks by the kinds of the findings that they give.
CHECKS: dict[str, Callable[[Document], Iterator[str]]] = {
    "nested-form": nested_forms,
    "label": labels_astray,
    "duplicate-id": duplicate_ids,
    "alt": images_without_text,
    "unnamed": unnamed_fields,
    "mixed": mixed_content,
}


def problems(document: Document, kind: str) -> list[str]:
    """Return what a check finds on a page, each line once."""
    return list(dict.fromkeys(CHECKS[kind](document)))


def _stem(url: str) -> str:
    return re.sub(r"\d+", "0", url.partition("?")[0])
