"""What must be so whenever nothing is left to do: nobody owes a step, and whoever waits has a deadline."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlalchemy import StaticPool, create_engine

from gateways.customs.returns import PENDING_STATES
from single_window.auditing import audit_ledgers
from single_window.store import sandboxes
from tests.simulation.ledgers import ENDED

PASSING = ("sent", "failed", "accepted", "concluded")
"""States that a list passes through: somebody of ours is to do the next step."""
IMPORTED = "trade_mode <> '9810'"
"""What exports have none of: bills, and a day on which a released list is closed."""
OWED = (
    (f"SELECT order_no, state FROM declaration WHERE state IN {PASSING}", "the list of {} rests in {}"),
    (
        f"""SELECT b.key, d.state FROM tax_bill b JOIN declaration d ON d.id = b.declaration_id
         WHERE b.state = 'reserved' AND d.state IN {ENDED}""",
        "tax is reserved for {}, which is {}",
    ),
    (
        f"""SELECT key, state FROM declaration d WHERE state IN ('released', 'closed') AND {IMPORTED} AND NOT EXISTS (
        SELECT 1 FROM tax_bill b WHERE b.declaration_id = d.id AND b.state NOT IN ('reserved', 'dropped'))""",
        "no tax bill was made for {}, which is {}",
    ),
    (
        f"""SELECT key, pending, returns FROM (
         SELECT b.key, b.pending, (SELECT count(*) FROM request r WHERE r.declaration_id = b.declaration_id
                                   AND r.kind = 'refund' AND r.state IN {tuple(sorted(PENDING_STATES))}) AS returns
         FROM tax_bill b WHERE b.state = 'made') WHERE pending <> (returns > 0)""",
        "the bill of {} says {} of waiting for goods, and {} returns wait",
    ),
    ("SELECT topic, queue, state, reason FROM delivery", "a delivery {} for {} rests {} {}"),
)
"""What somebody of ours has yet to do, and how to say it."""
_ID, _AND_VERSION = "'[' || {} || ']'", "'[' || w.id || ',' || w.{} || ']'"
WAITING = {
    "deadline.partners": ("declaration", "state = 'declared'", _AND_VERSION.format("document_version")),
    "deadline.arrival": ("declaration", "state = 'awaiting_arrival'", _AND_VERSION.format("document_version")),
    "deadline.closing": ("declaration", f"state = 'released' AND {IMPORTED}", _ID.format("w.id")),
    "deadline.staged": ("document", "state = 'staged'", _AND_VERSION.format("version")),
    "deadline.inspection": ("inspection", "result = ''", _ID.format("w.declaration_id || ',\"I\"'")),
    "deadline.collection": ("tax_bill", "state = 'made'", _ID.format("w.declaration_id || ',' || l.due")),
    "deadline.spot_check_sampling": ("spot_check_sample", "state = 'notified'", _ID.format("w.id")),
    "deadline.laboratory_report": ("sample_order", "report_no = ''", _ID.format("w.id || ',\"\"'")),
    "deadline.spot_check_measure": (
        "spot_check_sample",
        "state = 'measure_ordered'",
        _ID.format("w.id || ',\"' || w.measure_no || '\"'"),
    ),
    "deadline.recall": (
        "recall",
        "completed_at = 0 AND instr(overdue_kind, 'finish') = 0",
        _ID.format("w.id || ',true'"),
    ),
    "deadline.credit_defence": ("credit_case", "state = 'noticed'", _ID.format("w.id")),
    "deadline.request": ("request", "kind = 'refund' AND state = 'accepted'", _ID.format("w.id || ',\"accepted\"'")),
    "deadline.goods_back": ("request", "kind = 'refund' AND state = 'approved'", _ID.format("w.id || ',\"lapse\"'")),
}
"""Who waits for which deadline, and how it names him."""


class NothingIsLeft:
    """Nobody of ours owes a step: no list is passing, no bill is missing, no delivery is open."""

    def broken(self, database: sqlite3.Connection) -> Iterator[str]:
        for query, words in OWED:
            yield from (words.format(*row) for row in database.execute(query))


class WhoeverWaitsHasADeadline:
    """Nothing stays in progress for ever: what waits for somebody outside is waited for until an instant."""

    def broken(self, database: sqlite3.Connection) -> Iterator[str]:
        for kind, (table, waits, subject) in WAITING.items():
            for row in database.execute(
                f"SELECT * FROM {table} w WHERE {waits} AND NOT EXISTS (SELECT 1 FROM deadline l "
                f"WHERE l.state = 'open' AND l.kind = '{kind}' AND l.subject = {subject})"
            ):
                yield f"no {kind} is open for the {table} {row[:6]}"


class TheAuditIsSilent:
    """Every ledger agrees with what it was made from, as `single-window audit` sees it."""

    def broken(self, database: sqlite3.Connection) -> Iterator[str]:
        engine = create_engine("sqlite://", creator=lambda: database, poolclass=StaticPool)
        with engine.connect() as connection:
            for sandbox in sandboxes.names(connection):
                for ledger in audit_ledgers(connection, sandbox):
                    yield from (f"{ledger.name} {wrong.key}: {wrong.what}" for wrong in ledger.differences)
