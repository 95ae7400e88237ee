"""Officers' decisions about market supervision and commerce: a case is explained, somebody asked again; and lists of a
company that may not trade go on one by one, or are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from gateways.commerce.acts import ABOUT_LISTS, ACCEPT, IDS, LET_THROUGH, LISTS, STILL_GONE, can_press
from single_window.cases.commerce.queries import find_commerce_case, holds_lists, waiting_lists
from single_window.frame.decision_kinds import (
    GAP,
    NOTHING,
    Act,
    DecisionKind,
    Requested,
    Subject,
    finder,
    officers_acts,
)
from single_window.language.refusal import Refusal
from single_window.language.words import Words

KIND = "commerce_case"


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    """Nobody is asked again where there is nobody to ask; while the register says that a company may not trade, its
    case is not settled, and otherwise there is nothing to decide about lists."""
    case = subject.record
    acts = officers_acts(connection, sandbox, subject)
    vain: dict[str, Words | None] = {} if can_press(case.kind) else {"press": None}
    if not holds_lists(connection, sandbox, case):
        vain |= dict.fromkeys(ABOUT_LISTS)
    else:
        vain[ACCEPT] = Words(*STILL_GONE)
        if not waiting_lists(connection, sandbox, case, most=1):
            vain[LET_THROUGH] = Words("没有等待的清单", "no list waits")
    told = ("26504", {LISTS: GAP})
    needed = [act._replace(needs=(*act.needs, LISTS), tells=told) if act.action == LET_THROUGH else act for act in acts]
    shown = [act for act in needed if vain.get(act.action, act) is not None]
    return [act._replace(vain=act.action in vain, hindered=vain.get(act.action)) for act in shown]


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """The numbers and ids of the lists that an officer names: each must wait for this case."""
    if requested.action != LET_THROUGH:
        return NOTHING
    wanted = dict.fromkeys(str(number) for number in requested.values.get(LISTS) or ())
    waiting = waiting_lists(connection, sandbox, subject.record)
    ids = {number: one.id for one in waiting for number in one.numbers}
    if not wanted or (unknown := [number for number in wanted if number not in ids]):
        raise Refusal("lists_waiting", number=(unknown[0] if wanted else "–")[:40])
    return {LISTS: list(wanted), IDS: sorted({ids[number] for number in wanted})}


_find = finder(KIND, find_commerce_case)
COMMERCE_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("商务事项", "case of commerce"),
    find=_find,
    by_id=_find,
    acts=_acts,
    values=_values,
    takes=(LISTS,),
)
