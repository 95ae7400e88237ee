"""An EDIFACT interchange is read as it was sent, and all that is wrong with it is told at once, each with its place."""

from __future__ import annotations

from decimal import Decimal

from edifact_samples import GROUPED, HEAD, RECADV, codes, interchange, message, outside, recadv, samples, wrong

from schemas.edifact.envelopes import service_form
from schemas.edifact.places import ERRORS
from schemas.edifact.reading import MAX_BYTES, is_edifact, read_interchange
from schemas.edifact.segments import number_of
from schemas.wording import words
from tests.tables import each

GOOD = interchange(message())


@each("name, data", samples().items())
def test_samples_of_ours_are_clean_and_of_the_message_that_they_are_named_after(name: str, data: bytes) -> None:
    read = read_interchange(data)
    assert read.findings == []
    assert [f"{one.type}_{one.release}" for one in read.messages] == [name]


@each(
    "name, expected",
    [
        ("D95BBAPLIE.edi", []),
        ("D95B_CODECO_ITG13.edi", ["too-long SEL 1.0", "count UNZ 1.0"]),
        (
            "D95B_COPRAR_counts_wrong.edi",
            [
                "missing-header UNH",
                "date DTM 1.2",
                "date DTM 1.2",
                "control-total CNT 1.2",
                "count UNT 1.0",
                "missing-trailer UNT",
            ],
        ),
        ("D96ADESADV.edi", ["unknown-message UNH 2.2"]),
    ],
)
def test_samples_from_outside_are_judged_as_they_deserve(name: str, expected: list[str]) -> None:
    assert codes(wrong(outside(name))) == expected


