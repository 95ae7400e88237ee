"""Assembles the story of an order or a declaration from stored rows; reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Connection, select

from declarations import lifecycle
from declarations.calendar import day_of
from declarations.money import amount_text, scaled_of
from declarations.parameters import NoValue, Parameters
from declarations.reasons import Reason
from gateways.customs.outcome import KIND_OF_LIST
from gateways.customs.repository import Declaration
from schemas import codes
from single_window.cases.declarations import evidence, gathering, import_evidence, matches, undeclared
from single_window.cases.declarations.coming_next import advice, is_sampled, next_steps, open_deadlines_of
from single_window.cases.declarations.gathering import Gathered
from single_window.cases.declarations.happenings import happenings_of
from single_window.cases.declarations.next_parts import OpenDeadlineOut
from single_window.cases.declarations.papers import papers_of
from single_window.cases.declarations.parts import (
    Evidence,
    GivenReceiptOut,
    HappeningOut,
    Head,
    ReservationView,
    Story,
)
from single_window.cases.declarations.request_parts import ListRequest
from single_window.cases.declarations.returned_tax import returned_tax
from single_window.cases.declarations.taxes import bills_of
from single_window.clock import Clock
from single_window.frame.typed import instant_text
from single_window.language import phrases, statuses, words
from single_window.language.phrases import phrase
from single_window.language.words import Words
from single_window.receipts import rows as receipts
from single_window.refused import LARGEST_ID, NotFound
from single_window.store import sandboxes
from single_window.store.gateways.customs import DECLARATIONS
from single_window.store.law_books import law_of
from single_window.store.seals import fetch_whole
from single_window.store.tables import allowance, declaration, request
from single_window.work.dispatch import open_deliveries

_decode_reasons = msgspec.json.Decoder(tuple[Reason, ...]).decode


def of_declaration(connection: Connection, sandbox: str, declaration_id: int, law: Parameters | None = None) -> Story:
    """Return the story of one declaration; raises `NotFound`."""
    if declaration_id > LARGEST_ID:
        raise NotFound(declaration_id, sandbox)
    row = connection.execute(
        DECLARATIONS.select().where(declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    ).first()
    if row is None:
        raise NotFound(declaration_id, sandbox)
    declared = DECLARATIONS.make(row)
    gathered = gathering.of_list(connection, sandbox, declared)
    return _story(connection, sandbox, declared.order_no, declared, gathered, law or law_of(connection, sandbox))


def of_order(
    connection: Connection, sandbox: str, order_no: str, law: Parameters | None = None, flow: str = ""
) -> Story:
    """Return the story of an order number: of its newest declaration, or of its documents; raises `NotFound`.

    `flow` (I or E) chooses if an import and an export have the same number. By default, the declared one is chosen, or
    else the import.
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
    received = gathering.answers_of(connection, sandbox, gathered)
    answers = [answer(box, receipt) for box, receipt in received]
    happened = happenings_of(
        connection, sandbox, gathered.places, [receipt for _, receipt in received], gathered.concerns, law
    )
    others = tuple(
        match for match in matches.of_order(connection, sandbox, order_no) if listed and match.id != listed.id
    )
    documents = tuple(
        paper
        for paper in papers_of(connection, sandbox, gathered.where, answers, _parcel(listed))
        if gathered.concerns(paper.kind, paper.key)
    )
    refused = [pair for pair in received if gathered.concerns(pair[1].kind, pair[1].key)]
    clock = sandboxes.find(connection, sandbox).clock
    due = open_deadlines_of(connection, sandbox, listed.id, listed.state) if listed else ()
    return Story(
        sandbox=sandbox,
        now=instant_text(clock.now()),
        order_no=order_no,
        head=_head(connection, sandbox, listed, law) if listed else None,
        documents=documents,
        timeline=tuple(happened),
        receipts=tuple(answer for answer in answers if gathered.concerns(answer.kind, answer.key)),
        bills=bills_of(connection, listed.id, sandbox, law, listed.accepted_at)
        if listed and listed.flow == "I"
        else (),
        requests=_requests(connection, sandbox, listed.id, law) if listed else (),
        next=next_steps(listed.state, "declaration", listed.flow) if listed else (),
        due=due,
        open_deliveries=open_deliveries(connection, sandbox),
        others=others,
        evidence=_evidence(connection, sandbox, listed, happened, law) if listed else None,
        advice=_advice(connection, sandbox, clock, listed, due) if listed else None,
        undeclared=tuple(undeclared.of_receipts(connection, sandbox, refused)),
    )


def _advice(
    connection: Connection, sandbox: str, clock: Clock, listed: Declaration, due: Sequence[OpenDeadlineOut]
) -> Words | None:
    sampled = is_sampled(connection, sandbox, listed.id, listed.state)
    return advice(sandbox, clock, listed.order_no, listed.state, due, sampled=sampled)


