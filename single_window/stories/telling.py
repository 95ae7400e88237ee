"""Tells the story of an order or a declaration: reads what was stored, puts it into words, changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, or_, select

from declarations import lifecycle, parameters
from declarations.money import plain
from declarations.parameters import Parameters
from declarations.reasons import Reason
from gateways.customs.memory import Declaration
from schemas import codes
from schemas.findings import Finding
from single_window import receipts
from single_window.dispatch import open_deliveries
from single_window.store import sandboxes
from single_window.store.gateways.customs import DECLARATIONS
from single_window.store.tables import deadline, declaration, document, receipt, receipt_group, request
from single_window.stories import matches, words
from single_window.stories.happenings import happenings
from single_window.stories.holdings import held
from single_window.stories.papers import papers
from single_window.stories.parts import Answer, Asked, Due, Head, Next, Story
from single_window.stories.taxes import bills
from single_window.stories.words import Words

_decode_reasons = msgspec.json.Decoder(tuple[Reason, ...]).decode
_decode_findings = msgspec.json.Decoder(tuple[Finding, ...]).decode

MEANT = {
    "deadline.partners": {"declared"},
    "deadline.closing": {"released"},
    "deadline.inspection": {"under_inspection"},
    "deadline.collection": {"released", "closed"},
    "deadline.request": {"accepted", "in_review"},
    "deadline.goods_back": {"approved"},
}
"""States in which a deadline still means something; those that others have overtaken stay until they are due."""


LARGEST_ID = 2**63 - 1


class NotFound(LookupError):
    """Nothing in the sandbox has this number."""

    permanent = True

    def __init__(self, number: object, sandbox: str) -> None:
        super().__init__(
            f"Nothing in sandbox {sandbox!r} has the number {number}. Numbers that lead somewhere: orderNo, "
            "copNo, preNo, invtNo, logisticsNo, payTransactionId, a document's guid, a message's id."
        )


def of_declaration(connection: Connection, sandbox: str, declaration_id: int, law: Parameters | None = None) -> Story:
    """The story of one declaration; raises `NotFound`."""
    if declaration_id > LARGEST_ID:
        raise NotFound(declaration_id, sandbox)
    columns = [declaration.c[name] for name in DECLARATIONS.names]
    row = connection.execute(
        select(*columns).where(declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    ).first()
    if row is None:
        raise NotFound(declaration_id, sandbox)
    one = DECLARATIONS.make(row)
    return _story(connection, sandbox, one.order_no, one, law or parameters.load())


def of_order(connection: Connection, sandbox: str, order_no: str, law: Parameters | None = None) -> Story:
    """The story of an order number: its newest declaration, or its documents alone; raises `NotFound`."""
    declared = matches.of_order(connection, sandbox, order_no)
    if declared:
        return of_declaration(connection, sandbox, declared[-1].id, law)
    told = _story(connection, sandbox, order_no, None, law or parameters.load())
    if not (told.documents or told.timeline or told.receipts):
        raise NotFound(order_no, sandbox)
    return told


def _story(connection: Connection, sandbox: str, order_no: str, one: Declaration | None, law: Parameters) -> Story:
    parcel = one.logistics_key if one else ""
    got = _receipts(connection, sandbox, order_no, parcel)
    answers = [answer(box, receipt) for box, receipt in got]
    mine = _only(one)
    asked = _requests(connection, sandbox, one.id, law) if one else ()
    others = tuple(other for other in matches.of_order(connection, sandbox, order_no) if one and other.id != one.id)
    where = document.c.order_no == order_no if order_no else document.c.key == (one.key if one else "")
    if parcel:
        where = or_(where, and_(document.c.kind == "waybill_status", document.c.key == parcel))
    return Story(
        sandbox,
        sandboxes.find(connection, sandbox).clock.now(),
        order_no,
        _head(connection, sandbox, one, law) if one else None,
        tuple(paper for paper in papers(connection, sandbox, where, answers) if mine(paper.kind, paper.key)),
        tuple(happenings(connection, sandbox, order_no, [one for _, one in got], mine, law)),
        tuple(answer for answer in answers if mine(answer.kind, answer.key)),
        bills(connection, one.id, sandbox, law, one.accepted_at) if one else (),
        asked,
        _next(one.state, "declaration") if one else (),
        _due(connection, sandbox, one.id, one.state) if one else (),
        open_deliveries(connection, sandbox),
        others,
    )


def _only(one: Declaration | None) -> Any:
    """Two merchants may use one order number: what is keyed by merchant belongs to its own list only."""

    def mine(kind: str, key: str) -> bool:
        return one is None or kind not in {"inventory", "tax_bill", "order"} or key == one.key

    return mine


def _head(connection: Connection, sandbox: str, one: Declaration, law: Parameters) -> Head:
    mode, office = codes.trade_modes.get(one.trade_mode), codes.offices.get(one.customs_code)
    return Head(
        one.id,
        one.key,
        one.order_no,
        one.cop_no,
        one.pre_no,
        one.invt_no,
        one.state,
        words.state(one.state),
        one.lane,
        words.phrase("lane", one.lane),
        one.detention,
        one.trade_mode,
        Words(mode.zh, mode.en) if mode else Words("", ""),
        one.customs_code,
        Words(office.zh, office.en or office.zh) if office else Words("", ""),
        one.agent_code,
        one.ebc_code,
        one.logistics_key.partition("|")[2],
        plain(one.value),
        one.full_tax,
        one.accepted_at,
        one.released_at,
        one.closed_at,
        one.delivered_at,
        one.arrived_at,
        held(connection, sandbox, one, law),
        tuple(words.because(reason, law) for reason in one.reasons),
    )


def _receipts(connection: Connection, sandbox: str, order_no: str, parcel: str) -> list[tuple[str, receipts.Receipt]]:
    found = receipts.of_orders(connection, sandbox, [order_no]) if order_no else []
    if parcel:
        found += of_keys(connection, sandbox, "waybill_status", [parcel])
    return sorted(found, key=lambda pair: pair[1].return_time)


def of_keys(connection: Connection, sandbox: str, kind: str, keys: Sequence[str]) -> list[tuple[str, receipts.Receipt]]:
    """Receipts about documents that name no order, by kind and business key."""
    where = (receipt.c.sandbox == sandbox, receipt.c.order_no == "", receipt.c.kind == kind, receipt.c.key.in_(keys))
    rows = connection.execute(
        select(receipt_group.c.mailbox, receipt_group.c.first, receipt)
        .join(receipt_group, receipt_group.c.id == receipt.c.group_id)
        .where(*where)
        .order_by(receipt.c.return_time, receipt.c.group_id, receipt.c.position)
    ).all()
    return [
        (
            row.mailbox,
            receipts.Receipt(
                row.first + row.position,
                row.code,
                row.kind,
                row.key,
                row.order_no,
                row.return_status,
                row.return_time,
                row.rule,
                _object(row.words),
                _object(row.fields),
            ),
        )
        for row in rows
    ]


def _object(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.json.decode(text) if text else {}
    return found


def answer(mailbox: str, one: receipts.Receipt) -> Answer:
    """A receipt in words."""
    english = one.info if one.code == "900" else one.say(words.EN)
    table = (
        words.state({"1": "made", "2": "summarised", "3": "void"}.get(one.return_status, ""), "tax_bill")
        if one.kind == "tax_bill"
        else words.return_status(one.return_status)
    )
    return Answer(
        mailbox, one.sequence, one.code, one.kind, one.key, one.return_status, table, one.return_time, one.info, english
    )


def _next(state: str, lives: str) -> tuple[Next, ...]:
    guards = lifecycle.guards()
    return tuple(
        Next(
            step.action,
            Words(step.zh, step.en),
            step.by,
            step.to,
            step.return_status,
            tuple(Words(guards[name].zh, guards[name].en) for name in step.needs),
        )
        for step in lifecycle.allowed(state, lifecycle=lives)
    )


def _requests(connection: Connection, sandbox: str, declaration_id: int, law: Parameters) -> tuple[Asked, ...]:
    rows = connection.execute(
        select(request)
        .where(request.c.sandbox == sandbox, request.c.declaration_id == declaration_id)
        .order_by(request.c.id)
    )
    return tuple(
        Asked(
            row.id,
            row.kind,
            words.kind(row.kind),
            row.key,
            row.state,
            words.state(row.state, row.kind),
            row.filed_at,
            tuple(words.because(one, law) for one in (_decode_reasons(row.reasons) if row.reasons else ())),
            _next(row.state, row.kind),
            _due(connection, sandbox, row.id, row.state),
        )
        for row in rows.all()
    )


def _due(connection: Connection, sandbox: str, number: int, state: str) -> tuple[Due, ...]:
    """Open deadlines of a declaration or request that still mean something in its state."""
    rows = connection.execute(
        select(deadline.c.due, deadline.c.kind, deadline.c.subject)
        .where(
            deadline.c.sandbox == sandbox,
            deadline.c.state == "open",
            or_(deadline.c.subject == f"[{number}]", deadline.c.subject.like(f"[{number},%")),
        )
        .order_by(deadline.c.due)
    )
    return tuple(
        Due(row.due, row.kind, words.phrase("deadline", _means(row.kind, state)))
        for row in rows
        if state in MEANT.get(row.kind, {state}) and _still(row, state)
    )


def _still(row: Any, state: str) -> bool:
    """What a deadline decides is decided only while it is in the state in which the deadline was set."""
    return row.kind not in {"deadline.officer", "deadline.request"} or msgspec.json.decode(row.subject)[1:] == [state]


def _means(kind: str, state: str) -> str:
    """A request in review waits for the automatic officer, an accepted one for time to go by."""
    return "deadline.officer" if (kind, state) == ("deadline.request", "in_review") else kind
