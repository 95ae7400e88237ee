"""The queue of cases: list by due instant, count, assign and release. Never commits.

A case that an officer has taken is his until the lease ends. Leases run by the machine's clock, because officers work
by it; due instants are the sandbox's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    update,
)

from declarations.reasons import Reason
from single_window.store import deferred
from single_window.store.bulk import on_sqlite, pair_of
from single_window.store.desks import NEVER
from single_window.store.queue_order import order_of
from single_window.store.records import decoder
from single_window.store.subjects import PROPOSAL, QUALITY_CHECK
from single_window.store.tables import decision, participant, quality_check, work_case

MINE, FREE, OVERDUE, HELD, PUT_OFF, TRADER, PROPOSED = VIEWS = (
    *("mine", "free", "overdue", "held", "put_off"),
    *("trader", "proposed"),
)
"""Views of the queue. Cases in the last two wait for their declarants, or for a second person, and are in none of the
others."""
_AT_DESKS = ("", *VIEWS[:-2])
EVERY = "every"
"""The view of all cases at desks, those that are put off among them; not offered to people."""
WITH_TRADER = 2
"""`work_case.waiting` of a case that its officers left to the declarant (`questions`)."""
LEASE_MILLISECONDS = 30 * 60_000
"""Duration of an officer's lease on a case."""
_reasons = decoder(tuple[Reason, ...], tuple)
Key = tuple[str, str]
"""(kind of subject, its id)"""


class QueuedCase(NamedTuple):
    """A case at a desk. Amounts are scaled; `opened_at`, `due` and `put_off_until` (0: never put off) are instants of
    the sandbox, `lease_until` of the machine (0: not taken). `about`: of a proposal, the kind of subject that it
    concerns, else `subject`; `company_name`: empty for a company that is not registered; `ended_at`: when it left its
    desk, 0 while it waits."""

    subject: str
    subject_id: str
    desk: str
    office: str
    flow: str
    kind: str
    number: str
    order_no: str
    state: str
    version: int
    reasons: tuple[Reason, ...]
    company: str
    goods: str
    declaration_id: int
    value: int
    tax: int
    lane: str
    opened_at: int
    due: int
    assignee: str
    lease_until: int
    about: str
    company_name: str = ""
    put_off_until: int = 0
    ended_at: int = 0

    @property
    def key(self) -> Key:
        """The case's key within its sandbox."""
        return self.subject, self.subject_id


_ABOUT = case(
    (
        work_case.c.subject == PROPOSAL,
        select(decision.c.subject).where(decision.c.id == cast(work_case.c.subject_id, BigInteger)).scalar_subquery(),
    ),
    else_=work_case.c.subject,
)
_KEY = tuple_(work_case.c.subject, work_case.c.subject_id)
_COMPANY = func.coalesce(
    select(participant.c.name)
    .where(participant.c.sandbox == work_case.c.sandbox, participant.c.code == work_case.c.company)
    .scalar_subquery(),
    "",
)
_COMPUTED: Mapping[str, Any] = {"about": _ABOUT, "company_name": _COMPANY}
CASE_COLUMNS = [_COMPUTED[name] if name in _COMPUTED else work_case.c[name] for name in QueuedCase._fields]
"""The columns of a case in the order of its fields; those that the table does not have are computed."""


class QueueFilter(NamedTuple):
    """Conditions on cases; empty ones match all. `words`: a case, or the name of its company, must contain each;
    `who`: the reading officer; `now`: the sandbox's instant; `clock`: the machine's; `reason`: code of the first
    reason; `sort`: name of an order (`queue_order`)."""

    desks: Collection[str] = ()
    office: str = ""
    flow: str = ""
    view: str = ""
    words: str = ""
    who: str = ""
    now: int = 0
    clock: int = 0
    reason: str = ""
    sort: str = ""


