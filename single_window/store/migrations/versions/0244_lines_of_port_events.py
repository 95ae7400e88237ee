"""keep which line tells an event of a container: two lines may tell the same"""

import sqlalchemy as sa
from alembic import op

revision = "0244"
down_revision = "0243"
UNIQUE = ("sandbox", "terminal_code", "container_no", "event", "at", "call")
NAME = "uq_port_event_sandbox_terminal_code_container_no_event_at_call"
INDEXES = {
    "bill_no": (["sandbox", "bill_no", "container_no"], "bill_no <> ''"),
    "call": (["sandbox", "call", "container_no", "event"], "call <> ''"),
    "container_no": (["sandbox", "container_no"], None),
}


def upgrade() -> None:
    """Add the line, and let each line tell the same event once."""
    for name in INDEXES:
        op.drop_index(f"ix_port_event_{name}", "port_event", if_exists=True)
    with op.batch_alter_table("port_event") as table:
        table.add_column(sa.Column("claimed_by", sa.Text(), nullable=False, server_default=""))
        table.drop_constraint(NAME, type_="unique")
        table.create_unique_constraint("uq_port_event_said", [*UNIQUE, "claimed_by"])
    for name, (columns, chosen) in INDEXES.items():
        where = sa.text(chosen) if chosen else None
        op.create_index(f"ix_port_event_{name}", "port_event", columns, sqlite_where=where, postgresql_where=where)
