"""The audit follows what repayments, returns and reconciliations give back, and names each ledger that did not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Table, insert, update

from declarations.money import SCALE
from single_window import auditing
from single_window.auditing.repayments import FEN
from single_window.store import tables
from single_window.store.engine import writing
from tests.databases import ON_BOTH
from tests.stories.refunding import Refunding, bought, export, line, purchase
from tests.tables import each

pytestmark = ON_BOTH
DRIVER = Refunding


@pytest.fixture
def item(driver: Refunding) -> str:
    """An item of two pieces, bought on two lines of an invoice, that was refunded; its number."""
    number = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper(lines=[bought(1, "1", "10.00"), bought(2, "1", "10.00")]))
    driver.story.submit(
        driver.claim(
            [
                export(number),
                purchase("FP1", 2, qty="1", amount="10.00"),
                purchase("FP1", 3, qty="1", amount="10.00", row=2),
            ]
        )
    )
    driver.reviewed()
    assert driver.claim_row().state == "paid"
    return number


@pytest.fixture
def ahead(driver: Refunding) -> str:
    """A claim of ten pieces ahead of their sale, paid, of which six were sold and reconciled; the item's number."""
    driver.story.submit(driver.paper(lines=[bought(qty="10", amount="100.00")]))
    number = driver.listed(50, "9810", date(2026, 10, 10), line(qty="10", amount="129.00")) + "001"
    lines = [export(number, qty="10", fob="129.00", saleState="0"), purchase("FP1", qty="10", amount="100.00")]
    driver.story.submit(driver.claim(lines, business="HWC-YT"))
    driver.reviewed(25)
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation([sold(number, "6", "77.40", "B")]))
    assert driver.claim_row().state == "settled"
    return number


def sold(item: str, qty: str, amount: str, outcome: str) -> dict[str, str]:
    return {
        "gnum": "1",
        "linkNo": "L1",
        "itemNo": item,
        "soldQty": qty,
        "currency": "USD",
        "amount": amount,
        "outcome": outcome,
    }


def complaints(driver: Refunding, ledger: str, table: Table, row: dict[str, Any], **values: Any) -> list[str]:
    """What a ledger says once rows of a table were changed; where `values` are none, once `row` is there too; nothing
    of that stays."""
    with writing(driver.story.window.engine) as connection, connection.begin_nested() as changed:
        mine = [table.c[name] == value for name, value in row.items()]
        if values:
            chosen = update(table).where(table.c.sandbox == driver.story.sandbox, *mine).values(**values)
            assert connection.execute(chosen).rowcount
        else:
            connection.execute(insert(table).values(sandbox=driver.story.sandbox, **row))
        found = [
            difference.what for difference in auditing.LEDGERS[ledger](connection, driver.story.sandbox).differences
        ]
        changed.rollback()
    return found


def repaid(driver: Refunding, item: str, number: str, reason: str) -> None:
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], number, reasonKind=reason))
    assert driver.answers(number, "RefundRepaymentReturn")[-1][0] == "120"


def unbalanced(driver: Refunding, table: Table | None = None, **values: Any) -> list[str]:
    """The ledgers that do not balance once every row of a table was changed; nothing of that stays."""
    with writing(driver.story.window.engine) as connection, connection.begin_nested() as changed:
        if table is not None:
            connection.execute(update(table).where(table.c.sandbox == driver.story.sandbox).values(**values))
        audit_result = [
            ledger.name for ledger in auditing.audit_ledgers(connection, driver.story.sandbox) if not ledger.balanced
        ]
        changed.rollback()
    return audit_result


def test_goods_that_came_back_are_given_back_once(driver: Refunding, item: str) -> None:
    repaid(driver, item, "BJ1", "1")
    assert [line.used for line in driver.rows("vat_invoice_line")] == [100_000, 0]
    assert unbalanced(driver) == []
    assert unbalanced(driver, tables.vat_invoice_line, used=100_000) == ["invoice"]
    assert unbalanced(driver, tables.export_item, used=200_000) == ["export_item"]
    assert unbalanced(driver, tables.refund_line, repaid_qty=0) == ["invoice", "export_item", "refund"]


