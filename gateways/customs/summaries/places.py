"""The meeting of a merchant's summaries, and what lists say to the summary desk when they are closed."""

from __future__ import annotations

from declarations.summary import eligibility
from declarations.summary.deadline import month_of
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.topics.customs import ListsClosed

_SIGN = "汇总|"


def merchant(ebc_code: str) -> str:
    """The worker that locks this meeting works on the summaries of a merchant, and no other does."""
    return f"{_SIGN}{ebc_code}"


def closed(declaration: Declaration, desk: CustomsDesk) -> None:
    """An export list was closed: say once a batch that its merchant has lists of this month to summarise."""
    if declaration.flow != "E":
        return
    day, parameters = desk.day, desk.law
    if eligibility.summable(declaration.trade_mode, declaration.statistics_flag, day, parameters):
        lists = ListsClosed(declaration.ebc_code, merchant(declaration.ebc_code), month_of(day, parameters).isoformat())
        if not desk.sends(lists):
            desk.send(lists)
