"""What the foreign-exchange memory must do, on every database: keep reports and their legs, totals, who is held."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest

from declarations.documents import ExportOrder, pack
from declarations.reasons import Reason
from gateways.forex.repository import FiledReport, Leg, ListedEnterprise, Total, TradeValue
from single_window.store.bulk import insert_rows, on_sqlite
from single_window.store.engine import writing
from single_window.store.gateways.forex import StoredForexRepository, list_enterprises
from single_window.store.tables import declaration, document, summary, summary_declaration
from tests.contracts.storing import Opens, Store
from tests.databases import ON_BOTH, write_by
from tests.patience import PATIENCE
from tests.stories.summarising import inventory, line

pytestmark = ON_BOTH
M1, M2, DAY = "4101985556", "3301968DEF", 1_795_000_000_000


@pytest.fixture
def forex(store: Store, sandbox: str) -> Opens:
    return store.opening(StoredForexRepository, sandbox)


def a_report(number: int, **changes: Any) -> FiledReport:
    fields: dict[str, Any] = {
        "id": number,
        "key": f"P|{number}",
        "cop_no": str(number),
        "state": "booked",
        "reporter_code": "P",
        "ebc_code": M1,
        "direction": "1",
        "settlement": "2",
        "currency": "502",
        "amount": 34_80000,
        "mailboxes": "D;E",
        "document_id": 7,
        "document_version": 1,
        "usd": 34_80000,
        "rmb": 249_85000,
        "legs": 2,
        "value_on": "2026-11-20",
        "reasons": (Reason("21020", {"total": "34.80"}, ("forex.classes@2012-08-01",)),),
        "filed_at": DAY,
        "decided_at": DAY,
        "keep_until": "2031-11-20",
        "last_return": DAY,
    }
    return FiledReport(**{**fields, **changes})


def a_leg(report_id: int, number: int = 1, **changes: Any) -> Leg:
    fields: dict[str, Any] = {
        "report_id": report_id,
        "number": number,
        "state": "booked",
        "ebc_code": M1,
        "direction": "1",
        "leg_kind": "1",
        "trans_code": "122030",
        "order_no": "O1",
        "entry_no": "E1",
        "counterparty": "O'Neill; 甲",
        "country": "USA",
        "currency": "502",
        "amount": 34_80000,
        "usd": 34_80000,
        "rmb": 249_85000,
        "at": DAY,
    }
    return Leg(**{**fields, **changes})


def test_a_report_comes_back_with_its_legs_as_it_was_put(store: Store, forex: Opens) -> None:
    report = a_report(store.row_id())
    legs = [a_leg(report.id), a_leg(report.id, 2, order_no="", entry_no="E2")]
    with forex() as memory:
        memory.put_report(report)
        memory.put_legs(report.id, legs)
        assert memory.legs_naming("order_no", ["O1"]) == legs[:1]
    with forex() as memory:
        assert memory.reports([report.id]) == {report.id: report} and memory.reports_by_key([report.key]) == {
            report.key: report
        }
        assert memory.legs_naming("order_no", ["O1", "O2", ""]) == legs[:1]
        assert memory.legs_naming("entry_no", ["E2"]) == legs[1:]
        assert memory.legs_of([report.id]) == legs
        assert memory.companies_of([report.id]) == {M1} and memory.companies_of([]) == set()
        assert memory.reports([store.row_id()]) == {} == memory.reports_by_key(["P|0"])


def test_legs_that_are_put_replace_the_earlier_ones_in_later_queries_too(store: Store, forex: Opens) -> None:
    report = a_report(store.row_id())
    with forex() as memory:
        memory.put_report(report)
        memory.put_legs(report.id, [a_leg(report.id), a_leg(report.id, 2)])
    new = a_leg(report.id, 2, order_no="O2", state="rejected")
    with forex() as memory:
        memory.put_report(memory.reports([report.id])[report.id])
        memory.put_legs(report.id, [new])
        assert memory.legs_naming("order_no", ["O1"]) == [] == memory.legs_naming("entry_no", ["E9"])
        assert memory.legs_naming("order_no", ["O2"]) == [new]
    with forex() as memory:
        assert memory.legs_of([report.id]) == [new]
        assert memory.legs_naming("order_no", ["O1"]) == []


def test_totals_are_kept_by_enterprise_year_and_direction(forex: Opens) -> None:
    total = Total(M1, 2026, "1", 5, 1)
    with forex() as memory:
        assert memory.totals([M1]) == {}
        memory.put_total(total)
        memory.put_total(Total(M2, 2025, "2", 7, 2))
        assert memory.totals([M1]) == {(M1, 2026, "1"): total}
    with forex() as memory:
        total.usd, total.count = 9, 2
        memory.put_total(total)
    with forex() as memory:
        assert memory.totals([M1, M2]) == {(M1, 2026, "1"): total, (M2, 2025, "2"): Total(M2, 2025, "2", 7, 2)}


def test_the_directory_says_who_is_in_it_and_who_was_only_mentioned(store: Store, sandbox: str, forex: Opens) -> None:
    write_by(store.engine, list_enterprises, sandbox, [(M1, "B", 1, "2024-06-01", 5)], "file")
    with forex() as memory:
        memory.lock_enterprises([M2, M1])
        enterprises = memory.enterprises([M1, M2])
        assert enterprises[M1] == ListedEnterprise(M1, "B", True, "2024-06-01", "file", 5)
        assert M2 not in enterprises or not enterprises[M2].registered
    write_by(store.engine, list_enterprises, sandbox, [(M2, "A", 1, "2024-06-02", 0)], "officer")
    with forex() as memory:
        assert memory.enterprises([M2])[M2] == ListedEnterprise(M2, "A", True, "2024-06-02", "officer", 0)


def test_who_holds_an_enterprise_makes_others_wait(store: Store, sandbox: str, forex: Opens) -> None:
    order, holds = [], Event()

    def second() -> None:
        holds.wait(PATIENCE)
        with forex() as memory:
            memory.lock_enterprises([M1])
            order.append("second")

    waiting = Thread(target=second)
    waiting.start()
    with forex() as memory:
        memory.lock_enterprises([M1])
        holds.set()
        waiting.join(0.3)
        order.append("first")
    waiting.join(PATIENCE)
    assert order == ["first", "second"]


def test_orders_are_worth_their_goods_and_freight(store: Store, sandbox: str, forex: Opens) -> None:
    for number, (order_no, ebc_code, state) in enumerate(
        [("O1", M1, "declared"), ("O1", M2, "declared"), ("O2", M1, "deleted")]
    ):
        facts = ExportOrder("", "1", "", "2", "E", order_no, "P", "", ebc_code, "", 25_80000, 9_00000, "502")
        write_by(
            store.engine,
            insert_rows,
            document,
            ("id", "sandbox", "kind", "key", "order_no", "state", "facts"),
            [(store.row_id(), sandbox, "export_order", f"P{number}|{order_no}", order_no, state, pack(facts))],
        )
    with forex() as memory:
        assert memory.orders(["O1", "O2", "O3", ""]) == [
            TradeValue("O1", M1, {"502": 34_80000}),
            TradeValue("O1", M2, {"502": 34_80000}),
        ]
        assert memory.orders(["O1"]) == memory.orders(["O1"])


def test_entries_are_summary_declarations_and_lists_that_were_accepted(
    store: Store, sandbox: str, forex: Opens
) -> None:
    made = store.row_id()
    goods = [
        [1, "6109100010", "133", "502", "011", "", 2, 25_80000, 12_90000, 0, 0],
        [2, "6404110000", "133", "142", "011", "", 2, 100_00000, 50_00000, 0, 0],
        [3, "6109100010", "116", "502", "011", "", 2, 4_20000, 2_10000, 0, 0],
    ]
    with writing(store.engine) as connection:
        insert_rows(
            connection,
            summary,
            ("id", "sandbox", "key", "ebc_code", "done_at"),
            [(made, sandbox, f"A|{made}", M1, DAY)],
        )
        insert_rows(
            connection,
            summary_declaration,
            ("summary_id", "number", "sandbox", "lines", "entry_id"),
            [(made, 1, sandbox, str(goods).replace("'", '"'), "422720260000000123")],
        )
        for place, (state, invt_no) in enumerate(
            [("released", "42272026E000000001"), ("rejected", "42272026E000000002")]
        ):
            paper, first = store.row_id(), inventory(place, line(), line(2, amount="1.00", currency="300"))
            insert_rows(
                connection,
                document,
                ("id", "sandbox", "kind", "key", "order_no", "facts"),
                [(paper, sandbox, "export_inventory", str(place), first.order_no, pack(first))],
            )
            insert_rows(
                connection,
                declaration,
                ("id", "sandbox", "key", "invt_no", "ebc_code", "state", "flow", "document_id", "released_at"),
                [(store.row_id(), sandbox, str(place), invt_no, M1, state, "E", paper, DAY)],
            )
    with forex() as memory:
        listed, summed = memory.entries(["422720260000000123", "42272026E000000001", "42272026E000000002", "X"])[::-1]
        assert summed == TradeValue("422720260000000123", M1, {"502": 30_00000, "142": 100_00000}, summed.closed_on)
        assert listed == TradeValue("42272026E000000001", M1, {"502": 25_80000, "300": 1_00000}, listed.closed_on)
        assert str(summed.closed_on) == str(listed.closed_on) == "2026-11-18"


def test_on_postgresql_a_held_enterprise_has_a_row_that_is_not_in_the_directory(store: Store, forex: Opens) -> None:
    with forex() as memory:
        memory.lock_enterprises([M1])
        known = memory.enterprises([M1])
        assert known == ({} if on_sqlite(memory._connection) else {M1: ListedEnterprise(M1)})
