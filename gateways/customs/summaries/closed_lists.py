"""The meeting (lock) of a merchant's summaries, and the report of closed lists to the summary desk."""

from __future__ import annotations

from declarations.summary import eligibility
from declarations.summary.deadline import month_of
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.topics.customs import ListsClosed

_SIGN = "汇总|"


def meeting_of_merchant(ebc_code: str) -> str:
    """Return the key of the meeting whose lock covers all summaries of a merchant."""
    return f"{_SIGN}{ebc_code}"


def report_closed(declaration: Declaration, desk: CustomsDesk) -> None:
    """Report, once in a batch, that a merchant has closed an export list of this month to summarise."""
    if declaration.flow != "E":
        return
    day, parameters = desk.day, desk.law
    if eligibility.is_summable(declaration.trade_mode, declaration.statistics_flag, day, parameters):
        lists = ListsClosed(
            declaration.ebc_code, meeting_of_merchant(declaration.ebc_code), month_of(day, parameters).isoformat()
        )
        if not desk.is_sending(lists):
            desk.send(lists)
