"""Parcels to Korea: manifest and list come in any order; Korea asks, clears, sends back, and contradicts itself."""

from __future__ import annotations

import pytest

from single_window.intake.samples import FOLDER
from tests.databases import ON_BOTH
from tests.stories.korea import OLD, PARCEL, SECOND, YOUNG, Korea

pytestmark = ON_BOTH


@pytest.fixture
def korea(start_story) -> Korea:
    return Korea(start_story(korea="on"))


@pytest.mark.parametrize("first", ["manifest", "list"])
def test_a_parcel_is_taken_in_and_cleared_after_its_arrival(korea: Korea, first: str) -> None:
    if first == "manifest":
        assert korea.manifest(PARCEL) == ("120", "24402")
        assert korea.list() == ("120", "24409")
    else:
        assert korea.list()[0] == "120"
        assert korea.states() == {PARCEL: "announced"}
        assert korea.manifest(PARCEL) == ("120", "24402")
    assert korea.states() == {PARCEL: "taken_in"}
    korea.story.pass_time(hours=19)
    assert korea.states() == {PARCEL: "taken_in"}, "it arrives at hour 22 and is cleared two hours later"
    korea.story.pass_time(hours=1)
    assert korea.states() == {PARCEL: "cleared"}
    assert korea.told() == ["120", "899"]


ASKED = {
    "code unknown": ({"consigneeId": "P269999999999"}, "24410"),
    "name": ({"consigneeName": "SOMEBODY ELSE"}, "24411"),
    "phone": ({"phone": "01099999999"}, "24412"),
    "postcode": ({"zip": "99999"}, "24413"),
    "birth date": ({"consigneeIdType": "B", "consigneeId": "900101"}, "24419"),
    "150.01 USD": ({"value": "150.01"}, "24415"),
    "excluded": ({"hs": "3004900000"}, "24416"),
}


@pytest.mark.parametrize("case", ASKED)
def test_korea_asks_and_a_corrected_list_is_taken_in(korea: Korea, case: str) -> None:
    changes, rule = ASKED[case]
    korea.manifest(PARCEL)
    assert korea.list(korea.line(**changes)) == ("300", rule)
    assert korea.states() == {PARCEL: "asked"}
    korea.story.pass_time(hours=47)
    assert korea.list(korea.line()) == ("120", "24409")
    assert korea.states() == {PARCEL: "taken_in"}
    korea.story.pass_time(hours=10)
    assert korea.states() == {PARCEL: "cleared"}, "the deadline of the question is gone"
    assert korea.told() == ["300", "120", "899"]


def test_nobody_answers_and_the_parcel_is_sent_back(korea: Korea) -> None:
    korea.manifest(PARCEL)
    korea.list(korea.line(zip="99999"))
    korea.story.pass_time(hours=48)
    assert korea.states() == {PARCEL: "sent_back"}
    assert korea.told() == ["300", "700"]
    assert korea.list(korea.line()) == ("100", "24418"), "what is decided does not change"


def test_what_needs_no_list_is_taken_in(korea: Korea) -> None:
    korea.manifest(PARCEL, SECOND)
    dear = korea.line(value="150.01", declarationNo="KRIM26000001")
    assert korea.list(dear, korea.line(SECOND, OLD, zip="00000", value="150.00")) == ("120", "24409")
    assert set(korea.states().values()) == {"taken_in"}


def test_a_manifest_after_the_departure_is_late(korea: Korea) -> None:
    assert korea.manifest(PARCEL, etd=3.99) == ("100", "24401")
    assert korea.manifest(PARCEL, etd=4) == ("120", "24402")


def test_a_house_number_is_in_one_bill(korea: Korea) -> None:
    assert korea.manifest(PARCEL, SECOND) == ("120", "24402")
    assert korea.manifest(PARCEL, billNo="OTHER") == ("100", "24403")
    assert korea.manifest(PARCEL, PARCEL) == ("100", "24403")
    assert korea.list(korea.line(), korea.line()) == ("100", "24403")


def test_weights_of_manifest_and_list_are_compared(korea: Korea) -> None:
    korea.manifest(PARCEL, weight="0.5")
    assert korea.list() == ("300", "24404")
    assert korea.states() == {PARCEL: "taken_in"}


def test_outcomes_from_outside_come_late_and_twice(korea: Korea) -> None:
    korea.manifest(PARCEL)
    korea.list()
    assert korea.outcome("500", 23, reason="X-ray") == ("120", "24457")
    assert korea.outcome("500", 23, reason="X-ray") == ("120", "24457")
    assert korea.outcome("120", 22.5) == ("120", "24455")
    korea.story.pass_time(hours=30)
    assert korea.states() == {PARCEL: "held"}, "what is told from outside counts, not our clock"
    assert korea.outcome("899", 25) == ("120", "24457")
    assert korea.told() == ["120", "500", "899"]


def test_outcomes_that_contradict_are_settled_by_an_officer(korea: Korea) -> None:
    korea.manifest(PARCEL)
    korea.list()
    korea.outcome("899", 24)
    assert korea.outcome("700", 25) == ("300", "24454")
    (parcel,) = korea.parcels()
    assert parcel.state == "doubtful"
    assert dict(parcel.reasons[0].values) == {"first": "899", "second": "700"}
    korea.decide(parcel.parcel_no, "send_back", "韩方确认退运")
    assert korea.states() == {PARCEL: "sent_back"}
    assert korea.told() == ["120", "899", "300", "700"]


def test_only_korea_tells_outcomes(korea: Korea) -> None:
    korea.manifest(PARCEL)
    line = {"hblNo": PARCEL, "status": "899", "time": korea.at(24)}
    assert korea.send("KoreaOutcome", {"senderCode": "3702961003"}, [line]) == ("100", "24406")
    assert korea.outcome("899", 24, SECOND) == ("100", "24458")
    assert korea.outcome("123", 24) == ("100", "24407")


def test_the_postcode_counts_from_2026_02_02_and_for_young_codes(korea: Korea) -> None:
    assert (YOUNG.issued >= "2025-11-21", OLD.issued >= "2025-11-21") == (True, False)


def test_the_samples_of_a_company_are_taken_in(korea: Korea) -> None:
    for code in ("KoreaManifest", "KoreaList"):
        korea.story.submit((FOLDER / f"{code}Message.xml").read_bytes())
    assert list(korea.states().values()) == ["taken_in"]


def test_where_korea_is_off_a_document_is_refused(start_story) -> None:
    korea = Korea(start_story())
    assert korea.manifest(PARCEL) == ("100", "24405")
    assert korea.parcels() == []
