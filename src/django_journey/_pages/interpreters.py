"""Which interpreters a page gets when it is shown; none are loaded for a page that has nothing for them."""

from __future__ import annotations

import re
from typing import Any

from django_journey._pages.behaviours.behaviours import Behaviours, Interpreter
from django_journey._pages.navigation.page_protocol import PageProtocol
from django_journey._pages.navigation.scripts import listening_script

__all__ = ["start_behaviours"]


class _Absent(Interpreter):
    """Stands for a library whose attributes are on a page that does not load it: they mean nothing there.

    Args:
        framework: Its name.
    """

    def __init__(self, framework: str) -> None:
        self.framework = framework


class _OtherVersion(Interpreter):
    """Stands for a version of htmx that is not interpreted: what its attributes would do needs a browser.

    Args:
        version: The version; empty where it is not known.
    """

    framework = "htmx"

    def __init__(self, version: str) -> None:
        self.name = f"htmx {version or 'of an unknown version'} (4.0, 2.0 and 1.9.10 to 1.9.12 work without a browser)"

    def knows(self, el: Any, name: str) -> bool:
        """Tell that nothing is carried out."""
        return False


_SERVED = re.compile(r"2\.0(\.|$)|1\.9(\.1\d|$)|4\.0(\.\d+)?$")


def start_behaviours(page: PageProtocol) -> None:
    """Start what acts on the page's document instead of its scripts, as far as that is known."""
    doc = page.document
    has_htmx = doc.mentions("hx-")
    has_bootstrap = has_htmx or any(
        doc.mentions(word) for word in ("data-bs-", "data-toggle", "data-dismiss", "data-spy")
    )
    has_admin = doc.mentions("admin/js/")
    if (
        page.framed
        or doc.behaviours is not None
        or not (has_bootstrap or has_admin or page.context.interpreters)
    ):
        return
    if doc.tree.select_one("body") is None:
        return
    behaviours = Behaviours(page)
    makers = [*([_htmx] if has_htmx else []), *([_bootstrap] if has_bootstrap else [])]
    makers += [_admin] if has_admin else []
    found = [make(behaviours) for make in (*makers, *page.context.interpreters)]
    behaviours.interpreters = [each for each in found if each is not None]
    if behaviours.interpreters:
        doc.behaviours = behaviours
        for each in behaviours.interpreters:
            each.start()


def _htmx(behaviours: Behaviours) -> Interpreter | None:
    from django_journey._pages.behaviours.htmx.engine import HtmxEngine
    from django_journey._pages.behaviours.htmx.scripts import loaded_htmx

    loaded = loaded_htmx(behaviours.page)
    version = behaviours.page.context.htmx or loaded.version
    if version is None:
        return None if loaded.unreadable else _Absent("htmx")
    if not _SERVED.match(version):
        return _OtherVersion(version)
    behaviours.known_scripts |= loaded.known
    if version.startswith("4."):
        from django_journey._pages.behaviours.htmx.version_4.engine import Htmx4Engine

        return Htmx4Engine(behaviours, loaded)
    return HtmxEngine(behaviours, loaded, version)


def _bootstrap(behaviours: Behaviours) -> Interpreter | None:
    from django_journey._pages.behaviours.bootstrap.engine import BootstrapEngine
    from django_journey._pages.behaviours.bootstrap.scripts import loaded_bootstrap

    loaded = loaded_bootstrap(behaviours.page)
    if loaded is None:
        return _Absent("Bootstrap") if listening_script(behaviours.document) is None else None
    behaviours.known_scripts |= loaded.known
    return BootstrapEngine(behaviours, loaded)


def _admin(behaviours: Behaviours) -> Interpreter:
    from django_journey._pages.behaviours.admin_scripts import AdminScripts

    return AdminScripts(behaviours)
