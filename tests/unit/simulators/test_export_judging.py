"""The judge of exports sees what is not as it must be, step by step."""

from datetime import date
from decimal import Decimal

from simulators.companies import make_company
from simulators.exports import summaries
from simulators.exports.judging import check_samples, judge
from simulators.exports.shop import ExportShop
from simulators.exports.summaries import BY_WINDOW, MonthRequest
from simulators.exports.traffic import faulty_export
from simulators.known_faults import known_fault
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.traded import Expected
from simulators.world import World
from tests.tables import each

DAY = date(2026, 6, 1)


class FixedLog(ReceiptLog):
    """A log in which these receipts came about every trade."""

    def __init__(self, *receipts):
        super().__init__(())
        self._fixed = [
            LoggedReceipt(code, status, f"{time:03d}", tuple(codes), {})
            for time, (code, status, *codes) in enumerate(receipts)
        ]

    def of(self, trade, code=""):
        return [receipt for receipt in self._fixed if code in ("", receipt.code)]


def lists(*statuses):
    return [("604", status) for status in statuses]


LEFT = lists("2", "120", "800", "899")
RETURN = [("214", status) for status in ("2", "120", "800")]
TALLY = [("216", "2"), ("216", "399")]
JUDGED = {
    "accepted, released, left": ("", LEFT, ""),
    "staged, declared, released, left": ("", lists("1", "2", "120", "800", "899"), ""),
    "released and never left": ("", lists("2", "120", "800"), "it should have come to 899"),
    "left without a release": ("", lists("2", "120", "899"), "it should have come to 899"),
    "left before it was released": ("", lists("2", "120", "899", "800"), "it should have come to 899"),
    "released twice": ("", lists("2", "120", "800", "800", "899"), "it should have come to 899"),
    "nothing heard of it": ("", [], "and went through nothing"),
    "rejected although sound": ("", lists("2", "100"), "it should have come to 899, and went through 2 100"),
    "looked at by an officer although sound": (
        "",
        lists("2", "120", "300", "399", "800", "899"),
        "it should have come to 899",
    ),
    "inspected and let go": ("", lists("2", "120", "500", "399", "800", "899"), ""),
    "inspected and rejected": ("", lists("2", "120", "500", "100"), ""),
    "sent back with a status that no 604 has": ("", lists("2", "120", "500", "700"), "it should have come to 899"),
    "an unexpected negative code": ("", [*LEFT, ("304", "-304002")], "304 with -304002 was not expected"),
    "a refused note": ("", [*LEFT, ("510", "100", "17305")], "510 with 100 [17305] was not expected"),
    "a whole message refused": ("", [*LEFT, ("900", "-0002")], "a whole message was refused"),
    "rejected with the code": ("price_differs", [*lists("2"), ("604", "100", "17108")], ""),
    "rejected with another code": ("price_differs", [*lists("2"), ("604", "100", "17105")], "no receipt names 17108"),
    "released in spite of the fault": ("price_differs", LEFT, "it should have come to 100"),
    "too dear and released": ("b2b_too_dear", LEFT, "it should have come to 100"),
    "refused by the port": ("net_above_gross", [("604", "-603001")], ""),
    "taken in by the port all the same": (
        "net_above_gross",
        [*lists("2", "120"), ("604", "-603001")],
        "the port should have refused it at once",
    ),
    "a list of a malformed message": ("schema_invalid", [("900", "-0002"), *lists("2")], "there should be no list"),
    "reviewed and let go": (
        "code_short",
        [*lists("2", "120"), ("604", "300", "17227"), *lists("399", "800", "899")],
        "",
    ),
    "not reviewed": ("code_short", LEFT, "it should have come to 300"),
    "nobody inspected bad goods": ("bad_goods", LEFT, "it should have come to 500"),
    "answered among the list's own statuses": (
        "list_again",
        [*lists("2", "120"), ("604", "-604001"), *lists("800", "899")],
        "",
    ),
    "added twice and taken in twice": ("list_again", LEFT, "no receipt names -604001"),
    "cancelled": ("cancelled", [*lists("2", "120"), ("606", "2"), ("606", "399")], ""),
    "cancelled and released": ("cancelled", [*LEFT, ("606", "2"), ("606", "399")], "it should have come to 120"),
    "cancelled after it left": (
        "cancelled_late",
        [*LEFT, ("606", "2"), ("606", "399")],
        "the late cancellation went through",
    ),
    "returned and counted": ("returned", [*LEFT, *RETURN, *TALLY], ""),
    "returned and not counted": ("returned", [*LEFT, *RETURN], "the tally went through []"),
    "returned twice, the second time refused": (
        "returned_twice",
        [*LEFT, *RETURN, *TALLY, ("214", "2"), ("214", "100", "17407")],
        "",
    ),
    "returned twice, and both times taken in": (
        "returned_twice",
        [*LEFT, *RETURN, *TALLY, *RETURN],
        "no receipt names 17407",
    ),
    "returned though it never left": (
        "returned_unexported",
        [*lists("2", "120"), ("604", "100", "14305"), *RETURN],
        "no receipt names 17411",
    ),
}


