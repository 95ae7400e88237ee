"""Writes the messages that exporters and their bank send in the steps of a refund scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from simulators.companies import TradingCompany
from simulators.exports import stories
from simulators.exports.trade import ExportTrade
from simulators.messages import SyntheticMessage
from simulators.refunds import documents
from simulators.refunds.arithmetic import rounded
from simulators.refunds.cases import AGAIN, REPORT, RefundCase, wrong
from simulators.refunds.documents import AMEND, together
from simulators.refunds.firms import RefundExporter, supplier
from simulators.refunds.items import LETTERS
from simulators.refunds.papers import Collected, StockSold
from simulators.refunds.scenarios import CLAIM, EXCHANGE, INVOICE, RECONCILE, REPAY, RETURN, RefundStep
from simulators.world import World

COUNTRIES = {"133": "KOR", "116": "JPN", "502": "USA", "304": "DEU", "303": "GBR", "601": "AUS"}
MOST_LEGS = 1_000
Act = Callable[[RefundCase, RefundStep, World, TradingCompany, str], list[SyntheticMessage]]


def registrations(firms: Sequence[RefundExporter], when: str) -> list[SyntheticMessage]:
    """Each exporter registers for itself."""
    return [
        together("Registration", [documents.registration(firm, when)], firm.company, (firm.code,)) for firm in firms
    ]


def acted(case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str) -> list[SyntheticMessage]:
    """The messages of a step, written at a time (yyyyMMddHHmmss); raises `KeyError` for a step without messages."""
    return ACTS[step.do](case, step, world, bank, when)


def _invoice(
    case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str
) -> list[SyntheticMessage]:
    if not case.items:
        return []
    paper = case.invoice(when[:8], step.more.get("only", 0))
    return [
        together(
            "VatInvoice",
            [documents.invoice(case.firm, supplier(world, case.firm), paper, when)],
            case.firm.company,
            (case.id,),
        )
    ]


def _exchange(
    case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str
) -> list[SyntheticMessage]:
    """A report for each currency; `currency` is one that the orders do not have, `cost` a share that is netted, `part`
    the share that was paid for; `short`: so much less than its legs come to is named as what is netted; `again`: the
    same orders in another report."""
    legs: dict[str, list[Collected]] = {}
    for trade in case.trades:
        collected = _collected(trade, step.more.get("currency", ""), Decimal(step.more.get("part", "1")))
        legs.setdefault(collected.currency, []).append(collected)
    messages = []
    for place, of in enumerate(legs.values()):
        cost, short = (Decimal(step.more.get(name, "0")) for name in ("cost", "short"))
        cost = rounded(sum((collected.amount for collected in of), Decimal(0)) * cost)
        number = case.number_of(AGAIN) if step.more.get("again") else _numbered(case, place)
        paper = documents.exchange(case.firm, bank, number, of[:MOST_LEGS], when, cost, short)
        messages.append(together("ForexReport", [paper], bank, (case.id,)))
    return messages


def _numbered(case: RefundCase, place: int) -> str:
    return case.number_of(REPORT) + (f"{place}" if place else "")


def _collected(trade: ExportTrade, other: str, part: Decimal) -> Collected:
    assert trade.order is not None and trade.inventory is not None
    head = trade.order.head
    return Collected(
        trade.id,
        COUNTRIES[trade.inventory.head["country"]],
        other or LETTERS[head["currency"]],
        rounded(Decimal(head["goodsValue"]) * part),
    )


def _claim(case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str) -> list[SyntheticMessage]:
    """A claim: for the first time, once more under another number (`again`), corrected, or with something `wrong`."""
    if not case.items:
        return []
    number = case.second if step.more.get("again") else case.id
    paper = case.claim(when[:6], number, step.more.get("only", 0))
    if how := step.more.get("wrong"):
        paper = wrong(paper, how)
    app_type = AMEND if step.more.get("correct") else documents.ADD
    return [together("RefundClaim", [documents.claim(case.firm, paper, when, app_type)], case.firm.company, (number,))]


def _reconcile(
    case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str
) -> list[SyntheticMessage]:
    """Reconcile overseas stock: `sold` is the share of each item; `price` the share of its price that was got for it;
    `again`: in another paper."""
    part, price = Decimal(step.more["sold"]), Decimal(step.more.get("price", "1"))
    sold = [
        StockSold(link, link.qty * part, rounded(link.fob * part * price), step.more["outcome"]) for link in case.links
    ]
    paper = documents.reconciliation(
        case.firm, case.number_of("HT" if step.more.get("again") else "HS"), case.id, sold, when
    )
    return [together("RefundReconciliation", [paper], case.firm.company, (case.id,))]


def _repay(case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str) -> list[SyntheticMessage]:
    """All goods came back."""
    paper = documents.repayment(
        case.firm,
        case.number_of("BS"),
        case.id,
        [(link, link.qty) for link in case.links],
        when,
        case.links[0].item.invt_no,
    )
    return [together("RefundRepayment", [paper], case.firm.company, (case.id,))]


def _return(
    case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str
) -> list[SyntheticMessage]:
    """Customs is asked to let the goods back in, all or those of one export, and the parcel is counted."""
    messages = []
    for place, (trade, item) in enumerate(zip(case.trades, case.items, strict=True), 1):
        if step.more.get("only", place) != place:
            continue
        messages += [
            stories.refund(trade, item.invt_no, when=when),
            stories.tally(world, trade, item.invt_no, when=when),
        ]
    return messages


ACTS: Mapping[str, Act] = {
    INVOICE: _invoice,
    EXCHANGE: _exchange,
    CLAIM: _claim,
    RECONCILE: _reconcile,
    REPAY: _repay,
    RETURN: _return,
}
