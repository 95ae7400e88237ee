"""The officer's queue as pages show it: in groups by when cases are due, and beside the case that is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from flask import session
from sqlalchemy import Connection

from declarations.calendar import day_of
from single_window.accounts import filters
from single_window.cases import waiting_sentences
from single_window.cases.queue import queue_query
from single_window.cases.waiting_sentences import RowWhy
from single_window.frame.desks import desks_of
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import link
from single_window.store import case_queue
from single_window.store.case_queue import HELD, MINE, Key, QueuedCase, QueueFilter
from single_window.store.desks import NEVER
from single_window.store.queue_order import DUE

BESIDE = 10
"""Cases beside an open one, at most."""
Groups = Sequence[tuple[str, Sequence[QueuedCase]]]
BACK, LATE, TODAY, LATER, TRADER, SORTED = "back", "late", "today", "later", "trader", "sorted"


class QueueBeside(NamedTuple):
    """Cases of the officer's queue, in groups, with the `open` one; `address`: of the whole queue, `why`: why each
    waits, `full`: whether there are more than these, `desk`: of the filter, empty for all."""

    address: str
    groups: Groups
    proposed: Collection[Key]
    why: Mapping[Key, RowWhy]
    now: int
    clock: int
    open: Key
    full: bool
    desk: str


def grouped(cases: Sequence[QueuedCase], now: int, sort: str = "", back: Collection[QueuedCase] = ()) -> Groups:
    """Cases in the order of the queue: first those of the page that its reader had put off and that are `back`, then by
    when they are due: late, today, later, or not before their declarant has answered; one group in any other order.
    `now`: the sandbox's instant."""
    if sort not in ("", DUE):
        return [(SORTED, cases)] if cases else []
    own = {case.key for case in back}
    groups: dict[str, list[QueuedCase]] = {BACK: []} if own else {}
    for case in cases:
        groups.setdefault(BACK if case.key in own else _group(case, now), []).append(case)
    return [(name, listed) for name, listed in groups.items() if listed]


def back_on_day(connection: Connection, sandbox: str, wanted: QueueFilter) -> Sequence[QueuedCase]:
    """The reader's cases that are back on their day, which stand on top of each view that has them, by due time."""
    if wanted.view not in {"", MINE, HELD} or wanted.sort not in ("", DUE):
        return ()
    return case_queue.back(connection, sandbox, wanted, BESIDE)


def on_top(back: Sequence[QueuedCase], cases: Sequence[QueuedCase]) -> Sequence[QueuedCase]:
    """The cases of a page behind those that are back, each once."""
    own = {case.key for case in back}
    return [*back, *(case for case in cases if case.key not in own)]


def _group(case: QueuedCase, now: int) -> str:
    due = case.due
    if case.put_off_until > now:
        return LATER
    if due == NEVER:
        return TRADER
    return LATE if due < now else TODAY if day_of(due) == day_of(now) else LATER


def queue_beside(connection: Connection, sandbox: str, key: Key) -> QueueBeside | None:
    """The queue beside the case of `key` for an officer with a desk, within the filter that he works in; None for
    others, and where nothing waits."""
    person, chosen = current_person(), kept_filter()
    if not person.has_account or not desks_of(person):
        return None
    wanted = queue_query(connection, sandbox, person, **chosen)
    back = back_on_day(connection, sandbox, wanted)
    listed = case_queue.page_with(connection, sandbox, wanted, key, BESIDE)
    if not (cases := on_top(back, listed)):
        return None
    proposed = case_queue.with_proposal(connection, sandbox, [case.key for case in cases])
    groups, why = grouped(cases, wanted.now, wanted.sort, back), waiting_sentences.rows_of(connection, sandbox, cases)
    address, full = link("console.review", **chosen), len(listed) == BESIDE
    return QueueBeside(
        address,
        groups,
        proposed=proposed,
        why=why,
        now=wanted.now,
        clock=wanted.clock,
        open=key,
        full=full,
        desk=chosen.get("desk", ""),
    )


def keep_filter(chosen: Mapping[str, str]) -> None:
    """Store the officer's filter of the queue in the session."""
    session["queue"] = {name: text[:200] for name, text in chosen.items() if text}


def kept_filter() -> dict[str, str]:
    """Return the filter stored by `keep_filter`; empty: all desks of the officer."""
    return {name: text for name, text in session.get("queue", {}).items() if name in filters.NAMES}
