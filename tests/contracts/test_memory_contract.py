"""What gateways may rely on in their memories: what was put is found, nobody is overtaken, sandboxes are apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

import schemas
from declarations import goods, parameters
from declarations.documents import Inventory, unpack
from declarations.reasons import Reason
from declarations.tax.import_tax import Assessment, assess
from gateways.customs.held import HeldAllowance, HeldStock, Reservations
from gateways.customs.marks import Mark, MarkKind
from gateways.customs.repository import BookLine, Declaration, ParcelRecord, Request
from gateways.inspection.repository import InspectionTask
from gateways.tax.repository import Bill
from single_window.accounts import rows
from single_window.intake.reading import read_body
from single_window.store.bulk import insert_rows
from single_window.store.engine import writing
from single_window.store.gateways.customs import StoredCustomsRepository, file_stock, register_persons
from single_window.store.gateways.inspection import StoredInspectionRepository
from single_window.store.gateways.tax import StoredTaxRepository, upsert_guarantees
from single_window.store.records import Conflict
from single_window.store.tables import document, participant
from tests.contracts.storing import Opens, Store
from tests.databases import ON_BOTH, read_by, write_by
from tests.tables import each

pytestmark = ON_BOTH
DAY = date(2026, 11, 20)
SAMPLES = Path(schemas.__file__).parent / "samples"
REASON = Reason("1320", {"listed": "2", "ordered": "1", "zh": "中文"}, ("limits.single_transaction@2019-01-01",))

HELD = Reservations(HeldAllowance("B1", 2026, 12_300_000, "used"), stock=[HeldStock("T1", "1", 2, 1)])


MARKS = {
    MarkKind.ANSWERED: (7, 2),
    MarkKind.DECLARED: (),
    MarkKind.WAITING: (8,),
    MarkKind.USED: (9,),
    MarkKind.RETURN_AWAITED: (10,),
}
"""A mark of each kind → its id and version."""


@pytest.fixture
def customs(store: Store, sandbox: str) -> Opens:
    """Opens customs' memory in a transaction of its own; saves and commits at the end."""
    return store.opening(StoredCustomsRepository, sandbox, "list", "intake")


@pytest.fixture
def inspection(store: Store, sandbox: str) -> Opens:
    return store.opening(StoredInspectionRepository, sandbox, "list", "intake")


@pytest.fixture
def tax(store: Store, sandbox: str) -> Opens:
    return store.opening(StoredTaxRepository, sandbox, "list", "intake")


def a_declaration(store: Store, key: str = "M1|O1", **changes: Any) -> Declaration:
    fields: dict[str, Any] = {
        "id": store.row_id(),
        "key": key,
        "order_no": key.partition("|")[2],
        "state": "declared",
        "document_id": 7,
        "document_version": 1,
        "mailboxes": "DXPENT0000000001;DXPENT0000000002",
        "cop_no": "C1",
        "pre_no": "P1",
        "customs_code": "9007",
        "ebp_code": "E1",
        "ebc_code": "M1",
        "agent_code": "A1",
        "assure_code": "G1",
        "logistics_key": "L1|W1",
        "trade_mode": "9610",
        "buyer": "B1",
        "reasons": (REASON,),
        "held": HELD,
        "full_tax": True,
        "value": 2**62,
        "last_return": 1_795_000_000_000,
        "invt_no": f"90072026I{key}",
    }
    return Declaration(**{**fields, **changes})


@contextmanager
def refused_updates(store: Store, table: str, column: str) -> Iterator[None]:
    """The database fails at each UPDATE that sets a column, to whatever value."""
    if store.engine.dialect.name == "sqlite":
        made = [
            f"CREATE TRIGGER refused BEFORE UPDATE OF {column} ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
        ]
        dropped = ["DROP TRIGGER refused"]
    else:
        made = [
            "CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$",
            f"CREATE TRIGGER refused BEFORE UPDATE OF {column} ON {table} EXECUTE FUNCTION refused()",
        ]
        dropped = [f"DROP TRIGGER refused ON {table}", "DROP FUNCTION refused"]
    for statements in (made, dropped):
        with store.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        if statements is made:
            yield


