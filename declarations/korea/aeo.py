"""What Korea tells of its AEO companies, each from a day on, and which of it counts on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

VALID, SUSPENDED, REVOKED = "1", "2", "3"


@dataclass(slots=True)
class KoreaAeoStatus:
    """What was told of an AEO company from a day on. `key`: number and first day; `company_code`: the company here that
    imports its goods; `until`: the last day (yyyy-MM-dd), empty for none."""

    key: str
    aeo_no: str
    company_code: str
    name: str
    status: str
    since: str
    until: str
    told_at: int
    document_id: int


def valid_number(told: Iterable[KoreaAeoStatus], company: str, day: str) -> str:
    """Return the number under which goods of a company here are those of a valid AEO company on a day; empty for none.

    Of what has begun by then the last that was told counts; a suspension that has ended counts no more."""
    last: dict[str, KoreaAeoStatus] = {}
    for one in sorted(told, key=lambda one: (one.told_at, one.document_id, one.since)):
        ended = bool(one.until) and one.until < day
        if one.since <= day and not (one.status == SUSPENDED and ended):
            last[one.aeo_no] = one
    valid = (
        one.aeo_no
        for one in last.values()
        if one.status == VALID and one.company_code == company and (not one.until or one.until >= day)
    )
    return min(valid, default="")
