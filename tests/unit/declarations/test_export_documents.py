"""The facts of export documents come from their messages, survive the store, and identify their receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import schemas
from declarations.documents import DOCUMENTS, extract, pack, unpack
from declarations.documents.extraction import field_name, line_class, wire_name
from declarations.documents.plain import plain_document
from declarations.money import scaled_from_text
from gateways.replies import ANSWER_CODES, identifying_fields
from schemas import catalogue
from schemas.catalogue import by_kind, entries, names
from schemas.reading import open_message, read
from tests.tables import each

SAMPLES = Path(schemas.__file__).parent / "samples"
KINDS = [entry.kind for entry in entries() if entry.flow == "export" and not entry.receipt]
BOTH = [(kind, edition) for kind in KINDS for edition in by_kind(kind).editions]


def facts(kind: str, edition: str = "2022-05") -> Any:
    entry = by_kind(kind)
    message = read(open_message((SAMPLES / f"{entry.root}.xml").read_bytes()), edition)
    return extract(DOCUMENTS[kind], names(entry.code, edition), message.blocks[0].head, message.blocks[0].lines)


@each(("kind", "edition"), BOTH)
def test_facts_are_taken_out_of_the_sample_and_survive_the_store(kind: str, edition: str) -> None:
    document = facts(kind, edition)
    assert unpack(DOCUMENTS[kind], pack(document)) == document
    assert document.app_type == "1" and document.app_status == "2" and len(document.guid) == 36


@each("kind", KINDS)
def test_every_field_is_an_element_of_its_message(kind: str) -> None:
    head, line = names(by_kind(kind).code)
    assert {wire_name(name) for name in DOCUMENTS[kind].__struct_fields__ if name != "lines"} <= set(head)
    of_line = line_class(DOCUMENTS[kind])
    assert bool(of_line) is bool(line)
    assert {wire_name(name) for name in (of_line.__struct_fields__ if of_line else ())} <= set(line)
    assert all(field_name(wire_name(name)) == name for name in DOCUMENTS[kind].__struct_fields__)


@each("kind", KINDS)
def test_a_kind_that_no_rule_reads_is_kept_as_the_elements_that_the_catalogue_names(kind: str) -> None:
    entry = by_kind(kind)
    message = read(open_message((SAMPLES / f"{entry.root}.xml").read_bytes()), "2022-05")
    made = plain_document(entry)
    document = extract(made, names(entry.code), message.blocks[0].head, message.blocks[0].lines)
    assert unpack(made, pack(document)) == document
    assert identifying_fields(kind, document, "B1").keys() == identifying_fields(kind, facts(kind), "B1").keys()
    assert document.guid == facts(kind).guid and document.app_time == facts(kind).app_time
    assert bool(line_class(made)) is bool(entry.line)


def test_numbers_become_whole_numbers_and_amounts_scaled_ones() -> None:
    listed = facts("export_inventory")
    assert (listed.pack_no, listed.gross_weight, listed.lines[1].gnum) == (1, scaled_from_text("0.8"), 2)
    assert (listed.pod, listed.f_flag, listed.i_currency) == ("3154", "3", "502")
    assert (listed.lines[0].qty2, listed.lines[0].unit2) == (scaled_from_text("0.4"), "035")
    arrived = facts("arrival_note")
    assert (arrived.msg_count, arrived.msg_seq_no, arrived.lines[0].logistics_no) == (1, 1, "SF2022060100101")
    assert [line.invt_no for line in facts("summary_request").lines] == ["42402022E000000001"]


@each("kind", KINDS)
def test_the_receipt_of_a_kind_has_every_identifying_field(kind: str) -> None:
    entry = by_kind(kind)
    fields = identifying_fields(kind, facts(kind), "B20260601000000001")
    assert ANSWER_CODES[kind] == entry.answered_by
    carried = set(catalogue.names(ANSWER_CODES[kind])[0]) - {
        "guid",
        "returnStatus",
        "returnTime",
        "returnInfo",
        "sumNo",
    }
    assert set(fields) == carried and all(isinstance(text, str) for text in fields.values())
    assert {name: fields[name] for name in entry.key} == {
        name: str(getattr(facts(kind), by_snake(kind)[name])) for name in entry.key
    }


def by_snake(kind: str) -> dict[str, str]:
    return {wire_name(name): name for name in DOCUMENTS[kind].__struct_fields__}


@each("kind", [kind for kind in KINDS if catalogue.handling(kind).own_number])
def test_the_ports_number_stands_in_for_the_senders_own(kind: str) -> None:
    own = catalogue.handling(kind).own_number
    assert own == ("coElNo" if kind in {"export_refund", "tally"} else "copNo")
    without = type(facts(kind))(
        **{name: getattr(facts(kind), name) for name in DOCUMENTS[kind].__struct_fields__}
        | {"co_el_no" if own == "coElNo" else "cop_no": ""}
    )
    fields = identifying_fields(kind, without, "B20260601000000001")
    assert fields[own] == fields["preNo"] == "B20260601000000001"


def test_a_list_has_no_number_yet_when_it_is_declared() -> None:
    assert identifying_fields("export_inventory", facts("export_inventory"), "B20260601000000001")["invtNo"] == ""
