"""Handles a platform's payment data: the list continues, or goes to review if they are late."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.customs import payment_data, risk_lane
from gateways.customs.held import HeldPaymentData
from gateways.customs.outcome import make_event
from gateways.customs.repository import CustomsDesk, Declaration, ReviewCause
from gateways.topics.customs import PaymentDataAnswered, PaymentDataOverdue
from schemas.payment_data.codes import UploadCode

ANSWERED, REFUSED, SILENT, NOT_RIGHT = "17522", "17523", "14221", "14222"


def handle_answered(answers: Sequence[PaymentDataAnswered], desk: CustomsDesk) -> None:
    """Handle uploads of payment data: a list continues if they are correct; else it waits for another upload."""
    declarations = desk.repository.declarations([answer.declaration_id for answer in answers])
    companies = desk.repository.companies(sorted({declaration.ebc_code for declaration in declarations.values()}))
    for answer in answers:
        declaration = declarations[answer.declaration_id]
        open_request = _open_request(declaration, answer.session_id)
        if open_request is None:
            continue  # the list has moved on by an officer, a cancellation or the deadline
        values = {"platform": declaration.ebp_code}
        if answer.code == UploadCode.TAKEN:
            open_request.settled = True
            desk.add_event(make_event(declaration, desk.now, "payment_data_answered", [Reason(ANSWERED, values)]))
            risk_lane.continue_accepted(declaration, companies, desk)
        else:
            open_request.wrong = answer.code
            reasons = [Reason(REFUSED, {**values, "code": answer.code})]
            desk.add_event(make_event(declaration, desk.now, "payment_data_refused", reasons))
        desk.repository.put_declaration(declaration)


def handle_overdue(deadlines: Sequence[PaymentDataOverdue], desk: CustomsDesk) -> None:
    """Handle deadlines for payment data: lists that still wait go to review."""
    declarations = desk.repository.declarations([deadline.declaration_id for deadline in deadlines])
    for deadline in deadlines:
        declaration = declarations[deadline.declaration_id]
        open_request = _open_request(declaration, deadline.session_id)
        if open_request is None:
            continue
        open_request.settled = True
        values = {"platform": declaration.ebp_code, "order_no": declaration.order_no}
        rule = NOT_RIGHT if open_request.wrong else SILENT
        if open_request.wrong:
            values["code"] = open_request.wrong
        reason = Reason(rule, values, payment_data.ids_of_requirement(desk))
        risk_lane.review(declaration, ReviewCause.PAYMENT_DATA, [reason], desk)
        desk.repository.put_declaration(declaration)


def _open_request(declaration: Declaration, session_id: str) -> HeldPaymentData | None:
    """The request of a list that still waits for the answer of a payment session, if it does."""
    held = declaration.held.payment_data
    waits = declaration.state == "accepted" and held is not None and held.session_id == session_id and not held.settled
    return held if waits else None
