"""find open deliveries by queue"""

from alembic import op
import sqlalchemy as sa


revision = "0026"
down_revision = "0025"
OPEN = sa.text("state <> 'done'")


def upgrade() -> None:
    op.create_index(
        "ix_delivery_queue", "delivery", ["queue", "state", "not_before"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_queue", "delivery")
