"""Both digests of a sandbox. The digest of the sequence includes the order and instants of each participant's receipts:
it is equal for two runs only if the sandbox's instants and the order of processing are equal too.
Numbers assigned by the window and row ids are omitted, as in outcomes.

The digest of outcomes leaves order and instants out, so that shuffled, killed or distributed runs equal a quiet one,
and a late or reordered receipt is not seen there. This one is no verdict on runs of several threads or processes, or
with a running clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from single_window.cases.digests.lines import DELIVERY, OUTCOMES, SEQUENCE, Digests, Outcome, digest_of, write_lines
from single_window.cases.digests.outcomes import KEY, about, common, decode_row, in_bytes, outcomes, with_messages
from single_window.store.receipt_contents import ReceiptContent, with_contents
from single_window.store.tables import receipt, receipt_group

CHUNK = 500
"""Receipts fetched at a time."""
_COLUMNS = ("group_id", "position", "order_no", "kind", "code", "return_status", "return_time")


def deliveries(connection: Connection, sandbox: str) -> Iterator[Outcome]:
    """Yield all receipts of a sandbox, each named by its mailbox and its sequence number there."""
    columns = [receipt.c[name] for name in _COLUMNS]
    placed = [receipt_group.c[name] for name in ("mailbox", "first", "filed_at")]
    chosen = (
        with_messages(
            select(*columns, KEY.label("key"), *placed).join(receipt_group, receipt_group.c.id == receipt.c.group_id)
        )
        .where(receipt_group.c.sandbox == sandbox)
        .order_by(in_bytes(connection, receipt_group.c.mailbox), receipt_group.c.first, receipt.c.position)
    )
    for row, content in with_contents(connection, connection.execute(chosen.execution_options(yield_per=CHUNK))):
        yield Outcome(
            f"{row.mailbox} {row.first + row.position:09d}", {DELIVERY: _delivered_receipt(row, content)}, DELIVERY
        )


def _delivered_receipt(row: Any, content: ReceiptContent) -> dict[str, Any]:
    """Return the subject and content of a delivered receipt, and the instants of its decision and delivery."""
    return {
        "trade": row.order_no,
        "about": about(row),
        "receipt": row.code,
        "status": row.return_status,
        "rule": content.rule,
        "words": common(decode_row(content.words)),
        "fields": common(decode_row(content.fields)),
        "decided": row.return_time,
        "placed": row.filed_at,
    }


def digests_of(connection: Connection, sandbox: str) -> Digests:
    """Return both digests of a sandbox as of the connection's transaction."""
    return Digests(digest_of(outcomes(connection, sandbox)), digest_of(deliveries(connection, sandbox)))


def lines_of(connection: Connection, sandbox: str, sequence: bool) -> Iterator[bytes]:
    """Yield the lines of a sandbox's digest file: of its outcomes, or of the `sequence` of its deliveries."""
    if sequence:
        return write_lines(deliveries(connection, sandbox), SEQUENCE)
    return write_lines(outcomes(connection, sandbox), OUTCOMES)
