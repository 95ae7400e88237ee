"""Settings of participants: mailboxes, tolerances, and receipt envelopes for each way of delivery. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, or_, select

from single_window.store.bulk import one_of, upsert_rows
from single_window.store.prepared import fetch_all
from single_window.store.tables import chosen_envelope, participant


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


def codes_of(connection: Connection, sandbox: str, mailboxes: Collection[str]) -> frozenset[str]:
    """The customs and credit codes of the companies that are registered with one of these mailboxes."""
    chosen = select(participant.c.code, participant.c.credit_code).where(participant.c.sandbox == sandbox)
    rows = connection.execute(chosen.where(one_of(connection, participant.c.dxp_id, sorted(mailboxes)))).all()
    return frozenset(code for row in rows for code in row if code)


def company_names(connection: Connection, sandbox: str, codes: Collection[str]) -> Mapping[str, str]:
    """Customs code -> registered name, of those of these companies that are registered."""
    if not codes:
        return {}
    chosen = select(participant.c.code, participant.c.name).where(participant.c.sandbox == sandbox)
    rows = connection.execute(chosen.where(one_of(connection, participant.c.code, list(codes))))
    return {code: name for code, name in rows}


def tolerates(connection: Connection, sandbox: str, code: str, tolerance: str) -> bool:
    """True if a company chose a tolerance, whether or not it has a mailbox."""
    chosen = connection.execute(
        select(participant.c.tolerances).where(participant.c.sandbox == sandbox, participant.c.code == code)
    ).scalar()
    return tolerance in (chosen or "").split(";")


_CHOSEN = select(chosen_envelope.c.way, chosen_envelope.c.envelope).where(
    chosen_envelope.c.sandbox == bindparam("of_sandbox"), chosen_envelope.c.dxp_id == bindparam("of_box")
)
"""Built once, because it runs for every poll that finds receipts."""


def chosen_envelopes(connection: Connection, sandbox: str, dxp_id: str) -> Mapping[str, str]:
    """Way of delivery → envelope that was chosen for a mailbox."""
    rows = fetch_all(connection, _CHOSEN, {"of_sandbox": sandbox, "of_box": dxp_id})
    return {way: envelope for way, envelope in rows}


def choose_envelopes(connection: Connection, sandbox: str, dxp_id: str, wanted: Mapping[str, str]) -> None:
    """Choose envelopes by way of delivery; other ways stay unchanged."""
    rows = [(sandbox, dxp_id, way, envelope) for way, envelope in sorted(wanted.items())]
    upsert_rows(connection, chosen_envelope, ("sandbox", "dxp_id", "way", "envelope"), rows, replace=("envelope",))
