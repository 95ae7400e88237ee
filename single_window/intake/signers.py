"""The port's check of who signed a message: its certificate against the registered ones, and the refusal that follows.

Not called if the option `signatures` is off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from declarations.calendar import utc_text
from declarations.reasons import Reason
from gateways.circumstances import Circumstances
from schemas import receipt_texts
from schemas.catalogue import by_code
from schemas.message_types import MessageType
from single_window.intake.reading import Reading
from single_window.intake.signatures import (
    ABSENT,
    DIFFERS,
    DUMMY,
    OTHER_COMPANY,
    OUT_OF_DATE,
    REVOKED,
    UNREGISTERED,
    Signed,
)
from single_window.store import certificates
from single_window.store.certificates import RegisteredCertificate


def against(
    connection: Connection, circumstances: Circumstances, readings: Sequence[tuple[int, Reading]]
) -> dict[tuple[int, int], tuple[Reason, ...]]:
    """(message id, position of the document) → faults of its signature; documents without faults are omitted."""
    checked = [(number, reading, reading.signed) for number, reading in readings if reading.signed is not None]
    numbers = [signed.number for _, _, signed in checked if signed.number]
    known = certificates.certificates_by_number(connection, circumstances.sandbox, numbers)
    reasons_by_document = {}
    for number, reading, signed in checked:
        for document in reading.documents:
            companies = {signed.transmitter, document.fields.get("agentCode", "")}
            reasons = (
                *signed.reasons,
                *certificate_faults(signed, known.get(signed.number), companies, circumstances.now),
            )
            if reasons:
                reasons_by_document[number, document.position] = reasons
    return reasons_by_document


def certificate_faults(
    signed: Signed, known: RegisteredCertificate | None, companies: set[str], now: int
) -> Iterator[Reason]:
    """The faults of a message's certificate. `known`: the registered certificate with this number; `companies`: those
    that may have signed."""
    if not signed.number:
        return
    if known is None or known.fingerprint != signed.fingerprint:
        yield Reason(UNREGISTERED, {"number": signed.number})
        return
    if known.revoked_at and known.revoked_at <= now:
        yield Reason(REVOKED, {"number": signed.number, "at": utc_text(known.revoked_at)})
    if not known.since <= now <= known.until:
        yield Reason(
            OUT_OF_DATE,
            {
                "number": signed.number,
                "since": utc_text(known.since),
                "until": utc_text(known.until),
                "now": utc_text(now),
            },
        )
    if known.company not in companies:
        yield Reason(
            OTHER_COMPANY,
            {
                "number": signed.number,
                "company": known.company,
                "found": ", ".join(sorted(filter(None, companies))) or "-",
            },
        )


def refusal(reading: Reading, reasons: Sequence[Reason]) -> tuple[str, Reason]:
    """(status, reason) with which a document is refused: those of its kind for the first fault."""
    rule = f"{_code(by_code(reading.code), reasons[0].rule)}/{reasons[0].rule}"
    return receipt_texts.return_status(rule), reasons[0]._replace(rule=rule)


def _code(entry: MessageType, rule: str) -> str:
    special = {
        ABSENT: entry.signature_missing,
        DUMMY: entry.signature_missing,
        DIFFERS: entry.signature_differs,
        OTHER_COMPANY: entry.signature_holder,
    }
    return special.get(rule) or entry.signature_invalid or entry.invalid
