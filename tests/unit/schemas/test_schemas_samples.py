"""The golden samples are valid, of one trade, and survive being read and written; the official ones are accepted."""

from __future__ import annotations

from decimal import Decimal

from golden import CEB_ROOTS, DIFFERENT, EVERY, NOT_IN_2018, ROOTS, code_of, official, read_sample

from schemas import codes, identifiers
from schemas.catalogue import by_root, entries, names
from schemas.message import Message
from schemas.message_types import EDITIONS
from schemas.reading import open_message, read
from schemas.signature_dummy import KEY_NAME
from schemas.writing import write
from tests.tables import each

OFFICIAL_ROOTS = [root for root in CEB_ROOTS if root not in NOT_IN_2018]


ANSWERED = {entry.answered_by: entry.code for entry in entries() if entry.answered_by and entry.code.isdigit()}
"""Code of a receipt of customs → code of the document that it answers."""


def head_of(root: str, number: int = 0) -> dict[str, str | None]:
    message = read_sample(root)
    return dict(zip(names(message.code)[0], message.blocks[number].head, strict=True))


def lines_of(root: str) -> list[dict[str, str | None]]:
    message = read_sample(root)
    return [dict(zip(names(message.code)[1], line, strict=True)) for line in message.blocks[0].lines]


def written(message: Message, style: str | None) -> bytes:
    entry = by_root(f"CEB{message.code}Message" if message.code.isdigit() else f"{message.code}Message")
    head, line = names(message.code, message.edition)
    blocks = [
        (dict(zip(head, block.head, strict=True)), [dict(zip(line, row, strict=True)) for row in block.lines])
        for block in message.blocks
    ]
    return write(
        message.code,
        blocks,
        guid=message.guid,
        transfer=None if entry.receipt else message.transfer,
        subscribes=message.subscribes,
        signature="dummy" if entry.signature else None,
        edition=message.edition,
        style=style,
    )


def test_each_sample_has_guids_of_its_own() -> None:
    """A receipt of customs bears the guid of the document that it answers, and no other sample shares one."""
    known: dict[str, set[str]] = {}
    for root in ROOTS:
        message = read_sample(root)
        bears = {message.guid, *(block.head[names(message.code)[0].index("guid")] for block in message.blocks)}
        for guid in bears:
            known.setdefault(str(guid), set()).add(ANSWERED.get(message.code, message.code))
    assert {guid: codes for guid, codes in known.items() if len(codes) > 1} == {}


@each("edition", EDITIONS)
@each("root", OFFICIAL_ROOTS)
def test_an_official_sample_of_2018_has_no_finding(root: str, edition: str) -> None:
    opened = open_message(official(root))
    message = read(opened, edition)
    if root in DIFFERENT and edition != "2018":
        assert {finding.code for finding in message.findings} == {"element-missing"}
        return
    assert message.findings == ()
    assert len(message.blocks) == opened.count > 0


@each("style", ["ceb", "default", None])
@each("root", OFFICIAL_ROOTS)
def test_an_official_sample_reads_the_same_after_being_written(root: str, style: str | None) -> None:
    message = read(open_message(official(root)), "2018")
    assert read(open_message(written(message, style)), "2018") == message


@each(("root", "edition"), EVERY)
def test_a_golden_sample_has_no_finding(root: str, edition: str) -> None:
    message = read_sample(root, edition)
    assert message.findings == ()
    assert message.blocks


@each("style", ["ceb", "default", None])
@each("root", ROOTS)
def test_a_golden_sample_reads_the_same_after_being_written(root: str, style: str | None) -> None:
    message = read_sample(root)
    assert read(open_message(written(message, style))) == message


def test_the_four_documents_of_the_trade_agree() -> None:
    order, payment, waybill, inventory = (head_of(f"CEB{code}Message") for code in ("311", "411", "511", "621"))
    assert order["orderNo"] == payment["orderNo"] == waybill["orderNo"] == inventory["orderNo"]
    assert order["acturalPaid"] == payment["amountPaid"]
    assert (order["payCode"], order["payTransactionId"]) == (payment["payCode"], payment["payTransactionId"])
    assert waybill["logisticsNo"] == inventory["logisticsNo"]
    assert order["ebpCode"] == payment["ebpCode"] == inventory["ebpCode"]
    assert order["buyerName"] == payment["payerName"] == inventory["buyerName"]
    assert order["buyerIdNumber"] == payment["payerIdNumber"] == inventory["buyerIdNumber"]
    assert order["buyerTelephone"] == inventory["buyerTelephone"]


