"""Keeps what the templates of a response were given: references, no copies, of a story's last responses."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from django.conf import settings

from django_journey.trace.patches import Patches

__all__ = ["MOST", "Given", "Shelf", "rendering"]

#: So many responses are kept till their pages ask for them.
MOST = 30
_JINJA2 = "django.template.backends.jinja2.Jinja2"


class Given:
    """What only Django knows of one response.

    Attributes:
        templates: The names of the templates that were rendered, in order.
        layers: The dictionaries of each outermost context, as they were pushed on each other.
        resolver_match: Where the URL led, or ``None``.
    """

    __slots__ = ("_depth", "layers", "resolver_match", "templates")

    def __init__(self) -> None:
        self.templates: list[str] = []
        self.layers: list[tuple[Mapping[str, Any], ...]] = []
        self.resolver_match: Any = None
        self._depth = 0

    def enter(self, name: Any, layers: Callable[[], tuple[Mapping[str, Any], ...]]) -> None:
        """Take note of a template that begins to be rendered."""
        if isinstance(name, str):
            self.templates.append(name)
        if not self._depth:
            self.layers.append(layers())
        self._depth += 1

    def leave(self) -> None:
        """Take note that a template was rendered."""
        self._depth -= 1


#: What is being gathered for the request of the calling context.
rendering: ContextVar[Given | None] = ContextVar("django_journey_given", default=None)


class Shelf:
    """Where what was gathered waits for the page that the response comes to.

    Args:
        number: Returns the number of the request that the calling context answers, or an empty text.
    """

    def __init__(self, number: Callable[[], str]) -> None:
        self._number = number
        self._given: deque[tuple[Any, Given]] = deque(maxlen=MOST)

    def install(self, patches: Patches) -> None:
        """Watch templates being rendered."""
        from django.template.base import Template

        patches.wrap(Template, "_render", _rendered)
        if any(engine["BACKEND"] == _JINJA2 for engine in settings.TEMPLATES):
            from django.template.backends import jinja2

            patches.wrap(jinja2.Template, "render", _rendered_by_jinja2)

    def put(self, request: Any, given: Given) -> None:
        """Keep what was gathered for a request, if it is for a page: a browser asks for much else."""
        if request.META.get("HTTP_SEC_FETCH_DEST", "document") != "document":
            return
        given.resolver_match = request.resolver_match
        self._given.append((self._number() or request, given))

    def look(self, key: Any) -> Given | None:
        """Return what was gathered for a request, by its number, or by itself where a page asks in-process."""
        return next((given for other, given in self._given if other is key or other == key), None)

    def take(self, key: Any) -> Given | None:
        """Return what was gathered for a request, and keep it no longer."""
        given = self.look(key)
        if given is not None:
            self._given = deque((item for item in self._given if item[1] is not given), maxlen=MOST)
        return given

    def clear(self) -> None:
        """Keep nothing any longer."""
        self._given.clear()


def _rendered(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def render(template: Any, context: Any) -> Any:
        __tracebackhide__ = True
        given = rendering.get()
        if given is None:
            return original(template, context)
        given.enter(template.name, lambda: tuple(context.dicts))
        try:
            return original(template, context)
        finally:
            given.leave()

    return render


def _rendered_by_jinja2(original: Callable[..., Any]) -> Callable[..., Any]:
    def render(template: Any, context: Any = None, request: Any = None) -> Any:
        __tracebackhide__ = True
        given = rendering.get()
        if given is None:
            return original(template, context=context, request=request)
        given.enter(template.template.name, lambda: (context or {},))
        try:
            return original(template, context=context, request=request)
        finally:
            given.leave()

    return render
