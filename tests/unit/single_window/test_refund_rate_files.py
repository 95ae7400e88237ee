"""Refund rates from CSV: of a sandbox alone, whole codes at a time; a bad file changes nothing and says all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from declarations.refund import rates
from declarations.refund.rates import RefundRates
from gateways.circumstances import Options
from single_window.master_data.importing import KINDS, BadFile, Imported, import_csv
from single_window.store import refund_rate_rows
from single_window.store.tables import refund_rate_row
from single_window.wiring import Window
from tests.databases import carry_out, fetch, kept_open, read_by, window_in

HEADER = "hs10,name,unit,levy,refund,since,until,flag,confidence"
SHIRTS = f"{HEADER}\n6109100010,T恤衫,011,0.13,{{}},2026-01-01,,,I\n"
DAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    yield from kept_open(window_in(tmp_path_factory.mktemp("window")))


@pytest.fixture(autouse=True)
def empty(window: Window) -> None:
    carry_out(window.engine, refund_rate_row.delete())


def of(window: Window, sandbox: str = "main") -> RefundRates:
    return read_by(window.engine, refund_rate_rows.rates, sandbox, rates.load_rates())


def kept(window: Window) -> int:
    return int(fetch(window.engine, select(func.count()).select_from(refund_rate_row)).scalar_one())


def test_nothing_imported_means_the_rates_of_the_package(window: Window) -> None:
    assert of(window) is rates.load_rates()


def test_imported_rows_stand_in_place_of_all_earlier_ones_of_their_code(window: Window) -> None:
    assert import_csv(window, "main", "refund_rates", SHIRTS.format("0.09")) == Imported("refund_rates", 0, 1, 0)
    assert import_csv(window, "main", "refund_rates", SHIRTS.format("0.06")) == Imported("refund_rates", 0, 1, 0)
    assert import_csv(window, "main", "refund_rates", SHIRTS.format("0.06")) == Imported("refund_rates", 0, 0, 1)
    assert [row.refund for row in of(window).rows_of("6109100010")] == [Decimal("0.06")]
    assert of(window).on("6109909050", DAY) == rates.load_rates().on("6109909050", DAY)
    assert of(window) is of(window) and kept(window) == 1


def test_a_code_that_was_not_known_is_new_and_may_come_in_any_order(window: Window) -> None:
    text = (
        f"{HEADER}\n9999999999,新货,011,0.13,0,2026-01-01,,cancelled,I\n"
        "9999999999,新货,011,0.13,0.13,2020-01-01,2025-12-31,,I\n"
    )
    assert import_csv(window, "main", "refund_rates", text) == Imported("refund_rates", 2, 0, 0)
    assert [row.flag for row in of(window).rows_of("9999999999")] == ["", "cancelled"]


def test_the_rates_of_one_sandbox_are_nobody_else_s(window: Window) -> None:
    window.make_sandbox("other", Options())
    import_csv(window, "main", "refund_rates", SHIRTS.format("0.09"))
    assert of(window, "other") is rates.load_rates()


def test_the_rates_that_come_with_the_package_are_nothing_new(window: Window) -> None:
    shipped = Path(rates.__file__).parent / "rates.csv"
    done = import_csv(window, "main", "refund_rates", shipped)
    assert (done.new, done.changed, done.unchanged) == (0, 0, len(rates.load_rates().all_rows()))
    assert kept(window) == 0


def test_a_bad_file_is_refused_with_every_place_that_is_wrong(window: Window) -> None:
    text = (
        f"{HEADER}\n6109100010,T恤衫,011,13,0.13,2026-01-01,,,I\n"
        "6109909050,T恤衫,011,0.13,0.16,2026-01-01,,,I\n"
        "4202920000,背包,008,0.13,0.13,2026-01-01,,,I\n"
        "4202920000,背包,008,0.13,0.09,2026-06-01,,,I\n"
    )
    with pytest.raises(BadFile) as refused:
        import_csv(window, "main", "refund_rates", text)
    assert [(cell.line, cell.column) for cell in refused.value.cells] == [(2, "levy"), (3, "refund"), (5, "since")]
    assert refused.value.cells[0].allowed == "the VAT rate as a share below 1, such as 0.13"
    assert kept(window) == 0


def test_every_column_says_what_it_may_hold_and_only_the_source_may_be_left_out() -> None:
    columns = KINDS["refund_rates"].columns
    assert all(column.allowed for column in columns)
    assert [column.name for column in columns if column.default is not None] == ["source"]
