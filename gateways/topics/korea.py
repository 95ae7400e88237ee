"""Payloads that the gateway of Korea's customs handles besides documents and decisions."""

from __future__ import annotations

from typing import NamedTuple


class KoreaParcelDue(NamedTuple):
    """A parcel has reached Korea some time ago (`clear`), or an answer to Korea is due (`answer`, of that step)."""

    parcel_id: int
    what: str
    step: int = 0
