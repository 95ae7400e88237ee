"""The officers' queue of cases: lists it, assigns the next case, holds and releases cases, decides about one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection

from single_window.accounts.people import Person
from single_window.cases.subjects import DECISION_KINDS
from single_window.clock import system_now
from single_window.context import Context
from single_window.frame import deciding
from single_window.frame.decision_kinds import Requested
from single_window.frame.desks import desks_of
from single_window.language.refusal import Refusal
from single_window.refused import demand_found
from single_window.store import case_queue, sandboxes
from single_window.store.case_queue import VIEWS, Key, QueuedCase, QueueFilter
from single_window.store.desks import desks
from single_window.store.engine import reading, writing
from single_window.store.queue_order import ORDERS, order_of
from single_window.store.subjects import PROPOSAL

MAX_CASES = 50
"""Cases on a page, at most."""
MOST_TOGETHER = 100
"""Cases of a filter that are decided at once, at most, on whatever pages they stand."""
REASONS = 12
"""Reasons by which the queue can be filtered with one click, at most: the commonest."""
SANDBOXES = 9
"""Other sandboxes that are named, at most, when no case waits in this one."""


class QueuePage(NamedTuple):
    """A page of the queue. `by_desk`: how many wait at each desk; `views`: how many of the desks shown are in each
    view, and in all (under the empty name); `after`: where the next page begins, empty on the last; `proposed`: cases
    of this page about which a proposal waits for a second person; `matching`: how many cases all pages have;
    `reasons`: code of the first reason -> how many of them, whatever reason is wanted, the commonest first."""

    cases: Sequence[QueuedCase]
    after: str
    by_desk: Mapping[str, int]
    views: Mapping[str, int]
    now: int
    clock: int
    proposed: Collection[Key] = ()
    matching: int = 0
    reasons: Mapping[str, int] = MappingProxyType({})

    @property
    def pages(self) -> int:
        """Return how many pages there are, of `MAX_CASES` each."""
        return max(1, -(-self.matching // MAX_CASES))


def queue_query(
    connection: Connection,
    sandbox: str,
    person: Person,
    desk: str = "",
    view: str = "",
    flow: str = "",
    words: str = "",
    reason: str = "",
    sort: str = "",
) -> QueueFilter:
    """The filter for a person's query: the named desk, else the person's desks, else all desks. Watched desks, whose
    cases end by themselves, are included only if named."""
    own = desks_of(person) or list(desks().values())
    chosen = [desk] if desk in desks() else [known.name for known in own if not known.watched]
    return QueueFilter(
        desks=chosen,
        office=person.office,
        flow=flow if flow in {"I", "E"} else "",
        view=view if view in VIEWS else "",
        words=words.strip()[:200],
        who=person.name,
        now=sandboxes.find(connection, sandbox).clock.now(),
        clock=system_now(),
        reason=reason[:20],
        sort=sort if sort in ORDERS else "",
    )


def queue_page(
    connection: Connection,
    sandbox: str,
    query: QueueFilter,
    after: str = "",
    limit: int = MAX_CASES,
    by_desk: Mapping[str, int] | None = None,
    number: int = 1,
) -> QueuePage:
    """One page of the queue with its counts: the one behind the place `after`, without it the one of this number from
    1. `by_desk`: the number of cases at each desk, if already known."""
    page = case_queue.page(connection, sandbox, query, after, limit + 1, skip=0 if after else (number - 1) * limit)
    following = order_of(query.sort).place(page[limit - 1]) if len(page) > limit else ""
    counts = case_queue.counts(connection, sandbox, query.now, query.office) if by_desk is None else by_desk
    views = case_queue.views(connection, sandbox, query)
    proposed = case_queue.with_proposal(connection, sandbox, [case.key for case in page[:limit]])
    matching = case_queue.count(connection, sandbox, query)
    reasons = case_queue.reasons(connection, sandbox, query, REASONS)
    return QueuePage(
        page[:limit],
        following,
        by_desk=counts,
        views=views,
        now=query.now,
        clock=query.clock,
        proposed=proposed,
        matching=matching,
        reasons=reasons,
    )


def whole_filter(connection: Connection, sandbox: str, query: QueueFilter, confirmed: int) -> Sequence[QueuedCase]:
    """Return all cases of a filter, of which somebody has confirmed how many they are; raises `Refusal` if they are
    others by now, or more than `MOST_TOGETHER`."""
    cases = case_queue.page(connection, sandbox, query, most=MOST_TOGETHER + 1)
    if len(cases) > MOST_TOGETHER:
        raise Refusal("whole_filter_too_many", most=MOST_TOGETHER)
    if len(cases) != confirmed:
        raise Refusal("whole_filter_changed", confirmed=confirmed, now=len(cases))
    return cases


def desks_of_other_sandboxes(connection: Connection, sandbox: str, query: QueueFilter) -> Mapping[str, int]:
    """The number of waiting cases of these desks in each of at most `SANDBOXES` other sandboxes."""
    by_sandbox = case_queue.by_sandbox(connection, query, SANDBOXES + 1)
    return {name: count for name, count in by_sandbox.items() if name != sandbox}


def decide(context: Context, sandbox: str, case: QueuedCase, action: str, reason: str, who: Person) -> int:
    """File a decision about a case in the state in which it was listed; return the id of the decision, or of the
    proposal that it approves or declines. Raises `NotFound`, `Refusal` or `rights.Lacking`.

    Concluding an inspection in this way means that all goods are as declared."""
    kind = demand_found(DECISION_KINDS.get(case.subject), case.number, sandbox)
    with reading(context.engine) as connection:
        subject = kind.by_id(connection, sandbox, case.subject_id)
        if subject.kind != PROPOSAL and subject.state != case.state:
            raise deciding.moved_on(connection, sandbox, subject)
    values = {name: True for name in kind.takes if name == "as_declared"}
    requested = Requested(action, reason, subject.version, values)
    return deciding.decide(context, sandbox, kind, subject, requested, who).decision


def take_next(
    context: Context,
    sandbox: str,
    person: Person,
    chosen: Mapping[str, str] = MappingProxyType({}),
    but: Collection[Key] = (),
) -> QueuedCase | None:
    """Assign the earliest due case of a person's desks, or the first of a filter of the queue (`desk`, `view`, `flow`,
    `words`, `reason`; of the views only `overdue` narrows it) in its order `sort`; None: nothing is free.

    `but`: cases that he does not want now, such as one that he has just been at.
    """
    own = [
        of_person.name
        for of_person in desks_of(person)
        if not of_person.watched or of_person.name == chosen.get("desk")
    ]
    if not own:
        return None
    with writing(context.engine) as connection:
        query = queue_query(connection, sandbox, person, **chosen)
        query = query._replace(desks=[name for name in query.desks if name in own])
        if not query.desks:
            return None
        return case_queue.take_next(connection, sandbox, query, but)


def hold_cases(context: Context, sandbox: str, person: Person, keys: Collection[Key]) -> list[Key]:
    """Hold these cases for a person, except those that others hold; return the keys that the person holds now."""
    with writing(context.engine) as connection:
        allowed = [case.key for case in allowed_keys(connection, sandbox, person, keys)]
        return case_queue.hold(connection, sandbox, allowed, person.name, system_now())


def release_cases(context: Context, sandbox: str, person: Person, keys: Collection[Key]) -> list[Key]:
    """Release cases that a person holds; return the released keys."""
    with writing(context.engine) as connection:
        return case_queue.release(connection, sandbox, keys, person.name)


def allowed_keys(connection: Connection, sandbox: str, person: Person, keys: Collection[Key]) -> list[QueuedCase]:
    """Those of these cases that wait at the person's desks and customs office."""
    own = {desk.name for desk in desks_of(person)}
    cases = [case_queue.find(connection, sandbox, key) for key in keys]
    return [
        case
        for case in cases
        if case is not None and case.desk in own and person.office in {"", case.office or person.office}
    ]
