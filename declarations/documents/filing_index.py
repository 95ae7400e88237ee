"""The index of the filing documents of a refund claim (our own message)."""

from __future__ import annotations

from declarations.documents.header import Facts, Header


class FilingIndexLine(Facts, frozen=True):
    """A paper; `export_no`: the declaration or list that it concerns, empty: all of the claim."""

    gnum: int
    paper_kind: str
    paper_no: str
    export_no: str
    medium: str
    place: str


class FilingIndex(Header, frozen=True):
    """The papers of a claim, and how they are kept."""

    ebc_code: str
    ebc_name: str
    cop_no: str
    claim_no: str
    lines: tuple[FilingIndexLine, ...] = ()
