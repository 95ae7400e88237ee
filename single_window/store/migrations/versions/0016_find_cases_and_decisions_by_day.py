"""find cases by the day on which they were opened, and decisions by that of their answer"""

from alembic import op


revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("ix_work_case_opened_at", "work_case", ["sandbox", "opened_at"])
    op.create_index("ix_decision_log_answered_at", "decision_log", ["sandbox", "answered_at"])


def downgrade() -> None:
    op.drop_index("ix_decision_log_answered_at", "decision_log")
    op.drop_index("ix_work_case_opened_at", "work_case")
