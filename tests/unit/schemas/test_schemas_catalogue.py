"""The catalogue finds every message type and says what its documents consist of."""

from __future__ import annotations

import pytest
from composing import elements_of, messages
from golden import SAMPLES

from schemas.catalogue import UnknownMessage, by_code, by_kind, by_root, entries, layout, names, topic
from schemas.elements import types
from schemas.message_types import EDITIONS, MessageType
from tests.tables import each

EXPORT = {
    "303",
    "304",
    "403",
    "404",
    "505",
    "506",
    "507",
    "508",
    "509",
    "510",
    "603",
    "604",
    "605",
    "606",
    "607",
    "608",
    "701",
    "702",
    "792",
    "213",
    "214",
    "215",
    "216",
}
EVERY = [
    pytest.param(entry, edition, id=f"{entry.code}-{edition}") for entry in entries() for edition in entry.editions
]


def test_the_catalogue_has_the_messages_of_the_table() -> None:
    assert sorted(entry.root for entry in entries()) == sorted(messages())
    for entry in entries():
        assert (entry.flow == "export") is (entry.code in EXPORT), entry.code
        assert entry.editions == tuple(messages()[entry.root].get("editions", EDITIONS))


@each(
    ("kind", "expected"),
    [
        ("order", "import.order"),
        ("stock_filing", "import.stock_filing"),
        ("export_order", "export.order"),
        ("collection", "export.collection"),
        ("export_inventory", "export.inventory"),
        ("tally", "export.tally"),
    ],
)
def test_a_kind_has_a_topic(kind: str, expected: str) -> None:
    assert topic(kind) == expected


@each("entry", entries(), ids=lambda entry: entry.code)
def test_a_type_is_found_by_code_root_and_kind(entry: MessageType) -> None:
    assert by_code(entry.code) is by_root(entry.root) is by_kind(entry.kind) is entry
    assert entry.title_zh and entry.title_en and entry.sender
    assert (SAMPLES / f"{entry.root}.xml").is_file()


@each("entry", entries(), ids=lambda entry: entry.code)
def test_a_type_is_what_the_table_of_messages_says(entry: MessageType) -> None:
    shape = messages()[entry.root]
    assert entry.document == shape["document"]
    assert [part for part in (entry.head, entry.line) if part] == list(shape.get("parts", {}))
    assert entry.most == shape["documents"][1]
    assert entry.signature is (shape.get("signature") == "required")


@each(("entry", "edition"), EVERY)
def test_a_layout_lists_the_elements_in_schema_order(entry: MessageType, edition: str) -> None:
    head, line = layout(entry.code, edition)
    expected_head = elements_of(entry.root, edition, entry.head or entry.document)
    expected_line = elements_of(entry.root, edition, entry.line) if entry.line else []
    for fields, expected in ((head, expected_head), (line, expected_line)):
        assert [
            (field.name, field.type, field.required, field.fixed or "", field.default or "", field.collapsed)
            for field in fields
        ] == [
            (element.name, element.type, element.required, element.fixed, element.default, element.collapsed)
            for element in expected
        ]
    assert names(entry.code, edition) == (tuple(field.name for field in head), tuple(field.name for field in line))


@each("entry", entries(), ids=lambda entry: entry.code)
def test_every_element_is_annotated_in_chinese_and_english(entry: MessageType) -> None:
    for edition in entry.editions:
        for fields in layout(entry.code, edition):
            for field in fields:
                assert any("\u4e00" <= character <= "\u9fff" for character in field.zh), field
                assert field.en.isascii() and field.en[0].isupper(), field
                assert bool(field.zh_note) == bool(field.en_note), field


@each("entry", entries(), ids=lambda entry: entry.code)
def test_the_business_key_is_part_of_the_head(entry: MessageType) -> None:
    assert set(entry.key) <= set(names(entry.code)[0])


@each("entry", [entry for entry in entries() if entry.answered_by], ids=lambda entry: entry.code)
def test_a_request_is_answered_by_a_receipt_of_its_kind(entry: MessageType) -> None:
    answer = by_code(entry.answered_by or "")
    assert answer.kind == f"{entry.kind}_receipt"
    assert answer.receipt and not entry.receipt
    assert entry.invalid.startswith("-") and entry.too_many.startswith("-")


def test_the_two_editions_of_the_import_differ_in_two_elements() -> None:
    differences = {
        (entry.code, new.name): (old.type, new.type)
        for entry in entries()
        if entry.flow == "import"
        for old_part, new_part in zip(layout(entry.code, "2018"), layout(entry.code, "2022-05"), strict=True)
        for old, new in zip(old_part, new_part, strict=True)
        if old != new
    }
    assert differences == {("621", "itemNo"): ("C..30", "C..20"), ("621", "tradeCountry"): ("C3", "C1..3")}


def test_all_messages_share_the_types_of_their_edition() -> None:
    for edition in EDITIONS:
        for flow in ("import", "export"):
            shared = types(by_code("311").schema_file(edition).with_name(f"{flow}-types.xsd"))
            assert set(shared) == {"BaseTransfer", "BaseSubscribe", "ExtendMessage"}


@each(
    ("find", "wanted", "nearest"),
    [(by_code, "6211", "621"), (by_root, "CEB621message", "CEB621Message"), (by_kind, "inventry", "inventory")],
)
def test_an_unknown_name_is_answered_with_the_nearest(find: object, wanted: str, nearest: str) -> None:
    with pytest.raises(UnknownMessage, match=nearest):
        find(wanted)  # type: ignore[operator]


def test_an_unknown_edition_is_answered_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="2022-05, 2018"):
        layout("621", "2016")
