"""Tax officers' decisions about the filing documents of claims."""

from __future__ import annotations

from single_window.cases.filing_documents.queries import find_filing_case
from single_window.frame.decision_kinds import DecisionKind, finder, officers_acts
from single_window.language.words import Words

KIND = "filing_case"


_find = finder(KIND, find_filing_case)
FILING_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("备案单证", "filing documents"),
    find=_find,
    by_id=_find,
    acts=officers_acts,
    bulk=("ask",),
)
