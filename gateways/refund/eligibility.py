"""A claim is matched and each of its exports treated by the law; amounts are calculated from the result.

Exports that are alike to the law (day, goods, mode, papers, exchange) are assessed once, and their conditions kept
once for all their items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from declarations.documents import RefundClaim
from declarations.export.requirements import pilot_zone
from declarations.forex.rates import letters
from declarations.money import Scaled
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.refund import deadlines, lanes
from declarations.refund.conditions import Condition, failed
from declarations.refund.deadlines import windows
from declarations.refund.matching import ExportLine, Link, Matched, PurchaseLine, match, match_exports, matching_rule
from declarations.refund.rates import NoRate
from declarations.refund.treatment import EXEMPTION as EXEMPT
from declarations.refund.treatment import NO_INVOICE, REFUND, Export, Exporter, Papers, Treatment, treat
from gateways.refund import checking, vouchers
from gateways.refund.checking import EXEMPTION, MANUFACTURER
from gateways.refund.evidence import EXPORT, Evidence, invoice_line, item_facts
from gateways.refund.repository import Item, Pool, RefundDesk

NO_RATE, MIXED, EVIDENCE = "20552", "20510", "20540"
EXCHANGE = frozenset({lanes.EXCHANGE_COLLECTED, lanes.EXCHANGE_CURRENCY})
REFUND_LANE = EXCHANGE | {
    lanes.MODE_KNOWN,
    lanes.NO_PLATFORM,
    lanes.GENERAL_TAXPAYER,
    lanes.REFUND_FILING,
    lanes.DECLARED,
    lanes.REFUNDABLE,
    lanes.INVOICE_HELD,
    lanes.INVOICE_MATCHES,
    lanes.HONEST,
    lanes.IN_TIME,
}
_PROVED = {lanes.COLLECTED: 0, lanes.DUE: 1, lanes.OTHER_CURRENCY: 2, "missing": 3}
LISTED, RETAIL = "E", ("9610", "1210")
_OFFICE, _NINTH = 4, 8
"""How many characters name the office of a number, and where it says whether it is that of a list."""


class Group(NamedTuple):
    """Items that the law treats alike."""

    items: list[str]
    treatment: Treatment


@dataclass(slots=True)
class Eligibility:
    """The result of a claim before amounts: reasons to refuse it, or links and how each item is treated."""

    reasons: list[Reason] = field(default_factory=list)
    links: tuple[Link, ...] = ()
    groups: list[Group] = field(default_factory=list)
    by_item: dict[str, Treatment] = field(default_factory=dict)
    exchange: str = ""
    """The worst of its items: collected, due, other_currency; empty: no item needs it."""
    exchange_due: str = ""
    assumed: tuple[Condition, ...] = ()


def assess(facts: RefundClaim, evidence: Evidence, must_prove: bool, desk: RefundDesk) -> Eligibility:
    """Match and treat a claim as it stands today. Raises `NoValue` where the law of the claim's day is not known."""
    eligibility = Eligibility(
        [*checking.form(facts), *checking.admitted(facts, evidence.standings[facts.ebc_code], desk)]
    )
    if eligibility.reasons:
        return eligibility
    items = {
        number: item
        for number in _numbers(facts)
        if (item := evidence.items.get(number)) is not None and item.ebc_code == facts.ebc_code
    }
    matched = _matched(facts, items, evidence, desk)
    eligibility.reasons = [
        *checking.owned(facts, evidence),
        *matched.reasons,
        *checking.ahead_of_sale(facts, items, evidence.accounts[facts.ebc_code], desk),
    ]
    eligibility.links = matched.links
    if not eligibility.reasons:
        _treat_all(eligibility, facts, items, evidence, must_prove, desk)
    return eligibility


def _numbers(facts: RefundClaim) -> Iterator[str]:
    return (line.item_no for line in facts.lines if line.part == EXPORT)


