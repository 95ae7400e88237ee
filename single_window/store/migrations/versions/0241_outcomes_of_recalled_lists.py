"""keep each outcome of the goods of a recalled list, and what a recall has booked out"""

import sqlalchemy as sa
from alembic import op

revision = "0241"
down_revision = "0240"
OUTCOMES = {"back": "B", "destroyed": "X", "refunded": "R"}


def upgrade() -> None:
    """Put the one outcome of each list into the column of its kind."""
    op.add_column("recall", sa.Column("booked_out", sa.Text(), nullable=False, server_default=""))
    lists = sa.table("recall_parcel", sa.column("outcome"), sa.column("quantity"), *map(sa.column, OUTCOMES))
    for name, code in OUTCOMES.items():
        op.add_column("recall_parcel", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        op.execute(sa.update(lists).where(lists.c.outcome == code).values({name: lists.c.quantity}))
    for name in ("outcome", "quantity"):
        op.drop_column("recall_parcel", name)
