"""Messages are written in schema order, escaped, and valid, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from golden import read_sample
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue import names
from schemas.message import Subscribe, Transfer
from schemas.reading import open_message, read
from schemas.writing import InvalidValues, write
from tests.tables import each

GUID = "89A944C0-4242-587C-8FC8-6C9AB23A2172"
TRANSFER = Transfer("3702980005", "青岛示例报关有限公司", "DXP", "DXPENT0000000005", "")


def head_of(root: str) -> dict[str, str | None]:
    message = read_sample(root)
    return dict(zip(names(message.code)[0], message.blocks[0].head, strict=True))


def lines_of(root: str) -> list[dict[str, str | None]]:
    message = read_sample(root)
    return [dict(zip(names(message.code)[1], line, strict=True)) for line in message.blocks[0].lines]


def receipt(**changes: str | None) -> dict[str, str | None]:
    return {**head_of("CEB312Message"), **changes}


def test_a_receipt_has_the_default_namespace_and_stands_alone() -> None:
    body = write("312", [(receipt(), ())], guid=GUID).decode()
    assert body.startswith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<CEB312Message xmlns="http://')
    assert "ceb:" not in body


def test_a_request_has_the_prefix() -> None:
    body = write("411", [(head_of("CEB411Message"), ())], guid=GUID, transfer=TRANSFER).decode()
    assert body.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<ceb:CEB411Message xmlns:ceb="http://')


def test_the_style_can_be_chosen() -> None:
    assert b"<ceb:CEB312Message" in write("312", [(receipt(), ())], guid=GUID, style="ceb")


def test_elements_come_in_schema_order_whatever_the_order_given() -> None:
    backwards = dict(reversed(receipt().items()))
    assert write("312", [(backwards, ())], guid=GUID) == write("312", [(receipt(), ())], guid=GUID)


def test_none_leaves_an_element_out_and_an_empty_text_makes_it_empty() -> None:
    head = {**head_of("CEB411Message"), "telephone": None, "note": ""}
    body = write("411", [(head, ())], guid=GUID, transfer=TRANSFER)
    assert b"telephone" not in body
    assert b"<ceb:note></ceb:note>" in body


def test_subscriptions_and_signature_follow_the_transfer_block() -> None:
    body = write(
        "621",
        [(head_of("CEB621Message"), lines_of("CEB621Message"))],
        guid=GUID,
        transfer=TRANSFER,
        subscribes=[Subscribe("ALL", "DXP", "DXPENT0000000009", "")],
        signature="dummy",
    ).decode()
    marks = ("</ceb:Inventory>", "<ceb:BaseTransfer>", "<ceb:BaseSubscribe>", "<ds:Signature")
    assert [body.index(mark) for mark in marks] == sorted(body.index(mark) for mark in marks)


def test_a_hundred_receipts_are_written_as_one_message() -> None:
    blocks = [(receipt(orderNo=f"DD{number}"), ()) for number in range(100)]
    message = read(open_message(write("312", blocks, guid=GUID)))
    assert [block.head[3] for block in message.blocks] == [f"DD{number}" for number in range(100)]


@each("text", ["a&b<c>d\"e'f", "]]>", "&amp;", "<!--x-->", "\n\t x", "汉字𠀀", "a\rb", "\u2028"])
@each("style", ["ceb", "default"])
def test_every_character_survives(text: str, style: str) -> None:
    body = write("312", [(receipt(returnInfo=text), ())], guid=GUID, style=style)
    assert read(open_message(body)).blocks[0].head[-1] == text


@each("text", ["<x/>", "a]]>b", "a\rb", "]]", "&", ""])
def test_the_original_message_travels_in_cdata(text: str) -> None:
    head = {**head_of("CEB900Message"), "oriBizMessage": text}
    body = write("900", [(head, ())], guid=GUID)
    assert read(open_message(body)).blocks[0].head[-1] == text
    assert (b"<![CDATA[" in body) is any(character in text for character in "<>&\r")


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=60,
    )
)
def test_any_printable_text_survives(text: str) -> None:
    body = write("312", [(receipt(returnInfo=text), ())], guid=GUID)
    assert read(open_message(body)).blocks[0].head[-1] == text


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("a control character", {"returnInfo": "a\x0bb"}, "control-character", "returnInfo"),
    ("a lone surrogate", {"returnInfo": "a\ud800b"}, "control-character", "returnInfo"),
    ("a misspelt name", {"orderno": "1"}, "element-misspelt", "orderno"),
    ("an unknown name", {"zzz": "1"}, "element-unknown", "zzz"),
    ("a text that is too long", {"orderNo": "D" * 61}, "too-long", "/CEB312Message/OrderReturn/orderNo"),
    ("a missing element", {"orderNo": None}, "element-missing", "/CEB312Message/OrderReturn/orderNo"),
]


@each(("changes", "code", "path"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_would_not_be_valid_is_not_written(changes: dict[str, Any], code: str, path: str) -> None:
    with pytest.raises(InvalidValues) as refused:
        write("312", [(receipt(**changes), ())], guid=GUID)
    assert [(finding.code, finding.path) for finding in refused.value.findings] == [(code, path)]
    assert "312" in str(refused.value) and refused.value.permanent


@each("guid", ["short", GUID + '"', GUID[1:] + "\x00", GUID[1:] + "\ud800"])
def test_a_root_guid_that_is_not_valid_is_refused(guid: str) -> None:
    with pytest.raises(InvalidValues):
        write("312", [(receipt(), ())], guid=guid)


def test_a_message_that_needs_a_signature_is_not_written_without() -> None:
    with pytest.raises(InvalidValues) as refused:
        write("621", [(head_of("CEB621Message"), lines_of("CEB621Message"))], guid=GUID, transfer=TRANSFER)
    assert [finding.code for finding in refused.value.findings] == ["signature-missing"]


def test_more_documents_than_allowed_are_not_written() -> None:
    with pytest.raises(InvalidValues) as refused:
        write("312", [(receipt(), ())] * 101, guid=GUID)
    assert [finding.code for finding in refused.value.findings] == ["element-repeated"]


def test_an_unknown_signature_or_style_is_refused() -> None:
    with pytest.raises(ValueError, match="real"):
        write("312", [(receipt(), ())], guid=GUID, signature="real")
    with pytest.raises(ValueError, match="plain"):
        write("312", [(receipt(), ())], guid=GUID, style="plain")
