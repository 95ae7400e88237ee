"""Master data of which something is in use: an import that would leave less than that is refused, and says why."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from declarations.money import SCALE
from single_window import auditing
from single_window.master_data.csv_files import BadFile
from single_window.master_data.importing import Imported, import_csv
from single_window.store.engine import snapshot
from single_window.store.tables import account_book, guarantee
from tests.databases import ON_BOTH, carry_out
from tests.stories.refunding import CODE, Refunding, export, purchase
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
DRIVER = Refunding
RATES = "hs10,name,unit,levy,refund,since,until,flag,confidence\n"


@pytest.fixture
def story(start_story: Any) -> StoryRunner:
    """Bonded goods that were declared and released: stock is drawn, a guarantee booked."""
    story: StoryRunner = start_story()
    story.send(story.trade(mode="1210"))
    return story


def rows(story: StoryRunner, table: Any) -> list[Any]:
    with snapshot(story.window.engine) as connection:
        return list(connection.execute(select(table).where(table.c.sandbox == story.sandbox)))


def balanced(story: StoryRunner) -> bool:
    return all(ledger.balanced for ledger in story.read(auditing.audit_ledgers))


def test_a_guarantee_falls_to_what_open_bills_take_and_not_below(story: StoryRunner) -> None:
    (row,) = [row for row in rows(story, guarantee) if row.reserved + row.booked]
    taken = row.reserved + row.booked
    text = "assure_code,name,amount\nGNEW,新担保,5.00\n{},{},{}\n"
    with pytest.raises(BadFile) as refused:
        import_csv(
            story.window,
            story.sandbox,
            "guarantees",
            text.format(row.assure_code, row.name, f"{(taken - SCALE // 100) / SCALE:.2f}"),
        )
    (cell,) = refused.value.cells
    assert (cell.line, cell.column) == (3, "amount")
    assert f"at least {taken / SCALE:.2f}: open tax bills" in cell.allowed
    assert "GNEW" not in [row.assure_code for row in rows(story, guarantee)] and balanced(story)
    done = import_csv(
        story.window, story.sandbox, "guarantees", text.format(row.assure_code, row.name, f"{taken / SCALE:.2f}")
    )
    assert done == Imported("guarantees", 1, 1, 0) and balanced(story)


def _is(row: Any) -> Any:
    """The condition of an item of an account book."""
    return (account_book.c.ems_no == row.ems_no) & (account_book.c.item_record_no == row.item_record_no)


def test_imported_stock_has_the_owner_that_its_file_names(story: StoryRunner) -> None:
    columns, line = "ems_no,item_record_no,gcode,gname,unit,qty", "T4258W990001,1,1901101010,奶粉,122,10"
    owners = select(account_book.c.area_code).where(account_book.c.ems_no == "T4258W990001")
    for header, row, owner in (
        (f"{columns},area_code", f"{line},3702960A02", "3702960A02"),
        (columns, line, "3702960A02"),
        (f"{columns},area_code", f"{line},", ""),
    ):
        import_csv(story.window, story.sandbox, "stock", f"{header}\n{row}\n")
        assert [row.area_code for row in story.rows(owners)] == [owner]


def test_stock_keeps_what_lists_drew_and_the_unit_they_drew_it_in(story: StoryRunner) -> None:
    result = max(rows(story, account_book), key=lambda row: row.drawn)
    other = next(row for row in rows(story, account_book) if not row.drawn and row.ems_no == result.ems_no)

    def imported(row: Any, qty: str, unit: str = "") -> Imported:
        return import_csv(
            story.window,
            story.sandbox,
            "stock",
            "ems_no,area_code,item_record_no,gcode,gname,unit,qty\n"
            f"{row.ems_no},,{row.item_record_no},{row.gcode},新品名,{unit or row.unit},{qty}\n",
        )

    assert result.drawn > 0
    with pytest.raises(BadFile, match="drawn by lists or booked out") as refused:
        imported(result, f"{(result.drawn - 1) / SCALE:.5f}")
    carry_out(story.window.engine, update(account_book).where(_is(other)).values(booked_out=2))
    with pytest.raises(BadFile, match="00002: so much of it"):
        imported(other, "0.00001")
    carry_out(story.window.engine, update(account_book).where(_is(other)).values(booked_out=0))
    assert [cell.column for cell in refused.value.cells] == ["qty"]
    with pytest.raises(BadFile, match="in this unit"):
        imported(result, "100000", "035")
    assert imported(other, "0", "035").changed == 1
    assert imported(result, f"{result.drawn / SCALE:.5f}").changed == 1 and balanced(story)


def test_a_row_that_is_left_as_it_was_is_no_fault_of_the_file(story: StoryRunner) -> None:
    (row,) = [row for row in rows(story, guarantee) if row.booked]
    carry_out(
        story.window.engine, update(guarantee).where(guarantee.c.assure_code == row.assure_code).values(amount=SCALE)
    )
    text = f"assure_code,name,amount\n{row.assure_code},{row.name},1.00\n"
    assert import_csv(story.window, story.sandbox, "guarantees", text).unchanged == 1


def test_rates_that_claims_rest_on_stay_and_may_change_from_another_day_on(driver: Refunding) -> None:
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(item), purchase("FP1")]))
    window, sandbox = driver.story.window, driver.story.sandbox
    for rate in (
        f"{CODE},T恤衫,011,0.13,0.09,2019-04-01,,,I\n",
        f"{CODE},T恤衫,011,0.13,0.13,2027-01-01,,,I\n",
        f"{CODE},T恤衫,011,0.13,0,2019-04-01,,cancelled,I\n",
    ):
        with pytest.raises(BadFile, match="claim TS2 rests on it") as refused:
            import_csv(window, sandbox, "refund_rates", RATES + rate)
        assert [cell.line for cell in refused.value.cells] == [2]
        assert "for exports of 2026-10-31 levy 0.13, refund 0.13" in refused.value.cells[0].allowed
    later = f"{CODE},T恤衫,011,0.13,0.13,2019-04-01,2026-12-31,,C\n{CODE},T恤衫,011,0.13,0.09,2027-01-01,,,I\n"
    assert import_csv(window, sandbox, "refund_rates", RATES + later).changed == 2
    driver.act("refuse", reason="单证不符")
    assert (
        import_csv(window, sandbox, "refund_rates", RATES + f"{CODE},T恤衫,011,0.13,0.09,2019-04-01,,,I\n").changed == 1
    )
