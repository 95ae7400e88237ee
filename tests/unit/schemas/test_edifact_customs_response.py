"""What customs says of a container's parcels, as CUSRES."""

from __future__ import annotations

from datetime import datetime

from schemas.edifact.customs_response import CustomsWord, customs_response
from schemas.edifact.reading import read_interchange
from tests.tables import each

BOX, AT = "QDXU1000015", datetime(2026, 11, 22, 11, 18, 5)


def word(state: str, bill: str = "QDL26110001", invt_no: str = "42272026E1", office: str = "4227") -> CustomsWord:
    return CustomsWord(bill, invt_no, office, state, AT)


def made(*words: CustomsWord) -> bytes:
    return customs_response(BOX, words, sender="4227", recipient="QDTERM")


def test_a_released_container_is_told_so() -> None:
    assert made(word("released")).decode() == (
        "UNB+UNOC:3+4227+QDTERM+261122:1118+261122111805'UNH+1+CUSRES:D:95B:UN'"
        "BGM+962+QDXU1000015-1-261122111805+9'LOC+22+4227'DTM+137:202611221118:203'GIS+4'EQD+CN+QDXU1000015'"
        "RFF+BM:QDL26110001'UNT+8+1'UNZ+1+261122111805'"
    )


@each(
    ("states", "indicator"),
    [
        (("released", "released"), "4"),
        (("released", ""), "9"),
        (("released", "inspected"), "5"),
        (("inspected", "held"), "7"),
        (("withdrawn", "released"), "7"),
        (("revoked",), "7"),
    ],
)
def test_the_worst_word_counts(states: tuple[str, ...], indicator: str) -> None:
    assert f"'GIS+{indicator}'" in made(*map(word, states)).decode()


def test_each_bill_has_its_message_and_a_parcel_without_one_its_list() -> None:
    told = made(word("held", bill="B2"), word("released", bill="B1"), word("released", bill="", invt_no="E9")).decode()
    assert [part.partition("'")[0] for part in told.split("RFF+")[1:]] == ["ABT:E9", "BM:B1", "BM:B2"]
    assert [part[0] for part in told.split("GIS+")[1:]] == ["4", "4", "7"]


def test_what_others_typed_breaks_no_segment() -> None:
    read = read_interchange(made(word("released", bill="A'UNT+1+1'B:C+D?税")))
    (message,) = read.messages
    assert [found.code for found in read.findings] == ["edifact-unknown-message"], "it is not read, and well-formed"
    assert next(one for one in message.segments if one.tag == "RFF").get(1, 2) == "A'UNT+1+1'B:C+D??"
