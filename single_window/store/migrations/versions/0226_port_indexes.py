"""find codes, containers and ships of calls, and containers of bills, in the indexes of events alone"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0226"
down_revision = "0225"


INDEXES = {
    "bill_no": (("container_no",), "bill_no <> ''"),
    "call": (("container_no", "event"), "call <> ''"),
    "container_no": ((), ""),
}
"""By name: all are made again, as the order in which indexes were made decides which of them a query takes."""


def upgrade() -> None:
    for name in INDEXES:
        op.drop_index(f"ix_port_event_{name}", "port_event")
    for name, (columns, where) in INDEXES.items():
        partial: dict[str, Any] = {f"{engine}_where": sa.text(where) for engine in ("sqlite", "postgresql") if where}
        op.create_index(f"ix_port_event_{name}", "port_event", ["sandbox", name, *columns], **partial)
