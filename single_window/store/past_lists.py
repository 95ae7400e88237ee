"""Lists that were accepted in a period, a limited number at a time, for what would have been drawn of them.

No index has the instant of acceptance: the first list of a period is found by bisecting ids, which follow it closely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select

from declarations.documents import DOCUMENTS, ExportInventory, Inventory, unpack
from single_window.store.prepared import fetch_all, fetch_first
from single_window.store.tables import declaration, document, participant

BISECTED = 64
"""Number of ids from which on the first one is not sought any closer."""
KINDS = {"I": "inventory", "E": "export_inventory"}
"""Flow → kind of its list."""
_HIT = case(
    (
        or_(
            declaration.c.detention != "",
            declaration.c.state == "sent_back",
            # rejected with an officer's reason: 1300 is the code of these
            and_(declaration.c.state == "rejected", declaration.c.reasons.like('[["1300"%')),
        ),
        1,
    ),
    else_=0,
).label("hit")


class AcceptedList(NamedTuple):
    """A list that was accepted. `hit`: 1 if officers detained it, sent it back, or rejected it; `packed`: the facts of
    its document (empty if they were not asked for)."""

    id: int
    invt_no: str
    ebc_code: str
    order_no: str
    customs_code: str
    trade_mode: str
    flow: str
    value: int
    accepted_at: int
    lane: str
    hit: int
    packed: bytes


_NAMES = AcceptedList._fields[:-2]
_COLUMNS = [*(declaration.c[name] for name in _NAMES), _HIT]


def _page(with_facts: bool) -> Any:
    facts = document.c.facts if with_facts else bindparam("nothing").label("facts")
    chosen = select(*_COLUMNS, facts).where(
        declaration.c.sandbox == bindparam("of_sandbox"), declaration.c.id > bindparam("after")
    )
    if with_facts:
        chosen = chosen.join(document, document.c.id == declaration.c.document_id)
    return chosen.order_by(declaration.c.id).limit(bindparam("most"))


_WITH_FACTS, _WITHOUT = _page(True), _page(False)
_ACCEPTED_NEXT = (
    select(declaration.c.id, declaration.c.accepted_at)
    .where(
        declaration.c.sandbox == bindparam("of_sandbox"),
        declaration.c.id > bindparam("after"),
        declaration.c.accepted_at > 0,
    )
    .order_by(declaration.c.id)
    .limit(1)
)


def before_first(connection: Connection, sandbox: str, since: int) -> int:
    """An id before all lists that were accepted from the instant `since` on, and close to the first of them."""
    ends = select(func.min(declaration.c.id), func.max(declaration.c.id)).where(declaration.c.sandbox == sandbox)
    least, most = connection.execute(ends).one()
    if least is None:
        return 0
    low, high = least - 1, most
    while high - low > BISECTED:
        middle = (low + high) // 2
        found = fetch_first(connection, _ACCEPTED_NEXT, {"of_sandbox": sandbox, "after": middle})
        if found is None or found[1] >= since:
            high = middle
        else:
            low = middle
    return int(low)


def count_after(connection: Connection, sandbox: str, after: int) -> int:
    """The number of lists with ids above `after`."""
    chosen = (
        select(func.count()).select_from(declaration).where(declaration.c.sandbox == sandbox, declaration.c.id > after)
    )
    return int(connection.execute(chosen).scalar_one())


def page(connection: Connection, sandbox: str, after: int, most: int, *, with_facts: bool) -> Sequence[AcceptedList]:
    """The next `most` lists with ids above `after`, accepted or not (then `accepted_at` is 0)."""
    values: dict[str, Any] = {"of_sandbox": sandbox, "after": after, "most": most}
    if not with_facts:
        values["nothing"] = b""
    rows = fetch_all(connection, _WITH_FACTS if with_facts else _WITHOUT, values)
    return [AcceptedList._make(row) for row in rows]


def lines_of(accepted: AcceptedList) -> Inventory | ExportInventory:
    """The document of a list whose facts were asked for."""
    facts: Inventory | ExportInventory = unpack(DOCUMENTS[KINDS[accepted.flow]], accepted.packed)
    return facts


def grades(connection: Connection, sandbox: str) -> Mapping[str, str]:
    """Code of a company, either of its two → its credit grade."""
    rows = connection.execute(
        select(participant.c.code, participant.c.credit_code, participant.c.credit_grade).where(
            participant.c.sandbox == sandbox
        )
    )
    return {code: grade for one, other, grade in rows for code in (one, other) if code}
