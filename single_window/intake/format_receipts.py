"""CEB900: the one answer to a message that its schema refuses as a whole, with every finding that fits."""

from __future__ import annotations

from declarations.reasons import Reason
from gateways.records import ReceiptDraft
from schemas import catalogue
from schemas.findings import Finding
from single_window.intake.reading import Reading
from single_window.receipts.rows import ENGLISH

GUID = 36
"""Characters of a guid."""
LONGEST = 5_000
"""Characters of `returnInfo`."""
FAILED = "-0002"
"""The status where a finding has none of its own: the transport's 0002, fails the schema."""


def message_receipt(message_id: int, reading: Reading, now: int) -> ReceiptDraft:
    """CEB900 for a message that its schema refuses: all findings, as many as fit; the wire carries them in Chinese.

    What it echoes may be what was wrong, and must fit all the same; the message itself is added on reading.
    """
    first = reading.findings[0]
    status = first.code if first.code.startswith("-") else FAILED
    root = catalogue.by_code(reading.code).root
    fields = {
        "guid": reading.guid if len(reading.guid) == GUID else "",
        "message": message_id,
        "oriCopMsgId": reading.transmission_id[:255],
        "oriMessageType": root if len(root) <= 15 else reading.code,
        "returnInfo": "；".join(map(_chinese, reading.findings))[:LONGEST],
        ENGLISH: "; ".join(map(_english, reading.findings))[:LONGEST],
    }
    return ReceiptDraft(
        mailboxes=reading.mailboxes,
        code="900",
        order_no="",
        kind="message",
        key=reading.transmission_id,
        return_status=status,
        return_time=now,
        reason=Reason("", {}),
        fields=fields,
    )


def _chinese(finding: Finding) -> str:
    where = f"第{finding.document}份单证" if finding.document else ""
    line = f"第{finding.line}行" if finding.line else ""
    return f"{where}{line}{finding.path}：{finding.zh}"


def _english(finding: Finding) -> str:
    where = f"document {finding.document} " if finding.document else ""
    line = f"line {finding.line} " if finding.line else ""
    return f"{where}{line}{finding.path}: {finding.en}"
