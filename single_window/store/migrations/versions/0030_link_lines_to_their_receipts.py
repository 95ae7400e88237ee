"""link lines of the timeline to the receipts that report them"""

from typing import Any

import sqlalchemy as sa
from alembic import op


revision = "0030"
down_revision = "0029"
_ALIKE = {
    "staged": ["1"],
    "accepted": ["120"],
    "rejected": ["100"],
    "review": ["300"],
    "concluded": ["399"],
    "drawn": ["500"],
    "sent_back": ["700"],
    "released": ["800"],
    "closed": ["899"],
    "taken_in": ["120", "399"],
    "tallied": ["120", "399"],
    "return_accepted": ["120"],
    "return_approve": ["399"],
    "return_reject": ["100"],
    "return_take_back": ["800"],
    "request_refused": ["100"],
    "refund_accept": ["120"],
    "refund_review": ["300"],
    "refund_ask": ["300"],
    "refund_approve": ["399"],
    "refund_reduce": ["399"],
    "refund_reject": ["100"],
    "refund_pay": ["800"],
    "refund_restore": ["800"],
    "refund_recover": ["700"],
    "refund_settle": ["899"],
    "paper_accept": ["120"],
    "paper_reject": ["100"],
    "forex_booked": ["800"],
    "forex_in_review": ["300"],
    "forex_refused": ["100"],
}
_OF_BILLS = {"billed": "1", "collected": "2", "voided": "3", "refunded": "3"}
_NEAR = 1_000
"""Milliseconds between a line and its receipt: earlier programs kept nothing else of what belongs together."""


def upgrade() -> None:
    for column in (
        sa.Column("return_status", sa.Text(), server_default="", nullable=False),
        sa.Column("return_time", sa.BigInteger(), nullable=True),
    ):
        op.add_column("timeline", column)
    line, receipt = (
        sa.table(name, *map(sa.column, columns))
        for name, columns in (
            (
                "timeline",
                ("sandbox", "order_no", "kind", "key", "at", "actor", "event", "return_status", "return_time"),
            ),
            ("receipt", ("sandbox", "order_no", "kind", "key", "return_status", "return_time")),
        )
    )
    lists = line.c.kind.in_(["inventory", "export_inventory"])
    of_bill = sa.and_(line.c.actor == "tax", lists)
    for event, statuses in _ALIKE.items():
        _link(
            line, receipt, sa.and_(line.c.event == event, ~of_bill), line.c.kind, receipt.c.return_status.in_(statuses)
        )
    for event, status in _OF_BILLS.items():
        _link(line, receipt, sa.and_(line.c.event == event, of_bill), "tax_bill", receipt.c.return_status == status)
    _link(line, receipt, line.c.event == "refused", line.c.kind, receipt.c.return_status.like("-%"))


def _link(
    line: sa.TableClause,
    receipt: sa.TableClause,
    where: sa.ColumnElement[bool],
    kind: Any,
    status: sa.ColumnElement[bool],
) -> None:
    """Lines of an event take status and time of the receipt about the same that may report it: of the same instant, or
    else of one near it."""
    for apart in (0, _NEAR):
        _link_within(apart, line, receipt, sa.and_(where, line.c.return_time.is_(None)), kind, status)


def _link_within(
    apart: int,
    line: sa.TableClause,
    receipt: sa.TableClause,
    where: sa.ColumnElement[bool],
    kind: Any,
    status: sa.ColumnElement[bool],
) -> None:
    near = receipt.c.return_time.between(line.c.at - apart, line.c.at + apart)
    of_line = [receipt.c[name] == line.c[name] for name in ("sandbox", "order_no", "key")]
    reporting = sa.and_(*of_line, receipt.c.kind == kind, status, near)
    nearest = [
        sa.select(receipt.c[name]).where(reporting).order_by(receipt.c.return_time).limit(1).scalar_subquery()
        for name in ("return_status", "return_time")
    ]
    op.execute(
        line.update()
        .where(where, sa.exists().where(reporting).correlate(line))
        .values(return_status=nearest[0], return_time=nearest[1])
    )


def downgrade() -> None:
    op.drop_column("timeline", "return_time")
    op.drop_column("timeline", "return_status")
