"""Looks at the stock abroad of a company each day: sales without evidence, silent warehouses, goods that do not arrive,
transfers that do not close, refunds of goods that came back; on the first day of a month at its drafts of
reconciliations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TypeVar

from declarations.calendar import day_of, end_of_term, last_start_of_ended_term
from declarations.money import Scaled, amount_text
from declarations.overseas.allocation import SOLD, allocate
from declarations.overseas.corrections import corrections
from declarations.overseas.drafting import DraftTerms, draft_claim
from declarations.overseas.moves import StockMove, Supply
from declarations.overseas.times import business_day
from declarations.overseas.transfers import disagreements
from declarations.parameters import NoValue
from declarations.parameters.tables.overseas import OverseasCountries
from declarations.reasons import Reason
from declarations.refund.evidence_term import REMINDED_AT_HOUR, evidence_term
from gateways.overseas.differences import settle
from gateways.overseas.outcomes import EVIDENCE, SILENCE, advise_draft, apply_step, open_case
from gateways.overseas.repository import AheadClaim, Goods, OverseasCase, OverseasDesk
from gateways.recurring import Recurring, daily
from gateways.topics.facts import StockLeft
from gateways.topics.overseas import StockDayDue

EACH_DAY = Recurring(daily(hour=REMINDED_AT_HOUR), catch_up=False)
EVIDENCE_DAYS = "overseas.evidence_days"
NO_VOUCHER, VOUCHER_OVERDUE, SILENT, NOT_ARRIVED, DRAFTED = "27201", "27304", "27202", "27114", "27401"
REFUND_KEPT = "27122"
Told = TypeVar("Told")
NAMED_REFERENCES = 5
"""References of sales that a text names."""
BY_DAY = "~"
"""What the keys of differences begin with that the daily look finds, and not the ledger."""


def by_customs(countries: OverseasCountries) -> Mapping[str, str]:
    """Return customs code → letters of the countries of warehouses."""
    return {country.country_code: name for name, country in countries.items()}


def handle_left(left: Sequence[StockLeft], desk: OverseasDesk) -> None:
    """Look each day at companies whose goods have left, if warehouses tell of their stock at all."""
    for code in sorted({departure.code for departure in left}):
        if desk.repository.last_told(code):
            desk.recur(StockDayDue(code), EACH_DAY)


def handle_days(due: Sequence[StockDayDue], desk: OverseasDesk) -> None:
    """Look at companies, and await the next day as long as they have goods abroad, on the way, or in a case."""
    codes = sorted({company.code for company in due})
    countries = desk.value_today("overseas.countries").table_as(OverseasCountries)
    supplies, files = desk.repository.supplies(codes, by_customs(countries)), desk.repository.files(codes)
    for code in codes:
        files[code].seen_at = desk.now
        desk.repository.put_file(files[code])
        own = {goods: sent for goods, sent in supplies.items() if goods[0] == code}
        _look(code, own, countries, desk)
        if _is_active(code, own, desk):
            desk.recur(StockDayDue(code, max(company.due for company in due if company.code == code)), EACH_DAY)


def _look(
    code: str, supplies: Mapping[Goods, Sequence[Supply]], countries: OverseasCountries, desk: OverseasDesk
) -> None:
    today = business_day(desk.now, desk.day, desk.law)
    to_prove = _sales_to_prove(code, supplies, desk)
    for case in desk.repository.cases_of(code):
        if case.state == "asked" and case.due < today.isoformat():
            _lapse(case, to_prove, desk)
    _ask_for_evidence(code, today, to_prove, desk)
    _note_silence(code, desk)
    skus = {sku for _, sku in supplies}
    found = {
        f"{BY_DAY}{reason.rule}|{key}": reason
        for key, reason in (
            *_not_arrived(code, supplies, countries, desk),
            *_open_transfers(code, desk),
            *_refunds_kept(code, supplies, desk),
        )
    }
    settle(code, found, skus, desk, BY_DAY)
    if today.day == 1:
        _tell_drafts(code, supplies, countries, desk)


def _is_active(code: str, supplies: Mapping[Goods, Sequence[Supply]], desk: OverseasDesk) -> bool:
    waiting = any(not case.ended_at for case in desk.repository.cases_of(code))
    stock = desk.repository.stock(code)
    arrived = sum(row.received for row in stock)
    on_the_way = arrived < sum(supply.qty for sent in supplies.values() for supply in sent)
    unproved = desk.repository.sales_without_voucher(code, "9999-12-31")
    return waiting or on_the_way or bool(unproved) or any(row.on_hand for row in stock)


def _sales_to_prove(code: str, supplies: Mapping[Goods, Sequence[Supply]], desk: OverseasDesk) -> set[int]:
    """The ids of sales whose vouchers the law wants: of goods that are claimed ahead of their sale, and did not come
    back as a whole (国家税务总局公告2025年第3号 art. 6)."""
    ahead = {quantity.item_no for quantity in desk.repository.refunded_quantities(code) if quantity.reconciled}
    if not ahead:
        return set()
    moves = by_sku(desk.repository.moves(supplies.keys()))
    taken = [
        took for sku, sent in by_sku(supplies).items() for took in allocate(moves.get(sku, ()), sent).taken if took.qty
    ]
    return {took.move.id for took in taken if took.move.event == SOLD and took.item_no in ahead}


def _ask_for_evidence(code: str, today: date, to_prove: Collection[int], desk: OverseasDesk) -> None:
    """Ask for the vouchers of sales on the last day that the law leaves; of those told later at once."""
    told = desk.repository.sales_without_voucher(code, today.isoformat())
    sales = [sale for sale in told if sale.id in to_prove]
    for day, of_day in groupby(sorted(sales, key=lambda move: (move.day, move.at, move.id)), lambda move: move.day):
        try:
            term = evidence_term(EVIDENCE_DAYS, date.fromisoformat(day), desk.law)
        except NoValue:
            continue
        if term.last <= today:
            _ask(code, day, max(term.last, today), list(of_day), term.parameter_id, desk)


def _ask(code: str, day: str, until: date, sales: list[StockMove], value_id: str, desk: OverseasDesk) -> None:
    values = _named_sales(day, sales) | {"until": until.isoformat()}
    reason = Reason(NO_VOUCHER, values, (value_id,))
    key = f"{NO_VOUCHER}|{day}|{sales[0].name}"
    case = open_case(EVIDENCE, key, code, reason, desk, day=day, due=until.isoformat())
    apply_step(case, "ask_evidence", desk, values=values)
    for sale in sales:
        sale.asked = case.case_no
    desk.repository.put_moves(sales)


def _named_sales(day: str, sales: Sequence[StockMove]) -> dict[str, str]:
    named = [sale.ref or f"{sale.sku} {sale.told}" for sale in sales]
    more = "…" if len(named) > NAMED_REFERENCES else ""
    return {"day": day, "count": str(len(sales)), "refs": ", ".join(named[:NAMED_REFERENCES]) + more}


def _lapse(case: OverseasCase, to_prove: Collection[int], desk: OverseasDesk) -> None:
    sales = desk.repository.moves_asked(case.ebc_code, case.case_no)
    missing = [sale for sale in sales if not sale.voucher_no and not sale.undone_by and sale.id in to_prove]
    if missing:
        apply_step(case, "lapse", desk, values=_named_sales(case.day, missing))
    else:
        apply_step(case, "clear", desk)


def _note_silence(code: str, desk: OverseasDesk) -> None:
    days = desk.value_today("overseas.silence_days")
    holding = {row.warehouse_code for row in desk.repository.stock(code) if row.on_hand}
    open_keys = {case.key for case in desk.repository.cases_of(code) if not case.ended_at}
    for warehouse, at in sorted(desk.repository.last_told(code).items()):
        key, silent = f"{SILENT}|{warehouse}", (desk.day - day_of(at)).days
        if warehouse in holding and silent > int(days.amount) and key not in open_keys:
            values = {"warehouse": warehouse, "since": day_of(at).isoformat(), "days": str(silent)}
            open_case(SILENCE, key, code, Reason(SILENT, values, (days.id,)), desk)


def end_silence(code: str, warehouse: str, desk: OverseasDesk) -> None:
    """End the case of a warehouse that was silent and has told something."""
    for case in desk.repository.cases_of(code):
        if case.key == f"{SILENT}|{warehouse}" and case.state == "open":
            apply_step(case, "clear", desk)


def _not_arrived(
    code: str, supplies: Mapping[Goods, Sequence[Supply]], countries: OverseasCountries, desk: OverseasDesk
) -> Iterator[tuple[str, Reason]]:
    """Yield the exports of which too little has come in for too long; what came in counts for those that left first."""
    came: dict[tuple[str, str], Scaled] = defaultdict(int)
    for row in desk.repository.stock(code):
        came[row.sku, row.country] += row.received + max(0, row.adjusted)
    for (_, sku), sent in sorted(supplies.items()):
        for supply in sorted(sent, key=lambda one: (one.departed_at, one.item_no)):
            arrived = min(came[sku, supply.country], supply.qty)
            came[sku, supply.country] -= arrived
            days = countries[supply.country].arrival_days
            if arrived < supply.qty and end_of_term(supply.departed_at, days) < desk.now:
                missing = amount_text(supply.qty - arrived)
                values = {"item": supply.item_no, "sku": sku, "days": str(days), "short": missing}
                yield supply.item_no, Reason(NOT_ARRIVED, values)


def _open_transfers(code: str, desk: OverseasDesk) -> Iterator[tuple[str, Reason]]:
    """Yield the transfers about which the two sides have not agreed for too long."""
    days = desk.value_today("overseas.transfer_days")
    begun = last_start_of_ended_term(desk.now, int(days.amount))
    return disagreements(desk.repository.transfers(code), begun, days.id)


def _refunds_kept(
    code: str, supplies: Mapping[Goods, Sequence[Supply]], desk: OverseasDesk
) -> Iterator[tuple[str, Reason]]:
    """Yield the items of which more is refunded than is sold now, without a reconciliation that is still awaited."""
    refunded = desk.repository.refunded_quantities(code)
    if not any(quantity.settled for quantity in refunded):
        return
    moves = desk.repository.moves(supplies.keys())
    for found in corrections(refunded, by_sku(supplies), by_sku(moves)):
        if found.to_repay:
            values = {
                "item": found.item_no,
                "sku": found.sku,
                "claim": found.claim_no,
                "refunded": amount_text(found.refunded),
                "sold": amount_text(found.sold),
                "repay": amount_text(found.to_repay),
            }
            yield f"{found.item_no}|{found.claim_no}", Reason(REFUND_KEPT, values)


def by_sku(of_goods: Mapping[Goods, Sequence[Told]]) -> dict[str, Sequence[Told]]:
    """Return what is known of one company's goods by SKU."""
    return {sku: told for (_, sku), told in of_goods.items()}


