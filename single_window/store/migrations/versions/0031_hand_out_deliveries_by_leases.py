"""hand out deliveries by leases alone: what a broker had is ready, and nothing is stamped as sent"""

import sqlalchemy as sa
from alembic import op


revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute("UPDATE delivery SET state = 'ready' WHERE state = 'sent'")
    op.drop_column("delivery", "sent_at")


def downgrade() -> None:
    op.add_column("delivery", sa.Column("sent_at", sa.BigInteger(), server_default="0", nullable=False))
