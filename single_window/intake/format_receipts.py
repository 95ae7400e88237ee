"""CEB900: the only answer to a message that fails its schema, with as many findings as fit."""

from __future__ import annotations

from declarations.reasons import Reason
from gateways.records import ReceiptDraft
from schemas import catalogue
from schemas.findings import Finding
from single_window.intake.reading import Reading
from single_window.receipts.rows import ENGLISH

GUID_LENGTH = 36
"""Number of characters of a guid."""
TYPE_LENGTH = 15
"""Maximum number of characters of `oriMessageType`: the names of our own messages are longer, and cut."""
MAX_INFO_LENGTH = 5_000
"""Maximum number of characters of `returnInfo`."""
FAILED = "-0002"
"""The status for a finding without a code of its own: the transport's 0002, the message fails its schema."""


def message_receipt(message_id: int, reading: Reading, now: int) -> ReceiptDraft:
    """The CEB900 for a message that fails its schema, with its findings in Chinese, as many as fit.

    Echoed values may be invalid, so they are truncated. The original message is added when the receipt is rendered.
    """
    first = reading.findings[0]
    status = first.code if first.code.startswith("-") else FAILED
    root = catalogue.by_code(reading.code).root
    fields = {
        "guid": reading.guid if len(reading.guid) == GUID_LENGTH else "",
        "message": message_id,
        "oriCopMsgId": reading.transmission_id[:255],
        "oriMessageType": (root if len(root) <= TYPE_LENGTH else reading.code)[:TYPE_LENGTH],
        "returnInfo": "；".join(map(_chinese, reading.findings))[:MAX_INFO_LENGTH],
        ENGLISH: "; ".join(map(_english, reading.findings))[:MAX_INFO_LENGTH],
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
