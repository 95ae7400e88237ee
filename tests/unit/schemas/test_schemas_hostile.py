"""What is no readable message is refused with a finding and an HTTP status, and never by a crash."""

from __future__ import annotations

import gzip
import time
from base64 import b64encode

import pytest
from composing import CEB
from golden import sample, sample_text
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.envelope import DXP, Envelope, wrap
from schemas.parsing import Unreadable, parse
from schemas.reading import open_message, read
from tests.tables import each

GOOD = sample_text("CEB411Message")
DECLARATION, BODY = GOOD.split("\n", 1)
BOMB = (
    "<!DOCTYPE a [<!ENTITY e0 '0123456789'>"
    + "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
)
ENVELOPE = Envelope(
    "id", "DXPENT0000000003", ("DXPEDCCEB0000002",), "2022-06-01T09:01:00", "CEB411Message", GOOD.encode()
)
WRAPPED = wrap(ENVELOPE).decode()
INSIDE = b64encode(GOOD.encode()).decode()


def extended(content: str) -> str:
    extension = f"<ceb:ExtendMessage><ceb:name/><ceb:version/><ceb:Message>{content}</ceb:Message></ceb:ExtendMessage>"
    return GOOD.replace("</ceb:BaseTransfer>", f"</ceb:BaseTransfer>{extension}")


