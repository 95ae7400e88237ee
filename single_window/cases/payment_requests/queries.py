"""Queries of requests for original payment data, and manual requests."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, select

from declarations.documents import Order, unpack
from declarations.reasons import clean_typed_text
from gateways.customs.payment_data import ANSWER_WITHIN_MS, session_id_of
from gateways.records import PaymentRequestDraft
from single_window.context import Context
from single_window.refused import Refused
from single_window.store import payment_requests, sandboxes
from single_window.store.engine import reading, writing
from single_window.store.numbering import ROWS
from single_window.store.payment_requests import PaymentRequest
from single_window.store.tables import declaration, document

log = structlog.get_logger(__name__)
MAX_ORDER_NO_LENGTH = 60


class NoSuchOrder(Refused):
    """Raised for an unknown order number, whose platform cannot be determined."""

    def __init__(self, sandbox: str, number: str) -> None:
        text = f"The sandbox {sandbox} has neither list nor order with the order number {number}."
        super().__init__("no-such-order", text, sandbox=sandbox, number=number, path="order_no", found=number)


class NoSuchRequest(Refused):
    """Raised for an unknown session id."""

    def __init__(self, sandbox: str, session_id: str) -> None:
        text = f"The sandbox {sandbox} has no payment request {session_id}. See: single-window payment-request list"
        super().__init__("no-such-payment-request", text, sandbox=sandbox, id=session_id)


def file_request(context: Context, sandbox: str, order_no: str, by: str) -> PaymentRequest:
    """Store a request for an order's payment data, independent of the state of its list; raises `NoSuchOrder`."""
    now = context.now(sandbox)
    with reading(context.engine) as connection:
        platform, declaration_id = _platform_of(connection, sandbox, order_no[:MAX_ORDER_NO_LENGTH])
        seed = sandboxes.find(connection, sandbox).seed
    session = session_id_of(seed, "asked", context.numbering.next_number(ROWS, "row"))
    draft = PaymentRequestDraft(session, order_no, platform, declaration_id, now + ANSWER_WITHIN_MS)
    with writing(context.engine) as connection:
        sandboxes.hold(connection, sandbox)
        payment_requests.file_requests(connection, context.numbering, sandbox, [draft], now, clean_typed_text(by))
        made = payment_requests.find(connection, sandbox, session)
    assert made is not None
    log.info("payment_data.requested", sandbox=sandbox, session=session, platform=platform, by=by)
    return made


def _platform_of(connection: Connection, sandbox: str, order_no: str) -> tuple[str, int]:
    """Return the platform of an order, and the id of its list (0: none)."""
    row = connection.execute(
        select(declaration.c.ebp_code, declaration.c.id)
        .where(declaration.c.sandbox == sandbox, declaration.c.order_no == order_no, declaration.c.flow == "I")
        .order_by(declaration.c.id.desc())
    ).first()
    if row is not None:
        return row.ebp_code, row.id
    return _order(connection, sandbox, order_no).ebp_code, 0


def _order(connection: Connection, sandbox: str, order_no: str) -> Order:
    facts = connection.execute(
        select(document.c.facts).where(
            document.c.sandbox == sandbox, document.c.order_no == order_no, document.c.kind == "order"
        )
    ).scalar()
    if facts is None:
        raise NoSuchOrder(sandbox, order_no)
    order: Order = unpack(Order, facts)
    return order


def find_request(connection: Connection, sandbox: str, session_id: str) -> PaymentRequest:
    """Return the request of a session; raises `UnknownSandbox`, `NoSuchRequest`."""
    sandboxes.find(connection, sandbox)
    request = payment_requests.find(connection, sandbox, session_id)
    if request is None:
        raise NoSuchRequest(sandbox, session_id)
    return request
