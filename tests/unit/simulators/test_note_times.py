"""Notes of transport are answered when their parts have come, exports move on when their goods have: what is taken in,
released, closed or refused at another time is named."""

from datetime import date, datetime, timedelta

import pytest

from simulators.demo import OPTIONS
from simulators.entry import DEMO, open_sandbox, settings_for
from simulators.exports.course import ExportDay
from simulators.exports.shop import ExportShop
from simulators.exports.traffic import faulty_export
from simulators.imports.day import ImportDay
from simulators.imports.shop import Shop
from simulators.known_faults import known_fault
from simulators.note_times import check_export, judge_notes
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.receipt_sets import check_receipts
from simulators.receipt_times import return_time
from simulators.transport_notes import Note, SentNotePart
from tests.tables import each

DAY = date(2026, 11, 20)
FAULTS = ("", "arrives_in_parts", "part_missing", "leaves_first", "left_unreleased")
NOON = datetime(2026, 11, 20, 12)
SHIFTS = (timedelta(hours=1), timedelta(hours=-1))


@pytest.fixture(scope="module")
def played(world, tmp_path_factory):
    """Exports, each with another course, and a few imports, played to their ends: the exports by fault, the log."""
    folder, shop = tmp_path_factory.mktemp("notes"), ExportShop(world, 11, DAY)
    trades = {
        name: faulty_export(shop, number, known_fault("export", name)) if name else shop.trade(number)
        for number, name in enumerate(FAULTS, 1)
    }
    bought = [Shop(world, 12, DAY, {"9610": 1}).trade(number) for number in (1, 2)]
    options = {**OPTIONS, "signatures": "off", "inspection": False}
    with open_sandbox(settings_for(folder, readers=0, synchronous="NORMAL"), DEMO, world, options) as session:
        log = ReceiptLog([*trades.values(), *bought])
        ImportDay(session, world, bought, 20, nights=()).play(log)
        ExportDay(session, world, list(trades.values()), 20).play(log)
        return trades, log


def test_what_a_window_sends_comes_in_time(played):
    trades, log = played
    assert {name: list(check_receipts(trade, "export", log)) for name, trade in trades.items()} == {
        name: [] for name in FAULTS
    }
    verdicts = list(judge_notes(log))
    assert {verdict.flow for verdict in verdicts} == {"import", "export"} and all(verdict.ok for verdict in verdicts)


@each("shift", SHIFTS)
@each(
    ("fault", "code", "status", "named"),
    [
        ("", "604", "800", "it was released on"),
        ("", "604", "899", "it was closed on"),
        ("arrives_in_parts", "508", "2", "508 2 is of"),
        ("arrives_in_parts", "508", "399", "508 399 is of"),
        ("part_missing", "508", "100", "refused for [17304] after"),
        ("part_missing", "604", "100", "refused for [14305] after"),
        ("leaves_first", "510", "399", "510 399 is of"),
        ("left_unreleased", "510", "100", "refused for [17305] after"),
    ],
)
def test_what_comes_at_another_time_is_named(played, shift, fault, code, status, named):
    trades, log = played
    trade = trades[fault]
    complaints = list(check_receipts(trade, "export", Moved(trade, log, (code, status), shift)))
    assert any(named in complaint for complaint in complaints), (fault, code, status, complaints)


class Moved(ReceiptLog):
    """A log in which receipts of a type and status have another time."""

    def __init__(self, trade, log, chosen, shift):
        super().__init__([trade])
        self._log, self._chosen, self._shift = log, chosen, shift

    def as_they_came(self, trade, code=""):
        receipts = [
            receipt._replace(time=f"{return_time(receipt) + self._shift:%Y%m%d%H%M%S}000")
            if (receipt.code, receipt.status) == self._chosen
            else receipt
            for receipt in self._log.as_they_came(trade, code)
        ]
        return sorted(receipts, key=lambda receipt: receipt.time)

    def sent_of(self, trade):
        return self._log.sent_of(trade)

    def sent_notes_of(self, trade):
        return self._log.sent_notes_of(trade)


# notes that many parcels share, and exports, by times that could have been