def a_request(store: Store, key: str = "A1|C1", **changes: Any) -> Request:
    fields: dict[str, Any] = {
        "id": store.row_id(),
        "kind": "refund",
        "key": key,
        "declaration_id": 5,
        "state": "declared",
        "document_id": 8,
        "document_version": 1,
        "mailboxes": "D",
        "fields": {"copNo": "C1", "invtNo": ""},
        "lines": {1: 100_000, 12: 5},
        "reasons": (REASON,),
        "filed_at": 3,
    }
    return Request(**{**fields, **changes})


def file_document(store: Store, sandbox: str, code: str = "621", order_no: str = "O1", key: str = "K1") -> int:
    """File the sample of a type as a document of a sandbox; gives its id."""
    reading = read_body((SAMPLES / f"CEB{code}Message.xml").read_bytes(), DAY, {}, 1_000_000)
    number = store.row_id()
    write_by(
        store.engine,
        insert_rows,
        document,
        ("id", "sandbox", "kind", "key", "order_no", "facts"),
        [(number, sandbox, reading.kind, key, order_no, reading.documents[0].facts)],
    )
    return number


# customs: declarations


def test_a_declaration_comes_back_as_it_was_put(store: Store, customs: Opens) -> None:
    declaration = a_declaration(store)
    with customs() as memory:
        memory.put_declaration(declaration)
    assert declaration.version == 1
    with customs() as memory:
        assert memory.declarations([declaration.id, 0]) == {declaration.id: declaration}
    with customs() as memory:
        assert memory.declarations_by_key(["M1|O1", "M1|O2"]) == {"M1|O1": declaration}
    with customs() as memory:
        assert memory.declarations_by_invt_no([declaration.invt_no, ""]) == {declaration.invt_no: declaration}
    with customs() as memory:
        assert memory.declarations_by_parcel(["L1|W1", "L1|W2"]) == {"L1|W1": [declaration]}


CHANGES: dict[str, Any] = {
    "state": "reviewing",
    "invt_no": "",
    "mailboxes": "DXPENT0000000003",
    "reasons": (),
    "held": Reservations(),
    "full_tax": False,
    "value": -1,
    "last_return": 1_795_000_000_001,
}


@each("names", [(), *[(name,) for name in CHANGES], ("state", "held"), tuple(CHANGES)])
def test_whichever_fields_change_all_are_read_as_they_were_saved(
    store: Store, customs: Opens, names: tuple[str, ...]
) -> None:
    declarations = [a_declaration(store, f"M{number}|O{store.row_id()}") for number in (1, 2)]
    ids = [declaration.id for declaration in declarations]
    with customs() as memory:
        for declaration in declarations:
            memory.put_declaration(declaration)
    for turn in (1, 2):  # the second time what was written in the first is compared, not what was read
        with customs() as memory:
            stored = memory.declarations(ids)
            for name in names:
                setattr(stored[ids[0]], name, CHANGES[name] if turn == 1 else getattr(declarations[0], name))
            stored[ids[1]].state = f"released{turn}"
            for declaration in stored.values():
                memory.put_declaration(declaration)
        with customs() as memory:
            assert memory.declarations(ids) == stored


def test_what_one_object_is_saved_twice_with_is_read_again(store: Store, customs: Opens) -> None:
    declaration = a_declaration(store)
    for state in ("declared", "reviewing", "declared"):
        declaration.state = state
        with customs() as memory:
            memory.put_declaration(declaration)
        with customs() as memory:
            assert memory.declarations([declaration.id])[declaration.id].state == state


def test_only_columns_that_changed_are_written(store: Store, customs: Opens) -> None:
    """An update of a column also writes its indexes anew: the database itself refuses one of a number that stayed."""
    declaration = a_declaration(store)
    with customs() as memory:
        memory.put_declaration(declaration)
    with refused_updates(store, "declaration", "invt_no"):
        with customs() as memory:
            memory.declarations([declaration.id])[declaration.id].state = "reviewing"
            memory.put_declaration(memory.declarations([declaration.id])[declaration.id])
        with pytest.raises(DBAPIError), customs() as memory:
            memory.declarations([declaration.id])[declaration.id].invt_no = "90072026I2"
            memory.put_declaration(memory.declarations([declaration.id])[declaration.id])


