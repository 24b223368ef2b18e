"""Records what Cloudinary answers to all that the blog asks of it, through its own SDK."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django_journey.world.images import image
from django_journey.world.network import Network
from django_journey.world.services import Services, served

from blog.outside import TEST_URL, Cloudinary
from blog.pictures import CloudinaryPictures

CASSETTES = Path(__file__).parent / "tests" / "cassettes"


def ask_everything(url: str) -> list[str]:
    """Keep two pictures, drop one of them twice, then the other; return where the two were found."""
    pictures = CloudinaryPictures(url)
    kept = [pictures.keep(_upload("PNG")), pictures.keep(_upload("JPEG"))]
    found = [pictures.url(name) for name in kept]
    for name in (kept[0], kept[0], kept[1]):
        pictures.drop(name)
    return found


def record(folder: Path, service: type[Cloudinary], url: str) -> None:
    """Ask a service for real, and keep its answers.

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
    """Record from the fake, served on loopback: for who has no account."""
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
