"""keep from when until when a parcel of the port was released"""

import sqlalchemy as sa
from alembic import op

revision = "0240"
down_revision = "0239"


def upgrade() -> None:
    """Add the column to the parcels of the port."""
    op.add_column("port_parcel", sa.Column("releases", sa.Text(), nullable=False, server_default=""))
