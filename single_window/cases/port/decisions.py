"""Officers' decisions about the port: a case is explained, a release withdrawn, or given again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from gateways.port.releases import WITHDRAW
from single_window.cases.port.queries import find_port_case
from single_window.context import Context
from single_window.frame.decision_kinds import Creation, DecisionKind, Subject, finder, officers_acts
from single_window.language.phrases import phrase
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.agency_tables.port import port_case
from single_window.store.decisions import StoredDecision
from single_window.store.engine import reading
from single_window.store.tables import declaration

KIND, CLOSED = "port_case", "closed"


_find = finder(KIND, find_port_case)


def _values(context: Context, sandbox: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    """The number of the list; raises `Refusal` for one that is closed: nothing of it is left to be stopped."""
    number = str(wanted["invt_no"])
    with reading(context.engine) as connection:
        chosen = select(declaration.c.state).where(
            declaration.c.sandbox == sandbox, declaration.c.flow == "E", declaration.c.invt_no == number
        )
        if CLOSED in connection.execute(chosen).scalars().all():
            raise Refusal("list_closed", number=number[:40])
    return {"invt_no": number}


def _made(connection: Connection, sandbox: str, decided: StoredDecision) -> Subject | None:
    """The case of the withdrawal: its key names the decision."""
    key = f"V|{decided.details['invt_no']}|{decided.id}"
    chosen = select(port_case.c.case_no).where(
        port_case.c.sandbox == sandbox, port_case.c.about == decided.details["invt_no"], port_case.c.key == key
    )
    number = connection.execute(chosen).scalar()
    return _find(connection, sandbox, number) if number else None


WITHDRAWAL = Creation(
    action=WITHDRAW,
    words=phrase("other_act", WITHDRAW),
    takes={"invt_no": "the number of the released export list"},
    values=_values,
    made=_made,
    reasoned=True,
)
PORT_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("口岸事项", "case of the port"),
    find=_find,
    by_id=_find,
    acts=officers_acts,
    creations=(WITHDRAWAL,),
)