def test_the_list_carries_the_lines_of_the_order() -> None:
    same = ("gnum", "itemNo", "gmodel", "unit", "qty", "price", "totalPrice", "country")
    for ordered, listed in zip(lines_of("CEB311Message"), lines_of("CEB621Message"), strict=True):
        assert [ordered[name] for name in same] == [listed[name] for name in same]


def test_the_later_messages_speak_of_the_same_list() -> None:
    list_no = head_of("CEB622Message", 1)["invtNo"]
    assert list_no is not None and identifiers.is_valid_list_no(list_no)
    for root in ("CEB623Message", "CEB624Message", "CEB625Message", "CEB626Message", "CEB816Message", "CEB818Message"):
        assert head_of(root)["invtNo"] == list_no, root
    assert head_of("CEB816Message")["taxNo"] == head_of("CEB818Message")["taxNo"] == f"{list_no}_0"
    assert lines_of("CEB711Message")[0]["logisticsNo"] == head_of("CEB621Message")["logisticsNo"]


def test_the_documents_of_the_export_agree() -> None:
    order, money, waybill, listed = (head_of(f"CEB{code}Message") for code in ("303", "403", "505", "603"))
    assert order["orderNo"] == money["orderNo"] == listed["orderNo"]
    assert order["ebcCode"] == money["ebcCode"] == listed["ebcCode"]
    assert order["ebpCode"] == money["ebpCode"] == listed["ebpCode"]
    assert (waybill["logisticsCode"], waybill["logisticsNo"]) == (listed["logisticsCode"], listed["logisticsNo"])
    assert Decimal(money["charge"] or "0") == Decimal(order["goodsValue"] or "0") + Decimal(order["freight"] or "0")
    same = ("gnum", "itemNo", "unit", "currency", "qty", "price", "totalPrice")
    for ordered, declared in zip(lines_of("CEB303Message"), lines_of("CEB603Message"), strict=True):
        assert [ordered[name] for name in same] == [declared[name] for name in same]


def test_the_later_messages_of_the_export_speak_of_the_same_parcel_and_list() -> None:
    list_no, parcel = head_of("CEB604Message")["invtNo"], head_of("CEB505Message")["logisticsNo"]
    assert list_no is not None and identifiers.is_valid_list_no(list_no)
    for code in ("605", "606", "213", "214", "215"):
        assert head_of(f"CEB{code}Message")["invtNo"] == list_no, code
    for code in ("607", "507", "509", "792"):
        assert {line["logisticsNo"] for line in lines_of(f"CEB{code}Message")} == {parcel}, code
    assert {line["invtNo"] for code in ("701", "792") for line in lines_of(f"CEB{code}Message")} == {list_no}
    for code in ("213", "215", "216"):
        assert head_of(f"CEB{code}Message")["logisticsNo"] == parcel
    assert len({head_of(f"CEB{code}Message")["billNo"] for code in ("607", "507", "509")}) == 1


@each(
    ("code", "answer"),
    [(entry.code, entry.answered_by) for entry in entries() if entry.flow == "export" and entry.answered_by],
)
def test_a_receipt_of_an_export_carries_what_it_answers(code: str, answer: str) -> None:
    sent, answered = head_of(f"CEB{code}Message"), head_of(f"CEB{answer}Message")
    shared = (sent.keys() & answered.keys()) - {"guid", "invtNo", "preNo", "sumNo"}
    assert {name: sent[name] for name in shared} == {name: answered[name] for name in shared}
    assert sent["guid"] == answered["guid"] or answered["returnStatus"] == "120"


def test_the_identifiers_of_the_samples_are_valid() -> None:
    for root in ROOTS:
        for block in read_sample(root).blocks:
            head = dict(zip(names(code_of(root))[0], block.head, strict=True))
            assert identifiers.is_valid_guid(head["guid"] or "")
            for name, text in head.items():
                if not text:
                    continue
                if name.endswith("IdNumber"):
                    assert identifiers.is_valid_resident_id(text)
                if name in {"ebpCode", "ebcCode", "agentCode", "payCode", "logisticsCode", "areaCode", "operatorCode"}:
                    assert identifiers.is_valid_company_code(text)
                if name == "preNo":
                    assert identifiers.is_valid_pre_entry_no(text)
                if name in {"customsCode", "portCode"}:
                    assert text in codes.offices


def test_the_signatures_of_the_samples_are_marked_dummies() -> None:
    for root in ROOTS:
        if by_root(root).signature:
            assert KEY_NAME in written(read_sample(root), None).decode()
