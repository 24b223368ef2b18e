"""Makes files in memory, ready for a page's file input and for Django: documents, tables, text, and broken ones."""

from __future__ import annotations

import csv as csv_format
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["MadeFile", "csv", "disguised", "pdf", "text", "truncated"]


class MadeFile(dict[str, Any]):
    """A file in memory; it is Playwright's ``FilePayload``, so ``set_input_files`` and ``attach`` take it.

    Args:
        name: The file's name.
        mime_type: Its content type.
        content: Its bytes.
    """

    def __init__(self, name: str, mime_type: str, content: bytes) -> None:
        super().__init__(name=name, mimeType=mime_type, buffer=content)

    @property
    def name(self) -> str:
        """The file's name."""
        return str(self["name"])

    @property
    def mime_type(self) -> str:
        """The content type that it is sent with."""
        return str(self["mimeType"])

    @property
    def content(self) -> bytes:
        """The bytes."""
        return bytes(self["buffer"])

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.content)

    def uploaded(self) -> Any:
        """Return it as Django's ``SimpleUploadedFile``, for forms and models."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        return SimpleUploadedFile(self.name, self.content, self.mime_type)

    def saved_in(self, folder: Path) -> Path:
        """Write it into a folder and return its path."""
        path = folder / self.name
        path.write_bytes(self.content)
        return path

    def __repr__(self) -> str:
        return f"<{self.name}: {self.mime_type}, {self.size} bytes>"


def text(content: str = "", *, size: int | None = None, name: str = "text.txt") -> MadeFile:
    """Make a text file.

    Args:
        content: What it says; repeated where ``size`` asks for more.
        size: How many bytes it has, exactly, where that matters.
        name: The file's name.
    """
    data = (content or "A line of text.\n").encode()
    if size is not None:
        data = (data * (size // len(data) + 1))[:size]
    return MadeFile(name, "text/plain", data)


def csv(rows: Iterable[Sequence[object]], *, header: Sequence[str] = (), name: str = "table.csv") -> MadeFile:
    """Make a table as RFC 4180 writes it.

    Args:
        rows: The values of each row.
        header: The names of the columns, if there is to be a first row with them.
        name: The file's name.
    """
    out = StringIO(newline="")
    writer = csv_format.writer(out)
    if header:
        writer.writerow(header)
    writer.writerows(rows)
    return MadeFile(name, "text/csv", out.getvalue().encode())


def pdf(*pages: str, name: str = "document.pdf") -> MadeFile:
    """Make a PDF (ISO 32000-1) with a line of text on each page.

    Args:
        pages: The text of each page, in Latin-1; one page with a greeting where none is given.
        name: The file's name.
    """
    lines = pages or ("Hello",)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(lines)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(lines)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, line in enumerate(lines):
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        stream = f"BT /F1 18 Tf 72 720 Td ({escaped}) Tj ET".encode("latin-1", "replace")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream")
    return MadeFile(name, "application/pdf", _pdf_of(objects))


def _pdf_of(objects: Sequence[bytes]) -> bytes:
    """Number the objects and write their table, without which readers have to guess."""
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return out


def truncated(file: MadeFile, share: float = 0.5) -> MadeFile:
    """Return a file that ends too early, as an upload does that broke off.

    Args:
        file: The whole file.
        share: How much of it is left, from 0 to less than 1.

    Raises:
        ConfigurationError: The share is none of these.
    """
    if not 0 <= share < 1:
        raise ConfigurationError(
            Explanation(
                f"a truncated file keeps a share from 0 to less than 1 of its bytes, not {share}",
                instead="truncated(file, 0.5)",
            )
        )
    return MadeFile(file.name, file.mime_type, file.content[: int(file.size * share)])


def disguised(file: MadeFile, *, name: str = "picture.png", mime_type: str = "image/png") -> MadeFile:
    """Return a file that claims to be another kind: its bytes are its own, its name and type are not."""
    return MadeFile(name, mime_type, file.content)
