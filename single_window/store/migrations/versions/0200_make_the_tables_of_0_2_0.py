"""make the tables of 0.2.0"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from single_window.store.migrate import create_tables

revision = "0200"
down_revision = None

# Nothing here refers to the tables of the program, which change with later revisions: this one stays as it is.
_tables = sa.MetaData(
    naming_convention={"uq": "uq_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"},
)


def _id(name: str = "id") -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _key(name: str, length: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), primary_key=True)


def _sandbox(primary: bool = False) -> sa.Column[str]:
    return sa.Column("sandbox", sa.String(40), primary_key=primary, nullable=False)


def _texts(*names: str, default: str = "") -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), server_default=default, nullable=False) for name in names]


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), server_default="", nullable=False)


def _bigs(*names: str, default: int = 0) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), server_default=str(default), nullable=False) for name in names]


def _integers(*names: str, default: int = 0) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), server_default=str(default), nullable=False) for name in names]


def _index(name: str, *columns: str | sa.TextClause, where: str = "", unique: bool = False, **extra: Any) -> sa.Index:
    condition = sa.text(where) if where else None
    return sa.Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition, **extra)


sa.Table(
    "account",
    _tables,
    _key("name", 40),
    *_texts("display", "password", "role", "agency", "office"),
    *_bigs("disabled_at", "created_at"),
    *_integers("session_epoch"),
    sqlite_with_rowid=False,
)
sa.Table(
    "account_book",
    _tables,
    _sandbox(primary=True),
    _key("ems_no", 30),
    _key("item_record_no", 30),
    *_texts("gcode", "gname", "unit"),
    *_bigs("filed", "drawn"),
    sqlite_with_rowid=False,
)
sa.Table(
    "allowance",
    _tables,
    _sandbox(primary=True),
    _key("identity", 60),
    sa.Column("year", sa.Integer(), primary_key=True),
    *_bigs("reserved", "used"),
    sqlite_with_rowid=False,
)
sa.Table(
    "api_key",
    _tables,
    _key("id", 20),
    sa.Column("home", sa.String(40), nullable=False),
    sa.Column("owner", sa.String(40), nullable=False),
    *_texts("digest", "mailboxes", "rights"),
    *_bigs("made_at"),
    *_texts("made_by"),
    *_bigs("expires_at", "revoked_at", "used_at"),
    _index("ix_api_key_home_owner", "home", "owner"),
    sqlite_with_rowid=False,
)
sa.Table(
    "archive",
    _tables,
    _id("message_id"),
    sa.Column("body", sa.LargeBinary(), nullable=False),
)
sa.Table(
    "authority",
    _tables,
    _sandbox(primary=True),
    _key("kind", 10),
    *_texts("der", "secret"),
)
sa.Table(
    "batch",
    _tables,
    _id(),
    _sandbox(),
    *_texts("batch_no"),
    *_texts("flow", default="I"),
    *_texts("opened_by", "opening", "customs_code", "trade_mode"),
    *_texts("state", default="open"),
    *_integers("version", "revision", default=1),
    *_bigs("asked", "places", "members", "drawn", "awaited", "failed", "held", "released", "refused"),
    *_texts("phase"),
    *_bigs("cursor"),
    *_texts("verdict"),
    *_bigs("opened_at", "declared_at", "drawn_at", "released_at", "closed_at"),
    *_texts("reasons"),
    sa.UniqueConstraint("sandbox", "batch_no"),
    _index("ix_batch_opening", "sandbox", "opening", where="state = 'open' AND opening <> ''", unique=True),
)
sa.Table(
    "batch_member",
    _tables,
    _id("batch_id"),
    sa.Column("position", sa.BigInteger(), primary_key=True, autoincrement=False),
    _sandbox(),
    *_bigs("declaration_id"),
    *_texts("key"),
    *_texts("flow", default="I"),
    *_texts("state", "draw"),
    _index("ix_batch_member_declaration_id", "declaration_id"),
    _index("ix_batch_member_key", "sandbox", "key", where="state = 'reserved'"),
    sqlite_with_rowid=False,
)
sa.Table(
    "called_scenario",
    _tables,
    _sandbox(primary=True),
    _key("kind", 40),
    sa.Column("key", sa.Text(), primary_key=True, server_default=""),
    *_texts("scenario"),
    sqlite_with_rowid=False,
)
sa.Table(
    "cap_use",
    _tables,
    _sandbox(primary=True),
    _key("identity", 60),
    sa.Column("year", sa.Integer(), primary_key=True),
    _key("group_key", 20),
    *_bigs("quantity"),
    sqlite_with_rowid=False,
)
sa.Table(
    "certificate",
    _tables,
    _sandbox(primary=True),
    _key("number", 40),
    *_texts("company", "kind", "holder", "der", "fingerprint"),
    *_bigs("since", "until", "registered_at", "revoked_at"),
    _index("ix_certificate_company", "sandbox", "company"),
)
sa.Table(
    "channel",
    _tables,
    _sandbox(primary=True),
    _key("dxp_id", 30),
    _key("kind", 10),
    *_texts("address", "secret"),
    *_texts("state", default="active"),
    *_bigs("position", "tried"),
    *_integers("failures"),
    *_bigs("next_at", "blocked_at"),
    *_texts("last_error"),
    *_bigs("delivered_at", "made_at"),
    *_texts("holder"),
    *_bigs("held_until"),
    sqlite_with_rowid=False,
)
sa.Table(
    "chosen_envelope",
    _tables,
    _sandbox(primary=True),
    _key("dxp_id", 30),
    _key("way", 10),
    *_texts("envelope"),
)
sa.Table(
    "credit_grade",
    _tables,
    _sandbox(primary=True),
    _key("code", 18),
    _key("since", 10),
    *_texts("grade", "source", "who"),
    *_bigs("at"),
    sqlite_with_rowid=False,
)
sa.Table(
    "deadline",
    _tables,
    _id(),
    _sandbox(),
    *_bigs("due"),
    *_texts("kind", "queue", "subject"),
    *_texts("state", default="open"),
    _index("ix_deadline_done", "sandbox", where="state = 'done'"),
    _index("ix_deadline_open", "sandbox", "due", where="state = 'open'"),
    _index(
        "ix_deadline_subject",
        "sandbox",
        "subject",
        where="state = 'open'",
        postgresql_ops={"subject": "text_pattern_ops"},
    ),
)
sa.Table(
    "decision",
    _tables,
    _id(),
    _sandbox(),
    *_texts("subject", "subject_id"),
    *_bigs("seen"),
    *_texts("action", "reason", "by", "details"),
    *_bigs("at"),
    *_texts("state", default="filed"),
    *_texts("answer"),
    *_bigs("answered_at"),
    *_texts("role", "before", "second"),
    *_bigs("second_at"),
    _index("ix_decision_proposed", "sandbox", "subject", "subject_id", where="state = 'proposed'", unique=True),
    _index("ix_decision_subject", "sandbox", "subject", "subject_id"),
)
sa.Table(
    "decision_log",
    _tables,
    _sandbox(primary=True),
    _id("sequence"),
    *_bigs("decision_id"),
    *_texts("subject", "subject_id", "action", "by", "role"),
    *_bigs("seen"),
    *_texts("reason", "before", "after", "outcome", "answer"),
    *_bigs("filed_at", "answered_at"),
    *_texts("previous", "hash"),
    _index("ix_decision_log_answered_at", "sandbox", "answered_at"),
    _index("ix_decision_log_by", "sandbox", "by", "sequence"),
    sqlite_with_rowid=False,
)
sa.Table(
    "decision_log_head",
    _tables,
    _sandbox(primary=True),
    *_bigs("sequence"),
    *_texts("hash"),
    sqlite_with_rowid=False,
)
sa.Table(
    "declaration",
    _tables,
    _id(),
    _sandbox(),
    *_texts("key", "order_no", "state"),
    *_integers("version", default=1),
    *_bigs("document_id"),
    *_integers("document_version", default=1),
    *_texts("mailboxes", "cop_no", "pre_no", "invt_no", "customs_code", "ebp_code", "ebc_code", "agent_code"),
    *_texts("assure_code", "logistics_key", "trade_mode", "buyer", "lane", "detention"),
    *_bigs("value"),
    *_integers("full_tax"),
    *_bigs("accepted_at", "released_at", "closed_at", "delivered_at", "arrived_at", "last_return"),
    *_texts("reasons", "held"),
    *_texts("flow", default="I"),
    *_texts("bill_no"),
    *_bigs("batch_id"),
    *_texts("batch_no", "statistics_flag", "review_cause"),
    sa.UniqueConstraint("sandbox", "key", "flow"),
    _index("ix_declaration_bill_no", "sandbox", "bill_no", where="bill_no <> ''"),
    _index("ix_declaration_closed", "sandbox", "ebc_code", "closed_at", "id", where="flow = 'E' AND closed_at > 0"),
    _index("ix_declaration_cop_no", "sandbox", "cop_no"),
    _index("ix_declaration_invt_no", "sandbox", "invt_no"),
    _index("ix_declaration_logistics_key", "sandbox", "logistics_key"),
    _index("ix_declaration_order_no", "sandbox", "order_no"),
    _index("ix_declaration_pre_no", "sandbox", "pre_no"),
    _index("ix_declaration_sandbox", "sandbox", "id", "flow"),
    _index("ix_declaration_state", "sandbox", "state", "id", "flow"),
)
sa.Table(
    "delivery",
    _tables,
    _id(),
    _sandbox(),
    *_texts("queue", "topic"),
    *_bigs("message_id"),
    *_texts("payload"),
    *_integers("item_count", default=1),
    *_texts("state", default="ready"),
    *_integers("attempts"),
    *_bigs("not_before", "filed_at"),
    *_texts("reason", "traceback"),
    _index("ix_delivery_message_id", "message_id", where="message_id > 0"),
    _index("ix_delivery_open", "state", "not_before"),
    _index("ix_delivery_queue", "queue", "state", "not_before"),
)
sa.Table(
    "document",
    _tables,
    _id(),
    _sandbox(),
    *_texts("kind", "key", "order_no"),
    *_bigs("message_id"),
    *_integers("position"),
    *_texts("mailboxes", "guid", "app_type", "app_time", "app_status"),
    _bytes("content_hash"),
    *_texts("state", default="declared"),
    *_integers("version", default=1),
    *_texts("port_no"),
    *_bigs("last_return"),
    sa.Column("facts", sa.LargeBinary(), nullable=False),
    sa.UniqueConstraint("sandbox", "kind", "key"),
    _index("ix_document_message_id", "message_id"),
    _index("ix_document_order_no", "sandbox", "order_no"),
)
sa.Table(
    "enterprise",
    _tables,
    _sandbox(primary=True),
    _key("code", 18),
    *_texts("key", "state"),
    *_integers("version", default=1),
    *_texts("credit_code", "name", "kinds", "channel", "zone", "taxpayer_kind", "refund_kind", "tax_credit"),
    *_bigs("net_assets", "last_refund"),
    *_texts("facts", "mailboxes"),
    *_bigs("document_id"),
    *_integers("document_version", default=1),
    *_texts("reasons"),
    *_bigs("filed_at", "decided_at", "suspended_at", "last_return"),
    sqlite_with_rowid=False,
)
sa.Table(
    "epoch",
    _tables,
    _key("gateway", 40),
    *_bigs("count"),
)
sa.Table(
    "exchange_pool",
    _tables,
    _sandbox(primary=True),
    _key("pool", 60),
    _key("currency", 3),
    *_texts("ebc_code"),
    *_bigs("collected", "used"),
    sqlite_with_rowid=False,
)
sa.Table(
    "exchange_rate_row",
    _tables,
    _id(),
    _sandbox(),
    *_texts("row"),
    _index("ix_exchange_rate_row_sandbox", "sandbox"),
)
sa.Table(
    "export_item",
    _tables,
    _sandbox(primary=True),
    _key("item_no", 24),
    *_texts("ebc_code", "trade_mode", "exported_on", "gcode", "unit"),
    *_bigs("qty"),
    *_texts("unit2"),
    *_bigs("qty2"),
    *_texts("currency"),
    *_bigs("fob"),
    *_texts("pool"),
    *_bigs("used", "returned"),
    sqlite_with_rowid=False,
)
sa.Table(
    "filed_goods",
    _tables,
    _sandbox(primary=True),
    _key("ebc_code", 18),
    _key("item_no", 30),
    *_texts("gcode", "gname", "unit", "country", "state"),
    *_bigs("filing_id", "at"),
    sqlite_with_rowid=False,
)
sa.Table(
    "forex_enterprise",
    _tables,
    _sandbox(primary=True),
    _key("code", 18),
    *_texts("forex_class", default="A"),
    *_integers("registered"),
    *_texts("since", "source"),
    *_bigs("quota"),
    sqlite_with_rowid=False,
)
sa.Table(
    "forex_leg",
    _tables,
    _id("report_id"),
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    _sandbox(),
    *_texts("state", "ebc_code", "direction", "leg_kind", "trans_code", "order_no", "entry_no", "counterparty"),
    *_texts("country", "currency"),
    *_bigs("amount", "usd", "rmb", "at"),
    _index("ix_forex_leg_entry_no", "sandbox", "entry_no", where="entry_no <> ''"),
    _index("ix_forex_leg_order_no", "sandbox", "order_no", where="order_no <> ''"),
    sqlite_with_rowid=False,
)
sa.Table(
    "forex_report",
    _tables,
    _id(),
    _sandbox(),
    *_texts("key", "cop_no", "state"),
    *_integers("version", default=1),
    *_texts("reporter_code", "ebc_code", "direction", "settlement", "currency"),
    *_bigs("amount", "usd", "rmb", "legs"),
    *_texts("value_on", "mailboxes"),
    *_bigs("document_id"),
    *_integers("document_version", default=1),
    *_texts("reasons"),
    *_bigs("filed_at", "decided_at"),
    *_texts("keep_until"),
    *_bigs("last_return"),
    sa.UniqueConstraint("sandbox", "key"),
    _index("ix_forex_report_ebc_code", "sandbox", "ebc_code"),
    _index("ix_forex_report_state", "sandbox", "state"),
)
sa.Table(
    "forex_total",
    _tables,
    _sandbox(primary=True),
    _key("code", 18),
    sa.Column("year", sa.Integer(), primary_key=True),
    _key("direction", 1),
    *_bigs("usd", "count"),
    sqlite_with_rowid=False,
)
sa.Table(
    "goods_filing",
    _tables,
    _id(),
    _sandbox(),
    *_texts("key", "state"),
    *_integers("version", default=1),
    *_texts("ebc_code", "cop_no", "mailboxes"),
    *_bigs("document_id"),
    *_integers("document_version", default=1),
    *_texts("reasons"),
    *_bigs("filed_at", "last_return"),
    sa.UniqueConstraint("sandbox", "key"),
)
sa.Table(
    "goods_row",
    _tables,
    _id(),
    _sandbox(),
    *_texts("row"),
    _index("ix_goods_row_sandbox", "sandbox"),
)
sa.Table(
    "guarantee",
    _tables,
    _sandbox(primary=True),
    _key("assure_code", 30),
    *_texts("name"),
    *_bigs("amount", "reserved", "booked"),
    *_texts("standing", "valid_until"),
    *_bigs("overdue"),
    sqlite_with_rowid=False,
)
sa.Table(
    "handling",
    _tables,
    _id(),
    _sandbox(),
    *_bigs("delivery_id", "at"),
    *_texts("act", "who", "why"),
    _index("ix_handling_delivery_id", "delivery_id"),
)
sa.Table(
    "held_receipt",
    _tables,
    _id(),
    _sandbox(),
    *_texts("draft"),
    _index("ix_held_receipt_sandbox", "sandbox"),
)
sa.Table(
    "in_hand",
    _tables,
    _key("worker", 200),
    *_texts("queue"),
    *_bigs("since", "until"),
    *_texts("deliveries"),
    sqlite_with_rowid=False,
)
sa.Table(
    "inspection",
    _tables,
    _id("declaration_id"),
    _sandbox(),
    *_texts("order_no", "key"),
    *_bigs("ordered_at"),
    *_texts("result"),
)
sa.Table(
    "mailbox",
    _tables,
    _sandbox(primary=True),
    _key("dxp_id", 30),
    *_bigs("next", default=1),
    sqlite_with_rowid=False,
)
sa.Table(
    "meeting",
    _tables,
    _sandbox(primary=True),
    _key("order_no", 60),
    *_texts("answered"),
    sqlite_with_rowid=False,
)
sa.Table(
    "message",
    _tables,
    _id(),
    _sandbox(),
    *_texts("sender", "transmission_id"),
    _bytes("content_hash"),
    *_texts("code", "guid", "edition", "channel"),
    *_bigs("received_at", "admitted_at", "size"),
    *_integers("documents"),
    *_texts("state", default="received"),
    *_texts("findings"),
    sa.UniqueConstraint("sandbox", "transmission_id", "sender"),
    _index("ix_message_content_hash", sa.text("substr(content_hash, 1, 6)")),
    _index("ix_message_received_at", "sandbox", "received_at", "state"),
    _index("ix_message_refused", "sandbox", "id", where="state IN ('refused', 'invalid')"),
)
sa.Table(
    "outcome_trigger",
    _tables,
    _id(),
    _sandbox(),
    sa.Column("name", sa.String(60), nullable=False),
    *_texts("match", "action"),
    *_bigs("times", "left", "made_at"),
    sa.UniqueConstraint("sandbox", "name"),
)
sa.Table(
    "parcel",
    _tables,
    _sandbox(primary=True),
    _key("logistics_key", 90),
    *_bigs("arrived_at", "signed_at"),
    *_texts("bill_no", "arrival_key"),
    *_bigs("departed_at", "departure_id"),
    sqlite_with_rowid=False,
)
sa.Table(
    "participant",
    _tables,
    _sandbox(primary=True),
    _key("code", 18),
    *_texts("credit_code", "name", "kinds", "dxp_id"),
    *_texts("credit_grade", default="ordinary"),
    *_texts("edition", default="2022-05"),
    *_texts("tolerances"),
    *_texts("source", default="imported"),
    *_bigs("suspended_at"),
    _index("ix_participant_credit_code", "sandbox", "credit_code"),
    _index("ix_participant_dxp_id", "sandbox", "dxp_id"),
)
sa.Table(
    "payment_address",
    _tables,
    _sandbox(primary=True),
    _key("company", 40),
    *_texts("url"),
    *_bigs("set_at"),
)
sa.Table(
    "payment_request",
    _tables,
    _sandbox(primary=True),
    _id(),
    *_texts("session_id", "order_no", "platform"),
    *_bigs("declaration_id"),
    *_texts("by"),
    *_bigs("asked_at", "due"),
    *_texts("asking"),
    *_integers("attempts"),
    *_bigs("next_at"),
    *_texts("reply", "error", "verdict"),
    *_integers("uploads"),
    *_bigs("answered_at"),
    *_texts("code", "message", "findings", "payload", "expected", "matches", "digest", "signed_digest"),
    _index("ix_payment_request_asking", "asking", "next_at"),
    _index("ix_payment_request_session_id", "sandbox", "session_id", unique=True),
    sqlite_with_rowid=False,
)
sa.Table(
    "person",
    _tables,
    _sandbox(primary=True),
    _key("id_number", 60),
    *_texts("name"),
    sqlite_with_rowid=False,
)
sa.Table(
    "receipt",
    _tables,
    _id("group_id"),
    sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
    _sandbox(),
    *_texts("code", "order_no", "kind", "key", "return_status"),
    *_bigs("return_time"),
    _index("ix_receipt_order_no", "sandbox", "order_no"),
    sqlite_with_rowid=False,
)
sa.Table(
    "receipt_group",
    _tables,
    _id(),
    _sandbox(),
    *_texts("mailbox"),
    sa.Column("first", sa.BigInteger(), nullable=False),
    sa.Column("count", sa.Integer(), nullable=False),
    *_bigs("filed_at"),
    *_integers("making"),
    sa.Column("contents", sa.LargeBinary(), nullable=False),
    _index("ix_receipt_group_filed_at", "sandbox", "filed_at"),
    _index("ix_receipt_group_mailbox", "sandbox", "mailbox", "first"),
)
sa.Table(
    "receipt_making",
    _tables,
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("form", sa.Integer(), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("words", sa.LargeBinary(), nullable=False),
)
sa.Table(
    "refund_account",
    _tables,
    _sandbox(primary=True),
    _key("ebc_code", 18),
    *_bigs("set_off", "carry"),
    *_integers("blocked"),
    *_bigs("firm_class"),
    *_texts("class_since", "facts"),
    sqlite_with_rowid=False,
)
sa.Table(
    "refund_claim",
    _tables,
    _id(),
    _sandbox(),
    *_texts("key", "cop_no", "state"),
    *_integers("version", default=1),
    *_texts("ebc_code", "kind", "business", "period"),
    *_bigs("firm_class"),
    *_texts("stage"),
    *_bigs("lines", "fob", "refund", "credited", "carry", "cost", "domestic_vat", "set_off", "paid", "recovered"),
    *_texts("working", "conditions", "reasons", "mailboxes"),
    *_bigs("document_id"),
    *_integers("document_version", default=1),
    *_bigs("filed_at", "due"),
    *_integers("provisional"),
    *_bigs("decided_at", "paid_at"),
    *_texts("exchange", "pools", "exchange_due", "reconcile_from", "reconcile_until"),
    *_bigs("last_return"),
    sa.UniqueConstraint("sandbox", "key"),
    _index("ix_refund_claim_ebc_code", "sandbox", "ebc_code"),
    _index("ix_refund_claim_state", "sandbox", "state"),
)
sa.Table(
    "refund_entry",
    _tables,
    _id(),
    _sandbox(),
    *_bigs("claim_id"),
    *_texts("ebc_code", "kind"),
    *_bigs("amount"),
    *_texts("notice_no"),
    *_bigs("at"),
    *_texts("reason"),
    _index("ix_refund_entry_claim_id", "claim_id"),
)
sa.Table(
    "refund_line",
    _tables,
    _id("claim_id"),
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    _sandbox(),
    *_texts("part", "link_no", "item_no", "gcode", "unit"),
    *_bigs("qty", "taken"),
    *_texts("currency"),
    *_bigs("fob", "base", "refund", "cost"),
    *_texts("treatment"),
    *_bigs("repaid_qty", "repaid"),
    *_texts("sale_state"),
    *_bigs("invoice_id"),
    *_integers("invoice_line"),
    _index("ix_refund_line_item_no", "sandbox", "item_no", where="item_no <> ''"),
    sqlite_with_rowid=False,
)
sa.Table(
    "refund_paper",
    _tables,
    _id(),
    _sandbox(),
    *_texts("kind", "key", "state"),
    *_integers("version", default=1),
    *_bigs("claim_id"),
    *_texts("ebc_code", "mailboxes"),
    *_bigs("document_id"),
    *_integers("document_version", default=1),
    *_texts("invt_no", "certificate_no"),
    *_bigs("amount"),
    *_texts("lines", "reasons"),
    *_bigs("filed_at", "last_return"),
    sa.UniqueConstraint("sandbox", "kind", "key"),
    _index("ix_refund_paper_invt_no", "sandbox", "invt_no", where="invt_no <> ''"),
)
sa.Table(
    "refund_rate_row",
    _tables,
    _id(),
    _sandbox(),
    *_texts("row"),
    _index("ix_refund_rate_row_sandbox", "sandbox"),
)
sa.Table(
    "request",
    _tables,
    _id(),
    _sandbox(),
    *_texts("kind", "key"),
    *_bigs("declaration_id"),
    *_texts("state"),
    *_integers("version", default=1),
    *_bigs("document_id"),
    *_integers("document_version", default=1),
    *_texts("mailboxes", "fields", "lines"),
    *_bigs("filed_at", "tally_id", "last_return"),
    *_texts("reasons"),
    *_bigs("parcels_left"),
    sa.UniqueConstraint("sandbox", "kind", "key"),
    _index("ix_request_declaration_id", "declaration_id"),
)
sa.Table(
    "sandbox",
    _tables,
    _key("name", 40),
    *_texts("seed"),
    *_texts("settings", default="{}"),
    *_texts("clock_kind", default="system"),
    *_bigs("clock_base", "clock_set_at"),
    *_texts("clock_rate", default="1"),
    *_bigs("clock_generation"),
    *_texts("reset"),
    *_bigs("reset_at"),
    *_texts("owner"),
    *_bigs("trigger_epoch"),
)
sa.Table(
    "sandbox_snapshot",
    _tables,
    _id(),
    _sandbox(),
    *_texts("label"),
    *_bigs("at", "rows"),
    *_texts("settings"),
    sa.Column("body", sa.LargeBinary(), nullable=False),
    _index("ix_sandbox_snapshot_sandbox", "sandbox", "id"),
)
sa.Table(
    "sandbox_value",
    _tables,
    _id("decision_id"),
    _sandbox(),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("since", sa.String(10), nullable=False),
    *_texts("value", "by", "second"),
    *_bigs("at"),
    _index("ix_sandbox_value_name", "sandbox", "name"),
)
sa.Table(
    "saved_filter",
    _tables,
    _key("account", 40),
    _key("name", 40),
    *_texts("query"),
    sqlite_with_rowid=False,
)
sa.Table(
    "serial",
    _tables,
    _sandbox(primary=True),
    _key("name", 40),
    *_bigs("next", default=1),
    sqlite_with_rowid=False,
)
sa.Table(
    "sign_in_failure",
    _tables,
    _key("kind", 10),
    _key("name", 100),
    *_integers("failures"),
    *_bigs("last_at", "locked_until"),
    sqlite_with_rowid=False,
)
sa.Table(
    "summary",
    _tables,
    _id(),
    _sandbox(),
    *_texts("key", "place", "customs_code", "agent_code", "ebc_code", "cop_no", "state", "mailboxes"),
    *_integers("version", default=1),
    *_texts("sum_no", "papers", "head", "wishes"),
    *_bigs("since", "until"),
    *_texts("phase"),
    *_bigs("cursor", "after", "lists"),
    *_texts("left_out", "months"),
    *_bigs("declarations", "goods_lines", "results", "filed_at", "accepted_at", "done_at", "last_return"),
    *_texts("reasons"),
    sa.UniqueConstraint("sandbox", "key"),
    _index("ix_summary_ebc_code", "sandbox", "ebc_code"),
    _index("ix_summary_sum_no", "sandbox", "sum_no"),
)
sa.Table(
    "summary_declaration",
    _tables,
    _id("summary_id"),
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    _sandbox(),
    *_texts("month", "head", "lines"),
    *_bigs("gross", "net", "parts", "sources"),
    *_texts("decl_seq_no", "entry_id"),
    _index("ix_summary_declaration_entry_id", "sandbox", "entry_id"),
    sqlite_with_rowid=False,
)
sa.Table(
    "summary_member",
    _tables,
    _id("declaration_id"),
    _sandbox(),
    *_bigs("summary_id"),
    *_texts("month"),
    _index("ix_summary_member_summary_id", "summary_id", "declaration_id"),
)
sa.Table(
    "summary_month",
    _tables,
    _sandbox(primary=True),
    _key("ebc_code", 18),
    _key("month", 10),
    *_texts("last_day"),
    *_bigs("due"),
    *_integers("provisional"),
    *_bigs("overdue_at", "waiting"),
    sqlite_with_rowid=False,
)
sa.Table(
    "summary_part",
    _tables,
    _id("summary_id"),
    sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
    _sandbox(),
    *_bigs("number", "msg_seq_no"),
    *_texts("lines"),
    sqlite_with_rowid=False,
)
sa.Table(
    "summary_place",
    _tables,
    _id("summary_id"),
    _key("month", 10),
    sa.Column("first", sa.BigInteger(), primary_key=True, autoincrement=False),
    _sandbox(),
    *_texts("lists"),
    sqlite_with_rowid=False,
)
sa.Table(
    "tax_bill",
    _tables,
    _id("declaration_id"),
    sa.Column("sequence", sa.Integer(), primary_key=True, autoincrement=False),
    _sandbox(),
    *_texts("order_no", "key", "state"),
    *_integers("version", default=1),
    *_texts("assure_code", "tax_no"),
    _bytes("assessment"),
    *_bigs("released_at", "collected_at"),
    *_texts("duty_no"),
    *_bigs("overdue_at", "surcharge"),
    *_integers("pending"),
    *_texts("mailboxes"),
    _bytes("fields"),
    *_bigs("last_return"),
    _index("ix_tax_bill_overdue", "sandbox", "overdue_at", where="state = 'overdue'"),
    _index("ix_tax_bill_released_at", "sandbox", "released_at"),
    _index("ix_tax_bill_tax_no", "sandbox", "tax_no"),
    sqlite_with_rowid=False,
)
sa.Table(
    "timeline",
    _tables,
    _id(),
    _sandbox(),
    *_texts("order_no", "kind", "key"),
    *_bigs("at"),
    *_texts("actor", "event", "state", "reasons", "return_status"),
    sa.Column("return_time", sa.BigInteger(), nullable=True),
    _index("ix_timeline_order_no", "sandbox", "order_no"),
)
sa.Table(
    "vat_invoice",
    _tables,
    _id(),
    _sandbox(),
    *_texts("key", "invoice_no", "state"),
    *_integers("version", default=1),
    *_texts("ebc_code", "kind", "usage", "issued_on", "seller_code", "seller_name", "contract_no"),
    *_bigs("amount", "tax"),
    *_texts("mailboxes"),
    *_bigs("document_id"),
    *_integers("document_version", default=1),
    *_texts("reasons"),
    *_bigs("filed_at", "last_return"),
    sa.UniqueConstraint("sandbox", "key"),
    _index("ix_vat_invoice_number", "sandbox", "invoice_no", where="state IN ('accepted', 'used')", unique=True),
)
sa.Table(
    "vat_invoice_line",
    _tables,
    _id("invoice_id"),
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    _sandbox(),
    *_texts("gcode", "gname", "unit"),
    *_bigs("qty", "amount", "tax_rate", "tax", "used", "used_amount"),
    sqlite_with_rowid=False,
)
sa.Table(
    "work_case",
    _tables,
    _sandbox(primary=True),
    _key("subject", 20),
    _key("subject_id", 40),
    *_texts("desk", "office", "flow", "kind", "number", "order_no", "state"),
    *_integers("version"),
    *_texts("reason", "reasons", "company", "goods", "terms"),
    *_bigs("declaration_id", "value", "tax"),
    *_texts("lane"),
    *_bigs("opened_at", "due"),
    *_texts("assignee"),
    *_bigs("lease_until"),
    *_integers("waiting", default=1),
    *_bigs("ended_at"),
    _index("ix_work_case_assignee", "sandbox", "assignee", "due", "subject", "subject_id", where="waiting = 1"),
    _index("ix_work_case_desk", "sandbox", "desk", "due", "subject", "subject_id", where="waiting = 1"),
    _index("ix_work_case_due", "sandbox", "due", "subject", "subject_id", where="waiting = 1"),
    _index("ix_work_case_ended_at", "sandbox", "ended_at"),
    _index("ix_work_case_opened_at", "sandbox", "opened_at"),
    sqlite_with_rowid=False,
)


def upgrade() -> None:
    create_tables(op.get_bind(), _tables)
