"""Officers' decisions about market supervision and commerce: a case is explained, or somebody asked again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gateways.commerce.acts import can_press
from single_window.cases.commerce.queries import find_commerce_case
from single_window.frame.decision_kinds import Act, DecisionKind, Subject, finder, officers_acts
from single_window.language.words import Words

KIND = "commerce_case"


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    """Nobody is asked again where there is nobody to ask."""
    acts = officers_acts(connection, sandbox, subject)
    return [act for act in acts if act.action != "press" or can_press(subject.record.kind)]


_find = finder(KIND, find_commerce_case)
COMMERCE_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("商务事项", "case of commerce"),
    find=_find,
    by_id=_find,
    acts=_acts,
)