def test_one_batch_gets_one_object_by_every_query(store: Store, customs: Opens) -> None:
    declaration = a_declaration(store)
    with customs() as memory:
        memory.put_declaration(declaration)
    with customs() as memory:
        stored_declaration = memory.declarations([declaration.id])[declaration.id]
        assert memory.declarations_by_key([declaration.key])[declaration.key] is stored_declaration
        assert memory.declarations_by_parcel([declaration.logistics_key])[declaration.logistics_key] == [
            stored_declaration
        ]


def test_what_was_put_in_a_batch_is_found_by_id_before_it_is_saved(store: Store, customs: Opens) -> None:
    declaration = a_declaration(store)
    with customs() as memory:
        memory.put_declaration(declaration)
        assert memory.declarations([declaration.id])[declaration.id] is declaration


@pytest.mark.parametrize("kind", ["declaration", "request"])
def test_whoever_was_overtaken_is_informed_and_changes_nothing(store: Store, customs: Opens, kind: str) -> None:
    made = a_declaration(store) if kind == "declaration" else a_request(store)
    load, put = ("declarations", "put_declaration") if kind == "declaration" else ("requests_by_id", "put_request")
    with customs() as memory:
        getattr(memory, put)(made)
    with customs() as memory:
        slow = replace(getattr(memory, load)([made.id])[made.id])
    with customs() as memory:
        quick = getattr(memory, load)([made.id])[made.id]
        quick.state = "accepted"
        getattr(memory, put)(quick)
    slow.state = "rejected"
    with pytest.raises(Conflict), customs() as memory:
        getattr(memory, put)(slow)
    with customs() as memory:
        assert getattr(memory, load)([made.id])[made.id].state == "accepted"


def test_one_overtaken_among_many_takes_the_whole_batch_back(store: Store, customs: Opens) -> None:
    declarations = [a_declaration(store, f"M1|O{number}") for number in range(3)]
    with customs() as memory:
        for declaration in declarations:
            memory.put_declaration(declaration)
    stale = replace(declarations[1], version=declarations[1].version + 1)
    with pytest.raises(Conflict), customs() as memory:
        for declaration in (declarations[0], stale, declarations[2]):
            declaration.state = "accepted"
            memory.put_declaration(declaration)
    with customs() as memory:
        assert {
            row.state for row in memory.declarations([declaration.id for declaration in declarations]).values()
        } == {"declared"}


def test_what_fails_before_its_end_leaves_nothing(store: Store, customs: Opens) -> None:
    declaration = a_declaration(store)
    with pytest.raises(RuntimeError), customs() as memory:
        memory.put_declaration(declaration)
        memory.save(memory._connection)
        raise RuntimeError
    with customs() as memory:
        assert memory.declarations([declaration.id]) == {}


def test_hundreds_are_loaded_and_saved_together(store: Store, customs: Opens) -> None:
    result = [a_declaration(store, f"M1|{number}") for number in range(1_200)]
    with customs() as memory:
        for declaration in result:
            memory.put_declaration(declaration)
    with customs() as memory:
        declarations = memory.declarations_by_key([declaration.key for declaration in result])
        assert len(declarations) == 1_200
        for declaration in declarations.values():
            declaration.state = "accepted"
            memory.put_declaration(declaration)
    with customs() as memory:
        assert {row.state for row in memory.declarations([declaration.id for declaration in result]).values()} == {
            "accepted"
        }


# customs: meetings, documents, numbers


def test_a_meeting_gives_the_documents_of_its_order(store: Store, sandbox: str, customs: Opens) -> None:
    order = file_document(store, sandbox, "311")
    listed = file_document(store, sandbox, "621")
    file_document(store, sandbox, "311", "O2", "K2")
    with customs() as memory:
        met = memory.load_meetings(["O1", "O3"])
        assert {order_no: sorted(row.id for row in filed) for order_no, filed in met.items()} == {"O1": [order, listed]}
        assert {row.kind for row in met["O1"]} == {"order", "inventory"}
        assert isinstance(next(row for row in met["O1"] if row.kind == "inventory").facts, Inventory)