def _tell_drafts(
    code: str, supplies: Mapping[Goods, Sequence[Supply]], countries: OverseasCountries, desk: OverseasDesk
) -> None:
    claims = desk.repository.ahead_claims(code, by_customs(countries))
    if not claims:
        return
    moves = desk.repository.moves(supplies.keys())
    for claim in claims:
        _tell_draft(claim, by_sku(supplies), by_sku(moves), desk)


def _tell_draft(
    claim: AheadClaim,
    supplies: Mapping[str, Sequence[Supply]],
    moves: Mapping[str, Sequence[StockMove]],
    desk: OverseasDesk,
) -> None:
    terms = DraftTerms(date.fromisoformat(claim.until), claim.manufacturer, desk.law, claim.credit)
    drafted = draft_claim(claim.lines, supplies, moves, terms)
    sums = {
        "sold": amount_text(sum(line.sold_qty for line in drafted)),
        "lost": amount_text(sum(line.lost for line in drafted)),
        "destroyed": amount_text(sum(line.destroyed for line in drafted)),
        "unsold": amount_text(sum(line.unsold for line in drafted)),
    }
    fields = {f"{name}Qty": value for name, value in sums.items()} | {"dueDate": claim.until.replace("-", "")}
    text = Reason(DRAFTED, {**sums, "claim": claim.claim_no, "until": claim.until})
    advise_draft(claim.ebc_code, claim.claim_no, fields, text, desk)
