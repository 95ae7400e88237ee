"""Officers' decisions about parcels to and from Korea: they settle what contradicts itself, and play Korea in tests."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gateways.korea.outcomes import text_of
from single_window.cases.korea.queries import find_parcel
from single_window.frame.decision_kinds import GAP, Act, DecisionKind, Subject, finder, officers_acts
from single_window.language.words import Words

KIND, SEND_BACK = "korea_parcel", "send_back"


_find = finder(KIND, find_parcel, "parcel_no")


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    """The acts that are possible about a parcel. Its company reads of a list that may be returned, or that there is
    none."""
    told = text_of(SEND_BACK, subject.record, GAP)
    return [
        act._replace(tells=(told.rule, told.values)) if act.action == SEND_BACK else act
        for act in officers_acts(connection, sandbox, subject)
    ]


KOREA_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("中韩包裹", "parcel to or from Korea"),
    find=_find,
    by_id=_find,
    acts=_acts,
)