def test_marks_are_kept_by_meeting_whatever_they_say(store: Store, sandbox: str, customs: Opens) -> None:
    marks = {Mark(kind, *values) for kind, values in MARKS.items()}
    with customs() as memory:
        memory.load_meetings(["O1"])
        assert set(memory.marks("O1")) == set()
        for mark in marks:
            memory.put_mark("O1", mark)
        assert set(memory.marks("O1")) == marks
    with customs() as memory:
        memory.load_meetings(["O1", "O2"])
        assert set(memory.marks("O1")) == marks
        assert set(memory.marks("O2")) == set()
    assert set(MARKS) == set(MarkKind)


def test_documents_are_found_by_id(store: Store, sandbox: str, customs: Opens) -> None:
    number = file_document(store, sandbox, "411")
    with customs() as memory:
        assert [row.kind for row in memory.documents([number, 0]).values()] == ["payment"]


def test_numbers_are_never_given_twice(customs: Opens) -> None:
    with customs() as memory:
        first = [
            memory.list_no("9007", 2026),
            memory.list_no("9007", 2026),
            memory.intake_no("9007", 1_795_000_000_000),
        ]
        ids = [memory.new_id(), memory.new_id()]
    with customs() as memory:
        assert memory.list_no("9007", 2026) not in first
        assert memory.new_id() not in ids
    assert len(set(first)) == 3 and all(number.startswith("9007") for number in first)


# customs: companies, allowances, caps, books, parcels, requests


def test_a_company_is_found_by_either_of_its_codes(store: Store, sandbox: str, customs: Opens) -> None:
    write_by(
        store.engine,
        insert_rows,
        participant,
        ("sandbox", "code", "credit_code", "name", "kinds", "credit_grade"),
        [(sandbox, "3702000001", "91370200MA00000001", "甲公司", "merchant;platform", "advanced")],
    )
    with customs() as memory:
        companies = memory.companies(["3702000001", "91370200MA00000001", "9999999999"])
        assert set(companies) == {"3702000001", "91370200MA00000001"}
        assert companies["3702000001"] == companies["91370200MA00000001"]
        assert companies["3702000001"].kinds == {"merchant", "platform"}


def test_the_identity_register_gives_names_by_number_and_the_last_import_counts(
    store: Store, sandbox: str, customs: Opens
) -> None:
    with writing(store.engine) as connection:
        register_persons(connection, sandbox, [("370202199003074514", "王海燕"), ("37020219900307452X", "赵海天")])
        register_persons(connection, sandbox, [("370202199003074514", "王海青")])
        register_persons(connection, f"{sandbox}-other", [("370211198802290020", "李海生")])
    with customs() as memory:
        assert memory.persons(["370202199003074514", "37020219900307452X", "370211198802290020"]) == {
            "370202199003074514": "王海青",
            "37020219900307452X": "赵海天",
        }


def test_an_allowance_is_kept_for_each_person_and_year(customs: Opens) -> None:
    with customs() as memory:
        lines = memory.allowances([("B1", 2026), ("B1", 2027), ("B2", 2026)])
        assert {(line.reserved, line.used) for line in lines.values()} == {(0, 0)}
        memory.put_allowance(replace(lines["B1", 2026], reserved=300, used=5))
        memory.put_allowance(replace(lines["B1", 2027], used=7))
    with customs() as memory:
        lines = memory.allowances([("B1", 2026), ("B1", 2027), ("B2", 2026)])
        assert {key: (line.reserved, line.used) for key, line in lines.items()} == {
            ("B1", 2026): (300, 5),
            ("B1", 2027): (0, 7),
            ("B2", 2026): (0, 0),
        }


