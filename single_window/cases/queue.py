"""The queue of cases as an officer works it: his desks, what waits there, taking the next, holding and letting go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection

from single_window.accounts.people import Person
from single_window.cases.subjects import KINDS
from single_window.clock import system_now
from single_window.context import Context
from single_window.frame import deciding
from single_window.frame.decision_kinds import Requested
from single_window.frame.desks import desks_of
from single_window.refused import NotFound
from single_window.store import case_queue, sandboxes
from single_window.store.case_queue import VIEWS, Key, QueuedCase, QueueFilter
from single_window.store.desks import desks
from single_window.store.engine import reading, writing
from single_window.store.subjects import PROPOSAL

MOST = 50
"""Cases of a page."""
SANDBOXES = 9
"""Other sandboxes that are named where nothing waits in one."""


class QueuePage(NamedTuple):
    """A page of the queue. `by_desk`: how many wait at each desk; `views`: how many of the desks shown are in each
    view, and in all (under the empty name); `after`: where the next page begins, empty on the last; `proposed`: cases
    of this page about which a proposal waits for a second person."""

    cases: Sequence[QueuedCase]
    after: str
    by_desk: Mapping[str, int]
    views: Mapping[str, int]
    now: int
    clock: int
    proposed: Collection[Key] = ()


def wanted(
    connection: Connection,
    sandbox: str,
    person: Person,
    desk: str = "",
    view: str = "",
    flow: str = "",
    words: str = "",
) -> QueueFilter:
    """The cases that a person's query covers: a desk that is named, else the person's own ones; without any, all of
    them. Desks that are only watched, where nobody decides, are covered when they are named."""
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
    )


def shown(
    connection: Connection,
    sandbox: str,
    query: QueueFilter,
    after: str = "",
    most: int = MOST,
    by_desk: Mapping[str, int] | None = None,
) -> QueuePage:
    """One page of the queue with its counts; `by_desk`: how many wait at each desk, where that was counted already."""
    page = case_queue.page(connection, sandbox, query, after, most + 1)
    return QueuePage(
        page[:most],
        page[most - 1].place if len(page) > most else "",
        case_queue.counts(connection, sandbox, query.office) if by_desk is None else by_desk,
        case_queue.views(connection, sandbox, query),
        query.now,
        query.clock,
        case_queue.proposed(connection, sandbox, [case.key for case in page[:most]]),
    )


def elsewhere(connection: Connection, sandbox: str, query: QueueFilter) -> Mapping[str, int]:
    """The number of cases of these desks that wait in other sandboxes, of some of them."""
    by_sandbox = case_queue.by_sandbox(connection, query, SANDBOXES + 1)
    return {name: count for name, count in by_sandbox.items() if name != sandbox}


def decide(context: Context, sandbox: str, case: QueuedCase, action: str, reason: str, who: Person) -> int:
    """File what somebody decides about a case as he has seen it; gives the number of the decision, or of the proposal
    that he approves or declines. Raises `NotFound`, `Refusal` or `rights.Lacking`.

    Who concludes an inspection so has found the goods as they are declared."""
    kind = KINDS.get(case.subject)
    if kind is None:
        raise NotFound(case.number, sandbox)
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
    """Take the case that is due first at any of somebody's desks, or within a filter of the queue (`desk`, `view`,
    `flow`, `words`; of the views only `overdue` narrows it); None: nothing is free.

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
        query = wanted(connection, sandbox, person, **chosen)
        query = query._replace(desks=[name for name in query.desks if name in own])
        if not query.desks:
            return None
        return case_queue.take_next(connection, sandbox, query, but)


def hold(context: Context, sandbox: str, person: Person, keys: Collection[Key]) -> list[Key]:
    """Take these cases, but for those that somebody else holds; gives what is his now."""
    with writing(context.engine) as connection:
        mine = [case.key for case in allowed(connection, sandbox, person, keys)]
        return case_queue.hold(connection, sandbox, mine, person.name, system_now())


def release(context: Context, sandbox: str, person: Person, keys: Collection[Key]) -> list[Key]:
    """Let cases go that somebody holds; gives those that anybody may take now."""
    with writing(context.engine) as connection:
        return case_queue.release(connection, sandbox, keys, person.name)


def holder(connection: Connection, sandbox: str, key: Key) -> str:
    """The holder of a case; empty where there is none, or nothing waits."""
    case = case_queue.find(connection, sandbox, key)
    return case.assignee if case is not None and case.lease_until >= system_now() else ""


def allowed(connection: Connection, sandbox: str, person: Person, keys: Collection[Key]) -> list[QueuedCase]:
    """Those of these cases that wait at desks where somebody may decide, at his customs office."""
    own = {desk.name for desk in desks_of(person)}
    cases = [case_queue.find(connection, sandbox, key) for key in keys]
    return [
        case
        for case in cases
        if case is not None and case.desk in own and person.office in {"", case.office or person.office}
    ]
