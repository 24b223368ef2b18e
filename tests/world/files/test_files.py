"""Storages of a test's own, and files made in memory: real ones, and such as only look like one."""

from __future__ import annotations

import csv as csv_format
import errno
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.staticfiles.storage import (
    ManifestFilesMixin,
    ManifestStaticFilesStorage,
    staticfiles_storage,
)
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage, default_storage, storages
from django.core.files.storage.base import Storage
from django.db import models
from PIL import Image

from django_journey._world.files.storages import Files, bomb, csv, disguised, image, pdf, text, truncated
from django_journey.errors import ConfigurationError, MissingExtra


class ManifestElsewhere(ManifestFilesMixin, Storage):
    def __init__(self) -> None:
        raise OSError("the bucket would be asked")


class Remote(Storage):
    """Stands in for a storage that lies elsewhere."""

    def _save(self, name: str, content: Any) -> str:
        raise AssertionError("a test wrote to the remote storage")


@pytest.fixture
def storage_settings(settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "private"), "base_url": "/private/"},
        },
        "remote": {"BACKEND": f"{__name__}.Remote"},
    }
    sys.modules.setdefault(__name__, sys.modules[Remote.__module__])
    return settings


def test_each_storage_gets_a_place_of_its_own_that_is_gone_afterwards(
    storage_settings: Any, tmp_path: Path
) -> None:
    """B6: under the project's own settings, whatever a storage's class is."""
    with Files() as files:
        folder = files.folder
        for alias in ("default", "private", "remote"):
            storages[alias].save("a/b.txt", ContentFile(b"content"))
            assert files.stored(alias) == ["a/b.txt"]
        assert default_storage.exists("a/b.txt")
        assert Path(storage_settings.MEDIA_ROOT).is_relative_to(folder)
        assert storages["private"].url("x") == "/private/x"
        assert Path(storages["default"].path("a/b.txt")).read_bytes() == b"content"
    assert not folder.exists()
    assert not (tmp_path / "media").exists()
    assert not (tmp_path / "private").exists()
    assert tmp_path / "media" == storage_settings.MEDIA_ROOT
    assert not default_storage.exists("a/b.txt")


def test_a_test_that_stores_nothing_touches_no_disk(storage_settings: Any) -> None:
    with Files() as files:
        assert files.stored() == []
        assert not default_storage.exists("a.txt")
        assert not files.folder.exists()


def test_two_tests_do_not_see_each_others_files(storage_settings: Any) -> None:
    for _ in range(2):
        with Files() as files:
            assert files.stored() == []
            assert default_storage.save("same.txt", ContentFile(b"x")) == "same.txt"


def test_in_memory_nothing_is_written_to_disk(storage_settings: Any) -> None:
    with Files(where="memory") as files:
        default_storage.save("a.txt", ContentFile(b"x"))
        assert isinstance(storages["default"], InMemoryStorage)
        assert files.stored() == ["a.txt"]
        assert not files.folder.exists()


def test_a_kept_alias_stays_as_it_is(storage_settings: Any) -> None:
    with Files(keep=("remote",)):
        assert isinstance(storages["remote"], Remote)


def test_static_files_that_were_collected_keep_their_hashed_names(
    storage_settings: Any, tmp_path: Path
) -> None:
    """F5: a manifest in ``STATIC_ROOT`` is what production links by, and a name that it lacks fails as there."""
    manifest = f"{ManifestStaticFilesStorage.__module__}.{ManifestStaticFilesStorage.__qualname__}"
    paths = {"site.css": "site.0123456789ab.css"}
    (tmp_path / "staticfiles.json").write_text(json.dumps({"version": "1.1", "paths": paths}))
    storage_settings.STATIC_ROOT = str(tmp_path)
    storage_settings.STORAGES = {**storage_settings.STORAGES, "staticfiles": {"BACKEND": manifest}}
    storage_settings.DEBUG = False
    with Files():
        assert staticfiles_storage.url("site.css").endswith("/site.0123456789ab.css")
        with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
            staticfiles_storage.url("typo.css")


def test_static_files_that_are_elsewhere_are_not_asked_for_their_manifest(storage_settings: Any) -> None:
    """F5: nor is such a storage made at all."""
    away = {"BACKEND": f"{__name__}.{ManifestElsewhere.__name__}"}
    storage_settings.STORAGES = {**storage_settings.STORAGES, "staticfiles": away}
    with Files():
        assert staticfiles_storage.url("site.css").endswith("site.css")


def test_static_files_need_no_manifest(storage_settings: Any) -> None:
    manifest = f"{ManifestStaticFilesStorage.__module__}.{ManifestStaticFilesStorage.__qualname__}"
    storage_settings.STATIC_ROOT = "/nowhere"
    storage_settings.STORAGES = {**storage_settings.STORAGES, "staticfiles": {"BACKEND": manifest}}
    with Files():
        assert staticfiles_storage.url("site.css").endswith("site.css")
    assert isinstance(storages["staticfiles"], ManifestStaticFilesStorage)


