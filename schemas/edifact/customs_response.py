"""CUSRES, by which customs tells a terminal what it may do with a container: one message for each bill of lading in it.

Source: UN/EDIFACT D.95B, segment table of CUSRES (BGM NAD LOC DTM GIS FTX EQD, ERP ERC, …, RFF mandatory: C); BGM 962
as ports use it (K); which word of customs is which code of 7365 is our own (I).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from schemas.edifact.characters import CHARSETS, cleaned
from schemas.edifact.segments import Segment, segment
from schemas.edifact.writing import compose

CUSRES = ("CUSRES", "D", "95B", "UN")
INDICATORS = {"released": "4", "inspected": "5", "held": "7", "withdrawn": "7", "revoked": "7"}
"""What customs says of a parcel → processing indicator (7365): released, to be examined, detained."""
WAITS = "9"
"""Accepted, and the goods are awaited."""
_WORST_FIRST = ("7", "5", WAITS, "4")
_SYNTAX, _MOST_OFFICES, _MOST_LISTS = "UNOC", 5, 9_999


class CustomsWord(NamedTuple):
    """What customs says of a parcel of a container: its bill of lading (empty: none), list, office and state, and since
    when, in Asia/Shanghai."""

    bill_no: str
    invt_no: str
    office: str
    state: str
    since: datetime


def customs_response(container: str, words: Sequence[CustomsWord], *, sender: str, recipient: str) -> bytes:
    """Return the interchange with a CUSRES for each bill of lading of a container, the worst word of its parcels: none
    is released while one of them is not. A parcel without a bill is told by the number of its list.

    The same words give the same bytes: date and references are those of the newest."""
    newest = max(word.since for word in words)
    of_bill: dict[str, list[CustomsWord]] = {}
    for word in words:
        of_bill.setdefault(word.bill_no, []).append(word)
    messages = [
        (CUSRES, list(_segments(f"{container}-{number}-{newest:%y%m%d%H%M%S}", container, of_bill[bill])))
        for number, bill in enumerate(sorted(of_bill), 1)
    ]
    sender, recipient = cleaned(sender, _SYNTAX), cleaned(recipient, _SYNTAX)
    reference = f"{newest:%y%m%d%H%M%S}"
    return compose(messages, sender=sender, recipient=recipient, at=newest, reference=reference, syntax=_SYNTAX)


def _segments(number: str, container: str, words: Sequence[CustomsWord]) -> Iterator[Segment]:
    """The segments of a message without `UNH` and `UNT`."""

    def made(tag: str, *elements: Sequence[str]) -> Segment:
        parts = [[cleaned(part, _SYNTAX) for part in element] for element in elements]
        return segment(tag, *parts, charset=CHARSETS[_SYNTAX])

    indicators = {INDICATORS.get(word.state, WAITS) for word in words}
    yield made("BGM", ("962",), (number,), ("9",))
    for office in sorted({word.office for word in words} - {""})[:_MOST_OFFICES]:
        yield made("LOC", ("22",), (office,))
    yield made("DTM", ("137", f"{max(word.since for word in words):%Y%m%d%H%M}", "203"))
    yield made("GIS", (next(one for one in _WORST_FIRST if one in indicators),))
    yield made("EQD", ("CN",), (container,))
    if bill := words[0].bill_no:
        yield made("RFF", ("BM", bill))
        return
    for invt_no in sorted({word.invt_no for word in words})[:_MOST_LISTS]:
        yield made("RFF", ("ABT", invt_no))
