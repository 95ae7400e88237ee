"""keep the dated values that administrators change for their sandboxes"""

from alembic import op
import sqlalchemy as sa


revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "sandbox_value",
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("second", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_sandbox_value")),
    )
    with op.batch_alter_table("sandbox_value", schema=None) as batch_op:
        batch_op.create_index("ix_sandbox_value_name", ["sandbox", "name"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sandbox_value", schema=None) as batch_op:
        batch_op.drop_index("ix_sandbox_value_name")

    op.drop_table("sandbox_value")
