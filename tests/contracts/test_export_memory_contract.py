"""What the export desk may rely on in customs' memory, on each database."""

from __future__ import annotations

from gateways.customs.marks import Mark, MarkKind
from gateways.customs.repository import ParcelRecord
from tests.contracts.storing import Opens, Store
from tests.contracts.test_memory_contract import a_declaration, a_request, customs, file_document
from tests.databases import ON_BOTH

pytestmark = ON_BOTH
__all__ = ["customs"]
"""A fixture, found by its name."""


def test_imports_and_exports_of_one_key_are_two_declarations(store: Store, customs: Opens) -> None:
    imported, exported = a_declaration(store), a_declaration(store, flow="E", statistics_flag="B", bill_no="MAWB1")
    with customs() as memory:
        memory.put_declaration(imported)
        memory.put_declaration(exported)
    for flow, declaration in (("I", imported), ("E", exported)):
        with customs() as memory:
            assert memory.declarations_by_key([declaration.key], flow) == {declaration.key: declaration}
        with customs() as memory:
            assert memory.declarations_by_parcel([declaration.logistics_key], flow) == {
                declaration.logistics_key: [declaration]
            }


def test_numbers_of_exports_say_so_and_count_by_themselves(store: Store, sandbox: str, customs: Opens) -> None:
    store.numbering.ensure(sandbox, "list.export", 2)
    with customs() as memory:
        assert (memory.list_no("4227", 2026, "E"), memory.list_no("4227", 2026)) == (
            "42272026E000000001",
            "42272026I000000001",
        )


def test_a_parcel_keeps_its_way_out(customs: Opens) -> None:
    parcel = ParcelRecord("L1|W1", arrived_at=5, bill_no="MAWB1", arrival_key="S1|YD1|1", departed_at=7, departure_id=9)
    with customs() as memory:
        memory.put_parcel(parcel)
    with customs() as memory:
        assert memory.parcels(["L1|W1"]) == {"L1|W1": parcel}


def test_documents_and_marks_of_a_meeting_are_looked_up(store: Store, sandbox: str, customs: Opens) -> None:
    waybill = file_document(store, sandbox, "505", "W1", "L1|W1")
    file_document(store, sandbox, "303", "W1", "M1|W1")
    file_document(store, sandbox, "505", "W2", "L1|W2")
    with customs() as memory:
        assert [row.id for row in memory.filed_at(["W1"], ("export_waybill",))] == [waybill]
        assert memory.marks_at(["W1", "W2"]) == set()
        memory.load_meetings(["W1", "W2"])
        memory.put_mark("W1", Mark(MarkKind.WAITING, 7))
        memory.put_mark("W2", Mark(MarkKind.USED, 8))
        memory.put_mark("W2", Mark(MarkKind.ANSWERED, 9, 1))
    with customs() as memory:
        assert memory.marks_at(["W1", "W2", "W3"]) == {
            Mark(MarkKind.WAITING, 7),
            Mark(MarkKind.USED, 8),
            Mark(MarkKind.ANSWERED, 9, 1),
        }


def test_papers_are_found_by_their_key(store: Store, sandbox: str, customs: Opens) -> None:
    number = file_document(store, sandbox, "507", "YD1", "S1|YD1|1")
    with customs() as memory:
        papers = memory.papers("arrival_note", ["S1|YD1|1", "S1|YD1|2"])
        assert {key: paper.id for key, paper in papers.items()} == {"S1|YD1|1": number}
        assert memory.papers("departure_note", ["S1|YD1|1"]) == {}


def test_the_meeting_of_a_note_is_found_by_its_request(store: Store, sandbox: str, customs: Opens) -> None:
    number = file_document(store, sandbox, "509", "LJ1", "L1|LJ1|1")
    request = a_request(store, "L1|LJ1|1", kind="departure_note", document_id=number, lines={0: 3})
    with customs() as memory:
        memory.put_request(request)
    with customs() as memory:
        assert memory.orders("note", [request.id, 0]) == {"LJ1"}


def test_requests_that_were_just_put_are_found_and_those_of_another_kind_are_not(store: Store, customs: Opens) -> None:
    refund, tally = a_request(store, kind="export_refund"), a_request(store, kind="tally")
    with customs() as memory:
        memory.put_request(refund)
        assert memory.requests("export_refund", [refund.key]) == {refund.key: refund}
        assert memory.requests_by_id([refund.id, tally.id]) == {refund.id: refund}
        memory.put_request(tally)
    with customs() as memory:
        assert memory.requests("tally", [refund.key]) == {tally.key: tally}
        assert memory.requests_by_id([refund.id, tally.id]) == {refund.id: refund, tally.id: tally}
