"""keep the persons that the stub of the identity register knows"""

from alembic import op
import sqlalchemy as sa


revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("id_number", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "id_number", name=op.f("pk_person")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("person")
