"""Requests to customs to open or change a batch. Invalid ones are refused at once; customs' gateway decides the
others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.lifecycle import OFFICER, PARTICIPANT
from gateways.customs.batches.changes import LISTS, ROLE, refusals_of
from gateways.customs.batches.opening import manual_opening_of
from gateways.decisions import SubjectKind
from gateways.topics.shared import Decision
from single_window.accounts.people import Person
from single_window.cases.batches.opening import OPEN, OPENING
from single_window.cases.batches.queries import find_batch, find_by_opening, history_of_batch
from single_window.context import Context
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.frame.typed import HistoryLine
from single_window.language.refusal import Refusal, refused_for
from single_window.refused import demand_found
from single_window.store.engine import reading
from single_window.work import filing

MAX_LISTS = 10_000
"""Maximum number of lists in one request."""
ROLES = (PARTICIPANT, OFFICER)
ACTIONS = ("add", "remove", "declare")
"""Changes that a participant may request; officers decide about a batch (`BATCH_DECISION`)."""


class ChangeRequest(NamedTuple):
    """A stored request: the id of its decision, and its batch; `opening` is set for a new batch, which has no number
    yet."""

    number: int
    batch_no: str
    opening: str = ""


def open_batch(
    context: Context, sandbox: str, flow: str, customs_code: str, trade_mode: str, who: Person
) -> ChangeRequest:
    """Request a new, empty batch that lists are added to manually; raises `Refusal`."""
    wanted = Requested(OPEN, values={"flow": flow, "customs_code": customs_code, "trade_mode": trade_mode})
    number = create(context, sandbox, SubjectKind.BATCH, OPENING, wanted, who)
    return ChangeRequest(number, "", manual_opening_of(flow, customs_code, trade_mode, number))


def request_change(
    context: Context,
    sandbox: str,
    batch_no: str,
    action: str,
    who: Person,
    revision: int = 0,
    lists: Sequence[str] = (),
) -> ChangeRequest:
    """Request, as a participant, a change of a batch; `revision` is the one that the participant saw (0: the current).

    `lists`: the numbers of the lists to add or remove. Raises `NotFound` or `Refusal`. If a concurrent change comes
    first, the decision is refused later, and its answer carries the reasons.
    """
    if action not in ACTIONS:
        raise Refusal("batch_action", action=action, role=PARTICIPANT)
    if action in {"add", "remove"} and not 0 < len(lists) <= MAX_LISTS:
        raise Refusal("batch_lists", most=MAX_LISTS)
    with reading(context.engine) as connection:
        batch = demand_found(find_batch(connection, sandbox, batch_no), batch_no, sandbox)
    values = {ROLE: PARTICIPANT, **({LISTS: lists} if action in {"add", "remove"} else {})}
    decision = Decision(batch.id, 0, revision or batch.revision, action, "", who.name, values)
    reasons = refusals_of(batch, decision)
    if reasons:
        raise refused_for(reasons)
    return ChangeRequest(
        filing.file(context, sandbox, SubjectKind.BATCH, batch.id, action, by=who, seen=decision.seen, values=values),
        batch_no,
    )


def history_of(connection: Connection, sandbox: str, filed: ChangeRequest) -> list[HistoryLine]:
    """Return the history lines that a request caused; empty: customs has not decided yet."""
    batch_no = filed.batch_no
    if not batch_no:
        opened = find_by_opening(connection, sandbox, filed.opening)
        batch_no = opened.batch_no if opened is not None else ""
    return (
        [line for line in history_of_batch(connection, sandbox, batch_no) if int(line.key) == filed.number]
        if batch_no
        else []
    )
