"""Writes the messages that exporters and their bank send in the steps of a refund scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from simulators.companies import TradingCompany
from simulators.exports import stories
from simulators.exports.trade import ExportTrade
from simulators.messages import SyntheticMessage
from simulators.refunds import documents
from simulators.refunds.arithmetic import round_to_fen
from simulators.refunds.cases import REPORT_PREFIX, SECOND_REPORT_PREFIX, RefundCase, corrupt_claim
from simulators.refunds.documents import AMEND, join_documents
from simulators.refunds.firms import RefundExporter, supplier
from simulators.refunds.items import LETTERS
from simulators.refunds.papers import OrderPayment, StockSale
from simulators.refunds.scenarios import CLAIM, EXCHANGE, INVOICE, RECONCILE, REPAY, RETURN, RefundStep
from simulators.world import World

COUNTRIES = {"133": "KOR", "116": "JPN", "502": "USA", "304": "DEU", "303": "GBR", "601": "AUS"}
MAX_LEGS = 1_000
StepWriter = Callable[[RefundCase, RefundStep, World, TradingCompany, str], list[SyntheticMessage]]


def registrations(firms: Sequence[RefundExporter], when: str) -> list[SyntheticMessage]:
    """The registration message of each exporter."""
    return [
        join_documents("Registration", [documents.registration(firm, when)], firm.company, (firm.code,))
        for firm in firms
    ]


def messages_of_step(
    case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str
) -> list[SyntheticMessage]:
    """The messages of a step, written at a time (yyyyMMddHHmmss); raises `KeyError` for a step without messages."""
    return STEP_WRITERS[step.do](case, step, world, bank, when)


def _invoice(
    case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str
) -> list[SyntheticMessage]:
    if not case.items:
        return []
    paper = case.invoice(when[:8], step.more.get("only", 0))
    return [
        join_documents(
            "VatInvoice",
            [documents.invoice(case.firm, supplier(world, case.firm), paper, when)],
            case.firm.company,
            (case.id,),
        )
    ]


def _exchange(
    case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str
) -> list[SyntheticMessage]:
    """An exchange report for each currency.

    Options of the step: `currency`: replaces the currency of the orders; `cost`: the share of netted costs; `part`: the
    share of the orders that was paid; `short`: the reported amount is lower by this; `again`: a second report about the
    same orders.
    """
    by_currency: dict[str, list[OrderPayment]] = {}
    for trade in case.trades:
        payment = _payment_of(trade, step.more.get("currency", ""), Decimal(step.more.get("part", "1")))
        by_currency.setdefault(payment.currency, []).append(payment)
    messages = []
    for place, payments in enumerate(by_currency.values()):
        cost, short = (Decimal(step.more.get(name, "0")) for name in ("cost", "short"))
        cost = round_to_fen(sum((payment.amount for payment in payments), Decimal(0)) * cost)
        number = case.number_of(SECOND_REPORT_PREFIX) if step.more.get("again") else _report_number(case, place)
        paper = documents.exchange(case.firm, bank, number, payments[:MAX_LEGS], when, cost, short)
        messages.append(join_documents("ForexReport", [paper], bank, (case.id,)))
    return messages


def _report_number(case: RefundCase, place: int) -> str:
    return case.number_of(REPORT_PREFIX) + (f"{place}" if place else "")


def _payment_of(trade: ExportTrade, currency: str, share: Decimal) -> OrderPayment:
    assert trade.order is not None and trade.inventory is not None
    head = trade.order.head
    return OrderPayment(
        trade.id,
        COUNTRIES[trade.inventory.head["country"]],
        currency or LETTERS[head["currency"]],
        round_to_fen(Decimal(head["goodsValue"]) * share),
    )


def _claim(case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str) -> list[SyntheticMessage]:
    """A claim. Options of the step: `again`: a second claim under another number; `correct`: a corrected version of the
    claim; `wrong`: name of an error."""
    if not case.items:
        return []
    number = case.second_claim_no if step.more.get("again") else case.id
    paper = case.claim(when[:6], number, step.more.get("only", 0))
    if error := step.more.get("wrong"):
        paper = corrupt_claim(paper, error)
    app_type = AMEND if step.more.get("correct") else documents.ADD
    return [
        join_documents("RefundClaim", [documents.claim(case.firm, paper, when, app_type)], case.firm.company, (number,))
    ]


def _reconcile(
    case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str
) -> list[SyntheticMessage]:
    """The reconciliation of overseas stock. Options of the step: `sold`: the share of each item that was sold ("told":
    as its warehouse knows); `price`: the share of its price that was paid; `again`: a second reconciliation."""
    price = Decimal(step.more.get("price", "1"))
    sold = [
        StockSale(link, link.qty * share, round_to_fen(link.fob * share * price), step.more["outcome"])
        for link in case.links
        for share in (case.share_sold(link.item, step),)
    ]
    paper = documents.reconciliation(
        case.firm, case.number_of("HT" if step.more.get("again") else "HS"), case.id, sold, when
    )
    return [join_documents("RefundReconciliation", [paper], case.firm.company, (case.id,))]


def _repay(case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str) -> list[SyntheticMessage]:
    """The repayment of the refund for all goods."""
    paper = documents.repayment(
        case.firm,
        case.number_of("BS"),
        case.id,
        [(link, link.qty) for link in case.links],
        when,
        case.links[0].item.invt_no,
    )
    return [join_documents("RefundRepayment", [paper], case.firm.company, (case.id,))]


def _return(
    case: RefundCase, step: RefundStep, world: World, bank: TradingCompany, when: str
) -> list[SyntheticMessage]:
    """The return request (213) and the tally (215) of all exports, or of the export number `only`."""
    messages = []
    for place, (trade, item) in enumerate(zip(case.trades, case.items, strict=True), 1):
        if step.more.get("only", place) != place:
            continue
        messages += [
            stories.refund(trade, item.invt_no, when=when),
            stories.tally(world, trade, item.invt_no, when=when),
        ]
    return messages


STEP_WRITERS: Mapping[str, StepWriter] = {
    INVOICE: _invoice,
    EXCHANGE: _exchange,
    CLAIM: _claim,
    RECONCILE: _reconcile,
    REPAY: _repay,
    RETURN: _return,
}
