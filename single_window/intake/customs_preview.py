"""A preview of customs for validation: examines a list by the rules of customs, without locking or storing anything.

Documents of an upload are added to the stored ones, or replace those with the same key. The risk draw and the
guarantee are not predicted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection

from declarations.export import requirements
from declarations.reasons import Reason
from declarations.tax.import_tax import dutiable_value_of
from gateways.customs import examination, import_trades, reservations
from gateways.customs.export import acceptance as export_acceptance
from gateways.customs.export import examination as export_examination
from gateways.customs.export import trades as export_trades
from gateways.customs.repository import Declaration
from gateways.customs.trade import EXPORT, FLOWS, IMPORT, Trade
from gateways.desk import Desk
from gateways.records import FiledDocument
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.numbering import Numbering

LISTS = {"inventory": "I", "export_inventory": "E"}
_LIVE = frozenset({"declared", "accepted"})
_PARTNERS = frozenset({*IMPORT.partners, *EXPORT.partners})
_WITHOUT_ORDER = frozenset({"export_waybill"})
"""Partners that name no order."""
_NUMBERS = (
    "order_no",
    "ebp_code",
    "ebc_code",
    "pay_code",
    "pay_transaction_id",
    "logistics_code",
    "logistics_no",
)
"""The values by which documents of a trade name each other."""


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
        self._stored, self.uploaded = stored, uploaded
        self._strays: list[FiledDocument] | None = None

    def load_meetings(self, order_nos: Sequence[str]) -> Mapping[str, list[FiledDocument]]:
        """Order → its live documents."""
        stored = super().load_meetings(order_nos) if self._stored else {}
        filed_by_order: dict[str, list[FiledDocument]] = {}
        for order_no in order_nos:
            new = {(filed.kind, filed.key): filed for filed in self.uploaded if filed.order_no == order_no}
            old = [filed for filed in stored.get(order_no, ()) if (filed.kind, filed.key) not in new]
            documents = [filed for filed in (*old, *new.values()) if filed.state in _LIVE]
            for filed in documents:
                filed.state = "declared"
            if documents:
                filed_by_order[order_no] = documents
        return filed_by_order

    def papers(self, kind: str, keys: Sequence[str]) -> Mapping[str, FiledDocument]:
        """Documents of a kind by business key, of any order."""
        stored = super().papers(kind, keys) if self._stored or kind not in _PARTNERS else {}
        return {**stored, **{filed.key: filed for filed in self.uploaded if filed.kind == kind and filed.key in keys}}

    def filed_at(self, order_nos: Sequence[str], kinds: Sequence[str]) -> list[FiledDocument]:
        """Documents of some kinds for these orders."""
        met = self.load_meetings(order_nos)
        return [filed for documents in met.values() for filed in documents if filed.kind in kinds]

    def strays(self) -> list[FiledDocument]:
        """Uploaded documents that are partners of a list by their kind, and with which no list of the upload is
        joined."""
        if self._strays is None:
            joined = {partner.id for trade in self._trades() for partner in trade.partners}
            partners = [filed for filed in self.uploaded if filed.kind in _PARTNERS and filed.state in _LIVE]
            self._strays = [filed for filed in partners if filed.id not in joined]
        return self._strays

    def _trades(self) -> Iterator[Trade]:
        lists = [filed for filed in self.uploaded if filed.kind in LISTS]
        for listed in lists:
            if listed.kind == "inventory":
                met = self.load_meetings([listed.order_no])
                yield import_trades.join_trade(listed, import_trades.partners_among(met.get(listed.order_no, ())))
        yield from export_trades.join_trades([listed for listed in lists if listed.kind != "inventory"], False, self)


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
    trade = import_trades.join_trade(listed, import_trades.partners_among(documents))
    loaded = examination.load_rows([(trade, _declaration(listed, desk.repository))], desk)
    opinion = examination.examine(trade, dutiable_value_of(listed.facts), loaded, desk)
    return PredictedOutcome(
        [listed, *trade.partners],
        trade.missing,
        _likely(trade, import_trades.misnumbered(trade, desk.repository), desk.repository),
        opinion.reasons,
        opinion.warnings if loaded.companies else [],
        [],
        opinion.full_tax,
    )


def _likely(trade: Trade, misnumbered: list[FiledDocument], repository: PreviewedCustoms) -> list[FiledDocument]:
    """Add to the documents that came under other numbers, for each kind without one, the uploaded document that no
    list of the upload is joined with and that has the most numbers in common with this trade."""
    documents, found = (trade.inventory, *trade.partners), {filed.kind for filed in misnumbered}
    present = {filed.kind for filed in trade.partners}
    # also of a kind that the law of the day does not ask for
    for kind in FLOWS[LISTS[trade.inventory.kind]].partners.keys() - present - found:
        if (stray := _nearest(kind, documents, repository)) is not None:
            misnumbered.append(stray)
    return misnumbered


def partners_without_list(order: FiledDocument, repository: PreviewedCustoms) -> list[FiledDocument]:
    """Return the documents of an upload that go with an order where no list of it does: of each kind that of its
    number, else one that goes with no other order and has the most numbers in common with this."""
    strays = repository.strays()
    flow = next((flow for flow in FLOWS.values() if order.kind == next(iter(flow.partners))), None)
    if flow is None or order not in strays or any(filed.kind == flow.list for filed in repository.uploaded):
        return []
    others = {filed.order_no for filed in strays if filed.kind == order.kind and filed is not order}
    kinds = [kind for kind in flow.partners if kind not in {order.kind, *_WITHOUT_ORDER}]
    found = [_nearest(kind, [order], repository, others) for kind in kinds]
    return [filed for filed in found if filed is not None]


def _nearest(
    kind: str, documents: Sequence[FiledDocument], repository: PreviewedCustoms, others: Collection[str] = ()
) -> FiledDocument | None:
    """Return the stray of a kind that has the most numbers in common with these documents; none of the orders
    `others`."""
    strays = [filed for filed in repository.strays() if filed.kind == kind and filed.order_no not in others]
    return max(strays, key=lambda filed: _count_common(filed, documents), default=None)


def _count_common(filed: FiledDocument, documents: Sequence[FiledDocument]) -> int:
    """Count the numbers and companies of a document that one of the others names, too."""
    named = [(name, getattr(other.facts, name, "")) for other in documents for name in _NUMBERS]
    return sum((name, text) in named for name in _NUMBERS if (text := getattr(filed.facts, name, "")))


def _export(listed: FiledDocument, desk: PreviewDesk) -> PredictedOutcome:
    repository, collected = desk.repository, requirements.collection_requirement_on(desk.day, desk.law).applies
    trade = export_trades.join_trades([listed], collected, repository)[0]
    declaration = _declaration(listed, repository)
    loaded = export_examination.load_rows([(trade, declaration)], [], repository)
    used_by = export_acceptance.find_user_of_waybill(declaration, loaded, repository)
    opinion = export_examination.examine(trade, used_by, loaded, desk)
    return PredictedOutcome(
        [listed, *trade.partners],
        trade.missing,
        _likely(trade, export_trades.misnumbered(trade, desk.repository), desk.repository),
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