def _matched(facts: RefundClaim, items: Mapping[str, Item], evidence: Evidence, desk: RefundDesk) -> Matched:
    exports = _exports(facts)
    known = {number: item_facts(item) for number, item in items.items()}
    rule = matching_rule(desk.day, desk.law)
    if facts.claim_kind == MANUFACTURER:
        return match_exports(exports, known, rule)
    purchases = _purchases(facts)
    cited = {(line.invoice_no, line.invoice_line) for line in purchases}
    invoices = {
        key: invoice_line(evidence.lines[key], evidence.invoices[key[0]]) for key in cited if key in evidence.lines
    }
    if facts.claim_kind == EXEMPTION:
        return vouchers.added(match_exports(exports, known, rule), purchases, invoices, facts.ebc_code, rule)
    return match(exports, purchases, invoices, known, facts.ebc_code, rule)


def _exports(facts: RefundClaim) -> list[ExportLine]:
    return [
        ExportLine(
            line.gnum,
            line.link_no,
            line.item_no,
            line.gcode,
            line.gname,
            line.unit,
            line.qty,
            letters(line.currency),
            line.amount,
        )
        for line in facts.lines
        if line.part == EXPORT
    ]


def _purchases(facts: RefundClaim) -> list[PurchaseLine]:
    return [
        PurchaseLine(
            line.gnum,
            line.link_no,
            line.invoice_no,
            line.invoice_line,
            line.gcode,
            line.gname,
            line.unit,
            line.qty,
            line.amount,
        )
        for line in facts.lines
        if line.part != EXPORT
    ]


def _treat_all(
    eligibility: Eligibility,
    facts: RefundClaim,
    items: Mapping[str, Item],
    evidence: Evidence,
    must_prove: bool,
    desk: RefundDesk,
) -> None:
    exporter, assumed = checking.exporter(facts, evidence.standings[facts.ebc_code])
    eligibility.assumed = (assumed,) if assumed is not None else ()
    exchange = _exchange(facts, items, evidence)
    papered = {line.link_no for line in facts.lines if line.part != EXPORT}
    known: dict[_Alike, Group | None] = {}
    for link in eligibility.links:
        voucher = facts.claim_kind != EXEMPTION or link.link_no in papered
        for line in link.exports:
            item = items[line.item_no]
            alike = _alike(item, exchange[item.pool, item.currency], voucher, facts)
            if alike not in known:
                known[alike] = _group(alike, facts, exporter, must_prove, evidence, eligibility, desk)
            group = known[alike]
            if group is not None:
                group.items.append(item.item_no)
                eligibility.by_item[item.item_no] = group.treatment
    eligibility.groups = [group for group in known.values() if group is not None]
    if not eligibility.reasons:
        eligibility.reasons += _refusals(eligibility, facts)


class _Alike(NamedTuple):
    """What the law requires of an export, besides claimant and date."""

    exported_on: str
    gcode: str
    trade_mode: str
    exchange: str
    voucher: bool
    counted: bool
    office: str
    """Where it was declared, which only the exemption without an invoice needs."""


def _alike(item: Item, exchange: str, voucher: bool, facts: RefundClaim) -> _Alike:
    return _Alike(
        item.exported_on,
        item.gcode,
        item.trade_mode,
        exchange,
        voucher,
        item.item_no[_NINTH] == LISTED and item.trade_mode in RETAIL,
        item.item_no[:_OFFICE] if facts.claim_kind == EXEMPTION else "",
    )


def _group(
    alike: _Alike,
    facts: RefundClaim,
    exporter: Exporter,
    must_prove: bool,
    evidence: Evidence,
    eligibility: Eligibility,
    desk: RefundDesk,
) -> Group | None:
    """The treatment of exports that are alike; None where the law of their day is not known, which is a reason."""
    exported_on = date.fromisoformat(alike.exported_on)
    try:
        until = windows(exported_on, desk.law).exchange_until
        state = alike.exchange
        if state == lanes.DUE and desk.day > until:
            state = "missing"
        papers = Papers(lanes.MISSING if facts.claim_kind == EXEMPTION else lanes.MATCHING, alike.voucher, state)
        export = _export(alike, facts, exported_on, desk)
        found_treatment = treat(export, exporter, papers, desk.day, evidence.rates, desk.law)
    except NoRate as error:
        eligibility.reasons.append(Reason(NO_RATE, {"hs10": error.hs10, "exported": str(error.exported_on)}))
        return None
    except NoValue as error:
        eligibility.reasons.append(Reason(checking.UNKNOWN_LAW, {"missing": str(error)}))
        return None
    if found_treatment.kind == REFUND:
        _note_exchange(alike, state, until, must_prove, eligibility)
    return Group([], found_treatment)


