"""A preview of customs for validation: examines a list by the rules of customs, without locking or storing anything.

Documents of an upload lie beside the stored ones, or in place of them under the same key. The risk draw and the
guarantee are not predicted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection

from declarations.export import requirements
from declarations.reasons import Reason
from declarations.tax.import_tax import dutiable_value
from gateways.customs import acceptance, examination, reservations
from gateways.customs.export import acceptance as export_acceptance
from gateways.customs.export import examination as export_examination
from gateways.customs.export import trades as export_trades
from gateways.customs.lists import logistics_key
from gateways.customs.repository import Declaration
from gateways.customs.trade import IMPORT, JoinedImport
from gateways.desk import Desk
from gateways.records import FiledDocument
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.numbering import Numbering

LISTS = {"inventory": "I", "export_inventory": "E"}
_LIVE = frozenset({"declared", "accepted"})


class PreviewedCustoms(StoredCustomsRepository):
    """The repository of customs, read only, with the documents of an upload; without `stored` they meet no others."""

    locking = False

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        stored: bool,
        uploaded: Sequence[FiledDocument],
    ) -> None:
        super().__init__(connection, sandbox, numbering)
        self._stored, self._uploaded = stored, uploaded

    def meet(self, order_nos: Sequence[str]) -> Mapping[str, list[FiledDocument]]:
        """The documents of each order that count."""
        stored = super().meet(order_nos) if self._stored else {}
        filed_by_order: dict[str, list[FiledDocument]] = {}
        for order_no in order_nos:
            new = {(filed.kind, filed.key): filed for filed in self._uploaded if filed.order_no == order_no}
            old = [filed for filed in stored.get(order_no, ()) if (filed.kind, filed.key) not in new]
            here = [filed for filed in (*old, *new.values()) if filed.state in _LIVE]
            for filed in here:
                filed.state = "declared"
            if here:
                filed_by_order[order_no] = here
        return filed_by_order

    def by_key(self, kind: str, key: str) -> list[FiledDocument]:
        """The document of a kind that has a key, whatever order it names."""
        new = [filed for filed in self._uploaded if (filed.kind, filed.key) == (kind, key)]
        return new or (list(self.papers(kind, [key]).values()) if self._stored else [])


PreviewDesk: TypeAlias = Desk[PreviewedCustoms]


@dataclass(slots=True)
class PredictedOutcome:
    """The predicted outcome of one list, and the documents that customs would compare, the list first."""

    documents: list[FiledDocument]
    missing: tuple[str, ...]
    near: list[FiledDocument]
    """Documents of the same order of which the list names others."""
    reasons: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    review: list[Reason] = field(default_factory=list)
    full_tax: bool = False


def predict(listed: FiledDocument, desk: PreviewDesk) -> PredictedOutcome:
    """Examine a list with the partners that are there. Raises `NoValue` where the law of the day is not known."""
    return _import(listed, desk) if listed.kind == "inventory" else _export(listed, desk)


def _import(listed: FiledDocument, desk: PreviewDesk) -> PredictedOutcome:
    here = desk.repository.meet([listed.order_no]).get(listed.order_no, [])
    trade = next(
        trade
        for trade in acceptance.trades(
            {listed.order_no: [listed, *(filed for filed in here if filed.kind in IMPORT.partners)]}
        )
    )
    known = examination.load([(trade, _declaration(listed, desk.repository))], desk)
    opinion = examination.examine(trade, dutiable_value(listed.facts), known, desk)
    near = [filed for filed in (*here, *_by_number(trade, desk.repository)) if filed.kind in trade.missing]
    return PredictedOutcome(
        [listed, *trade.partners],
        trade.missing,
        near,
        opinion.reasons,
        opinion.warnings if known.companies else [],
        [],
        opinion.full_tax,
    )


def _by_number(trade: JoinedImport, repository: PreviewedCustoms) -> list[FiledDocument]:
    """Documents of another order by the numbers that list and order give: their waybill and payment, and the order and
    payment of such a waybill."""
    waybills = repository.by_key("waybill", logistics_key(trade.inventory.facts))
    paid = trade.order.facts if trade.order is not None else None
    payments = repository.by_key("payment", f"{paid.pay_code}|{paid.pay_transaction_id}") if paid is not None else []
    others = sorted({filed.order_no for filed in waybills} - {trade.inventory.order_no, ""})
    related = [*waybills, *payments, *(filed for here in repository.meet(others).values() for filed in here)]
    return list({filed.id: filed for filed in related if filed.order_no != trade.inventory.order_no}.values())


def _export(listed: FiledDocument, desk: PreviewDesk) -> PredictedOutcome:
    repository, collected = desk.repository, requirements.collection(desk.day, desk.law).applies
    trade = export_trades.trades([listed], collected, repository)[0]
    declaration = _declaration(listed, repository)
    known = export_examination.load([(trade, declaration)], [], repository)
    used_by = export_acceptance.user_of(declaration, known, repository)
    opinion = export_examination.examine(trade, used_by, known, desk)
    places = [listed.order_no, export_trades.parcel_place(declaration.logistics_key)]
    meetings = repository.meet(list(dict.fromkeys(places))).values()
    here = {filed.id: filed for meeting in meetings for filed in meeting}
    near = [filed for filed in here.values() if filed.kind in trade.missing]
    return PredictedOutcome(
        [listed, *trade.partners],
        trade.missing,
        near,
        opinion.reasons,
        opinion.warnings if known.companies else [],
        opinion.review,
    )


def _declaration(listed: FiledDocument, repository: PreviewedCustoms) -> Declaration:
    """The declaration of a list, whose holdings are given back at the desk; one that is not there as it would be."""
    flow, facts = LISTS[listed.kind], listed.facts
    known = repository.declarations_by_key([listed.key], flow).get(listed.key)
    if known is not None:
        reservations.release_all(known, repository)
        return known
    return Declaration(
        id=0,
        key=listed.key,
        order_no=listed.order_no,
        state="declared",
        document_id=listed.id,
        document_version=1,
        mailboxes="",
        cop_no="",
        pre_no="",
        customs_code=facts.customs_code,
        ebp_code=facts.ebp_code,
        ebc_code=facts.ebc_code,
        agent_code=facts.agent_code,
        assure_code="",
        logistics_key=f"{facts.logistics_code}|{facts.logistics_no}",
        trade_mode=facts.trade_mode,
        buyer="",
        flow=flow,
    )
