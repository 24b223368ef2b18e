"""Stores the template contexts of a story's last responses, by reference and without copies."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from django.conf import settings

from django_journey._adapters.django import RENDER
from django_journey._trace.safety.patches import Patches

__all__ = ["MAX_STORED", "ContextStore", "TemplateContexts", "current_contexts"]

#: How many responses are stored until their pages take them.
MAX_STORED = 30
_JINJA2 = "django.template.backends.jinja2.Jinja2"


class TemplateContexts:
    """The templates, contexts and URL match of one response.

    Attributes:
        templates: The names of the rendered templates, in order.
        layers: The dictionaries of each outermost context, the first pushed first.
        resolver_match: The request's ``ResolverMatch``, or ``None``.
    """

    __slots__ = ("_depth", "layers", "resolver_match", "templates")

    def __init__(self) -> None:
        self.templates: list[str] = []
        self.layers: list[tuple[Mapping[str, Any], ...]] = []
        self.resolver_match: Any = None
        self._depth = 0

    def enter(self, name: Any, layers: Callable[[], tuple[Mapping[str, Any], ...]]) -> None:
        """Record the start of a template's rendering."""
        if isinstance(name, str):
            self.templates.append(name)
        if not self._depth:
            self.layers.append(layers())
        self._depth += 1

    def leave(self) -> None:
        """Record the end of a template's rendering."""
        self._depth -= 1


#: The contexts that are collected for the request of the calling context.
current_contexts: ContextVar[TemplateContexts | None] = ContextVar("django_journey_given", default=None)


class ContextStore:
    """Stores template contexts until the page that gets the response takes them.

    Args:
        number: Returns the number of the request that the calling context answers, or an empty text.
    """

    def __init__(self, number: Callable[[], str]) -> None:
        self._number = number
        self._stored: deque[tuple[Any, TemplateContexts]] = deque(maxlen=MAX_STORED)

    def install(self, patches: Patches) -> None:
        """Wrap the rendering of templates."""
        from django.template.base import Template

        patches.wrap(Template, RENDER, _rendered)
        if any(engine["BACKEND"] == _JINJA2 for engine in settings.TEMPLATES):
            from django.template.backends import jinja2

            patches.wrap(jinja2.Template, "render", _rendered_by_jinja2)

    def put(self, request: Any, contexts: TemplateContexts) -> None:
        """Store the contexts of a request, if it is for a page: browsers also request other files."""
        if request.META.get("HTTP_SEC_FETCH_DEST", "document") != "document":
            return
        contexts.resolver_match = request.resolver_match
        self._stored.append((self._number() or request, contexts))

    def look(self, key: Any) -> TemplateContexts | None:
        """Return the contexts of a request, by its number, or in-process by the request itself."""
        return next((contexts for other, contexts in self._stored if other is key or other == key), None)

    def take(self, key: Any) -> TemplateContexts | None:
        """Return the contexts of a request, and remove them."""
        contexts = self.look(key)
        if contexts is not None:
            self._stored = deque(
                (item for item in self._stored if item[1] is not contexts), maxlen=MAX_STORED
            )
        return contexts

    def clear(self) -> None:
        """Remove all contexts."""
        self._stored.clear()


def _rendered(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def render(template: Any, context: Any) -> Any:
        __tracebackhide__ = True
        contexts = current_contexts.get()
        if contexts is None:
            return original(template, context)
        contexts.enter(template.name, lambda: tuple(context.dicts))
        try:
            return original(template, context)
        finally:
            contexts.leave()

    return render


def _rendered_by_jinja2(original: Callable[..., Any]) -> Callable[..., Any]:
    def render(template: Any, context: Any = None, request: Any = None) -> Any:
        __tracebackhide__ = True
        contexts = current_contexts.get()
        if contexts is None:
            return original(template, context=context, request=request)
        contexts.enter(template.template.name, lambda: (context or {},))
        try:
            return original(template, context=context, request=request)
        finally:
            contexts.leave()

    return render
