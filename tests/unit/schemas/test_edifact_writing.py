"""What was read is written as it was, to the byte; what is written anew is read as it was meant."""

from __future__ import annotations

from datetime import datetime

import pytest
from edifact_samples import interchange, message, outside, samples, wrong
from hypothesis import given
from hypothesis import strategies as st

from schemas.edifact.marks import DEFAULT, Marks, escape, marks_of, split, unescape
from schemas.edifact.reading import read_interchange
from schemas.edifact.segments import Segment, segment
from schemas.edifact.writing import compose, write
from tests.tables import each

AT = datetime(2026, 11, 20, 9, 0)
SERVICE = Marks("|", "^", ",", "~", " ", "#")
TEXT = st.text(st.characters(codec="latin-1", categories=("L", "N", "P", "S")), max_size=35)
MARKS = st.sampled_from([DEFAULT, SERVICE, DEFAULT._replace(decimal=",")])


@each("name, data", samples().items())
def test_samples_of_ours_are_written_as_they_were(name: str, data: bytes) -> None:
    assert write(read_interchange(data)) == data
    for other in (data.replace(b"\n", b""), data.replace(b"\n", b"\r\n"), b"\r\n" + data + b"\r\n\r\n", data[:-9]):
        assert write(read_interchange(other)) == other


@each("name", ["D95BBAPLIE.edi", "D95B_CODECO_ITG13.edi", "D95B_COPRAR_counts_wrong.edi", "D96ADESADV.edi"])
def test_samples_from_outside_are_written_as_they_were(name: str) -> None:
    assert write(read_interchange(outside(name))) == outside(name)


@given(st.binary(max_size=400))
def test_any_bytes_are_written_as_they_were(data: bytes) -> None:
    for one in (data, b"UNB" + data, b"UNA:+.? '" + data, interchange(message()) + data):
        assert write(read_interchange(one)) == one


@given(TEXT, MARKS)
def test_a_text_with_service_characters_comes_back(text: str, marks: Marks) -> None:
    assert unescape(escape(text, marks), marks) == text
    assert split(escape(text, marks), marks.element, marks) == [escape(text, marks)]


@given(st.lists(st.lists(TEXT, min_size=1, max_size=4), min_size=1, max_size=6), MARKS)
def test_a_segment_gives_back_the_values_of_which_it_was_made(elements: list[list[str]], marks: Marks) -> None:
    made = segment("FTX", *elements, marks=marks)
    assert [[made.get(at, place) for place in range(1, len(one) + 1)] for at, one in enumerate(elements, 1)] == elements


@given(st.lists(TEXT.filter(bool), min_size=1, max_size=5), MARKS, st.sampled_from(["", "\n", "\r\n"]))
def test_a_new_interchange_is_clean_and_says_what_was_meant(names: list[str], marks: Marks, line_break: str) -> None:
    body = [
        segment("BGM", "351", "D1", "9", marks=marks),
        *(segment("NAD", "ST", ("W1", "", "92"), "", name, marks=marks) for name in names),
    ]
    data = compose(
        [(("DESADV", "D", "96A", "UN"), body)] * 2,
        sender=("WH1", "ZZ"),
        recipient="SW",
        at=AT,
        reference="R1",
        marks=marks,
        line_break=line_break,
    )
    assert wrong(data) == []
    read = read_interchange(data)
    assert (read.sender, read.recipient, read.reference, len(read.messages)) == ("WH1", "SW", "R1", 2)
    assert [one.segments[0].get(4) for one in read.messages[1].root.within("NAD")] == names
    assert write(read) == data


def test_other_alphabets_need_their_character_set() -> None:
    def made(syntax: str) -> bytes:
        charset = {"UNOY": "utf-8", "UNOC": "iso8859-1"}[syntax]
        name = segment("NAD", "ST", "W1", "", "青岛仓", charset=charset)
        body = [segment("BGM", "351", "D1", "9", charset=charset), name]
        message = (("DESADV", "D", "96A", "UN"), body)
        return compose([message], sender="A", recipient="B", at=AT, reference="R", syntax=syntax, version="4")

    read = read_interchange(made("UNOY"))
    assert read.findings == [] and read.messages[0].root.within("NAD")[0].segments[0].get(4) == "青岛仓"
    with pytest.raises(UnicodeEncodeError):
        made("UNOC")


@each(
    "una, expected",
    [
        ("UNA:+.? '", DEFAULT),
        ("UNA:+,? '", DEFAULT._replace(decimal=",")),
        ("UNA:+.?*'", DEFAULT._replace(repetition="*")),
        ("UNA:+.  '", DEFAULT._replace(release=" ")),
        ("UNA|^,~ #", SERVICE),
        ("UNA++.? '", None),
        ("UNA:+.?:'", None),
        ("UNA:+;? '", None),
        ("UNA:+.? A", None),
        ("UNA:+.? \n", None),
        ("UNA:+.? é", None),
    ],
)
def test_service_characters_must_be_told_apart(una: str, expected: Marks | None) -> None:
    assert marks_of(una) == expected
    assert expected is None or expected.una == una


def test_what_a_segment_does_not_have_is_empty() -> None:
    held = Segment("NAD+ST+W1::92")
    assert (held.get(2), held.get(2, 3), held.get(2, 4), held.get(9), held.get(1, 2)) == ("W1", "92", "", "", "")
    assert held.components(9) == [""] and held.components(2, 2) == [""]
