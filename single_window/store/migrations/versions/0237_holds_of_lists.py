"""tell plans that draw goods from holds of goods, and give lists in review for a hold one cause, whatever is held"""

from alembic import op

revision = "0237"
down_revision = "0236"


def upgrade() -> None:
    """Rename the kind of holds that plans have placed, and the cause of reviews."""
    op.execute("UPDATE hold SET kind = 'drawn' WHERE kind = 'goods'")
    op.execute("UPDATE declaration SET review_cause = 'held' WHERE review_cause = 'held_lot'")