@each(
    "data, expected",
    [
        (GOOD, []),
        (b"\xef\xbb\xbf\r\n" + GOOD, []),
        (GOOD.replace(b"'", b"'\r\n"), []),
        (GOOD.replace(b"'", b" '\n"), None),
        (b"UNA:+.? '" + GOOD, []),
        (b"UNA:+.?*'" + GOOD.replace(b"GR1", b"G*1"), []),
        (b"UNA:+,? '" + GOOD.replace(b"194:12:", b"194:12,5:"), []),
        (b"UNA:+,? '" + GOOD.replace(b"194:12:", b"194:12.5:"), ["decimal-mark QTY 1.2"]),
        (GOOD.replace(b"194:12:", b"194:12,5:"), []),
        (b"UNA:+.? '" + GOOD.replace(b"194:12:", b"194:12,5:"), ["decimal-mark QTY 1.2"]),
        (b"UNA|^.~ #" + GOOD.replace(b":", b"|").replace(b"+", b"^").replace(b"'", b"#"), []),
        (b"UNA::.? '" + GOOD, ["service-string"]),
        (b"UNAA+.? '" + GOOD, ["service-string"]),
        (b"Subject: stock\r\n\r\n" + GOOD, ["before-interchange"]),
        (b"\x01\x02UNA:+.? '" + GOOD, ["before-interchange"]),
        (GOOD.replace(b"R1'UNH", b"R1UNH", 1), ["no-terminator"]),
        (GOOD.replace(b"WH1:ZZ", b"DEUNH"), []),
        (b"UNA:+x? '" + GOOD, ["service-string"]),
        (b"", ["no-interchange"]),
        (b"<xml/>", ["no-interchange"]),
        (b"UNBX", ["no-interchange"]),
        (GOOD[:-1], ["missing-trailer UNT", "unterminated"]),
        (GOOD.replace(b"UNB+UNOC:3", b"UNB+UNOX:3"), ["syntax UNB 1.1"]),
        (GOOD.replace(b"UNB+UNOC:3", b"UNB+UNOC:9"), ["syntax UNB 1.2"]),
        (GOOD.replace(b"UNB+UNOC:3", b"UNB+UNOA:1"), []),
        (GOOD.replace(b"UNOC:3", b"UNOA:2").replace(b"GR1", b"gr1"), ["character BGM"]),
        (GOOD.replace(b"UNOC:3", b"UNOB:2").replace(b"GR1", b"gr1"), []),
        (GOOD.replace(b"UNOC:3", b"UNOB:2").replace(b"GR1", b"g\xe41"), ["character BGM"]),
        (GOOD.replace(b"GR1", b"g\xe41"), []),
        (GOOD.replace(b"GR1", b"g\x011"), ["character BGM"]),
        (GOOD.replace(b"GR1", b"g\r\n1"), ["character BGM"]),
        (GOOD.replace(b"UNOC:3", b"UNOY:4").replace(b"+261120:", b"+20261120:").replace(b"GR1", "货1".encode()), []),
        (GOOD.replace(b"UNOC:3", b"UNOY:3").replace(b"GR1", "货".encode() * 35), []),
        (GOOD.replace(b"UNOC:3", b"UNOY:3").replace(b"GR1", "货".encode() * 36), ["too-long BGM 2.0"]),
        (GOOD.replace(b"UNOC:3", b"UNOY:3").replace(b"GR1", b"\xe8\xb4"), ["encoding BGM"]),
        (GOOD.replace(b"+261120:", b"+20261120:"), []),
        (GOOD.replace(b"+261120:", b"+261131:"), ["date UNB 4.1"]),
        (GOOD.replace(b":0900", b":2400"), ["date UNB 4.2"]),
        (GOOD.replace(b"+WH1:ZZ", b"+"), ["missing-element UNB 2.0"]),
        (GOOD.replace(b"+WH1:ZZ", b"+" + b"W" * 36), ["too-long UNB 2.1"]),
        (GOOD + GOOD, ["second-interchange UNB", "same-reference UNH 1.0", "outside UNZ"]),
        (GOOD.replace(b"UNZ+1+R1'", b""), ["missing-trailer UNT"]),
        (GOOD[len(HEAD) :], ["missing-header UNH"]),
        (GOOD.replace(b"UNZ+1", b"UNZ+2"), ["count UNZ 1.0"]),
        (GOOD.replace(b"UNZ+1", b"UNZ+0001"), []),
        (GOOD.replace(b"UNZ+1+R1", b"UNZ+1+R2"), ["reference UNZ 2.0"]),
        (GOOD.replace(b"UNZ+1", b"UNZ+x"), ["not-a-number UNZ 1.0"]),
        (GOOD.replace(b"UNT+9+1", b"UNT+000009+1"), []),
        (GOOD.replace(b"UNT+9+1", b"UNT+8+1"), ["count UNT 1.0"]),
        (GOOD.replace(b"UNT+9+1", b"UNT+9+2"), ["reference UNT 2.0"]),
        (GOOD.replace(b"UNT+9+1'", b""), ["missing-trailer UNZ"]),
        (GOOD.replace(b"UNH+1+RECADV:D:96A:UN'", b""), ["empty UNB", "outside BGM"]),
        (interchange(message(), message()), ["same-reference UNH 1.0"]),
        (interchange(message(), message(reference="2")), []),
        (interchange(), ["empty UNB"]),
        (HEAD.encode() + b"FTX+AAA'UNZ+0+R1'", ["empty UNB", "outside FTX"]),
        (interchange(message(kind="INVOIC:D:96A:UN")), ["unknown-message UNH 2.1"]),
        (interchange(message(kind="RECADV:D:95B:UN")), ["unknown-message UNH 2.2"]),
        (interchange(message(kind="RECADV:D:96A")), ["missing-element UNH 2.4"]),
    ],
)
def test_service_characters_sets_of_characters_and_envelopes(data: bytes, expected: list[str] | None) -> None:
    found = codes(wrong(data))
    if expected is None:
        assert found != []
    else:
        assert found[: len(expected)] == expected and bool(found) is bool(expected)