def test_caps_are_kept_for_each_group(customs: Opens) -> None:
    with customs() as memory:
        assert memory.caps([("B1", 2026)]) == {("B1", 2026): {}}
        memory.put_cap("B1", 2026, "0406", 100)
        memory.put_cap("B1", 2026, "1905", 200)
        assert memory.caps([("B1", 2026)]) == {("B1", 2026): {"0406": 100, "1905": 200}}
    with customs() as memory:
        memory.put_cap("B1", 2026, "0406", 150)
    with customs() as memory:
        assert memory.caps([("B1", 2026), ("B1", 2027)]) == {("B1", 2026): {"0406": 150, "1905": 200}, ("B1", 2027): {}}


def test_book_lines_are_kept_and_filing_again_keeps_what_was_drawn(store: Store, sandbox: str, customs: Opens) -> None:
    with customs() as memory:
        assert memory.book_lines([("T1", "1")]) == {}
        memory.put_book_line(BookLine("T1", "1", "3304990039", "面霜", "142", 1_000_000, 300_000))
    columns = ("ems_no", "item_record_no", "gcode", "gname", "unit", "filed")
    write_by(store.engine, file_stock, sandbox, columns, [("T1", "1", "3304990039", "面霜", "142", 2_000_000)])
    with customs() as memory:
        assert memory.book_lines([("T1", "1"), ("T1", "2")]) == {
            ("T1", "1"): BookLine("T1", "1", "3304990039", "面霜", "142", 2_000_000, 300_000)
        }


def test_a_parcel_comes_back(customs: Opens) -> None:
    with customs() as memory:
        assert memory.parcels(["L1|W1"]) == {}
        memory.put_parcel(ParcelRecord("L1|W1", arrived_at=5))
    with customs() as memory:
        stored_parcel = memory.parcels(["L1|W1"])["L1|W1"]
        stored_parcel.signed_at = 9
        memory.put_parcel(stored_parcel)
    with customs() as memory:
        assert memory.parcels(["L1|W1", "L1|W2"]) == {"L1|W1": ParcelRecord("L1|W1", 5, 9)}


def test_a_parcel_that_was_only_looked_at_is_not_written(customs: Opens) -> None:
    with customs() as memory:
        memory.put_parcel(ParcelRecord("L1|W1", arrived_at=5))
    with customs() as memory:
        memory.parcels(["L1|W1"])["L1|W1"].signed_at = 9
    with customs() as memory:
        assert memory.parcels(["L1|W1"]) == {"L1|W1": ParcelRecord("L1|W1", 5, 0)}


def test_a_request_comes_back_as_it_was_put(store: Store, customs: Opens) -> None:
    request = a_request(store)
    with customs() as memory:
        memory.put_request(request)
    for ask, expected in (("requests_by_id", {request.id: request}), ("requests_of", {5: [request]})):
        with customs() as memory:
            assert getattr(memory, ask)([request.id if ask == "requests_by_id" else 5]) == expected
    with customs() as memory:
        assert memory.requests("refund", [request.key]) == {request.key: request}
        assert memory.requests("cancellation", [request.key]) == {}


# inspection and tax


def test_an_inspection_comes_back(inspection: Opens, store: Store) -> None:
    task = InspectionTask(store.row_id(), "O1", "M1|O1", 5)
    with inspection() as memory:
        memory.put_task(task)
    with inspection() as memory:
        tasks = memory.tasks([task.declaration_id, 0])
        assert tasks == {task.declaration_id: task}
        memory.put_task(replace(task, result="passed"))
    with inspection() as memory:
        assert memory.tasks([task.declaration_id])[task.declaration_id].result == "passed"


def an_assessment() -> Assessment:
    reading = read_body((SAMPLES / "CEB621Message.xml").read_bytes(), DAY, {}, 1_000_000)
    facts = unpack(Inventory, reading.documents[0].facts)
    return assess(facts, DAY, goods.load(), parameters.load(), "P1", full_tax=False)


def a_bill(store: Store, **changes: Any) -> Bill:
    fields: dict[str, Any] = {
        "declaration_id": store.row_id(),
        "sequence": 0,
        "order_no": "O1",
        "key": "M1|O1",
        "state": "reserved",
        "assure_code": "G1",
        "assessment": an_assessment(),
        "pending": True,
        "fields": {"invtNo": "I1"},
    }
    return Bill(**{**fields, **changes})


