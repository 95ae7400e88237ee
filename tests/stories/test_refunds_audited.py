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
TOLD = Refunding


@pytest.fixture
def item(told: Refunding) -> str:
    """An item of two pieces, bought on two lines of an invoice, that was refunded; its number."""
    number = told.summarised()[0] + "001"
    told.story.say(told.paper(lines=[bought(1, "1", "10.00"), bought(2, "1", "10.00")]))
    told.story.say(
        told.claim(
            [
                export(number),
                purchase("FP1", 2, qty="1", amount="10.00"),
                purchase("FP1", 3, qty="1", amount="10.00", row=2),
            ]
        )
    )
    told.reviewed()
    assert told.one().state == "paid"
    return number


def repaid(told: Refunding, item: str, number: str, reason: str) -> None:
    told.story.say(told.repayment([{"gnum": "1", "itemNo": item, "qty": "1"}], number, reasonKind=reason))
    assert told.answers(number, "RefundRepaymentReturn")[-1][0] == "120"


def unbalanced(told: Refunding, table: Table | None = None, **values: Any) -> list[str]:
    """The ledgers that do not balance once every row of a table was changed; nothing of that stays."""
    with writing(told.story.window.engine) as connection, connection.begin_nested() as changed:
        if table is not None:
            connection.execute(update(table).where(table.c.sandbox == told.story.sandbox).values(**values))
        found = [one.name for one in auditing.audited(connection, told.story.sandbox) if not one.balanced]
        changed.rollback()
    return found


def test_goods_that_came_back_are_given_back_once(told: Refunding, item: str) -> None:
    repaid(told, item, "BJ1", "1")
    assert [one.used for one in told.rows("vat_invoice_line")] == [100_000, 0]
    assert unbalanced(told) == []
    assert unbalanced(told, tables.vat_invoice_line, used=100_000) == ["invoice"]
    assert unbalanced(told, tables.export_item, used=200_000) == ["export_item"]
    assert unbalanced(told, tables.refund_line, repaid_qty=0) == ["invoice", "export_item"]


def test_what_is_repaid_for_another_reason_gives_nothing_back(told: Refunding, item: str) -> None:
    repaid(told, item, "BJ1", "2")
    assert [one.used for one in told.rows("vat_invoice_line")] == [100_000, 100_000]
    assert unbalanced(told) == []
    assert unbalanced(told, tables.export_item, used=100_000) == ["export_item"]
    repaid(told, item, "BJ2", "1")
    assert unbalanced(told) == []
    assert unbalanced(told, tables.vat_invoice_line, used=100_001) == ["invoice"]


@pytest.mark.usefixtures("item")
def test_a_recovery_leaves_nothing(told: Refunding) -> None:
    told.on(date(2027, 5, 1))
    assert told.one().state == "to_repay" and unbalanced(told) == []
    assert unbalanced(told, tables.refund_claim, recovered=100_000) == ["refund"]
    assert unbalanced(told, tables.refund_account, set_off=1) == ["refund"]
