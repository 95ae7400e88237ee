"""A claim is judged by its receipts and notices, to the fen; every broken expectation is reported, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest

from simulators.receipt_log import ReceiptLog
from simulators.refunds import ledger
from simulators.refunds.cases import RefundCase
from simulators.refunds.exporting import year_cases
from simulators.refunds.firms import Market
from simulators.refunds.items import LETTERS, ExportedItem
from simulators.refunds.judging import CLAIM, NOTICE, judge, trade_verdict
from simulators.refunds.scenarios import BANK_REASON, refund_scenarios
from simulators.refunds.year import PlayedYear
from tests.tables import each

FIRST = date(2026, 1, 2)


def case_of(name):
    """A case whose goods were exported, without having been played."""
    case: RefundCase = next(
        candidate
        for candidate in year_cases(Market(1, len(refund_scenarios())), 1, FIRST, 0)
        if candidate.scenario.name == name
    )
    for number, trade in enumerate(case.trades):
        line = trade.inventory.lines[0]
        case.items.append(
            ExportedItem(
                f"{number:021d}",
                line["gcode"],
                line["gname"],
                line["unit1"],
                Decimal(line["qty1"]),
                LETTERS[line["currency"]],
                Decimal(line["totalPrice"]),
                case.first,
                trade.mode,
                (trade.id,),
            )
        )
    return case


def log_of(case, path, notices=(), info=""):
    """What its exporter would have received: statuses, then notices as (kind, yuan)."""
    receipt_log = ReceiptLog([case])
    for code, status in (("VatInvoiceReturn", "120"), ("ForexReportReturn", "800")):
        receipt_log.add_receipt(
            "M", code, {"copNo": case.id, "returnStatus": status, "returnTime": "20260501000000000"}, []
        )
    for number, status in enumerate(path.split()):
        receipt_log.add_receipt(
            "M",
            CLAIM,
            {
                "copNo": case.id,
                "returnStatus": status,
                "returnInfo": info,
                "returnTime": f"202606010000{number:02d}000",
            },
            [],
        )
    for number, (kind, amount) in enumerate(notices):
        receipt_log.add_receipt(
            "M",
            NOTICE,
            {
                "copNo": case.id,
                "noticeKind": kind,
                "amount": amount,
                "returnStatus": "800",
                "returnTime": f"202607010000{number:02d}000",
            },
            [],
        )
    receipt_log.expect([_Second(case.second_claim_no)])
    return receipt_log


class _Second:
    def __init__(self, number):
        self.id, self.numbers = number, iter([number])


def test_a_claim_that_is_paid_as_it_must_be_has_no_complaint():
    case = case_of("small_supplier")
    outcome = judge(case, log_of(case, "2 120 399 800", [("1", "60")]))
    assert outcome.ok and outcome.paid == (Decimal("60.00"), Decimal("60"))
    assert outcome.expected == outcome.found == "120 399 800 · paid 60.00"
    assert trade_verdict(outcome).ok and trade_verdict(outcome).flow == "refund"


def test_an_officer_may_look_at_any_claim_that_he_then_approves():
    case = case_of("small_supplier")
    assert judge(case, log_of(case, "2 120 300 399 800", [("1", "60.00")])).ok


@each(
    "path, notices, result",
    [
        ("2 120 399", [("1", "60")], "should have gone through 120 399 800"),
        ("", [], "went through nothing"),
        ("2 120 300", [], "went through 120 300"),
        ("2 120 399 800", [("1", "60.01")], "the notices should be"),
        ("2 120 399 800", [], "the notices should be"),
        ("2 120 399 800", [("1", "60"), ("2", "60")], "the notices should be"),
        ("2 120 399 800", [("2", "60")], "the notices should be"),
    ],
)
def test_every_broken_expectation_is_reported(path, notices, result):
    case = case_of("small_supplier")
    complaints = judge(case, log_of(case, path, notices)).complaints
    assert any(result in complaint for complaint in complaints), complaints


def test_a_refusal_is_known_by_its_code_or_by_the_words_of_its_code():
    case = case_of("quantities")
    words = "关联号X（第1行起）进货数量合计19与出口数量合计20不等（单位011），请更正"
    assert judge(case, log_of(case, "2 100", info=words)).ok
    assert judge(case, log_of(case, "2 100", info=f"[Code:20244;Desc:{words}]")).ok
    other = judge(case, log_of(case, "2 100", info="[Code:20204;Desc:商品代码不一致]"))
    assert any("no receipt names 20244" in complaint for complaint in other.complaints)
    assert any("was not expected" in complaint for complaint in other.complaints)


def test_exports_without_an_item_and_papers_that_were_not_taken_in_are_reported():
    case = case_of("small_supplier")
    receipt_log = ReceiptLog([case])
    receipt_log.expect([_Second(case.second_claim_no)])
    complaints = judge(case, receipt_log).complaints
    assert any("VatInvoiceReturn should have come to 120" in complaint for complaint in complaints)
    case.items = []
    assert any("1 of 1 exports have no item" in complaint for complaint in judge(case, receipt_log).complaints)


def test_what_is_let_go_is_judged_as_before():
    case, other = case_of("several_rates"), case_of("several_rates")
    other.items = other.items[1:]
    for exported in (case, other):
        before = judge(exported, log_of(exported, "2 120 399 800", [("1", "60")]))
        exported.close()
        assert judge(exported, log_of(exported, "2 120 399 800", [("1", "60")])) == before
        assert (exported.trades, exported.items, exported.links) == ([], [], ())
    assert any("have no item" in complaint for complaint in before.complaints)


def test_another_expectation_stands_in_for_that_of_the_plot():
    case = case_of("small_supplier")
    assert not judge(case, log_of(case, "2 120 399 800", [("1", "60")]), "120 399 800 899").ok


@pytest.mark.long
def test_every_plot_promises_amounts_that_our_arithmetic_gives():
    for scenario in refund_scenarios():
        assert {name for _, name in scenario.notices} <= set(case_of(scenario.name).amounts)


def test_the_report_is_not_ok_as_soon_as_one_claim_is_not():
    case = case_of("small_supplier")
    good = judge(case, log_of(case, "2 120 399 800", [("1", "60")]))
    bad = judge(case, log_of(case, "2 120 399 800", [("1", "59.99")]))
    (row,) = ledger.claim_rows([good, bad], "en")
    assert str(row[-1]) == "NOT (1)"


@each(
    "amiss",
    [{"audit": ("invoice 1: used is 1, and should be 0",)}, {"stuck": {"ready": 1}}, {"wrong": ("unreadable",)}],
)
def test_a_year_is_not_ok_when_a_ledger_differs_or_work_is_left_or_a_receipt_is_wrong(amiss):
    clean = PlayedYear((), (), {}, (), {})
    assert clean.ok and ledger.as_json(clean)["ok"]
    year = clean._replace(**amiss)
    assert not year.ok and len(year.complaints) == 1 == len(ledger.as_json(year)["complaints"])


def test_a_report_of_exchange_that_is_sent_back_without_a_reason_is_named():
    case = case_of("exchange_refused_once")

    def told(words):
        receipt_log = log_of(case, "120 399 800", [("1", case.amounts["refund"])])
        head = {"copNo": case.id, "returnStatus": "100", "returnTime": "20260501000000000", "returnInfo": words}
        receipt_log.add_receipt("M", "ForexReportReturn", head, [])
        return judge(case, receipt_log).complaints

    wrong = "no receipt says why the bank refused the report of exchange"
    assert wrong in told("银行退回") and wrong not in told(f"银行退回：{BANK_REASON}")


def test_what_came_back_of_a_claim_and_what_was_kept_add_up_to_its_refund():
    amounts = case_of("exchange_late_returned").amounts
    assert amounts["back"] > 0 < amounts["kept"] and amounts["back"] + amounts["kept"] == amounts["refund"]


def test_a_corrected_claim_may_be_drawn_for_an_officer_too():
    case = case_of("asked")
    paid = [("1", case.amounts["refund"])]
    assert not judge(case, log_of(case, "120 300 120 300 399 800", paid)).complaints
    assert judge(case, log_of(case, "120 300 120 300", paid)).complaints
