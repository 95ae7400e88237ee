"""keep the identifiers of EPCIS events by time, so that the events of a lot are found in their order"""

import sqlalchemy as sa
from alembic import op

revision = "0232"
down_revision = "0231"

KEY = ["sandbox", "identifier", "at", "event", "role", "biz_step"]
COPY = (
    "INSERT INTO {} (sandbox, identifier, at, event, role, biz_step)"
    " SELECT g.sandbox, g.identifier, COALESCE(e.at, 0), g.event, g.role, COALESCE(e.biz_step, '')"
    " FROM epcis_goods g LEFT JOIN epcis_event e ON e.sandbox = g.sandbox AND e.key = g.event"
)


def upgrade() -> None:
    """Give each identifier the time and the step of its event."""
    op.create_table(
        "new_epcis_goods",
        sa.Column("sandbox", sa.String(40), nullable=False),
        sa.Column("identifier", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("biz_step", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint(*KEY, name="pk_epcis_goods" if _on_sqlite() else "pk_new_epcis_goods"),
        sqlite_with_rowid=False,
    )
    op.execute(COPY.format("new_epcis_goods"))
    op.drop_table("epcis_goods")
    op.rename_table("new_epcis_goods", "epcis_goods")
    if not _on_sqlite():
        op.execute("ALTER INDEX pk_new_epcis_goods RENAME TO pk_epcis_goods")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