@each(
    ("body", "code", "status"),
    [
        (b"", "not-xml", 400),
        (b"   \n", "not-xml", 400),
        (b"hello", "not-xml", 400),
        (b'{"message": "CEB411Message"}', "not-xml", 400),
        (b"PK\x03\x04\x14\x00\x00\x00", "packed", 415),
        (gzip.compress(GOOD.encode()), "packed", 415),
        (WRAPPED.replace(INSIDE, b64encode(gzip.compress(GOOD.encode())).decode()), "packed", 415),
        (GOOD.replace('"', '\\"'), "json-escaped", 400),
        ("UNB+UNOA:2+HAM01+WINDOW+261120:1000+1'UNZ+0+1'", "not-xml-but-edifact", 400),
        (GOOD[: len(GOOD) // 2], "not-well-formed", 400),
        (GOOD[:-3], "not-well-formed", 400),
        (GOOD + "<x/>", "not-well-formed", 400),
        ("\n" + GOOD, "not-well-formed", 400),
        (GOOD.replace("青岛", "青&岛"), "not-well-formed", 400),
        (GOOD.replace("青岛", "青\x01岛"), "not-well-formed", 400),
        (GOOD.replace("青岛", "青&undefined;岛"), "not-well-formed", 400),
        (DECLARATION + "<!DOCTYPE a>" + BODY, "document-type", 400),
        (DECLARATION + "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>" + BODY, "document-type", 400),
        (
            DECLARATION + "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + BODY.replace("青岛", "&x;"),
            "document-type",
            400,
        ),
        (DECLARATION + "<!DOCTYPE a [<!ENTITY x 'y'>]>" + BODY.replace("青岛", "&x;"), "document-type", 400),
        (DECLARATION + BOMB + BODY.replace("青岛", "&e9;"), "document-type", 400),
        (DECLARATION + BOMB + BODY.replace('version="1.0"', 'version="&e9;"'), "document-type", 400),
        ("<a>" * 5000 + "</a>" * 5000, "too-deep", 400),
        (extended("<x>" * 300 + "</x>" * 300), "too-deep", 400),
        (GOOD.encode("gbk"), "wrong-encoding", 415),
        (GOOD.replace("UTF-8", "utf-16"), "wrong-encoding", 415),
        (GOOD.replace("UTF-8", "UTF-16LE"), "wrong-encoding", 415),
        (GOOD.replace("UTF-8", "UCS-4"), "wrong-encoding", 415),
        (GOOD.replace("UTF-8", "GBK").encode("gbk"), "wrong-encoding", 415),
        (GOOD.replace("UTF-8", "GB18030").encode("gb18030"), "wrong-encoding", 415),
        (GOOD.replace("UTF-8", "UTF-16").encode("utf-16"), "wrong-encoding", 415),
        (GOOD.encode("utf-16-le"), "wrong-encoding", 415),
        (GOOD.replace("UTF-8", "klingon"), "wrong-encoding", 415),
        ("<a/>", "unknown-root", 422),
        (GOOD.replace("CEB411Message", "CEB302Message"), "root-of-other-documents", 422),
        (GOOD.replace("CEB411Message", "CEB621Message"), "root-of-other-documents", 422),
        (GOOD.replace("CEB411Message", "CEB412Message"), "root-of-other-documents", 422),
        (GOOD.replace("CEB411Message", "CEB411message"), "unknown-root-nearly", 422),
        (GOOD.replace("CEB411Message", "Ceb411Mesage"), "unknown-root-nearly", 422),
        (GOOD.replace("CEB411Message", "CEB622Mesage"), "root-of-other-documents", 422),
        (f'<CEB622Mesage xmlns="{CEB}"/>', "unknown-root-of-port", 422),
        (GOOD.replace(CEB, "http://www.chinaport.gov.cn/CEB"), "wrong-namespace", 422),
        (GOOD.replace("ceb:", "").replace("xmlns:ceb", "xmlns:x"), "wrong-namespace", 422),
        (f'<Payment xmlns="{CEB}"/>', "document-as-root", 422),
        (GOOD.replace("CEB411Message", "CommonResponeMessage"), "root-of-other-documents", 422),
        (GOOD.replace("CEB411Message", "ForexRepotMessage"), "unknown-root-nearly", 422),
        (GOOD.replace("CEB411Message", "N" * 40_000), "root-of-other-documents", 422),
        (WRAPPED.replace("<MsgType>CEB411Message", "<MsgType>CEB311Message"), "message-type-differs", 422),
        (WRAPPED.replace("<MsgType>CEB411Message", "<MsgType>ORDER"), "message-type-differs", 422),
        (WRAPPED.replace("<Data>", "<Data>%%"), "envelope-base64", 400),
        (WRAPPED[:-40], "not-well-formed", 400),
        (WRAPPED.replace(INSIDE, b64encode(GOOD[:300].encode()).decode()), "not-well-formed", 400),
        (WRAPPED.replace(INSIDE, b64encode(WRAPPED.encode()).decode()), "envelope-in-envelope", 422),
        (WRAPPED.replace("<SenderId>DXPENT0000000003</SenderId>", ""), "envelope-missing", 422),
        (WRAPPED.replace(' ver="1.0"', ' ver="2.0"'), "envelope-version", 422),
        (WRAPPED.replace("2022-06-01T09:01:00", "20220601090100"), "envelope-time", 422),
        (WRAPPED.replace(INSIDE, ""), "envelope-data-empty", 422),
        (WRAPPED.replace(INSIDE, b64encode(INSIDE.encode()).decode()), "envelope-base64-twice", 422),
        (WRAPPED.replace(DXP, "urn:other"), "envelope-namespace", 422),
    ],
)
def test_what_cannot_be_opened_is_refused(body: str | bytes, code: str, status: int) -> None:
    assert_refused(body, code, status)


def test_a_text_of_ten_million_characters_is_refused() -> None:
    assert_refused(GOOD.replace("青岛", "x" * 10_100_000, 1), "text-too-long", 422)


def assert_refused(body: str | bytes, code: str, status: int) -> None:
    with pytest.raises(Unreadable) as refused:
        open_message(body if isinstance(body, bytes) else body.encode())
    assert (refused.value.finding.code, refused.value.status) == (code, status)
    finding = refused.value.finding
    assert finding.zh and finding.en and finding.remedy_zh and finding.remedy_en


def test_a_message_above_the_cap_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(Unreadable) as refused:
        open_message(b"<a" * 50, cap=99)
    assert (refused.value.finding.code, refused.value.status) == ("too-large", 413)
    assert "100" in refused.value.finding.zh


def test_a_message_of_exactly_the_cap_is_opened() -> None:
    body = sample("CEB411Message")
    assert open_message(body, cap=len(body)).count == 1


def test_the_cap_holds_for_the_message_in_an_envelope_too() -> None:
    with pytest.raises(Unreadable) as refused:
        open_message(WRAPPED.replace("<Data>", "<Data>" + " " * 50).encode(), cap=len(WRAPPED) + 49)
    assert refused.value.finding.code == "too-large"


def test_an_envelope_may_carry_a_message_of_more_than_ten_megabytes_in_base64() -> None:
    start, end = GOOD.index("<ceb:Payment>"), GOOD.index("</ceb:Payment>") + len("</ceb:Payment>")
    large = (GOOD[:start] + GOOD[start:end] * 9_000 + GOOD[end:]).encode()
    wrapped = wrap(Envelope("id", "S", ("R",), "2022-06-01T09:01:00", "CEB411Message", large))
    assert len(wrapped) > 10_000_000
    opened = open_message(wrapped)
    assert opened.count == 9_000
    assert [finding.code for finding in read(opened).findings] == ["-401013"]


def test_a_huge_envelope_with_entities_is_refused_at_once() -> None:
    body = DECLARATION + BOMB + '<DxpMsg ver="&e9;"><Data>' + "A" * 11_000_000 + "</Data></DxpMsg>"
    start = time.thread_time()
    with pytest.raises(Unreadable) as refused:
        open_message(body.encode())
    assert refused.value.finding.code == "document-type"
    assert time.thread_time() - start < 5


def test_a_schema_location_in_a_message_is_not_followed(tmp_path: object) -> None:
    hint = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:any {tmp_path}/missing.xsd"'
    body = extended(f'<x xmlns="urn:any" {hint}/>').replace("<ceb:CEB411Message", f"<ceb:CEB411Message {hint}")
    body = body.replace('xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ', "", 1)
    assert read(open_message(body.encode())).findings == ()
    broken = body.replace("<ceb:payTime>2", "<ceb:payTime>")
    assert [finding.code for finding in read(open_message(broken.encode())).findings] == ["wrong-length"]


def test_deep_nesting_below_the_limit_is_explained_without_a_crash() -> None:
    body = extended("<x>" * 240 + "</x>" * 240).replace("<ceb:payTime>2", "<ceb:payTime>")
    assert [finding.code for finding in read(open_message(body.encode())).findings] == ["wrong-length"]


def test_a_long_text_is_reported_in_short() -> None:
    body = GOOD.replace("青岛示例支付有限公司", "长" * 100_000, 1).encode()
    [finding] = read(open_message(body)).findings
    assert finding.code == "too-long"
    assert len(finding.found) < 150


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD.encode()) - 1), st.binary(max_size=3), st.integers(0, 40))
def test_damaged_bytes_are_read_explained_or_refused(place: int, inserted: bytes, removed: int) -> None:
    whole = GOOD.encode()
    body = whole[:place] + inserted + whole[place + removed :]
    try:
        message = read(open_message(body))
    except Unreadable as refused:
        assert refused.status in {400, 413, 415, 422}
    else:
        assert bool(message.blocks) != bool(message.findings)


def test_text_with_a_document_type_inside_is_no_document_type() -> None:
    body = GOOD.replace("青岛", "<![CDATA[<!DOCTYPE a>]]>").encode()
    assert parse(body).tag.endswith("CEB411Message")
