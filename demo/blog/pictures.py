"""Stores the pictures of posts: at Cloudinary if it is configured, else in the site's own storage.

A post holds a reference, ``local:blog/3f…b2.png`` or ``cloudinary:<public id> <URL>``; it says where the
picture is stored, so that older pictures are still found when the site moves from one to the other.
"""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

FOLDER = "blog"


class PictureError(Exception):
    """The picture could not be stored or deleted just now."""


class Picture(str):
    """A reference to a picture; an empty one means no picture."""

    __slots__ = ()

    @property
    def url(self) -> str:
        """The picture's URL, or an empty string without a picture."""
        kind, _, name = self.partition(":")
        return _pictures(kind).url(name) if self else ""

    @property
    def public_id(self) -> str:
        """The picture's name where it is stored."""
        return self.partition(":")[2].rpartition(" ")[0] or self.partition(":")[2]

    def drop(self) -> None:
        """Delete the picture from where it is stored; raises ``PictureError``."""
        kind, _, name = self.partition(":")
        if self:
            _pictures(kind).drop(name)


class Pictures(Protocol):
    """A place that stores pictures."""

    def store(self, upload: UploadedFile) -> str:
        """Store a checked picture, and return its name there; raises ``PictureError``."""

    def url(self, name: str) -> str:
        """Return a picture's URL."""

    def drop(self, name: str) -> None:
        """Delete a picture; raises ``PictureError``."""


class LocalPictures:
    """Pictures in the site's own storage."""

    def store(self, upload: UploadedFile) -> str:
        suffix = PurePosixPath(upload.name or "").suffix.lower()
        try:
            return default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}{suffix}", upload)
        except OSError as error:
            raise PictureError(str(error)) from error

    def url(self, name: str) -> str:
        return default_storage.url(name)

    def drop(self, name: str) -> None:
        try:
            default_storage.delete(name)
        except OSError as error:
            raise PictureError(str(error)) from error


class CloudinaryPictures:
    """Pictures at Cloudinary, through its own SDK.

    Args:
        url: ``cloudinary://<api key>:<api secret>@<cloud name>``, as Cloudinary's console shows it; empty for
            who only looks up where pictures are.
    """

    def __init__(self, url: str) -> None:
        self._account: dict[str, object] = {}
        if url:
            parts = urlsplit(url)
            if parts.scheme != "cloudinary" or not (parts.hostname and parts.username and parts.password):
                raise ImproperlyConfigured(
                    "CLOUDINARY_URL has to be cloudinary://<api key>:<api secret>@<cloud name>"
                )
            self._account = {
                "cloud_name": parts.hostname,
                "api_key": parts.username,
                "api_secret": parts.password,
                "timeout": settings.CLOUDINARY_TIMEOUT,
            }

    def store(self, upload: UploadedFile) -> str:
        upload.seek(0)
        stored = self._asked("upload", upload, folder=FOLDER)
        public_id, url = stored.get("public_id"), stored.get("secure_url") or stored.get("url")
        if not (public_id and url):
            raise PictureError(f"Cloudinary's answer lacks public_id or secure_url: {', '.join(stored)}")
        return f"{public_id} {url}"

    def url(self, name: str) -> str:
        return name.rpartition(" ")[2]  # a public id may have spaces, a URL has none

    def drop(self, name: str) -> None:
        public_id = name.rpartition(" ")[0]
        result = self._asked("destroy", public_id, invalidate=True).get("result")
        if result not in ("ok", "not found"):
            raise PictureError(f"{public_id}: {result}")

    def _asked(self, action: str, what: object, **options: object) -> dict:
        from cloudinary import exceptions, uploader

        if not self._account:
            raise PictureError("no account of Cloudinary is configured")
        try:
            return getattr(uploader, action)(what, resource_type="image", **options, **self._account)
        except exceptions.Error as error:
            raise PictureError(str(error)) from error


def store_picture(upload: UploadedFile) -> Picture:
    """Store a picture in the configured place.

    Returns:
        The reference for the post.

    Raises:
        PictureError: It could not be stored.
    """
    kind = "cloudinary" if settings.CLOUDINARY_URL else "local"
    return Picture(f"{kind}:{_pictures(kind).store(upload)}")


def _pictures(kind: str) -> Pictures:
    return CloudinaryPictures(settings.CLOUDINARY_URL) if kind == "cloudinary" else LocalPictures()