def page(
    connection: Connection, sandbox: str, wanted: QueueFilter, after: str = "", most: int = 50, skip: int = 0
) -> list[QueuedCase]:
    """Waiting cases in the order wanted, but the first `skip`; `after` is the place of the last case of the previous
    page, in the same order."""
    chosen = _select_cases(sandbox, wanted)
    if after and (behind := order_of(wanted.sort).behind(after)) is not None:
        chosen = chosen.where(behind)
    return [case_of(row) for row in connection.execute(_in_order(chosen, wanted.sort).limit(most).offset(skip))]


def page_with(connection: Connection, sandbox: str, wanted: QueueFilter, key: Key, most: int) -> list[QueuedCase]:
    """The first waiting cases in the order wanted; if the case of `key` waits behind them, those from it on."""
    first = page(connection, sandbox, wanted, most=most)
    if len(first) < most or key in {case.key for case in first}:
        return first
    row = connection.execute(_select_cases(sandbox, wanted).where(*_is_case(sandbox, key))).first()
    if row is None:
        return first
    own = case_of(row)
    return [own, *page(connection, sandbox, wanted, order_of(wanted.sort).place(own), most - 1)]


def count(connection: Connection, sandbox: str, wanted: QueueFilter) -> int:
    """Return how many waiting cases match."""
    matching = _select_cases(sandbox, wanted).subquery()
    return connection.execute(select(func.count()).select_from(matching)).scalar_one()


def reasons(connection: Connection, sandbox: str, wanted: QueueFilter, most: int) -> Mapping[str, int]:
    """Code of the first reason -> number of waiting cases, the commonest first; whatever reason is wanted."""
    rows = connection.execute(
        select(work_case.c.reason, func.count().label("cases"))
        .where(*_where(sandbox, wanted._replace(reason="")), work_case.c.reason != "", _at_hand(sandbox, wanted.view))
        .group_by(work_case.c.reason)
        .order_by(func.count().desc(), work_case.c.reason)
        .limit(most)
    )
    return {reason: cases for reason, cases in rows}


def find(connection: Connection, sandbox: str, key: Key) -> QueuedCase | None:
    """The waiting case of a subject, also one that waits for its declarant, or None."""
    chosen = select(*CASE_COLUMNS).where(*_is_case(sandbox, key), work_case.c.waiting > 0)
    row = connection.execute(chosen).one_or_none()
    return None if row is None else case_of(row)


def of_keys(connection: Connection, sandbox: str, keys: Collection[Key]) -> Mapping[Key, QueuedCase]:
    """The cases of these subjects, waiting or ended; a subject that never waited has none."""
    if not keys:
        return {}
    named = pair_of(connection, (work_case.c.subject, work_case.c.subject_id), list(keys))
    rows = connection.execute(select(*CASE_COLUMNS).where(work_case.c.sandbox == sandbox, named))
    return {case.key: case for case in map(case_of, rows)}


def counts(connection: Connection, sandbox: str, now: int, office: str = "") -> Mapping[str, int]:
    """Desk → number of waiting cases, without those that are put off or wait for a second person. `now`: the
    sandbox's instant."""
    at_desks = (
        select(work_case.c.desk, func.count())
        .where(
            work_case.c.sandbox == sandbox,
            work_case.c.waiting == 1,
            work_case.c.put_off_until <= now,
            *_of_office(office),
        )
        .group_by(work_case.c.desk)
    )
    number = {desk: count for desk, count in connection.execute(at_desks)}
    for desk, decided in connection.execute(at_desks.where(_is_away(sandbox))):
        number[desk] = number.get(desk, 0) - decided
    return {desk: count for desk, count in number.items() if count > 0}


def by_sandbox(connection: Connection, wanted: QueueFilter, most: int) -> Mapping[str, int]:
    """Sandbox → number of waiting cases of these desks, for at most `most` sandboxes."""
    column = work_case.c
    at_desks = [column.desk.in_(list(wanted.desks))] if wanted.desks else []
    rows = connection.execute(
        select(column.sandbox, func.count())
        .where(column.waiting == 1, *_of_office(wanted.office), *at_desks)
        .group_by(column.sandbox)
        .order_by(column.sandbox)
        .limit(most)
    )
    return {sandbox: count for sandbox, count in rows}


