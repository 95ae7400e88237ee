"""Elements of messages about people, by the sort of value, and texts elsewhere that look like one."""

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
"""A whole call that passed a proxy: what it tells of people is not looked for, scrubbing leaves calls out."""
ELEMENTS: Mapping[str, str] = {
    "buyerName": NAME,
    "payerName": NAME,
    "consignee": NAME,
    "buyerIdNumber": ID,
    "payerIdNumber": ID,
    "buyerTelephone": TELEPHONE,
    "telephone": TELEPHONE,
    "consigneeTelephone": TELEPHONE,
    "consigneeAddress": ADDRESS,
    "consigneeDistrict": DISTRICT,
    "buyerRegNo": ACCOUNT,
}
"""Elements by their names on the wire. Those that retention masks are among them, a test holds it."""
FREE = frozenset({"note", "reason"})
"""Elements in which anybody may have written anything: what is known of people is looked for in them, too."""
_RESIDENT = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])", re.ASCII)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])", re.ASCII)


def looks_personal(text: str) -> Iterator[tuple[str, str]]:
    """Find text that looks like somebody's: sort and value."""
    for element in _RESIDENT.findall(text):
        if is_valid_resident_id(element.upper()):
            yield ID, element
    for element in _MOBILE.findall(text):
        yield TELEPHONE, element