def test_a_bill_comes_back_with_its_working(store: Store, tax: Opens) -> None:
    bill = a_bill(store)
    with tax() as memory:
        memory.put_bill(bill)
    with tax() as memory:
        bills = memory.bills([bill.declaration_id, 0])
        assert bills == {bill.declaration_id: bill}
        assert bills[bill.declaration_id].assessment.lines[0].working == bill.assessment.lines[0].working


def test_the_newest_bill_of_a_list_is_found_and_the_first_one_stays(store: Store, tax: Opens) -> None:
    bill = a_bill(store, tax_no="I1_0")
    later = replace(bill, sequence=1, tax_no="I1_1")
    with tax() as memory:
        memory.put_bill(bill)
        memory.put_bill(later)
    with tax() as memory:
        assert memory.bills([bill.declaration_id])[bill.declaration_id].tax_no == "I1_1"
        assert memory.first_bill(bill.declaration_id).tax_no == "I1_0"


def test_a_bill_that_was_overtaken_is_a_conflict(store: Store, tax: Opens) -> None:
    bill = a_bill(store)
    with tax() as memory:
        memory.put_bill(bill)
    stale = replace(bill)
    with tax() as memory:
        memory.put_bill(memory.bills([bill.declaration_id])[bill.declaration_id])
    with pytest.raises(Conflict), tax() as memory:
        memory.put_bill(stale)


def test_a_guarantee_lodged_again_keeps_what_is_reserved(store: Store, sandbox: str, tax: Opens) -> None:
    write_by(store.engine, upsert_guarantees, sandbox, ("assure_code", "name", "amount"), [("G1", "甲公司", 1_000)])
    with tax() as memory:
        account = memory.guarantees(["G1", "G2"])["G1"]
        account.reserved, account.booked = 300, 20
        memory.put_guarantee(account)
    write_by(store.engine, upsert_guarantees, sandbox, ("assure_code", "name", "amount"), [("G1", "甲公司", 5_000)])
    with tax() as memory:
        guarantees = memory.guarantees(["G1", "G2"])
        assert {
            code: (guarantee.amount, guarantee.reserved, guarantee.booked) for code, guarantee in guarantees.items()
        } == {"G1": (5_000, 300, 20)}


def test_the_facts_of_lists_are_given_for_assessment(store: Store, sandbox: str, tax: Opens) -> None:
    number = file_document(store, sandbox)
    with tax() as memory:
        order_no, key, facts = memory.inventories([number])[number]
    assert (order_no, key) == ("O1", "K1") and isinstance(facts, Inventory)


# sandboxes are apart


def test_one_sandbox_sees_nothing_of_another(
    store: Store, sandbox: str, customs: Opens, inspection: Opens, tax: Opens
) -> None:
    declaration, request, bill = a_declaration(store), a_request(store), a_bill(store)
    task = InspectionTask(store.row_id(), "O1", "M1|O1", 5)
    with customs() as memory:
        memory.put_declaration(declaration)
        memory.put_request(request)
        memory.put_allowance(replace(memory.allowances([("B1", 2026)])["B1", 2026], used=7))
        memory.put_cap("B1", 2026, "0406", 100)
        memory.put_book_line(BookLine("T1", "1", "3304990039", "面霜", "142", 1_000, 0))
        memory.put_parcel(ParcelRecord("L1|W1", 5))
    with inspection() as memory:
        memory.put_task(task)
    with tax() as memory:
        memory.put_bill(bill)
    write_by(store.engine, upsert_guarantees, sandbox, ("assure_code", "name", "amount"), [("G1", "甲公司", 1_000)])
    file_document(store, sandbox, "311")
    other = f"{sandbox}-other"
    with customs(other) as memory:
        assert (
            not memory.load_meetings(["O1"])
            and not memory.declarations([declaration.id])
            and not memory.requests_by_id([request.id])
        )
        assert not memory.declarations_by_key([declaration.key]) and not memory.declarations_by_parcel(
            [declaration.logistics_key]
        )
        assert not memory.requests("refund", [request.key]) and not memory.requests_of([5])
        assert memory.allowances([("B1", 2026)])["B1", 2026].used == 0
        assert memory.caps([("B1", 2026)]) == {("B1", 2026): {}}
        assert not memory.book_lines([("T1", "1")]) and not memory.parcels(["L1|W1"])
    with inspection(other) as memory:
        assert not memory.tasks([task.declaration_id])
    with tax(other) as memory:
        assert not memory.bills([bill.declaration_id]) and not memory.guarantees(["G1"])


