"""A site of one async view, which asks the database."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.urls import path


async def people(request: HttpRequest) -> HttpResponse:
    number = await get_user_model().objects.acount()
    return HttpResponse(
        f"<!doctype html><title>People</title>{number} {'person' if number == 1 else 'people'}"
    )


urlpatterns = [path("", people, name="people")]
