"""mark parcels of which a case says that their container is not known"""

import sqlalchemy as sa
from alembic import op

revision = "0243"
down_revision = "0242"


def upgrade() -> None:
    """Add the mark."""
    op.add_column("port_parcel", sa.Column("sought", sa.Integer(), nullable=False, server_default="0"))