def test_fields_that_hold_a_storage_are_led_to_the_isolated_one(
    storage_settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = FileSystemStorage(location=tmp_path / "mine", base_url="/mine/")
    registry = Apps()

    class Document(models.Model):  # noqa: DJ008
        own = models.FileField(storage=mine)
        alias = models.FileField(storage=storages["private"])
        usual = models.FileField()

        class Meta:
            app_label = "papers"
            apps = registry

    monkeypatch.setattr("django.apps.apps.get_models", lambda: [Document])
    held = Document._meta.get_field("alias").storage
    with Files() as files:
        document = Document()
        for name in ("own", "alias", "usual"):
            getattr(document, name).save("x.txt", ContentFile(b"x"), save=False)
            assert Path(getattr(document, name).path).is_relative_to(files.folder)
        assert document.own.url == "/mine/x.txt"
    assert Document._meta.get_field("own").storage is mine
    assert Document._meta.get_field("alias").storage is held
    assert not (tmp_path / "mine").exists()


def test_a_full_storage_raises_enospc_and_has_room_again_afterwards(storage_settings: Any) -> None:
    with Files() as files:
        with files.full(room=5):
            default_storage.save("fits.txt", ContentFile(b"12345"))
            with pytest.raises(OSError, match="No space left") as raised:
                default_storage.save("too_much.txt", ContentFile(b"1"))
            assert raised.value.errno == errno.ENOSPC
            with open(__file__, "rb") as plain, pytest.raises(OSError, match="No space left"):
                default_storage.save("plain.txt", plain)
        default_storage.save("later.txt", ContentFile(b"123456"))
        assert files.stored() == ["fits.txt", "later.txt"]


def test_everything_is_put_back_after_an_error(storage_settings: Any) -> None:
    before = (storage_settings.MEDIA_ROOT, storage_settings.STORAGES, Storage.save)
    with pytest.raises(RuntimeError, match="boom"), Files() as files, files.full():
        folder = files.folder
        raise RuntimeError("boom")
    assert (storage_settings.MEDIA_ROOT, storage_settings.STORAGES, Storage.save) == before
    assert not folder.exists()


# What is made.


@pytest.mark.parametrize(
    ("format", "suffix", "mime_type"),
    [
        ("PNG", "png", "image/png"),
        ("JPEG", "jpg", "image/jpeg"),
        ("jpg", "jpg", "image/jpeg"),
        ("GIF", "gif", "image/gif"),
        ("WEBP", "webp", "image/webp"),
        ("BMP", "bmp", "image/bmp"),
    ],
)
def test_images_are_real_in_each_format(format: str, suffix: str, mime_type: str) -> None:
    made = image(format, size=(30, 20), color="#0080ff")
    assert (made.name, made.mime_type) == (f"image.{suffix}", mime_type)
    with Image.open(io.BytesIO(made.content)) as opened:
        assert opened.size == (30, 20)
        red, green, blue = opened.convert("RGB").getpixel((3, 3))
        assert (red < 12, abs(green - 128) < 12, blue > 243) == (True, True, True)


def test_an_image_carries_exif() -> None:
    made = image("JPEG", exif={0x0112: 6, 0x010F: "A camera"})
    with Image.open(io.BytesIO(made.content)) as opened:
        assert (opened.getexif()[0x0112], opened.getexif()[0x010F]) == (6, "A camera")


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="JPEG"):
        image("PHOTO")


def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra, match=r"django-journey\[files\]"):
        image()


def test_a_bomb_is_small_and_claims_to_be_huge() -> None:
    made = bomb((40_000, 30_000))
    assert made.size < 200
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(made.content))
    modest = bomb((100, 100))
    with Image.open(io.BytesIO(modest.content)) as opened:
        assert opened.size == (100, 100)
        with pytest.raises(OSError, match="truncated"):
            opened.load()


def test_truncated_and_disguised_files_are_no_images() -> None:
    whole = image("JPEG", size=(400, 300))
    cut = truncated(whole, 0.5)
    assert (cut.size, cut.name) == (whole.size // 2, whole.name)
    with Image.open(io.BytesIO(cut.content)) as opened, pytest.raises(OSError, match="truncated"):
        opened.load()
    lie = disguised(text("no image"))
    assert (lie.name, lie.mime_type, lie.content) == ("picture.png", "image/png", b"no image")
    with pytest.raises(Image.UnidentifiedImageError):
        Image.open(io.BytesIO(lie.content))
    with pytest.raises(ConfigurationError):
        truncated(whole, 1.0)


def test_text_has_exactly_the_size_that_is_asked_for() -> None:
    assert text("abc").content == b"abc"
    assert text("abc", size=7).content == b"abcabca"
    assert text(size=5 * 1024 * 1024).size == 5 * 1024 * 1024


def test_a_table_is_read_back_as_it_was_written() -> None:
    made = csv([[1, 'say "hi", Ann'], [2, "two\nlines"]], header=["id", "text"])
    rows = list(csv_format.reader(io.StringIO(made.content.decode(), newline="")))
    assert rows == [["id", "text"], ["1", 'say "hi", Ann'], ["2", "two\nlines"]]


def test_a_pdf_has_its_objects_where_its_table_says() -> None:
    content = pdf("First (page)", "Second").content
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert content[start : start + 4] == b"xref"
    entries = content[start:].split(b"\n")[3:]
    for number, entry in enumerate(entries[:7], start=1):
        place = int(entry[:10])
        assert content[place:].startswith(f"{number} 0 obj".encode())
    assert b"/Count 2" in content
    assert rb"(First \(page\)) Tj" in content


def test_a_made_file_is_what_playwright_and_django_take(tmp_path: Path) -> None:
    made = text("abc", name="a.txt")
    assert dict(made) == {"name": "a.txt", "mimeType": "text/plain", "buffer": b"abc"}
    uploaded = made.uploaded()
    assert (uploaded.name, uploaded.content_type, uploaded.read()) == ("a.txt", "text/plain", b"abc")
    assert made.saved_in(tmp_path).read_bytes() == b"abc"
    assert repr(made) == "<a.txt: text/plain, 3 bytes>"
