"""The figures of the front page: what a sandbox has handled in all its days, as two rivers from orders to closing and
refund, what waits at the desks of any sandbox, and one example of each thing that is worth opening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from declarations import lifecycle
from declarations.money import Scaled
from single_window.cases.declarations.counting import VALID_BILLS, total_of
from single_window.store.agency_tables.korea import korea_parcel
from single_window.store.agency_tables.open_data import open_data_month
from single_window.store.agency_tables.refund import refund_claim
from single_window.store.agency_tables.traceability import recall, trace_batch
from single_window.store.tables import declaration, document, mailbox, message, tax_bill, work_case

MOST_SANDBOXES = 12
"""Sandboxes that are named, those with the most messages first."""
MOST_BILLS = 20_000
"""Tax bills whose sum is worked out."""
ORDERS = {"I": "order", "E": "export_order"}
"""Flow → the kind of its orders."""
REFUSED = ("rejected",)
STOPPED = ("sent_back", "detained", "cancelled", "expired")
PASSED = ("released", "closed")
BANDS = 100
"""The width of a drawing, in its own units."""
LEAST = 2
"""The least width of a band, so that one list is seen."""


class Exit(NamedTuple):
    """Lists that left the river, or wait in it: the name of the group, how many, and the filter of the list of
    lists."""

    name: str
    count: int  # type: ignore[assignment]
    tone: str
    state: str


class RiverStage(NamedTuple):
    """A stage of a river: its name, how many passed it, the page with them and its filter by state, what left there,
    and the width of its band where it begins and where it ends. `part`: how many of them the stage is about, None
    for all."""

    name: str
    count: int  # type: ignore[assignment]
    page: str
    state: str = ""
    exits: Sequence[Exit] = ()
    part: int | None = None
    begins: int = 0
    ends: int = 0

    @property
    def points(self) -> str:
        """The corners of its band, in a drawing that is `BANDS` wide and 40 high."""
        left, right = (BANDS - self.begins) / 2, (BANDS + self.begins) / 2
        return f"{left:g},0 {right:g},0 {(BANDS + self.ends) / 2:g},40 {(BANDS - self.ends) / 2:g},40"

    @property
    def inner(self) -> int:
        """The width of the part within its band; 0: there is none."""
        return max(LEAST, round(self.begins * self.part / self.count)) if self.part else 0


class River(NamedTuple):
    """What became of a sandbox's imports (`flow` I) or exports (E)."""

    flow: str
    stages: Sequence[RiverStage]


class Played(NamedTuple):
    """What a sandbox has handled. `first`, `last`: instants of its first and last message; `tax`: what was billed, None
    if there are more bills than are summed. `sandboxes`: those with the most messages, and how many each has."""

    messages: int
    receipts: int
    first: int
    last: int
    rivers: Sequence[River]
    tax: Scaled | None
    refunded: Scaled
    sandboxes: Mapping[str, int]


class Example(NamedTuple):
    """A page worth opening: what it is, its sandbox and the number in its address."""

    name: str
    sandbox: str
    number: str


def played(connection: Connection, sandbox: str) -> Played:
    """Return what a sandbox has handled in all its days."""
    told = message.c
    messages, first, last = connection.execute(
        select(func.count(), func.min(told.received_at), func.max(told.received_at)).where(told.sandbox == sandbox)
    ).one()
    receipts = connection.execute(select(func.sum(mailbox.c.next - 1)).where(mailbox.c.sandbox == sandbox)).scalar()
    bills, tax = _tax(connection, sandbox)
    refunded = connection.execute(select(func.sum(refund_claim.c.paid)).where(refund_claim.c.sandbox == sandbox))
    rivers = [_river(connection, sandbox, flow, bills) for flow in ORDERS]
    return Played(
        messages=messages,
        receipts=int(receipts or 0),
        first=first or 0,
        last=last or 0,
        rivers=[river for river in rivers if river.stages[0].count or river.stages[1].count],
        tax=tax,
        refunded=int(refunded.scalar() or 0),
        sandboxes=_sandboxes(connection),
    )


def _tax(connection: Connection, sandbox: str) -> tuple[int, Scaled | None]:
    own = (tax_bill.c.sandbox == sandbox, tax_bill.c.state.in_(VALID_BILLS))
    count = _count(connection, tax_bill, *own)
    if count > MOST_BILLS:
        return count, None
    return count, sum(map(total_of, connection.execute(select(tax_bill.c.assessment).where(*own)).scalars()))


