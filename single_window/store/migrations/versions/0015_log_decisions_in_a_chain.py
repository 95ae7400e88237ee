"""log decisions in a chain of hashes, with the role of whoever decided and the state that he saw"""

from alembic import op
import sqlalchemy as sa


revision = "0015"
down_revision = "0014"

TEXTS = (
    "subject",
    "subject_id",
    "action",
    "by",
    "role",
    "reason",
    "before",
    "after",
    "outcome",
    "answer",
    "previous",
    "hash",
)


def upgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("before", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "decision_log",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        *[sa.Column(name, sa.Text(), server_default="", nullable=False) for name in TEXTS],
        *[
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("decision_id", "seen", "filed_at", "answered_at")
        ],
        sa.PrimaryKeyConstraint("sandbox", "sequence", name=op.f("pk_decision_log")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_decision_log_by", "decision_log", ["sandbox", "by", "sequence"])
    op.create_table(
        "decision_log_head",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("hash", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", name=op.f("pk_decision_log_head")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("decision_log_head")
    op.drop_table("decision_log")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("before")
        batch_op.drop_column("role")
