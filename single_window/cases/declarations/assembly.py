"""Assembles the story of an order or a declaration: reads what was stored, puts it into words, changes nothing."""

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
from single_window.cases.declarations import evidence, gathering, import_evidence, matches
from single_window.cases.declarations.advising import advice
from single_window.cases.declarations.gathering import Gathered
from single_window.cases.declarations.happenings import happenings
from single_window.cases.declarations.holdings import held
from single_window.cases.declarations.papers import papers
from single_window.cases.declarations.parts import (
    Evidence,
    GivenReceiptOut,
    HappeningOut,
    Head,
    ListRequest,
    NextStepOut,
    OpenDeadlineOut,
    Story,
)
from single_window.cases.declarations.taxes import bills
from single_window.frame.not_found import LARGEST_ID, NotFound
from single_window.frame.typed import instant_text
from single_window.language import phrases, statuses, words
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
    declared = DECLARATIONS.make(row)
    gathered = gathering.of_list(connection, sandbox, declared)
    return _story(connection, sandbox, declared.order_no, declared, gathered, law or law_of(connection, sandbox))


def of_order(
    connection: Connection, sandbox: str, order_no: str, law: Parameters | None = None, flow: str = ""
) -> Story:
    """The story of an order number: its newest declaration, or its documents alone; raises `NotFound`.

    `flow` (I or E) chooses where an import and an export have the number; else that which was declared, or
    the import.
    """
    declared = matches.of_order(connection, sandbox, order_no, flow)
    if declared:
        return of_declaration(connection, sandbox, declared[-1].id, law)
    for known_flow in [flow] if flow else ["I", "E"]:
        story = _story(
            connection,
            sandbox,
            order_no,
            None,
            gathering.of_number(order_no, known_flow),
            law or law_of(connection, sandbox),
        )
        if story.documents or story.timeline or story.receipts:
            return story
    raise NotFound(order_no, sandbox)


def _story(
    connection: Connection, sandbox: str, order_no: str, listed: Declaration | None, gathered: Gathered, law: Parameters
) -> Story:
    got = gathering.answers_of(connection, sandbox, gathered)
    answers = [answer(box, receipt) for box, receipt in got]
    happened = happenings(connection, sandbox, gathered.places, [receipt for _, receipt in got], gathered.mine, law)
    others = tuple(
        match for match in matches.of_order(connection, sandbox, order_no) if listed and match.id != listed.id
    )
    kept = tuple(
        paper
        for paper in papers(connection, sandbox, gathered.where, answers, _parcel(listed))
        if gathered.mine(paper.kind, paper.key)
    )
    clock = sandboxes.find(connection, sandbox).clock
    due = due_of(connection, sandbox, listed.id, listed.state) if listed else ()
    return Story(
        sandbox,
        instant_text(clock.now()),
        order_no,
        _head(connection, sandbox, listed, law) if listed else None,
        kept,
        tuple(happened),
        tuple(answer for answer in answers if gathered.mine(answer.kind, answer.key)),
        bills(connection, listed.id, sandbox, law, listed.accepted_at) if listed and listed.flow == "I" else (),
        _requests(connection, sandbox, listed.id, law) if listed else (),
        steps(listed.state, "declaration", listed.flow) if listed else (),
        due,
        open_deliveries(connection, sandbox),
        others,
        _evidence(connection, sandbox, listed, happened, law) if listed else None,
        advice(sandbox, clock, order_no, listed.state, due) if listed else None,
    )


def _evidence(
    connection: Connection, sandbox: str, declared: Declaration, happened: Sequence[HappeningOut], law: Parameters
) -> Evidence | None:
    if declared.flow == "E":
        return evidence.of_export(connection, sandbox, declared, happened, law)
    return import_evidence.of_import(connection, sandbox, declared, law)


def _parcel(declared: Declaration | None) -> str:
    """The parcel of an export list: of notes of transport its story shows the line of that alone."""
    return declared.logistics_key.partition("|")[2] if declared and declared.flow == "E" else ""


