"""index what pages ask for: lists by sandbox and state, what a day brought, deadlines by subject, refused messages"""

from alembic import op
import sqlalchemy as sa


revision = "0007"
down_revision = "0006"

REFUSED = sa.text("state IN ('refused', 'invalid')")
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_index("ix_declaration_sandbox", "declaration", ["sandbox", "id", "flow"])
    op.create_index("ix_declaration_state", "declaration", ["sandbox", "state", "id", "flow"])
    op.create_index("ix_message_received_at", "message", ["sandbox", "received_at", "state"])
    op.create_index("ix_message_refused", "message", ["sandbox", "id"], sqlite_where=REFUSED, postgresql_where=REFUSED)
    op.create_index("ix_receipt_group_filed_at", "receipt_group", ["sandbox", "filed_at"])
    op.create_index("ix_tax_bill_released_at", "tax_bill", ["sandbox", "released_at"])
    op.create_index(
        "ix_deadline_subject",
        "deadline",
        ["sandbox", "subject"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
        postgresql_ops={"subject": "text_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_deadline_subject", "deadline")
    op.drop_index("ix_tax_bill_released_at", "tax_bill")
    op.drop_index("ix_receipt_group_filed_at", "receipt_group")
    op.drop_index("ix_message_refused", "message")
    op.drop_index("ix_message_received_at", "message")
    op.drop_index("ix_declaration_state", "declaration")
    op.drop_index("ix_declaration_sandbox", "declaration")
