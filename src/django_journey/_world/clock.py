"""The journey's clock: Python's time in this process, which the story can move and which is reset at its end.

Everything follows that reads Python's time: sessions, password-reset tokens, signed cookies, ``auto_now``, time-outs
of the local-memory and file caches, time zones. Other clocks do not: the database's ``now()``, Redis's expiry, a
real browser's JavaScript, other processes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import TracebackType
from typing import Any, Self

from django_journey._trace.record import recorder
from django_journey.errors import Explanation, MissingExtra, WorldError

__all__ = ["Clock"]


class Clock:
    """The time that the site sees: the real time, until the story moves or freezes the clock.

    A moved clock keeps ticking; a frozen one does not until ``unfreeze`` or ``reset``.
    """

    def __init__(self) -> None:
        self._traveller: Any = None
        self._frozen = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.reset()

    def now(self) -> datetime:
        """Return the time that the site sees now, aware, in UTC."""
        return datetime.now(UTC)

    @property
    def is_frozen(self) -> bool:
        """Whether it is frozen."""
        return self._frozen

    def travel(
        self,
        *,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> datetime:
        """Move on by a span of time, or back by a negative one; a frozen clock stays frozen.

        Returns:
            The time that the site sees now.
        """
        span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self._set(self.now() + span, frozen=self._frozen)

    def move_to(self, when: datetime | date | str) -> datetime:
        """Move to a moment; it continues from there, unless it is frozen.

        Args:
            when: A moment, a day (its midnight), or either in ISO 8601; without a time zone, it is meant in
                Django's current one.

        Raises:
            WorldError: The text is no moment.
        """
        return self._set(_moment(when), frozen=self._frozen)

    def freeze(self, when: datetime | date | str | None = None) -> datetime:
        """Freeze it, at a moment or now."""
        return self._set(self.now() if when is None else _moment(when), frozen=True)

    def unfreeze(self) -> datetime:
        """Let it tick again, from its present time."""
        return self._set(self.now(), frozen=False)

    def reset(self) -> None:
        """Put it right: the real time again."""
        self._frozen = False
        if self._traveller is not None:
            self._traveller.stop()
            self._traveller = None

    def state(self) -> tuple[datetime | None, bool]:
        """Return what it says, ``None`` for the real time, and whether it is frozen."""
        return (self.now() if self._traveller is not None else None), self._frozen

    def set_state(self, state: tuple[datetime | None, bool]) -> None:
        """Let it say what it said when ``state`` was called."""
        moment, frozen = state
        if moment is not None:
            self._set(moment, frozen=frozen)

    def _set(self, moment: datetime, *, frozen: bool) -> datetime:
        try:
            import time_machine
        except ImportError:
            raise MissingExtra("journey.clock", extra="clock", library="time-machine") from None
        self.reset()
        self._traveller = time_machine.travel(moment, tick=not frozen)
        self._traveller.start()
        self._frozen = frozen
        text = moment.isoformat(sep=" ", timespec="seconds")
        recorder.note("clock", f"the clock {'stands at' if frozen else 'says'} {text}", moment=text)
        return moment


def _moment(when: datetime | date | str) -> datetime:
    from django.utils import timezone

    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when)
        except ValueError:
            raise WorldError(
                Explanation(
                    f"{when!r} is no moment that the clock can move to",
                    where="journey.clock",
                    instead='journey.clock.move_to("2027-01-31 12:00"), ISO 8601, or a datetime',
                )
            ) from None
    if not isinstance(when, datetime):
        when = datetime.combine(when, time())
    if timezone.is_naive(when):
        when = timezone.make_aware(when)
    return when.astimezone(UTC)
