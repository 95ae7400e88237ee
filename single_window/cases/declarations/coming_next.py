"""Finds what comes next: the steps that may be taken, open deadlines, and advice for a tester who waits in vain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select, union_all

from declarations import lifecycle
from declarations.calendar import HOUR
from single_window.cases.declarations import gathering
from single_window.cases.declarations.parts import (
    NextStepOut,
    OpenDeadlineOut,
)
from single_window.clock import Clock
from single_window.frame.typed import instant_text
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.tables import deadline

PLAIN = "single-window sandbox create NAME --preset plain"
_WAITS = "under_inspection"
MEANT = {
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
}
"""States in which a deadline still means something; those that others have overtaken stay until they are due."""


def steps(state: str, lives: str, flow: str = "") -> tuple[NextStepOut, ...]:
    """The steps that are possible in a state of a lifecycle, for lists as their flow allows."""
    conditions = lifecycle.conditions()
    return tuple(
        NextStepOut.of(
            step,
            words=Words(step.zh, step.en),
            needs=tuple(Words(conditions[name].zh, conditions[name].en) for name in step.needs),
        )
        for step in lifecycle.allowed(state, lifecycle=lives, flow=flow)
    )


def due_of(connection: Connection, sandbox: str, number: int, state: str) -> tuple[OpenDeadlineOut, ...]:
    """Open deadlines of a declaration, request or part of a note that still mean something in its state."""
    about = (deadline.c.subject == f"[{number}]", gathering.begins(connection, deadline.c.subject, f"[{number},"))
    rows = connection.execute(
        union_all(
            *[
                select(deadline.c.due, deadline.c.kind, deadline.c.subject).where(
                    deadline.c.sandbox == sandbox, deadline.c.state == "open", subject
                )
                for subject in about
            ]
        )
    ).all()
    return tuple(
        OpenDeadlineOut(
            at=instant_text(row.due), kind=row.kind, words=phrases.phrase("deadline", _means(row.kind, state))
        )
        for row in sorted(rows, key=lambda row: row.due)
        if state in MEANT.get(row.kind, {state}) and _still(row, state)
    )


def _still(row: Any, state: str) -> bool:
    """True if the deadline still decides: the subject is in the state in which it was set."""
    return row.kind not in {"deadline.officer", "deadline.request"} or msgspec.json.decode(row.subject)[1:] == [state]


def _means(kind: str, state: str) -> str:
    """A request in review waits for the automatic officer, an accepted one for time to pass."""
    return "deadline.officer" if (kind, state) == ("deadline.request", "in_review") else kind


def advice(sandbox: str, clock: Clock, order_no: str, state: str, due: Sequence[OpenDeadlineOut]) -> Words | None:
    """Advice on how to continue with a list in a state, whose deadlines are `due`; None if there is none."""
    if state != _WAITS:
        return None
    chosen = "" if sandbox == "main" else f" --sandbox {sandbox}"
    stands = clock.kind == "virtual" and not clock.rate
    hours = max(1, -(-(_last(due) - clock.now()) // HOUR)) if due else 24
    phrase = phrases.phrase("label", "inspection_stands" if stands else "inspection_runs")
    values = {
        "advance": f"single-window clock advance {hours}h{chosen}",
        "act": f"single-window act {order_no} conclude{chosen}",
        "plain": PLAIN,
    }
    return Words(phrase.zh.format(**values), phrase.en.format(**values))


def _last(due: Sequence[OpenDeadlineOut]) -> int:
    return int(datetime.fromisoformat(max(deadline.at for deadline in due)).timestamp() * 1_000)
