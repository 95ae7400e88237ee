"""carry refund claims, foreign exchange and registration"""

from alembic import op
import sqlalchemy as sa


revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "credit_grade",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("grade", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "code", "since", name=op.f("pk_credit_grade")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "enterprise",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("credit_code", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("kinds", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.Column("taxpayer_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("refund_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("tax_credit", sa.Text(), server_default="", nullable=False),
        sa.Column("net_assets", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_refund", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.Column("mailboxes", sa.Text(), server_default="", nullable=False),
        sa.Column("document_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("document_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("filed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("decided_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("suspended_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_return", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "code", name=op.f("pk_enterprise")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "exchange_pool",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("pool", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("collected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "pool", "currency", name=op.f("pk_exchange_pool")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "export_item",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("item_no", sa.String(length=24), nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("trade_mode", sa.Text(), server_default="", nullable=False),
        sa.Column("exported_on", sa.Text(), server_default="", nullable=False),
        sa.Column("gcode", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("qty", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unit2", sa.Text(), server_default="", nullable=False),
        sa.Column("qty2", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("fob", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pool", sa.Text(), server_default="", nullable=False),
        sa.Column("used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("returned", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "item_no", name=op.f("pk_export_item")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "filed_goods",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("ebc_code", sa.String(length=18), nullable=False),
        sa.Column("item_no", sa.String(length=30), nullable=False),
        sa.Column("gcode", sa.Text(), server_default="", nullable=False),
        sa.Column("gname", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("filing_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "ebc_code", "item_no", name=op.f("pk_filed_goods")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "forex_enterprise",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("forex_class", sa.Text(), server_default="A", nullable=False),
        sa.Column("registered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("since", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("quota", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "code", name=op.f("pk_forex_enterprise")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "forex_leg",
        sa.Column(
            "report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("direction", sa.Text(), server_default="", nullable=False),
        sa.Column("leg_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("trans_code", sa.Text(), server_default="", nullable=False),
        sa.Column("order_no", sa.Text(), server_default="", nullable=False),
        sa.Column("entry_no", sa.Text(), server_default="", nullable=False),
        sa.Column("counterparty", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("usd", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rmb", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("report_id", "number", name=op.f("pk_forex_leg")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("forex_leg", schema=None) as batch_op:
        batch_op.create_index(
            "ix_forex_leg_entry_no",
            ["sandbox", "entry_no"],
            unique=False,
            sqlite_where=sa.text("entry_no <> ''"),
            postgresql_where=sa.text("entry_no <> ''"),
        )
        batch_op.create_index(
            "ix_forex_leg_order_no",
            ["sandbox", "order_no"],
            unique=False,
            sqlite_where=sa.text("order_no <> ''"),
            postgresql_where=sa.text("order_no <> ''"),
        )

    op.create_table(
        "forex_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("cop_no", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reporter_code", sa.Text(), server_default="", nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("direction", sa.Text(), server_default="", nullable=False),
        sa.Column("settlement", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("usd", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rmb", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("legs", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("value_on", sa.Text(), server_default="", nullable=False),
        sa.Column("mailboxes", sa.Text(), server_default="", nullable=False),
        sa.Column("document_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("document_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("filed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("decided_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("keep_until", sa.Text(), server_default="", nullable=False),
        sa.Column("last_return", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forex_report")),
        sa.UniqueConstraint("sandbox", "key", name=op.f("uq_forex_report_sandbox_key")),
    )
    with op.batch_alter_table("forex_report", schema=None) as batch_op:
        batch_op.create_index("ix_forex_report_ebc_code", ["sandbox", "ebc_code"], unique=False)
        batch_op.create_index("ix_forex_report_state", ["sandbox", "state"], unique=False)

    op.create_table(
        "forex_total",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=1), nullable=False),
        sa.Column("usd", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "code", "year", "direction", name=op.f("pk_forex_total")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "goods_filing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("cop_no", sa.Text(), server_default="", nullable=False),
        sa.Column("mailboxes", sa.Text(), server_default="", nullable=False),
        sa.Column("document_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("document_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("filed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_return", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_filing")),
        sa.UniqueConstraint("sandbox", "key", name=op.f("uq_goods_filing_sandbox_key")),
    )
    op.create_table(
        "refund_account",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("ebc_code", sa.String(length=18), nullable=False),
        sa.Column("set_off", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("carry", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("blocked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("firm_class", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("class_since", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "ebc_code", name=op.f("pk_refund_account")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refund_claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("cop_no", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("business", sa.Text(), server_default="", nullable=False),
        sa.Column("period", sa.Text(), server_default="", nullable=False),
        sa.Column("firm_class", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("lines", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fob", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refund", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("credited", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("carry", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("domestic_vat", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("set_off", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paid", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("recovered", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("working", sa.Text(), server_default="", nullable=False),
        sa.Column("conditions", sa.Text(), server_default="", nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("mailboxes", sa.Text(), server_default="", nullable=False),
        sa.Column("document_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("document_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("filed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("due", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("provisional", sa.Integer(), server_default="0", nullable=False),
        sa.Column("decided_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paid_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("exchange", sa.Text(), server_default="", nullable=False),
        sa.Column("pools", sa.Text(), server_default="", nullable=False),
        sa.Column("exchange_due", sa.Text(), server_default="", nullable=False),
        sa.Column("reconcile_from", sa.Text(), server_default="", nullable=False),
        sa.Column("reconcile_until", sa.Text(), server_default="", nullable=False),
        sa.Column("last_return", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_claim")),
        sa.UniqueConstraint("sandbox", "key", name=op.f("uq_refund_claim_sandbox_key")),
    )
    with op.batch_alter_table("refund_claim", schema=None) as batch_op:
        batch_op.create_index("ix_refund_claim_ebc_code", ["sandbox", "ebc_code"], unique=False)
        batch_op.create_index("ix_refund_claim_state", ["sandbox", "state"], unique=False)

    op.create_table(
        "refund_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("notice_no", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_entry")),
    )
    with op.batch_alter_table("refund_entry", schema=None) as batch_op:
        batch_op.create_index("ix_refund_entry_claim_id", ["claim_id"], unique=False)

    op.create_table(
        "refund_line",
        sa.Column(
            "claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("part", sa.Text(), server_default="", nullable=False),
        sa.Column("link_no", sa.Text(), server_default="", nullable=False),
        sa.Column("item_no", sa.Text(), server_default="", nullable=False),
        sa.Column("gcode", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("qty", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("taken", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("fob", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("base", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refund", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("treatment", sa.Text(), server_default="", nullable=False),
        sa.Column("repaid_qty", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("repaid", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sale_state", sa.Text(), server_default="", nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("invoice_line", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "number", name=op.f("pk_refund_line")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("refund_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_refund_line_item_no",
            ["sandbox", "item_no"],
            unique=False,
            sqlite_where=sa.text("item_no <> ''"),
            postgresql_where=sa.text("item_no <> ''"),
        )

    op.create_table(
        "refund_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("claim_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("mailboxes", sa.Text(), server_default="", nullable=False),
        sa.Column("document_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("document_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("invt_no", sa.Text(), server_default="", nullable=False),
        sa.Column("certificate_no", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lines", sa.Text(), server_default="", nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("filed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_return", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_paper")),
        sa.UniqueConstraint("sandbox", "kind", "key", name=op.f("uq_refund_paper_sandbox_kind_key")),
    )
    with op.batch_alter_table("refund_paper", schema=None) as batch_op:
        batch_op.create_index(
            "ix_refund_paper_invt_no",
            ["sandbox", "invt_no"],
            unique=False,
            sqlite_where=sa.text("invt_no <> ''"),
            postgresql_where=sa.text("invt_no <> ''"),
        )

    op.create_table(
        "refund_rate_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("row", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_rate_row")),
    )
    with op.batch_alter_table("refund_rate_row", schema=None) as batch_op:
        batch_op.create_index("ix_refund_rate_row_sandbox", ["sandbox"], unique=False)

    op.create_table(
        "vat_invoice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("invoice_no", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("usage", sa.Text(), server_default="", nullable=False),
        sa.Column("issued_on", sa.Text(), server_default="", nullable=False),
        sa.Column("seller_code", sa.Text(), server_default="", nullable=False),
        sa.Column("seller_name", sa.Text(), server_default="", nullable=False),
        sa.Column("contract_no", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tax", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("mailboxes", sa.Text(), server_default="", nullable=False),
        sa.Column("document_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("document_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("filed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_return", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_invoice")),
        sa.UniqueConstraint("sandbox", "key", name=op.f("uq_vat_invoice_sandbox_key")),
    )
    with op.batch_alter_table("vat_invoice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_vat_invoice_number",
            ["sandbox", "invoice_no"],
            unique=True,
            sqlite_where=sa.text("state IN ('accepted', 'used')"),
            postgresql_where=sa.text("state IN ('accepted', 'used')"),
        )

    op.create_table(
        "vat_invoice_line",
        sa.Column(
            "invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("gcode", sa.Text(), server_default="", nullable=False),
        sa.Column("gname", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("qty", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tax_rate", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tax", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used_amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("invoice_id", "number", name=op.f("pk_vat_invoice_line")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suspended_at", sa.BigInteger(), server_default="0", nullable=False))

    with op.batch_alter_table("summary_declaration", schema=None) as batch_op:
        batch_op.create_index("ix_summary_declaration_entry_id", ["sandbox", "entry_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("summary_declaration", schema=None) as batch_op:
        batch_op.drop_index("ix_summary_declaration_entry_id")

    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_column("suspended_at")

    op.drop_table("vat_invoice_line")
    with op.batch_alter_table("vat_invoice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_vat_invoice_number",
            sqlite_where=sa.text("state IN ('accepted', 'used')"),
            postgresql_where=sa.text("state IN ('accepted', 'used')"),
        )

    op.drop_table("vat_invoice")
    with op.batch_alter_table("refund_rate_row", schema=None) as batch_op:
        batch_op.drop_index("ix_refund_rate_row_sandbox")

    op.drop_table("refund_rate_row")
    with op.batch_alter_table("refund_paper", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_refund_paper_invt_no", sqlite_where=sa.text("invt_no <> ''"), postgresql_where=sa.text("invt_no <> ''")
        )

    op.drop_table("refund_paper")
    with op.batch_alter_table("refund_line", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_refund_line_item_no", sqlite_where=sa.text("item_no <> ''"), postgresql_where=sa.text("item_no <> ''")
        )

    op.drop_table("refund_line")
    with op.batch_alter_table("refund_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_refund_entry_claim_id")

    op.drop_table("refund_entry")
    with op.batch_alter_table("refund_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_refund_claim_state")
        batch_op.drop_index("ix_refund_claim_ebc_code")

    op.drop_table("refund_claim")
    op.drop_table("refund_account")
    op.drop_table("goods_filing")
    op.drop_table("forex_total")
    with op.batch_alter_table("forex_report", schema=None) as batch_op:
        batch_op.drop_index("ix_forex_report_state")
        batch_op.drop_index("ix_forex_report_ebc_code")

    op.drop_table("forex_report")
    with op.batch_alter_table("forex_leg", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_forex_leg_order_no", sqlite_where=sa.text("order_no <> ''"), postgresql_where=sa.text("order_no <> ''")
        )
        batch_op.drop_index(
            "ix_forex_leg_entry_no", sqlite_where=sa.text("entry_no <> ''"), postgresql_where=sa.text("entry_no <> ''")
        )

    op.drop_table("forex_leg")
    op.drop_table("forex_enterprise")
    op.drop_table("filed_goods")
    op.drop_table("export_item")
    op.drop_table("exchange_pool")
    op.drop_table("enterprise")
    op.drop_table("credit_grade")
