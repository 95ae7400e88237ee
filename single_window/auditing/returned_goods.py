"""Lists with returned goods: their remaining reservations must match their returns and their last tax bill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from declarations import goods, limits
from declarations.calendar import day_of
from declarations.documents import ExportInventory, Inventory, unpack
from declarations.money import Scaled
from declarations.tax.import_tax import Assessment
from single_window.auditing.held import ENDED, ListReservations
from single_window.auditing.ledger import LedgerDifference
from single_window.store.bulk import chunks, one_of
from single_window.store.records import from_json
from single_window.store.tables import declaration, delivery, document, request, tax_bill

IMPORTS, EXPORTS = ("refund", "returned", Inventory), ("export_refund", "closed", ExportInventory)
"""(kind of return, state in which goods are back, type of list) for imports and for exports."""
STANDING = frozenset({"made", "collected", "overdue"})
LISTS_PER_QUERY = 500
_held = msgspec.json.Decoder(ListReservations).decode
_assessment = msgspec.json.Decoder(Assessment).decode


class ReturnedList(NamedTuple):
    """A list with its reservations; `back`: line number → returned quantity."""

    id: int
    accepted_at: int
    held: ListReservations
    facts: Any
    back: Mapping[int, Scaled]


def returned_allowances(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Compare allowances with the last tax bill of the list, and caps with the weight of goods not returned."""
    register = goods.load()
    for listed in _returned_lists(connection, sandbox, *IMPORTS):
        if listed.held.allowance is not None:
            stored, left = listed.held.allowance[2], _assessment_of_bill(connection, listed.id)
            if stored != left:
                yield LedgerDifference(str(listed.id), "allowance of a list whose goods came back", stored, left)
        for group, quantity in listed.held.caps:
            weight = _weights_by_group(listed, group, register)
            if quantity != weight:
                yield LedgerDifference(str(listed.id), f"cap {group} of a list whose goods came back", quantity, weight)


def returned_stock(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Compare bonded stock with the list's lines less returned quantities."""
    for listed in chain(_returned_lists(connection, sandbox, *IMPORTS), _returned_lists(connection, sandbox, *EXPORTS)):
        declared = {line.gnum: line.qty for line in listed.facts.lines}
        for _, item, quantity, gnum in listed.held.stock:
            left = declared.get(gnum, 0) - listed.back.get(gnum, 0)
            if quantity != left:
                yield LedgerDifference(f"{listed.id} {item}", "stock of a list whose goods came back", quantity, left)


def _returned_lists(
    connection: Connection, sandbox: str, kind: str, state: str, facts_of: type[Any]
) -> Iterator[ReturnedList]:
    """Lists with returns of a kind; none while deliveries are open, because returns may be half processed."""
    if connection.execute(select(delivery.c.id).where(delivery.c.sandbox == sandbox).limit(1)).first():
        return
    back: dict[int, dict[int, Scaled]] = defaultdict(dict)
    for number, lines in connection.execute(
        select(request.c.declaration_id, request.c.lines).where(
            request.c.sandbox == sandbox, request.c.kind == kind, request.c.state == state
        )
    ):
        for gnum, quantity in from_json(lines).items():
            back[number][int(gnum)] = back[number].get(int(gnum), 0) + quantity
    columns = (declaration.c.id, declaration.c.accepted_at, declaration.c.held, document.c.facts)
    for piece in chunks(sorted(back), LISTS_PER_QUERY):
        chosen = select(*columns).join(document, document.c.id == declaration.c.document_id)
        of_piece = one_of(connection, declaration.c.id, piece)
        for number, accepted_at, held, facts in connection.execute(
            chosen.where(of_piece, declaration.c.held != "", declaration.c.state.not_in(ENDED))
        ):
            yield ReturnedList(number, accepted_at, _held(held), unpack(facts_of, facts), back[number])


def _assessment_of_bill(connection: Connection, number: int) -> Scaled:
    """The dutiable value of a list's last valid bill; 0 if there is none."""
    row = connection.execute(
        select(tax_bill.c.state, tax_bill.c.assessment)
        .where(tax_bill.c.declaration_id == number)
        .order_by(tax_bill.c.sequence.desc())
        .limit(1)
    ).first()
    return _assessment(row.assessment).value if row is not None and row.state in STANDING else 0


def _weights_by_group(listed: ReturnedList, group: str, register: Any) -> Scaled:
    """The remaining weight for a cap; returned weight is rounded down line by line."""
    day, left = day_of(listed.accepted_at), 0
    for line in listed.facts.lines:
        whole = limits.capped_weights(replace(listed.facts, lines=(line,)), register, day).get(group, 0)
        left += whole - whole * listed.back.get(line.gnum, 0) // line.qty
    return left
