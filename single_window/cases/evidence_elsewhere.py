"""Collects evidence about a list that others hold, for the codes whose sentences speak of it: the laboratory's reports
about a sample that failed, and the answer of the platform that was asked for payment data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from gateways.decisions import SubjectKind
from gateways.laboratory.repository import SampleOrder
from schemas.findings import Finding
from single_window.intake.payment_uploads import findings_of
from single_window.store import payment_requests, sandboxes
from single_window.store.agency_tables.laboratory import sample_order
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.case_queue import Key
from single_window.store.gateways.laboratory import ORDERS
from single_window.store.payment_requests import PaymentRequest

SAMPLE_FAILED = frozenset({"14206"})
PAYMENT_DATA = frozenset({"14221", "14222"})
"""Codes whose sentences speak of a sample that failed, and of original payment data."""


class PaymentData(NamedTuple):
    """A request for original payment data, what was found in the answer, and the sandbox's instant."""

    request: PaymentRequest
    findings: Sequence[Finding]
    now: int


def elsewhere(connection: Connection, sandbox: str, key: Key, codes: Collection[str]) -> Mapping[str, Any]:
    """Return the values for templates about a list that waits, or waited, by these codes: `reports` of the laboratory
    and `payment_data`; empty for anything else."""
    subject, subject_id = key
    if subject != SubjectKind.DECLARATION:
        return {"reports": (), "payment_data": ()}
    return {
        "reports": _reports(connection, sandbox, int(subject_id)) if SAMPLE_FAILED.intersection(codes) else (),
        "payment_data": _asked(connection, sandbox, int(subject_id)) if PAYMENT_DATA.intersection(codes) else (),
    }


def _reports(connection: Connection, sandbox: str, declaration_id: int) -> Sequence[SampleOrder]:
    """The reports about samples of a list, oldest first."""
    samples = select(spot_check_sample.c.id).where(
        spot_check_sample.c.sandbox == sandbox, spot_check_sample.c.declaration_id == declaration_id
    )
    column = sample_order.c
    chosen = ORDERS.select().where(column.sandbox == sandbox, column.sample_id.in_(samples), column.report_no != "")
    return list(map(ORDERS.make, connection.execute(chosen.order_by(column.issued_at, column.id))))


def _asked(connection: Connection, sandbox: str, declaration_id: int) -> Sequence[PaymentData]:
    """The requests for payment data about a list, newest first."""
    now = sandboxes.find(connection, sandbox).clock.now()
    asked = payment_requests.about_list(connection, sandbox, declaration_id)
    return [PaymentData(each, findings_of(each), now) for each in asked]
