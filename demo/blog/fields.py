"""A form field for pictures that trusts neither their names nor their headers."""

from __future__ import annotations

import warnings

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from PIL import Image

FORMATS = {"JPEG": "JPG", "PNG": "PNG", "GIF": "GIF", "WEBP": "WebP"}
MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 24_000_000


class PictureField(forms.ImageField):
    """Accepts a complete picture of a common format, of limited size in bytes and in pixels."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"})

    def to_python(self, data: UploadedFile | None) -> UploadedFile | None:
        # Bytes first: a file that is too big is not even opened.
        if data is not None and data.size is not None and data.size > MOST_BYTES:
            raise ValidationError(
                "The picture has %(size)s. At most %(most)s are possible.",
                code="too_many_bytes",
                params={"size": filesizeformat(data.size), "most": filesizeformat(MOST_BYTES)},
            )
        with warnings.catch_warnings():
            # Pillow warns of pictures that this field refuses anyway.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = super().to_python(data)
            if picture is not None:
                _check(picture)
        return picture


def _check(picture: UploadedFile) -> None:
    """Refuse formats that the site does not accept, and truncated files."""
    picture.seek(0)
    try:
        with Image.open(picture) as opened:
            if opened.format not in FORMATS:
                raise ValidationError(
                    "%(format)s pictures are not possible. Choose one of %(formats)s.",
                    code="format",
                    params={"format": opened.format, "formats": ", ".join(FORMATS.values())},
                )
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(
                    "The picture has %(width)d × %(height)d pixels. At most %(most)d million are possible.",  # noqa: RUF001
                    code="too_many_pixels",
                    params={"width": opened.width, "height": opened.height, "most": MOST_PIXELS // 1_000_000},
                )
            opened.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise ValidationError(
            "The picture is damaged. Try to save or to upload it again.", code="damaged"
        ) from error
    finally:
        picture.seek(0)
