"""Certificates of origin as data, and the preferences that they prove for import lists from Korea.

Our tax formula has no rate of agreements: a preference is a fact of a list, which changes no tax."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

from declarations.korea.lists import seoul_day
from declarations.korea.origin import (
    AGREEMENTS,
    ANOTHERS,
    CANCELLED,
    PROVEN,
    UNKNOWN_ITEM,
    VALID,
    VOID,
    DeclaredParcel,
    KoreaCertificate,
    certificate_key,
    preference_of,
)
from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from gateways.korea import answers, outcomes
from gateways.korea.answers import KoreaAnswer, bad, bad_numbers
from gateways.korea.outcomes import ParcelKey
from gateways.korea.repository import FROM_KOREA, KoreaDesk, KoreaParcel
from gateways.korea.telling import day_told
from gateways.records import CaseReference, FiledDocument
from gateways.topics.facts import ListFromKorea
from gateways.topics.shared import DocumentFiled

CERTIFIED, CORRECTED, AFTER_ENTRY, LOST, DIFFERS = "24425", "24426", "24422", "24429", "24459"
CORRECT, CANCEL = "2", "3"
DUTIABLE = "inventory"


def handle_certificates(documents: Sequence[DocumentFiled], desk: KoreaDesk) -> None:
    """Handle certificates of origin."""
    answers.answer_each(documents, desk, _take_certificate)


def _take_certificate(paper: FiledDocument, desk: KoreaDesk) -> KoreaAnswer:
    facts = paper.facts
    faults = [] if facts.agreement in AGREEMENTS else [bad("0", "agreement", facts.agreement, "F A")]
    faults += [] if facts.action in ("1", CORRECT, CANCEL) else [bad("0", "action", facts.action, "1 2 3")]
    today = seoul_day(desk.now).isoformat()
    if not "" < day_told(facts.issue_date) <= today:
        faults.append(bad("0", "issueDate", facts.issue_date, f"yyyyMMdd ≤ {today}"))
    key = certificate_key(facts.cert_no)
    faults += [] if key else [bad("0", "certNo", facts.cert_no, "…")]
    faults += bad_numbers(facts, "qty", "gross_weight")
    if faults:
        return KoreaAnswer(answers.REFUSED, faults)
    known = desk.repository.certificates([key]).get(key)
    told = _certificate(paper, key, known, desk)
    if known is not None and known.state == VOID and told.state != VOID:
        return KoreaAnswer(answers.REFUSED, (Reason(CANCELLED, {"certificate": known.cert_no}),))
    if known is not None and (known.digest, known.state) == (told.digest, told.state):
        return KoreaAnswer(answers.TAKEN_IN, (Reason(answers.SAME, {}),))
    desk.repository.put_certificate(told)
    found = [reason for parcel in desk.repository.parcels_by_certificate(key) for reason in _again(parcel, told, desk)]
    rule = CORRECTED if known is not None and told.state == VALID else CERTIFIED
    noted = Reason(rule, {"certificate": told.cert_no})
    return KoreaAnswer(answers.DIFFERENT, found) if found else KoreaAnswer(answers.TAKEN_IN, (noted,))


def _certificate(paper: FiledDocument, key: str, known: KoreaCertificate | None, desk: KoreaDesk) -> KoreaCertificate:
    facts = paper.facts
    hs6 = tuple(sorted({line.hs6 for line in facts.lines}))
    said = (facts.agreement, facts.issue_date, facts.exporter, facts.invoice_no, facts.bl_no, *hs6)
    return KoreaCertificate(
        key=key,
        cert_no=facts.cert_no,
        agreement=facts.agreement,
        state=VOID if facts.action == CANCEL else VALID,
        issued=day_told(facts.issue_date),
        exporter=facts.exporter,
        bl_no=facts.bl_no,
        hs6=hs6,
        digest=sha256("\x1f".join(said).encode()).hexdigest(),
        told_at=desk.now,
        document_id=paper.id,
        used_by=known.used_by if known else "",
    )


def _again(parcel: KoreaParcel, told: KoreaCertificate, desk: KoreaDesk) -> list[Reason]:
    """Look again at a parcel that names a certificate of which something new is told."""
    has_goods = not parcel.hs or set(parcel.hs.split()) <= set(told.hs6)
    if parcel.state == "preferred" and (told.state == VOID or not has_goods):
        lost = Reason(LOST, {"parcel": parcel.hbl_no, "certificate": told.cert_no})
        outcomes.apply_step(parcel, "dispute", (lost,), desk)
        return [lost]
    free = told.used_by in ("", parcel.parcel_no)  # a correction gives no second preference
    if parcel.state == "guaranteed" and told.state == VALID and has_goods and free:
        late = Reason(AFTER_ENTRY, {"certificate": told.cert_no})
        outcomes.apply_step(parcel, "dispute", (late,), desk)
        return [late]
    return []


def handle_declared(lists: Sequence[ListFromKorea], desk: KoreaDesk) -> None:
    """Compare import lists from Korea with what Korea told of their parcels, and look for their preferences."""
    parcels = {
        parcel.hbl_no: parcel
        for parcel in desk.repository.parcels_of({one.logistics_no for one in lists})
        if parcel.direction == FROM_KOREA
    }
    for declared in lists:
        parcel = parcels.get(declared.logistics_no) or _parcel_of_certificate(declared, desk)
        if parcel is None or parcel.declaration_id:
            continue
        parcel.declaration_id, parcel.list_key = declared.declaration_id, declared.list_key
        parcel.order_no, parcel.invt_no = declared.order_no, declared.invt_no
        parcel.agent_code, parcel.hs = declared.agent_code, declared.hs6
        desk.repository.put_parcel(parcel)
        for reason in _differences(parcel, declared, desk):
            _note(parcel, reason, desk)
            outcomes.tell(parcel, "300", reason, desk)
        if parcel.cert_key:
            _prefer(parcel, desk)


def _parcel_of_certificate(declared: ListFromKorea, desk: KoreaDesk) -> KoreaParcel | None:
    """A parcel of which Korea told only a certificate that names it."""
    known = [one for one in desk.repository.certificates_for(declared.logistics_no) if one.state == VALID]
    if not known:
        return None
    parcel = outcomes.new_parcel(ParcelKey(FROM_KOREA, desk.day.year, declared.logistics_no), desk)
    parcel.cert_no, parcel.cert_key = known[-1].cert_no, known[-1].key
    return parcel


def _prefer(parcel: KoreaParcel, desk: KoreaDesk) -> None:
    known = desk.repository.certificates([parcel.cert_key]).get(parcel.cert_key)
    reason = preference_of(parcel.cert_no, known, declared_parcel(parcel), desk.day, desk.law)
    if reason.rule == PROVEN and known is not None:
        known.used_by = parcel.parcel_no
        desk.repository.put_certificate(known)
        outcomes.apply_step(parcel, "prefer", (reason,), desk)
    else:
        action = "dispute" if reason.rule in (CANCELLED, UNKNOWN_ITEM, ANOTHERS) else "guarantee"
        outcomes.apply_step(parcel, action, (reason,), desk)
    _note(parcel, reason, desk)


def declared_parcel(parcel: KoreaParcel) -> DeclaredParcel:
    """Return what of a parcel is compared with its certificate."""
    return DeclaredParcel(parcel.parcel_no, parcel.hs.split(), {parcel.hbl_no, parcel.bill_no} - {""})


def _note(parcel: KoreaParcel, reason: Reason, desk: KoreaDesk) -> None:
    """Note something on the timeline of the import list."""
    reference = CaseReference(DUTIABLE, parcel.list_key, parcel.order_no)
    desk.add_event(reference.event("korea_preference", "", desk.now, (reason,), actor=outcomes.BY))


def _differences(parcel: KoreaParcel, declared: ListFromKorea, desk: KoreaDesk) -> list[Reason]:
    """Return the values in which Korea's export list differs from the import list, beyond a tolerance."""
    if not parcel.list_no:
        return []
    share = desk.value_today("korea.tolerance")
    compared: list[tuple[str, str, Scaled, Scaled]] = [
        ("毛重", "gross weight", parcel.gross_weight, declared.gross_weight)
    ]
    if parcel.currency == "CNY":
        compared.append(("价格", "value", parcel.value, declared.value))
    return [
        Reason(
            DIFFERS,
            {
                "parcel": parcel.hbl_no,
                "what_zh": zh,
                "what_en": en,
                "theirs": amount_text(theirs),
                "ours": amount_text(ours),
            },
            (share.id,),
        )
        for zh, en, theirs, ours in compared
        if abs(Decimal(theirs - ours)) > share.amount * ours
    ]
