"""open mailboxes for those who have sent something and hold no receipt yet"""

from alembic import op


revision = "0028"
down_revision = "0027"
_OPEN = """
INSERT INTO mailbox (sandbox, dxp_id, next)
SELECT DISTINCT message.sandbox, message.sender, 1
FROM message
WHERE message.sender <> '' AND message.state <> 'refused' AND length(message.sender) <= 30
  AND NOT EXISTS (
    SELECT 1 FROM mailbox WHERE mailbox.sandbox = message.sandbox AND mailbox.dxp_id = message.sender
  )
"""


def upgrade() -> None:
    op.execute(_OPEN)


def downgrade() -> None:
    op.execute("DELETE FROM mailbox WHERE next = 1")