def test_what_is_repaid_for_another_reason_gives_nothing_back(driver: Refunding, item: str) -> None:
    repaid(driver, item, "BJ1", "2")
    assert [line.used for line in driver.rows("vat_invoice_line")] == [100_000, 100_000]
    assert unbalanced(driver) == []
    assert unbalanced(driver, tables.export_item, used=100_000) == ["export_item"]
    repaid(driver, item, "BJ2", "1")
    assert unbalanced(driver) == []
    assert unbalanced(driver, tables.vat_invoice_line, used=100_001) == ["invoice"]


@pytest.mark.usefixtures("item")
def test_a_recovery_leaves_nothing(driver: Refunding) -> None:
    driver.on(date(2027, 5, 1))
    assert driver.claim_row().state == "to_repay" and unbalanced(driver) == []
    assert unbalanced(driver, tables.refund_claim, recovered=100_000) == ["refund"]
    assert unbalanced(driver, tables.refund_account, set_off=1) == ["refund"]


HALF_A_FEN = FEN // 2


@pytest.fixture
def came_back(driver: Refunding, item: str) -> None:
    """Half of the item came back, and its refund was repaid."""
    repaid(driver, item, "BJ1", "1")


@pytest.mark.usefixtures("came_back")
@each(
    ("name", "table", "row", "changed", "named"),
    [
        ("on its paper", tables.refund_paper, {"kind": "repayment"}, "amount", "amount of a refund_paper, in fen"),
        ("where it is booked", tables.refund_entry, {"kind": "repaid"}, "amount", "amount of a refund_entry, in fen"),
        ("in the claim", tables.refund_claim, {}, "recovered", "recovered of a refund_claim, in fen"),
        ("in its line", tables.refund_line, {"part": "E"}, "repaid", "repaid of what came back"),
    ],
)
def test_half_a_fen_of_a_repayment_is_named(
    driver: Refunding, name: str, table: Table, row: dict[str, Any], changed: str, named: str
) -> None:
    assert named in complaints(driver, "refund", table, row, **{changed: table.c[changed] + HALF_A_FEN}), name


@pytest.mark.usefixtures("came_back")
def test_a_fen_less_than_the_share_that_came_back_is_named(driver: Refunding) -> None:
    line = tables.refund_line
    found = complaints(driver, "refund", line, {"part": "E"}, repaid=line.c.repaid - FEN)
    assert found == ["repaid of what came back"]


@pytest.mark.usefixtures("came_back")
def test_a_repayment_that_is_not_booked_is_named(driver: Refunding) -> None:
    found = complaints(driver, "refund", tables.refund_entry, {"kind": "repaid"}, kind="forgotten")
    assert "repaid by its papers" in found


def test_a_second_reconciliation_is_named(driver: Refunding, ahead: str) -> None:
    (paper,) = driver.rows("refund_paper", kind="reconciliation")
    assert unbalanced(driver) == []
    again = {**paper._asdict(), "id": paper.id + 1_000_000, "key": f"{paper.key}-2"}
    del again["sandbox"]
    assert complaints(driver, "refund", tables.refund_paper, again) == ["reconciliations accepted"]


def test_a_later_return_is_counted_once_and_missed_where_it_was_not(driver: Refunding, ahead: str) -> None:
    """Goods that were sold and reconciled come back, in two steps."""
    for number, qty in (("BJ1", "2"), ("BJ2", "1")):
        line = {"gnum": "1", "itemNo": ahead, "qty": qty}
        driver.story.submit(driver.repayment([line], number, reasonKind="1"))
        assert driver.answers(number, "RefundRepaymentReturn")[-1][0] == "120"
    (item,) = driver.rows("export_item", item_no=ahead)
    assert item.returned == 3 * SCALE and unbalanced(driver) == []
    for returned in (2 * SCALE, 6 * SCALE):
        assert complaints(driver, "export_item", tables.export_item, {}, returned=returned) == ["returned"]
