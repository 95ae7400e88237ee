"""keep the container that a parcel was taken out of"""

import sqlalchemy as sa
from alembic import op

revision = "0249"
down_revision = "0248"


def upgrade() -> None:
    """Of parcels that were taken out before it is not known; rows have a seal of all their columns once they change."""
    op.add_column("port_parcel", sa.Column("taken_from", sa.Text(), nullable=False, server_default=""))
    given = sa.text("taken_from <> ''")
    op.create_index(
        "ix_port_parcel_taken_from",
        "port_parcel",
        ["sandbox", "taken_from"],
        sqlite_where=given,
        postgresql_where=given,
    )
    op.execute("UPDATE port_parcel SET seal = 0")
