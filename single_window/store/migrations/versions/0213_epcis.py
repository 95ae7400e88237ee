"""make the tables of captured EPCIS events"""

import sqlalchemy as sa
from alembic import op

revision = "0213"
down_revision = "0212"


def upgrade() -> None:
    """Create captures, events and the identifiers by which they are found."""
    op.create_table(
        "epcis_capture",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(40), nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False, server_default="") for name in ("mailbox", "behaviour")],
        sa.Column("at", sa.BigInteger(), nullable=False, server_default="0"),
        *[sa.Column(name, sa.Integer(), nullable=False, server_default="0") for name in ("sent", "taken")],
        sa.Column("findings", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_epcis_capture"),
    )
    op.create_index("ix_epcis_capture_sandbox", "epcis_capture", ["sandbox"])
    texts = ("mailbox", "event_id", "correction", "kind", "action", "biz_step", "disposition")
    op.create_table(
        "epcis_event",
        sa.Column("sandbox", sa.String(40), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        *[
            sa.Column(name, sa.Text(), nullable=False, server_default="")
            for name in (*texts, "read_point", "biz_location")
        ],
        *[sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in ("at", "recorded_at")],
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "key", name="pk_epcis_event"),
        sqlite_with_rowid=False,
    )
    words = ("kind", "action", "biz_step", "disposition", "read_point", "biz_location")
    op.create_index(
        "ix_epcis_event_at",
        "epcis_event",
        ["sandbox", "at", "key", "mailbox", *words, "recorded_at", "event_id", "correction"],
    )
    op.create_table(
        "epcis_goods",
        sa.Column("sandbox", sa.String(40), nullable=False),
        sa.Column("identifier", sa.String(32), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "identifier", "role", "event", name="pk_epcis_goods"),
        sqlite_with_rowid=False,
    )
