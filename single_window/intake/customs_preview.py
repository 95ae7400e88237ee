"""A preview of customs for validation: examines a list by the rules of customs, without locking or storing anything.

Documents of an upload are added to the stored ones, or replace those with the same key. The risk draw and the
guarantee are not predicted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection

from declarations.export import requirements
from declarations.reasons import Reason
from declarations.tax.import_tax import dutiable_value_of
from gateways.customs import acceptance, examination, reservations
from gateways.customs.export import acceptance as export_acceptance
from gateways.customs.export import examination as export_examination
from gateways.customs.export import trades as export_trades
from gateways.customs.lists import logistics_key_of
from gateways.customs.repository import Declaration
from gateways.customs.trade import IMPORT, JoinedImport
from gateways.desk import Desk
from gateways.records import FiledDocument
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.numbering import Numbering

LISTS = {"inventory": "I", "export_inventory": "E"}
_LIVE = frozenset({"declared", "accepted"})


class PreviewedCustoms(StoredCustomsRepository):
    """Customs' repository, read-only, with the documents of an upload. `stored`: include stored documents."""

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

    def load_meetings(self, order_nos: Sequence[str]) -> Mapping[str, list[FiledDocument]]:
        """Order → its live documents."""
        stored = super().load_meetings(order_nos) if self._stored else {}
        filed_by_order: dict[str, list[FiledDocument]] = {}
        for order_no in order_nos:
            new = {(filed.kind, filed.key): filed for filed in self._uploaded if filed.order_no == order_no}
            old = [filed for filed in stored.get(order_no, ()) if (filed.kind, filed.key) not in new]
            documents = [filed for filed in (*old, *new.values()) if filed.state in _LIVE]
            for filed in documents:
                filed.state = "declared"
            if documents:
                filed_by_order[order_no] = documents
        return filed_by_order

    def by_key(self, kind: str, key: str) -> list[FiledDocument]:
        """The document of a kind with a key, of any order."""
        new = [filed for filed in self._uploaded if (filed.kind, filed.key) == (kind, key)]
        return new or (list(self.papers(kind, [key]).values()) if self._stored else [])


PreviewDesk: TypeAlias = Desk[PreviewedCustoms]


@dataclass(slots=True)
class PredictedOutcome:
    """The predicted outcome of one list. `documents`: those that customs would compare, the list first; `missing`:
    kinds of missing partners."""

    documents: list[FiledDocument]
    missing: tuple[str, ...]
    misnumbered: list[FiledDocument]
    """Documents of missing kinds that exist under another number than the list names."""
    reasons: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    review: list[Reason] = field(default_factory=list)
    full_tax: bool = False


def predict(listed: FiledDocument, desk: PreviewDesk) -> PredictedOutcome:
    """Examine a list with its existing partners. Raises `NoValue` if the law of the day is unknown."""
    return _import(listed, desk) if listed.kind == "inventory" else _export(listed, desk)


def _import(listed: FiledDocument, desk: PreviewDesk) -> PredictedOutcome:
    documents = desk.repository.load_meetings([listed.order_no]).get(listed.order_no, [])
    trade = next(
        trade
        for trade in acceptance.join_trades(
            {listed.order_no: [listed, *(filed for filed in documents if filed.kind in IMPORT.partners)]}
        )
    )
    loaded = examination.load_rows([(trade, _declaration(listed, desk.repository))], desk)
    opinion = examination.examine(trade, dutiable_value_of(listed.facts), loaded, desk)
    misnumbered = [filed for filed in (*documents, *_by_number(trade, desk.repository)) if filed.kind in trade.missing]
    return PredictedOutcome(
        [listed, *trade.partners],
        trade.missing,
        misnumbered,
        opinion.reasons,
        opinion.warnings if loaded.companies else [],
        [],
        opinion.full_tax,
    )


def _by_number(trade: JoinedImport, repository: PreviewedCustoms) -> list[FiledDocument]:
    """Documents of other orders that have the numbers which the list and its order name: the waybill and the payment;
    and the order and payment of that waybill."""
    waybills = repository.by_key("waybill", logistics_key_of(trade.inventory.facts))
    paid = trade.order.facts if trade.order is not None else None
    payments = repository.by_key("payment", f"{paid.pay_code}|{paid.pay_transaction_id}") if paid is not None else []
    others = sorted({filed.order_no for filed in waybills} - {trade.inventory.order_no, ""})
    related = [
        *waybills,
        *payments,
        *(filed for documents in repository.load_meetings(others).values() for filed in documents),
    ]
    return list({filed.id: filed for filed in related if filed.order_no != trade.inventory.order_no}.values())


def _export(listed: FiledDocument, desk: PreviewDesk) -> PredictedOutcome:
    repository, collected = desk.repository, requirements.collection_requirement_on(desk.day, desk.law).applies
    trade = export_trades.join_trades([listed], collected, repository)[0]
    declaration = _declaration(listed, repository)
    loaded = export_examination.load_rows([(trade, declaration)], [], repository)
    used_by = export_acceptance.find_user_of_waybill(declaration, loaded, repository)
    opinion = export_examination.examine(trade, used_by, loaded, desk)
    places = [listed.order_no, export_trades.meeting_of_parcel(declaration.logistics_key)]
    meetings = repository.load_meetings(list(dict.fromkeys(places))).values()
    documents = {filed.id: filed for meeting in meetings for filed in meeting}
    misnumbered = [filed for filed in documents.values() if filed.kind in trade.missing]
    return PredictedOutcome(
        [listed, *trade.partners],
        trade.missing,
        misnumbered,
        opinion.reasons,
        opinion.warnings if loaded.companies else [],
        opinion.review,
    )


def _declaration(listed: FiledDocument, repository: PreviewedCustoms) -> Declaration:
    """The stored declaration of a list, with its reservations released in memory; else a new one."""
    flow, facts = LISTS[listed.kind], listed.facts
    loaded = repository.declarations_by_key([listed.key], flow).get(listed.key)
    if loaded is not None:
        reservations.release_all(loaded, repository)
        return loaded
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
