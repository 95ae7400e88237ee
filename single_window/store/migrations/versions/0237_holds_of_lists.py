"""tell plans that draw goods from holds of goods"""

from alembic import op

revision = "0237"
down_revision = "0236"


def upgrade() -> None:
    """Rename the kind of what plans have placed: its reason has a rate."""
    op.execute("""UPDATE hold SET kind = 'drawn' WHERE kind = 'goods' AND reason LIKE '%"rate"%'""")