def _head(connection: Connection, sandbox: str, declared: Declaration, law: Parameters) -> Head:
    mode, office = codes.trade_modes.get(declared.trade_mode), codes.offices.get(declared.customs_code)
    return Head(
        declared.id,
        declared.key,
        declared.order_no,
        declared.cop_no,
        declared.pre_no,
        declared.invt_no,
        declared.state,
        phrases.state(declared.state),
        declared.lane,
        phrases.phrase("lane", declared.lane),
        declared.detention,
        declared.trade_mode,
        Words(mode.zh, mode.en) if mode else Words("", ""),
        declared.customs_code,
        Words(office.zh, office.en or office.zh) if office else Words("", ""),
        declared.agent_code,
        declared.ebc_code,
        declared.logistics_key.partition("|")[2],
        plain(declared.value),
        declared.full_tax,
        instant_text(declared.accepted_at),
        instant_text(declared.released_at),
        instant_text(declared.closed_at),
        instant_text(declared.delivered_at),
        instant_text(declared.arrived_at),
        held(connection, sandbox, declared, law),
        tuple(phrases.because(reason, law) for reason in declared.reasons),
        declared.flow,
        phrases.flow(declared.flow),
        LIST[declared.flow],
        declared.bill_no,
        declared.batch_no,
        declared.statistics_flag,
        evidence.summary_of(connection, sandbox, declared, law),
        declared.version,
    )


def answer(mailbox: str, receipt: receipts.Receipt) -> GivenReceiptOut:
    """A receipt in words."""
    return GivenReceiptOut.of(
        receipt,
        mailbox=mailbox,
        status=receipt.return_status,
        words=statuses.return_status(receipt.return_status, receipt.kind),
        time=instant_text(receipt.return_time),
        info=receipt.shown_in(words.ZH),
        info_en=receipt.shown_in(words.EN),
    )


def steps(state: str, lives: str, flow: str = "") -> tuple[NextStepOut, ...]:
    """What may happen to something in a state of its lifecycle, to lists as their flow allows."""
    conditions = lifecycle.conditions()
    return tuple(
        NextStepOut.of(
            step,
            words=Words(step.zh, step.en),
            needs=tuple(Words(conditions[name].zh, conditions[name].en) for name in step.needs),
        )
        for step in lifecycle.allowed(state, lifecycle=lives, flow=flow)
    )


def _requests(connection: Connection, sandbox: str, declaration_id: int, law: Parameters) -> tuple[ListRequest, ...]:
    rows = connection.execute(
        select(request)
        .where(request.c.sandbox == sandbox, request.c.declaration_id == declaration_id)
        .order_by(request.c.id)
    )
    return tuple(
        ListRequest(
            row.id,
            row.kind,
            phrases.kind(row.kind),
            row.key,
            row.state,
            phrases.state(row.state, row.kind),
            instant_text(row.filed_at),
            tuple(phrases.because(reason, law) for reason in (_decode_reasons(row.reasons) if row.reasons else ())),
            steps(row.state, lifecycle.LIFECYCLE_OF[row.kind]),
            due_of(connection, sandbox, row.id, row.state),
            row.version,
        )
        for row in rows.all()
    )


def due_of(connection: Connection, sandbox: str, number: int, state: str) -> tuple[OpenDeadlineOut, ...]:
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
        OpenDeadlineOut(
            at=instant_text(row.due), kind=row.kind, words=phrases.phrase("deadline", _means(row.kind, state))
        )
        for row in sorted(rows, key=lambda row: row.due)
        if state in MEANT.get(row.kind, {state}) and _still(row, state)
    )


def _still(row: Any, state: str) -> bool:
    """What a deadline decides is decided only while it is in the state in which the deadline was set."""
    return row.kind not in {"deadline.officer", "deadline.request"} or msgspec.json.decode(row.subject)[1:] == [state]


def _means(kind: str, state: str) -> str:
    """A request in review waits for the automatic officer, an accepted one for time to pass."""
    return "deadline.officer" if (kind, state) == ("deadline.request", "in_review") else kind
