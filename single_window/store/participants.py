"""Look-ups of a company's mailbox and tolerances."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from single_window.store.tables import participant


def mailbox_of(connection: Connection, sandbox: str, code: str) -> str:
    """The DXP id of a company, by its customs or credit code; empty if none."""
    dxp_id = connection.execute(
        select(participant.c.dxp_id)
        .where(
            participant.c.sandbox == sandbox,
            participant.c.dxp_id != "",
            or_(participant.c.code == code, participant.c.credit_code == code),
        )
        .limit(1)
    ).scalar()
    return str(dxp_id or "")


def tolerates(connection: Connection, sandbox: str, code: str, tolerance: str) -> bool:
    """True if a company chose a tolerance, whether or not it has a mailbox."""
    chosen = connection.execute(
        select(participant.c.tolerances).where(participant.c.sandbox == sandbox, participant.c.code == code)
    ).scalar()
    return tolerance in (chosen or "").split(";")