def at(code, status, minutes=0):
    return LoggedReceipt(code, status, f"{NOON + timedelta(minutes=minutes):%Y%m%d%H%M%S}000", (), {})


class FixedLog(ReceiptLog):
    """A log in which a note of two parts was answered so."""

    def __init__(self, code, *receipts):
        super().__init__(())
        self.notes[Note("N1", code)] = [
            SentNotePart(NOON, ("X1", "X2")),
            SentNotePart(NOON + timedelta(minutes=30), ("X3",)),
        ]
        self._fixed = receipts

    def of(self, trade, code=""):
        return LEFT.get(trade, ()) if trade in LEFT else [one for one in self._fixed if one.code == code]


LEFT = {"X1": [], "X2": [at("604", "899", 60)], "X3": []}
GONE = [("510", "2"), ("510", "2", 30)]
TWO = [("508", "2"), ("508", "2", 30)]
ENTRY = [("712", "2"), ("712", "2", 30)]


@each(
    ("code", "receipts", "complaint"),
    [
        ("507", [*TWO, ("508", "399", 30), ("508", "399", 30)], ""),
        ("507", [*TWO, ("508", "399", 30), ("508", "399", 30), ("510", "100")], ""),
        ("507", [*TWO, ("508", "399", 30)], "of 2 parts was answered with {'2': 2, '399': 1}"),
        ("507", [("508", "2"), ("508", "399", 30)], "was answered with {'2': 1, '399': 1}"),
        ("507", [], "was answered with {}"),
        ("507", [*TWO, ("508", "399", 30), ("508", "100", 30)], "'100': 1"),
        ("507", [*TWO, ("508", "399"), ("508", "399", 30)], "508 399 is of 2026-11-20 12:00:00, and should be of"),
        ("507", [*TWO, ("508", "399", 30), ("508", "399", 90)], "508 399 is of 2026-11-20 13:30:00, and should be of"),
        ("507", [("508", "2", 9), TWO[1], ("508", "399", 30), ("508", "399", 30)], "508 2 is of 2026-11-20 12:09:00"),
        ("509", [*GONE, ("510", "399", 30), ("510", "399", 60)], ""),  # the second list was closed after an hour
        ("509", [*GONE, ("510", "399", 30), ("510", "399", 30)], "510 399 is of 2026-11-20 12:30:00, and should be of"),
        ("711", [*ENTRY, ("712", "120", 30), ("712", "120", 30)], ""),
        ("711", [*ENTRY, ("712", "120", 30), ("712", "120", 300)], "712 120 is of 2026-11-20 17:00:00"),
        ("711", ENTRY, "of 2 parts was answered with {'2': 2}"),
    ],
)
def test_every_part_of_a_note_must_be_taken_in_once_and_in_time(code, receipts, complaint):
    (verdict,) = judge_notes(FixedLog(code, *(at(*receipt) for receipt in receipts)))
    assert verdict.ok is (not complaint), verdict
    assert complaint in " ".join(verdict.complaints)


@each(
    ("path", "complaint"),
    [
        ([("120", 0), ("800", 10), ("899", 20)], ""),
        ([("120", 0), ("500", 10), ("399", 12), ("800", 12), ("899", 20)], ""),
        ([("120", 0), ("800", 5), ("899", 20)], "it was released on"),  # before its goods were there
        ([("120", 0), ("800", 15), ("899", 20)], "it was released on"),
        ([("120", 0), ("800", 10)], "it was closed on None"),
        ([("120", 0), ("800", 10), ("899", 30)], "it was closed on"),
        ([("120", 0), ("500", 10), ("399", 25), ("800", 25), ("899", 25)], ""),  # it had left before
        ([("120", 0), ("500", 10)], ""),
    ],
)
def test_an_export_is_released_when_it_has_arrived_and_closed_when_it_has_left(path, complaint):
    sent = {"507": [NOON + timedelta(minutes=10)], "509": [NOON + timedelta(minutes=20)]}
    complaints = list(check_export([at("604", *step) for step in path], sent))
    assert bool(complaints) is bool(complaint) and complaint in " ".join(complaints), path
