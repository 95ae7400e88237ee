"""Samples that are announced and not taken yet, for whoever may take them at the site. They stand in no queue: one that
nobody takes is taken by the site itself on its day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from gateways.spot_checks.acts import TAKE
from gateways.spot_checks.repository import SpotSample
from gateways.spot_checks.sampling import AWAITED
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.gateways.spot_checks import SAMPLES

MOST = 10
"""Samples that the page shows at most, those first that are taken first."""


class SamplesToTake(NamedTuple):
    """The samples to be taken first, and how many there are."""

    first: Sequence[SpotSample]
    all: int


def samples_to_take(connection: Connection, sandbox: str, person: Person) -> SamplesToTake | None:
    """Return the announced samples; None for whoever takes none."""
    if not person.has_account or not rights.may_act(person, "spot_check", TAKE, ""):
        return None
    column = spot_check_sample.c
    own = (column.sandbox == sandbox, column.state == AWAITED)
    chosen = SAMPLES.select().where(*own).order_by(column.due_at, column.id).limit(MOST)
    first = [SAMPLES.make(row) for row in connection.execute(chosen)]
    return SamplesToTake(first, connection.execute(select(func.count()).where(*own)).scalar_one())
