"""Checks that an interchange has only characters of the set that its syntax identifier names."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice

from schemas.edifact.faults import Faults
from schemas.edifact.interchange import Interchange
from schemas.edifact.segments import Segment

CHARSETS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
}
"""Encodings by syntax identifier (0001). `UNOX`, in which characters are switched, is not read."""
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_A = r"A-Z0-9 .,\-()/='+:?!\"%&*;<>"
_WRONG = {
    "UNOA": re.compile(rf"[^{_A}\r\n]"),
    "UNOB": re.compile(rf"[^{_A}a-z\r\n]"),
    "utf-8": re.compile(rf"[{_CONTROLS}]"),
    "": re.compile(rf"[{_CONTROLS}\x80-\x9f]"),
}
_MOST = 1_000


def check_characters(interchange: Interchange, text: str, data: bytes, faults: Faults) -> None:
    """Add a finding for each segment with characters that do not belong there: of another set, or line breaks."""
    segments = interchange.segments
    wrong = _WRONG.get(interchange.syntax) or _WRONG.get(interchange.charset) or _WRONG[""]
    seen: set[int] = set()
    una, end = len(interchange.lead) + len(interchange.una), len(text) - len(interchange.tail)
    is_clean = wrong.search(text, una, end) is None
    offsets = [] if is_clean and data.isascii() else [segment.offset for segment in segments]
    for found in () if is_clean else islice(wrong.finditer(text, una, end), _MOST):
        at = bisect_right(offsets, found.start()) - 1
        if at >= 0 and at not in seen and found[0] not in interchange.marks:
            seen.add(at)
            _add(segments[at], found.start(), found[0], interchange, faults)
    for at, segment in enumerate(segments if faults.starts or "\r" in text else ()):
        if at not in seen and ("\n" in segment.raw or "\r" in segment.raw):
            _add(segment, segment.offset, "\\n", interchange, faults)
    _check_encoding(interchange, data, offsets, faults)


def cleaned(text: str, syntax: str) -> str:
    """Return a text with a full stop for each character that the set of a syntax identifier does not have."""
    charset = CHARSETS[syntax]
    wrong = _WRONG.get(syntax) or _WRONG[""]
    kept = text.encode(charset, "replace").decode(charset)
    return re.sub(r"[\r\n\t]", ".", wrong.sub(".", kept))


def _add(segment: Segment, offset: int, sign: str, interchange: Interchange, faults: Faults) -> None:
    shown = sign if sign.isprintable() else f"0x{ord(sign[:1]):02X}" if len(sign) == 1 else sign
    where = faults.place(offset, segment.tag)
    faults.add(
        "edifact-character",
        where._replace(segment=segment.number),
        expected=interchange.syntax or "UNOC",
        found=shown,
    )


def _check_encoding(interchange: Interchange, data: bytes, offsets: list[int], faults: Faults) -> None:
    if interchange.charset == "ascii" or data.isascii():
        return
    try:
        data.decode(interchange.charset)
    except UnicodeDecodeError as error:
        at = max(bisect_right(offsets, error.start) - 1, 0)
        tag = interchange.segments[at].tag if interchange.segments else ""
        faults.add(
            "edifact-encoding", faults.place(error.start, tag), expected=interchange.charset, found=interchange.syntax
        )
