"""The DXP envelope is put on and taken off, and the platform's answer is valid by its schema."""

from __future__ import annotations

import re
from typing import Any

import pytest
from golden import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import schema_pool
from schemas.envelope import DXP, EXPORT_NODE, IMPORT_NODE, Envelope, check_receivers, unwrap, wrap, write_rep
from schemas.parsing import Unreadable, parse
from tests.tables import each

ENVELOPE = Envelope(
    "DXPENT0000000001202206010900000001",
    "DXPENT0000000001",
    (IMPORT_NODE,),
    "2022-06-01T09:00:00Z",
    "CEB311Message",
    sample("CEB311Message"),
)


def judged(body: bytes) -> bool:
    return not schema_pool.errors(parse(body), schema_pool.DXP)


def trans(**changes: str | None) -> str:
    info: dict[str, str | None] = {
        "CopMsgId": "id",
        "SenderId": "S",
        "ReceiverIds": "<ReceiverId>R</ReceiverId>",
        "CreatTime": "2022-06-01T09:00:00",
        "MsgType": "CEB311Message",
    }
    return "".join(f"<{name}>{text}</{name}>" for name, text in {**info, **changes}.items() if text is not None)


def dxp(info: str = "", data: str = "AAAA", rest: str = "", attributes: str = 'ver="1.0"') -> bytes:
    inside = f"<TransInfo>{info or trans()}</TransInfo><Data>{data}</Data>{rest}"
    return f'<DxpMsg xmlns="{DXP}" {attributes}>{inside}</DxpMsg>'.encode()


def test_what_was_wrapped_is_unwrapped() -> None:
    assert judged(wrap(ENVELOPE))
    assert unwrap(parse(wrap(ENVELOPE))) == ENVELOPE


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_survive_the_envelope(data: bytes) -> None:
    envelope = Envelope("a&b<c", "S", ("R", "Q"), "2022-06-01T09:00:00", "x", data)
    assert unwrap(parse(wrap(envelope))) == envelope


def test_base64_may_be_broken_into_lines() -> None:
    assert unwrap(parse(dxp(data="\n QUJD\n  REVG \n"))).data == b"ABCDEF"


EXTRA = (
    "<AddInfo><FileName>a.xml</FileName><IcCard>1234567890123</IcCard>"
    '<BizKey><Key name="DealFlag">1</Key><Key>2</Key></BizKey><IsText Encode="UTF-8"/>'
    "<RecMapId>x</RecMapId></AddInfo>"
)
LONG = "x" * 400


@each(
    ("body", "right"),
    [
        (dxp(), True),
        (dxp(attributes='ver="1.0" Id="A00001"'), True),
        (dxp(attributes='ver="1.0" Id="000001"'), False),
        (dxp(attributes='ver="1.1"'), False),
        (dxp(attributes=""), False),
        (dxp(trans(CopMsgId=LONG[:255])), True),
        (dxp(trans(CopMsgId=LONG[:256])), False),
        (dxp(trans(CopMsgId="")), False),
        (dxp(trans(SenderId=LONG[:16])), True),
        (dxp(trans(SenderId=LONG[:17])), False),
        (dxp(trans(ReceiverIds="<ReceiverId>R</ReceiverId>" * 5)), True),
        (dxp(trans(ReceiverIds="<ReceiverId>R</ReceiverId>" * 6)), False),
        (dxp(trans(ReceiverIds="")), False),
        (dxp(trans(CreatTime="2022-06-01T09:00:00Z")), True),
        (dxp(trans(CreatTime="20220601090000")), False),
        (dxp(trans(MsgType=LONG[:30])), True),
        (dxp(trans(MsgType=LONG[:31])), False),
        (dxp(trans(MsgType=None)), False),
        (dxp(rest=EXTRA), True),
        (dxp(rest="<AddInfo/>"), True),
        (dxp(rest=EXTRA.replace("1234567890123", "12345678901234")), False),
        (dxp(rest=EXTRA.replace(' Encode="UTF-8"', "")), False),
        (dxp(rest=EXTRA.replace("<Key>2</Key>", "<Key>2</Key>" * 4)), True),
        (dxp(rest=EXTRA.replace("<Key>2</Key>", "<Key>2</Key>" * 5)), False),
        (dxp(rest=EXTRA.replace("DealFlag", LONG[:33])), False),
        (dxp(rest=EXTRA.replace("<IsText", "<IsText>x</IsText><IsText")), False),
        (dxp(rest=EXTRA + EXTRA), False),
    ],
)
def test_the_envelope_schema_takes_and_refuses(body: bytes, right: bool) -> None:
    assert judged(body) is right


