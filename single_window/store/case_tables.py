"""Tables of cases that wait for a person, one row per subject, and of the decision log, a hash chain."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table
from sqlalchemy import text as sql

from single_window.store.columns import big, id_column, metadata, sandbox_column, text

work_case = Table(
    "work_case",
    metadata,
    sandbox_column(True),
    Column("subject", String(20), primary_key=True),
    Column("subject_id", String(40), primary_key=True),
    text("desk"),
    text("office"),
    text("flow"),
    text("kind"),
    text("number"),
    text("order_no"),
    text("state"),
    Column("version", Integer, nullable=False, server_default="0"),
    text("reason"),
    text("reasons"),
    text("company"),
    text("goods"),
    text("terms"),
    big("declaration_id"),
    big("value"),
    big("tax"),
    text("lane"),
    big("opened_at"),
    big("due"),
    text("assignee"),
    big("lease_until"),
    Column("waiting", Integer, nullable=False, server_default="1"),
    big("ended_at"),
    sqlite_with_rowid=False,
)
_WAITING = sql("waiting = 1")
for _first in ("desk", "assignee", ""):
    Index(
        f"ix_work_case_{_first or 'due'}",
        work_case.c.sandbox,
        *([work_case.c[_first]] if _first else []),
        work_case.c.due,
        work_case.c.subject,
        work_case.c.subject_id,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
Index("ix_work_case_ended_at", work_case.c.sandbox, work_case.c.ended_at)
Index("ix_work_case_opened_at", work_case.c.sandbox, work_case.c.opened_at)
decision_log = Table(
    "decision_log",
    metadata,
    sandbox_column(True),
    id_column("sequence"),
    big("decision_id"),
    text("subject"),
    text("subject_id"),
    text("action"),
    text("by"),
    text("role"),
    big("seen"),
    text("reason"),
    text("before"),
    text("after"),
    text("outcome"),
    text("answer"),
    big("filed_at"),
    big("answered_at"),
    text("previous"),
    text("hash"),
    sqlite_with_rowid=False,
)
Index("ix_decision_log_by", decision_log.c.sandbox, decision_log.c.by, decision_log.c.sequence)
Index("ix_decision_log_answered_at", decision_log.c.sandbox, decision_log.c.answered_at)
decision_log_head = Table(
    "decision_log_head",
    metadata,
    sandbox_column(True),
    big("sequence"),
    text("hash"),
    sqlite_with_rowid=False,
)
