"""What is read of the containers in messages of terminals: weights, ports and times are those of the container itself,
and what is left out says why."""

from __future__ import annotations

from pathlib import Path

from schemas.edifact.reading import read_interchange
from schemas.edifact.terminal import TerminalMessage, terminal_messages
from tests.tables import each

SAMPLES = Path(__file__).parents[3] / "schemas" / "edifact" / "samples"
SHIP = "TDT+20+2647E+1++QDL:172:20+++9990002:146::NEW SHANDONG'"
TIME = "DTM+203:202611221655:203'"
BOX, OTHER = "EQD+CN+QDXU1000015+22G1:102:5++2+5'", "EQD+CN+QDXU1000020+22G1:102:5++2+5'"


def message(kind: str, *segments: str) -> TerminalMessage:
    """A message of a terminal, by its segments after UNH."""
    body = "".join(segments)
    whole = f"UNH+1+{kind}:D:95B:UN'{body}UNT+{body.count(chr(39)) + 2}+1'"
    interchange = read_interchange(f"UNB+UNOA:2+QDTERM+QDLINE+261122:1710+A1'{whole}UNZ+1+A1'".encode())
    assert not interchange.refused, interchange.findings
    (read,) = terminal_messages(interchange)
    return read


def report(*of_boxes: str, code: str = "46", function: str = "9", head: str = "") -> TerminalMessage:
    """A COARRI with what is told of containers."""
    count = "".join(of_boxes).count("EQD+CN")
    return message(
        "COARRI", f"BGM+{code}+A1+{function}'", SHIP, head, "NAD+CA+QDL:160:20'", *of_boxes, f"CNT+16:{count}'"
    )


def notes(read: TerminalMessage) -> list[str]:
    return [note.finding.code.removeprefix("edifact-unread-") for note in read.notes]


@each(
    ("measured", "weight"),
    [
        (["AAE+G+KGM:4180"], "4180"),
        (["AAE+T+KGM:4000", "AAE+G+KGM:21430"], "21430"),
        (["AAE+T+KGM:4000"], ""),
        (["AAE+G+KGM:4180", "AAE+VGM+KGM:4212"], "4212"),
        (["VGM++KGM:4212"], "4212"),
        (["WT++KGM:4180"], "4180"),
        (["WT+T+KGM:4000"], ""),
        (["AAE+AAL+KGM:17000"], ""),
        (["AAE+G+LBR:47000"], "21318.84139"),
        (["AAE+G+TNE:21.43"], "21430"),
        (["AAE+T+LBR:8818", "AAE+VGM+TNE:21"], "21000"),
    ],
)
def test_the_weight_is_the_gross_one_in_kilograms(measured: list[str], weight: str) -> None:
    read = report(BOX, TIME, *[f"MEA+{one}'" for one in measured])
    assert ([row.weight for row in read.rows], notes(read)) == ([weight], [])


@each("told", ["STN:23", "KGM:-4180"])
def test_a_gross_weight_that_is_none_in_kilograms_is_left_out_and_said(told: str) -> None:
    read = report(BOX, TIME, f"MEA+AAE+G+{told}'")
    assert ([row.weight for row in read.rows], notes(read)) == ([""], ["weight"])
    assert told in read.notes[0].finding.en and "LBR" in read.notes[0].finding.remedy_en


def test_the_ports_of_a_report_may_stand_in_its_head() -> None:
    head = "LOC+9+KRINC:139:6'LOC+11+CNTAO:139:6'DTM+132:202611221800:203'"
    (row,) = report(BOX, TIME, code="44", head=head).rows
    assert (row.load_port, row.discharge_port) == ("KRINC", "CNTAO")
    (row,) = report(BOX, TIME, "LOC+11+CNSHA:139:6'", code="44", head=head).rows
    assert row.discharge_port == "CNSHA"


def test_nothing_is_taken_from_another_container() -> None:
    read = report(BOX, TIME, "LOC+9+KRPUS:139:6'LOC+11+CNTAO:139:6'", "MEA+AAE+G+KGM:4180'", OTHER, code="44")
    assert ([row.container for row in read.rows], read.unread, notes(read)) == (["QDXU1000015"], 1, ["time"])
    (row,) = report(BOX, TIME, "LOC+9+KRPUS:139:6'", OTHER, TIME).rows[1:]
    assert (row.load_port, row.weight) == ("", "")


@each(
    "equipment",
    [
        (BOX, "DTM+7:202611211430:203'", "EQD+CH+CHAS123456'"),
        ("EQD+CH+CHAS123456'", BOX, "DTM+7:202611211430:203'"),
        (BOX, "EQD+CH+CHAS123456'", "RFF+BM:QDL1'DTM+7:202611211430:203'"),
        (BOX, "DTM+7:202611211430:203'", "EQD+TE+TRAIL1'", "MEA+AAE+T+KGM:7000'"),
    ],
)
def test_a_chassis_or_trailer_does_not_stand_in_the_way_of_its_container(equipment: tuple[str, ...]) -> None:
    read = message("CODECO", "BGM+34+G1+9'", SHIP, "NAD+CF+QDL:160:20'", *equipment, "CNT+16:2'")
    assert [(row.container, row.at, row.weight) for row in read.rows] == [("QDXU1000015", "20261121143000", "")]


@each(
    ("read", "why", "words"),
    [
        (lambda: report(BOX, TIME, code="270"), ["meaning"], "46 44 122 119"),
        (
            lambda: message("COPRAR", "BGM+43+L1+9'RFF+ON:1'", SHIP, "NAD+CA+QDL'", BOX, "CNT+16:1'"),
            ["meaning"],
            "45 46",
        ),
        (lambda: report(BOX, TIME, function="5"), ["function"], "NLD"),
        (lambda: report(BOX), ["time"], "203 7"),
        (lambda: report("EQD+CN++22G1:102:5++2+5'", TIME), ["number"], "8260"),
        (
            lambda: message("CODECO", "BGM+34+G1+9'", SHIP, "NAD+CF+QDL'", "EQD+CH+CHAS1'", "CNT+16:1'"),
            ["equipment"],
            "EQD+CN",
        ),
        (
            lambda: message("IFTSTA", "BGM+77+S1+9'", "CNI+1+QDL1'STS+1+24'", "DTM+334:202611221655:203'"),
            ["number"],
            "8260",
        ),
    ],
)
def test_what_is_left_out_says_why_and_what_to_do(read, why: list[str], words: str) -> None:
    found = read()
    assert notes(found) == why
    assert all(note.error == "" and words in note.finding.remedy_en for note in found.notes)
    assert found.unread == (0 if why == ["equipment"] else 1)


def test_samples_are_read_whole() -> None:
    for sample in sorted(SAMPLES.glob("*_D95B.edi")):
        for read in terminal_messages(read_interchange(sample.read_bytes())):
            assert notes(read) == (["number"] if read.type in ("COPARN", "IFTSTA") else []), sample
