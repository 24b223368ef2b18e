"""Real pages: the demo site and Django's admin with data, as a visitor, a member and an administrator see them."""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from tests.conformance.elements import Case
from tests.conformance.loopback import Asset

__all__ = ["crawl", "site", "static_asset"]

_LINK = re.compile(r'<a\b[^>]*?\shref="([^"#]+)"', re.IGNORECASE)
_HOST = "testserver"
# Links that change something, or lead to the same page in another order.
_LEFT_OUT = re.compile(r"logout|jsi18n|autocomplete|[?&](?:o|e|p|_facets|_popup|_to_field)=")
_VARIANTS = 4


@contextmanager
def site() -> Iterator[None]:
    """Set Django up with the demo's settings and a database of its own, filled by the demo's ``seed`` command.

    For runs outside pytest, which has its own way.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    django.setup()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        call_command("seed", verbosity=0)
        yield
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


def crawl(*, limit: int = 120) -> list[Case]:
    """Follow links from the home page and the admin's, and return the pages that were found.

    Args:
        limit: How many pages at most, shared between the three readers.
    """
    from django.contrib.auth import get_user_model
    from django.test import Client

    users = get_user_model().objects.order_by("pk")
    admin = users.filter(is_superuser=True).first()
    if admin is None:
        admin = get_user_model().objects.create_superuser("conformance", "conformance@example.com", "pw")
    readers = [
        ("visitor", None, limit // 5),
        ("member", users.filter(is_staff=False).first(), limit * 3 // 10),
    ]
    cases: list[Case] = []
    for name, user, most in readers:
        cases += _read(Client(), name, user, ["/", "/accounts/login/", "/accounts/signup/"], most)
    cases += _read(Client(), "admin", admin, ["/admin/", "/"], limit - len(cases))
    return cases


def _read(client: Any, name: str, user: Any, start: list[str], most: int) -> list[Case]:
    if user is not None:
        client.force_login(user)
    todo, seen, cases = list(start), set(start), []
    variants: dict[str, int] = {}
    while todo and len(cases) < most:
        url = todo.pop(0)
        answer = client.get(url, follow=True)
        if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.streaming:
            continue
        markup = answer.content.decode()
        path = answer.request["PATH_INFO"]
        cases.append(Case(f"{name} {url}", markup, path))
        for link in _LINK.findall(markup):
            target = _target(path, link.replace("&amp;", "&"))
            if target is None or target in seen:
                continue
            seen.add(target)
            shape = _shape(target)
            variants[shape] = variants.get(shape, 0) + 1
            if variants[shape] <= _VARIANTS:
                todo.append(target)
    return cases


def _target(base: str, link: str) -> str | None:
    parts = urlsplit(urldefrag(urljoin(f"http://{_HOST}{base}", link)).url)
    if parts.hostname != _HOST or _LEFT_OUT.search(link):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _shape(target: str) -> str:
    """Return a URL without its numbers and slugs, so that a list's entries do not crowd out other pages."""
    parts = urlsplit(target)
    query = ",".join(sorted(key for key, _ in parse_qsl(parts.query)))
    return re.sub(r"\d+|[a-z0-9]+(?:-[a-z0-9]+)+", "*", parts.path) + f"?{query}"


def static_asset(path: str) -> Asset | None:
    """Return a static file by its path on the site."""
    from django.conf import settings
    from django.contrib.staticfiles import finders

    prefix = urlsplit(settings.STATIC_URL).path
    prefix = prefix if prefix.startswith("/") else f"/{prefix}"
    if not path.startswith(prefix):
        return None
    found = finders.find(path.removeprefix(prefix))
    if not isinstance(found, str):
        return None
    return Asset(mimetypes.guess_type(found)[0] or "application/octet-stream", Path(found).read_bytes())
