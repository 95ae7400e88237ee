"""The row of the filing documents of a claim: when its index is due, what the index names, what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from declarations.reasons import Reason
from declarations.refund.filing_papers import IndexedPaper
from gateways.records import Stamped


@dataclass(slots=True)
class FilingCase(Stamped):
    """The filing documents (备案单证) of a claim; days are ISO texts. `index_no`: the copNo of the index, empty: none.

    `due`: the last day for the index; `kept_until`: the last day on which its papers are kept."""

    id: int
    case_no: str
    state: str
    claim_id: int
    claim_no: str
    ebc_code: str
    mailboxes: str
    claimed_on: str
    due: str
    kept_until: str
    opened_at: int
    index_no: str = ""
    told_on: str = ""
    papers: tuple[IndexedPaper, ...] = ()
    document_version: int = 0
    """How many indexes were taken."""
    version: int = 0
    """0: not yet stored."""
    ended_at: int = 0
    decided_by: str = ""
    reasons: tuple[Reason, ...] = ()
    last_return: int = 0
