"""Handles the arrival of parcels at a supervised site (711) and their delivery to the buyer (513).

Either may come before the list. A delivery closes a released list; before the release it is only recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.documents import Intake
from declarations.reasons import Reason
from gateways.customs import list_holds, risk_lane
from gateways.customs.outcome import advance, close_list, make_event, reject_list
from gateways.customs.repository import CustomsCompany, CustomsDesk, CustomsRepository, Declaration, ParcelRecord
from gateways.records import CaseReference, FiledDocument
from gateways.replies import identifying_fields
from gateways.taking_in import make_document_receipt
from gateways.topics.customs import ArrivalOverdue
from gateways.topics.shared import DocumentFiled


def handle_statuses(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Handle waybill statuses: parcels that the buyer has signed for."""
    filed_documents = _declared_documents(desk.repository, documents)
    _record_parcels(
        [(key, document) for document in filed_documents for key in parcel_keys_of(document)],
        "signed_at",
        "delivered",
        desk,
    )
    desk.answers.receipts.extend(make_document_receipt(document, desk.now) for document in filed_documents)


def handle_intakes(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Handle intake notes: parcels that arrived at a site. Each note is assigned customs' number (rkdNo)."""
    for document in _declared_documents(desk.repository, documents):
        facts: Intake = document.facts
        _record_parcels([(key, document) for key in parcel_keys_of(document)], "arrived_at", "arrived", desk)
        number = desk.repository.intake_no(facts.customs_code, desk.now)
        fields = {**identifying_fields("intake", facts, document.port_no), "rkdNo": number}
        about, time = CaseReference("intake", document.key, ""), max(desk.now, document.last_return + 1)
        desk.send_receipt(about.receipt(document.mailboxes, "120", time, Reason("1800", {}), fields, code="712"))


def _declared_documents(repository: CustomsRepository, documents: Sequence[DocumentFiled]) -> list[FiledDocument]:
    return [
        document
        for document in repository.documents([document.document_id for document in documents]).values()
        if document.state == "declared"
    ]


def parcel_keys_of(document: FiledDocument) -> list[str]:
    """Return the parcel keys (carrier|waybill number) of a waybill status or an intake note."""
    facts = document.facts
    numbers = [line.logistics_no for line in facts.lines] if document.kind == "intake" else [facts.logistics_no]
    return [f"{facts.logistics_code}|{number}" for number in numbers]


def _record_parcels(
    parcels: Sequence[tuple[str, FiledDocument]], instant_field: str, name: str, desk: CustomsDesk
) -> None:
    keys = sorted({key for key, _ in parcels})
    notes = {key: parcel.key for key, parcel in parcels}
    known_parcels, lists = desk.repository.parcels(keys), desk.repository.declarations_by_parcel(keys)
    merchants = (
        {declaration.ebc_code for of_key in lists.values() for declaration in of_key}
        if instant_field == "arrived_at"
        else set()
    )
    companies = desk.repository.companies(sorted(merchants)) if merchants else {}
    if merchants:
        list_holds.read_together((declaration for of_key in lists.values() for declaration in of_key), desk)
    for key in keys:
        parcel = known_parcels.get(key) or ParcelRecord(key)
        setattr(parcel, instant_field, getattr(parcel, instant_field) or desk.now)
        if instant_field == "arrived_at":
            parcel.arrival_key = parcel.arrival_key or notes[key]
        desk.repository.put_parcel(parcel)
        for declaration in lists.get(key, ()):
            desk.add_event(make_event(declaration, desk.now, name))
            if instant_field == "signed_at":
                _record_delivery(declaration, desk)
            else:
                _record_arrival(declaration, companies, desk)
            desk.repository.put_declaration(declaration)


def _record_delivery(declaration: Declaration, desk: CustomsDesk) -> None:
    declaration.delivered_at = declaration.delivered_at or desk.now
    if declaration.state == "released":
        close_list(declaration, desk)


def _record_arrival(declaration: Declaration, companies: Mapping[str, CustomsCompany], desk: CustomsDesk) -> None:
    declaration.arrived_at = declaration.arrived_at or desk.now
    if declaration.state == "awaiting_arrival":
        advance(declaration, "arrive")
        risk_lane.enter_lane(declaration, companies, desk)


def handle_never_arrived(deadlines: Sequence[ArrivalOverdue], desk: CustomsDesk) -> None:
    """Reject the lists whose time to wait for arrival is over."""
    declarations = desk.repository.declarations([deadline.declaration_id for deadline in deadlines])
    for deadline in deadlines:
        declaration = declarations[deadline.declaration_id]
        if declaration.state == "awaiting_arrival" and declaration.document_version == deadline.document_version:
            window = desk.value_today("windows.arrival")
            reason = Reason("14305", {"days": f"{window.amount:f}"}, (window.id,))
            reject_list(declaration, [reason], desk)
