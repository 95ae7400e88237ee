"""Parsing of days, instants and clocks in requests."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from apiflask.fields import Date
from apiflask.validators import Range

from declarations.calendar import SHANGHAI
from single_window.clock import FIRST, LAST, Clock, may_show, system_now
from single_window.frame.http.problems import problem

MODES = ("virtual", "real", "frozen")
MAX_RATE, DECIMALS = 1_000_000, 3
"""Maximum speed of a virtual clock relative to the system clock, and maximum decimals of that speed."""
OLDEST = date(1970, 1, 1)
"""The earliest day whose law may be requested, before any of its values."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_RATE = re.compile(rf"\d{{1,9}}(\.\d{{1,{DECIMALS}}})?", re.ASCII)


def day_field(description: str) -> Date:
    """Return a field of a query for the day whose law is requested; None if not given."""
    within = Range(OLDEST, LAST, error=f"a day from {OLDEST} to {LAST}")
    return Date(load_default=None, allow_none=True, validate=within, metadata={"description": description})


def moment_of(text: str) -> int:
    """Parse a day or time, by default in Asia/Shanghai, as an instant; raises `Problem` for an invalid one, or one that
    no clock may show."""
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise _no_moment(text)
    return check_instant(int((moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).timestamp() * 1000), text)


def check_instant(instant: int, text: str) -> int:
    """Return the instant if a clock may show it; raises `Problem` otherwise."""
    if not may_show(instant):
        raise _no_moment(text)
    return instant


def _no_moment(text: str) -> Exception:
    return problem("bad-moment", first=FIRST, last=LAST, found=text)


def clock_of(wanted: dict[str, Any], before: Clock) -> Clock:
    """Return the requested clock (`mode`, `at`, `rate`); without `at` it continues from the clock `before`. Raises
    `Problem`."""
    mode, now = wanted["mode"], system_now()
    if mode == "real" and wanted["at"]:
        raise _bad("real时钟跟随本机，不能指定at", "a real clock follows the system clock: at is not allowed")
    if mode != "virtual" and wanted["rate"]:
        raise _bad(f"{mode}时钟不能指定rate", f"rate is not allowed for a {mode} clock")
    if mode == "real":
        return Clock()
    at = moment_of(wanted["at"]) if wanted["at"] else before.now(now)
    return Clock("virtual", at, now, Decimal(0) if mode == "frozen" else _rate(wanted["rate"] or "1"))


def _rate(text: str) -> Decimal:
    try:
        rate = Decimal(text) if _RATE.fullmatch(text) else Decimal(0)
    except InvalidOperation:
        rate = Decimal(0)
    if not 0 < rate <= MAX_RATE:
        raise _bad(
            f"rate应大于0且不超过{MAX_RATE}，最多{DECIMALS}位小数",
            f"rate must be above 0 and at most {MAX_RATE}, with at most {DECIMALS} decimals",
        )
    return rate


def _bad(zh: str, en: str) -> Exception:
    return problem("bad-clock", reason_zh=zh, reason_en=en)