@each(
    "parts, end, expected",
    [
        (GROUPED, "UNZ+1+R1'", []),
        ((*GROUPED, *GROUPED), "UNZ+2+R1'", []),
        (GROUPED, "UNZ+2+R1'", ["count UNZ 1.0"]),
        ((*GROUPED[:3], "UNE+1+G1'"), "UNZ+1+R1'", ["count UNE 1.0"]),
        ((*GROUPED[:3], "UNE+2+G2'"), "UNZ+1+R1'", ["reference UNE 2.0"]),
        (GROUPED[:3], "UNZ+1+R1'", ["missing-trailer UNZ"]),
        (GROUPED[1:], "UNZ+2+R1'", ["missing-header UNE"]),
        ((GROUPED[0], "UNE+0+G1'"), "UNZ+1+R1'", ["empty UNB", "empty UNG"]),
        ((*GROUPED, message(reference="3")), "UNZ+1+R1'", ["mixed UNH"]),
        ((message(reference="3"), *GROUPED), "UNZ+1+R1'", ["mixed UNG"]),
        (
            (*GROUPED[:2], message(kind="DESADV:D:96A:UN", body="BGM+351+D1+9'", reference="2"), GROUPED[3]),
            "UNZ+1+R1'",
            ["group-of-several UNH 2.1"],
        ),
    ],
)
def test_functional_groups_have_counts_and_references_of_their_own(
    parts: tuple[str, ...], end: str, expected: list[str]
) -> None:
    assert codes(wrong(interchange(*parts, end=end))) == expected