def _export(alike: _Alike, facts: RefundClaim, exported_on: date, desk: RefundDesk) -> Export:
    in_zone = not alike.office or pilot_zone(alike.office, exported_on, desk.law).applies
    number = "" if alike.counted else facts.cop_no
    return Export(number, alike.trade_mode, exported_on, alike.gcode, alike.counted, zone_customs=in_zone)


def _note_exchange(alike: _Alike, state: str, until: date, must_prove: bool, eligibility: Eligibility) -> None:
    """Note of exports that are refunded the state of their foreign exchange, and the last day for collecting it."""
    if state != lanes.COLLECTED:
        eligibility.exchange_due = min(eligibility.exchange_due or until.isoformat(), until.isoformat())
        if must_prove:
            eligibility.reasons.append(Reason(EVIDENCE, {"exported": alike.exported_on}))
    if _PROVED[state] >= _PROVED.get(eligibility.exchange, -1):
        eligibility.exchange = state


def _exchange(facts: RefundClaim, items: Mapping[str, Item], evidence: Evidence) -> dict[tuple[str, str], str]:
    """Whether what a claim sold in each pool and currency was collected, as far as no other claim has it."""
    sold = sold_of(
        (items[line.item_no], line.amount) for line in facts.lines if line.part == EXPORT and line.item_no in items
    )
    return {
        (name, currency): proof(amount, currency, evidence.pools.get(name, {}))
        for (name, currency), amount in sold.items()
    }


def sold_of(lines: Iterable[tuple[Item, Scaled]]) -> dict[tuple[str, str], Scaled]:
    """What lines of a claim sold, by pool and currency."""
    sold: dict[tuple[str, str], Scaled] = {}
    for item, amount in lines:
        sold[item.pool, item.currency] = sold.get((item.pool, item.currency), 0) + amount
    return sold


def proof(amount: Scaled, currency: str, pools: Mapping[str, Pool]) -> str:
    """Whether the exchange of a pool, by currency, covers an amount besides what it proves already."""
    own = pools.get(currency)
    if own is not None and own.collected - own.used >= amount:
        return lanes.COLLECTED
    if not (own and own.collected) and any(pool.collected for pool in pools.values()):
        return lanes.OTHER_CURRENCY
    return lanes.DUE


def _exempt_already(facts: RefundClaim, treatment: Treatment) -> bool:
    """A late claim of an exemption that has its papers waits for nothing: it needs no exchange."""
    late = treatment.timeliness.reasons[0].rule == deadlines.DOCUMENTS_INCOMPLETE
    return facts.claim_kind == EXEMPTION and late and treatment.kind in (EXEMPT, NO_INVOICE)


def _refusals(eligibility: Eligibility, facts: RefundClaim) -> Iterator[Reason]:
    """Why a claim cannot be decided as it stands: too early, the exchange not there as it must be, links mixed."""
    for treatment in (group.treatment for group in eligibility.groups):
        if not treatment.final and not _exempt_already(facts, treatment):
            yield from treatment.timeliness.reasons
        elif facts.claim_kind != EXEMPTION and treatment.kind != REFUND:
            lacking = [condition for condition in failed(treatment.conditions) if condition.rule in REFUND_LANE]
            if all(condition.rule in EXCHANGE for condition in lacking):
                yield from (condition.reason for condition in lacking)
    for link in eligibility.links:
        if len({eligibility.by_item[line.item_no].kind for line in link.exports}) > 1:
            yield Reason(MIXED, {"link": link.link_no})
