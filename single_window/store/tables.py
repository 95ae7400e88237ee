"""Every table, with the one part of the program that may write it; all may append to the timeline.

Instants are milliseconds since the epoch, amounts and quantities integers scaled by 100,000, structured
values compact JSON: plain types that SQLite and PostgreSQL store alike.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy import text as sql

from single_window.store.account_tables import absence as absence
from single_window.store.account_tables import account as account
from single_window.store.account_tables import alert_webhook as alert_webhook
from single_window.store.account_tables import api_key as api_key
from single_window.store.account_tables import saved_filter as saved_filter
from single_window.store.account_tables import sign_in_failure as sign_in_failure
from single_window.store.agency_tables.commerce import licence as licence
from single_window.store.agency_tables.commerce import zone_company as zone_company
from single_window.store.agency_tables.forex import forex_enterprise as forex_enterprise
from single_window.store.agency_tables.forex import forex_leg as forex_leg
from single_window.store.agency_tables.forex import forex_report as forex_report
from single_window.store.agency_tables.forex import forex_total as forex_total
from single_window.store.agency_tables.refund import exchange_pool as exchange_pool
from single_window.store.agency_tables.refund import export_item as export_item
from single_window.store.agency_tables.refund import refund_account as refund_account
from single_window.store.agency_tables.refund import refund_claim as refund_claim
from single_window.store.agency_tables.refund import refund_entry as refund_entry
from single_window.store.agency_tables.refund import refund_line as refund_line
from single_window.store.agency_tables.refund import refund_paper as refund_paper
from single_window.store.agency_tables.refund import vat_invoice as vat_invoice
from single_window.store.agency_tables.refund import vat_invoice_line as vat_invoice_line
from single_window.store.agency_tables.registration import credit_grade as credit_grade
from single_window.store.agency_tables.registration import enterprise as enterprise
from single_window.store.agency_tables.registration import filed_goods as filed_goods
from single_window.store.agency_tables.registration import goods_filing as goods_filing
from single_window.store.case_tables import call_log as call_log
from single_window.store.case_tables import case_alert as case_alert
from single_window.store.case_tables import case_file as case_file
from single_window.store.case_tables import creation_key as creation_key
from single_window.store.case_tables import decision_log as decision_log
from single_window.store.case_tables import decision_log_head as decision_log_head
from single_window.store.case_tables import quality_check as quality_check
from single_window.store.case_tables import quality_plan as quality_plan
from single_window.store.case_tables import question as question
from single_window.store.case_tables import risk_profile as risk_profile
from single_window.store.case_tables import stored_file as stored_file
from single_window.store.case_tables import work_case as work_case
from single_window.store.columns import (
    big,
    bigs,
    hex_text,
    id_column,
    index,
    integer,
    number_key,
    packed_text,
    sandbox_column,
    seal_column,
    table,
    text,
    text_key,
    texts,
)
from single_window.store.columns import metadata as metadata
from single_window.store.epcis_tables import epcis_capture as epcis_capture
from single_window.store.epcis_tables import epcis_event as epcis_event
from single_window.store.epcis_tables import epcis_goods as epcis_goods
from single_window.store.epcis_tables import epcis_pending as epcis_pending
from single_window.store.participant_tables import authority as authority
from single_window.store.participant_tables import certificate as certificate
from single_window.store.participant_tables import chosen_envelope as chosen_envelope
from single_window.store.participant_tables import notice as notice
from single_window.store.participant_tables import payment_address as payment_address
from single_window.store.participant_tables import payment_request as payment_request

sandbox = table(
    "window",
    "sandbox",
    columns=[
        text_key("name", 40),
        text("seed"),
        text("settings", "{}"),
        text("clock_kind", "system"),
        *bigs("clock_base", "clock_set_at"),
        text("clock_rate", "1"),
        big("clock_generation"),
        text("reset"),
        big("reset_at"),
        text("owner"),
        big("trigger_epoch"),
        integer("holds"),
    ],
)
hold = table(
    "window",
    "hold",
    columns=[
        sandbox_column(True),
        text_key("kind", 20),
        text_key("key", 120),
        text_key("by", 60),
        text("reason"),
        *bigs("since", "until"),
    ],
    sqlite_with_rowid=False,
)
sandbox_change = table(
    "window",
    "sandbox_change",
    columns=[sandbox_column(True), id_column(), big("at"), *texts("kind", "name", "contents")],
)
plan_secret = table(
    "window",
    "plan_secret",
    columns=[sandbox_column(True), text_key("agency", 40), text_key("plan", 60), text("secret")],
)
serial = table(
    "window", "serial", columns=[sandbox_column(True), text_key("name", 40), big("next", 1)], sqlite_with_rowid=False
)
epoch = table("window", "epoch", columns=[text_key("gateway", 40), big("count")])
participant = table(
    "registration",
    "participant",
    columns=[
        sandbox_column(True),
        text_key("code", 18),
        *texts("credit_code", "name", "kinds", "dxp_id"),
        text("credit_grade", "ordinary"),
        text("edition", "2022-05"),
        text("tolerances"),
        text("source", "imported"),
        big("suspended_at"),
    ],
)
index(participant, "dxp_id", "sandbox", "dxp_id")
index(participant, "credit_code", "sandbox", "credit_code")

message = table(
    "window",
    "message",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("sender", "transmission_id"),
        hex_text("content_hash"),
        *texts("code", "guid", "edition", "channel"),
        *bigs("received_at", "admitted_at", "size"),
        integer("documents"),
        text("state", "received"),
        text("findings"),
        seal_column(),
        UniqueConstraint("sandbox", "transmission_id", "sender"),
    ],
)
HASH_BEGINNING = "substr(content_hash, 1, 6)"
"""The bytes of a content hash by which it is indexed: an index of whole hashes takes 26 bytes a message more."""
Index("ix_message_content_hash", sql(HASH_BEGINNING), _table=message)
index(message, "received_at", "sandbox", "received_at", "state")
index(message, "refused", "sandbox", "id", where="state IN ('refused', 'invalid')")
archive = table("window", "archive", columns=[id_column("message_id"), Column("body", LargeBinary, nullable=False)])
interchange = table(
    "window",
    "interchange",
    columns=[sandbox_column(True), text_key("key", 64), text("digest"), big("at")],
    sqlite_with_rowid=False,
)
document = table(
    "window",
    "document",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("kind", "key", "order_no"),
        big("message_id"),
        integer("position"),
        *texts("mailboxes", "guid", "app_type", "app_time", "app_status"),
        hex_text("content_hash"),
        text("state", "declared"),
        integer("version", 1),
        text("port_no"),
        big("last_return"),
        Column("facts", LargeBinary, nullable=False),
        seal_column(),
        UniqueConstraint("sandbox", "kind", "key"),
    ],
)
index(document, "order_no", "sandbox", "order_no")
index(document, "message_id", "message_id")
delivery = table(
    "window",
    "delivery",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("queue", "topic"),
        big("message_id"),
        text("payload"),
        integer("item_count", 1),
        text("state", "ready"),
        integer("attempts"),
        *bigs("not_before", "filed_at"),
        *texts("reason", "traceback"),
    ],
)
index(delivery, "queue", "queue", "state", "not_before")
index(delivery, "open", "state", "not_before")
index(delivery, "message_id", "message_id", where="message_id > 0")
handling = table(
    "window",
    "handling",
    columns=[id_column(), sandbox_column(), *bigs("delivery_id", "at"), *texts("act", "who", "why")],
)
index(handling, "delivery_id", "delivery_id")
decision = table(
    "window",
    "decision",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("subject", "subject_id"),
        big("seen"),
        *texts("action", "reason", "by", "details"),
        big("at"),
        text("state", "filed"),
        text("answer"),
        big("answered_at"),
        *texts("role", "before", "second"),
        *bigs("second_at", "delivery_id", "not_before"),
    ],
)
index(decision, "subject", "sandbox", "subject", "subject_id")
index(decision, "proposed", "sandbox", "subject", "subject_id", where="state = 'proposed'", unique=True)
index(
    decision,
    "undo",
    "sandbox",
    "subject",
    "subject_id",
    where="state = 'filed' AND not_before > 0",
    unique=True,
)
index(decision, "undo_refused", "sandbox", "by", where="state = 'refused' AND not_before > 0")
sandbox_value = table(
    "window",
    "sandbox_value",
    columns=[
        id_column("decision_id"),
        sandbox_column(),
        Column("name", String(100), nullable=False),
        Column("since", String(10), nullable=False),
        *texts("value", "by", "second"),
        big("at"),
    ],
)
index(sandbox_value, "name", "sandbox", "name")
outcome_trigger = table(
    "window",
    "outcome_trigger",
    columns=[
        id_column(),
        sandbox_column(),
        Column("name", String(60), nullable=False),
        *texts("match", "action"),
        *bigs("times", "left", "made_at"),
        UniqueConstraint("sandbox", "name"),
    ],
)
called_scenario = table(
    "window",
    "called_scenario",
    columns=[sandbox_column(True), text_key("kind", 40), text("key", primary_key=True), text("scenario")],
    sqlite_with_rowid=False,
)
held_receipt = table("window", "held_receipt", columns=[id_column(), sandbox_column(), text("draft")])
index(held_receipt, "sandbox", "sandbox")
in_hand = table(
    "window",
    "in_hand",
    columns=[text_key("worker", 200), text("queue"), *bigs("since", "until"), text("deliveries")],
    sqlite_with_rowid=False,
)
mailbox = table(
    "window", "mailbox", columns=[sandbox_column(True), text_key("dxp_id", 30), big("next", 1)], sqlite_with_rowid=False
)
receipts_taken = table(
    "window",
    "receipts_taken",
    columns=[sandbox_column(True), text_key("mailbox", 30), big("place")],
    sqlite_with_rowid=False,
)
"""Up to which place the owner of a mailbox has taken its receipts: he polled for those behind it."""
receipt_group = table(
    "window",
    "receipt_group",
    columns=[
        id_column(),
        sandbox_column(),
        text("mailbox"),
        Column("first", BigInteger, nullable=False),
        Column("count", Integer, nullable=False),
        big("filed_at"),
        integer("making"),
        Column("contents", LargeBinary, nullable=False),
    ],
)
index(receipt_group, "mailbox", "sandbox", "mailbox", "first")
index(receipt_group, "filed_at", "sandbox", "filed_at")
receipt_making = table(
    "window",
    "receipt_making",
    columns=[
        number_key("number"),
        Column("form", Integer, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("words", LargeBinary, nullable=False),
    ],
)
receipt = table(
    "window",
    "receipt",
    columns=[
        id_column("group_id"),
        number_key("position"),
        sandbox_column(),
        *texts("code", "order_no", "kind", "key", "return_status"),
        big("return_time"),
    ],
    sqlite_with_rowid=False,
)
index(receipt, "order_no", "sandbox", "order_no")
UNDECLARED_RECEIPTS = "(substr(return_status, 1, 1) = '-' OR return_status = '1')"
"""The condition of receipts that refuse a document or say that it is staged."""
index(receipt, "undeclared", "sandbox", "return_time", where=UNDECLARED_RECEIPTS)
channel = table(
    "window",
    "channel",
    columns=[
        sandbox_column(True),
        text_key("dxp_id", 30),
        text_key("kind", 10),
        *texts("address", "secret"),
        text("state", "active"),
        *bigs("position", "tried"),
        integer("failures"),
        *bigs("next_at", "blocked_at"),
        text("last_error"),
        *bigs("delivered_at", "made_at"),
        text("holder"),
        big("held_until"),
    ],
    sqlite_with_rowid=False,
)
timeline = table(
    "all",
    "timeline",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("order_no", "kind", "key"),
        big("at"),
        *texts("actor", "event", "state", "reasons", "return_status"),
        Column("return_time", BigInteger),
        seal_column(),
    ],
)
index(timeline, "order_no", "sandbox", "order_no")
deadline = table(
    "window",
    "deadline",
    columns=[id_column(), sandbox_column(), big("due"), *texts("kind", "queue", "subject"), text("state", "open")],
)
index(deadline, "open", "sandbox", "due", where="state = 'open'")
index(deadline, "subject", "sandbox", "subject", where="state = 'open'", postgresql_ops={"subject": "text_pattern_ops"})
index(deadline, "done", "sandbox", where="state = 'done'")

meeting = table(
    "customs",
    "meeting",
    columns=[sandbox_column(True), text_key("order_no", 60), text("answered")],
    sqlite_with_rowid=False,
)
declaration = table(
    "customs",
    "declaration",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("key", "order_no", "state"),
        integer("version", 1),
        big("document_id"),
        integer("document_version", 1),
        *texts("mailboxes", "cop_no", "pre_no", "invt_no", "customs_code"),
        *texts("ebp_code", "ebc_code", "agent_code", "assure_code", "logistics_key"),
        *texts("trade_mode", "buyer", "lane", "detention"),
        big("value"),
        integer("full_tax"),
        *bigs("accepted_at", "released_at", "closed_at", "delivered_at", "arrived_at", "last_return"),
        *texts("reasons", "held"),
        text("flow", "I"),
        text("bill_no"),
        big("batch_id"),
        *texts("batch_no", "statistics_flag", "review_cause"),
        seal_column(),
        UniqueConstraint("sandbox", "key", "flow"),
    ],
)
for _column in ("order_no", "cop_no", "pre_no", "invt_no", "logistics_key"):
    index(declaration, _column, "sandbox", _column)
index(declaration, "sandbox", "sandbox", "id", "flow")
index(declaration, "state", "sandbox", "state", "id", "flow")
index(declaration, "bill_no", "sandbox", "bill_no", where="bill_no <> ''")
index(declaration, "closed", "sandbox", "ebc_code", "closed_at", "id", where="flow = 'E' AND closed_at > 0")
request = table(
    "customs",
    "request",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("kind", "key"),
        big("declaration_id"),
        text("state"),
        integer("version", 1),
        big("document_id"),
        integer("document_version", 1),
        *texts("mailboxes", "fields", "lines"),
        *bigs("filed_at", "tally_id", "last_return"),
        text("reasons"),
        big("parcels_left"),
        text("tax"),
        seal_column(),
        UniqueConstraint("sandbox", "kind", "key"),
    ],
)
index(request, "declaration_id", "declaration_id")
allowance = table(
    "customs",
    "allowance",
    columns=[
        sandbox_column(True),
        text_key("identity", 60),
        Column("year", Integer, primary_key=True),
        *bigs("reserved", "used"),
    ],
    sqlite_with_rowid=False,
)
cap_use = table(
    "customs",
    "cap_use",
    columns=[
        sandbox_column(True),
        text_key("identity", 60),
        Column("year", Integer, primary_key=True),
        text_key("group_key", 20),
        big("quantity"),
    ],
    sqlite_with_rowid=False,
)
account_book = table(
    "customs",
    "account_book",
    columns=[
        sandbox_column(True),
        text_key("ems_no", 30),
        text_key("item_record_no", 30),
        *texts("gcode", "gname", "unit"),
        *bigs("filed", "drawn", "booked_out"),
        text("area_code"),
    ],
    sqlite_with_rowid=False,
)
book_movement = table(
    "customs",
    "book_movement",
    columns=[
        sandbox_column(True),
        text_key("cause", 80),
        *texts("ems_no", "item_record_no"),
        big("quantity"),
        text("why"),
        big("at"),
    ],
    sqlite_with_rowid=False,
)
parcel = table(
    "customs",
    "parcel",
    columns=[
        sandbox_column(True),
        text_key("logistics_key", 90),
        *bigs("arrived_at", "signed_at"),
        *texts("bill_no", "arrival_key"),
        *bigs("departed_at", "departure_id"),
    ],
    sqlite_with_rowid=False,
)
batch = table(
    "customs",
    "batch",
    columns=[
        id_column(),
        sandbox_column(),
        text("batch_no"),
        text("flow", "I"),
        *texts("opened_by", "opening", "customs_code", "trade_mode"),
        text("state", "open"),
        integer("version", 1),
        integer("revision", 1),
        *bigs("asked", "places", "members"),
        *bigs("drawn", "awaited", "failed", "held", "released", "refused"),
        text("phase"),
        big("cursor"),
        text("verdict"),
        *bigs("opened_at", "declared_at", "drawn_at", "released_at", "closed_at"),
        text("reasons"),
        UniqueConstraint("sandbox", "batch_no"),
    ],
)
index(batch, "opening", "sandbox", "opening", where="state = 'open' AND opening <> ''", unique=True)
batch_member = table(
    "customs",
    "batch_member",
    columns=[
        id_column("batch_id"),
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        sandbox_column(),
        big("declaration_id"),
        text("key"),
        text("flow", "I"),
        *texts("state", "draw"),
    ],
    sqlite_with_rowid=False,
)
index(batch_member, "declaration_id", "declaration_id")
index(batch_member, "key", "sandbox", "key", where="state = 'reserved'")
summary = table(
    "customs",
    "summary",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("key", "place", "customs_code"),
        *texts("agent_code", "ebc_code", "cop_no", "state", "mailboxes"),
        integer("version", 1),
        *texts("sum_no", "papers", "head", "wishes"),
        *bigs("since", "until"),
        text("phase"),
        *bigs("cursor", "after", "lists"),
        *texts("left_out", "months"),
        *bigs("declarations", "goods_lines", "results", "filed_at", "accepted_at", "done_at", "last_return"),
        text("reasons"),
        UniqueConstraint("sandbox", "key"),
    ],
)
index(summary, "sum_no", "sandbox", "sum_no")
index(summary, "ebc_code", "sandbox", "ebc_code")
summary_declaration = table(
    "customs",
    "summary_declaration",
    columns=[
        id_column("summary_id"),
        number_key("number"),
        sandbox_column(),
        *texts("month", "head", "lines"),
        *bigs("gross", "net", "parts", "sources"),
        *texts("decl_seq_no", "entry_id"),
    ],
    sqlite_with_rowid=False,
)
index(summary_declaration, "entry_id", "sandbox", "entry_id")
summary_part = table(
    "customs",
    "summary_part",
    columns=[
        id_column("summary_id"),
        number_key("position"),
        sandbox_column(),
        *bigs("number", "msg_seq_no"),
        text("lines"),
    ],
    sqlite_with_rowid=False,
)
summary_member = table(
    "customs",
    "summary_member",
    columns=[id_column("declaration_id"), sandbox_column(), big("summary_id"), text("month")],
)
index(summary_member, "summary_id", "summary_id", "declaration_id")
summary_place = table(
    "customs",
    "summary_place",
    columns=[
        id_column("summary_id"),
        text_key("month", 10),
        Column("first", BigInteger, primary_key=True, autoincrement=False),
        sandbox_column(),
        text("lists"),
    ],
    sqlite_with_rowid=False,
)
summary_month = table(
    "customs",
    "summary_month",
    columns=[
        sandbox_column(True),
        text_key("ebc_code", 18),
        text_key("month", 10),
        text("last_day"),
        big("due"),
        integer("provisional"),
        *bigs("overdue_at", "waiting"),
    ],
    sqlite_with_rowid=False,
)
inspection = table(
    "inspection",
    "inspection",
    columns=[
        id_column("declaration_id"),
        sandbox_column(),
        *texts("order_no", "key"),
        big("ordered_at"),
        text("result"),
    ],
)
person = table(
    "customs",
    "person",
    columns=[sandbox_column(True), text_key("id_number", 60), text("name")],
    sqlite_with_rowid=False,
)
guarantee = table(
    "tax",
    "guarantee",
    columns=[
        sandbox_column(True),
        text_key("assure_code", 30),
        text("name"),
        *bigs("amount", "reserved", "booked"),
        *texts("standing", "valid_until"),
        big("overdue"),
    ],
    sqlite_with_rowid=False,
)
tax_bill = table(
    "tax",
    "tax_bill",
    columns=[
        id_column("declaration_id"),
        number_key("sequence"),
        sandbox_column(),
        *texts("order_no", "key", "state"),
        integer("version", 1),
        *texts("assure_code", "tax_no"),
        packed_text("assessment", "bills"),
        *bigs("released_at", "collected_at"),
        text("duty_no"),
        *bigs("overdue_at", "surcharge"),
        integer("pending"),
        text("mailboxes"),
        packed_text("fields", "bills"),
        big("last_return"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
index(tax_bill, "released_at", "sandbox", "released_at")
index(tax_bill, "tax_no", "sandbox", "tax_no")
index(tax_bill, "overdue", "sandbox", "overdue_at", where="state = 'overdue'")

goods_row = table("window", "goods_row", columns=[id_column(), sandbox_column(), text("row")])
index(goods_row, "sandbox", "sandbox")
refund_rate_row = table("window", "refund_rate_row", columns=[id_column(), sandbox_column(), text("row")])
index(refund_rate_row, "sandbox", "sandbox")
exchange_rate_row = table("window", "exchange_rate_row", columns=[id_column(), sandbox_column(), text("row")])
index(exchange_rate_row, "sandbox", "sandbox")
sandbox_snapshot = table(
    "window",
    "sandbox_snapshot",
    columns=[
        id_column(),
        sandbox_column(),
        text("label"),
        *bigs("at", "rows"),
        text("settings"),
        Column("body", LargeBinary, nullable=False),
    ],
)
index(sandbox_snapshot, "sandbox", "sandbox", "id")