def test_the_same_keys_live_in_two_sandboxes(store: Store, sandbox: str, customs: Opens) -> None:
    for name, used in ((sandbox, 1), (f"{sandbox}-other", 2)):
        with customs(name) as memory:
            memory.put_declaration(a_declaration(store, value=used))
            memory.put_allowance(replace(memory.allowances([("B1", 2026)])["B1", 2026], used=used))
    for name, used in ((sandbox, 1), (f"{sandbox}-other", 2)):
        with customs(name) as memory:
            assert memory.declarations_by_key(["M1|O1"])["M1|O1"].value == used
            assert memory.allowances([("B1", 2026)])["B1", 2026].used == used


# several at once

WRITERS, TIMES = 4, 10


def at_once(work: Callable[[], None]) -> None:
    """Several threads do the same some times; raises what one of them raised."""
    failures: list[BaseException] = []

    def again_and_again() -> None:
        try:
            for _ in range(TIMES):
                work()
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=again_and_again) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def test_nothing_taken_from_an_allowance_at_the_same_time_is_lost(store: Store, sandbox: str, customs: Opens) -> None:
    def spend() -> None:
        with customs() as memory:
            line = memory.allowances([("B1", 2026)])["B1", 2026]
            caps = memory.caps([("B1", 2026)])["B1", 2026]
            memory.put_allowance(replace(line, used=line.used + 1))
            memory.put_cap("B1", 2026, "0406", caps.get("0406", 0) + 1)

    at_once(spend)
    with customs() as memory:
        assert memory.allowances([("B1", 2026)])["B1", 2026].used == WRITERS * TIMES
        assert memory.caps([("B1", 2026)]) == {("B1", 2026): {"0406": WRITERS * TIMES}}


def test_nothing_reserved_of_a_guarantee_at_the_same_time_is_lost(store: Store, sandbox: str, tax: Opens) -> None:
    write_by(store.engine, upsert_guarantees, sandbox, ("assure_code", "name", "amount"), [("G1", "甲公司", 1_000)])

    def reserve() -> None:
        with tax() as memory:
            account = memory.guarantees(["G1"])["G1"]
            account.reserved += 1
            memory.put_guarantee(account)

    at_once(reserve)
    with tax() as memory:
        assert memory.guarantees(["G1"])["G1"].reserved == WRITERS * TIMES


def test_no_failure_to_sign_in_at_the_same_time_is_lost(store: Store) -> None:
    at_once(lambda: write_by(store.engine, rows.add_failure, rows.ACCOUNT, "zhao", 1))
    assert read_by(store.engine, rows.failures, rows.ACCOUNT, "zhao").failures == WRITERS * TIMES


def test_nothing_drawn_from_a_book_at_the_same_time_is_lost(customs: Opens) -> None:
    with customs() as memory:
        memory.put_book_line(BookLine("T1", "1", "3304990039", "面霜", "142", 1_000, 0))

    def draw() -> None:
        with customs() as memory:
            line = memory.book_lines([("T1", "1")])["T1", "1"]
            line.drawn += 1
            memory.put_book_line(line)

    at_once(draw)
    with customs() as memory:
        assert memory.book_lines([("T1", "1")])["T1", "1"].drawn == WRITERS * TIMES


def test_whoever_meets_second_sees_the_answers_of_the_first(customs: Opens) -> None:
    numbers = count(1)

    def answer() -> None:
        with customs() as memory:
            memory.load_meetings(["O1"])
            memory.put_mark("O1", Mark(MarkKind.ANSWERED, next(numbers), 1))

    at_once(answer)
    with customs() as memory:
        memory.load_meetings(["O1"])
        assert len(memory.marks("O1")) == WRITERS * TIMES


