"""Buyers who come up to their limits and give goods back: the audit holds what their lists still hold of allowance, cap
and stock against the papers of the returns, and barks where either was changed by hand."""

from datetime import date, timedelta

import msgspec
import pytest
from sqlalchemy import select, update

from simulators.demo import OPTIONS
from simulators.entry import DAY_MILLISECONDS as A_DAY
from simulators.entry import DEMO, audit_differences, open_sandbox, settings_for
from simulators.exports.course import ExportDay
from simulators.exports.shop import ExportShop
from simulators.exports.traffic import faulty_export
from simulators.imports import limits
from simulators.imports.day import ImportDay
from simulators.known_faults import known_fault
from simulators.receipt_log import ReceiptLog
from single_window import auditing
from single_window.store.engine import writing
from single_window.store.tables import account_book, allowance, cap_use, declaration
from tests.databases import carry_out
from tests.tables import each

TODAY = date(2026, 11, 20)
RETURNED = {"bag": 0, "sugar": 4, "scarce": 5}
"""The trades of the first step that come back, by their places in it."""


@pytest.fixture(scope="module")
def first_step(world, tmp_path_factory):
    """A window in which the first step was played until its returns were over; the trades of the step."""
    folder = tmp_path_factory.mktemp("limits")
    days = (TODAY, TODAY, TODAY + timedelta(days=8), TODAY + timedelta(days=8))
    trades = next(iter(limits.limit_trades(world, 1, days)))
    options = {**OPTIONS, "signatures": "off", "inspection": False}
    with open_sandbox(settings_for(folder, readers=0, synchronous="NORMAL"), DEMO, world, options) as session:
        day = ImportDay(session, world, trades, 20, nights=range(1, limits.NIGHTS + 1))
        day.play(ReceiptLog(trades))
        assert session.now > A_DAY
        yield session, trades


def test_books_balance_after_goods_came_back(first_step):
    session, trades = first_step
    assert [trade.story for trade in trades].count("returned") == len(RETURNED)
    assert list(audit_differences(session)) == []


@each(
    ("name", "goods", "change", "named"),
    [
        ("the allowance was not given back", "bag", ("allowance", 2, 590_000_000), "allowance of a list whose goods"),
        ("the cap was not given back", "sugar", ("caps", 0, 150_000), "cap sugar of a list whose goods came back"),
        ("the stock was not put back", "scarce", ("stock", 0, 100_000), "stock of a list whose goods came back"),
    ],
)
def test_what_a_list_holds_though_its_goods_came_back_is_named(first_step, name, goods, change, named):
    session, trades = first_step
    order_no = trades[RETURNED[goods]].id
    before = held_by(session, order_no)
    kind, place, value = change
    held = msgspec.json.decode(before)
    if kind == "allowance":
        held[kind][place] = value
    else:
        held[kind][place][1 if kind == "caps" else 2] = value
    hold(session, order_no, msgspec.json.encode(held).decode())
    try:
        assert any(named in complaint for complaint in audit_differences(session)), held
    finally:
        hold(session, order_no, before)
    assert list(audit_differences(session)) == []


@each(
    ("table", "column", "named"),
    [
        (cap_use, cap_use.c.quantity, "capped"),  # sugar that came back, counted off once more
        (allowance, allowance.c.used, "used"),
        (account_book, account_book.c.drawn, "drawn"),
    ],
)
def test_what_was_given_back_twice_is_named(first_step, table, column, named):
    session, _ = first_step
    with writing(session.window.engine) as connection, connection.begin_nested() as changed:
        connection.execute(update(table).where(table.c.sandbox == DEMO).values({column: column - 150_000}))
        found = [
            difference.what for ledger in auditing.audit_ledgers(connection, DEMO) for difference in ledger.differences
        ]
        changed.rollback()
    assert named in found


def held_by(session, order_no):
    with session.window.engine.connect() as connection:
        return connection.execute(select(declaration.c.held).where(declaration.c.order_no == order_no)).scalar_one()


def hold(session, order_no, text):
    carry_out(session.window.engine, update(declaration).where(declaration.c.order_no == order_no).values(held=text))


def test_stock_that_came_back_from_abroad_and_is_held_all_the_same_is_named(world, tmp_path):
    options = {**OPTIONS, "signatures": "off", "inspection": False}
    with open_sandbox(settings_for(tmp_path, readers=0, synchronous="NORMAL"), DEMO, world, options) as session:
        trade = faulty_export(ExportShop(world, 1, TODAY), 1, known_fault("export", "returned_twice"), DEMO)
        ExportDay(session, world, [trade], 20).play(ReceiptLog([trade]))
        assert trade.mode == "1210" and list(audit_differences(session)) == []
        held = msgspec.json.decode(held_by(session, trade.id))
        held["stock"][0][2] += 100_000
        hold(session, trade.id, msgspec.json.encode(held).decode())
        assert any("stock of a list whose goods came back" in complaint for complaint in audit_differences(session))


@each("table", [allowance, cap_use])
def test_there_is_something_to_audit(first_step, table):
    session, _ = first_step
    with session.window.engine.connect() as connection:
        assert connection.execute(select(table)).first() is not None
