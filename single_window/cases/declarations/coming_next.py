"""Lists what can happen next to a case: its possible steps, its open deadlines, and advice for a tester who waits in
vain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select, union_all

from declarations import lifecycle
from declarations.calendar import HOUR
from gateways.customs.risk_lane import LABORATORY
from gateways.holds import Held
from single_window.cases.declarations.next_parts import NextStepOut, OpenDeadlineOut
from single_window.clock import Clock
from single_window.frame.typed import instant_text
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store import case_queue, deadlines, holds
from single_window.store.bulk import begins_with
from single_window.store.tables import deadline

WITHOUT_INSPECTION = "single-window sandbox create NAME --preset plain"
_WAITS = "under_inspection"
STATES_OF_DEADLINE = {
    "deadline.partners": {"declared"},
    "deadline.closing": {"released"},
    "deadline.inspection": {"under_inspection"},
    "deadline.collection": {"released", "closed"},
    "deadline.request": {"accepted", "in_review"},
    "deadline.goods_back": {"approved"},
    "deadline.arrival": {"awaiting_arrival"},
    "deadline.payment_data": {"accepted"},
    "deadline.parts": {"incomplete"},
    "deadline.departure": {"awaiting_release"},
    "deadline.unheld": {"in_review"},
}
"""States in which a deadline still has an effect. Superseded deadlines stay stored until they are due."""


def next_steps(state: str, lives: str, flow: str = "") -> tuple[NextStepOut, ...]:
    """Return the possible steps in a state of the lifecycle named `lives`; `flow` (I or E) limits those of lists."""
    conditions = lifecycle.all_conditions()
    return tuple(
        NextStepOut.of(
            step,
            words=Words(step.zh, step.en),
            needs=tuple(Words(conditions[name].zh, conditions[name].en) for name in step.needs),
        )
        for step in lifecycle.allowed_transitions(state, lifecycle=lives, flow=flow)
    )


def open_deadlines_of(connection: Connection, sandbox: str, number: int, state: str) -> tuple[OpenDeadlineOut, ...]:
    """Return the open deadlines of a declaration, request or note part that still have an effect in its state; they are
    held while a proposal about it waits, or a decision that can still be taken back."""
    about = (deadline.c.subject == f"[{number}]", begins_with(connection, deadline.c.subject, f"[{number},"))
    named = select(deadline.c.due, deadline.c.kind, deadline.c.subject).where(
        deadline.c.sandbox == sandbox, deadline.c.state == "open"
    )
    rows = connection.execute(union_all(*[named.where(subject) for subject in about])).all()
    effective = [
        row
        for row in sorted(rows, key=lambda row: row.due % deadlines.HELD)
        if state in STATES_OF_DEADLINE.get(row.kind, {state}) and _is_effective(row, state)
    ]
    held = bool(effective) and (
        holds.is_held(connection, sandbox, Held.CASE, str(number))
        or str(number) in case_queue.in_hand(connection, sandbox)
    )
    return tuple(_open_deadline(row, state, held) for row in effective)


def _open_deadline(row: Any, state: str, held: bool) -> OpenDeadlineOut:
    """A deadline with the instant at which it is due by itself, also of one that is held beyond it."""
    words = phrases.phrase("deadline", _named_kind(row.kind, state))
    return OpenDeadlineOut(at=instant_text(row.due % deadlines.HELD), kind=row.kind, words=words, held=held)


def _is_effective(row: Any, state: str) -> bool:
    """True if the deadline is still effective: its subject is in the state in which the deadline was set."""
    return row.kind not in {"deadline.officer", "deadline.request"} or msgspec.json.decode(row.subject)[1:] == [state]


def _named_kind(kind: str, state: str) -> str:
    """Return the kind whose name describes the deadline: `deadline.request` means the automatic officer in review."""
    return "deadline.officer" if (kind, state) == ("deadline.request", "in_review") else kind


def is_sampled(connection: Connection, sandbox: str, number: int, state: str) -> bool:
    """Return True if a list in this state waits for the laboratory that tests a sample of its goods."""
    return state == _WAITS and holds.is_held(connection, sandbox, Held.LIST, str(number), LABORATORY)


def advice(
    sandbox: str, clock: Clock, order_no: str, state: str, due: Sequence[OpenDeadlineOut], *, sampled: bool = False
) -> Words | None:
    """Return advice on how to continue with a list in this state with the deadlines `due`; None if there is none.
    Nothing but a report concludes a list of whose goods a sample is out (`sampled`)."""
    if state != _WAITS:
        return None
    chosen = "" if sandbox == "main" else f" --sandbox {sandbox}"
    is_stopped = clock.kind == "virtual" and not clock.rate
    hours = max(1, -(-(_last(due) - clock.now()) // HOUR)) if due else 24
    name = ("sample" if sampled else "inspection") + ("_stands" if is_stopped else "_runs")
    phrase = phrases.phrase("label", name)
    values = {
        "advance": f"single-window clock advance {hours}h{chosen}",
        "act": f"single-window act {order_no} conclude --as-declared{chosen}",
        "plain": WITHOUT_INSPECTION,
        "samples": f"single-window spot-check list{chosen}",
    }
    return Words(phrase.zh.format(**values), phrase.en.format(**values))


def _last(due: Sequence[OpenDeadlineOut]) -> int:
    return int(datetime.fromisoformat(max(deadline.at for deadline in due)).timestamp() * 1_000)
