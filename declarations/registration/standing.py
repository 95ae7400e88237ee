"""What a suspension stops: new declarations of the company, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from declarations.calendar import day_of
from declarations.reasons import Reason

SUSPENDED = "21342"
ORDER, PAYMENT, WAYBILL = "order", "payment", "waybill"
"""Papers of a trade that are refused with its list: those that a suspended company made."""


class Standing(NamedTuple):
    """A company that a declaration names: `suspended_at` the instant from which it may not declare (0: it may), `paper`
    which of the papers is its own (empty: only the list is concerned)."""

    code: str
    name: str
    suspended_at: int = 0
    paper: str = ""


def barred(companies: Iterable[Standing], now: int) -> tuple[Reason, ...]:
    """Why a declaration of these companies is not accepted now: one reason for each that is suspended, named once.

    暂停期间不接受新的申报；此前已接受的申报，其撤销、退货、放行、汇总照常办理。
    """
    found: dict[str, Standing] = {}
    for one in companies:
        if 0 < one.suspended_at <= now:
            found.setdefault(one.code, one)
    return tuple(
        Reason(
            f"21342.{one.paper}" if one.paper else SUSPENDED,
            {"code": one.code, "name": one.name, "since": day_of(one.suspended_at).isoformat()},
        )
        for one in found.values()
    )
