"""place receipts where they are written, and keep when a delivery was sent"""

from alembic import op
import sqlalchemy as sa


revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("sent_at", sa.BigInteger(), server_default="0", nullable=False))
    place_waiting_groups(op.get_bind())
    op.drop_index("ix_receipt_group_waiting", table_name="receipt_group")
    with op.batch_alter_table("receipt_group") as table:
        table.alter_column("first", existing_type=sa.BigInteger(), nullable=False)


def place_waiting_groups(connection: sa.Connection) -> None:
    """Until now groups of receipts waited for dispatch to place them; those that still do get their places here."""
    group = sa.table(
        "receipt_group",
        sa.column("id", sa.BigInteger),
        sa.column("sandbox", sa.String),
        sa.column("mailbox", sa.String),
        sa.column("first", sa.BigInteger),
        sa.column("count", sa.Integer),
    )
    mailbox = sa.table(
        "mailbox", sa.column("sandbox", sa.String), sa.column("dxp_id", sa.String), sa.column("next", sa.BigInteger)
    )
    waiting = connection.execute(
        sa.select(group.c.id, group.c.sandbox, group.c.mailbox, group.c.count)
        .where(group.c.first.is_(None))
        .order_by(group.c.id)
    ).all()
    behind: dict[tuple[str, str], int] = {}
    for number, sandbox, box, count in waiting:
        mine = (mailbox.c.sandbox == sandbox, mailbox.c.dxp_id == box)
        if (sandbox, box) not in behind:
            known = connection.execute(sa.select(mailbox.c.next).where(*mine)).scalar()
            if known is None:
                connection.execute(sa.insert(mailbox).values(sandbox=sandbox, dxp_id=box, next=1))
            behind[sandbox, box] = known or 1
        connection.execute(sa.update(group).where(group.c.id == number).values(first=behind[sandbox, box]))
        behind[sandbox, box] += count
    for (sandbox, box), next_ in behind.items():
        connection.execute(
            sa.update(mailbox).where(mailbox.c.sandbox == sandbox, mailbox.c.dxp_id == box).values(next=next_)
        )
