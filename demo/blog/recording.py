"""Records Cloudinary's responses to everything that the blog asks of it, through its own SDK."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django_journey.files import image
from django_journey.services import Network, Services, served

from blog.outside import TEST_URL, Cloudinary
from blog.pictures import CloudinaryPictures

CASSETTES = Path(__file__).parent / "tests" / "cassettes"


def ask_everything(url: str) -> list[str]:
    """Store two pictures, delete one of them twice, then the other; return the URLs of the two."""
    pictures = CloudinaryPictures(url)
    stored = [pictures.store(_upload("PNG")), pictures.store(_upload("JPEG"))]
    found = [pictures.url(name) for name in stored]
    for name in (stored[0], stored[0], stored[1]):
        pictures.drop(name)
    return found


def record(folder: Path, service: type[Cloudinary], url: str) -> None:
    """Call a service for real, and record its responses.

    Args:
        folder: Where the recording goes.
        service: What to ask.
        url: The account, as ``CLOUDINARY_URL`` has it.
    """
    credential = {"CLOUDINARY_URL": url}.get
    with (
        override_settings(CLOUDINARY_URL=url),
        Network() as network,
        Services([service], network=network, mode="record", cassettes=folder, credential=credential),
    ):
        ask_everything(url)


def record_from_the_fake(folder: Path) -> None:
    """Record from the fake, served on loopback, where there is no account."""
    with override_settings(CLOUDINARY_URL=TEST_URL), served(Cloudinary()) as url:

        class Stand(Cloudinary):
            name = Cloudinary.name
            live_url = url

        record(folder, Stand, TEST_URL)


def account() -> str:
    """Return the account of the environment, or an empty string."""
    return os.environ.get("CLOUDINARY_URL", "")


def _upload(kind: str) -> SimpleUploadedFile:
    return image(kind, size=(8, 6)).uploaded()