@each(
    "old, new, expected",
    [
        ("BGM+632+GR1+9'", "", ["missing-segment DTM"]),
        ("NAD+WH+WH1::92'", "", ["missing-segment CPS"]),
        ("CPS+1'", "", ["misplaced LIN", "misplaced QTY"]),
        ("CPS+1'", "CPS+1'XYZ+1'", ["unknown-segment XYZ"]),
        ("CPS+1'", "CPS+1'MOA+9:1'", ["unknown-segment MOA"]),
        ("CPS+1'", "CPS+1'Qty+1'", ["tag Qty"]),
        ("CPS+1'", "CPS:1+1'", ["tag CPS"]),
        ("CPS+1'", "CPS+1''", ["tag"]),
        ("CPS+1'", "CPS+1'BGM+632+GR1+9'", ["misplaced BGM"]),
        ("DTM+137:20261120:102'", "DTM+137:20261120:102'" * 10, ["too-many-of DTM"]),
        ("NAD+WH+WH1::92'", "NAD+WH+WH1::92'" * 11, ["too-many-groups NAD"]),
        ("CPS+1'", "CPS'", ["missing-element CPS 1.0"]),
        ("CPS+1'", "CPS+1+++++1'", ["too-many-elements CPS 6.0"]),
        ("CPS+1'", "CPS+1++++'", []),
        ("QTY+194:12:PCE'", "QTY+194:12:PCE:1'", ["too-many-elements QTY 1.4"]),
        ("QTY+194:12:PCE'", "QTY+194'", ["missing-element QTY 1.2"]),
        ("QTY+194:12:PCE'", "QTY+:12'", ["missing-element QTY 1.1"]),
        ("QTY+194:12:PCE'", "QTY'", ["missing-element QTY 1.0"]),
        ("QTY+194:12:PCE'", "QTY+194:twelve'", ["not-a-number QTY 1.2"]),
        ("QTY+194:12:PCE'", "QTY+194:1 000'", ["not-a-number QTY 1.2"]),
        ("QTY+194:12:PCE'", "QTY+194:.5'", ["not-a-number QTY 1.2"]),
        ("QTY+194:12:PCE'", "QTY+194:5.'", ["not-a-number QTY 1.2"]),
        ("QTY+194:12:PCE'", "QTY+194:1e3'", ["not-a-number QTY 1.2"]),
        ("QTY+194:12:PCE'", "QTY+194:-12.5'", []),
        ("QTY+194:12:PCE'", "QTY+194:123456789012345'", []),
        ("QTY+194:12:PCE'", "QTY+194:-12345678901.2345'", []),
        ("QTY+194:12:PCE'", "QTY+194:1234567890123456'", ["too-long QTY 1.2"]),
        ("QTY+194:12:PCE'", "QTY+194:12345678901234.56'", ["too-long QTY 1.2"]),
        ("QTY+194:12:PCE'", "QTY+194:12:PIECE'", ["too-long QTY 1.3"]),
        ("QTY+194:12:PCE'", "QTY+19Y:12:PCE'", ["code QTY 1.1"]),
        ("QTY+194:12:PCE'", "QTY+1944:12:PCE'", ["too-long QTY 1.1", "code QTY 1.1"]),
        ("GR1", "G" * 35, []),
        ("GR1", "G" * 36, ["too-long BGM 2.0"]),
        ("GR1", "G" * 34 + "??", []),
        ("GR1", "?'?+?:??", []),
        ("BGM+632", "BGM+351", ["code BGM 1.1"]),
        ("+GR1+9", "+GR1+99", ["code BGM 3.0"]),
        ("137:20261120:102", "137:20261131:102", ["date DTM 1.2"]),
        ("137:20261120:102", "137:261120:102", ["date DTM 1.2"]),
        ("137:20261120:102", "137:20261120:203", ["date DTM 1.2"]),
        ("137:20261120:102", "137:20261120:999", ["date-format DTM 1.3"]),
        ("137:20261120:102", "137:20260229:102", ["date DTM 1.2"]),
        ("137:20261120:102", "137:20280229:102", []),
        ("137:20261120:102", "137:20261120", []),
        ("137:20261120:102", "137::102", []),
        ("137:20261120:102", "137:202611201430JST:303", []),
        ("137:20261120:102", "137:202611201430?+09:303", []),
        ("137:20261120:102", "137:202611201430?+0900:205", []),
        ("137:20261120:102", "137:2026112020261121:718", []),
        ("137:20261120:102", "137:20261120-20261121:718", []),
        ("137:20261120:102", "137:2026112020261131:718", ["date DTM 1.2"]),
        ("137:20261120:102", "137:202654:616", ["date DTM 1.2"]),
        ("137:20261120:102", "137:30:804", []),
        ("QTY+194:12:PCE'", "QTY+194:12:PCE'CNT+2:1'", None),
        ("QTY+194:12:PCE'", "QTY+194:12:PCE'CNT+2:2'", ["control-total CNT 1.2"]),
        ("QTY+194:12:PCE'", "QTY+194:12:PCE'CNT+1:13'", []),
    ],
)
def test_segments_and_elements_are_held_against_the_tables(old: str, new: str, expected: list[str] | None) -> None:
    assert codes(wrong(recadv(old, new))) == (expected or [])


@each(
    ("told", "number"),
    [
        *(("12", "12"), ("-12,50", "-12.50"), ("0.5", "0.5")),
        *((text, None) for text in ("", "+12", "1E99", "1_000", "１２", "1.000,5", ".5", " 12", "NaN", "9" * 41)),
    ],
)
def test_a_number_is_written_in_digits(told: str, number: str | None) -> None:
    assert number_of(told) == (None if number is None else Decimal(number))


def test_everything_is_told_at_once_each_with_its_place_in_both_languages() -> None:
    data = recadv("DTM+137:20261120:102'", "DTM+137:20261131:102'").replace(b"'", b"'\n").replace(b"194:12", b"194:x")
    first, second = wrong(data)
    assert (first.place.message, first.place.segment, first.place.tag, first.finding.line) == (1, 3, "DTM", 4)
    assert data[first.place.offset :].startswith(b"DTM+137")
    assert first.finding.path == f"RECADV:1/3/DTM/1.2@{first.place.offset}"
    assert "date or time (2380)" in first.finding.en and "日期时间（2380）" in first.finding.zh
    assert (second.finding.code, second.finding.path) == (
        "edifact-not-a-number",
        f"RECADV:1/8/QTY/1.2@{second.place.offset}",
    )
    assert "quantity (6060) [x]" in second.finding.en and second.finding.remedy_zh


