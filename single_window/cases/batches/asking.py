"""Asks customs to open or change a batch: what can be told at once is, the rest is decided where batches are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from declarations.batches.opening import HAND, check_way
from declarations.calendar import day_of
from declarations.lifecycle import OFFICER, PARTICIPANT
from declarations.reasons import Reason
from gateways.customs.batches.changes import LISTS, ROLE, against
from gateways.customs.batches.opening import by_hand
from gateways.customs.batches.repository import Batch
from gateways.decisions import Subject
from gateways.topics.shared import Decision
from schemas import codes, receipt_texts
from single_window.accounts import people
from single_window.accounts.people import Person
from single_window.cases.batches.looking import by_opening, found, history
from single_window.cases.histories import HistoryLine
from single_window.context import Context
from single_window.language.refusal import Refusal
from single_window.store.engine import reading
from single_window.work import decisions

MOST = 10_000
"""Lists that one asking may name."""
ROLES = (PARTICIPANT, OFFICER)
ACTIONS = ("add", "remove", "declare", "review")
MODES = {"I": frozenset({"9610", "1210", "1239"}), "E": frozenset({"9610", "9710", "9810", "1210"})}
"""The trade modes that a batch may have, by its direction."""


class NoSuchBatch(LookupError):
    """A number that no batch has."""

    permanent = True

    def __init__(self, sandbox: str, batch_no: str) -> None:
        super().__init__(f"There is no batch {batch_no!r} in sandbox {sandbox!r}. See: single-window batch list")
        self.batch_no = batch_no


class BadAsk(Refusal):
    """Something that can be asked of no batch; says what can."""


class NotPossible(Exception):
    """The batch does not let this be done, now or by this person; carries the reasons."""

    permanent = True

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(receipt_texts.words(one.rule, one.values, "en") for one in reasons))
        self.reasons = tuple(reasons)


class Asked(NamedTuple):
    """What was asked for, by its number, and of which batch."""

    number: int
    batch_no: str
    opening: str = ""


def open_batch(context: Context, sandbox: str, flow: str, customs_code: str, trade_mode: str, who: Person) -> Asked:
    """Ask for a new, empty batch that lists are added to by hand; raises `BadAsk` or `NotPossible`."""
    if flow not in MODES or trade_mode not in MODES[flow]:
        known = "; ".join(f"{name}: {', '.join(sorted(modes))}" for name, modes in MODES.items())
        raise BadAsk("batch_direction", known=known, flow=flow, mode=trade_mode)
    if codes.offices.get(customs_code) is None:
        raise BadAsk("batch_office", office=customs_code)
    reasons = check_way(HAND, day_of(context.now(sandbox)), context.parameters)
    if reasons:
        raise NotPossible(reasons)
    content = {"flow": flow, "customs_code": customs_code, "trade_mode": trade_mode}
    number = decisions.file(context, sandbox, Subject.BATCH, 0, "open", by=who, values=content)
    return Asked(number, "", by_hand(flow, customs_code, trade_mode, number))


def ask(
    context: Context, sandbox: str, batch_no: str, action: str, who: Person, revision: int = 0, content: Any = None
) -> Asked:
    """Ask for a change of a batch, as it was seen at a revision (0: whichever it has).

    `content`: the numbers of the lists to add or remove. Raises `NoSuchBatch`, `BadAsk` or `NotPossible`. Somebody may
    be faster: the answer to the decision then says why it was refused.
    """
    role = PARTICIPANT if who.role == people.PARTICIPANT else OFFICER
    if action not in ACTIONS or (action == "review" and role != OFFICER):
        raise BadAsk("batch_action", action=action, role=role)
    if action in {"add", "remove"} and not 0 < len(content or ()) <= MOST:
        raise BadAsk("batch_lists", most=MOST)
    with reading(context.engine) as connection:
        batch = _existing(connection, sandbox, batch_no)
    reason = str(content or "") if action == "review" else ""
    values = {ROLE: role, **({LISTS: content} if action in {"add", "remove"} else {})}
    decision = Decision(batch.id, 0, revision or batch.revision, action, reason, who.name, values)
    reasons = against(batch, decision)
    if reasons:
        raise NotPossible(reasons)
    return Asked(
        decisions.file(
            context, sandbox, Subject.BATCH, batch.id, action, by=who, seen=decision.seen, reason=reason, values=values
        ),
        batch_no,
    )


def said(connection: Connection, sandbox: str, asked: Asked) -> list[HistoryLine]:
    """What customs said to an asking so far; nothing: it has not been heard yet."""
    batch_no = asked.batch_no
    if not batch_no:
        opened = by_opening(connection, sandbox, asked.opening)
        batch_no = opened.batch_no if opened is not None else ""
    return [one for one in history(connection, sandbox, batch_no) if int(one.key) == asked.number] if batch_no else []


def _existing(connection: Connection, sandbox: str, batch_no: str) -> Batch:
    batch = found(connection, sandbox, batch_no)
    if batch is None:
        raise NoSuchBatch(sandbox, batch_no)
    return batch
