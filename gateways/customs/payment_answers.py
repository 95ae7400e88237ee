"""What customs does about a platform's payment data: the list goes on, or to review when they do not come in time."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.customs import lanes
from gateways.customs.memory import CustomsMemory, Declaration
from gateways.customs.outcome import event
from gateways.customs.payment_data import HELD, SESSION, SETTLED, WRONG
from gateways.gateway import Answers, Circumstances, Item
from schemas.payment_data.codes import Code

ANSWERED, REFUSED, SILENT, NOT_RIGHT = "17522", "17523", "14221", "14222"


def hear_answered(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                  answers: Answers) -> None:
    """A platform uploaded payment data, each item [declaration id, session, code of the answer]: the list goes on where
    they are right; else it goes on waiting, for the platform may upload again."""
    found = memory.declarations([item[0] for item in items])
    companies = memory.companies(sorted({declaration.ebc_code for declaration in found.values()}))
    for declaration_id, session, code in items:
        declaration = found[declaration_id]
        if not _waits(declaration, session):
            continue  # an officer, a cancellation or the deadline was first
        if code == Code.TAKEN:
            _settle(declaration)
            answers.timeline.append(event(declaration, circumstances.now, "payment_data_answered",
                                          [Reason(ANSWERED, {"platform": declaration.ebp_code})]))
            lanes.accepted(declaration, companies, memory, circumstances, answers)
        else:
            declaration.held = {**declaration.held, HELD: {SESSION: session, WRONG: code}}
            answers.timeline.append(event(declaration, circumstances.now, "payment_data_refused", [
                Reason(REFUSED, {"platform": declaration.ebp_code, "code": code})]))
        memory.put_declaration(declaration)


def hear_overdue(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                 answers: Answers) -> None:
    """The time for payment data is over, each item [declaration id, session]: who still waits goes to review."""
    found = memory.declarations([item[0] for item in items])
    for declaration_id, session in items:
        declaration = found[declaration_id]
        if not _waits(declaration, session):
            continue
        code = declaration.held[HELD].get(WRONG, "")
        _settle(declaration)
        values = {"platform": declaration.ebp_code, "order_no": declaration.order_no}
        reason = Reason(NOT_RIGHT, {**values, "code": code}) if code else Reason(SILENT, values)
        lanes.review(declaration, [reason], circumstances, answers)
        memory.put_declaration(declaration)


def _waits(declaration: Declaration, session: str) -> bool:
    """Whether a list still waits for the answer in a session."""
    held = declaration.held.get(HELD, {})
    return declaration.state == "accepted" and held.get(SESSION) == session and not held.get(SETTLED)


def _settle(declaration: Declaration) -> None:
    declaration.held = {**declaration.held, HELD: {SETTLED: True}}
