"""Tables of cases that wait for a person, one row per subject, and of the decision log, a hash chain."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary

from single_window.store.columns import (
    big,
    bigs,
    counted_column,
    id_column,
    index,
    integer,
    number_key,
    sandbox_column,
    table,
    text,
    text_key,
    texts,
)

creation_key = table(
    "window",
    "creation_key",
    columns=[sandbox_column(True), text_key("subject", 20), text_key("key", 64), big("decision_id")],
)
"""What clients called their requests to make a subject -> the decision that was filed first."""
stored_file = table(
    "window",
    "stored_file",
    columns=[
        sandbox_column(True),
        text_key("sha256", 64),
        text("media_type"),
        Column("body", LargeBinary, nullable=False),
    ],
)
"""Files of a sandbox, each content once. Each sandbox has its own, so that it is copied and deleted as a whole, and
none tells what another has."""
case_file = table(
    "window",
    "case_file",
    columns=[
        sandbox_column(True),
        text_key("subject", 20),
        text_key("subject_id", 40),
        text_key("sha256", 64),
        number_key("entry"),
        *texts("name", "by"),
        *bigs("size", "at"),
        integer("line"),
    ],
)
"""The files of a case, by the subject of its decisions: who added which content, when, and under which name. Several
who added the same content have an `entry` each."""
index(case_file, "sha256", "sandbox", "sha256")
risk_profile = table(
    "window",
    "risk_profile",
    columns=[
        sandbox_column(True),
        text_key("code", 30),
        text("state", "draft"),
        integer("version", 1),
        *texts("title", "rule", "by"),
        big("at"),
    ],
)
"""Risk profiles as they were drafted last; what is in force are rows of `sandbox_value`."""
question = table(
    "window",
    "question",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("subject", "subject_id", "mailbox", "number", "company", "asked_in"),
        integer("document_version"),
        *texts("state", "text", "returns", "silence", "by"),
        *bigs("asked_at", "due", "case_due"),
        integer("reminders"),
        big("reminded_at"),
        *texts("answer", "files", "answered_by"),
        *bigs("answered_at", "closed_at"),
    ],
)
"""What officers asked the declarants of cases; its id is that of the decision to ask."""
index(question, "open", "sandbox", "subject", "subject_id", where="state = 'open'", unique=True)
index(question, "case", "sandbox", "subject", "subject_id", "id")
index(question, "mailbox", "sandbox", "mailbox", "id")
index(question, "back", "sandbox", "answered_at", where="closed_at = 0")
quality_plan = table(
    "window",
    "quality_plan",
    columns=[sandbox_column(True), text_key("month", 7), text("commitment"), big("sequence"), big("drawn_at")],
)
"""Each month's checks of closed cases: the hash of the secret by which they are drawn, and the last row of the log that
was looked at."""
quality_check = table(
    "window",
    "quality_check",
    columns=[
        id_column(),
        sandbox_column(),
        text("month"),
        text("state", "waiting"),
        integer("version", 1),
        *texts("subject", "subject_id", "number"),
        *texts("desk", "office", "lane", "reason", "before"),
        big("sequence"),
        *texts("first_action", "first_by"),
        integer("golden"),
        *texts("second_action", "second_by", "second_reason"),
        *bigs("drawn_at", "decided_at"),
    ],
)
"""Closed cases that a second officer decides again. `sequence`: the row of the log that closed it; 0: a golden case,
of which `first_action` is the known answer."""
index(quality_check, "month", "sandbox", "month", "id")
work_case = table(
    "all",
    "work_case",
    columns=[
        sandbox_column(True),
        text_key("subject", 20),
        text_key("subject_id", 40),
        *texts("desk", "office", "flow", "kind", "number", "order_no", "state"),
        integer("version"),
        *texts("reason", "reasons", "company", "goods", "terms"),
        *bigs("declaration_id", "value", "tax"),
        text("lane"),
        *bigs("opened_at", "due"),
        text("assignee"),
        big("lease_until"),
        integer("waiting", 1),
        *bigs("ended_at", "put_off_until"),
    ],
    sqlite_with_rowid=False,
)
_DUE = ("due", "subject", "subject_id")
index(work_case, "desk", "sandbox", "desk", *_DUE, where="waiting = 1")
index(work_case, "assignee", "sandbox", "assignee", *_DUE, where="waiting = 1")
index(work_case, "due", "sandbox", *_DUE, where="waiting = 1")
index(work_case, "trader", "sandbox", "desk", where="waiting = 2")
index(work_case, "ended_at", "sandbox", "ended_at")
index(work_case, "opened_at", "sandbox", "opened_at")
decision_log = table(
    "window",
    "decision_log",
    columns=[
        sandbox_column(True),
        id_column("sequence"),
        big("decision_id"),
        *texts("subject", "subject_id", "action", "by", "role"),
        big("seen"),
        *texts("reason", "before", "after", "outcome", "answer"),
        *bigs("filed_at", "answered_at"),
        *texts("previous", "hash"),
    ],
    sqlite_with_rowid=False,
)
index(decision_log, "by", "sandbox", "by", "sequence")
index(decision_log, "answered_at", "sandbox", "answered_at")
index(decision_log, "subject", "subject_id", "subject", "sequence")
decision_log_head = table(
    "window",
    "decision_log_head",
    columns=[sandbox_column(True), big("sequence"), text("hash")],
    sqlite_with_rowid=False,
)
case_alert = table(
    "window",
    "case_alert",
    columns=[
        sandbox_column(True),
        text_key("account", 40),
        id_column("sequence"),
        text("subject"),
        text("subject_id"),
        *bigs("seen_at", "push_at"),
        integer("attempts"),
    ],
    sqlite_with_rowid=False,
)
"""Whom a row of the decision log concerns, such as a note that mentions an officer, until he has opened the case.
`push_at`: the machine's instant from which it is to be posted to his webhook; 0: it is not."""
index(case_alert, "push_at", "push_at", where="push_at > 0")
index(case_alert, "unseen", "account", "sequence", where="seen_at = 0")
call_log = table(
    "window",
    "call_log",
    columns=[
        counted_column(),
        sandbox_column(),
        *bigs("at", "request_size", "answer_size", "took"),
        integer("status"),
        *texts("caller", "method", "path", "query", "request_type", "answer_type", "request_id"),
        Column("request", LargeBinary, nullable=False),
        Column("answer", LargeBinary, nullable=False),
    ],
)
"""The newest calls of participants, where the window keeps them (`SINGLE_WINDOW_CALL_LOG`)."""
index(call_log, "of_sandbox", "sandbox", "id")
