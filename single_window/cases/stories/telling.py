"""Tells the story of an order or a declaration: reads what was stored, puts it into words, changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select, union_all

from declarations import lifecycle
from declarations.money import plain
from declarations.parameters import Parameters
from declarations.reasons import Reason
from gateways.customs.outcome import LIST
from gateways.customs.repository import Declaration
from schemas import codes
from schemas.findings import Finding
from single_window.cases.stories import evidence, gathering, import_evidence, matches
from single_window.cases.stories.advising import advice
from single_window.cases.stories.gathering import Gathered
from single_window.cases.stories.happenings import happenings
from single_window.cases.stories.holdings import held
from single_window.cases.stories.papers import papers
from single_window.cases.stories.parts import Answer, Asked, Due, Evidence, Happening, Head, Next, Story
from single_window.cases.stories.taxes import bills
from single_window.language import statuses, words
from single_window.language.words import Words
from single_window.receipts import rows as receipts
from single_window.store import sandboxes
from single_window.store.gateways.customs import DECLARATIONS
from single_window.store.law_books import law_of
from single_window.store.tables import deadline, declaration, request
from single_window.work.dispatch import open_deliveries

_decode_reasons = msgspec.json.Decoder(tuple[Reason, ...]).decode
_decode_findings = msgspec.json.Decoder(tuple[Finding, ...]).decode

MEANT = {
    "deadline.partners": {"declared"},
    "deadline.closing": {"released"},
    "deadline.inspection": {"under_inspection"},
    "deadline.collection": {"released", "closed"},
    "deadline.request": {"accepted", "in_review"},
    "deadline.goods_back": {"approved"},
    "deadline.arrival": {"awaiting_arrival"},
    "deadline.payment_data": {"accepted"},
    "deadline.parts": {"incomplete"},
    "deadline.departure": {"awaiting_release"},
}
"""States in which a deadline still means something; those that others have overtaken stay until they are due."""


LARGEST_ID = 2**63 - 1


class NotFound(LookupError):
    """Nothing in the sandbox has this number."""

    permanent = True

    def __init__(self, number: object, sandbox: str) -> None:
        super().__init__(
            f"Nothing in sandbox {sandbox!r} has the number {number}. Numbers that lead somewhere: orderNo, "
            "copNo, preNo, invtNo, logisticsNo, billNo, payTransactionId, a document's guid, a message's id."
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
    found = gathering.of_list(connection, sandbox, one)
    return _story(connection, sandbox, one.order_no, one, found, law or law_of(connection, sandbox))


def of_order(
    connection: Connection, sandbox: str, order_no: str, law: Parameters | None = None, flow: str = ""
) -> Story:
    """The story of an order number: its newest declaration, or its documents alone; raises `NotFound`.

    `flow` (I or E) says which is meant where an import and an export have the number; else that which was declared, or
    the import.
    """
    declared = matches.of_order(connection, sandbox, order_no, flow)
    if declared:
        return of_declaration(connection, sandbox, declared[-1].id, law)
    for one in [flow] if flow else ["I", "E"]:
        told = _story(
            connection, sandbox, order_no, None, gathering.of_number(order_no, one), law or law_of(connection, sandbox)
        )
        if told.documents or told.timeline or told.receipts:
            return told
    raise NotFound(order_no, sandbox)


def _story(
    connection: Connection, sandbox: str, order_no: str, one: Declaration | None, found: Gathered, law: Parameters
) -> Story:
    got = gathering.answers_of(connection, sandbox, found)
    answers = [answer(box, receipt) for box, receipt in got]
    happened = happenings(connection, sandbox, found.places, [receipt for _, receipt in got], found.mine, law)
    others = tuple(other for other in matches.of_order(connection, sandbox, order_no) if one and other.id != one.id)
    kept = tuple(
        paper
        for paper in papers(connection, sandbox, found.where, answers, _parcel(one))
        if found.mine(paper.kind, paper.key)
    )
    clock = sandboxes.find(connection, sandbox).clock
    due = due_of(connection, sandbox, one.id, one.state) if one else ()
    return Story(
        sandbox,
        clock.now(),
        order_no,
        _head(connection, sandbox, one, law) if one else None,
        kept,
        tuple(happened),
        tuple(answer for answer in answers if found.mine(answer.kind, answer.key)),
        bills(connection, one.id, sandbox, law, one.accepted_at) if one and one.flow == "I" else (),
        _requests(connection, sandbox, one.id, law) if one else (),
        steps(one.state, "declaration", one.flow) if one else (),
        due,
        open_deliveries(connection, sandbox),
        others,
        _evidence(connection, sandbox, one, happened, law) if one else None,
        advice(sandbox, clock, order_no, one.state, due) if one else None,
    )


def _evidence(
    connection: Connection, sandbox: str, one: Declaration, happened: Sequence[Happening], law: Parameters
) -> Evidence | None:
    if one.flow == "E":
        return evidence.of_export(connection, sandbox, one, happened, law)
    return import_evidence.of_import(connection, sandbox, one, law)


def _parcel(one: Declaration | None) -> str:
    """The parcel of an export list: of notes of transport its story shows the line of that alone."""
    return one.logistics_key.partition("|")[2] if one and one.flow == "E" else ""


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
        one.flow,
        words.flow(one.flow),
        LIST[one.flow],
        one.bill_no,
        one.batch_no,
        one.statistics_flag,
        evidence.summary_of(connection, sandbox, one, law),
        one.version,
    )


def answer(mailbox: str, one: receipts.Receipt) -> Answer:
    """A receipt in words."""
    return Answer(
        mailbox,
        one.sequence,
        one.code,
        one.kind,
        one.key,
        one.return_status,
        statuses.return_status(one.return_status, one.kind),
        one.return_time,
        one.info,
        one.say(words.EN),
    )


def steps(state: str, lives: str, flow: str = "") -> tuple[Next, ...]:
    """What may happen to something in a state of its lifecycle, to lists as their flow allows."""
    conditions = lifecycle.conditions()
    return tuple(
        Next(
            step.action,
            Words(step.zh, step.en),
            step.by,
            step.to,
            step.return_status,
            tuple(Words(conditions[name].zh, conditions[name].en) for name in step.needs),
        )
        for step in lifecycle.allowed(state, lifecycle=lives, flow=flow)
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
            steps(row.state, lifecycle.LIFECYCLE_OF[row.kind]),
            due_of(connection, sandbox, row.id, row.state),
            row.version,
        )
        for row in rows.all()
    )


def due_of(connection: Connection, sandbox: str, number: int, state: str) -> tuple[Due, ...]:
    """Open deadlines of a declaration, request or part of a note that still mean something in its state."""
    about = (deadline.c.subject == f"[{number}]", gathering.begins(connection, deadline.c.subject, f"[{number},"))
    rows = connection.execute(
        union_all(
            *[
                select(deadline.c.due, deadline.c.kind, deadline.c.subject).where(
                    deadline.c.sandbox == sandbox, deadline.c.state == "open", subject
                )
                for subject in about
            ]
        )
    ).all()
    return tuple(
        Due(row.due, row.kind, words.phrase("deadline", _means(row.kind, state)))
        for row in sorted(rows, key=lambda row: row.due)
        if state in MEANT.get(row.kind, {state}) and _still(row, state)
    )


def _still(row: Any, state: str) -> bool:
    """What a deadline decides is decided only while it is in the state in which the deadline was set."""
    return row.kind not in {"deadline.officer", "deadline.request"} or msgspec.json.decode(row.subject)[1:] == [state]


def _means(kind: str, state: str) -> str:
    """A request in review waits for the automatic officer, an accepted one for time to go by."""
    return "deadline.officer" if (kind, state) == ("deadline.request", "in_review") else kind