def test_warnings_refuse_nothing() -> None:
    read = read_interchange(recadv("137:20261120:102", "137:20261120"))
    assert [finding.code for finding in read.findings] == ["edifact-date-without-format"]
    assert not read.refused and not read.messages[0].refused


def test_one_refused_message_does_not_refuse_the_others() -> None:
    read = read_interchange(interchange(message(), message(RECADV.replace("194:12", "194:x"), reference="2")))
    assert read.refused and [one.refused for one in read.messages] == [False, True]


def test_a_message_is_read_into_the_groups_of_its_table() -> None:
    (read,) = read_interchange(samples()["INVRPT_D96A"]).messages
    assert (read.type, read.release, read.reference, read.guide) == ("INVRPT", "D96A", "1", "EAN004")
    lines = read.root.within("LIN")
    assert [[group.tag for group in line.groups] for line in lines] == [["QTY"] * 3, ["QTY"] * 3]
    second = lines[0].within("QTY")[1]
    assert [one.tag for one in second.segments] == ["QTY", "INV", "DTM"]
    assert second.segments[1].get(3) == "4"


def test_repetitions_are_those_of_version_4_alone() -> None:
    data = interchange(message(), head=HEAD.replace("UNOC:3", "UNOC:4").replace("261120", "20261120"))
    assert wrong(data) == []
    assert codes(wrong(data.replace(b"WH1::92", b"WH1::92*WH2::92"))) == ["repeated-element NAD 2.0"]
    assert wrong(GOOD.replace(b"GR1", b"G*1")) == []
    assert codes(wrong(data.replace(b"GR1", b"G?*1"))) == []


def test_at_most_a_thousand_findings_are_told_and_the_last_says_that_there_are_more() -> None:
    faults = wrong(recadv("QTY+194:12:PCE'", "XYZ'" * 1_500))
    assert len(faults) == 1_000
    assert faults[-1].finding.code == "too-many-findings"


def test_what_is_too_large_is_not_read() -> None:
    assert codes(wrong(b" " * MAX_BYTES + GOOD)) == ["too-large"]
    lines = message("BGM+35+S1+9'DTM+137:20261120:102'" + "LIN+1'" * 100_000, kind="INVRPT:D:01B:UN")
    assert codes(wrong(interchange(lines))) == ["missing-trailer LIN", "missing-trailer LIN", "too-many-segments"]
    outside = interchange(message()) + b"XYZ'" * 100_000
    assert codes(wrong(outside))[-2:] == ["too-many-segments", "too-many-findings"]
    assert codes(wrong(recadv("GR1", "G" * 10_001))) == ["segment-too-long BGM"]


@each(
    "data, expected",
    [
        (GOOD, True),
        (b"\r\n UNA:+.? 'UNB", True),
        (b"UNH+1", True),
        (b"UNA", False),
        (b"UNBUNDLED", False),
        (b"<UNB+", False),
        (b"Subject: stock\r\n\r\n" + GOOD, True),
        (b"<a>" + GOOD, False),
        (b'{"a": "' + GOOD, False),
        (b"", False),
    ],
)
def test_an_interchange_is_known_by_how_it_begins(data: bytes, expected: bool) -> None:
    assert is_edifact(data) is expected


def test_every_finding_has_words_and_an_error_of_contrl_unless_it_is_a_warning() -> None:
    told = {code for code in words() if code.startswith("edifact-") and not code.startswith("edifact-unread-")}
    dates = {"edifact-date-without-format", "edifact-format-without-date", "edifact-date-of-version-4"}
    assert told - set(ERRORS) == {*dates, "edifact-negative", "edifact-test"}
    assert set(ERRORS) <= told
    assert all(word.remedy_zh and word.remedy_en for code, word in words().items() if code in told)


def test_service_segments_have_a_form_in_every_version() -> None:
    assert all(service_form(version, tag).elements for version in "1234" for tag in ("UNB", "UNH", "UNT", "UNZ"))
