"""Writes papers of refunds down as documents in the wire's own names, one function a kind; they go in messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from simulators.amounts import plain_number
from simulators.companies import TradingCompany
from simulators.draws import guid
from simulators.messages import SyntheticMessage, make_message
from simulators.refunds.arithmetic import round_to_fen
from simulators.refunds.firms import ZONE, RefundExporter
from simulators.refunds.papers import ClaimLink, ClaimPaper, OrderPayment, PurchaseInvoice, StockSale
from simulators.traded import Document, Elements

OFFICE = "4227"
CONFIRMED = "1"
"""Usage of an invoice: confirmed for export refund."""
COLLECTION, GROSS, NETTED = "1", "1", "2"
GOODS, COST, GOODS_CODE, WAREHOUSING = "1", "2", "122030", "224010"
ADD, AMEND = "1", "2"
BUYER, WAREHOUSE = "境外买家（模拟）", "海外仓（模拟）"
RICH = Decimal(5_000_000)


def registration(firm: RefundExporter, when: str) -> Document:
    """A merchant of the pilot zone registers, with its refund filing and its tax credit."""
    company = firm.company
    return Document(
        {
            **_opening("Registration", company.code, when),
            "code": company.code,
            "creditCode": company.credit_code,
            "name": company.name,
            "kinds": ";".join(company.kinds),
            "dxpId": company.dxp_id,
            "customsCode": OFFICE,
            "zone": ZONE,
            "taxpayerKind": "1",
            "refundKind": firm.kind,
            "taxCredit": firm.credit,
            "netAssets": plain_number(RICH),
            "lastRefund": "0",
        },
        [],
    )


def invoice(
    firm: RefundExporter, seller: TradingCompany, paper: PurchaseInvoice, when: str, usage: str = CONFIRMED
) -> Document:
    """A supplier's invoice, handed in by its buyer."""
    head = {
        **_opening("VatInvoice", paper.number, when),
        **_merchant(firm),
        "invoiceNo": paper.number,
        "invoiceKind": paper.kind,
        "invoiceDate": paper.issued,
        "sellerCode": seller.credit_code,
        "sellerName": seller.name,
        "contractNo": paper.contract,
        "usage": usage,
    }
    return Document(
        head,
        [
            {
                "gnum": str(number),
                "gcode": line.code,
                "gname": line.name,
                "unit": line.unit,
                "qty": plain_number(line.qty),
                "amount": plain_number(line.amount),
                "taxRate": plain_number(line.levy),
                "tax": plain_number(round_to_fen(line.amount * line.levy)),
            }
            for number, line in enumerate(paper.lines, 1)
        ],
    )


def claim(firm: RefundExporter, paper: ClaimPaper, when: str, app_type: str = ADD) -> Document:
    """A claim: for each link its export and its purchases."""
    head = {
        **_opening("RefundClaim", paper.number, when, app_type),
        **_merchant(firm),
        "copNo": paper.number,
        "period": paper.period,
        "claimKind": paper.kind,
        "business": paper.business,
        **{name: plain_number(amount) for name, amount in paper.vat},
    }
    rows = (row for link in paper.links for row in _link(link))
    return Document(head, [{"gnum": str(number), **row} for number, row in enumerate(rows, 1)])


def _link(link: ClaimLink) -> Iterator[Elements]:
    item = link.item
    goods = {"linkNo": link.number, "gcode": item.code, "gname": item.name, "unit": item.unit}
    yield {
        "part": "E",
        **goods,
        "itemNo": item.number,
        "qty": plain_number(link.qty),
        "currency": item.currency,
        "amount": plain_number(link.fob),
        "saleState": link.sale_state,
    }
    for used in link.used:
        yield {
            "part": "P",
            **goods,
            "qty": plain_number(used.qty),
            "amount": plain_number(used.amount),
            "invoiceNo": used.invoice,
            "invoiceLine": str(used.line),
        }


def exchange(
    firm: RefundExporter,
    bank: TradingCompany,
    number: str,
    legs: Sequence[OrderPayment],
    when: str,
    cost: Decimal = Decimal(0),
    short: Decimal = Decimal(0),
) -> Document:
    """A bank's report of what it collected for an exporter, all in one currency: gross, or less the cost of a warehouse
    abroad (netted, and told gross all the same). `short`: so much less than that is named as its amount."""
    amount, currency = sum((leg.amount for leg in legs), Decimal(0)), legs[0].currency
    head = {
        **_opening("ForexReport", number, when),
        "reporterCode": bank.code,
        "reporterName": bank.name,
        "copNo": number,
        **_merchant(firm),
        "direction": COLLECTION,
        "settlement": NETTED if cost else GROSS,
        "currency": currency,
        "amount": plain_number(amount - cost - short),
        "valueTime": when,
    }
    return Document(
        head,
        [
            {"gnum": str(place), **line, "currency": currency, "legTime": when}
            for place, line in enumerate(_legs(legs, cost), 1)
        ],
    )


def _legs(legs: Sequence[OrderPayment], cost: Decimal) -> Iterator[Elements]:
    for leg in legs:
        order = {"orderNo": leg.order_no}
        yield {"legKind": GOODS, "transCode": GOODS_CODE, **order, **_counterparty(BUYER, leg.country, leg.amount)}
    if cost:
        yield {"legKind": COST, "transCode": WAREHOUSING, **_counterparty(WAREHOUSE, legs[0].country, cost)}


def _counterparty(name: str, country: str, amount: Decimal) -> Elements:
    return {"counterparty": name, "country": country, "amount": plain_number(amount)}


def reconciliation(firm: RefundExporter, number: str, claim_no: str, sales: Iterable[StockSale], when: str) -> Document:
    """The reconciliation of goods whose refund was paid ahead of sale."""
    head = {
        **_opening("RefundReconciliation", number, when),
        **_merchant(firm),
        "copNo": number,
        "claimNo": claim_no,
        "period": when[:6],
    }
    return Document(
        head,
        [
            {
                "gnum": str(place),
                "linkNo": sale.link.number,
                "itemNo": sale.link.item.number,
                "soldQty": plain_number(sale.qty),
                "currency": sale.link.item.currency,
                "amount": plain_number(sale.amount),
                "outcome": sale.outcome,
            }
            for place, sale in enumerate(sales, 1)
        ],
    )


def repayment(
    firm: RefundExporter,
    number: str,
    claim_no: str,
    back: Iterable[tuple[ClaimLink, Decimal]],
    when: str,
    invt_no: str = "",
) -> Document:
    """Refunded tax is paid back for so much of each item."""
    head = {
        **_opening("RefundRepayment", number, when),
        **_merchant(firm),
        "copNo": number,
        "claimNo": claim_no,
        "reasonKind": "1",
        "invtNo": invt_no,
    }
    return Document(
        head,
        [
            {"gnum": str(place), "itemNo": link.item.number, "qty": plain_number(qty)}
            for place, (link, qty) in enumerate(back, 1)
        ],
    )


def join_documents(
    code: str, documents: Sequence[Document], sender: TradingCompany, ids: Sequence[str]
) -> SyntheticMessage:
    """One message with up to a hundred documents, each about one of `ids`."""
    return make_message(code, list(documents), sender, tuple(ids))


def _opening(code: str, key: str, when: str, app_type: str = ADD) -> Elements:
    return {"guid": guid(code, key, when, app_type), "appType": app_type, "appTime": when}


def _merchant(firm: RefundExporter) -> Elements:
    return {"ebcCode": firm.company.code, "ebcName": firm.company.name}
