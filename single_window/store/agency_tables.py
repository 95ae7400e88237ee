"""The tables of the refund desk, of foreign exchange and of the registrar; `tables` names them with their owners."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint
from sqlalchemy import text as sql

from single_window.store.columns import big as _big
from single_window.store.columns import id_column as _id
from single_window.store.columns import metadata
from single_window.store.columns import sandbox_column as _sandbox
from single_window.store.columns import text as _text

vat_invoice = Table(
    "vat_invoice", metadata, _id(), _sandbox(), _text("key"), _text("invoice_no"), _text("state"),
    Column("version", Integer, nullable=False, server_default="1"), _text("ebc_code"), _text("kind"), _text("usage"),
    _text("issued_on"), _text("seller_code"), _text("seller_name"), _text("contract_no"), _big("amount"), _big("tax"),
    _text("mailboxes"), _big("document_id"), Column("document_version", Integer, nullable=False, server_default="1"),
    _text("reasons"), _big("filed_at"), _big("last_return"),
    UniqueConstraint("sandbox", "key"),
)
Index("ix_vat_invoice_number", vat_invoice.c.sandbox, vat_invoice.c.invoice_no, unique=True,
      sqlite_where=sql("state IN ('accepted', 'used')"), postgresql_where=sql("state IN ('accepted', 'used')"))
vat_invoice_line = Table(
    "vat_invoice_line", metadata, _id("invoice_id"),
    Column("number", Integer, primary_key=True, autoincrement=False), _sandbox(), _text("gcode"), _text("gname"),
    _text("unit"), _big("qty"), _big("amount"), _big("tax_rate"), _big("tax"), _big("used"),
    _big("used_amount"),
    sqlite_with_rowid=False,
)
refund_claim = Table(
    "refund_claim", metadata, _id(), _sandbox(), _text("key"), _text("cop_no"), _text("state"),
    Column("version", Integer, nullable=False, server_default="1"), _text("ebc_code"), _text("kind"),
    _text("business"), _text("period"), _big("firm_class"), _text("stage"), _big("lines"), _big("fob"), _big("refund"),
    _big("credited"), _big("carry"), _big("cost"), _big("domestic_vat"), _big("set_off"), _big("paid"),
    _big("recovered"), _text("working"), _text("conditions"), _text("reasons"), _text("mailboxes"), _big("document_id"),
    Column("document_version", Integer, nullable=False, server_default="1"), _big("filed_at"), _big("due"),
    Column("provisional", Integer, nullable=False, server_default="0"), _big("decided_at"), _big("paid_at"),
    _text("exchange"), _text("pools"), _text("exchange_due"), _text("reconcile_from"),
    _text("reconcile_until"), _big("last_return"),
    UniqueConstraint("sandbox", "key"),
)
Index("ix_refund_claim_ebc_code", refund_claim.c.sandbox, refund_claim.c.ebc_code)
Index("ix_refund_claim_state", refund_claim.c.sandbox, refund_claim.c.state)
refund_line = Table(
    "refund_line", metadata, _id("claim_id"), Column("number", Integer, primary_key=True, autoincrement=False),
    _sandbox(), _text("part"), _text("link_no"), _text("item_no"), _text("gcode"), _text("unit"), _big("qty"),
    _big("taken"), _text("currency"), _big("fob"), _big("base"), _big("refund"), _big("cost"), _text("treatment"),
    _big("repaid_qty"), _big("repaid"), _text("sale_state"), _big("invoice_id"),
    Column("invoice_line", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
Index("ix_refund_line_item_no", refund_line.c.sandbox, refund_line.c.item_no, sqlite_where=sql("item_no <> ''"),
      postgresql_where=sql("item_no <> ''"))
export_item = Table(
    "export_item", metadata, _sandbox(True), Column("item_no", String(24), primary_key=True), _text("ebc_code"),
    _text("trade_mode"), _text("exported_on"), _text("gcode"), _text("unit"), _big("qty"), _text("unit2"),
    _big("qty2"), _text("currency"), _big("fob"), _text("pool"), _big("used"), _big("returned"),
    sqlite_with_rowid=False,
)
exchange_pool = Table(
    "exchange_pool", metadata, _sandbox(True), Column("pool", String(60), primary_key=True),
    Column("currency", String(3), primary_key=True), _text("ebc_code"), _big("collected"), _big("used"),
    sqlite_with_rowid=False,
)
refund_account = Table(
    "refund_account", metadata, _sandbox(True), Column("ebc_code", String(18), primary_key=True), _big("set_off"),
    _big("carry"), Column("blocked", Integer, nullable=False, server_default="0"), _big("firm_class"),
    _text("class_since"), _text("facts"),
    sqlite_with_rowid=False,
)
refund_entry = Table(
    "refund_entry", metadata, _id(), _sandbox(), _big("claim_id"), _text("ebc_code"), _text("kind"), _big("amount"),
    _text("notice_no"), _big("at"), _text("reason"),
)
Index("ix_refund_entry_claim_id", refund_entry.c.claim_id)
refund_paper = Table(
    "refund_paper", metadata, _id(), _sandbox(), _text("kind"), _text("key"), _text("state"),
    Column("version", Integer, nullable=False, server_default="1"), _big("claim_id"), _text("ebc_code"),
    _text("mailboxes"), _big("document_id"), Column("document_version", Integer, nullable=False, server_default="1"),
    _text("invt_no"), _text("certificate_no"), _big("amount"), _text("lines"), _text("reasons"),
    _big("filed_at"), _big("last_return"),
    UniqueConstraint("sandbox", "kind", "key"),
)
Index("ix_refund_paper_invt_no", refund_paper.c.sandbox, refund_paper.c.invt_no, sqlite_where=sql("invt_no <> ''"),
      postgresql_where=sql("invt_no <> ''"))
forex_enterprise = Table(
    "forex_enterprise", metadata, _sandbox(True), Column("code", String(18), primary_key=True),
    _text("forex_class", "A"), Column("registered", Integer, nullable=False, server_default="0"), _text("since"),
    _text("source"), _big("quota"),
    sqlite_with_rowid=False,
)
forex_total = Table(
    "forex_total", metadata, _sandbox(True), Column("code", String(18), primary_key=True),
    Column("year", Integer, primary_key=True), Column("direction", String(1), primary_key=True), _big("usd"),
    _big("count"),
    sqlite_with_rowid=False,
)
forex_report = Table(
    "forex_report", metadata, _id(), _sandbox(), _text("key"), _text("cop_no"), _text("state"),
    Column("version", Integer, nullable=False, server_default="1"), _text("reporter_code"), _text("ebc_code"),
    _text("direction"), _text("settlement"), _text("currency"), _big("amount"), _big("usd"), _big("rmb"), _big("legs"),
    _text("value_on"), _text("mailboxes"), _big("document_id"),
    Column("document_version", Integer, nullable=False, server_default="1"), _text("reasons"), _big("filed_at"),
    _big("decided_at"), _text("keep_until"), _big("last_return"),
    UniqueConstraint("sandbox", "key"),
)
Index("ix_forex_report_ebc_code", forex_report.c.sandbox, forex_report.c.ebc_code)
Index("ix_forex_report_state", forex_report.c.sandbox, forex_report.c.state)
forex_leg = Table(
    "forex_leg", metadata, _id("report_id"), Column("number", Integer, primary_key=True, autoincrement=False),
    _sandbox(), _text("state"), _text("ebc_code"), _text("direction"), _text("leg_kind"), _text("trans_code"),
    _text("order_no"), _text("entry_no"), _text("counterparty"), _text("country"), _text("currency"), _big("amount"),
    _big("usd"), _big("rmb"), _big("at"),
    sqlite_with_rowid=False,
)
for _column in ("order_no", "entry_no"):
    Index(f"ix_forex_leg_{_column}", forex_leg.c.sandbox, forex_leg.c[_column],
          sqlite_where=sql(f"{_column} <> ''"), postgresql_where=sql(f"{_column} <> ''"))
enterprise = Table(
    "enterprise", metadata, _sandbox(True), Column("code", String(18), primary_key=True), _text("key"), _text("state"),
    Column("version", Integer, nullable=False, server_default="1"), _text("credit_code"), _text("name"),
    _text("kinds"), _text("channel"), _text("zone"), _text("taxpayer_kind"), _text("refund_kind"), _text("tax_credit"),
    _big("net_assets"), _big("last_refund"), _text("facts"), _text("mailboxes"), _big("document_id"),
    Column("document_version", Integer, nullable=False, server_default="1"), _text("reasons"), _big("filed_at"),
    _big("decided_at"), _big("suspended_at"), _big("last_return"),
    sqlite_with_rowid=False,
)
credit_grade = Table(
    "credit_grade", metadata, _sandbox(True), Column("code", String(18), primary_key=True),
    Column("since", String(10), primary_key=True), _text("grade"), _text("source"), _text("who"), _big("at"),
    sqlite_with_rowid=False,
)
goods_filing = Table(
    "goods_filing", metadata, _id(), _sandbox(), _text("key"), _text("state"),
    Column("version", Integer, nullable=False, server_default="1"), _text("ebc_code"), _text("cop_no"),
    _text("mailboxes"), _big("document_id"), Column("document_version", Integer, nullable=False, server_default="1"),
    _text("reasons"), _big("filed_at"), _big("last_return"),
    UniqueConstraint("sandbox", "key"),
)
filed_goods = Table(
    "filed_goods", metadata, _sandbox(True), Column("ebc_code", String(18), primary_key=True),
    Column("item_no", String(30), primary_key=True), _text("gcode"), _text("gname"), _text("unit"), _text("country"),
    _text("state"), _big("filing_id"), _big("at"),
    sqlite_with_rowid=False,
)
