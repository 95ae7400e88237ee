"""keep what Korea tells of AEO companies by its first day: a revocation to come ends nothing today"""

import sqlalchemy as sa
from alembic import op

revision = "0242"
down_revision = "0241"
TEXTS = ("aeo_no", "company_code", "name", "status", "since", "until")
NUMBERS = ("told_at", "document_id")


def upgrade() -> None:
    """Move each company to a row of its number and first day."""
    table = op.create_table(
        "korea_aeo",
        sa.Column("sandbox", sa.String(40), nullable=False),
        sa.Column("key", sa.String(45), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in TEXTS),
        *(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in NUMBERS),
        sa.PrimaryKeyConstraint("sandbox", "key", name="pk_korea_aeo"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_korea_aeo_aeo_no", "korea_aeo", ["sandbox", "aeo_no"])
    op.create_index(
        "ix_korea_aeo_company_code",
        "korea_aeo",
        ["sandbox", "company_code"],
        sqlite_where=sa.text("company_code <> ''"),
        postgresql_where=sa.text("company_code <> ''"),
    )
    old = sa.table("korea_company", *map(sa.column, ("sandbox", *TEXTS, *NUMBERS)))
    key = old.c.aeo_no + "|" + old.c.since
    rows = sa.select(old.c.sandbox, key, *(old.c[name] for name in (*TEXTS, *NUMBERS)))
    op.execute(sa.insert(table).from_select(["sandbox", "key", *TEXTS, *NUMBERS], rows))
    op.drop_table("korea_company")