def _evidence(
    connection: Connection, sandbox: str, declared: Declaration, happened: Sequence[HappeningOut], law: Parameters
) -> Evidence | None:
    if declared.flow == "E":
        return evidence.of_export(connection, sandbox, declared, happened, law)
    return import_evidence.of_import(connection, sandbox, declared, law)


def _parcel(declared: Declaration | None) -> str:
    """Return the waybill number of an export list, to whose line its story limits transport notes; empty for an
    import."""
    return declared.logistics_key.partition("|")[2] if declared and declared.flow == "E" else ""


def _head(connection: Connection, sandbox: str, declared: Declaration, law: Parameters) -> Head:
    mode, office = codes.trade_modes.get(declared.trade_mode), codes.offices.get(declared.customs_code)
    return Head.of(
        declared,
        state_words=phrases.state(declared.state),
        lane_words=phrases.phrase("lane", declared.lane),
        trade_mode_words=Words(mode.zh, mode.en) if mode else Words("", ""),
        office=Words(office.zh, office.en or office.zh) if office else Words("", ""),
        logistics_no=declared.logistics_key.partition("|")[2],
        value=amount_text(declared.value),
        held=held(connection, sandbox, declared, law),
        because=tuple(phrases.because(reason, law) for reason in declared.reasons),
        flow_words=phrases.flow(declared.flow),
        kind=KIND_OF_LIST[declared.flow],
        summary=evidence.summary_of(connection, sandbox, declared, law),
    )


def answer(mailbox: str, receipt: receipts.Receipt) -> GivenReceiptOut:
    """Return the answer that describes a receipt in words."""
    return GivenReceiptOut.of(
        receipt,
        mailbox=mailbox,
        status=receipt.return_status,
        words=statuses.return_status(receipt.return_status, receipt.kind),
        time=instant_text(receipt.return_time),
        info=receipt.shown_in(words.ZH),
        info_en=receipt.shown_in(words.EN),
        typed=receipt.values.get("reason", ""),
    )


def _requests(connection: Connection, sandbox: str, declaration_id: int, law: Parameters) -> tuple[ListRequest, ...]:
    chosen = select(request).where(request.c.sandbox == sandbox, request.c.declaration_id == declaration_id)
    rows = fetch_whole(connection, chosen.order_by(request.c.id), request)
    return tuple(_request(connection, sandbox, row, law) for row in rows)


def _request(connection: Connection, sandbox: str, row: Any, law: Parameters) -> ListRequest:
    return ListRequest.of(
        row,
        words=phrases.kind(row.kind),
        state_words=phrases.state(row.state, row.kind),
        because=tuple(phrases.because(reason, law) for reason in _decode_reasons(row.reasons or "[]")),
        next=next_steps(row.state, lifecycle.LIFECYCLE_OF[row.kind]),
        due=open_deadlines_of(connection, sandbox, row.id, row.state),
        tax=returned_tax(connection, sandbox, row.tax, day_of(row.filed_at), law) if row.tax else UNSET,
    )


def held(
    connection: Connection, sandbox: str, declaration: Declaration, law: Parameters
) -> tuple[ReservationView, ...]:
    """Return the reservations (allowance, caps, stock) that are released if the declaration is rejected."""
    reservations: list[ReservationView] = []
    used = declaration.held.allowance
    if used is not None:
        reservations.append(
            ReservationView(phrase("held", f"allowance_{used.state}"), f"{amount_text(used.value)} ({used.year})")
        )
        row = connection.execute(
            select(allowance.c.reserved, allowance.c.used).where(
                allowance.c.sandbox == sandbox, allowance.c.identity == used.identity, allowance.c.year == used.year
            )
        ).first()
        if row is not None:
            reservations.append(
                ReservationView(
                    phrase("held", "allowance_total"),
                    f"{amount_text(row.reserved + row.used)}{_of_limit(declaration.accepted_at, law)}",
                )
            )
    reservations += [
        ReservationView(phrase("held", "caps"), f"{cap.group} {amount_text(cap.quantity)}")
        for cap in declaration.held.caps
    ]
    reservations += [
        ReservationView(
            phrase("held", "stock"), f"{drawn.ems_no} {drawn.item_record_no} × {amount_text(drawn.quantity)}"
        )
        for drawn in declaration.held.stock
    ]
    return tuple(reservations)


def _of_limit(accepted_at: int, law: Parameters) -> str:
    """Return " / " and the yearly limit on the day of acceptance; empty if there is none."""
    try:
        return f" / {amount_text(scaled_of(law.on('limits.annual', day_of(accepted_at)).amount))}"
    except NoValue:
        return ""
