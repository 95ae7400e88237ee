"""Handles the arrival of parcels at a supervised site (711) and their delivery to the buyer (513).

Either may come before the list. A delivery closes a released list; before the release it is only recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.documents import Intake
from declarations.reasons import Reason
from gateways.customs import lanes
from gateways.customs.outcome import advance, close, document_receipt, event, reject
from gateways.customs.repository import CustomsCompany, CustomsDesk, CustomsRepository, Declaration, ParcelRecord
from gateways.records import FiledDocument, ReceiptDraft
from gateways.replies import identify
from gateways.topics.customs import ArrivalOverdue
from gateways.topics.shared import DocumentFiled


def handle_statuses(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Handle waybill statuses: parcels that the buyer has signed for."""
    filed = _declared(desk.repository, documents)
    _note([(key, document) for document in filed for key in keys_of(document)], "signed_at", "delivered", desk)
    desk.answers.receipts.extend(document_receipt(document, desk.now) for document in filed)


def handle_intakes(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Handle intake notes: parcels that arrived at a site. Each note is assigned customs' number (rkdNo)."""
    for document in _declared(desk.repository, documents):
        facts: Intake = document.facts
        _note([(key, document) for key in keys_of(document)], "arrived_at", "arrived", desk)
        number = desk.repository.intake_no(facts.customs_code, desk.now)
        fields = {**identify("intake", facts, document.port_no), "rkdNo": number}
        desk.receipt(
            ReceiptDraft(
                mailboxes=document.mailboxes,
                code="712",
                order_no="",
                kind="intake",
                key=document.key,
                return_status="120",
                return_time=max(desk.now, document.last_return + 1),
                reason=Reason("1800", {}),
                fields=fields,
            )
        )


def _declared(repository: CustomsRepository, documents: Sequence[DocumentFiled]) -> list[FiledDocument]:
    return [
        document
        for document in repository.documents([document.document_id for document in documents]).values()
        if document.state == "declared"
    ]


def keys_of(filed: FiledDocument) -> list[str]:
    """Return the parcel keys (carrier|waybill number) of a waybill status or an intake note."""
    facts = filed.facts
    numbers = [line.logistics_no for line in facts.lines] if filed.kind == "intake" else [facts.logistics_no]
    return [f"{facts.logistics_code}|{number}" for number in numbers]


def _note(parcels: Sequence[tuple[str, FiledDocument]], moment: str, name: str, desk: CustomsDesk) -> None:
    keys = sorted({key for key, _ in parcels})
    notes = {key: parcel.key for key, parcel in parcels}
    known, lists = desk.repository.parcels(keys), desk.repository.declarations_by_parcel(keys)
    merchants = (
        {declaration.ebc_code for of_key in lists.values() for declaration in of_key}
        if moment == "arrived_at"
        else set()
    )
    companies = desk.repository.companies(sorted(merchants)) if merchants else {}
    for key in keys:
        parcel = known.get(key) or ParcelRecord(key)
        setattr(parcel, moment, getattr(parcel, moment) or desk.now)
        if moment == "arrived_at":
            parcel.arrival_key = parcel.arrival_key or notes[key]
        desk.repository.put_parcel(parcel)
        for declaration in lists.get(key, ()):
            desk.note(event(declaration, desk.now, name))
            if moment == "signed_at":
                _delivered(declaration, desk)
            else:
                _arrived(declaration, companies, desk)
            desk.repository.put_declaration(declaration)


def _delivered(declaration: Declaration, desk: CustomsDesk) -> None:
    declaration.delivered_at = declaration.delivered_at or desk.now
    if declaration.state == "released":
        close(declaration, desk)


def _arrived(declaration: Declaration, companies: Mapping[str, CustomsCompany], desk: CustomsDesk) -> None:
    declaration.arrived_at = declaration.arrived_at or desk.now
    if declaration.state == "awaiting_arrival":
        advance(declaration, "arrive")
        lanes.enter(declaration, companies, desk)


def handle_never_arrived(overdue: Sequence[ArrivalOverdue], desk: CustomsDesk) -> None:
    """Reject the lists whose time to wait for arrival is over."""
    declarations = desk.repository.declarations([deadline.declaration_id for deadline in overdue])
    for deadline in overdue:
        declaration = declarations[deadline.declaration_id]
        if declaration.state == "awaiting_arrival" and declaration.document_version == deadline.document_version:
            window = desk.in_force("windows.arrival")
            late = Reason("14305", {"days": f"{window.amount:f}"}, (window.id,))
            reject(declaration, [late], desk)
