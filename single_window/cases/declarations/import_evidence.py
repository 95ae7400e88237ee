"""Evidence on an import list: list, order, payment and waybill side by side (三单对碰).

The differences are found by customs' own comparison of the documents that it would use; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from declarations import matching
from declarations.documents import Inventory, Order
from declarations.identity import Identification, identify
from declarations.money import amount_text
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from declarations.tax.price_query import BELOW_FLOOR, FAR_BELOW_USUAL
from gateways.customs.import_trades import join_trade
from gateways.customs.repository import Declaration
from gateways.customs.trade import IMPORT
from gateways.records import FiledDocument
from single_window.cases.declarations import comparison
from single_window.cases.declarations.comparison import Field, Layout
from single_window.cases.declarations.parts import ComparedValue, Evidence
from single_window.language import phrases
from single_window.store import sandboxes
from single_window.store.gateways.customs import registered_names
from single_window.store.tables import document, tax_bill

OF_PRICE = (BELOW_FLOOR, FAR_BELOW_USUAL)
"""Rules that question the price of a line, in which the documents may agree."""
_assessment = msgspec.json.Decoder(Assessment).decode
LAYOUT = Layout(
    ("inventory", "order", "payment", "waybill"),
    (
        Field("order_no", ("order_no",) * 4, ("14105",)),
        Field("ebp_code", ("ebp_code ebp_name", "ebp_code ebp_name", "ebp_code ebp_name", ""), ("14101", "14106")),
        Field("ebc_code", ("ebc_code ebc_name", "ebc_code ebc_name", "", ""), ("14102",)),
        Field("buyer_name", ("buyer_name", "buyer_name", "payer_name", ""), ("13127", "1327")),
        Field("buyer_id_number", ("buyer_id_number", "buyer_id_number", "payer_id_number", ""), ("14103", "1327")),
        Field("buyer_telephone", ("buyer_telephone", "buyer_telephone", "", ""), ("130126",)),
        Field("lines", ("#lines", "#lines", "", ""), ("1320",)),
        Field("freight", ("freight", "freight", "", ""), ("14104",)),
        Field("insured_fee", ("insured_fee", "", "", "")),
        Field("paid", ("", "actual_paid", "amount_paid", ""), ("1332",)),
        Field("pay_code", ("", "pay_code pay_name", "pay_code pay_name", ""), ("13035",)),
        Field("pay_transaction_id", ("", "pay_transaction_id", "pay_transaction_id", ""), ("14107",)),
        Field("logistics_no", ("logistics_no", "", "", "logistics_no"), ("14108",)),
        Field("logistics_code", ("logistics_code logistics_name", "", "", "logistics_code logistics_name"), ("14109",)),
        Field("bill_no", ("bill_no", "", "", "bill_no"), ("14110",)),
    ),
    frozenset({"1320", "1322"}),
    lambda name, listed, ordered: matching.LINE_COMPARISONS[name](ordered, listed),
)
"""The comparison that `declarations.matching` makes; numbers are the codes of its rules. The insured fee is included
because the order's freight may contain it."""


def of_import(connection: Connection, sandbox: str, declaration: Declaration, law: Parameters) -> Evidence | None:
    """Return the evidence of an import list; None if the list's document was deleted."""
    facts = _facts(connection, sandbox, declaration)
    if "inventory" not in facts:
        return None
    evidence = comparison.compare_facts(LAYOUT, facts, IMPORT.partners, _compare(connection, sandbox, facts), law)
    prices = {f"price {reason.values.get('gnum')}" for reason in declaration.reasons if reason.rule in OF_PRICE}
    compared = [*evidence.rows, *_compare_tax(connection, declaration.id, facts)]
    rows = [replace(row, questioned=row.name in prices) for row in compared]
    return replace(evidence, rows=tuple(sorted(rows, key=lambda row: (not row.differs, not row.questioned))))


def _compare_tax(connection: Connection, declaration_id: int, facts: Mapping[str, Any]) -> Iterator[ComparedValue]:
    """The tax that is assessed, beside the tax that the order kept back from the buyer; no rule compares them."""
    bills = select(tax_bill.c.assessment).where(tax_bill.c.declaration_id == declaration_id)
    newest = connection.execute(bills.order_by(tax_bill.c.sequence.desc()).limit(1)).scalar()
    if newest is None or "order" not in facts:
        return
    pair = amount_text(_assessment(newest).total), amount_text(facts["order"].tax_total)
    alone = [""] * (len([kind for kind in LAYOUT.kinds if kind in facts]) - len(pair))
    yield ComparedValue("tax", phrases.phrase("compared", "tax"), (*pair, *alone), pair[0] != pair[1])


def _facts(connection: Connection, sandbox: str, declaration: Declaration) -> dict[str, Any]:
    """Return the list and the documents that customs would match with it, by kind."""
    columns = [
        document.c[name]
        for name in (
            "id",
            "kind",
            "key",
            "order_no",
            "version",
            "state",
            "port_no",
            "mailboxes",
            "last_return",
            "facts",
        )
    ]
    rows = connection.execute(
        select(*columns)
        .where(
            document.c.sandbox == sandbox,
            document.c.kind.in_(LAYOUT.kinds),
            document.c.order_no == declaration.order_no
            if declaration.order_no
            else document.c.id == declaration.document_id,
        )
        .order_by(document.c.id)
    )
    filed = [FiledDocument(*row) for row in rows]
    listed = next((paper for paper in filed if paper.id == declaration.document_id), None)
    if listed is None:
        return {}
    trade = join_trade(
        listed, [paper for paper in filed if paper.kind in IMPORT.partners and paper.state in {"declared", "accepted"}]
    )
    return {paper.kind: paper.facts for paper in (trade.inventory, *trade.partners)}


def _compare(connection: Connection, sandbox: str, facts: Mapping[str, Any]) -> list[Reason]:
    if not facts.keys() >= set(IMPORT.partners):
        return []
    listed, order = facts["inventory"], facts["order"]
    return matching.compare(
        order, facts["payment"], facts["waybill"], listed, verified=_is_verified(connection, sandbox, listed, order)
    )


def _is_verified(connection: Connection, sandbox: str, listed: Inventory, order: Order) -> bool:
    """True if the identity register confirms the buyer, in which case the payer may be another person."""
    if sandboxes.find(connection, sandbox).options.identity != Identification.REGISTRY:
        return False
    numbers = sorted({paper.buyer_id_number.upper() for paper in (listed, order)})
    return identify(order, listed, registered_names(connection, sandbox, numbers)).verified
