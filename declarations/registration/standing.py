"""The effect of a suspension: it stops new declarations of the company, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from declarations.calendar import day_of
from declarations.reasons import Reason

SUSPENDED = "21342"
ORDER, PAYMENT, WAYBILL = "order", "payment", "waybill"
"""Documents of a trade: one that a suspended company made is refused together with the list."""


class CompanyStanding(NamedTuple):
    """A company that a declaration names: `suspended_at` the instant from which it may not declare (0: it may), `paper`
    which of the papers is its own (empty: only the list is concerned)."""

    code: str
    name: str
    suspended_at: int = 0
    paper: str = ""


def barred(companies: Iterable[CompanyStanding], now: int) -> tuple[Reason, ...]:
    """Why a declaration of these companies is not accepted now: one reason for each suspended company; of
    one with several parts in the trade the first counts.

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
