"""The audit follows what repayments and reconciliations give back, and barks where a ledger did not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Table, update

from single_window import auditing
from single_window.store import tables
from single_window.store.engine import writing
from tests.databases import LATER_ON_POSTGRESQL
from tests.stories.refunding import Refunding, bought, export, purchase

pytestmark = LATER_ON_POSTGRESQL
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


def repaid(driver: Refunding, item: str, number: str, reason: str) -> None:
    driver.story.submit(driver.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], number, reasonKind=reason))
    assert driver.answers(number, "RefundRepaymentReturn")[-1][0] == "120"


def unbalanced(driver: Refunding, table: Table | None = None, **values: Any) -> list[str]:
    """The ledgers that do not balance once every row of a table was changed; nothing of that stays."""
    with writing(driver.story.window.engine) as connection, connection.begin_nested() as changed:
        if table is not None:
            connection.execute(update(table).where(table.c.sandbox == driver.story.sandbox).values(**values))
        audit_result = [
            ledger.name for ledger in auditing.audited(connection, driver.story.sandbox) if not ledger.balanced
        ]
        changed.rollback()
    return audit_result


def test_goods_that_came_back_are_given_back_once(driver: Refunding, item: str) -> None:
    repaid(driver, item, "BJ1", "1")
    assert [line.used for line in driver.rows("vat_invoice_line")] == [100_000, 0]
    assert unbalanced(driver) == []
    assert unbalanced(driver, tables.vat_invoice_line, used=100_000) == ["invoice"]
    assert unbalanced(driver, tables.export_item, used=200_000) == ["export_item"]
    assert unbalanced(driver, tables.refund_line, repaid_qty=0) == ["invoice", "export_item"]


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
