"""Officers' decisions about cases of stock abroad."""

from __future__ import annotations

from single_window.cases.overseas.queries import find_overseas_case
from single_window.frame.decision_kinds import DecisionKind, finder, officers_acts
from single_window.language.words import Words

KIND = "overseas_case"


_find = finder(KIND, find_overseas_case)
OVERSEAS_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("海外仓事项", "case of stock abroad"),
    find=_find,
    by_id=_find,
    acts=officers_acts,
)
