"""Drafts of risk profiles, and the versions of a profile that were put in force. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations.parameters.changing import SANDBOX_ONLY
from single_window.store.bulk import on_sqlite, upsert_rows
from single_window.store.sandbox_values import ValueChange
from single_window.store.tables import risk_profile, sandbox_value

DRAFT, IN_FORCE = "draft", "in_force"


class DraftedProfile(NamedTuple):
    """A profile as it was drafted last. `rule`: its JSON; `state`: `IN_FORCE` once this draft was put in force, which
    may begin later; `by` drafted it `at` an instant of the sandbox."""

    code: str
    state: str
    version: int
    title: str
    rule: str
    by: str
    at: int


_COLUMNS = [risk_profile.c[name] for name in DraftedProfile._fields]


def find(connection: Connection, sandbox: str, code: str, lock: bool = False) -> DraftedProfile | None:
    """A profile by its code, or None; `lock`: lock its row until the transaction ends."""
    chosen = select(*_COLUMNS).where(risk_profile.c.sandbox == sandbox, risk_profile.c.code == code)
    row = connection.execute(chosen.with_for_update() if lock and not on_sqlite(connection) else chosen).one_or_none()
    return None if row is None else DraftedProfile._make(row)


def page(connection: Connection, sandbox: str, after: str = "", most: int = 50) -> Sequence[DraftedProfile]:
    """At most `most` profiles by code, beginning behind `after`."""
    chosen = select(*_COLUMNS).where(risk_profile.c.sandbox == sandbox, risk_profile.c.code > after)
    return [DraftedProfile._make(row) for row in connection.execute(chosen.order_by(risk_profile.c.code).limit(most))]


def put(connection: Connection, sandbox: str, profile: DraftedProfile) -> None:
    """Insert a profile, or replace what was drafted before."""
    columns = ("sandbox", *DraftedProfile._fields)
    upsert_rows(connection, risk_profile, columns, [(sandbox, *profile)], replace=DraftedProfile._fields[1:])


def versions(connection: Connection, sandbox: str, code: str) -> Sequence[ValueChange]:
    """The versions of a profile that were put in force, in the order of their decisions."""
    chosen = (
        select(*[sandbox_value.c[name] for name in ValueChange._fields])
        .where(sandbox_value.c.sandbox == sandbox, sandbox_value.c.name == f"{SANDBOX_ONLY}{code}")
        .order_by(sandbox_value.c.decision_id)
    )
    return [ValueChange._make(row) for row in connection.execute(chosen)]
