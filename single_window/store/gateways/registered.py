"""Mailboxes with which parties are registered, as gateways ask for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, select

from single_window.store.bulk import one_of
from single_window.store.tables import participant


def mailboxes_of(connection: Connection, sandbox: str, codes: Collection[str], kind: str = "") -> Mapping[str, str]:
    """Return the DXP ids of parties that have one, by their codes; `kind`: only of parties registered as it."""
    return {code: box for code, box in _parties(connection, sandbox, "code", codes, kind)}


def mailboxes_as(connection: Connection, sandbox: str, dxp_ids: Collection[str], kind: str) -> Collection[str]:
    """Return those of these DXP ids that parties have which are registered as this kind."""
    return {box for _, box in _parties(connection, sandbox, "dxp_id", dxp_ids, kind)}


def _parties(
    connection: Connection, sandbox: str, by: str, values: Collection[str], kind: str
) -> Iterator[tuple[str, str]]:
    if not values:
        return
    columns = participant.c
    chosen = select(columns.code, columns.dxp_id, columns.kinds).where(
        columns.sandbox == sandbox, columns.dxp_id != "", one_of(connection, columns[by], list(values))
    )
    for code, box, kinds in connection.execute(chosen):
        if not kind or kind in kinds.split(";"):
            yield code, box
