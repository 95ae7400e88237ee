"""Finds exports to claim for: the unclaimed quantities of items of a summary, a declaration or a 9710 or 9810 list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from declarations.money import Scaled
from declarations.parameters import Parameters
from declarations.refund.export_date import export_date_of_month
from declarations.refund.numbers import LAST_LINE, item_number
from declarations.requests import RELEASED
from gateways.refund.repository import Item
from single_window.cases.refunds.answers import RefundExportOut
from single_window.cases.refunds.queries import used_of_items
from single_window.store.gateways.refund.exports import exported_items
from single_window.store.tables import (
    declaration,
    export_item,
    participant,
    summary,
    summary_declaration,
    summary_member,
)

UNSUMMARISED_MODES = ("9710", "9810")
"""Trade modes whose lists need no summary declaration."""
_MONTH = len("2026-11")
MAX_ITEMS = 1_000
"""Maximum number of items in one claim; each is an export line and a purchase line."""


class NothingToDraft(LookupError):
    """No claim can be drafted for a number; the message says why and what to do."""

    permanent = True


class Source(NamedTuple):
    """The basis of a draft: the number asked for (sumNo, entryId or invtNo), its company with the roles in which it is
    registered (`kinds`), and the items with their unclaimed quantities."""

    number: str
    ebc_code: str
    name: str
    dxp_id: str
    credit_code: str
    kinds: str
    items: tuple[Item, ...]


def source(connection: Connection, sandbox: str, number: str, law: Parameters) -> Source:
    """Return the items of a sumNo, an entryId or an invtNo, each with its export date; raises `NothingToDraft`."""
    declared, ebc_code = _declarations_behind(connection, sandbox, number)
    wanted = [item_number(entry_no, line) for entry_no in declared for line in range(1, LAST_LINE + 1)]
    usage = used_of_items(connection, sandbox, wanted)
    items = tuple(
        item
        for exported_item in sorted(
            exported_items(connection, sandbox, wanted), key=lambda exported_item: exported_item.item_no
        )
        if (item := _remaining(_with_export_day(exported_item, law), usage.get(exported_item.item_no))).qty > 0
    )
    if not items:
        raise NothingToDraft(f"All of {number} is claimed or returned; see: single-window refund claimable")
    if len(items) > MAX_ITEMS:
        raise NothingToDraft(
            f"{number} has {len(items)} items, more than the "
            f"maximum of {MAX_ITEMS} for a claim; name one of its declarations (entryId)."
        )
    return Source(number, ebc_code, *_company(connection, sandbox, ebc_code), items)


def _declarations_behind(connection: Connection, sandbox: str, number: str) -> tuple[Sequence[str], str]:
    """Resolve a sumNo, entryId or invtNo to the numbers of its declarations or of the list itself; with the company."""
    if number and (rows := _of_summary(connection, sandbox, number)):
        return [row.entry_id for row in rows], rows[0].ebc_code
    listed = _of_list(connection, sandbox, number) if number else None
    if listed is None:
        raise NothingToDraft(
            f"Nothing in sandbox {sandbox!r} is a summary (sumNo), an export declaration (entryId) or "
            f"an export list (invtNo) {number!r}; see: single-window refund claimable"
        )
    _check_claimable(listed)
    return [listed.invt_no], listed.ebc_code


def _of_summary(connection: Connection, sandbox: str, number: str) -> Sequence[Any]:
    return connection.execute(
        select(summary_declaration.c.entry_id, summary.c.ebc_code)
        .join(summary, summary.c.id == summary_declaration.c.summary_id)
        .where(
            summary_declaration.c.sandbox == sandbox,
            summary_declaration.c.entry_id != "",
            (summary.c.sum_no == number) | (summary_declaration.c.entry_id == number),
        )
        .order_by(summary_declaration.c.number)
    ).all()


def _of_list(connection: Connection, sandbox: str, invt_no: str) -> Any:
    columns = declaration.c.invt_no, declaration.c.ebc_code, declaration.c.trade_mode, declaration.c.state
    return connection.execute(
        select(*columns, summary.c.sum_no)
        .outerjoin(summary_member, summary_member.c.declaration_id == declaration.c.id)
        .outerjoin(summary, summary.c.id == summary_member.c.summary_id)
        .where(declaration.c.sandbox == sandbox, declaration.c.flow == "E", declaration.c.invt_no == invt_no)
        .limit(1)
    ).first()


def _check_claimable(listed: Any) -> None:
    """Raise `NothingToDraft` for a list that is claimed through its summary, or is not released."""
    if listed.sum_no:
        raise NothingToDraft(f"{listed.invt_no} is in summary {listed.sum_no}: claim that.")
    if listed.trade_mode not in UNSUMMARISED_MODES:
        raise NothingToDraft(
            f"{listed.invt_no} ({listed.trade_mode}) is claimed after it was summarised (701); see: "
            "single-window summary due"
        )
    if listed.state not in RELEASED:
        raise NothingToDraft(f"{listed.invt_no} is {listed.state}: it can be claimed once it is released.")


def _with_export_day(item: Item, law: Parameters) -> Item:
    """Complete an export date of which only the month is known, with the day that the law defines."""
    if len(item.exported_on) == _MONTH:
        item.exported_on = export_date_of_month(item.exported_on, law).isoformat()
    return item


def _remaining(item: Item, usage: Any) -> Item:
    """Reduce an item to its unclaimed quantity, and its price in proportion."""
    if usage is None or item.qty <= 0:
        return item
    remaining: Scaled = item.qty - usage.used - usage.returned
    item.fob = item.fob * remaining // item.qty // 1_000 * 1_000 if remaining != item.qty else item.fob
    item.qty = remaining
    return item


def _company(connection: Connection, sandbox: str, code: str) -> tuple[str, str, str, str]:
    """Return (name, mailbox, credit code, kinds) of a company; unknown ones are empty."""
    row = connection.execute(
        select(participant.c.name, participant.c.dxp_id, participant.c.credit_code, participant.c.kinds).where(
            participant.c.sandbox == sandbox, participant.c.code == code
        )
    ).first()
    return (row.name or code, row.dxp_id, row.credit_code, row.kinds) if row is not None else (code, "", "", "")


def claimable(connection: Connection, sandbox: str, ebc_code: str = "", limit: int = 50) -> list[RefundExportOut]:
    """Return exports without a claim: declarations of summaries, then lists of 9710 and 9810, newest first."""
    claimed_numbers = select(func.substr(export_item.c.item_no, 1, 18)).where(
        export_item.c.sandbox == sandbox, export_item.c.used > 0
    )
    of_company = [summary.c.ebc_code == ebc_code] if ebc_code else []
    declarations = connection.execute(
        select(summary_declaration.c.entry_id, summary.c.ebc_code, summary_declaration.c.month)
        .join(summary, summary.c.id == summary_declaration.c.summary_id)
        .where(
            summary_declaration.c.sandbox == sandbox,
            summary_declaration.c.entry_id != "",
            summary_declaration.c.entry_id.not_in(claimed_numbers),
            *of_company,
        )
        .order_by(summary_declaration.c.summary_id.desc(), summary_declaration.c.number)
        .limit(limit)
    ).all()
    of_company = [declaration.c.ebc_code == ebc_code] if ebc_code else []
    lists = connection.execute(
        select(declaration.c.invt_no, declaration.c.ebc_code)
        .where(
            declaration.c.sandbox == sandbox,
            declaration.c.flow == "E",
            declaration.c.invt_no.not_in(claimed_numbers),
            declaration.c.trade_mode.in_(UNSUMMARISED_MODES),
            declaration.c.state.in_(sorted(RELEASED)),
            *of_company,
        )
        .order_by(declaration.c.id.desc())
        .limit(limit)
    ).all()
    company_of_number = {row[0]: row.ebc_code for row in (*declarations, *lists)}
    return _count_claimable(connection, sandbox, company_of_number)[:limit]


def _count_claimable(connection: Connection, sandbox: str, company_of_number: dict[str, str]) -> list[RefundExportOut]:
    wanted = [item_number(number, line) for number in company_of_number for line in range(1, LAST_LINE + 1)]
    items_by_number: dict[str, list[Item]] = {number: [] for number in company_of_number}
    for item in exported_items(connection, sandbox, wanted):
        items_by_number[item.item_no[:18]].append(item)
    return [
        RefundExportOut(
            number=number,
            ebc_code=company_of_number[number],
            trade_mode=items[0].trade_mode,
            exported_on=items[0].exported_on,
            items=len(items),
        )
        for number, items in items_by_number.items()
        if items
    ]
