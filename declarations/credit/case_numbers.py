"""Numbers of credit cases, which do not depend on what else a window holds."""

from __future__ import annotations

from datetime import date
from hashlib import sha256


def case_no_of(ebc_code: str, day: date, before: int) -> str:
    """Return the number of a company's case that is proposed on a day, after so many cases of it before: XY, the day,
    ten hexadecimal digits."""
    return f"XY{day:%Y%m%d}{sha256(f'{ebc_code}|{before}'.encode()).hexdigest()[:10].upper()}"
