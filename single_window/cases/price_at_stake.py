"""Works out what a questioned price is about: the line as it was declared, and the tax at the usual price.

It is computed when it is read, by the law of the day of acceptance; nothing of it is stored or sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace
from sqlalchemy import Connection, select

from declarations import goods
from declarations.calendar import day_of
from declarations.documents import DOCUMENTS, Inventory, InventoryLine, unpack
from declarations.money import SCALE, amount_text, scaled_from_text
from declarations.parameters import NoValue, Parameters
from declarations.reasons import Reason
from declarations.tax.import_tax import assess
from declarations.tax.revaluation import QUERIES
from single_window.store import goods_rows
from single_window.store.tables import declaration, document

KILOGRAM = "035"


def facts_of_line(
    connection: Connection, sandbox: str, declaration_id: int, reason: Reason, law: Parameters
) -> Mapping[str, str]:
    """Return the values of the line that a price query is about, for its sentence; empty for any other reason."""
    if reason.rule not in QUERIES or "usual" not in reason.values:
        return {}
    columns = [declaration.c.accepted_at, declaration.c.full_tax, document.c.kind, document.c.facts]
    row = connection.execute(
        select(*columns)
        .join(document, document.c.id == declaration.c.document_id)
        .where(declaration.c.id == declaration_id)
    ).first()
    listed = unpack(DOCUMENTS[row.kind], row.facts) if row is not None else None
    if not isinstance(listed, Inventory) or row is None:
        return {}
    line = next((line for line in listed.lines if str(line.gnum) == reason.values.get("gnum")), None)
    if line is None:
        return {}
    register = goods_rows.register(connection, sandbox, goods.load())
    usual = scaled_from_text(reason.values["usual"])
    taxes = [listed, _at_price(listed, line, usual)]
    try:
        day, full = day_of(row.accepted_at), bool(row.full_tax)
        declared, supposed = [assess(one, day, register, law, full_tax=full).total for one in taxes]
    except NoValue:
        return _as_declared(line)
    return {**_as_declared(line), "tax": amount_text(declared), "tax_at_usual": amount_text(supposed)}


def _as_declared(line: InventoryLine) -> dict[str, str]:
    """Return price, unit and weight of one declared unit; nothing if the statutory unit is no weight, or the same."""
    if line.unit1 != KILOGRAM or line.unit == KILOGRAM or not line.qty:
        return {}
    weight = amount_text(line.qty1 * SCALE // line.qty)
    return {
        "line_price": amount_text(line.total_price * SCALE // line.qty),
        "line_unit": line.unit,
        "line_weight": weight.rstrip("0").rstrip("."),
    }


def _at_price(listed: Inventory, line: InventoryLine, usual: int) -> Inventory:
    """Return the list with a line at the usual price of its statutory quantity."""
    price = usual * line.qty1 // SCALE
    lines = tuple(replace(one, total_price=price) if one.gnum == line.gnum else one for one in listed.lines)
    return replace(listed, lines=lines)
