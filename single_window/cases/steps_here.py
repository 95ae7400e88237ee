"""The steps by which cases came into their states, as their timelines tell them; nothing is decided here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, select

from declarations.lifecycle import allowed_transitions
from declarations.reasons import Reason
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.case_queue import QueuedCase
from single_window.store.records import decoder
from single_window.store.tables import timeline

MOST_STEPS = 1_000
"""Steps that are read for a page of cases, at most, newest first."""
MOST_SINCE = 3
"""Events that are told of a case that has changed meanwhile, at most."""
NO_STEPS = ("action_refused", "batch_held")
"""Events with reasons that are not those of the state."""
ASKED, ASKED_FROM = "asked", "in_review"
"""The state of a claim whose company was asked, and that in which its reasons were found."""
INSPECTED, DETAINED = "under_inspection", "detained"
"""The state of a list whose goods are inspected, and of which a sample may be at the laboratory; and that into which an
officer may bring them then."""
LEFT = "suspended"
"""The state of a list that an officer has left, while the reasons of its review remain."""
REMINDED = "_remind"
OWN_TIMELINE = frozenset({"spot_check"})
"""Kinds of cases that belong to an order and have a timeline of their own."""
_reasons = decoder(tuple[Reason, ...], tuple)


class Step(NamedTuple):
    """An event of a timeline, with the state after it; `reasons` as they are stored."""

    event: str
    state: str
    reasons: str

    @property
    def is_act(self) -> bool:
        """True if an officer has acted, so that a step begins although the state is the same."""
        return self.event.startswith("officer_") and not self.event.endswith(REMINDED)


Steps: TypeAlias = Mapping[tuple[str, str], Sequence[Step]]
"""(kind, order number) → the steps of a case, newest first."""


def told_by_steps(case: QueuedCase, known: Steps) -> tuple[Reason, ...]:
    """Return the reasons of the last step of a case into its state; of one whose company was asked, first those for
    which it was looked at; of one whose goods are inspected, first what the laboratory found; of detained goods, why
    they were."""
    steps = known.get((case.kind, order_no_of(case)), ())
    own = _reasons_of_step(steps, case.state)
    if case.state == ASKED:
        return (*_reasons_of_step(steps, ASKED_FROM), *own)
    if case.state == DETAINED:
        return _detention(steps)
    if case.state == INSPECTED:
        return (*_found_since(case, steps, own), *own)
    return (*own, *(stored for stored in case.reasons if stored not in own)) if own and case.state == LEFT else own


def _detention(steps: Sequence[Step]) -> tuple[Reason, ...]:
    """Why goods were detained: the text of the officer's act, which stands in the timeline before they are."""
    detained = {f"officer_{made.action}": made for made in allowed_transitions(INSPECTED) if made.to == DETAINED}
    act = next((step for step in steps if step.event in detained), None)
    if act is None:
        return ()
    typed = "".join(reason.values.get("reason", "") for reason in _reasons(act.reasons)) if act.reasons else ""
    return (detained[act.event].receipt_text(typed),)


def without_acts(known: Steps) -> Steps:
    """Return the steps that no officer made: who decides a case again reads nothing of what was decided about it."""
    return {key: [step for step in steps if not step.is_act] for key, steps in known.items()}


def _found_since(case: QueuedCase, steps: Sequence[Step], own: Collection[Reason]) -> Sequence[Reason]:
    """The reasons of a case that came with its last step while its goods were inspected: a sample of them failed."""
    last = _reasons(steps[0].reasons) if steps and steps[0].state == case.state and steps[0].reasons else ()
    return [stored for stored in case.reasons if stored in last and stored not in own]


def steps_of(connection: Connection, sandbox: str, cases: Collection[QueuedCase]) -> Steps:
    """Return (kind, order number) → the steps of the timeline of each case, newest first."""
    numbers = sorted({number for case in cases if (number := order_no_of(case))})
    if not numbers:
        return {}
    columns = [timeline.c[name] for name in ("kind", "order_no", "event", "state", "reasons")]
    rows = connection.execute(
        select(*columns)
        .where(timeline.c.sandbox == sandbox, timeline.c.order_no.in_(numbers), timeline.c.state != "")
        .where(timeline.c.kind.in_(sorted({case.kind for case in cases})), timeline.c.event.not_in(NO_STEPS))
        .order_by(timeline.c.id.desc())
        .limit(MOST_STEPS)
    )
    steps: dict[tuple[str, str], list[Step]] = {}
    for row in rows:
        steps.setdefault((row.kind, row.order_no), []).append(Step(row.event, row.state, row.reasons))
    return steps


def _reasons_of_step(steps: Sequence[Step], state: str) -> tuple[Reason, ...]:
    """The reasons with which a subject went into a state last; what happened to it in that state is none of them."""
    found: tuple[Reason, ...] = ()
    for step, before in zip_longest(steps, steps[1:]):
        if step.state == state and step.reasons:
            found = _reasons(step.reasons)
        if found and (before is None or before.state != step.state or step.is_act):
            return found
    return found


def order_no_of(case: QueuedCase) -> str:
    """The number under which the timeline of a case stands: that of its order, else the company's own."""
    own = case.number.rpartition("|")[2]
    return own if case.kind in OWN_TIMELINE else case.order_no or own


def happened_since(connection: Connection, sandbox: str, case: QueuedCase, at: int) -> Sequence[Words]:
    """Return what happened to a case since an instant of its sandbox, the last first."""
    rows = connection.execute(
        select(timeline.c.event)
        .where(timeline.c.sandbox == sandbox, timeline.c.order_no == order_no_of(case), timeline.c.kind == case.kind)
        .where(timeline.c.at >= at, timeline.c.event.not_in(NO_STEPS))
        .order_by(timeline.c.id.desc())
        .limit(MOST_SINCE)
    )
    return [phrases.event(row.event, case.kind) for row in rows]
