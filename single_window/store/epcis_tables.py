"""Tables of EPCIS events: captures of participants, events, the identifiers that are looked up, and the window's own
changes of which no events are made yet."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary

from single_window.store.columns import (
    CheckedBytes,
    big,
    bigs,
    counted_column,
    id_column,
    index,
    integer,
    sandbox_column,
    seal_column,
    table,
    text,
    text_key,
    texts,
)

epcis_capture = table(
    "window",
    "epcis_capture",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("mailbox", "behaviour"),
        big("at"),
        integer("sent"),
        integer("taken"),
        text("findings"),
        seal_column(),
    ],
)
"""What one document led to; `findings`: of the events that were not taken, as JSON."""
index(epcis_capture, "sandbox", "sandbox")
epcis_event = table(
    "window",
    "epcis_event",
    columns=[
        sandbox_column(True),
        text_key("key", 32),
        *texts("mailbox", "event_id", "correction", "kind", "action", "biz_step", "disposition"),
        *texts("read_point", "biz_location"),
        *bigs("at", "recorded_at"),
        Column("body", CheckedBytes, nullable=False),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
"""Events. `key`: digest of mailbox, id and correction, which is the digest of its error declaration: a correction has
the id of what it corrects. Ids and places are digests: an index takes no text of any length."""
index(
    epcis_event,
    "at",
    *("sandbox", "at", "key", "mailbox", "kind", "action", "biz_step", "disposition", "read_point", "biz_location"),
    *("recorded_at", "event_id", "correction"),
)
"""Has all that is asked of events but their goods, so that a query reads no event that it does not answer."""
epcis_goods = table(
    "window",
    "epcis_goods",
    columns=[
        sandbox_column(True),
        text_key("identifier", 32),
        Column("at", BigInteger, primary_key=True, autoincrement=False),
        text_key("event", 32),
        text_key("role", 8),
        text_key("biz_step", 60),
    ],
    sqlite_with_rowid=False,
)
"""Digests of identifiers, of items and lots, and the families by which patterns find them, which have a colon, with the
time of an event, their part in it, and its step: the first events of a lot are read without its others, and those of a
step without the rows of the others."""
epcis_pending = table(
    "window",
    "epcis_pending",
    columns=[
        counted_column(),
        sandbox_column(),
        big("at"),
        integer("changes"),
        Column("contents", LargeBinary, nullable=False),
    ],
)
"""Changes of goods of which no events are made yet: some of a step in one row, in the order of their commits.
`changes`: how many; 0: none, but the trace batches that were registered after the rows before it. A query reads no
events before those of the rows that are committed are made."""
index(epcis_pending, "sandbox", "sandbox", "id", "changes")
