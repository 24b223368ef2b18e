"""htmx without a browser: a click with its request and swap over the bare request, and ten swaps against Chromium."""

from __future__ import annotations

import shutil
import sys
import time
from statistics import median

from benchmarks.page import ROUNDS, shown, signed_in, site
from benchmarks.rounds import medians

_SWAPS = 10


def run() -> dict[str, float]:
    """Return ratios (``…_over_…``: how many times as long; ``…_faster_than_…``: how many times as fast)."""
    with site():
        figures = clicking()
    with site():
        return {**figures, **story()}


def clicking() -> dict[str, float]:
    """Click what htmx listens to, against the client's ``get`` of the same response."""
    from django.test import Client, override_settings

    with override_settings(ROOT_URLCONF="benchmarks.page_site"):
        client = Client()
        page = signed_in(client)
        page.context.htmx = "2.0"  # type: ignore[attr-defined]
        page.goto("/swapping/")  # type: ignore[attr-defined]
        whole, part = (page.get_by_role("button", name=name) for name in ("Go", "Less"))  # type: ignore[attr-defined]
        found = medians(
            {
                "client_page": lambda: client.get("/list/"),
                "click_page": whole.click,
                "client_fragment": lambda: client.get("/fragment/"),
                "click_fragment": part.click,
            },
            rounds=ROUNDS,
        )
    print(f"a click with its request and swap: {shown(found)}", file=sys.stderr)
    return {
        "click_and_swap_a_page_over_client_get": found["click_page"] / found["client_page"],
        "click_and_swap_a_fragment_over_client_get": found["click_fragment"] / found["client_fragment"],
    }


def story() -> dict[str, float]:
    """Search the class list of the demo ten times, in-process and in Chromium."""
    from django.test import override_settings

    whole = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        found = {"inprocess": _time_story("inprocess", 9), "chromium": _time_story("browser", 5, whole)}
    print(f"a story of ten swaps: {shown(found)}", file=sys.stderr)
    return {"ten_swaps_faster_than_chromium": found["chromium"] / found["inprocess"]}


def _time_story(driver: str, rounds: int, browser_path: str = "") -> float:
    from django.db import transaction

    from django_journey._story.journey import Journey
    from django_journey._story.settings import Options

    times = []
    options = Options(driver=driver, screenshots="off", browser_path=browser_path, reuse_pages=False)
    for number in range(rounds + 1):
        began = time.perf_counter()
        with Journey(options) as journey:
            _tell(journey)
        if number:
            times.append((time.perf_counter() - began) * 1000)
    transaction.get_connection().close()
    return median(times)


def _tell(journey: object) -> None:
    from classroom.factories import ClassroomFactory, StudentFactory

    room = ClassroomFactory(settings__capacity=20)
    for number in range(_SWAPS):
        StudentFactory(classroom=room, first_name=f"Student{number}", last_name="Lane")
    teacher = journey.actor(room.teacher)  # type: ignore[attr-defined]
    teacher.visit("classroom-detail", pk=room.pk)
    for number in range(_SWAPS):
        teacher.fill("Find a student", f"Student{number}")
        teacher.should_see(f"Student{number} Lane")
        teacher.should_not_see(f"Student{(number + 1) % _SWAPS} Lane")
