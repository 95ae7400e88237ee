"""The rows of Korea's customs that ours reads, where a list comes from there."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from declarations.korea.draw import KoreaStanding


class KoreaStandings(Protocol):
    """Reads what Korea's customs told."""

    def korea_standing(self, company: str, parcel: str, day: date) -> KoreaStanding:
        """Its word on a parcel from there, and on the company that imports it, valid on a day."""
