"""Registered certificates as programs and commands tell them."""

from __future__ import annotations

from declarations.calendar import utc_text
from single_window.store.certificates import Registered


def shown(one: Registered, now: int) -> dict[str, object]:
    """A registered certificate, and whether it holds at an instant."""
    return {
        "number": one.number,
        "company": one.company,
        "algorithm": one.kind,
        "holder": one.holder,
        "since": utc_text(one.since),
        "until": utc_text(one.until),
        "revoked": utc_text(one.revoked_at) if one.revoked_at else "",
        "holds": one.since <= now <= one.until and not (one.revoked_at and one.revoked_at <= now),
    }
