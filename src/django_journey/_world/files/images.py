"""Makes real images in memory, and such as only look like one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django_journey._world.files.made_files import MadeFile
from django_journey.errors import ConfigurationError, Explanation, MissingExtra

__all__ = ["bomb", "image"]

_SUFFIXES = {"JPEG": "jpg", "TIFF": "tif"}
_PNG = b"\x89PNG\r\n\x1a\n"


def image(
    format: str = "PNG",  # noqa: A002 - Pillow's own word
    *,
    size: tuple[int, int] = (64, 48),
    color: str | tuple[int, ...] = "tomato",
    exif: Mapping[int, Any] | None = None,
    name: str = "",
) -> MadeFile:
    """Make a real image of one colour.

    Args:
        format: What Pillow calls it: ``PNG``, ``JPEG``, ``GIF``, ``WEBP``, ``BMP``, ``TIFF``, ….
        size: Width and height in pixels.
        color: A colour by its name, as ``#rrggbb``, or as a tuple.
        exif: EXIF tags by number, e.g. ``{0x0112: 6}`` for a picture that lies on its side.
        name: The file's name.

    Raises:
        MissingExtra: Pillow is not installed.
        ConfigurationError: Pillow knows no such format.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingExtra("a real image", extra="files", library="Pillow") from error
    kind = {"JPG": "JPEG", "TIF": "TIFF"}.get(format.upper(), format.upper())
    Image.init()
    if kind not in Image.SAVE or kind not in Image.MIME:
        raise ConfigurationError(
            Explanation(
                f"no image can be made in the format {format!r}",
                nearest=tuple(sorted(set(Image.SAVE) & set(Image.MIME))),
                instead='image("PNG")',
            )
        )
    options: dict[str, Any] = {}
    if exif:
        tags = Image.Exif()
        tags.update(exif)
        options["exif"] = tags
    out = BytesIO()
    Image.new("RGB", size, color).save(out, kind, **options)
    return MadeFile(name or f"image.{_SUFFIXES.get(kind, kind.lower())}", Image.MIME[kind], out.getvalue())


def bomb(size: tuple[int, int] = (50_000, 50_000), *, name: str = "bomb.png") -> MadeFile:
    """Make a PNG that claims to be huge, in its header alone; decoding it takes three bytes for each pixel.

    Args:
        size: The width and height that it claims, in pixels.
        name: The file's name.
    """
    header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")
    return MadeFile(name, "image/png", _PNG + b"".join(_chunk(*chunk) for chunk in chunks))


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Write one chunk of a PNG (PNG specification, section 5.3)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
