"""count the parcels of a departure that are awaited, and name the tally of a return, each in a column of its own"""

import sqlalchemy as sa
from alembic import op


revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.execute("ALTER TABLE request RENAME COLUMN due TO tally_id")
    op.add_column("request", sa.Column("parcels_left", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(  # {"0":12}
        "UPDATE request SET parcels_left = CAST(substr(lines, 6, length(lines) - 6) AS BIGINT), lines = '' "
        "WHERE lines LIKE '{\"0\":%'"
    )


def downgrade() -> None:
    op.execute("UPDATE request SET lines = '{\"0\":' || CAST(parcels_left AS VARCHAR) || '}' WHERE parcels_left > 0")
    op.drop_column("request", "parcels_left")
    op.execute("ALTER TABLE request RENAME COLUMN tally_id TO due")