def _river(connection: Connection, sandbox: str, flow: str, bills: int) -> River:
    listed, states = declaration.c, dict[str, int]()
    inspected = 0
    own = (listed.sandbox == sandbox, listed.flow == flow)
    for state, lane, count in connection.execute(
        select(listed.state, listed.lane, func.count()).where(*own).group_by(listed.state, listed.lane)
    ):
        states[state] = states.get(state, 0) + count
        inspected += count if lane == "inspection" else 0
    orders = _count(connection, document, document.c.sandbox == sandbox, document.c.kind == ORDERS[flow])
    lists = sum(states.values())
    waiting = sum(count for state, count in states.items() if _waits(state))
    accepted = lists - sum(states.get(state, 0) for state in REFUSED)
    passed = sum(states.get(state, 0) for state in PASSED)
    stages = [
        RiverStage("orders", orders, "day"),
        RiverStage("lists", lists, "declarations", exits=_exits(states, REFUSED, "bad")),
        RiverStage("accepted", accepted, "declarations", exits=_waiting_exits(states, waiting)),
        RiverStage("inspected", accepted, "declarations", exits=_exits(states, STOPPED, "bad"), part=inspected),
        RiverStage("passed", passed, "declarations", "released"),
        RiverStage("closed", states.get("closed", 0), "declarations", "closed"),
    ]
    if flow == "I":
        stages.insert(4, RiverStage("tax", bills, "tax_bills"))
    else:
        stages.append(_claims(connection, sandbox))
    return River(flow, _drawn(stages))


def _waits(state: str) -> bool:
    known = lifecycle.all_lifecycles()["declaration"].states[state]
    return not (known.ended or known.final) and state not in (*PASSED, *STOPPED, *REFUSED)


def _exits(states: Mapping[str, int], names: Sequence[str], tone: str) -> Sequence[Exit]:
    return [Exit(name, states[name], tone, name) for name in names if states.get(name)]


def _waiting_exits(states: Mapping[str, int], waiting: int) -> Sequence[Exit]:
    named = [Exit(name, count, "wait", name) for name, count in sorted(states.items()) if _waits(name)]
    return named if waiting else ()


def _claims(connection: Connection, sandbox: str) -> RiverStage:
    """The last stage of exports: claims of refund, with those that were refused."""
    claims = refund_claim.c
    statement = select(claims.state, func.count()).where(claims.sandbox == sandbox).group_by(claims.state)
    states: dict[str, int] = {state: count for state, count in connection.execute(statement)}
    refused = [Exit("claims_refused", states["rejected"], "bad", "")] if states.get("rejected") else []
    return RiverStage("refunds", sum(states.values()), "refunds", exits=refused)


def _drawn(stages: Sequence[RiverStage]) -> Sequence[RiverStage]:
    """Give each stage its width, which is its share of the largest; each begins as wide as the one before ends."""
    most = max((stage.count for stage in stages), default=0) or 1
    widths = [max(LEAST, round(BANDS * stage.count / most)) if stage.count else 0 for stage in stages]
    following = [*widths[1:], widths[-1]]
    return [
        stage._replace(begins=begins, ends=ends) for stage, begins, ends in zip(stages, widths, following, strict=True)
    ]


def _sandboxes(connection: Connection) -> Mapping[str, int]:
    counted = func.count().label("counted")
    statement = select(message.c.sandbox, counted).group_by(message.c.sandbox).order_by(counted.desc())
    return {sandbox: count for sandbox, count in connection.execute(statement.limit(MOST_SANDBOXES))}


def waiting_at_desks(connection: Connection) -> Mapping[str, Mapping[str, int]]:
    """Return the sandboxes in which cases wait, those with the most first: desk → how many."""
    case = work_case.c
    found: dict[str, dict[str, int]] = {}
    for sandbox, desk, count in connection.execute(
        select(case.sandbox, case.desk, func.count()).where(case.waiting == 1).group_by(case.sandbox, case.desk)
    ):
        found.setdefault(sandbox, {})[desk] = count
    return dict(sorted(found.items(), key=lambda entry: -sum(entry[1].values()))[:MOST_SANDBOXES])


def examples(connection: Connection) -> Sequence[Example]:
    """Return one page of each kind that is worth opening, of whichever sandbox has one."""
    recalled = _newest(
        connection, trace_batch, "batch_no", trace_batch.c.gtin.in_(select(recall.c.gtin).where(recall.c.gtin != ""))
    )
    found = (
        ("recall", recalled or _newest(connection, trace_batch, "batch_no")),
        ("shipment", _newest(connection, korea_parcel, "container_no", korea_parcel.c.container_no != "")),
        ("open_data", _newest(connection, open_data_month, "month", open_data_month.c.state == "published")),
    )
    return [Example(name, *row) for name, row in found if row is not None]


def _newest(connection: Connection, of: Any, column: str, *where: ColumnElement[bool]) -> tuple[str, str] | None:
    """Return the sandbox and a number of the newest row."""
    statement = select(of.c.sandbox, of.c[column]).where(*where).order_by(of.c.id.desc()).limit(1)
    row = connection.execute(statement).first()
    return None if row is None else (row[0], row[1])


def _count(connection: Connection, of: Any, *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(of).where(*where)).scalar() or 0)
