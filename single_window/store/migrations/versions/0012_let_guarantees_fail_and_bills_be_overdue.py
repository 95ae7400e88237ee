"""let guarantees fail, and tax bills be overdue and paid with a surcharge"""

from alembic import op
import sqlalchemy as sa


revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("guarantee", schema=None) as batch_op:
        batch_op.add_column(sa.Column("standing", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("valid_until", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("overdue", sa.BigInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("tax_bill", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overdue_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("surcharge", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index("ix_tax_bill_tax_no", ["sandbox", "tax_no"], unique=False)
        batch_op.create_index(
            "ix_tax_bill_overdue",
            ["sandbox", "overdue_at"],
            unique=False,
            sqlite_where=sa.text("state = 'overdue'"),
            postgresql_where=sa.text("state = 'overdue'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("tax_bill", schema=None) as batch_op:
        batch_op.drop_index("ix_tax_bill_overdue")
        batch_op.drop_index("ix_tax_bill_tax_no")
        batch_op.drop_column("surcharge")
        batch_op.drop_column("overdue_at")
    with op.batch_alter_table("guarantee", schema=None) as batch_op:
        batch_op.drop_column("overdue")
        batch_op.drop_column("valid_until")
        batch_op.drop_column("standing")
