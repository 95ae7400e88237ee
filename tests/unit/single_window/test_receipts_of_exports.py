"""Receipts of exports are put into XML from rows alone: completed, in the edition that has room, results with lines."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Connection

from schemas.catalogue import names
from schemas.reading import open_message, read
from single_window.receipts.rows import Receipt, beginning, render
from tests.tables import each

NOBODY = cast("Connection", None)
"""Nothing of what is written here is asked of the database."""
NOW = 1_780_000_000_000
LIST = {
    "guid": "DFD78FD1-C393-54E4-88B0-CDEC99A4ED64",
    "agentCode": "3702980005",
    "copNo": "C1",
    "preNo": "B20260601000000001",
    "ebcCode": "3702960002",
    "ebpCode": "3702960001",
    "orderNo": "N1",
    "statisticsFlag": "A",
    "invtNo": "",
}
RESULT = {
    "customsCode": "4240",
    "sumNo": "424020260000000001",
    "declSeqNo": "S00000000000000001",
    "decState": "1",
    "agentCode": "3702980005",
    "agentName": "甲",
    "ebcCode": "3702960002",
    "ebcName": "乙",
    "declAgentCode": "3702980005",
    "declAgentName": "丙",
    "grossWeight": "1.5",
    "netWeight": "1",
    "msgCount": "1",
    "msgSeqNo": "1",
}
LINE = {"invtNo": "42402026E000000001", "logisticsNo": "W1", "gseqno": "1", "gnum": "1", "gcode": "6109100010"}


def receipt(code: str, kind: str, fields: dict[str, Any], status: str = "2", rule: str = "2") -> Receipt:
    return Receipt(1, code, kind, "K", "N1", status, NOW, rule, {}, fields)


def heads(body: bytes, edition: str = "2022-05") -> list[dict[str, str | None]]:
    message = read(open_message(body), edition)
    assert message.findings == ()
    return [dict(zip(names(message.code, edition)[0], block.head, strict=True)) for block in message.blocks]


def test_a_list_without_a_number_is_answered_with_an_empty_one() -> None:
    (made,) = render(NOBODY, [receipt("604", "export_inventory", LIST)])
    assert made.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<ceb:CEB604Message')
    assert [(head["invtNo"], head["orderNo"]) for head in heads(made.body)] == [("", "N1")]


def test_what_only_2018_has_room_for_comes_in_a_message_of_its_own() -> None:
    long = receipt("604", "export_inventory", {**LIST, "ebpCode": "P" * 50})
    usual = receipt("604", "export_inventory", LIST)
    made = render(NOBODY, [usual, usual, long, usual])
    assert [message.count for message in made] == [2, 1, 1]
    (head,) = heads(made[1].body, "2018")
    assert (head["ebpCode"], head["invtNo"]) == ("P" * 50, "0" * 18)


@each(("parcel", "edition"), [("W" * 32, "2022-05"), ("W" * 80, "2018")])
def test_a_result_carries_its_lines_and_the_time_of_its_making(parcel: str, edition: str) -> None:
    lines = [LINE, {**LINE, "logisticsNo": parcel, "gseqno": "2"}]
    (made,) = render(NOBODY, [receipt("792", "summary_result", {**RESULT, "lines": lines}, "", "")])
    (head,) = heads(made.body, edition)
    assert len(head["opDate"] or "") == 17 and head["sumNo"] == RESULT["sumNo"]
    (block,) = read(open_message(made.body), edition).blocks
    assert [line[1] for line in block.lines] == ["W1", parcel]


def test_rows_of_older_releases_without_a_root_guid_are_still_written() -> None:
    first, other = (receipt("604", "export_inventory", {**LIST, "guid": guid}) for guid in (LIST["guid"], "A" * 36))
    alone, shared = render(NOBODY, [first])[0], render(NOBODY, [first, other])
    assert open_message(alone.body).guid == LIST["guid"]
    assert [made.count for made in shared] == [2] and open_message(shared[0].body).guid not in {LIST["guid"], "A" * 36}
    assert shared == render(NOBODY, [first, other])


def test_answers_to_several_messages_never_share_one() -> None:
    first, second = (receipt("604", "export_inventory", {**LIST, "root": sign * 36}) for sign in "BC")
    made = render(NOBODY, [first, first, second, receipt("604", "export_inventory", LIST), first])
    assert [(message.count, open_message(message.body).guid[:1]) for message in made] == [
        (2, "B"),
        (1, "C"),
        (1, "D"),
        (1, "B"),
    ]
    assert [len(beginning(run)) for run in ([first, first, second], [second, first], [first])] == [2, 1, 1]
