"""CONTRL tells a sender what was wrong, by message, segment and element, and is itself a clean interchange."""

from __future__ import annotations

from datetime import datetime
from random import Random

from edifact_mutations import mutations
from edifact_samples import GROUPED, HEAD, RECADV, interchange, message, recadv, samples

from schemas.edifact.control import control
from schemas.edifact.reading import read_interchange
from tests.tables import each

AT = datetime(2026, 11, 20, 9, 5)


def answer(data: bytes, received_only: bool = False) -> list[str]:
    """The segments of the CONTRL that answers an interchange; it is clean."""
    answered = control(read_interchange(data), reference="C1", at=AT, received_only=received_only)
    assert answered is not None
    read = read_interchange(answered)
    assert read.findings == [], answered
    return [one.raw for one in read.messages[0].segments[1:-1]]


@each(
    "data, expected",
    [
        (interchange(message()), ["UCI+R1+WH1:ZZ+SW:ZZ+7"]),
        (recadv("137:20261120:102", "137:20261120"), ["UCI+R1+WH1:ZZ+SW:ZZ+7"]),
        (
            interchange(message()).replace(b"UNZ+1", b"UNZ+2"),
            ["UCI+R1+WH1:ZZ+SW:ZZ+4+29+UNZ+2"],
        ),
        (
            interchange(message()).replace(b"+261120", b"+261131"),
            ["UCI+R1+WH1:ZZ+SW:ZZ+4+12+UNB+5:1"],
        ),
        (
            interchange(message(kind="INVOIC:D:96A:UN")),
            ["UCI+R1+WH1:ZZ+SW:ZZ+7", "UCM+1+INVOIC:D:96A:UN+4+14+UNH+3:1"],
        ),
        (
            interchange(message()).replace(b"UNT+9", b"UNT+8"),
            ["UCI+R1+WH1:ZZ+SW:ZZ+7", "UCM+1+RECADV:D:96A:UN+4+29+UNT+2"],
        ),
        (
            recadv("QTY+194:12:PCE'", "QTY+194:x:PIECE'"),
            ["UCI+R1+WH1:ZZ+SW:ZZ+7", "UCM+1+RECADV:D:96A:UN+4", "UCS+8", "UCD+37+2:2", "UCD+39+2:3"],
        ),
        (
            recadv("CPS+1'", "XYZ+1'CPS'"),
            [
                "UCI+R1+WH1:ZZ+SW:ZZ+7",
                "UCM+1+RECADV:D:96A:UN+4",
                "UCS+6+15",
                "UCS+7",
                "UCD+13+2",
            ],
        ),
        (
            recadv("BGM+632+GR1+9'", ""),
            ["UCI+R1+WH1:ZZ+SW:ZZ+7", "UCM+1+RECADV:D:96A:UN+4", "UCS+1+13"],
        ),
        (
            interchange(message("BGM+632+GR1+9'DTM+137:20261120:102'")),
            ["UCI+R1+WH1:ZZ+SW:ZZ+7", "UCM+1+RECADV:D:96A:UN+4", "UCS+3+13"],
        ),
        (interchange(message())[: -len("UNZ+1+R1'")], ["UCI+R1+WH1:ZZ+SW:ZZ+4+13+UNZ"]),
        (
            interchange(message().partition("UNT")[0]),
            ["UCI+R1+WH1:ZZ+SW:ZZ+7", "UCM+1+RECADV:D:96A:UN+4+13+UNT"],
        ),
        (
            interchange(*GROUPED[:3], end="UNZ+1+R1'"),
            ["UCI+R1+WH1:ZZ+SW:ZZ+7", "UCF+G1+WH1:ZZ+SW:ZZ+4+13+UNE"],
        ),
        (
            interchange(message(), message(RECADV.replace("194:12", "194:x"), reference="2")),
            ["UCI+R1+WH1:ZZ+SW:ZZ+7", "UCM+2+RECADV:D:96A:UN+4", "UCS+8", "UCD+37+2:2"],
        ),
        (interchange(*GROUPED, end="UNZ+1+R1'"), ["UCI+R1+WH1:ZZ+SW:ZZ+7"]),
        (
            interchange(*GROUPED[:3], "UNE+3+G1'", end="UNZ+1+R1'"),
            ["UCI+R1+WH1:ZZ+SW:ZZ+7", "UCF+G1+WH1:ZZ+SW:ZZ+4+29+UNE+2"],
        ),
        (
            interchange(*GROUPED, end="UNZ+1+R1'").replace(b"194:12", b"194:x", 1),
            [
                "UCI+R1+WH1:ZZ+SW:ZZ+7",
                "UCF+G1+WH1:ZZ+SW:ZZ+7",
                "UCM+1+RECADV:D:96A:UN+4",
                "UCS+8",
                "UCD+37+2:2",
            ],
        ),
    ],
)
def test_the_answer_names_message_segment_and_element_by_the_codes_of_the_un(data: bytes, expected: list[str]) -> None:
    assert answer(data) == expected


def test_the_answer_goes_back_to_the_sender_in_his_character_set() -> None:
    data = interchange(message(), head="UNB+UNOA:2+A B:14:X+SW:ZZ:Y+261120:0900+R1'")
    answered = control(read_interchange(data), reference="C1", at=AT)
    assert answered is not None
    assert answered.startswith(b"UNB+UNOA:3+SW:ZZ+A B:14+261120:0905+C1'UNH+1+CONTRL:D:3:UN'UCI+R1+A B:14:X+SW:ZZ:Y+7'")


def test_a_receipt_says_nothing_about_what_is_in_it() -> None:
    assert answer(recadv("194:12", "194:x"), received_only=True) == ["UCI+R1+WH1:ZZ+SW:ZZ+8"]


@each("data", [b"", b"UNH+1'", interchange(message(), head=HEAD.replace("WH1:ZZ", "")), message().encode()])
def test_nobody_is_answered_who_does_not_say_who_he_is(data: bytes) -> None:
    assert control(read_interchange(data), reference="C1", at=AT) is None


def test_the_answer_to_whatever_is_spoilt_is_clean_and_rejects() -> None:
    draw = Random(1)
    for name, data in samples().items():
        for mutation in draw.sample(list(mutations(data)), 60):
            answered = control(read_interchange(mutation.data), reference="C1", at=AT)
            if answered is not None:
                read = read_interchange(answered)
                assert read.findings == [], (name, mutation.done, answered)
                told = [one for one in read.messages[0].segments if one.tag in ("UCI", "UCM", "UCF")]
                assert "4" in {one.get(4 if one.tag != "UCM" else 3) for one in told}, (name, mutation.done)
