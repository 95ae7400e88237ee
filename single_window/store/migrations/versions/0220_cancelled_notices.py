"""note which notices of stock abroad are cancelled, and which of their lines count no more"""

import sqlalchemy as sa
from alembic import op

revision = "0220"
down_revision = "0219"


def upgrade() -> None:
    """Create the columns of notices and moves, and the index by number."""
    op.add_column("overseas_notice", sa.Column("cancelled_by", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("overseas_move", sa.Column("undone_by", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_overseas_notice_notice_no", "overseas_notice", ["sandbox", "notice_no"])
