"""Validating messages of imports: every finding of form and business at once, with all fields concerned in every
document concerned; nothing changed, nothing locked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from single_window.api import create_app
from single_window.intake.admission_queue import AdmissionQueue
from single_window.intake.validated import Against
from single_window.wiring import Window
from tests.databases import window_in
from tests.described import described_client
from tests.stories.story import StoryRunner
from tests.validations import validation_of, validations_of


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryRunner]:
    window: Window = window_in(tmp_path, synchronous="OFF")
    yield StoryRunner(window)
    window.close()


def stored(story: StoryRunner, body: bytes) -> Any:
    return validation_of(story, body, Against.STORED)


def by_code(validation: Any) -> dict[str, Any]:
    return {finding["code"]: finding for finding in validation["findings"]}


def fields(finding: Any) -> list[tuple[str, str, str, str]]:
    return [
        (field["kind"], field["path"].rpartition("/")[2], field["found"], field["expected"])
        for field in finding["fields"]
    ]


def line_of(body: bytes, text: str) -> int:
    return next(number for number, line in enumerate(body.decode().splitlines(), 1) if text in line)


def test_a_list_is_compared_with_the_stored_documents(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    body = story.message(trade, "inventory", buyerName="张三丰", buyerTelephone="13900000000", freight="1.00")
    result = by_code(stored(story, body))
    assert {"13127", "130126", "14104"} <= set(result)
    (kind, element, text, expected), (other, _, there, back) = fields(result["13127"])
    assert (kind, element, text, other, back) == ("inventory", "buyerName", "张三丰", "order", "张三丰")
    assert expected == there
    assert result["13127"]["remedy_zh"] and result["13127"]["remedy_en"]
    place = result["13127"]["fields"][0]
    assert place["path"] == "/CEB621Message/Inventory/InventoryHead/buyerName" == result["13127"]["path"]
    assert place["line"] == line_of(body, "buyerName") and result["13127"]["fields"][1]["line"]


def test_without_stored_only_the_upload_counts(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    body = story.message(trade, "inventory", buyerName="张三丰")
    assert "13127" not in by_code(validation_of(story, body))
    order, listed = validations_of(story, story.message(trade, "order"), body)
    assert "13127" in by_code(listed) and "1327" not in by_code(listed)
    old = by_code(order)["-301014"]
    assert old["path"].endswith("/appTime") and old["expected"] == f"> {old['found']}"


def test_what_was_found_is_that_of_the_field_which_is_named(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill", "inventory")
    order = by_code(validation_of(story, story.message(trade, "order", buyerName="张三丰")))
    assert order["-301014"]["expected"] == f"> {order['-301014']['found']}" and order["-301011"]["found"] == "1"
    listed = story.message(trade, "inventory", appType="2", buyerName="张三丰", preNo="", invtNo="")
    result = by_code(validation_of(story, listed))
    assert result["-621055"]["expected"] == f"> {result['-621055']['found']}"
    assert result["-621053"]["path"].endswith("/preNo") and result["-621053"]["found"] == ""


def test_a_document_of_the_upload_stands_in_place_of_the_stored_one(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    listed = story.message(trade, "inventory", buyerTelephone="13900000000")
    order = story.message(trade, "order", buyerTelephone="13900000000")
    both = validations_of(story, order, listed, against=Against.STORED)
    assert "130126" not in by_code(both[1]) and "130126" in by_code(stored(story, listed))


def test_what_is_paid_otherwise_is_reported_of_both_documents(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "waybill")
    story.file(story.message(trade, "payment", amountPaid="1.00", payerName="李四"))
    story.window.settle()
    result = by_code(stored(story, story.message(trade, "inventory")))
    assert [(kind, element) for kind, element, _, _ in fields(result["1332"])] == [
        ("order", "acturalPaid"),
        ("payment", "amountPaid"),
    ]
    assert [(kind, element) for kind, element, _, _ in fields(result["1327"])] == [
        ("order", "buyerName"),
        ("payment", "payerName"),
    ]


def test_a_missing_partner_is_a_warning_and_a_near_one_is_shown(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "payment")
    story.file(story.message(trade, "waybill", logisticsNo="OTHER-1"))
    story.window.settle()
    validation = stored(story, story.message(trade, "inventory"))
    missing = by_code(validation)["14303"]
    assert validation["valid"] and missing["warning"]
    assert ("waybill", "logisticsNo", "OTHER-1") in [field[:3] for field in fields(missing)]


OTHER = "1105910159"
NOT_TOGETHER: list[tuple[str, str, str, str]] = [
    ("payment", "orderNo", "OTHER-1", "14302"),
    ("payment", "ebpCode", OTHER, "14302"),
    ("payment", "payTransactionId", "OTHER-1", "14302"),
    ("order", "payTransactionId", "OTHER-1", "14302"),
    ("order", "orderNo", "OTHER-1", "14301"),
    ("order", "ebcCode", OTHER, "14301"),
    ("waybill", "logisticsNo", "OTHER-1", "14303"),
    ("waybill", "logisticsCode", OTHER, "14303"),
    ("waybill", "orderNo", "OTHER-1", "14303"),
    ("inventory", "orderNo", "OTHER-1", "14301 14302 14303"),
    ("inventory", "ebcCode", OTHER, "14301"),
    ("inventory", "ebpCode", OTHER, "14302"),
    ("inventory", "logisticsNo", "OTHER-1", "14303"),
    ("inventory", "logisticsCode", OTHER, "14303"),
]
TOGETHER = ("order", "payment", "waybill", "inventory")


@pytest.mark.parametrize("against", Against)
@pytest.mark.parametrize(("kind", "element", "text", "codes"), NOT_TOGETHER)
def test_documents_of_an_upload_that_do_not_belong_together_are_told(
    story: StoryRunner, kind: str, element: str, text: str, codes: str, against: Against
) -> None:
    trade = story.trade()
    bodies = [story.message(trade, each, **({element: text} if each == kind else {})) for each in TOGETHER]
    listed = by_code(validations_of(story, *bodies, against=against)[-1])
    absent = {code: finding for code, finding in listed.items() if code.startswith("1430")}
    assert sorted(absent) == codes.split() and all(finding["warning"] for finding in absent.values())
    for finding in absent.values():
        assert (kind, element, text) in [field[:3] for field in fields(finding)]


@pytest.mark.parametrize(
    ("kind", "element", "text", "code"),
    [
        ("payment", "orderNo", "OTHER-1", "14302"),
        ("payment", "ebpCode", OTHER, "14302"),
        ("payment", "payTransactionId", "OTHER-1", "14302"),
        ("payment", "amountPaid", "1.00", "1332"),
        ("waybill", "orderNo", "OTHER-1", "14303"),
        ("order", "orderNo", "OTHER-1", "14302 14303"),
        ("order", "guid", "1" * 36, ""),
    ],
)
def test_without_a_list_an_order_is_compared_with_what_was_uploaded_with_it(
    story: StoryRunner, kind: str, element: str, text: str, code: str
) -> None:
    trade, other = story.trade(0), story.trade(1)
    bodies = [story.message(trade, each, **({element: text} if each == kind else {})) for each in TOGETHER[:3]]
    found = {rule: finding for rule, finding in by_code(validations_of(story, *bodies)[0]).items() if rule[0] == "1"}
    assert list(found) == code.split()
    for finding in found.values():
        assert (kind, element, text) in [field[:3] for field in fields(finding)]
    beside = validations_of(story, *bodies, *(story.message(other, each) for each in TOGETHER[:3]))
    assert [rule for rule in by_code(beside[0]) if rule[0] == "1"] == code.split(), "another trade beside it"
    assert not [rule for rule in by_code(beside[3]) if rule[0] == "1"]


def test_a_payment_that_is_only_staged_is_not_shown_for_one_of_other_numbers(story: StoryRunner) -> None:
    trade = story.trade()
    bodies = [story.message(trade, each, **({"appStatus": "1"} if each == "payment" else {})) for each in TOGETHER]
    assert "14302" not in by_code(validations_of(story, *bodies)[-1])


def test_a_document_of_another_trade_is_no_part_of_this_one(story: StoryRunner) -> None:
    trade, other = story.trade(0), story.trade(1)
    for strange, code in (("order", "14301"), ("payment", "14302"), ("waybill", "14303")):
        bodies = [story.message(other if each == strange else trade, each) for each in TOGETHER]
        assert code in by_code(validations_of(story, *bodies)[-1]), strange


def test_a_document_that_belongs_to_another_list_of_the_upload_is_not_shown_for_one_that_is_not_there(
    story: StoryRunner,
) -> None:
    trade, other = story.trade(0), story.trade(1)
    bodies = [story.message(trade, kind) for kind in TOGETHER if kind != "payment"]
    first, second = validations_of(story, *bodies, *(story.message(other, kind) for kind in TOGETHER))[2::4]
    assert not [code for code in (*by_code(first), *by_code(second)) if code.startswith("1430")]


def test_a_payment_of_another_transaction_is_compared_with_the_list_that_waits(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "waybill", "inventory")
    finding = by_code(stored(story, story.message(trade, "payment", payTransactionId="OTHER-1")))["14302"]
    assert (finding["found"], finding["warning"]) == ("OTHER-1", True)
    assert finding["path"].endswith("/payTransactionId")


def test_a_payment_is_compared_with_the_list_that_waits_for_it(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "waybill", "inventory")
    validation = stored(story, story.message(trade, "payment", amountPaid="1.00"))
    assert list(by_code(validation)) == ["1332"] and not validation["valid"]
    finding = by_code(validation)["1332"]
    assert finding["found"] == "1.00" and finding["path"].endswith("/amountPaid") and finding["line"]


def test_business_is_reported_beyond_form_and_beyond_a_duplicate(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade)
    body = story.message(trade, "inventory", buyerName="张三丰", country="999")
    body = re.sub(rb"(?<=<ceb:grossWeight>)[^<]+", b"much", body)
    validation = stored(story, body)["findings"]
    assert {finding["stage"] for finding in validation} == {"form", "port", "customs"}
    codes = {finding["code"] for finding in validation}
    assert {"13127", "-621041"} <= codes or {"13127", "-621055"} <= codes
    assert not [
        finding for finding in validation if finding["stage"] != "form" and "grossWeight" in str(finding["fields"])
    ]


def test_what_a_declared_list_holds_does_not_count_against_itself(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade)
    codes = set(by_code(stored(story, story.message(trade, "inventory"))))
    assert codes <= {"-621055", "-621041", "-621043", "unsigned"}, codes


def test_lines_and_their_numbers_are_named(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    body = story.message(trade, "inventory").replace(b"<ceb:gnum>1<", b"<ceb:gnum>7<", 1)
    finding = by_code(stored(story, body))["1322"]
    assert finding["remedy_en"] and finding["fields"] is not None


def test_nothing_is_kept(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    for _ in range(2):
        assert stored(story, story.message(trade, "inventory"))["documents"][0]["would"] == "insert"


def test_the_reasons_of_a_refused_list_name_the_same_fields(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    body = story.message(trade, "inventory", buyerName="张三丰")
    foretold = by_code(stored(story, body))["13127"]
    story.file(body)
    story.window.settle()
    client = described_client(create_app(story.window, admission=AdmissionQueue(story.window)))
    answer = client.get(f"/api/v1/declarations/{trade.id}", headers={"X-Sandbox": story.sandbox}).get_json()
    (declaration,) = answer["declarations"]
    reason = next(row for row in declaration["reasons"] if row["code"] == "13127")
    assert declaration["state"] == "rejected"
    assert reason["fields"] == foretold["fields"] and reason["remedy_zh"] == foretold["remedy_zh"]
    assert all(field["line"] for field in reason["fields"])


AMOUNTS = ("freight", "insuredFee", "price", "totalPrice", "qty", "qty1", "grossWeight", "netWeight")


@pytest.mark.parametrize("mode", ["9610", "1210"])
def test_what_cannot_be_negative_is_a_finding_and_no_tax_follows(story: StoryRunner, mode: str) -> None:
    for number in range(3):
        body = story.message(story.trade(number, mode), "inventory").decode()
        for name in AMOUNTS:
            for text in ("-1", "-0.01", "-99999"):
                told = validation_of(story, re.sub(rf"(<ceb:{name}>)[^<]*", rf"\g<1>{text}", body).encode())
                found = [finding for finding in told["findings"] if finding["code"].endswith(("/15014", "/15015"))]
                assert found and found[0]["path"].endswith(f"/{name}"), (number, name, text)
                assert not told["valid"] and told["documents"][0]["tax"] is None, (number, name, text)


SAMPLES = Path(__file__).parents[3] / "schemas/samples"


@pytest.mark.parametrize(
    ("sample", "element"),
    [
        ("ForexReport", "amount"),
        ("KoreaList", "value"),
        ("KoreaOrigin", "qty"),
        ("OverseasStockNotice", "price"),
        ("RecallProgress", "refunded"),
        ("RefundClaim", "amount"),
        ("RefundReconciliation", "amount"),
        ("TraceBatch", "qty"),
        ("VatInvoice", "tax"),
        ("ZoneMonthlyReport", "value"),
    ],
)
def test_a_negative_amount_to_an_agency_is_a_warning(story: StoryRunner, sample: str, element: str) -> None:
    body = (SAMPLES / f"{sample}Message.xml").read_text("utf-8")
    assert "habit-negative" not in by_code(validation_of(story, body.encode()))
    told = validation_of(story, re.sub(rf"(<(?:\w+:)?{element}>)[^<]*", r"\g<1>-1", body).encode())
    assert by_code(told)["habit-negative"]["path"].endswith(f"/{element}")


@pytest.mark.parametrize(("event", "codes"), [("A", []), ("I", ["habit-negative"])])
def test_what_was_lost_abroad_may_be_negative(story: StoryRunner, event: str, codes: list[str]) -> None:
    body = (SAMPLES / "OverseasStockNoticeMessage.xml").read_text("utf-8")
    changed = re.sub(r"(<(?:\w+:)?event>)[^<]*", rf"\g<1>{event}", re.sub(r"(<(?:\w+:)?qty>)[^<]*", r"\g<1>-1", body))
    assert [code for code in by_code(validation_of(story, changed.encode())) if code == "habit-negative"] == codes


def test_stock_that_is_filed_is_above_zero(story: StoryRunner) -> None:
    body = (SAMPLES / "StockFilingMessage.xml").read_text("utf-8")
    for text in ("-1", "0"):
        told = validation_of(story, re.sub(r"(<(?:\w+:)?qty>)[^<]*", rf"\g<1>{text}", body).encode())
        assert not told["valid"] and "-990001/15015" in by_code(told)
