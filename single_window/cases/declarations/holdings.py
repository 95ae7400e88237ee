"""What a declaration holds of the buyer's allowance, of yearly caps and of bonded stock, in words."""

from __future__ import annotations

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.money import plain, scaled
from declarations.parameters import NoValue, Parameters
from gateways.customs.repository import Declaration
from single_window.cases.declarations.parts import Held
from single_window.language.phrases import phrase
from single_window.store.tables import allowance


def held(connection: Connection, sandbox: str, declaration: Declaration, law: Parameters) -> tuple[Held, ...]:
    """Everything that the declaration gives back when it ends badly."""
    holdings: list[Held] = []
    taken = declaration.held.allowance
    if taken is not None:
        holdings.append(Held(phrase("held", f"allowance_{taken.state}"), f"{plain(taken.value)} ({taken.year})"))
        row = connection.execute(
            select(allowance.c.reserved, allowance.c.used).where(
                allowance.c.sandbox == sandbox, allowance.c.identity == taken.identity, allowance.c.year == taken.year
            )
        ).first()
        if row is not None:
            holdings.append(
                Held(
                    phrase("held", "allowance_total"),
                    f"{plain(row.reserved + row.used)}{_of_limit(declaration.accepted_at, law)}",
                )
            )
    holdings += [Held(phrase("held", "caps"), f"{cap.group} {plain(cap.quantity)}") for cap in declaration.held.caps]
    holdings += [
        Held(phrase("held", "stock"), f"{drawn.ems_no} {drawn.item_record_no} × {plain(drawn.quantity)}")
        for drawn in declaration.held.stock
    ]
    return tuple(holdings)


def _of_limit(accepted_at: int, law: Parameters) -> str:
    """The yearly limit on the day of acceptance."""
    try:
        return f" / {plain(scaled(law.on('limits.annual', day_of(accepted_at)).amount))}"
    except NoValue:
        return ""
