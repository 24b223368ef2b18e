"""What a journey leaves behind is reported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test.utils import override_script_prefix, override_settings
from django.urls import set_script_prefix
from django.utils import timezone, translation

from django_journey._world.leaks import Leaks, LeakWarning
from django_journey._world.mail import Mailbox
from django_journey.errors import WorldError


def test_nothing_is_said_of_a_tidy_journey() -> None:
    with Leaks("error"):
        os.environ["JOURNEY_TIDY_TEST"] = "1"
        del os.environ["JOURNEY_TIDY_TEST"]


def test_a_thread_that_still_runs_is_named() -> None:
    """B6: what a test leaves behind is reported."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="poller")
    try:
        with pytest.raises(WorldError, match="the thread 'poller' still runs"), Leaks("error"):
            thread.start()
    finally:
        stop.set()
        thread.join()


def test_a_changed_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WorldError, match="the environment variable COLOUR was changed"), Leaks("error"):
        monkeypatch.setenv("COLOUR", "blue")


def test_a_changed_setting_is_named(settings: Any) -> None:
    with pytest.raises(WorldError, match="the setting SITE_COLOUR was changed"), Leaks("error"):
        settings.SITE_COLOUR = "blue"


def test_a_script_prefix_that_a_request_leaves_behind_changes_no_setting(settings: Any) -> None:
    settings.MEDIA_URL = "media/"
    with override_script_prefix("/left/"), Leaks("error"):
        set_script_prefix("/another/")
        with override_settings(SITE_COLOUR="blue"):  # Django forgets the URLs that it has worked out
            pass


def test_language_and_time_zone_are_named() -> None:
    before = translation.get_language()
    try:
        with (
            pytest.raises(WorldError, match=r"the language is now de(.|\n)*the time zone is now Asia/Tokyo"),
            Leaks("error"),
        ):
            translation.activate("de")
            timezone.activate("Asia/Tokyo")
    finally:
        translation.activate(before)
        timezone.deactivate()


def test_a_file_that_this_process_made_is_named_and_another_processes_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B6: files too."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # wherever this checkout lies
    folder = Path(__file__).parent / f"left-{tmp_path.name}"
    folder.mkdir()
    try:
        with (
            pytest.raises(WorldError, match=r"left 1 thing behind(.|\n)*the file .*photo\.png was written"),
            Leaks("error"),
        ):
            (folder / "photo.png").write_bytes(b"x")
            (folder / "gone.png").write_bytes(b"x")
            (folder / "gone.png").unlink()
            (tmp_path / "temporary.png").write_bytes(b"x")
            subprocess.run([sys.executable, "-c", f"open({str(folder / 'other.png')!r}, 'w')"], check=True)
        with Leaks("error", ignore=[folder]):
            (folder / "report.html").write_bytes(b"x")
    finally:
        shutil.rmtree(folder)


def test_unread_mail_counts_where_it_is_asked_for() -> None:
    def send() -> None:
        EmailMessage("Welcome", "Hello", "site@example.com", ["smartie@example.com"]).send()

    with Leaks("error"):
        send()
    with Leaks("error", unread_mail=True):
        send()
        Mailbox("smartie@example.com").latest(subject="welcome")
    with Leaks("error", unread_mail=True):
        send()
        assert [mail.subject for mail in Mailbox("smartie@example.com").all()][-1] == "Welcome"
    with pytest.raises(WorldError, match="was never read"), Leaks("error", unread_mail=True):
        send()
        assert len(Mailbox("smartie@example.com")) == 4  # to count them is not to read them
    with (
        pytest.raises(WorldError, match=r"'Welcome' .* was never read"),
        Leaks("error", unread_mail=True),
    ):
        send()


def test_a_warning_is_the_default_and_a_failing_story_keeps_its_own_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.warns(LeakWarning, match="left 1 thing behind"), Leaks():
        monkeypatch.setenv("COLOUR", "blue")
    with pytest.raises(RuntimeError, match="the story's own"), Leaks("error"):
        monkeypatch.setenv("COLOUR", "red")
        raise RuntimeError("the story's own")
