"""Registered certificates as API and commands show them."""

from __future__ import annotations

from declarations.calendar import utc_text
from single_window.store.certificates import Registered


def shown(registered: Registered, now: int) -> dict[str, object]:
    """A registered certificate, and whether it holds at an instant."""
    return {
        "number": registered.number,
        "company": registered.company,
        "algorithm": registered.kind,
        "holder": registered.holder,
        "since": utc_text(registered.since),
        "until": utc_text(registered.until),
        "revoked": utc_text(registered.revoked_at) if registered.revoked_at else "",
        "holds": registered.since <= now <= registered.until
        and not (registered.revoked_at and registered.revoked_at <= now),
    }
