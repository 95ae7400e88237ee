"""Lists that are stopped and lots that are held for samples of spot checks, and the reports behind verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from declarations.money import SCALE
from declarations.spot_checks.plans import STOPPING
from gateways.customs.risk_lane import LABORATORY
from gateways.holds import Held
from gateways.spot_checks.drawing import AT_SITE
from gateways.spot_checks.measures import LEAVE_GOODS
from gateways.spot_checks.outcomes import BY
from gateways.spot_checks.repository import SpotSample
from single_window.auditing.ledger import LedgerDifference
from single_window.store.agency_tables.laboratory import sample_order
from single_window.store.bulk import chunks, one_of
from single_window.store.tables import declaration, delivery, hold, inspection

OUT = frozenset({"drawn", "notified", "sampling_refused", "at_lab", "report_overdue"})
"""States of samples about which no laboratory has reported."""
TESTED = frozenset(
    {"qualified", "unqualified", "confirmed", "measure_ordered", "overdue", "closed", "seller_suspended"}
)
AFTER_RELEASE = frozenset({"concluded", "released", "closed"})
"""States of lists that the inspection lets go on."""
FAILED = frozenset(
    {"unqualified", "retesting", "retest_overdue", "confirmed", "measure_ordered", "overdue", "seller_suspended"}
)
WARNED = "W"
"""The measure that frees the lot of a sample."""
RELEASED_BEFORE, WAITS_FOR_NOTHING = "released before its sample was tested", "waits for no sample"
HELD_BY_NOBODY, NOT_HELD = "lot held for no sample", "lot not held"
NO_REPORT, NOT_SENT = "verdict without its report", "sent to no laboratory"


def check(connection: Connection, sandbox: str, samples: Sequence[SpotSample]) -> Iterator[LedgerDifference]:
    """Compare lists, lots and reports with the samples that they are about."""
    out = {sample.declaration_id: sample for sample in samples if sample.place == AT_SITE and sample.state in OUT}
    yield from _released_before(connection, out)
    yield from _held_lots(connection, sandbox, samples)
    if not connection.execute(select(delivery.c.id).where(delivery.c.sandbox == sandbox).limit(1)).first():
        yield from _waiting_lists(connection, sandbox, out.keys())
        yield from _reports(connection, sandbox, samples)


def _released_before(connection: Connection, out: Mapping[int, SpotSample]) -> Iterator[LedgerDifference]:
    """Lists that were released though the sample that stops them is out."""
    for piece in chunks(sorted(out)):
        chosen = select(declaration.c.id, declaration.c.state).where(one_of(connection, declaration.c.id, piece))
        for number, state in connection.execute(chosen.where(declaration.c.state.in_(AFTER_RELEASE))):
            yield LedgerDifference(f"{out[number].sample_no} {state}", RELEASED_BEFORE, SCALE, 0)


def _waiting_lists(connection: Connection, sandbox: str, out: Collection[int]) -> Iterator[LedgerDifference]:
    """Lists that wait for a laboratory which tests nothing of theirs."""
    held = select(hold.c.key).where(hold.c.sandbox == sandbox, hold.c.kind == str(Held.LIST), hold.c.by == LABORATORY)
    waiting = {int(key) for key in connection.execute(held).scalars()} - set(out)
    ended = select(declaration.c.id).where(declaration.c.state.in_(("under_inspection", "detained")))
    inspected = select(inspection.c.declaration_id).where(inspection.c.sandbox == sandbox, inspection.c.result == "")
    for piece in chunks(sorted(waiting)):
        of_piece = ended.where(one_of(connection, declaration.c.id, piece))
        asked = inspected.where(one_of(connection, inspection.c.declaration_id, piece))
        lists = set(connection.execute(of_piece).scalars()) - set(connection.execute(asked).scalars())
        yield from (LedgerDifference(str(number), WAITS_FOR_NOTHING, SCALE, 0) for number in sorted(lists))


def _held_lots(connection: Connection, sandbox: str, samples: Sequence[SpotSample]) -> Iterator[LedgerDifference]:
    """Lots that are held for no sample which holds its lot, and the other way round."""
    chosen = select(hold.c.key, hold.c.by).where(
        hold.c.sandbox == sandbox, hold.c.kind == str(Held.LOT), hold.c.by.startswith(f"{BY}:", autoescape=True)
    )
    held = {(key, by) for key, by in connection.execute(chosen)}
    holding = {(sample.lot, f"{BY}:{sample.sample_no}") for sample in samples if holds_lot(sample)}
    # goods that were only delisted or recalled stay held after their measure, as long as the book had any
    may_hold = {
        (sample.lot, f"{BY}:{sample.sample_no}")
        for sample in samples
        if sample.state == "closed" and sample.measure in LEAVE_GOODS
    }
    nobody = sorted(held - holding - may_hold)
    yield from (LedgerDifference(" ".join(pair), HELD_BY_NOBODY, SCALE, 0) for pair in nobody)
    yield from (LedgerDifference(" ".join(pair), NOT_HELD, 0, SCALE) for pair in sorted(holding - held))


def holds_lot(sample: SpotSample) -> bool:
    """True if the lot of a sample must be held: it failed and nobody only warned, or is suspected and tested."""
    if not sample.lot or sample.measure == WARNED:
        return False
    suspected = sample.basis in STOPPING and sample.state in OUT and sample.taken_at > 0
    return suspected or sample.state in FAILED


def _reports(connection: Connection, sandbox: str, samples: Sequence[SpotSample]) -> Iterator[LedgerDifference]:
    """Verdicts that no report of a laboratory bears out, and samples at a laboratory that no laboratory tests."""
    order = sample_order.c
    rows = connection.execute(select(order.sample_id, order.report_no, order.verdict).where(order.sandbox == sandbox))
    reported = {(row.sample_id, row.report_no, row.verdict) for row in rows}
    tested = {number for number, report_no, _ in reported if not report_no}
    for sample in samples:
        if sample.state in TESTED and (sample.id, sample.report_no, sample.verdict) not in reported:
            yield LedgerDifference(sample.sample_no, NO_REPORT, SCALE, 0)
        if sample.state in {"at_lab", "retesting"} and sample.id not in tested:
            yield LedgerDifference(sample.sample_no, NOT_SENT, 0, SCALE)
