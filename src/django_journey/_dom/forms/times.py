"""HTML's date and time strings, converted to numbers for ranges and steps."""

from __future__ import annotations

import calendar
import re
from datetime import date

__all__ = ["TEMPORAL", "normal_local", "number_of"]

_DATE = re.compile(r"(\d{4,})-(\d\d)-(\d\d)", re.ASCII)
_MONTH = re.compile(r"(\d{4,})-(\d\d)", re.ASCII)
_WEEK = re.compile(r"(\d{4,})-W(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?", re.ASCII)
_LOCAL = re.compile(r"([^T ]+)[T ](.+)", re.ASCII)

_DAY = 86_400_000
_LAST_YEAR = 275_760  # the last year of ECMAScript's time range, also the limit of Chromium's parser
TEMPORAL = frozenset(("date", "month", "week", "time", "datetime-local"))


def number_of(kind: str, text: str) -> float | None:
    """Return the number that represents a date or time, or ``None`` if the text is not a valid one.

    Args:
        kind: ``date``, ``week``, ``time`` or ``datetime-local`` (milliseconds), or ``month`` (months).
        text: The string.

    Source: HTML Living Standard, 2.3.5 Dates and times, and each input type's conversion to a number.
    """
    parse = {"date": _date, "month": _month, "week": _week, "time": _time, "datetime-local": _local}[kind]
    return parse(text)


def normal_local(text: str) -> str:
    """Return a local date and time as a valid normalized string; empty if it is invalid."""
    if _local(text) is None:
        return ""
    day, clock = re.split("[T ]", text, maxsplit=1)
    hours, minutes, seconds, fraction = _clock(clock) or (0, 0, 0, 0)
    shown = f"{hours:02}:{minutes:02}"
    if seconds or fraction:
        shown += f":{seconds:02}"
    if fraction:
        shown += f".{fraction:03}".rstrip("0")
    return f"{day}T{shown}"


def _date(text: str) -> float | None:
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day = map(int, match.groups())
    if not (1 <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= _days(year, month)):
        return None
    return float(_ordinal(year, month, day) * _DAY)


def _month(text: str) -> float | None:
    match = _MONTH.fullmatch(text)
    if not match:
        return None
    year, month = map(int, match.groups())
    if not (1 <= year <= _LAST_YEAR and 1 <= month <= 12):
        return None
    return float((year - 1970) * 12 + month - 1)


def _week(text: str) -> float | None:
    match = _WEEK.fullmatch(text)
    if not match:
        return None
    year, week = map(int, match.groups())
    if not (1 <= year <= _LAST_YEAR and 1 <= week <= _weeks(year)):
        return None
    fourth = _ordinal(year, 1, 4)  # January 4 is always in week 1
    monday = fourth - (fourth + 3) % 7
    return float((monday + (week - 1) * 7) * _DAY)


def _time(text: str) -> float | None:
    parts = _clock(text)
    if parts is None:
        return None
    hours, minutes, seconds, fraction = parts
    return float(((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction)


def _local(text: str) -> float | None:
    match = _LOCAL.fullmatch(text)
    if not match:
        return None
    day, clock = _date(match[1]), _time(match[2])
    return None if day is None or clock is None else day + clock


def _clock(text: str) -> tuple[int, int, int, int] | None:
    match = _TIME.fullmatch(text)
    if not match:
        return None
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    return hours, minutes, seconds, int((match[4] or "0").ljust(3, "0"))


def _days(year: int, month: int) -> int:
    # The calendar repeats every 400 years; Python's ends with the year 9999.
    return calendar.monthrange(year % 400 + 400, month)[1]


def _ordinal(year: int, month: int, day: int) -> int:
    cycles, within = divmod(year - 400, 400)
    return date(within + 400, month, day).toordinal() + cycles * 146_097 - 719_163


def _weeks(year: int) -> int:
    return date(year % 400 + 400, 12, 28).isocalendar().week
