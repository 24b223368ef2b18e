"""The demo project: settings, URLs, and what its apps share."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
