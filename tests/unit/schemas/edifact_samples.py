"""EDIFACT interchanges for tests: samples of ours, small ones made here, those from outside where they are at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import schemas.edifact
from schemas.edifact.places import SyntaxFault
from schemas.edifact.reading import read_interchange

SAMPLES = Path(schemas.edifact.__file__).parent / "samples"
OUTSIDE = Path(__file__).parents[4] / "shared" / "samples" / "edifact"
HEAD = "UNB+UNOC:3+WH1:ZZ+SW:ZZ+261120:0900+R1'"
RECADV = (
    "BGM+632+GR1+9'DTM+137:20261120:102'DTM+50:202611200830:203'NAD+WH+WH1::92'CPS+1'"
    "LIN+1++9521141010013:EN'QTY+194:12:PCE'"
)


def samples() -> dict[str, bytes]:
    """Our own samples by name: `DESADV_D96A`."""
    return {file.stem: file.read_bytes() for file in sorted(SAMPLES.glob("*.edi"))}


def outside(name: str) -> bytes:
    """A sample from outside; the test is skipped where there is none."""
    file = OUTSIDE / name
    if not file.exists():
        pytest.skip("samples from outside are not at hand")
    return file.read_bytes()


def message(body: str = RECADV, *, kind: str = "RECADV:D:96A:UN", reference: str = "1") -> str:
    """A message of this body, with the right count."""
    count = body.replace("?'", "").count("'") + 2
    return f"UNH+{reference}+{kind}'{body}UNT+{count}+{reference}'"


def interchange(*messages: str, head: str = HEAD, end: str = "") -> bytes:
    """An interchange of these messages, with the right count."""
    return f"{head}{''.join(messages)}{end or f'UNZ+{len(messages)}+R1' + chr(39)}".encode("latin-1")


def recadv(old: str, new: str) -> bytes:
    """An interchange with the receipt of goods in which a text is replaced; the count is right again."""
    assert RECADV.count(old) == 1, old
    return interchange(message(RECADV.replace(old, new)))


def wrong(data: bytes) -> list[SyntaxFault]:
    """What is wrong with an interchange, without warnings."""
    return [fault for fault in read_interchange(data).faults if not fault.finding.warning]


def codes(faults: Sequence[SyntaxFault]) -> list[str]:
    """What is wrong, as code and place: `too-long QTY 1.2`."""
    return [
        " ".join(
            part
            for part in (
                fault.finding.code.removeprefix("edifact-"),
                fault.place.tag,
                f"{fault.place.element}.{fault.place.component}" if fault.place.element else "",
            )
            if part
        )
        for fault in faults
    ]


GROUPED = (
    "UNG+RECADV+WH1:ZZ+SW:ZZ+261120:0900+G1+UN+D:96A'",
    message(reference="1"),
    message(reference="2"),
    "UNE+2+G1'",
)
"""A functional group of two messages, part by part."""
