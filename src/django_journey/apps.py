"""The Django app: it brings the ``journey`` command."""

from django.apps import AppConfig


class DjangoJourneyConfig(AppConfig):
    """django-journey as Django sees it; it has no models."""

    name = "django_journey"
    verbose_name = "django-journey"
