"""Decides about a case of the queue as it was seen, whatever its kind."""

from __future__ import annotations

from single_window.accounts.people import Person
from single_window.cases.decision_kinds import KINDS
from single_window.context import Context
from single_window.frame.deciding import decide_about, moved_on
from single_window.frame.decision_kinds import Requested
from single_window.frame.not_found import NotFound
from single_window.store.case_queue import Case
from single_window.store.engine import reading
from single_window.store.subjects import PROPOSAL


def decide(context: Context, sandbox: str, case: Case, action: str, reason: str, who: Person) -> int:
    """File what somebody decides about a case as he has seen it; gives the number of the decision, or of the proposal
    that he approves or declines. Raises `NotFound`, `Refusal` or `rights.Lacking`.

    Who concludes an inspection so has found the goods as they are declared."""
    kind = KINDS.get(case.subject)
    if kind is None:
        raise NotFound(case.number, sandbox)
    with reading(context.engine) as connection:
        subject = kind.by_id(connection, sandbox, case.subject_id)
        if subject.kind != PROPOSAL and subject.state != case.state:
            raise moved_on(connection, sandbox, subject)
    values = {name: True for name in kind.takes if name == "as_declared"}
    requested = Requested(action, reason, subject.version, values)
    return decide_about(context, sandbox, kind, subject, requested, who).decision
