"""keep what waits for a person in one table, and fill it with what waits already"""

from alembic import op
import sqlalchemy as sa


revision = "0014"
down_revision = "0013"

TEXTS = (
    "desk",
    "office",
    "flow",
    "kind",
    "number",
    "order_no",
    "state",
    "reason",
    "reasons",
    "company",
    "goods",
    "terms",
    "lane",
    "assignee",
)
WAITING = sa.text("waiting = 1")
DAY = 86_400_000
# kind of subject, its table, desk by state, working days, columns of the case -> expressions
ALREADY = (
    (
        "declaration",
        "declaration",
        {"in_review": "review", "suspended": "review", "under_inspection": "inspection", "detained": "inspection"},
        "id",
        "last_return",
        {
            "office": "customs_code",
            "flow": "flow",
            "kind": "CASE flow WHEN 'I' THEN 'inventory' ELSE 'export_inventory' END",
            "number": "CASE invt_no WHEN '' THEN cop_no ELSE invt_no END",
            "order_no": "order_no",
            "company": "ebc_code",
            "declaration_id": "id",
            "value": "value",
            "lane": "lane",
            "reasons": "reasons",
            "terms": "lower(invt_no || ' ' || order_no || ' ' || ebc_code || ' ' || cop_no || ' ' || pre_no || ' ' || buyer)",
        },
    ),
    (
        "request",
        "(SELECT * FROM request WHERE kind IN ('cancellation', 'refund', 'export_cancellation', "
        "'export_refund')) AS asked",
        {"accepted": "review", "in_review": "review"},
        "id",
        "filed_at",
        {
            "kind": "kind",
            "flow": "CASE substr(kind, 1, 6) WHEN 'export' THEN 'E' ELSE 'I' END",
            "number": "key",
            "declaration_id": "declaration_id",
            "reasons": "reasons",
            "terms": "lower(key)",
        },
    ),
    (
        "batch",
        "batch",
        {"in_review": "batches"},
        "id",
        "drawn_at",
        {
            "kind": "'batch'",
            "flow": "flow",
            "number": "batch_no",
            "office": "customs_code",
            "reasons": "reasons",
            "terms": "lower(batch_no)",
        },
    ),
    (
        "refund_claim",
        "refund_claim",
        {"in_review": "refunds"},
        "id",
        "filed_at",
        {
            "kind": "'refund_claim'",
            "flow": "'E'",
            "number": "key",
            "company": "ebc_code",
            "value": "fob",
            "tax": "refund",
            "reasons": "reasons",
            "terms": "lower(key || ' ' || cop_no || ' ' || ebc_code)",
        },
    ),
    (
        "forex_report",
        "forex_report",
        {"in_review": "exchange"},
        "id",
        "filed_at",
        {
            "kind": "'forex_report'",
            "number": "key",
            "company": "ebc_code",
            "value": "rmb",
            "reasons": "reasons",
            "terms": "lower(key || ' ' || cop_no || ' ' || ebc_code)",
        },
    ),
    (
        "registration",
        "enterprise",
        {"in_review": "registrations"},
        "code",
        "filed_at",
        {
            "kind": "'registration'",
            "number": "code",
            "company": "code",
            "reasons": "reasons",
            "terms": "lower(code || ' ' || credit_code || ' ' || name)",
        },
    ),
)


def upgrade() -> None:
    op.create_table(
        "work_case",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        *[sa.Column(name, sa.Text(), server_default="", nullable=False) for name in TEXTS],
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        *[
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("declaration_id", "value", "tax", "opened_at", "due", "lease_until")
        ],
        sa.Column("waiting", sa.Integer(), server_default="1", nullable=False),
        sa.Column("ended_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "subject", "subject_id", name=op.f("pk_work_case")),
        sqlite_with_rowid=False,
    )
    for first in (["desk"], ["assignee"], []):
        op.create_index(
            "_".join(["ix_work_case", *(first or ["due"])]),
            "work_case",
            ["sandbox", *first, "due", "subject", "subject_id"],
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        )
    op.create_index("ix_work_case_ended_at", "work_case", ["sandbox", "ended_at"])
    for subject, table, desks, key, opened, columns in ALREADY:
        _fill(subject, table, desks, key, opened, columns)


def _fill(subject: str, table: str, desks: dict[str, str], key: str, opened: str, columns: dict[str, str]) -> None:
    """What waits is taken over with a due day one day after it began to wait; its next change says the rest."""
    desk = "CASE state " + " ".join(f"WHEN '{state}' THEN '{name}'" for state, name in desks.items()) + " END"
    chosen = {
        "sandbox": "sandbox",
        "subject": f"'{subject}'",
        "subject_id": f"CAST({key} AS TEXT)",
        "desk": desk,
        "state": "state",
        "version": "version",
        "opened_at": opened,
        "due": f"{opened} + {DAY}",
        **columns,
    }
    states = ", ".join(f"'{state}'" for state in desks)
    op.execute(
        f"INSERT INTO work_case ({', '.join(f'{name}' for name in chosen)}) "
        f"SELECT {', '.join(chosen.values())} FROM {table} WHERE state IN ({states})"
    )


def downgrade() -> None:
    op.drop_table("work_case")
