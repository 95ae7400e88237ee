"""Ships that take parcels to Korea in a year: what they send is valid, and what a window leaves undone or does wrong is
named."""

from datetime import date

import pytest

from schemas.identifiers import is_valid_container_no
from schemas.reading import open_message, read
from simulators.entry.windows import CallRefused
from simulators.receipt_log import ReceiptLog
from simulators.refunds.firms import Market
from simulators.sailings import judging
from simulators.sailings.sailings import PLANNED, Sailings
from simulators.sailings.ship import PARCELS, Habits, Ship, trades_of
from tests.tables import each


class Shown:
    """A window that shows what it is told to, and refuses every decision."""

    def __init__(self, **rows):
        self.rows, self.decisions = rows, []

    def call(self, method, path, **options):
        if method == "POST":
            raise CallRefused(409, ())
        (name,) = (name for name in ("cases", "parcels") if path.endswith(name))
        return {name: self.rows.get(name, [])}

    def decide(self, number, action, reason, about):
        self.decisions.append((number, action, about))


@pytest.fixture(scope="module")
def market():
    return Market(1, 3)


def sailings_in(market, **rows):
    return Sailings(market, 1, Shown(**rows))


def right(sailings):
    """What a window shows that did everything as it should."""
    states = {}
    for ship in sailings.ships:
        for parcel in ship.parcels:
            states[parcel] = "announced" if ship.habits.behind else ship.korea.states.get(parcel, "cleared")
    cases = [
        {"case_no": "1", "kind": "T", "container_no": PLANNED[1][1], "state": "cleared"},
        {"case_no": "2", "kind": "S", "container_no": PLANNED[2][1], "state": "accepted"},
    ]
    parcels = [{"hbl_no": parcel, "state": state} for parcel, state in states.items()]
    return {"cases": cases, "parcels": parcels}


def complaints(sailings):
    log = ReceiptLog((), None, judging.TOLD_ALONE)
    log.expect(sailings.expected())
    shown = judging.complaints(sailings, log)
    return [line for line in shown if "there is no" not in line and "the list" not in line]


def test_all_that_ships_send_is_valid(market):
    for ship in sailings_in(market).ships:
        messages = [message for day in ship.days for message in ship.messages(day)]
        assert is_valid_container_no(ship.container_no)
        for message in messages:
            assert not read(open_message(message.body)).findings, message.code
        told = {message.code for message in messages}
        assert {"TerminalEvent", "PortPackingList", "KoreaManifest", "603", "507", "607"} <= told
        assert {"509", "KoreaList", "KoreaOutcome"} <= told or ship.habits.behind


@each(
    ("habits", "documents", "loaded"),
    [
        (Habits(), 5, True),
        (Habits(twice=True), 10, True),
        (Habits(elsewhere=True), 7, True),
        (Habits(behind=True), 4, False),
    ],
)
def test_terminals_have_habits(market, habits, documents, loaded):
    ship = Ship(market, 1, date(2026, 3, 16), "QDXU1000015", habits)
    told = [message for day in ship.days for message in ship.messages(day) if message.code == "TerminalEvent"]
    assert len(told) == documents
    assert any(b"LOD" in message.body for message in told) is loaded


def test_each_outcome_of_korea_is_told_once_or_as_often_as_korea_does(market):
    ship = sailings_in(market).ships[1]
    told = [message for day in ship.days for message in ship.messages(day) if message.code == "KoreaOutcome"]
    assert len(told) == len(ship.korea.outcomes) and len(ship.parcels) == PARCELS


def test_a_window_that_did_everything_is_not_complained_about(market):
    assert complaints(sailings_in(market, **right(sailings_in(market)))) == []


@each(
    ("shown", "index", "change", "words"),
    [
        ("cases", 0, {"state": "open"}, "the cases of the port"),
        ("cases", 1, {"kind": "R"}, "the cases of the port"),
        ("parcels", 0, {"state": "held"}, "in Korea, and is held"),
        ("parcels", -1, {"state": "cleared"}, "in Korea, and is cleared"),
    ],
)
def test_what_a_window_shows_wrongly_is_named(market, shown, index, change, words):
    rows = right(sailings_in(market))
    rows[shown][index] = {**rows[shown][index], **change}
    assert any(words in line for line in complaints(sailings_in(market, **rows)))


def test_a_window_that_answers_nothing_is_named(market):
    sailings = sailings_in(market)
    log = ReceiptLog((), None, judging.TOLD_ALONE)
    log.expect(trades_of(sailings.ships))
    named = "\n".join(judging.complaints(sailings, log))
    for words in (
        "there is no TerminalEventReturn",
        "there is no KoreaOutcomeReturn",
        "the list",
        "in Korea, and is None",
    ):
        assert words in named


def test_an_officer_accepts_what_is_open_once_nothing_more_is_told(market):
    rows = right(sailings_in(market))
    rows["cases"][1]["state"] = "open"
    sailings = sailings_in(market, **rows)
    for day in sorted(sailings.days):
        sailings.act(day)
    assert {number for number, *_ in sailings._calls.decisions} == {"2"}
