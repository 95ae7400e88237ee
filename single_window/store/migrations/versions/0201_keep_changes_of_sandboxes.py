"""keep changes of sandboxes, holds, secrets of plans, notices, alerts of officers, questions to declarants, and until
when decisions can be taken back, and find refused documents and what the log says of a case by an index"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from single_window.store.migrate import create_tables

revision = "0201"
down_revision = "0200"

_HOLD_KEY = (("kind", 20), ("key", 120), ("by", 60))
_PROPOSED = """
    INSERT INTO hold (sandbox, kind, "key", "by", reason, since, until)
    SELECT sandbox, 'case', subject_id, 'approval', '[["16002",{"reason":""},[]]]', 0, 0
    FROM decision WHERE state = 'proposed' AND subject_id <> ''
"""
_OF_DECISIONS = (
    ("ix_decision_undo", ["sandbox", "subject", "subject_id"], "filed"),
    ("ix_decision_undo_refused", ["sandbox", "by"], "refused"),
)
_tables = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
sa.Table(
    "sandbox_change",
    _tables,
    sa.Column("sandbox", sa.String(40), primary_key=True, nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
    *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("kind", "name", "contents")),
)
sa.Table(
    "hold",
    _tables,
    sa.Column("sandbox", sa.String(40), primary_key=True, nullable=False),
    *(sa.Column(name, sa.String(size), primary_key=True, nullable=False) for name, size in _HOLD_KEY),
    sa.Column("reason", sa.Text(), server_default="", nullable=False),
    *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("since", "until")),
    sqlite_with_rowid=False,
)
sa.Table(
    "plan_secret",
    _tables,
    *(sa.Column(name, sa.String(length), primary_key=True) for name, length in (("sandbox", 40), ("agency", 40))),
    sa.Column("plan", sa.String(60), primary_key=True),
    sa.Column("secret", sa.Text(), server_default="", nullable=False),
)
_notice = sa.Table(
    "notice",
    _tables,
    *(
        sa.Column(name, sa.String(length), primary_key=True, nullable=False)
        for name, length in (("sandbox", 40), ("company", 18), ("kind", 40), ("key", 200))
    ),
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("once", sa.String(200), nullable=False),
    sa.Column("return_time", sa.BigInteger(), server_default="0", nullable=False),
)
sa.Index("ix_notice_once", *(_notice.c[name] for name in ("sandbox", "company", "kind", "key", "once")), unique=True)
sa.Table(
    "creation_key",
    _tables,
    *(
        sa.Column(name, sa.String(length), primary_key=True, nullable=False)
        for name, length in (("sandbox", 40), ("subject", 20), ("key", 64))
    ),
    sa.Column("decision_id", sa.BigInteger(), server_default="0", nullable=False),
)
_FILE = (("sandbox", 40), ("sha256", 64))
sa.Table(
    "stored_file",
    _tables,
    *(sa.Column(name, sa.String(length), primary_key=True, nullable=False) for name, length in _FILE),
    sa.Column("media_type", sa.Text(), server_default="", nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
)
_case_file = sa.Table(
    "case_file",
    _tables,
    *(
        sa.Column(name, sa.String(length), primary_key=True, nullable=False)
        for name, length in (_FILE[0], ("subject", 20), ("subject_id", 40), _FILE[1])
    ),
    sa.Column("entry", sa.Integer(), primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("name", "by")),
    *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("size", "at")),
    sa.Column("line", sa.Integer(), server_default="0", nullable=False),
)
sa.Index("ix_case_file_sha256", _case_file.c.sandbox, _case_file.c.sha256)
_case_alert = sa.Table(
    "case_alert",
    _tables,
    *(sa.Column(name, sa.String(40), primary_key=True, nullable=False) for name in ("sandbox", "account")),
    sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("subject", "subject_id")),
    *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("seen_at", "push_at")),
    sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
    sqlite_with_rowid=False,
)
sa.Table(
    "alert_webhook",
    _tables,
    sa.Column("account", sa.String(40), primary_key=True, nullable=False),
    *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("address", "secret", "last_error")),
    sa.Column("made_at", sa.BigInteger(), server_default="0", nullable=False),
    sqlite_with_rowid=False,
)
sa.Table(
    "absence",
    _tables,
    sa.Column("account", sa.String(40), primary_key=True, nullable=False),
    sa.Column("since_at", sa.BigInteger(), primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("until_at", "handed_at")),
    *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("to", "by")),
    sqlite_with_rowid=False,
)
_UNPUSHED = sa.text("push_at > 0")
sa.Index("ix_case_alert_push_at", _case_alert.c.push_at, sqlite_where=_UNPUSHED, postgresql_where=_UNPUSHED)
_UNSEEN = sa.text("seen_at = 0")
sa.Index(
    "ix_case_alert_unseen",
    *(_case_alert.c[name] for name in ("account", "sequence")),
    sqlite_where=_UNSEEN,
    postgresql_where=_UNSEEN,
)

sa.Table(
    "risk_profile",
    _tables,
    *(
        sa.Column(name, sa.String(length), primary_key=True, nullable=False)
        for name, length in (_FILE[0], ("code", 30))
    ),
    sa.Column("state", sa.Text(), server_default="draft", nullable=False),
    sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("title", "rule", "by")),
    sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
)

_BIGS = (("asked_at", "due", "case_due"), ("reminded_at",), ("answered_at", "closed_at"))
_TEXTS = (
    ("subject", "subject_id", "mailbox", "number", "company", "asked_in"),
    ("state", "text", "returns", "silence", "by"),
    ("answer", "files", "answered_by"),
)


def _texts(names: tuple[str, ...]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]


def _integers(kind: type[sa.Integer], names: tuple[str, ...]) -> list[sa.Column[int]]:
    return [sa.Column(name, kind(), server_default="0", nullable=False) for name in names]


_question = sa.Table(
    "question",
    _tables,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("sandbox", sa.String(40), nullable=False),
    *_texts(_TEXTS[0]),
    *_integers(sa.Integer, ("document_version",)),
    *_texts(_TEXTS[1]),
    *_integers(sa.BigInteger, _BIGS[0]),
    *_integers(sa.Integer, ("reminders",)),
    *_integers(sa.BigInteger, _BIGS[1]),
    *_texts(_TEXTS[2]),
    *_integers(sa.BigInteger, _BIGS[2]),
)
_OF_QUESTIONS = (
    ("open", ("sandbox", "subject", "subject_id"), "state = 'open'"),
    ("case", ("sandbox", "subject", "subject_id", "id"), ""),
    ("mailbox", ("sandbox", "mailbox", "id"), ""),
    ("back", ("sandbox", "answered_at"), "closed_at = 0"),
)
for _name, _columns, _where in _OF_QUESTIONS:
    _partial: Any = {f"{dialect}_where": sa.text(_where) for dialect in ("sqlite", "postgresql") if _where}
    sa.Index(f"ix_question_{_name}", *(_question.c[name] for name in _columns), unique=_name == "open", **_partial)
sa.Table(
    "quality_plan",
    _tables,
    *(
        sa.Column(name, sa.String(length), primary_key=True, nullable=False)
        for name, length in (_FILE[0], ("month", 7))
    ),
    sa.Column("commitment", sa.Text(), server_default="", nullable=False),
    *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("sequence", "drawn_at")),
)
_CHECKED = ("subject", "subject_id", "number", "desk", "office", "lane", "reason", "before")
_check = sa.Table(
    "quality_check",
    _tables,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("sandbox", sa.String(40), nullable=False),
    sa.Column("month", sa.Text(), server_default="", nullable=False),
    sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
    sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in _CHECKED),
    sa.Column("sequence", sa.BigInteger(), server_default="0", nullable=False),
    *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("first_action", "first_by")),
    sa.Column("golden", sa.Integer(), server_default="0", nullable=False),
    *(
        sa.Column(name, sa.Text(), server_default="", nullable=False)
        for name in ("second_action", "second_by", "second_reason")
    ),
    *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("drawn_at", "decided_at")),
)
sa.Index("ix_quality_check_month", _check.c.sandbox, _check.c.month, _check.c.id)


def upgrade() -> None:
    create_tables(op.get_bind(), _tables)
    op.add_column("sandbox", sa.Column("holds", sa.Integer(), server_default="0", nullable=False))
    op.add_column("saved_filter", sa.Column("shared", sa.Integer(), server_default="0", nullable=False))
    op.add_column("work_case", sa.Column("put_off_until", sa.BigInteger(), server_default="0", nullable=False))
    for name in ("delivery_id", "not_before"):
        op.add_column("decision", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    for name, columns, condition in _OF_DECISIONS:
        where = sa.text(f"state = '{condition}' AND not_before > 0")
        unique = condition == "filed"
        op.create_index(name, "decision", columns, unique=unique, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_decision_log_subject", "decision_log", ["subject_id", "subject", "sequence"])
    where = sa.text("waiting = 2")
    op.create_index("ix_work_case_trader", "work_case", ["sandbox", "desk"], sqlite_where=where, postgresql_where=where)
    # whom a proposal waits about was told by the proposal alone
    op.execute(_PROPOSED)
    op.execute("UPDATE sandbox SET holds = 1 WHERE name IN (SELECT sandbox FROM hold)")
    where = sa.text("(substr(return_status, 1, 1) = '-' OR return_status = '1')")
    op.create_index(
        "ix_receipt_undeclared", "receipt", ["sandbox", "return_time"], sqlite_where=where, postgresql_where=where
    )
