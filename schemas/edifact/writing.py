"""An interchange to bytes: one that was read as it was, to the byte; a new one with its counts and references."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.edifact.characters import CHARSETS
from schemas.edifact.interchange import Interchange
from schemas.edifact.marks import DEFAULT, Marks
from schemas.edifact.segments import LATIN, Segment, segment


def write(interchange: Interchange) -> bytes:
    """Return the bytes of an interchange that was read; `write(read_interchange(data)) == data`."""
    marks = interchange.marks
    texts = [interchange.lead, interchange.una]
    texts += [part for one in interchange.segments for part in (one.before, one.raw, marks.terminator)]
    return "".join((*texts, interchange.tail)).encode(LATIN)


_TEST = ("", "", "", "", "", "1")
"""Elements of `UNB` from S005 to the test indicator (0035)."""


def compose(
    messages: Sequence[tuple[Sequence[str], Sequence[Segment]]],
    *,
    sender: str | Sequence[str],
    recipient: str | Sequence[str],
    at: datetime,
    reference: str,
    syntax: str = "UNOC",
    version: str = "3",
    marks: Marks = DEFAULT,
    line_break: str = "",
    test: bool = False,
) -> bytes:
    """Return a new interchange of messages, each (its identifier as in S009: `("DESADV", "D", "96A", "UN")`, its
    segments without `UNH` and `UNT`), which get references 1, 2, …

    `sender` and `recipient` are identifications, alone or with their qualifier. `UNA` is written unless the service
    characters are the usual ones; `test`: it is one (0035). Raises `UnicodeEncodeError` for characters that the syntax
    identifier does not allow.
    """
    charset = CHARSETS[syntax]
    day = at.strftime("%Y%m%d" if version == "4" else "%y%m%d")
    head = ((syntax, version), sender, recipient, (day, at.strftime("%H%M")), reference)
    segments = [segment("UNB", *head, *(_TEST if test else ()), marks=marks, charset=charset)]
    for number, (identifier, body) in enumerate(messages, 1):
        segments.append(segment("UNH", str(number), identifier, marks=marks, charset=charset))
        segments += body
        segments.append(segment("UNT", str(len(body) + 2), str(number), marks=marks, charset=charset))
    segments.append(segment("UNZ", str(len(messages)), reference, marks=marks, charset=charset))
    una = "" if marks == DEFAULT else marks.una + line_break
    return (una + "".join(one.raw + marks.terminator + line_break for one in segments)).encode(LATIN)
