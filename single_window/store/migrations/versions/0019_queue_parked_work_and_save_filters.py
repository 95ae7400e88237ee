"""queue parked work like any case, and save filters of officers"""

from alembic import op
import sqlalchemy as sa


revision = "0019"
down_revision = "0018"

DAY = 86_400_000


def upgrade() -> None:
    op.execute(
        sa.text(
            "INSERT INTO work_case (sandbox, subject, subject_id, desk, kind, number, state, goods, terms, opened_at, due) "
            "SELECT sandbox, 'parked', CAST(id AS VARCHAR), 'parked', 'parked', CAST(id AS VARCHAR), 'parked', "
            "substr(queue || ' · ' || topic || ': ' || reason, 1, 200), lower(id || ' ' || queue || ' ' || topic), "
            f"filed_at, filed_at + {DAY} FROM delivery WHERE state = 'parked'"
        )
    )
    op.create_table(
        "saved_filter",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("account", "name", name=op.f("pk_saved_filter")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("saved_filter")
    op.execute(sa.text("DELETE FROM work_case WHERE subject = 'parked'"))