def test_the_answer_of_the_platform_is_valid() -> None:
    body = write_rep(
        "DXPENT0000000001", ENVELOPE, [("0002", "报文不符合结构要求 & 退回"), ("2001", "长" * 400)], day="2022-06-01"
    )
    assert judged(body)
    root = parse(body)
    assert [code.text for code in root.iter(f"{{{DXP}}}ResponseCode")] == ["0002", "2001"]
    assert root.findtext(f"{{{DXP}}}RecevierId") == "DXPENT0000000001"
    assert len(list(root.iter(f"{{{DXP}}}OriHead"))) == 2


REP: dict[str, Any] = {"body": write_rep("R", ENVELOPE, [("0001", "x")], day="2022-06-01").decode()}


@each(
    ("old", "new", "right"),
    [
        ("<ResponseCode>0001", "<ResponseCode>123456789", True),
        ("<ResponseCode>0001", "<ResponseCode>1234567890", False),
        ("<Response>", "<AdNodeId>12345678</AdNodeId><Response>", True),
        ("<Response>", "<AdNodeId>123456789</AdNodeId><Response>", False),
        ("<ResponseCode>", "<NodeId>12345678</NodeId><ResponseCode>", True),
        ("2022-06-01</NoticeTime>", "2022-06-01T09:00:00</NoticeTime>", False),
        ("<NoticeTime>", "<Results><Result><RecId>R</RecId><Code>1</Code></Result></Results><NoticeTime>", True),
        ("<OriHead>", "<Note>x</Note><OriHead>", True),
        ("RecevierId>", "ReceiverId>", False),
    ],
)
def test_the_answer_schema_takes_and_refuses(old: str, new: str, right: bool) -> None:
    changed = REP["body"].replace(old, new)
    assert changed != REP["body"]
    assert judged(changed.encode()) is right


def test_a_broken_envelope_says_what_is_wrong_and_how_to_build_it() -> None:
    with pytest.raises(Unreadable) as refused:
        unwrap(parse(dxp(trans(SenderId=None))))
    assert "SenderId" in refused.value.finding.zh
    assert "CreatTime" in refused.value.finding.remedy_zh


NAMED = [
    (trans(CreatTime="2026-11-22 10:00:00"), [("envelope-time", "/DxpMsg/TransInfo/CreatTime", "2026-11-22T10:00:00")]),
    (trans(SenderId=None, MsgType=None), [("envelope-missing", "/DxpMsg/TransInfo/SenderId", "DXPENT0000000001")]),
    (trans(SenderId=None, MsgType=None), [("envelope-missing", "/DxpMsg/TransInfo/MsgType", "CEB621Message")]),
    (trans(CopMsgId=""), [("envelope-empty", "/DxpMsg/TransInfo/CopMsgId", "CopMsgId")]),
    (trans(SenderId=LONG[:17]), [("envelope-too-long", "/DxpMsg/TransInfo/SenderId", "≤ 16")]),
    (
        trans(ReceiverIds="<ReceiverId>R</ReceiverId>" * 6),
        [("envelope-receivers", "/DxpMsg/TransInfo/ReceiverIds", "1 … 5 × ReceiverId")],
    ),
    (
        trans(CreatTime=None) + "<CreateTime>2026-11-22T10:00:00</CreateTime>",
        [("envelope-unknown", "/DxpMsg/TransInfo/CreateTime", "CreatTime")],
    ),
    (
        trans(CreatTime="now", SenderId="", CopMsgId=LONG[:300]),
        [
            ("envelope-too-long", "/DxpMsg/TransInfo/CopMsgId", "≤ 255"),
            ("envelope-empty", "/DxpMsg/TransInfo/SenderId", "DXPENT0000000001"),
            ("envelope-time", "/DxpMsg/TransInfo/CreatTime", "2026-11-22T10:00:00"),
        ],
    ),
]


@each(("info", "expected"), NAMED)
def test_all_faults_are_reported_with_their_places(info: str, expected: list[tuple[str, str, str]]) -> None:
    with pytest.raises(Unreadable) as refused:
        unwrap(parse(dxp(info)))
    found = [(finding.code, finding.path, finding.expected) for finding in refused.value.findings]
    assert [place for place in expected if place not in found] == []
    for finding in refused.value.findings:
        assert re.search(r"[\u4e00-\u9fff]", finding.zh) and re.search(r"[\u4e00-\u9fff]", finding.remedy_zh)
        assert not re.search(r"[\u4e00-\u9fff]", finding.en + finding.remedy_en)


