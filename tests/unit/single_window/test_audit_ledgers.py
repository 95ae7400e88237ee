"""The audit: silent on books that balance, and it barks when any ledger is changed by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, Table, insert, select, update

from declarations.money import SCALE
from declarations.tax.import_tax import Assessment
from single_window import auditing
from single_window.store import tables
from single_window.store.engine import writing
from single_window.wiring import Window
from tests.commands import run_command
from tests.databases import carry_out, kept_open, read_by, window_in
from tests.stories.story import StoryRunner
from tests.tables import each

SANDBOX = "story"
FEN = SCALE // 100
ITEM = "422720260000000123001"
ROWS: tuple[tuple[Table, dict[str, Any]], ...] = (
    (tables.vat_invoice, {"id": 1, "key": "E|26372", "invoice_no": "26372", "state": "used", "ebc_code": "E"}),
    (
        tables.vat_invoice_line,
        {"invoice_id": 1, "number": 1, "qty": 1000, "amount": 50_000, "used": 600, "used_amount": 30_000},
    ),
    (
        tables.refund_claim,
        {
            "id": 2,
            "key": "E|TS1",
            "cop_no": "TS1",
            "state": "paid",
            "ebc_code": "E",
            "kind": "T",
            "refund": 39 * FEN,
            "set_off": 4 * FEN,
            "paid": 35 * FEN,
            "recovered": 0,
            "exchange": "collected",
        },
    ),
    (
        tables.refund_line,
        {
            "claim_id": 2,
            "number": 1,
            "part": "E",
            "item_no": ITEM,
            "qty": 600,
            "taken": 600,
            "fob": 7_740,
            "refund": 39 * FEN,
            "currency": "USD",
            "treatment": "refund",
        },
    ),
    (
        tables.refund_line,
        {"claim_id": 2, "number": 2, "part": "P", "taken": 600, "base": 30_000, "invoice_id": 1, "invoice_line": 1},
    ),
    (
        tables.refund_claim,
        {
            "id": 3,
            "key": "E|TS2",
            "cop_no": "TS2",
            "state": "rejected",
            "ebc_code": "E",
            "kind": "T",
            "set_off": -4 * FEN,
        },
    ),
    (
        tables.export_item,
        {
            "item_no": ITEM,
            "ebc_code": "E",
            "qty": 700,
            "used": 600,
            "returned": 0,
            "currency": "USD",
            "fob": 9_030,
            "pool": "S9",
        },
    ),
    (tables.exchange_pool, {"pool": "S9", "currency": "USD", "ebc_code": "E", "collected": 9_030, "used": 7_740}),
    (tables.summary, {"id": 9, "key": "E|HZ", "state": "summarised", "ebc_code": "E"}),
    (tables.summary_declaration, {"summary_id": 9, "number": 1, "entry_id": ITEM[:18]}),
    (tables.forex_report, {"id": 5, "key": "B|SH1", "state": "booked", "ebc_code": "E", "value_on": "2026-12-10"}),
    (
        tables.forex_leg,
        {
            "report_id": 5,
            "number": 1,
            "state": "booked",
            "ebc_code": "E",
            "direction": "1",
            "leg_kind": "1",
            "entry_no": ITEM[:18],
            "currency": "502",
            "amount": 9_030,
            "usd": 9_030,
        },
    ),
    (tables.forex_total, {"code": "E", "year": 2026, "direction": "1", "usd": 9_030, "count": 1}),
    (tables.refund_entry, {"id": 7, "claim_id": 2, "ebc_code": "E", "kind": "paid", "amount": 35 * FEN}),
    (tables.refund_entry, {"id": 8, "claim_id": 2, "ebc_code": "E", "kind": "set_off", "amount": 4 * FEN}),
    (tables.refund_entry, {"id": 6, "claim_id": 3, "ebc_code": "E", "kind": "set_off", "amount": -4 * FEN}),
    (tables.refund_account, {"ebc_code": "E", "set_off": 0}),
)
BREAKS: dict[str, tuple[str, Table, dict[str, Any]]] = {
    "a case that nobody sees": ("waiting", tables.declaration, {"state": "in_review"}),
    "an allowance that nobody used": ("allowance", tables.allowance, {"used": tables.allowance.c.used + 1}),
    "a guarantee booked twice": ("guarantee", tables.guarantee, {"booked": tables.guarantee.c.booked + 5}),
    "more reserved than lodged": ("guarantee", tables.guarantee, {"amount": 0, "reserved": 7}),
    "stock drawn by nobody": ("stock", tables.account_book, {"drawn": tables.account_book.c.drawn + SCALE}),
    "an invoice used more than claimed": ("invoice", tables.vat_invoice_line, {"used": 601}),
    "an amount used that nobody claimed": ("invoice", tables.vat_invoice_line, {"used_amount": 29_999}),
    "an invoice with too little on it": ("invoice", tables.vat_invoice_line, {"qty": 599}),
    "a used invoice that was withdrawn": ("invoice", tables.vat_invoice, {"state": "deleted"}),
    "an invoice line that is gone": ("invoice", tables.vat_invoice_line, {"number": 4, "used": 0, "used_amount": 0}),
    "an item used less than claimed": ("export_item", tables.export_item, {"used": 599}),
    "an item of which less left": ("export_item", tables.export_item, {"qty": 10}),
    "a pool that proves too much": ("exchange", tables.exchange_pool, {"used": 9_031}),
    "a pool that lost what it proves": ("exchange", tables.forex_leg, {"amount": 7_000}),
    "dollars that no report moved": ("exchange", tables.forex_total, {"usd": 9_031}),
    "reports that were not counted": ("exchange", tables.forex_total, {"count": 2}),
    "a refund paid without an entry": ("refund", tables.refund_claim, {"paid": 36 * FEN}),
    "a refund that is not its lines": ("refund", tables.refund_claim, {"refund": 40 * FEN}),
    "recovered without an entry": ("refund", tables.refund_claim, {"recovered": FEN}),
    "a recovered claim of which something is left": ("refund", tables.refund_claim, {"state": "to_repay"}),
    "an amount credited without an entry": ("refund", tables.refund_claim, {"credited": 5 * FEN}),
    "an entry changed": ("refund", tables.refund_entry, {"amount": tables.refund_entry.c.amount + FEN}),
    "an account that owes": ("refund", tables.refund_account, {"set_off": FEN}),
    "credit carried on that nobody booked": ("refund", tables.refund_account, {"carry": FEN}),
    "half a fen booked": ("refund", tables.refund_entry, {"amount": tables.refund_entry.c.amount + FEN // 2}),
}


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    opened = window_in(tmp_path_factory.mktemp("audit"))
    story = StoryRunner(opened, SANDBOX)
    for mode in ("1210", "9610"):
        story.send(story.trade(mode=mode))
    with writing(opened.engine) as connection:
        for table, row in ROWS:
            connection.execute(insert(table).values(sandbox=SANDBOX, **row))
    yield from kept_open(opened)


def unbalanced(connection: Connection) -> list[str]:
    return [ledger.name for ledger in auditing.audit_ledgers(connection, SANDBOX) if not ledger.balanced]


def test_books_that_balance_are_reported_with_their_rows_and_sums(window: Window) -> None:
    audit_result = {ledger.name: ledger for ledger in read_by(window.engine, auditing.audit_ledgers, SANDBOX)}
    assert [ledger.differences for ledger in audit_result.values() if not ledger.balanced] == []
    assert list(audit_result) == list(auditing.LEDGERS) and all(
        ledger.rows
        for name, ledger in audit_result.items()
        if name not in {"waiting", "decision", "credit", "spot_check", "traceability", "overseas", "port"}
    ), "nothing waits here, nobody has decided, no company has credit events, nothing was drawn or traced"
    assert audit_result["stock"].sums["drawn"] > 0 and audit_result["allowance"].sums["used"] > 0
    assert audit_result["guarantee"].sums["booked"] > 0 and audit_result["invoice"].sums == {
        "bought": 1000,
        "used": 600,
    }


@pytest.mark.long
@each("name", BREAKS)
def test_the_audit_barks(window: Window, name: str) -> None:
    ledger, table, values = BREAKS[name]
    with window.engine.connect().execution_options(write=True) as connection:
        changed = connection.execute(update(table).where(table.c.sandbox == SANDBOX).values(**values)).rowcount
        assert changed
        assert ledger in unbalanced(connection)
        connection.rollback()


def test_a_list_that_ended_must_hold_nothing(window: Window) -> None:
    with window.engine.connect().execution_options(write=True) as connection:
        connection.execute(
            update(tables.declaration).where(tables.declaration.c.sandbox == SANDBOX).values(state="cancelled")
        )
        assert unbalanced(connection)[:1] == ["allowance"] and "stock" in unbalanced(connection)
        connection.rollback()


def test_tax_that_stays_reserved_for_a_list_that_ended_is_named(window: Window) -> None:
    with window.engine.connect().execution_options(write=True) as connection:
        connection.execute(update(tables.tax_bill).values(state="reserved"))
        assert "tax reserved for a list that has ended" not in said(connection, "guarantee")
        connection.execute(update(tables.declaration).values(state="cancelled"))
        assert "tax reserved for a list that has ended" in said(connection, "guarantee")
        connection.execute(
            insert(tables.delivery).values(id=10**9, sandbox=SANDBOX, queue="tax", topic="t", state="ready")
        )
        assert "tax reserved for a list that has ended" not in said(connection, "guarantee"), "it is on its way"
        connection.rollback()


@each(
    ("place", "by", "named"),
    [
        (("lines", 0, "vat"), FEN // 2, "vat of a line of a bill, in fen"),
        (("lines", 0, "duty"), FEN, "duty of a bill against its lines"),
        (("consumption",), FEN, "total of a bill"),
        (("total",), FEN // 2, "total of a bill"),
    ],
)
def test_an_amount_of_a_bill_that_is_wrong_is_named(
    window: Window, place: tuple[Any, ...], by: int, named: str
) -> None:
    with window.engine.connect().execution_options(write=True) as connection:
        text = connection.execute(select(tables.tax_bill.c.assessment).limit(1)).scalar_one()
        assessment = msgspec.json.decode(text, type=Assessment)
        if place[0] == "lines":
            line = assessment.lines[place[1]]
            lines = (replace(line, **{place[2]: getattr(line, place[2]) + by}), *assessment.lines[1:])
            changed = replace(assessment, lines=lines)
        else:
            changed = replace(assessment, **{place[0]: getattr(assessment, place[0]) + by})
        connection.execute(
            update(tables.tax_bill)
            .where(tables.tax_bill.c.assessment == text)
            .values(assessment=msgspec.json.encode(changed).decode())
        )
        assert named in said(connection, "guarantee")
        connection.rollback()


def said(connection: Connection, ledger: str) -> list[str]:
    """What a ledger names."""
    return [difference.what for difference in auditing.LEDGERS[ledger](connection, SANDBOX).differences]


def test_the_command_shows_and_its_exit_code_says_whether_all_balance(window: Window, tmp_path: Path) -> None:
    given = ["audit", "--data", str(window.settings.data), "--sandbox", SANDBOX]
    result = run_command(*given, "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["balanced"] is True
    carry_out(window.engine, update(tables.refund_account).values(set_off=SCALE))
    try:
        broken = run_command(*given)
        assert broken.exit_code == 1 and "refund E: owed 1.00 is kept, 0.00 was found" in broken.output
    finally:
        carry_out(window.engine, update(tables.refund_account).values(set_off=0))
