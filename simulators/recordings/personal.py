"""Defines personal elements of messages by sort of value, and patterns of personal-looking texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from schemas.identifiers import is_valid_resident_id

NAME, ID, TELEPHONE, ADDRESS, DISTRICT, ACCOUNT, OFFICER = (
    "name",
    "id",
    "telephone",
    "address",
    "district",
    "account",
    "officer",
)
CALL = "call"
"""Place of a recorded call; scrubbing drops calls instead of searching them."""
ELEMENTS: Mapping[str, str] = {
    "buyerName": NAME,
    "payerName": NAME,
    "consignee": NAME,
    "consigneeName": NAME,
    "buyerIdNumber": ID,
    "payerIdNumber": ID,
    "buyerTelephone": TELEPHONE,
    "telephone": TELEPHONE,
    "phone": TELEPHONE,
    "consigneeTelephone": TELEPHONE,
    "consigneeAddress": ADDRESS,
    "consigneeDistrict": DISTRICT,
    "buyerRegNo": ACCOUNT,
    "consigneeId": ACCOUNT,
}
"""Element name → sort of value. A test ensures that it includes the fields masked by retention."""
FREE = frozenset({"note", "reason"})
"""Free-text elements, in which known personal values are replaced, too."""
_RESIDENT = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])", re.ASCII)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])", re.ASCII)


def looks_personal(text: str) -> Iterator[tuple[str, str]]:
    """Find personal-looking texts; yields (sort, value)."""
    for element in _RESIDENT.findall(text):
        if is_valid_resident_id(element.upper()):
            yield ID, element
    for element in _MOBILE.findall(text):
        yield TELEPHONE, element
