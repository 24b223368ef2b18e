"""Pages of which htmx asks for a part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


class AnswersHtmx:
    """Renders ``part_template_name`` alone where htmx asks, and the whole page for everybody else."""

    part_template_name: str

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def get_template_names(self) -> list[str]:
        if self.request.htmx and not self.request.htmx.history_restore_request:
            return [self.part_template_name]
        return super().get_template_names()
