"""Secrets by which agencies draw, each kept from its first use on. Nothing here commits.

They are kept so that every process, a snapshot and a replay of a recording draw the same, whatever their data folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from single_window.store.bulk import upsert_rows
from single_window.store.records import Conflict
from single_window.store.tables import plan_secret

_COLUMNS = ("sandbox", "agency", "plan", "secret")


class KeptSecret(NamedTuple):
    """The secret of a plan of an agency."""

    agency: str
    plan: str
    secret: str


def find(connection: Connection, sandbox: str, agency: str, plan: str) -> str:
    """The kept secret of a plan; empty if it has none yet."""
    key = (plan_secret.c.sandbox == sandbox, plan_secret.c.agency == agency, plan_secret.c.plan == plan)
    return str(connection.execute(select(plan_secret.c.secret).where(*key)).scalar() or "")


def keep(connection: Connection, sandbox: str, used: Mapping[tuple[str, str], str]) -> None:
    """Keep secrets, by agency and plan. Raises `Conflict` if another process has kept another one meanwhile."""
    rows = [(sandbox, agency, plan, secret) for (agency, plan), secret in sorted(used.items())]
    upsert_rows(connection, plan_secret, _COLUMNS, rows)
    for (agency, plan), secret in used.items():
        if find(connection, sandbox, agency, plan) != secret:
            raise Conflict(f"the plan {plan} of {agency} has another secret")


def of_sandbox(connection: Connection, sandbox: str) -> Iterable[KeptSecret]:
    """All kept secrets of a sandbox, by agency and plan."""
    columns = [plan_secret.c[name] for name in KeptSecret._fields]
    rows = connection.execute(select(*columns).where(plan_secret.c.sandbox == sandbox))
    return sorted(KeptSecret(*row) for row in rows)
