"""The journey's clock moves Python's time, and puts it right whatever happens."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from django_journey._world.clock import Clock
from django_journey.errors import WorldError


def about(moment: datetime) -> bool:
    return abs(datetime.now(UTC) - moment) < timedelta(minutes=5)


def test_travelling_moves_the_time_and_the_end_of_the_journey_puts_it_right() -> None:
    real = datetime.now(UTC)
    with Clock() as clock:
        clock.travel(days=3)
        assert about(real + timedelta(days=3))
        assert time.time() - real.timestamp() > 2.9 * 86400
        clock.travel(hours=-1)
        assert about(real + timedelta(days=2, hours=23))
    assert about(real)


def test_real_time_is_back_after_an_error() -> None:
    real = datetime.now(UTC)
    with pytest.raises(RuntimeError), Clock() as clock:
        clock.move_to("2040-01-01")
        raise RuntimeError
    assert about(real)


def test_a_clock_can_go_backwards() -> None:
    real = datetime.now(UTC)
    with Clock() as clock:
        clock.travel(weeks=-52)
        assert about(real - timedelta(weeks=52))


def test_a_frozen_clock_stands_still_and_stays_frozen_when_it_is_moved() -> None:
    with Clock() as clock:
        clock.freeze("2030-05-01T10:00:00+00:00")
        assert datetime.now(UTC) == datetime(2030, 5, 1, 10, tzinfo=UTC)
        clock.travel(minutes=1)
        assert datetime.now(UTC) == datetime(2030, 5, 1, 10, 1, tzinfo=UTC)
        assert clock.is_frozen
        clock.unfreeze()
        assert datetime.now(UTC) != datetime.now(UTC)


def test_a_naive_moment_is_meant_in_the_current_time_zone(settings: object) -> None:
    from django.utils import timezone

    with timezone.override("Asia/Tokyo"), Clock() as clock:
        clock.freeze(date(2030, 5, 1))
        assert clock.now() == datetime(2030, 4, 30, 15, tzinfo=UTC)


def test_a_text_that_is_no_moment_is_refused_with_an_example() -> None:
    with Clock() as clock, pytest.raises(WorldError, match=r"'soon' is no moment(.|\n)*ISO 8601"):
        clock.move_to("soon")


def test_sessions_signed_values_and_cache_time_outs_follow_the_clock() -> None:
    from django.contrib.auth.models import User
    from django.contrib.auth.tokens import default_token_generator
    from django.core import signing
    from django.core.cache.backends.locmem import LocMemCache

    cache = LocMemCache("clock-test", {})
    user = User(pk=1, username="smartie", email="smartie@example.com", password="x")
    with Clock() as clock:
        signed = signing.dumps("hello")
        token = default_token_generator.make_token(user)
        cache.set("key", "value", timeout=3600)
        clock.travel(hours=2)
        assert cache.get("key") is None
        with pytest.raises(signing.SignatureExpired):
            signing.loads(signed, max_age=3600)
        assert default_token_generator.check_token(user, token)
        clock.travel(days=4)
        assert not default_token_generator.check_token(user, token)