def test_nothing_counted_against_a_cap_at_the_same_time_is_lost_though_nobody_counted_before(customs: Opens) -> None:
    def count_one() -> None:
        with customs() as memory:
            counted = memory.caps([("B1", 2026)])["B1", 2026]
            memory.put_cap("B1", 2026, "0406", counted.get("0406", 0) + 1)

    at_once(count_one)
    with customs() as memory:
        assert memory.caps([("B1", 2026)]) == {("B1", 2026): {"0406": WRITERS * TIMES}}


def test_arrival_and_signature_of_an_unknown_parcel_at_the_same_time_are_both_noted(customs: Opens) -> None:
    moments = count(1)

    def note() -> None:
        moment = next(moments)
        with customs() as memory:
            parcel = memory.parcels(["L1|W1"]).get("L1|W1") or ParcelRecord("L1|W1")
            if moment % 2:
                parcel.arrived_at += 1
            else:
                parcel.signed_at += 1
            memory.put_parcel(parcel)

    at_once(note)
    with customs() as memory:
        assert memory.parcels(["L1|W1"]) == {"L1|W1": ParcelRecord("L1|W1", WRITERS * TIMES // 2, WRITERS * TIMES // 2)}


def test_stock_filed_at_the_same_time_on_a_new_line_adds_up(customs: Opens) -> None:
    """Who finds that somebody else has made the line takes the whole batch again, as a worker does."""

    def file_one() -> None:
        with customs() as memory:
            line = memory.book_lines([("T1", "9")]).get(("T1", "9")) or BookLine("T1", "9", "3304990039", "面霜", "142")
            line.filed += 1
            memory.put_book_line(line)

    def file() -> None:
        try:
            file_one()
        except IntegrityError:
            file_one()

    at_once(file)
    with customs() as memory:
        assert memory.book_lines([("T1", "9")])["T1", "9"].filed == WRITERS * TIMES


def test_a_query_for_the_same_lines_in_another_order_waits_without_deadlock(customs: Opens) -> None:
    persons = [(f"B{number}", 2026) for number in range(20)]
    keys = [("T1", str(number)) for number in range(20)]
    with customs() as memory:
        for key in keys:
            memory.put_book_line(BookLine(*key, "3304990039", "面霜", "142", 1_000, 0))
    turns = count(1)

    def change() -> None:
        step = 1 if next(turns) % 2 else -1
        with customs() as memory:
            memory.lock([f"O{number}" for number in range(20)][::step])
            for person, line in memory.allowances(persons[::step]).items():
                memory.put_allowance(replace(line, used=line.used + 1))
                assert person in persons
            for line in memory.book_lines(keys[::step]).values():
                line.drawn += 1
                memory.put_book_line(line)
            for parcel in [
                memory.parcels([f"L1|{number}" for number in range(20)][::step]).get(f"L1|{number}")
                or ParcelRecord(f"L1|{number}")
                for number in range(20)
            ]:
                parcel.signed_at += 1
                memory.put_parcel(parcel)

    at_once(change)
    with customs() as memory:
        assert {line.used for line in memory.allowances(persons).values()} == {WRITERS * TIMES}
        assert {line.drawn for line in memory.book_lines(keys).values()} == {WRITERS * TIMES}
        assert {parcel.signed_at for parcel in memory.parcels([f"L1|{number}" for number in range(20)]).values()} == {
            WRITERS * TIMES
        }


def test_guarantees_reserved_in_another_order_end_in_no_circle(store: Store, sandbox: str, tax: Opens) -> None:
    codes = [f"G{number}" for number in range(20)]
    write_by(store.engine, upsert_guarantees, sandbox, ("assure_code", "amount"), [(code, 1_000) for code in codes])
    turns = count(1)

    def reserve() -> None:
        with tax() as memory:
            for account in memory.guarantees(codes[:: 1 if next(turns) % 2 else -1]).values():
                account.reserved += 1
                memory.put_guarantee(account)

    at_once(reserve)
    with tax() as memory:
        assert {account.reserved for account in memory.guarantees(codes).values()} == {WRITERS * TIMES}
