"""The same site with a media view of its own."""

from __future__ import annotations

from tests.drivers.inprocess_site import with_media as urlpatterns  # noqa: F401 - Django reads it