def views(connection: Connection, sandbox: str, wanted: QueueFilter) -> Mapping[str, int]:
    """View → number of cases of these desks; "" is their total without those that are put off."""
    sums = {
        view: func.coalesce(func.sum(case((_in_view(wanted._replace(view=view)), 1), else_=0)), 0) for view in _AT_DESKS
    }
    all_desks = wanted._replace(view=EVERY, words="", flow="")
    at_desks = select(*sums.values()).where(*_where(sandbox, all_desks))
    all_of_them = connection.execute(at_desks).one()
    decided = connection.execute(at_desks.where(_is_away(sandbox))).one()
    found = {view: max(0, int(all_of_them[place] - decided[place])) for place, view in enumerate(sums)}
    with_trader = select(func.count()).where(*_where(sandbox, all_desks._replace(view=TRADER)))
    second = wanted._replace(view=PROPOSED, words="", flow="")
    return {**found, TRADER: connection.execute(with_trader).scalar_one(), PROPOSED: count(connection, sandbox, second)}


def overdue(connection: Connection, sandbox: str, wanted: QueueFilter, most: int) -> int:
    """The number of overdue cases of these desks, put off or not, counted up to `most`."""
    every = _where(sandbox, wanted._replace(view=EVERY))
    late = (*every, work_case.c.due < wanted.now, _at_hand(sandbox))
    overdue_cases = select(work_case.c.subject_id).where(*late).limit(most)
    return connection.execute(select(func.count()).select_from(overdue_cases.subquery())).scalar_one()


def due_between(connection: Connection, sandbox: str, wanted: QueueFilter, since: int, until: int) -> int:
    """The number of cases of these desks that are due from `since` until before `until`, without those put off."""
    due = (work_case.c.due >= since, work_case.c.due < until, _at_hand(sandbox))
    return connection.execute(select(func.count()).where(*_where(sandbox, wanted), *due)).scalar_one()


def take_next(
    connection: Connection, sandbox: str, wanted: QueueFilter, but: Collection[Key] = ()
) -> QueuedCase | None:
    """Assign `wanted.who` the first due case: one that he already holds, else a free one; in the view `overdue` only
    overdue ones.

    Compare-and-set: no two officers get the same case. `but`: cases to skip.
    """
    late = [work_case.c.due < wanted.now] if wanted.view == OVERDUE else []
    for view in (MINE, FREE):
        own = _select_cases(sandbox, wanted._replace(view=view)).where(*late, *_not_by(sandbox, wanted.who))
        chosen = own.order_by(case((work_case.c.put_off_until > 0, 0), else_=1), *order_of(wanted.sort).columns)
        if but:
            chosen = chosen.where(~pair_of(connection, (work_case.c.subject, work_case.c.subject_id), list(but)))
        if not on_sqlite(connection):
            chosen = chosen.with_for_update(skip_locked=True)
        row = connection.execute(chosen.limit(1)).first()
        if row is not None and hold(connection, sandbox, [case_of(row).key], wanted.who, wanted.clock):
            return case_of(row)._replace(assignee=wanted.who, lease_until=wanted.clock + LEASE_MILLISECONDS)
    return None


def held_by_another(connection: Connection, sandbox: str, key: Key, who: str, clock: int) -> QueuedCase | None:
    """The case of a subject if another officer holds it, else None."""
    case = find(connection, sandbox, key)
    return case if case is not None and case.assignee not in {"", who} and case.lease_until >= clock else None


def hold(connection: Connection, sandbox: str, keys: Collection[Key], who: str, clock: int) -> list[Key]:
    """Assign cases that no other officer holds to `who`; returns the keys of those that he holds now."""
    free = or_(work_case.c.assignee.in_(("", who)), work_case.c.lease_until < clock) & _undecided(sandbox)
    return _set(connection, sandbox, keys, free, assignee=who, lease_until=clock + LEASE_MILLISECONDS)


def put_off(connection: Connection, sandbox: str, key: Key, who: str, until: int, clock: int) -> bool:
    """Put a case off until an instant of the sandbox; it stays `who`'s. False if it does not wait, or another holds
    it."""
    free = or_(work_case.c.assignee.in_(("", who)), work_case.c.lease_until < clock) & _undecided(sandbox)
    return bool(_set(connection, sandbox, [key], free, assignee=who, lease_until=NEVER, put_off_until=until))


