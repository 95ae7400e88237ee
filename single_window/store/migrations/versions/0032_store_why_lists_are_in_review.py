"""store why a list is in review; of lists that wait for their guarantee it follows from their reasons"""

import sqlalchemy as sa
from alembic import op


revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("declaration", sa.Column("review_cause", sa.Text(), server_default="", nullable=False))
    of_guarantor = " OR ".join(f"reasons LIKE '%[\"{rule}%'" for rule in ("14204", "14208.", "14209"))
    op.execute(
        f"UPDATE declaration SET review_cause = 'guarantee' WHERE state IN ('in_review', 'accepted') AND ({of_guarantor})"
    )


def downgrade() -> None:
    op.drop_column("declaration", "review_cause")
