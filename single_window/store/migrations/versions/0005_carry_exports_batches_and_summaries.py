"""carry exports beside imports, batches, and monthly summaries"""

from alembic import op
import sqlalchemy as sa


revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("batch_no", sa.Text(), server_default="", nullable=False),
        sa.Column("flow", sa.Text(), server_default="I", nullable=False),
        sa.Column("opened_by", sa.Text(), server_default="", nullable=False),
        sa.Column("opening", sa.Text(), server_default="", nullable=False),
        sa.Column("customs_code", sa.Text(), server_default="", nullable=False),
        sa.Column("trade_mode", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("asked", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("places", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("members", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("drawn", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("awaited", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("held", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("released", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refused", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("phase", sa.Text(), server_default="", nullable=False),
        sa.Column("cursor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("verdict", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("declared_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("released_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("closed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("sandbox", "batch_no", name=op.f("uq_batch_sandbox_batch_no")),
    )
    op.create_index(
        "ix_batch_opening",
        "batch",
        ["sandbox", "opening"],
        unique=True,
        sqlite_where=sa.text("state = 'open' AND opening <> ''"),
        postgresql_where=sa.text("state = 'open' AND opening <> ''"),
    )
    op.create_table(
        "batch_member",
        sa.Column(
            "batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("declaration_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("flow", sa.Text(), server_default="I", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("draw", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_batch_member")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_member_declaration_id", "batch_member", ["declaration_id"])
    op.create_index(
        "ix_batch_member_key",
        "batch_member",
        ["sandbox", "key"],
        sqlite_where=sa.text("state = 'reserved'"),
        postgresql_where=sa.text("state = 'reserved'"),
    )
    op.create_table(
        "summary",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("customs_code", sa.Text(), server_default="", nullable=False),
        sa.Column("agent_code", sa.Text(), server_default="", nullable=False),
        sa.Column("ebc_code", sa.Text(), server_default="", nullable=False),
        sa.Column("cop_no", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("mailboxes", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("sum_no", sa.Text(), server_default="", nullable=False),
        sa.Column("papers", sa.Text(), server_default="", nullable=False),
        sa.Column("head", sa.Text(), server_default="", nullable=False),
        sa.Column("wishes", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("phase", sa.Text(), server_default="", nullable=False),
        sa.Column("cursor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("after", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lists", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("left_out", sa.Text(), server_default="", nullable=False),
        sa.Column("months", sa.Text(), server_default="", nullable=False),
        sa.Column("declarations", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("goods_lines", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("results", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("filed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("done_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_return", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
        sa.UniqueConstraint("sandbox", "key", name=op.f("uq_summary_sandbox_key")),
    )
    op.create_index("ix_summary_sum_no", "summary", ["sandbox", "sum_no"])
    op.create_index("ix_summary_ebc_code", "summary", ["sandbox", "ebc_code"])
    op.create_table(
        "summary_declaration",
        sa.Column(
            "summary_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Text(), server_default="", nullable=False),
        sa.Column("head", sa.Text(), server_default="", nullable=False),
        sa.Column("lines", sa.Text(), server_default="", nullable=False),
        sa.Column("gross", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("net", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("parts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sources", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("decl_seq_no", sa.Text(), server_default="", nullable=False),
        sa.Column("entry_id", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("summary_id", "number", name=op.f("pk_summary_declaration")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "summary_part",
        sa.Column(
            "summary_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("msg_seq_no", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lines", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("summary_id", "position", name=op.f("pk_summary_part")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "summary_member",
        sa.Column(
            "declaration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("summary_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("month", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("declaration_id", name=op.f("pk_summary_member")),
    )
    op.create_index("ix_summary_member_summary_id", "summary_member", ["summary_id", "declaration_id"])
    op.create_table(
        "summary_place",
        sa.Column(
            "summary_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("month", sa.String(length=10), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("lists", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("summary_id", "month", "first", name=op.f("pk_summary_place")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "summary_month",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("ebc_code", sa.String(length=18), nullable=False),
        sa.Column("month", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.Text(), server_default="", nullable=False),
        sa.Column("due", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("provisional", sa.Integer(), server_default="0", nullable=False),
        sa.Column("overdue_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("waiting", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "ebc_code", "month", name=op.f("pk_summary_month")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("declaration") as batch_op:
        batch_op.add_column(sa.Column("flow", sa.Text(), server_default="I", nullable=False))
        batch_op.add_column(sa.Column("bill_no", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("batch_id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("statistics_flag", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("batch_no", sa.Text(), server_default="", nullable=False))
        batch_op.drop_constraint(batch_op.f("uq_declaration_sandbox_key"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_declaration_sandbox_key_flow"), ["sandbox", "key", "flow"])
    op.create_index(
        "ix_declaration_bill_no",
        "declaration",
        ["sandbox", "bill_no"],
        sqlite_where=sa.text("bill_no <> ''"),
        postgresql_where=sa.text("bill_no <> ''"),
    )
    op.create_index(
        "ix_declaration_closed",
        "declaration",
        ["sandbox", "ebc_code", "closed_at", "id"],
        sqlite_where=sa.text("flow = 'E' AND closed_at > 0"),
        postgresql_where=sa.text("flow = 'E' AND closed_at > 0"),
    )
    with op.batch_alter_table("parcel") as batch_op:
        batch_op.add_column(sa.Column("bill_no", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("arrival_key", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("departed_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("departure_id", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("parcel") as batch_op:
        batch_op.drop_column("departure_id")
        batch_op.drop_column("departed_at")
        batch_op.drop_column("arrival_key")
        batch_op.drop_column("bill_no")
    op.drop_index("ix_declaration_closed", "declaration")
    op.drop_index("ix_declaration_bill_no", "declaration")
    with op.batch_alter_table("declaration") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_declaration_sandbox_key_flow"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_declaration_sandbox_key"), ["sandbox", "key"])
        batch_op.drop_column("batch_no")
        batch_op.drop_column("statistics_flag")
        batch_op.drop_column("batch_id")
        batch_op.drop_column("bill_no")
        batch_op.drop_column("flow")
    op.drop_table("summary_month")
    op.drop_table("summary_place")
    op.drop_table("summary_member")
    op.drop_table("summary_part")
    op.drop_table("summary_declaration")
    op.drop_table("summary")
    op.drop_table("batch_member")
    op.drop_table("batch")
