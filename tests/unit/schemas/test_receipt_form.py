"""Receipts of exports have what their schemas require, and are written in the edition that has room for them."""

from __future__ import annotations

import pytest
from golden import read_sample

from schemas.catalogue import by_code, entries, names
from schemas.message_types import EDITION
from schemas.reading import open_message, read
from schemas.receipt_form import complete, edition_for
from schemas.writing import InvalidValues, write
from tests.tables import each

GUID = "89A944C0-4242-587C-8FC8-6C9AB23A2172"
RECEIPTS = [entry.code for entry in entries() if entry.flow == "export" and entry.receipt and entry.code != "792"]
NUMBERS = {"msgSeqNo"}
ALWAYS = {"guid", "returnStatus", "returnTime", "returnInfo"}


def head_of(code: str) -> dict[str, str]:
    head = read_sample(f"CEB{code}Message").blocks[0].head
    return {name: text for name, text in zip(names(code)[0], head, strict=True) if text is not None}


def rendered(code: str, head: dict[str, str], edition: str = EDITION) -> dict[str, str | None]:
    message = read(open_message(write(code, [complete(code, head, (), edition)], guid=GUID, edition=edition)), edition)
    return dict(zip(names(code, edition)[0], message.blocks[0].head, strict=True))


@each("edition", ["2022-05", "2018"])
@each("code", RECEIPTS)
def test_a_receipt_can_be_written_when_nothing_is_known_but_how_it_is_answered(code: str, edition: str) -> None:
    if edition in by_code(code).editions:
        head = {name: text for name, text in head_of(code).items() if name in ALWAYS | NUMBERS}
        assert rendered(code, head, edition)["returnStatus"] == head["returnStatus"]


@each("code", RECEIPTS)
def test_what_is_known_stays(code: str) -> None:
    assert complete(code, head_of(code)) == (head_of(code), [])


def test_a_list_without_a_number_has_an_empty_one_and_zeros_in_2018() -> None:
    head = {name: text for name, text in head_of("604").items() if name != "invtNo"}
    with pytest.raises(InvalidValues, match="invtNo"):
        write("604", [(head, ())], guid=GUID)
    assert rendered("604", head)["invtNo"] == ""
    assert rendered("604", head, "2018")["invtNo"] == "0" * 18


@each(
    ("code", "name", "length", "edition"),
    [
        ("304", "ebpCode", 18, "2022-05"),
        ("304", "ebpCode", 19, "2018"),
        ("304", "ebpCode", 50, "2018"),
        ("506", "logisticsNo", 32, "2022-05"),
        ("506", "logisticsNo", 33, "2018"),
        ("506", "logisticsNo", 80, "2018"),
        ("216", "logisticsNo", 80, "2022-05"),
        ("604", "orderNo", 60, "2022-05"),
    ],
)
def test_what_a_sender_of_2018_may_say_at_length_is_answered_in_2018(
    code: str, name: str, length: int, edition: str
) -> None:
    head = {**head_of(code), name: "A" * length}
    assert edition_for(code, head) == edition
    assert rendered(code, head, edition)[name] == "A" * length


def test_a_result_with_a_long_waybill_is_written_without_what_2018_does_not_know() -> None:
    message = read_sample("CEB792Message")
    head, line = names("792")
    row = dict(zip(head, message.blocks[0].head, strict=True))
    lines = [dict(zip(line, values, strict=True)) for values in message.blocks[0].lines]
    assert edition_for("792", {name: text for name, text in row.items() if text is not None}, lines) == EDITION
    long = [{**line, "logisticsNo": "W" * 80} for line in lines]
    known = {name: text for name, text in row.items() if text is not None}
    assert edition_for("792", known, long) == "2018"
    body = write("792", [complete("792", known, long, "2018")], guid=GUID, edition="2018")
    assert read(open_message(body), "2018").findings == () and b"gseqno" not in body


def test_a_receipt_of_an_export_has_the_prefix() -> None:
    body = write("304", [(head_of("304"), ())], guid=GUID).decode()
    assert body.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<ceb:CEB304Message xmlns:ceb="http://')
