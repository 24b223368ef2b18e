"""Downloads, as Playwright's ``Download``, and the names that browsers suggest for them."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from django_journey._dom.tree.urls import Url
from django_journey.errors import Error

__all__ = ["Download", "suggested_name"]

_EXTENDED = re.compile(r"filename\*\s*=\s*([\w!#$%&+^`{}~-]+)'[^']*'([^;\s]+)", re.IGNORECASE)
_QUOTED = re.compile(r'filename\s*=\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_TOKEN = re.compile(r"filename\s*=\s*([^;\s]+)", re.IGNORECASE)


class Download:
    """A complete download.

    Args:
        page: The page that started it; typed ``Any`` because this module is below pages.
        url: Where it came from.
        suggested_filename: The name that a browser suggests.
        content: Its bytes.
    """

    def __init__(self, page: Any, url: str, suggested_filename: str, content: bytes) -> None:
        self.page = page
        self.url = url
        self.suggested_filename = suggested_filename
        self._content = content
        self._path: Path | None = None

    def __repr__(self) -> str:
        return f"<Download url={self.url!r} suggested_filename={self.suggested_filename!r}>"

    def read(self) -> bytes:
        """Return the bytes, without a file."""
        return self._content

    def path(self) -> Path:
        """Return a temporary file with the content; ``delete`` or the end of the context deletes it."""
        if self._path is None:
            with tempfile.NamedTemporaryFile(prefix="download-", delete=False) as file:
                file.write(self._content)
            self._path = Path(file.name)
            self.page.context.on_close(self.delete)
        return self._path

    def save_as(self, path: str | Path) -> None:
        """Write the content to a file, creating missing folders."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self._content)

    def failure(self) -> str | None:
        """Return ``None``: a failed download raises before."""

    def cancel(self) -> None:
        """Do nothing: it is complete."""

    def delete(self) -> None:
        """Delete the temporary file."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None


def suggested_name(disposition: str, url: Url, mime_type: str, *, wanted: str | None = None) -> str:
    """Return the name that a browser suggests for a file.

    Args:
        disposition: The ``Content-Disposition`` header.
        url: Where the file came from.
        mime_type: Its media type, for the extension of a name without one.
        wanted: The value of the link's ``download`` attribute.

    Source: RFC 6266, 4.3; the extended form wins.
    """
    name = _stated_name(disposition) or wanted or unquote(url.path.rpartition("/")[2])
    name = re.sub(r'[\x00-\x1f\x7f"*/:<>?\\|]', "_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    if not name:
        name = "download"
    if "." not in name:
        import mimetypes

        name += mimetypes.guess_extension(mime_type) or ""
    return name


def _stated_name(disposition: str) -> str:
    extended = _EXTENDED.search(disposition)
    if extended:
        try:
            return unquote_to_bytes(extended[2]).decode(extended[1])
        except (LookupError, UnicodeDecodeError) as error:
            raise Error(f"the file name of {disposition!r} can't be read: {error}") from error
    quoted = _QUOTED.search(disposition)
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1])
    token = _TOKEN.search(disposition)
    return token[1] if token else ""