WHOLE_SV = (
    f'<DxpMsgSv xmlns="{DXP}" ver="1.0"><SvNo Ver="1.0"><MsgId>M</MsgId><SubMsgId>1</SubMsgId>'
    "<SendTime>2026-11-22T10:00:00</SendTime><EndNode>E</EndNode><StaNode>S</StaNode></SvNo>"
    f'<DxpMsg ver="1.0"><TransInfo>{trans()}</TransInfo><Data>AAAA</Data></DxpMsg></DxpMsgSv>'
)


@each(
    ("old", "new", "codes"),
    [
        ("2026-11-22T10:00:00</SendTime>", "now</SendTime>", ["envelope-time"]),
        ("<StaNode>S</StaNode>", "", ["envelope-missing"]),
        ("<SenderId>S<", "<SenderId><", ["envelope-empty"]),
        ("<SubMsgId>1</SubMsgId>", "", []),
        ("<MsgId>M</MsgId><SubMsgId>1</SubMsgId>", "<SubMsgId>1</SubMsgId><MsgId>M</MsgId>", ["envelope-order"]),
    ],
)
def test_of_a_transport_envelope_only_what_is_wrong_is_reported(old: str, new: str, codes: list[str]) -> None:
    assert old in WHOLE_SV and judged(WHOLE_SV.encode())
    root = parse(WHOLE_SV.replace(old, new).encode())
    if not codes:
        assert unwrap(root).cop_msg_id == "id"
        return
    with pytest.raises(Unreadable) as refused:
        unwrap(root)
    assert [finding.code for finding in refused.value.findings] == codes


@each("name", ["MsgId", "SendTime", "EndNode", "StaNode"])
def test_a_finding_about_a_missing_element_names_the_element_that_holds_it_and_its_neighbours(name: str) -> None:
    lacking = re.sub(f"<{name}>[^<]*</{name}>", "", WHOLE_SV)
    with pytest.raises(Unreadable) as refused:
        unwrap(parse(lacking.encode()))
    (finding,) = refused.value.findings
    assert finding.remedy_en == (
        f"write {name} into SvNo, which holds in this order: MsgId, SubMsgId, SendTime, EndNode, StaNode"
    )


def test_who_follows_a_finding_about_the_order_gets_a_valid_envelope() -> None:
    moved = WHOLE_SV.replace("<MsgId>M</MsgId><SubMsgId>1</SubMsgId>", "<SubMsgId>1</SubMsgId><MsgId>M</MsgId>")
    with pytest.raises(Unreadable) as refused:
        unwrap(parse(moved.encode()))
    assert refused.value.finding.expected == "MsgId, SubMsgId, SendTime, EndNode, StaNode"


@each("data", ["<CEB311Message/>", "<![CDATA[<CEB311Message/>]]>", "\n  &lt;CEB311Message/>"])
def test_xml_instead_of_base64_is_named(data: str) -> None:
    with pytest.raises(Unreadable) as refused:
        unwrap(parse(dxp(data=data)))
    assert [(finding.code, finding.path) for finding in refused.value.findings] == [
        ("envelope-data-xml", "/DxpMsg/Data")
    ]


@each(
    ("flow", "receivers", "expected"),
    [
        ("import", (IMPORT_NODE,), ""),
        ("import", ("DXPDSWIMPCEB0001",), ""),
        ("import", ("DXPENT0000000001", IMPORT_NODE), ""),
        ("import", (EXPORT_NODE,), IMPORT_NODE),
        ("import", ("DXPENT0000000001",), IMPORT_NODE),
        ("export", (EXPORT_NODE,), ""),
        ("export", (IMPORT_NODE,), EXPORT_NODE),
        ("agency", ("DXPENT0000000001",), ""),
    ],
)
def test_a_receiver_that_is_not_the_node_of_the_flow_is_remarked_on(
    flow: str, receivers: tuple[str, ...], expected: str
) -> None:
    remark = check_receivers(receivers, flow)
    assert (remark.expected if remark else "") == expected
    assert remark is None or (remark.warning and remark.code == "envelope-receiver")


def test_what_stands_beside_is_still_reported_in_the_words_of_the_schema() -> None:
    with pytest.raises(Unreadable) as refused:
        unwrap(parse(dxp(rest="<AddInfo><IcCard></IcCard></AddInfo>")))
    assert [finding.code for finding in refused.value.findings] == ["envelope-broken"]
