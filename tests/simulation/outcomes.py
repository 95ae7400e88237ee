"""What became of the traffic, without what may differ between two ways to the same end: numbers, instants, order.

And the plainest of all ways: one window, no trouble, everything in the order in which it was written down.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from gateways.circumstances import Options
from simulators.imports.trade import ImportTrade
from single_window import clock
from single_window.store.receipt_contents import content_at, unpack
from single_window.wiring import Window
from tests.simulation.machine import Machine
from tests.simulation.oversight import dealt_with
from tests.simulation.processes import carry_out
from tests.simulation.site import SANDBOX, Site
from tests.simulation.storylines import REFUSALS, Deed, Known, Sending, Task, Transmission
from tests.simulation.traffic import Play

Outcomes: TypeAlias = dict[str, Any]
Met: TypeAlias = "Counter[str]"

_SAME = {
    "messages": "SELECT sender, transmission_id, state FROM message WHERE state <> 'refused'",
    "documents": "SELECT kind, key, state, version, app_time FROM document",
    "declarations": "SELECT key, state, lane, detention, value, full_tax, trade_mode FROM declaration",
    "requests": "SELECT kind, key, state, lines FROM request",
    "bills": "SELECT key, sequence, state, assure_code, state = 'made' AND pending FROM tax_bill",
    "allowances": "SELECT identity, year, reserved, used FROM allowance WHERE reserved OR used",
    "caps": "SELECT identity, year, group_key, quantity FROM cap_use WHERE quantity",
    "guarantees": "SELECT assure_code, reserved, booked FROM guarantee",
    "stock": "SELECT ems_no, item_record_no, drawn FROM account_book WHERE drawn",
    "inspections": "SELECT key, result FROM inspection",
    "parcels": "SELECT logistics_key, arrived_at > 0, signed_at > 0 FROM parcel",
    "plans": "SELECT plan_no, terms, secret <> '' FROM spot_check_plan",
    "samples": "SELECT sample_no, state, verdict, measure, taken_qty, place, done_qty FROM spot_check_sample",
    "reports": "SELECT sample_no, laboratory, report_no, verdict FROM sample_order",
    "lots": "SELECT key, by FROM hold WHERE kind = 'lot'",
    "credit_events": "SELECT key, kind, ebc_code, cured, withdrawn FROM credit_event",
    "credit_cases": "SELECT case_no, state, grade_before, grade, since FROM credit_case",
    "grades": "SELECT code, since, grade, who FROM credit_grade",
    "trace_batches": "SELECT key, state, qty, codes, precision, recall_no FROM trace_batch",
    "trace_codes": "SELECT b.key, count(*) FROM trace_code c JOIN trace_batch b ON b.id = c.batch_id GROUP BY 1",
    "recalls": "SELECT recall_no, state, sold_qty, lists, told, back, overdue_kind, holding FROM recall",
    "stock_abroad": "SELECT key, received, sold, returned, adjusted, destroyed, on_hand FROM overseas_stock",
    "moves_abroad": "SELECT notice_no, ref, event, qty, double_of > 0 FROM overseas_move",
    "cases_abroad": "SELECT kind, key, state FROM overseas_case",
    "boxes": "SELECT terminal_code, container_no, event, at, stay, mark FROM port_event",
    "port_cases": "SELECT kind, about, state FROM port_case",
    "korea_parcels": "SELECT hbl_no, state FROM korea_parcel",
    "deadlines": "SELECT DISTINCT kind, due FROM deadline WHERE state = 'open' AND kind <> 'deadline.partners'",
}
_RECEIPTS = """SELECT g.mailbox, r.code, r.kind, r.key, r.return_status, r.position, g.contents FROM receipt r
               JOIN receipt_group g ON g.id = r.group_id ORDER BY r.return_time, g.first, r.position"""


def outcomes(database: sqlite3.Connection) -> Outcomes:
    """Everything by name, each thing as often as it is there; of each document the positive answers in their order."""
    result: Outcomes = {name: Counter(database.execute(query)) for name, query in _SAME.items()}
    answers: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    refusals: Counter[tuple[str, ...]] = Counter()
    for mailbox, code, kind, key, status, position, contents in database.execute(_RECEIPTS):
        rule = content_at(unpack(contents), position).rule
        if status.startswith("-"):
            refusals[mailbox, code, kind, key, status, rule] += 1
        else:
            answers.setdefault((mailbox, code, kind, key), []).append((status, rule))
    return {**result, "answers": answers, "refusals": refusals}


def differences(plain: Outcomes, simulated: Outcomes) -> Iterator[str]:
    """What the plain way led to and the simulated one did not, and the other way round."""
    for name, expected in plain.items():
        result = simulated[name]
        for key in sorted({*expected, *result}, key=repr):
            if (entry := expected.get(key)) != (other := result.get(key)):
                yield f"{name} {key}: {entry} when played plainly, {other} here"


def met(found: Outcomes) -> Met:
    """The plans, samples and samples that failed, boxes, and cases and parcels by their state, of a seed."""
    return Counter(
        {
            "plans": found["plans"].total(),
            "samples": found["samples"].total(),
            "failed": sum(count for sample, count in found["samples"].items() if sample[2] == "F"),
            "lists stopped": sum(count for sample, count in found["samples"].items() if sample[5] == "S"),
            **Counter(f"samples {sample[1]}" for sample in found["samples"].elements()),
            "recalls": found["recalls"].total(),
            **Counter(f"recalls {recall[1]}" for recall in found["recalls"].elements()),
            "moves abroad": found["moves_abroad"].total(),
            **Counter(f"cases abroad {case[2]}" for case in found["cases_abroad"].elements()),
            "boxes": len({box[1] for box in found["boxes"].elements()} - {""}),
            **Counter(f"port cases {case[0]} {case[2]}" for case in found["port_cases"].elements()),
            **Counter(f"parcels to Korea {parcel[1]}" for parcel in found["korea_parcels"].elements()),
            "credit cases": found["credit_cases"].total(),
            **Counter(f"cases {case[1]}" for case in found["credit_cases"].elements()),
        }
    )


def known_of(database: sqlite3.Connection, trade: ImportTrade) -> Known:
    """The numbers of a trade's list, as far as it has any."""
    row = database.execute(
        "SELECT pre_no, invt_no FROM declaration WHERE order_no = ? UNION ALL "
        "SELECT port_no, '' FROM document WHERE order_no = ? AND kind = 'inventory'",
        (trade.id, trade.id),
    ).fetchone()
    return Known(*row) if row else Known()


def played_plainly(site: Site, play: Play, options: Options) -> Outcomes:
    """What becomes of a play in one window with its own broker, act by act, in the order written down."""
    site.fresh()
    with clock.timed_by(Machine()):
        window = Window(site.settings(), engine=site.engine)
        looking = site.looking()
        try:
            window.set_options(SANDBOX, **{name: getattr(options, name) for name in options.__struct_fields__})
            for sendings, pause in play.acts(
                lambda trade: known_of(looking, trade), lambda: dealt_with(looking, window.now(SANDBOX))
            ):
                _send(window, sendings)
                window.advance(SANDBOX, window.now(SANDBOX) + pause)
            return outcomes(looking)
        finally:
            looking.close()
            window.close()


def _send(window: Window, sendings: Sequence[Sending]) -> None:
    list(window.receive(SANDBOX, [step.body for step in sendings if isinstance(step, Transmission)], "http"))
    for sending in sendings:
        if isinstance(sending, Deed | Task):
            with suppress(*REFUSALS):
                carry_out(window, sending)