def back(connection: Connection, sandbox: str, wanted: QueueFilter, most: int) -> list[QueuedCase]:
    """The cases that `wanted.who` had put off and that are back, by due instant."""
    own = _select_cases(sandbox, wanted._replace(view=MINE)).where(work_case.c.put_off_until > 0)
    return [case_of(row) for row in connection.execute(_in_order(own, wanted.sort).limit(most))]


def held_by(connection: Connection, sandbox: str, who: str, clock: int) -> list[QueuedCase]:
    """All waiting cases that `who` holds, put off or not."""
    chosen = select(*CASE_COLUMNS).where(
        work_case.c.sandbox == sandbox,
        work_case.c.waiting == 1,
        work_case.c.assignee == who,
        work_case.c.lease_until >= clock,
        _undecided(sandbox),
    )
    return [case_of(row) for row in connection.execute(_in_order(chosen, ""))]


def in_hand(connection: Connection, sandbox: str) -> Collection[str]:
    """The ids of subjects whose cases officers have taken, were given or have put off: nothing happens to these by
    itself. Their lease only says from when on others may take them."""
    held = select(work_case.c.subject_id).where(
        work_case.c.sandbox == sandbox,
        work_case.c.waiting == 1,
        work_case.c.assignee > "",
    )
    return {row.subject_id for row in connection.execute(held)}


def pass_on(connection: Connection, sandbox: str, keys: Collection[Key], who: str, to: str) -> list[Key]:
    """Give `to` what `who` holds, until he decides or lets it go; a case that is put off stays so. Returns the keys of
    those that were passed on."""
    held = (work_case.c.assignee == who) & _undecided(sandbox)
    return _set(connection, sandbox, keys, held, assignee=to, lease_until=NEVER)


def give(
    connection: Connection, sandbox: str, keys: Collection[Key], who: str, clock: int, until: int = 0
) -> list[Key]:
    """Assign cases to `who`, even if others hold them or have put them off; returns the keys of those that were
    waiting. `until`: the machine's instant until which he holds them; 0: as long as one that he takes himself."""
    lease = until or clock + LEASE_MILLISECONDS
    return _set(connection, sandbox, keys, _undecided(sandbox), assignee=who, lease_until=lease, put_off_until=0)


def release(connection: Connection, sandbox: str, keys: Collection[Key], who: str = "") -> list[Key]:
    """Release cases, so that any officer may take them; with `who` only those that he holds."""
    return _set(
        connection,
        sandbox,
        keys,
        work_case.c.assignee == who if who else work_case.c.assignee != "",
        assignee="",
        lease_until=0,
        put_off_until=0,
    )


def with_proposal(connection: Connection, sandbox: str, keys: Collection[Key]) -> Collection[Key]:
    """The keys among these with a proposal that waits for a second person."""
    if not keys:
        return set()
    rows = connection.execute(
        select(decision.c.subject, decision.c.subject_id).where(
            decision.c.sandbox == sandbox,
            decision.c.state == "proposed",
            pair_of(connection, (decision.c.subject, decision.c.subject_id), list(keys)),
        )
    )
    return {(row.subject, row.subject_id) for row in rows}


def _not_by(sandbox: str, who: str) -> Sequence[ColumnElement[bool]]:
    """Exclude proposals by the reader himself, and quality checks of what he has closed."""
    waits = (decision.c.sandbox == sandbox, decision.c.state == "proposed")
    named = _KEY
    own = select(literal(PROPOSAL), cast(decision.c.id, String)).where(*waits, decision.c.by == who)
    # who closed a case does not check it
    closed = select(literal(QUALITY_CHECK), cast(quality_check.c.id, String)).where(
        quality_check.c.sandbox == sandbox, quality_check.c.state == "waiting", quality_check.c.first_by == who
    )
    return (named.not_in(own), named.not_in(closed))


