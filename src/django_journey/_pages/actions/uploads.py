"""The files of a file input, from paths, folders or memory, with the media types that Chromium sends."""

from __future__ import annotations

import mimetypes
import os
import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django_journey._dom.query.element_line import show
from django_journey._dom.tree.document import Upload
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.walk import has
from django_journey.errors import Error, Explanation

__all__ = ["Files", "uploads_for"]

#: A path, or a file in memory with its ``name``, ``mimeType`` and ``buffer``.
File = str | Path | Mapping[str, Any] | Upload
Files = File | Sequence[File]

#: Chromium's own media types by file extension; those that a system adds differ between machines.
_TYPES = {
    extension: media_type
    for media_type, extensions in {
        "application/epub+zip": "epub",
        "application/font-woff": "woff",
        "application/gzip": "gz tgz",
        "application/json": "json",
        "application/msword": "doc dot",
        "application/octet-stream": "bin exe com",
        "application/pdf": "pdf",
        "application/pkcs7-mime": "p7c p7m p7z",
        "application/pkcs7-signature": "p7s",
        "application/postscript": "ai eps ps",
        "application/rdf+xml": "rdf",
        "application/rss+xml": "rss",
        "application/rtf": "rtf",
        "application/vnd.android.package-archive": "apk",
        "application/vnd.mozilla.xul+xml": "xul",
        "application/vnd.ms-excel": "xls",
        "application/vnd.ms-powerpoint": "ppt",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/wasm": "wasm",
        "application/x-chrome-extension": "crx",
        "application/x-mpegurl": "m3u8",
        "application/x-shockwave-flash": "swf",
        "application/x-tar": "tar",
        "application/x-x509-ca-cert": "cer crt",
        "application/xhtml+xml": "xht xhtml",
        "application/zip": "zip",
        "audio/flac": "flac",
        "audio/mpeg": "mp3",
        "audio/ogg": "oga ogg opus",
        "audio/wav": "wav",
        "audio/webm": "weba",
        "audio/x-m4a": "m4a",
        "image/apng": "apng",
        "image/avif": "avif",
        "image/bmp": "bmp",
        "image/gif": "gif",
        "image/jpeg": "jfif jpe jpeg jpg pjp pjpeg",
        "image/png": "png",
        "image/svg+xml": "svg svgz",
        "image/tiff": "tif tiff",
        "image/webp": "webp",
        "image/x-icon": "ico",
        "image/x-xbitmap": "xbm",
        "message/rfc822": "eml",
        "multipart/related": "mht mhtml",
        "text/calendar": "ics",
        "text/css": "css",
        "text/csv": "csv",
        "text/html": "ehtml htm html shtm shtml",
        "text/javascript": "js mjs",
        "text/markdown": "md",
        "text/plain": "text txt",
        "text/vtt": "vtt",
        "text/x-sh": "sh",
        "text/xml": "xml xsl xslt",
        "video/matroska": "mkv",
        "video/mp4": "m4v mp4",
        "video/mpeg": "mpe mpeg mpg",
        "video/ogg": "ogv",
        "video/webm": "webm",
    }.items()
    for extension in extensions.split()
}
_PRINTABLE = re.compile(r"[ -~]*")
#: The types that Playwright uses where a file in memory has none.
_GUESSES = mimetypes.MimeTypes()


def uploads_for(el: Element, given: Files) -> list[Upload]:
    """Return the files for a file input.

    Args:
        el: The file input.
        given: One or several paths, or mappings with ``name``, ``mimeType`` and ``buffer``; or one folder, where
            the input accepts folders.

    Raises:
        Error: A file does not exist, or the input does not accept these files; worded as in Playwright.
    """
    items = [given] if isinstance(given, (str, Path, Mapping, Upload)) else list(given)
    folders = [Path(item) for item in items if isinstance(item, (str, Path)) and Path(item).is_dir()]
    if problem := _problem(el, items, folders):
        raise Error(Explanation(problem, where=show(el)))
    return _in_folder(folders[0]) if folders else [_upload(item) for item in items]


def _problem(el: Element, items: list[File], folders: list[Path]) -> str:
    in_memory = sum(isinstance(item, (Mapping, Upload)) for item in items)
    if in_memory and in_memory < len(items):
        return "File paths cannot be mixed with buffers"
    if folders and len(items) > 1:
        several = len(folders) == len(items)
        return (
            "Multiple directories are not supported"
            if several
            else "File paths must be all files or a single directory"
        )
    if folders and not has(el, "webkitdirectory"):
        return "File input does not support directories, pass individual files instead"
    if items and not folders and has(el, "webkitdirectory"):
        return "[webkitdirectory] input requires passing a path to a directory"
    if len(items) > 1 and not has(el, "multiple"):
        return "Non-multiple file input can only accept single file"
    return ""


def _in_folder(folder: Path) -> list[Upload]:
    """Return the files of a folder and of its subfolders, breadth first."""
    folder = folder.resolve()
    found = []
    pending = deque([folder])
    while pending:
        with os.scandir(pending.popleft()) as entries:
            for entry in entries:
                path = Path(entry.path)
                if entry.is_dir():
                    pending.append(path)
                else:
                    place = path.relative_to(folder.parent).as_posix()
                    found.append(Upload(path.name, _type_of(path.name), path.read_bytes(), place))
    return found


def _upload(item: File) -> Upload:
    if isinstance(item, Upload):
        return item
    if isinstance(item, Mapping):
        name = str(item["name"])
        kind = str(item.get("mimeType") or _GUESSES.guess_type(name)[0] or "application/octet-stream")
        return Upload(name, kind.lower() if _PRINTABLE.fullmatch(kind) else "", bytes(item["buffer"]))
    path = Path(item)
    try:
        content = path.read_bytes()
    except OSError as error:
        near = _files_near(path)
        raise Error(
            Explanation(
                f"ENOENT: no such file or directory, stat {str(path)!r}"
                if isinstance(error, FileNotFoundError)
                else f"{path} can't be read: {error}",
                nearest=tuple(near),
                instead='give a file that exists, or its content: {"name": …, "mimeType": …, "buffer": b"…"}',
            )
        ) from error
    return Upload(path.name, _type_of(path.name), content)


def _type_of(name: str) -> str:
    """Return the media type that Chromium sends for a file name; empty where it knows none."""
    stem, _, extension = name.rpartition(".")
    return _TYPES.get(extension.lower(), "") if stem else ""


def _files_near(path: Path) -> Iterable[str]:
    folder = path.parent
    if not folder.is_dir():
        return [f"there is no folder {folder}"]
    return [str(each) for each in sorted(folder.iterdir()) if each.suffix == path.suffix][:5]
