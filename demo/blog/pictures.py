"""Keeps the pictures of posts: with Cloudinary where it is configured, else in the site's own storage.

A post keeps a reference, ``local:blog/3f…b2.png`` or ``cloudinary:its-cloud/v1700000000/blog/3f…b2.png``; it says
where its picture lies, so that older pictures are still found when the site moves from one to the other.
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
    """The picture could not be kept or dropped just now."""


class Pictures(Protocol):
    """Where pictures lie."""

    def keep(self, upload: UploadedFile) -> str:
        """Keep a picture that was checked, and return its name there; raises ``PictureError``."""

    def url(self, name: str) -> str:
        """Return where a picture is found."""

    def drop(self, name: str) -> None:
        """Delete a picture; raises ``PictureError``."""


class LocalPictures:
    """Pictures in the site's own storage."""

    def keep(self, upload: UploadedFile) -> str:
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
    """Pictures with Cloudinary, through its own SDK.

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

    def keep(self, upload: UploadedFile) -> str:
        upload.seek(0)
        kept = self._asked("upload", upload, folder=FOLDER)
        return f"{self._account['cloud_name']}/v{kept['version']}/{kept['public_id']}.{kept['format']}"

    def url(self, name: str) -> str:
        from cloudinary.utils import cloudinary_url

        cloud, version, path = name.split("/", 2)
        public_id, _, suffix = path.rpartition(".")
        url, _ = cloudinary_url(
            public_id, version=version.removeprefix("v"), format=suffix, secure=True, cloud_name=cloud
        )
        return url

    def drop(self, name: str) -> None:
        public_id = name.split("/", 2)[2].rpartition(".")[0]
        told = self._asked("destroy", public_id, invalidate=True)
        if told["result"] not in ("ok", "not found"):
            raise PictureError(f"{public_id}: {told['result']}")

    def _asked(self, action: str, what: object, **options: object) -> dict:
        from cloudinary import exceptions, uploader

        if not self._account:
            raise PictureError("no account of Cloudinary is configured")
        try:
            return getattr(uploader, action)(what, resource_type="image", **options, **self._account)
        except exceptions.Error as error:
            raise PictureError(str(error)) from error


def keep_picture(upload: UploadedFile) -> str:
    """Keep a picture where new ones are kept.

    Returns:
        The reference for the post.

    Raises:
        PictureError: It could not be kept.
    """
    kind = "cloudinary" if settings.CLOUDINARY_URL else "local"
    return f"{kind}:{_pictures(kind).keep(upload)}"


def picture_url(reference: str) -> str:
    """Return where the picture of a reference is found; an empty one has none."""
    if not reference:
        return ""
    kind, _, name = reference.partition(":")
    return _pictures(kind).url(name)


def drop_picture(reference: str) -> None:
    """Delete the picture of a reference, wherever it lies; raises ``PictureError``."""
    if reference:
        kind, _, name = reference.partition(":")
        _pictures(kind).drop(name)


def _pictures(kind: str) -> Pictures:
    return CloudinaryPictures(settings.CLOUDINARY_URL) if kind == "cloudinary" else LocalPictures()