def _undecided(sandbox: str) -> ColumnElement[bool]:
    """Exclude cases whose decision is not carried out yet only because it can still be taken back."""
    return _KEY.not_in(deferred.keys(sandbox))


def _is_away(sandbox: str) -> ColumnElement[bool]:
    """Cases about which nobody at their desk can do anything: they are decided, or wait for a second person."""
    return or_(_KEY.in_(deferred.keys(sandbox)), _KEY.in_(_proposed(sandbox)))


def _at_hand(sandbox: str, view: str = "") -> ColumnElement[bool]:
    """Exclude cases that are decided but not carried out, and all that wait for a second person, or all others."""
    second = _KEY.in_(_proposed(sandbox))
    return _undecided(sandbox) & (second if view == PROPOSED else ~second)


def _proposed(sandbox: str) -> Select[tuple[str, str]]:
    """Selects the subjects (kind, id) of all proposals that wait for a second person."""
    waits = (decision.c.sandbox == sandbox, text("decision.state = 'proposed'"))
    return select(decision.c.subject, decision.c.subject_id).where(*waits)


def _set(
    connection: Connection, sandbox: str, keys: Collection[Key], where: ColumnElement[bool], **values: Any
) -> list[Key]:
    if not keys:
        return []
    columns = work_case.c
    key = columns.subject, columns.subject_id
    of_keys = (columns.sandbox == sandbox, columns.waiting == 1, pair_of(connection, key, list(keys)))
    rows = connection.execute(update(work_case).where(*of_keys, where).values(**values).returning(*key))
    return [(row.subject, row.subject_id) for row in rows]


def _select_cases(sandbox: str, wanted: QueueFilter) -> Select[Any]:
    return select(*CASE_COLUMNS).where(*_where(sandbox, wanted), _at_hand(sandbox, wanted.view))


def _in_order(chosen: Select[Any], sort: str) -> Select[Any]:
    return chosen.order_by(*order_of(sort).columns)


def _where(sandbox: str, wanted: QueueFilter) -> Sequence[ColumnElement[bool]]:
    column = work_case.c
    return [
        column.sandbox == sandbox,
        column.waiting == (WITH_TRADER if wanted.view == TRADER else 1),
        *_of_office(wanted.office),
        *([column.desk.in_(list(wanted.desks))] if wanted.desks else []),
        *([column.flow == wanted.flow] if wanted.flow else []),
        *([column.reason == wanted.reason] if wanted.reason else []),
        _in_view(wanted),
        *[_has_word(sandbox, word) for word in wanted.words.lower().split()],
    ]


def _has_word(sandbox: str, word: str) -> ColumnElement[bool]:
    """The condition that a case contains a word, or concerns a company whose name does: names stand in its row."""
    named = select(participant.c.code).where(
        participant.c.sandbox == sandbox, func.lower(participant.c.name).contains(word, autoescape=True)
    )
    return or_(work_case.c.terms.contains(word, autoescape=True), work_case.c.company.in_(named))


def _of_office(office: str) -> list[ColumnElement[bool]]:
    return [work_case.c.office.in_(("", office))] if office else []


def _in_view(wanted: QueueFilter) -> ColumnElement[bool]:
    column = work_case.c
    held, awake = (column.assignee != "") & (column.lease_until >= wanted.clock), column.put_off_until <= wanted.now
    return {
        "": awake,
        MINE: held & (column.assignee == wanted.who) & awake,
        FREE: ~held & awake,
        HELD: held & awake,
        OVERDUE: column.due < wanted.now,  # also those that are put off: lateness is counted alike everywhere
        PUT_OFF: ~awake,
        EVERY: true(),
        TRADER: true(),
        PROPOSED: true(),
    }[wanted.view]


def _is_case(sandbox: str, key: Key) -> Sequence[ColumnElement[bool]]:
    return (work_case.c.sandbox == sandbox, work_case.c.subject == key[0], work_case.c.subject_id == key[1])


def case_of(row: Row[Any]) -> QueuedCase:
    """The case of a row of `CASE_COLUMNS`."""
    return QueuedCase._make(row)._replace(reasons=_reasons(row.reasons))
