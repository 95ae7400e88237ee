"""Refuses messages in a participant's queue or folder that name another sender."""

from __future__ import annotations

from schemas.findings import Finding
from single_window.intake.reading import Reading
from single_window.language.words import Words

OTHER_SENDER = "other-sender"
FORBIDDEN = 403
"""HTTP status of a message without proof of its sender, or with another sender."""


def of_owner(reading: Reading, owner: str, place: Words) -> Reading:
    """Refuse a message from another sender than `owner`; an unreadable message is stored as the owner's. `place`: words
    for queue or folder."""
    if reading.refused:
        return reading._replace(sender=owner)
    if reading.sender == owner:
        return reading
    refusal = Finding(
        OTHER_SENDER,
        f"报文的发送方{reading.sender}不是{place.zh}{owner}的企业",
        f"the message names {reading.sender} as its sender, but came in {place.en} {owner}",
        path="/DxpMsg/TransInfo/SenderId",
        expected=owner,
        found=reading.sender,
        remedy_zh=f"请用本企业的DXP编号报送，或使用该企业自己的{place.zh}",
        remedy_en="send under the id that stands there, or where that participant's messages come in",
    )
    return refused(reading._replace(sender=owner), refusal)


def refused(reading: Reading, finding: Finding, status: int = FORBIDDEN) -> Reading:
    """The reading of a message that is archived and refused with a finding."""
    return reading._replace(findings=(finding,), refused=status, documents=(), count=0, mailboxes="", data_mailboxes=())
