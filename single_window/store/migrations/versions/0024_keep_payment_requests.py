"""keep where platforms are asked for original payment data, and what came of each request"""

from alembic import op
import sqlalchemy as sa


revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "payment_address",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("company", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("set_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "company", name=op.f("pk_payment_address")),
    )
    op.create_table(
        "payment_request",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        *[
            sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in ("session_id", "order_no", "platform")
        ],
        sa.Column("declaration_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("due", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("asking", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("verdict", sa.Text(), server_default="", nullable=False),
        sa.Column("uploads", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered_at", sa.BigInteger(), server_default="0", nullable=False),
        *[
            sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in ("code", "message", "findings", "payload", "expected", "matches", "digest", "signed_digest")
        ],
        sa.PrimaryKeyConstraint("sandbox", "id", name=op.f("pk_payment_request")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("payment_request", schema=None) as batch_op:
        batch_op.create_index("ix_payment_request_asking", ["asking", "next_at"], unique=False)
        batch_op.create_index("ix_payment_request_session_id", ["sandbox", "session_id"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("payment_request", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_request_session_id")
        batch_op.drop_index("ix_payment_request_asking")

    op.drop_table("payment_request")
    op.drop_table("payment_address")
