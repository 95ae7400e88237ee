"""Every table, with the one part of the program that may write it (`OWNERS`); all may append to the timeline.

Instants are milliseconds since the epoch, amounts and quantities integers scaled by 100,000, structured
values compact JSON: plain types that SQLite and PostgreSQL keep alike.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint
from sqlalchemy import text as sql

from single_window.store.account_tables import account, api_key, saved_filter, sign_in_failure
from single_window.store.agency_tables import (
    credit_grade,
    enterprise,
    exchange_pool,
    export_item,
    filed_goods,
    forex_enterprise,
    forex_leg,
    forex_report,
    forex_total,
    goods_filing,
    refund_account,
    refund_claim,
    refund_entry,
    refund_line,
    refund_paper,
    vat_invoice,
    vat_invoice_line,
)
from single_window.store.case_tables import decision_log, decision_log_head, work_case
from single_window.store.certificate_tables import authority, certificate
from single_window.store.columns import big as _big
from single_window.store.columns import id_column as _id
from single_window.store.columns import metadata
from single_window.store.columns import sandbox_column as _sandbox
from single_window.store.columns import text as _text
from single_window.store.payment_tables import payment_address, payment_request

sandbox = Table(
    "sandbox", metadata, Column("name", String(40), primary_key=True),
    _text("seed"), _text("settings", "{}"),
    _text("clock_kind", "system"), _big("clock_base"), _big("clock_set_at"), _text("clock_rate", "1"),
    _big("clock_generation"), _text("reset"), _big("reset_at"), _text("owner"), _big("trigger_epoch"),
)
serial = Table(
    "serial", metadata, _sandbox(True), Column("name", String(40), primary_key=True), _big("next", 1),
    sqlite_with_rowid=False,
)
epoch = Table("epoch", metadata, Column("gateway", String(40), primary_key=True), _big("count"))
participant = Table(
    "participant", metadata, _sandbox(True), Column("code", String(18), primary_key=True),
    _text("credit_code"), _text("name"), _text("kinds"), _text("dxp_id"), _text("credit_grade", "ordinary"),
    _text("edition", "2022-05"), _text("tolerances"), _text("source", "imported"), _big("suspended_at"),
)
Index("ix_participant_dxp_id", participant.c.sandbox, participant.c.dxp_id)
Index("ix_participant_credit_code", participant.c.sandbox, participant.c.credit_code)

message = Table(
    "message", metadata, _id(), _sandbox(), _text("sender"), _text("transmission_id"), _text("content_hash"),
    _text("code"), _text("guid"), _text("edition"), _text("channel"), _big("received_at"), _big("size"),
    Column("documents", Integer, nullable=False, server_default="0"), _text("state", "received"), _text("findings"),
    UniqueConstraint("sandbox", "transmission_id", "sender"),
)
Index("ix_message_content_hash", message.c.content_hash)
Index("ix_message_received_at", message.c.sandbox, message.c.received_at, message.c.state)
Index("ix_message_refused", message.c.sandbox, message.c.id, sqlite_where=sql("state IN ('refused', 'invalid')"),
      postgresql_where=sql("state IN ('refused', 'invalid')"))
archive = Table("archive", metadata, _id("message_id"), Column("body", LargeBinary, nullable=False))
document = Table(
    "document", metadata, _id(), _sandbox(), _text("kind"), _text("key"), _text("order_no"),
    _big("message_id"), Column("position", Integer, nullable=False, server_default="0"), _text("mailboxes"),
    _text("guid"), _text("app_type"), _text("app_time"), _text("app_status"), _text("content_hash"),
    _text("state", "declared"), Column("version", Integer, nullable=False, server_default="1"),
    _text("port_no"), _big("last_return"), Column("facts", LargeBinary, nullable=False),
    UniqueConstraint("sandbox", "kind", "key"),
)
Index("ix_document_order_no", document.c.sandbox, document.c.order_no)
Index("ix_document_message_id", document.c.message_id)
delivery = Table(
    "delivery", metadata, _id(), _sandbox(), _text("queue"), _text("topic"), _big("message_id"), _text("payload"),
    Column("item_count", Integer, nullable=False, server_default="1"), _text("state", "ready"),
    Column("attempts", Integer, nullable=False, server_default="0"), _big("not_before"),
    _big("filed_at"), _big("sent_at"), _text("reason"), _text("traceback"),
)
Index("ix_delivery_open", delivery.c.state, delivery.c.not_before, sqlite_where=sql("state <> 'done'"),
      postgresql_where=sql("state <> 'done'"))
Index("ix_delivery_message_id", delivery.c.message_id, sqlite_where=sql("state <> 'done' AND message_id > 0"),
      postgresql_where=sql("state <> 'done' AND message_id > 0"))
Index("ix_delivery_done", delivery.c.sandbox, sqlite_where=sql("state = 'done'"),
      postgresql_where=sql("state = 'done'"))
handling = Table(
    "handling", metadata, _id(), _sandbox(), _big("delivery_id"), _big("at"), _text("act"), _text("who"), _text("why"),
)
Index("ix_handling_delivery_id", handling.c.delivery_id)
decision = Table(
    "decision", metadata, _id(), _sandbox(), _text("subject"), _text("subject_id"), _big("seen"), _text("action"),
    _text("reason"), _text("by"), _text("details"), _big("at"), _text("state", "filed"), _text("answer"),
    _big("answered_at"), _text("role"), _text("before"), _text("second"), _big("second_at"),
)
Index("ix_decision_subject", decision.c.sandbox, decision.c.subject, decision.c.subject_id)
Index("ix_decision_proposed", decision.c.sandbox, decision.c.subject, decision.c.subject_id, unique=True,
      sqlite_where=sql("state = 'proposed'"), postgresql_where=sql("state = 'proposed'"))
sandbox_value = Table(
    "sandbox_value", metadata, _id("decision_id"), _sandbox(), Column("name", String(100), nullable=False),
    Column("since", String(10), nullable=False), _text("value"), _text("by"), _text("second"), _big("at"),
)
Index("ix_sandbox_value_name", sandbox_value.c.sandbox, sandbox_value.c.name)
outcome_trigger = Table(
    "outcome_trigger", metadata, _id(), _sandbox(), Column("name", String(60), nullable=False), _text("match"),
    _text("action"), _big("times"), _big("left"), _big("made_at"),
    UniqueConstraint("sandbox", "name"),
)
called_scenario = Table(
    "called_scenario", metadata, _sandbox(True), Column("kind", String(40), primary_key=True),
    _text("key", primary_key=True), _text("scenario"),
    sqlite_with_rowid=False,
)
held_receipt = Table("held_receipt", metadata, _id(), _sandbox(), _text("draft"))
Index("ix_held_receipt_sandbox", held_receipt.c.sandbox)
in_hand = Table(
    "in_hand", metadata, Column("worker", String(200), primary_key=True), _text("queue"), _big("since"), _big("until"),
    _text("deliveries"), sqlite_with_rowid=False,
)
mailbox = Table(
    "mailbox", metadata, _sandbox(True), Column("dxp_id", String(30), primary_key=True), _big("next", 1),
    sqlite_with_rowid=False,
)
receipt_group = Table(
    "receipt_group", metadata, _id(), _sandbox(), _text("mailbox"),
    Column("first", BigInteger, nullable=False),
    Column("count", Integer, nullable=False), _big("filed_at"),
)
Index("ix_receipt_group_mailbox", receipt_group.c.sandbox, receipt_group.c.mailbox, receipt_group.c.first)
Index("ix_receipt_group_filed_at", receipt_group.c.sandbox, receipt_group.c.filed_at)
receipt = Table(
    "receipt", metadata, _id("group_id"), Column("position", Integer, primary_key=True, autoincrement=False),
    _sandbox(), _text("code"), _text("order_no"), _text("kind"), _text("key"), _text("return_status"),
    _big("return_time"), _text("rule"), _text("words"), _text("fields"),
    sqlite_with_rowid=False,
)
Index("ix_receipt_order_no", receipt.c.sandbox, receipt.c.order_no)
channel = Table(
    "channel", metadata, _sandbox(True), Column("dxp_id", String(30), primary_key=True),
    Column("kind", String(10), primary_key=True), _text("address"), _text("secret"), _text("state", "active"),
    _big("position"), _big("tried"), Column("failures", Integer, nullable=False, server_default="0"), _big("next_at"),
    _big("blocked_at"), _text("last_error"), _big("delivered_at"), _big("made_at"), _text("holder"), _big("held_until"),
    sqlite_with_rowid=False,
)
timeline = Table(
    "timeline", metadata, _id(), _sandbox(), _text("order_no"), _text("kind"), _text("key"), _big("at"),
    _text("actor"), _text("event"), _text("state"), _text("reasons"),
)
Index("ix_timeline_order_no", timeline.c.sandbox, timeline.c.order_no)
deadline = Table(
    "deadline", metadata, _id(), _sandbox(), _big("due"), _text("kind"), _text("queue"), _text("subject"),
    _text("state", "open"),
)
Index("ix_deadline_open", deadline.c.sandbox, deadline.c.due, sqlite_where=sql("state = 'open'"),
      postgresql_where=sql("state = 'open'"))
Index("ix_deadline_subject", deadline.c.sandbox, deadline.c.subject, sqlite_where=sql("state = 'open'"),
      postgresql_where=sql("state = 'open'"), postgresql_ops={"subject": "text_pattern_ops"})
Index("ix_deadline_done", deadline.c.sandbox, sqlite_where=sql("state = 'done'"),
      postgresql_where=sql("state = 'done'"))

meeting = Table(
    "meeting", metadata, _sandbox(True), Column("order_no", String(60), primary_key=True), _text("answered"),
    sqlite_with_rowid=False,
)
declaration = Table(
    "declaration", metadata, _id(), _sandbox(), _text("key"), _text("order_no"), _text("state"),
    Column("version", Integer, nullable=False, server_default="1"), _big("document_id"),
    Column("document_version", Integer, nullable=False, server_default="1"), _text("mailboxes"),
    _text("cop_no"), _text("pre_no"), _text("invt_no"), _text("customs_code"), _text("ebp_code"), _text("ebc_code"),
    _text("agent_code"), _text("assure_code"), _text("logistics_key"), _text("trade_mode"), _text("buyer"),
    _text("lane"), _text("detention"), _big("value"), Column("full_tax", Integer, nullable=False, server_default="0"),
    _big("accepted_at"), _big("released_at"), _big("closed_at"),
    _big("delivered_at"), _big("arrived_at"), _big("last_return"), _text("reasons"), _text("held"),
    _text("flow", "I"), _text("bill_no"), _big("batch_id"), _text("batch_no"),
    _text("statistics_flag"),
    UniqueConstraint("sandbox", "key", "flow"),
)
for _column in ("order_no", "cop_no", "pre_no", "invt_no", "logistics_key"):
    Index(f"ix_declaration_{_column}", declaration.c.sandbox, declaration.c[_column])
Index("ix_declaration_sandbox", declaration.c.sandbox, declaration.c.id, declaration.c.flow)
Index("ix_declaration_state", declaration.c.sandbox, declaration.c.state, declaration.c.id, declaration.c.flow)
Index("ix_declaration_bill_no", declaration.c.sandbox, declaration.c.bill_no, sqlite_where=sql("bill_no <> ''"),
      postgresql_where=sql("bill_no <> ''"))
Index("ix_declaration_closed", declaration.c.sandbox, declaration.c.ebc_code, declaration.c.closed_at,
      declaration.c.id, sqlite_where=sql("flow = 'E' AND closed_at > 0"),
      postgresql_where=sql("flow = 'E' AND closed_at > 0"))
request = Table(
    "request", metadata, _id(), _sandbox(), _text("kind"), _text("key"), _big("declaration_id"), _text("state"),
    Column("version", Integer, nullable=False, server_default="1"), _big("document_id"),
    Column("document_version", Integer, nullable=False, server_default="1"), _text("mailboxes"),
    _text("fields"), _text("lines"), _big("filed_at"), _big("due"), _big("last_return"), _text("reasons"),
    UniqueConstraint("sandbox", "kind", "key"),
)
Index("ix_request_declaration_id", request.c.declaration_id)
allowance = Table(
    "allowance", metadata, _sandbox(True), Column("identity", String(60), primary_key=True),
    Column("year", Integer, primary_key=True), _big("reserved"), _big("used"),
    sqlite_with_rowid=False,
)
cap_use = Table(
    "cap_use", metadata, _sandbox(True), Column("identity", String(60), primary_key=True),
    Column("year", Integer, primary_key=True), Column("group_key", String(20), primary_key=True), _big("quantity"),
    sqlite_with_rowid=False,
)
account_book = Table(
    "account_book", metadata, _sandbox(True), Column("ems_no", String(30), primary_key=True),
    Column("item_record_no", String(30), primary_key=True), _text("gcode"), _text("gname"), _text("unit"),
    _big("filed"), _big("drawn"),
    sqlite_with_rowid=False,
)
parcel = Table(
    "parcel", metadata, _sandbox(True), Column("logistics_key", String(90), primary_key=True),
    _big("arrived_at"), _big("signed_at"), _text("bill_no"), _text("arrival_key"), _big("departed_at"),
    _big("departure_id"),
    sqlite_with_rowid=False,
)
batch = Table(
    "batch", metadata, _id(), _sandbox(), _text("batch_no"), _text("flow", "I"), _text("opened_by"), _text("opening"),
    _text("customs_code"), _text("trade_mode"), _text("state", "open"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("revision", Integer, nullable=False, server_default="1"), _big("asked"),
    _big("places"), _big("members"), _big("drawn"), _big("awaited"), _big("failed"), _big("held"), _big("released"),
    _big("refused"), _text("phase"), _big("cursor"),
    _text("verdict"), _big("opened_at"), _big("declared_at"), _big("drawn_at"), _big("released_at"), _big("closed_at"),
    _text("reasons"),
    UniqueConstraint("sandbox", "batch_no"),
)
Index("ix_batch_opening", batch.c.sandbox, batch.c.opening, unique=True,
      sqlite_where=sql("state = 'open' AND opening <> ''"), postgresql_where=sql("state = 'open' AND opening <> ''"))
batch_member = Table(
    "batch_member", metadata, _id("batch_id"), Column("position", BigInteger, primary_key=True, autoincrement=False),
    _sandbox(), _big("declaration_id"), _text("key"), _text("flow", "I"), _text("state"), _text("draw"),
    sqlite_with_rowid=False,
)
Index("ix_batch_member_declaration_id", batch_member.c.declaration_id)
Index("ix_batch_member_key", batch_member.c.sandbox, batch_member.c.key, sqlite_where=sql("state = 'reserved'"),
      postgresql_where=sql("state = 'reserved'"))
summary = Table(
    "summary", metadata, _id(), _sandbox(), _text("key"), _text("place"), _text("customs_code"), _text("agent_code"),
    _text("ebc_code"), _text("cop_no"), _text("state"), _text("mailboxes"),
    Column("version", Integer, nullable=False, server_default="1"), _text("sum_no"), _text("papers"), _text("head"),
    _text("wishes"), _big("since"), _big("until"), _text("phase"), _big("cursor"), _big("after"), _big("lists"),
    _text("left_out"), _text("months"), _big("declarations"), _big("goods_lines"), _big("results"), _big("filed_at"),
    _big("accepted_at"), _big("done_at"), _big("last_return"), _text("reasons"),
    UniqueConstraint("sandbox", "key"),
)
Index("ix_summary_sum_no", summary.c.sandbox, summary.c.sum_no)
Index("ix_summary_ebc_code", summary.c.sandbox, summary.c.ebc_code)
summary_declaration = Table(
    "summary_declaration", metadata, _id("summary_id"),
    Column("number", Integer, primary_key=True, autoincrement=False), _sandbox(), _text("month"), _text("head"),
    _text("lines"), _big("gross"), _big("net"), _big("parts"), _big("sources"), _text("decl_seq_no"),
    _text("entry_id"),
    sqlite_with_rowid=False,
)
Index("ix_summary_declaration_entry_id", summary_declaration.c.sandbox, summary_declaration.c.entry_id)
summary_part = Table(
    "summary_part", metadata, _id("summary_id"),
    Column("position", Integer, primary_key=True, autoincrement=False), _sandbox(), _big("number"),
    _big("msg_seq_no"), _text("lines"),
    sqlite_with_rowid=False,
)
summary_member = Table(
    "summary_member", metadata, _id("declaration_id"), _sandbox(), _big("summary_id"), _text("month"),
)
Index("ix_summary_member_summary_id", summary_member.c.summary_id, summary_member.c.declaration_id)
summary_place = Table(
    "summary_place", metadata, _id("summary_id"), Column("month", String(10), primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False), _sandbox(), _text("lists"),
    sqlite_with_rowid=False,
)
summary_month = Table(
    "summary_month", metadata, _sandbox(True), Column("ebc_code", String(18), primary_key=True),
    Column("month", String(10), primary_key=True), _text("last_day"), _big("due"),
    Column("provisional", Integer, nullable=False, server_default="0"), _big("overdue_at"), _big("waiting"),
    sqlite_with_rowid=False,
)
inspection = Table(
    "inspection", metadata, _id("declaration_id"), _sandbox(), _text("order_no"), _text("key"), _big("ordered_at"),
    _text("result"),
)
person = Table(
    "person", metadata, _sandbox(True), Column("id_number", String(60), primary_key=True), _text("name"),
    sqlite_with_rowid=False,
)
guarantee = Table(
    "guarantee", metadata, _sandbox(True), Column("assure_code", String(30), primary_key=True), _text("name"),
    _big("amount"), _big("reserved"), _big("booked"), _text("standing"), _text("valid_until"), _big("overdue"),
    sqlite_with_rowid=False,
)
tax_bill = Table(
    "tax_bill", metadata, _id("declaration_id"), Column("sequence", Integer, primary_key=True, autoincrement=False),
    _sandbox(), _text("order_no"), _text("key"), _text("state"),
    Column("version", Integer, nullable=False, server_default="1"), _text("assure_code"), _text("tax_no"),
    _text("assessment"), _big("released_at"),
    _big("collected_at"), _text("duty_no"), _big("overdue_at"), _big("surcharge"),
    Column("pending", Integer, nullable=False, server_default="0"),
    _text("mailboxes"), _text("fields"), _big("last_return"),
    sqlite_with_rowid=False,
)
Index("ix_tax_bill_released_at", tax_bill.c.sandbox, tax_bill.c.released_at)
Index("ix_tax_bill_tax_no", tax_bill.c.sandbox, tax_bill.c.tax_no)
Index("ix_tax_bill_overdue", tax_bill.c.sandbox, tax_bill.c.overdue_at, sqlite_where=sql("state = 'overdue'"),
      postgresql_where=sql("state = 'overdue'"))

goods_row = Table("goods_row", metadata, _id(), _sandbox(), _text("row"))
Index("ix_goods_row_sandbox", goods_row.c.sandbox)
refund_rate_row = Table("refund_rate_row", metadata, _id(), _sandbox(), _text("row"))
Index("ix_refund_rate_row_sandbox", refund_rate_row.c.sandbox)
exchange_rate_row = Table("exchange_rate_row", metadata, _id(), _sandbox(), _text("row"))
Index("ix_exchange_rate_row_sandbox", exchange_rate_row.c.sandbox)
sandbox_snapshot = Table(
    "sandbox_snapshot", metadata, _id(), _sandbox(), _text("label"), _big("at"), _big("rows"), _text("settings"),
    Column("body", LargeBinary, nullable=False),
)
Index("ix_sandbox_snapshot_sandbox", sandbox_snapshot.c.sandbox, sandbox_snapshot.c.id)

__all__ = [
    "OWNERS", "account", "account_book", "allowance", "api_key", "archive", "authority", "batch", "batch_member",
    "called_scenario", "cap_use", "certificate", "channel", "credit_grade", "deadline", "decision", "decision_log",
    "decision_log_head", "declaration", "delivery", "document", "enterprise", "epoch",
    "exchange_pool", "exchange_rate_row", "export_item", "filed_goods", "forex_enterprise", "forex_leg", "forex_report",
    "forex_total", "goods_filing", "goods_row", "guarantee", "handling", "held_receipt", "in_hand", "inspection",
    "mailbox", "meeting", "message", "metadata", "outcome_trigger", "parcel", "participant", "payment_address",
    "payment_request", "person", "receipt",
    "receipt_group", "refund_account", "refund_claim", "refund_entry", "refund_line", "refund_paper", "refund_rate_row",
    "request", "sandbox", "sandbox_snapshot", "sandbox_value", "saved_filter", "serial",
    "sign_in_failure", "summary",
    "summary_declaration", "summary_member", "summary_month", "summary_part", "summary_place", "tax_bill", "timeline",
    "vat_invoice", "vat_invoice_line", "work_case",
]

OWNERS = {
    "window": ("sandbox", "sandbox_snapshot", "serial", "epoch", "message", "archive", "document", "delivery",
               "mailbox", "receipt_group", "receipt", "channel", "deadline", "decision", "decision_log",
               "decision_log_head", "goods_row", "handling",
               "in_hand", "refund_rate_row", "exchange_rate_row", "sandbox_value", "account", "saved_filter",
               "sign_in_failure", "api_key", "outcome_trigger", "called_scenario", "held_receipt", "certificate",
               "authority", "payment_address", "payment_request"),
    "customs": ("meeting", "declaration", "request", "allowance", "cap_use", "account_book", "parcel", "person",
                "batch", "batch_member", "summary", "summary_declaration", "summary_part", "summary_member",
                "summary_place", "summary_month"),
    "inspection": ("inspection",),
    "tax": ("guarantee", "tax_bill"),
    "refund": ("vat_invoice", "vat_invoice_line", "refund_claim", "refund_line", "export_item", "exchange_pool",
               "refund_account", "refund_entry", "refund_paper"),
    "forex": ("forex_enterprise", "forex_total", "forex_report", "forex_leg"),
    "registration": ("participant", "enterprise", "credit_grade", "goods_filing", "filed_goods"),
    "all": ("timeline", "work_case"),
}
