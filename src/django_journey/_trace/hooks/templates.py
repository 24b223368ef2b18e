"""Notes the templates that a request renders, and the errors of the forms that they show."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.template.base import Template

from django_journey._adapters.django import RENDER
from django_journey._trace.hooks.active_request import ActiveRequest, active_request
from django_journey._trace.hooks.form_errors import note_form_errors
from django_journey._trace.safety.hook_errors import DroppedEvents, guarded
from django_journey._trace.safety.patches import Patches
from django_journey._trace.safety.safe_values import is_a

__all__ = ["TemplateHooks"]

_CONSTANTS = frozenset({"True", "False", "None", "csrf_token"})


class TemplateHooks:
    """Wraps the rendering of Django's and Jinja2's templates.

    Args:
        dropped: Counts what could not be recorded.
    """

    def __init__(self, dropped: DroppedEvents) -> None:
        self.dropped = dropped

    def install(self, patches: Patches) -> None:
        """Wrap it; Jinja2's only where the project has loaded Django's backend for it."""
        # Django's test environment puts its own method here, and takes it away again.
        patches.wrap(Template, RENDER, self._rendered)
        if "django.template.backends.jinja2" in sys.modules:
            import jinja2
            from django.template.backends.jinja2 import Template as Jinja2Template

            patches.wrap(Jinja2Template, "render", self._rendered_by_jinja2)
            patches.wrap(jinja2.Environment, "get_template", _loaded_by_jinja2)

    def _rendered(self, original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """Note a template's name, and at the end of the outermost one the errors of its forms."""

        def render(template: Any, context: Any) -> Any:
            __tracebackhide__ = True
            active = active_request.get()
            if active is None:
                return original(template, context)
            _note_template(active, template)
            active.rendering += 1
            try:
                return original(template, context)
            finally:
                active.rendering -= 1
                if active.rendering == 0:
                    self._note_form_errors(active, context.dicts)
                    if active.scope.details is not None:
                        _note_names(active, context.dicts)

        return render

    @guarded
    def _note_form_errors(self, active: ActiveRequest, layers: Any) -> None:
        note_form_errors(active, layers)

    def _rendered_by_jinja2(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def render(template: Any, context: Any = None, request: Any = None) -> Any:
            __tracebackhide__ = True
            active = active_request.get()
            if active is None:
                return original(template, context=context, request=request)
            _note_template(active, template.template)
            try:
                return original(template, context=context, request=request)
            finally:
                self._note_form_errors(active, [context])
                if active.scope.details is not None:
                    _note_names(active, [context])

        return render


def _note_template(active: ActiveRequest, template: Any) -> None:
    if is_a(template.name, str):
        active.templates[template.name] = None


def _note_names(active: ActiveRequest, layers: Any) -> None:
    """Note the names of a context and the classes of their values; Django's own constants are no news."""
    for layer in layers:
        if is_a(layer, dict):
            for name, value in dict.items(layer):
                if type(name) is str and name not in _CONSTANTS:
                    active.context[name] = type(value).__name__


def _loaded_by_jinja2(original: Callable[..., Any]) -> Callable[..., Any]:
    """Note what a template extends or includes: Jinja2 loads it while it renders."""

    def get_template(environment: Any, name: Any, *arguments: Any, **keywords: Any) -> Any:
        active = active_request.get()
        found = original(environment, name, *arguments, **keywords)
        if active is not None:
            _note_template(active, found)
        return found

    return get_template
