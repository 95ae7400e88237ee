"""keep changes of sandboxes, and find refused documents by an index"""

import sqlalchemy as sa
from alembic import op

from single_window.store.migrate import create_tables

revision = "0201"
down_revision = "0200"

_tables = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
sa.Table(
    "sandbox_change",
    _tables,
    sa.Column("sandbox", sa.String(40), primary_key=True, nullable=False),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
    *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("kind", "name", "contents")),
)


def upgrade() -> None:
    create_tables(op.get_bind(), _tables)
    where = sa.text("(substr(return_status, 1, 1) = '-' OR return_status = '1')")
    op.create_index(
        "ix_receipt_undeclared", "receipt", ["sandbox", "return_time"], sqlite_where=where, postgresql_where=where
    )
