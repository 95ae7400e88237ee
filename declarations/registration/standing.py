"""The effect of a suspension: new declarations of the company are refused; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from declarations.calendar import day_of
from declarations.reasons import Reason

SUSPENDED = "21342"
ORDER, PAYMENT, WAYBILL = "order", "payment", "waybill"
"""Documents of a trade; one made by a suspended company is refused together with the list."""


class CompanyStanding(NamedTuple):
    """A company that a declaration names. `suspended_at`: instant from which it may not declare (0: it may); `paper`:
    the partner document that it made (empty: none)."""

    code: str
    name: str
    suspended_at: int = 0
    paper: str = ""


def barred_companies(companies: Iterable[CompanyStanding], now: int) -> tuple[Reason, ...]:
    """Return one reason for each suspended company; for a company with several roles in the trade, by its first role.

    暂停期间不接受新的申报；此前已接受的申报，其撤销、退货、放行、汇总照常办理。
    """
    suspended: dict[str, CompanyStanding] = {}
    for company in companies:
        if 0 < company.suspended_at <= now:
            suspended.setdefault(company.code, company)
    return tuple(
        Reason(
            f"21342.{standing.paper}" if standing.paper else SUSPENDED,
            {"code": standing.code, "name": standing.name, "since": day_of(standing.suspended_at).isoformat()},
        )
        for standing in suspended.values()
    )
