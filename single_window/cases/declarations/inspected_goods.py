"""Lists what an inspector compares with the goods: of each declared line its specification, origin and quantities, with
the weights of the parcel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations.documents import DOCUMENTS, unpack
from declarations.export.value import YUAN
from single_window.cases.declarations.papers import amounts_of
from single_window.cases.declarations.parts import Amount
from single_window.store.tables import declaration, document

COMPARED = ("gmodel", "country", "qty", "unit", "qty1", "unit1", "qty2", "unit2", "itemNo", "barCode", "gcode")
OF_PRICE = ("price", "totalPrice")
"""Elements of a line, in the order in which they are shown: first what is seen of the goods. The statutory quantity is
the weight of goods that are counted in kilograms."""
OF_PARCEL = ("grossWeight", "netWeight", "packNo")


class InspectedGoods(NamedTuple):
    """The declared goods. `names`, `lines` and `currencies`, in which prices are declared: of each line; `parcel`:
    weights and number of packages of all."""

    names: Sequence[str]
    lines: Sequence[Sequence[Amount]]
    currencies: Sequence[str]
    parcel: Sequence[Amount]


def inspected_goods(connection: Connection, sandbox: str, declaration_id: int, most: int) -> InspectedGoods:
    """Return the declared goods of a list, at most so many lines; empty if its document is gone."""
    chosen = (
        select(document.c.kind, document.c.facts)
        .join(declaration, declaration.c.document_id == document.c.id)
        .where(declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    )
    row = connection.execute(chosen).first()
    if row is None:
        return InspectedGoods((), (), (), ())
    facts = unpack(DOCUMENTS[row.kind], row.facts)
    lines = facts.lines[:most]
    return InspectedGoods(
        [line.gname for line in lines],
        [tuple(amounts_of(row.kind, line, (*COMPARED, *OF_PRICE), True)) for line in lines],
        [getattr(line, "currency", YUAN) for line in lines],
        tuple(amounts_of(row.kind, facts, OF_PARCEL, False)),
    )
