"""Original payment data (announcement 2018-179): if the sandbox requires them, an accepted import waits for them.

The window sends the request to the platform and verifies its upload; customs receives the result.
"""

from __future__ import annotations

import uuid

from declarations.parameters import NoValue
from declarations.reasons import Reason
from gateways.customs.held import HeldPaymentData
from gateways.customs.outcome import make_event
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.records import PaymentRequestDraft
from gateways.topics.customs import PaymentDataOverdue

ANSWER_WITHIN_MS = 120_000
"""Simulated time for the answer: two minutes, as integrators report."""
REQUESTED = "17521"
_NAMESPACE = uuid.UUID("5f0c2f3e-7d3b-4f64-9d0e-179179179179")


def session_id_of(*names: object) -> str:
    """Return a session number of 36 characters, always the same for the same names."""
    return str(uuid.uuid5(_NAMESPACE, "|".join(map(str, names)))).upper()


def ids_of_requirement(desk: CustomsDesk) -> tuple[str, ...]:
    """Return the id of the dated value that obliges platforms; empty before there was one."""
    try:
        return (desk.value_today("law.payment_data").id,)
    except NoValue:
        return ()


def await_payment_data(declaration: Declaration, desk: CustomsDesk) -> bool:
    """Return True if a list must wait for payment data; the first call requests them from the platform."""
    earlier_request = declaration.held.payment_data
    if earlier_request is not None:
        return not earlier_request.settled
    if not desk.options.require_179 or declaration.flow != "I":
        return False
    _request_payment_data(declaration, desk)
    return True


def _request_payment_data(declaration: Declaration, desk: CustomsDesk) -> None:
    session = session_id_of(
        desk.seed, declaration.key, declaration.id, declaration.document_version, declaration.accepted_at
    )
    due = desk.now + ANSWER_WITHIN_MS
    declaration.held.payment_data = HeldPaymentData(session)
    desk.answers.payment_requests.append(
        PaymentRequestDraft(session, declaration.order_no, declaration.ebp_code, declaration.id, due)
    )
    desk.schedule(due, PaymentDataOverdue(declaration.id, session))
    desk.add_event(
        make_event(
            declaration, desk.now, "payment_data_requested", [Reason(REQUESTED, {"platform": declaration.ebp_code})]
        )
    )