@each(("name", "receipts", "complaint"), JUDGED.values(), ids=JUDGED)
def test_the_judge_sees_what_is_not_as_it_must_be(name, receipts, complaint, world):
    shop = ExportShop(world, 5, DAY)
    trade = faulty_export(shop, 4, known_fault("export", name)) if name else shop.trade(4)
    verdict = judge(trade, FixedLog(*receipts))
    assert verdict.ok is (not complaint), verdict.complaints
    assert complaint in " ".join(verdict.complaints)


def test_an_expectation_may_be_changed_for_the_judge(world):
    trade = ExportShop(world, 5, DAY).trade(4)
    assert judge(trade, FixedLog(*LEFT)).ok
    assert not judge(trade, FixedLog(*LEFT), Expected("100")).ok


# summaries


REQUEST = MonthRequest(
    "H1",
    BY_WINDOW,
    make_company(1, 100, ("merchant",)),
    ("20261101000000", "20261130235959"),
    (),
    frozenset({("A", "1"), ("A", "2"), ("B", "1")}),
    Decimal("1.50"),
)


def result(number, gross, *lines):
    """A result (792)."""
    head = {"declSeqNo": f"S{number}", "grossWeight": gross}
    return LoggedReceipt(
        "792", "", f"2{number}", (), head, [{"invtNo": invt_no, "gnum": line} for invt_no, line in lines]
    )


TAKEN = [LoggedReceipt("702", "2", "0", (), {}), LoggedReceipt("702", "399", "1", (), {})]
SUMMARIES = {
    "all lines once, in two declarations": (
        [result(1, "1.00", ("A", "1"), ("A", "2")), result(2, "0.50", ("B", "1"))],
        "",
    ),
    "one line nowhere": ([result(1, "1.50", ("A", "1"), ("B", "1"))], "1 lines stand in no result, as ('A', '2')"),
    "a line twice": (
        [result(1, "1.00", ("A", "1"), ("A", "2")), result(2, "0.50", ("B", "1"), ("A", "1"))],
        "1 lines stand twice",
    ),
    "a list of somebody else": (
        [result(1, "1.50", ("A", "1"), ("A", "2"), ("B", "1"), ("C", "1"))],
        "1 lines have no place in a result",
    ),
    "too light": ([result(1, "1.40", ("A", "1"), ("A", "2"), ("B", "1"))], "weigh 1.40 kg, their lists 1.50 kg"),
    "taken in and never told": ([], "3 lines stand in no result"),
}


@each(("results", "complaint"), SUMMARIES.values(), ids=SUMMARIES)
def test_the_judge_sees_what_is_wrong_with_a_summary(results, complaint):
    track = FixedLog()
    track._fixed = [*TAKEN, *results]
    verdict = summaries.judge(REQUEST, track)
    assert verdict.ok is (not complaint), verdict.complaints
    assert complaint in " ".join(verdict.complaints)


def test_a_request_that_must_be_refused_must_be_refused_for_its_reason():
    track = FixedLog(("702", "2"), ("702", "100", "18007"))
    assert not summaries.judge(REQUEST, track).ok
    assert summaries.judge(REQUEST, track, Expected("100", ("18007",))).ok
    assert not summaries.judge(REQUEST, track, Expected("100", ("18005",))).ok


@each(
    ("least", "most", "complaint"),
    [
        (2, 2, []),
        (3, 4, ["of 4 lists of the batch 2 were inspected, and at least 3 should be"]),
        (1, 1, ["of 4 lists of the batch 2 were inspected, and no more than 1 should be"]),
    ],
)
def test_a_batch_of_which_fewer_or_more_lists_are_inspected_than_must_be_is_named(least, most, complaint):
    shop = ExportShop(World(1), 1, DAY)
    trades, receipt_log = [shop.trade(number) for number in range(4)], ReceiptLog(())
    receipt_log.expect(trades)
    for trade in trades[:2]:
        receipt_log.add_receipt("M", "604", {"orderNo": trade.id, "returnStatus": "500", "returnTime": "1"}, [])
    assert list(check_samples(trades, receipt_log, least, most)) == complaint
