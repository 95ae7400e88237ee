"""keep with rows of agencies a checksum of them, so that no bit of them changes unnoticed on a disk"""

import sqlalchemy as sa
from alembic import op

revision = "0246"
down_revision = "0245"
TABLES = [
    "licence_query",
    "licence_authorisation",
    "trader_filing",
    "zone_month",
    "commerce_case",
    "credit_file",
    "credit_event",
    "credit_case",
    "forex_total",
    "forex_report",
    "korea_certificate",
    "korea_aeo",
    "korea_inspection",
    "korea_parcel",
    "sample_order",
    "open_data_month",
    "open_data_base",
    "overseas_file",
    "overseas_notice",
    "overseas_move",
    "overseas_stock",
    "overseas_case",
    "port_event",
    "port_parcel",
    "port_case",
    "vat_invoice",
    "refund_claim",
    "export_item",
    "exchange_pool",
    "refund_account",
    "refund_paper",
    "filing_case",
    "enterprise",
    "credit_grade",
    "goods_filing",
    "filed_goods",
    "spot_check_plan",
    "spot_check_sample",
    "trace_batch",
    "recall",
]


def upgrade() -> None:
    """Rows that are there have none until they change."""
    for name in TABLES:
        op.add_column(name, sa.Column("seal", sa.BigInteger(), nullable=False, server_default="0"))
