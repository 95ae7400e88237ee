"""Schemas of our own messages, and their rows of fields.csv, are what their tables give; a table that gives none says
why."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from composing import TRANSFER, Composed, bounds, fields, xml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateways.agency import agencies
from schemas.catalogue import by_code, entries
from schemas.elements import types
from schemas.message_tables import FOLDER, MessageTable, TableRow, UnfitTable, read_table, tables
from schemas.message_types import CEB, EDITION
from schemas.schema_writing import xsd
from tests.own_messages import FIELDS, fields_with, stale
from tests.tables import each

FOREX = FOLDER / "forex" / "ForexReport.csv"
SHARED = FOLDER / "shared.csv"
HEAD = "ForexReportHead"
TAIL = xml("BaseTransfer", fields(TRANSFER))
lengths = st.integers(1, 60)
text_types = st.one_of(
    lengths.map("C{}".format),
    lengths.map("C..{}".format),
    st.tuples(lengths, lengths).map(lambda ends: f"C{min(ends)}..{max(ends)}"),
)
number_types = st.one_of(
    lengths.map("N{}".format), st.tuples(lengths, lengths).map(lambda digits: f"N{max(digits)},{min(digits)}")
)


def changed(folder: Path, old: str, new: str, table: Path = FOREX) -> Path:
    """A table in which a text is another."""
    text = table.read_text("utf-8")
    assert text.count(old) == 1, old
    copy = folder / table.parent.name / table.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text.replace(old, new), "utf-8")
    return copy


def compiled(table: MessageTable) -> etree.XMLSchema:
    """The schema of a table, ready to judge."""
    return etree.XMLSchema(etree.fromstring(xsd(table).encode()))


def judged(kind: str, *texts: str) -> list[bool]:
    """Whether the schema of reports whose note is of a type takes each text there."""
    table = read_table(FOREX, SHARED)
    blocks = {**table.blocks, HEAD: [*table.blocks[HEAD][:-1], TableRow("note", kind, True, "备注", "Note")]}
    schema = compiled(replace(table, blocks=blocks))
    report = Composed("ForexReportMessage", EDITION)
    head = report.rows[HEAD][:-1]
    verdicts = []
    for text in texts:
        report.rows[HEAD] = [*head, ("note", text)]
        verdicts.append(bool(schema.validate(etree.fromstring(report.render()))))
    return verdicts


def test_blanks_alone_are_no_code_and_blanks_around_it_are_no_part_of_it() -> None:
    assert judged("C1..30", " ", "A", " A ") == [False, True, True]
    assert judged("C1..1000", " ") == [True], "texts that may have lines are left as they are"
    (dxp_id,) = [field for field in types(FOLDER / "ForexReport.xsd")[HEAD] if field.name == "ebcCode"]
    assert dxp_id.collapsed


def test_what_is_committed_is_what_the_tables_give() -> None:
    assert [path.name for path in stale()] == [], (
        "a table in schemas/gateway/ and what follows from it differ; change the table, and run: make messages"
    )


def test_a_table_that_changed_is_noticed_in_its_schema_and_in_the_rows(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    changed(tmp_path, "head,settlement,C1,yes", "head,settlement,C2,yes")
    texts = stale(tmp_path)
    assert {path.name for path in texts} == {"ForexReport.xsd", "fields.csv"}
    assert "ForexReportMessage,ForexReportHead,settlement,C2,yes,,,,,,yes\n" in texts[FIELDS]


def test_every_schema_of_our_own_has_a_table_in_the_folder_of_its_agency() -> None:
    found = tables()
    assert {entry for table in found for entry in table.entries} == {
        entry for entry in entries() if entry.namespace != CEB
    }
    answering = {
        table.entries[0].document: table.entries[0].handling.gateway for table in found if table.entries[0].handling
    }
    folders = {path.stem: path.parent.name for path in FOLDER.glob("*/[A-Z]*.csv")}
    assert {document: folders.get(document) for document in answering} == answering
    assert set(folders.values()) <= set(agencies())


@each("table", tables(), ids=lambda table: table.entries[0].document)
def test_a_schema_says_in_both_languages_what_its_table_says(table: MessageTable) -> None:
    read = types(table.schema_file)
    for name, rows in table.blocks.items():
        said = [(row.element, row.type, row.required) for row in rows]
        assert [(field.name, field.type, field.required) for field in read[name]] == said
        for row, field in zip(rows, read[name], strict=True):
            assert row.zh.startswith(field.zh) and row.zh.removesuffix("。").endswith(field.zh_note.removesuffix("。"))
            assert row.en.startswith(field.en) and row.en.endswith(field.en_note)


def test_rows_of_a_message_stay_where_they_are_and_those_of_a_new_one_come_last() -> None:
    columns, *rows = FIELDS.read_text("utf-8").splitlines(keepends=True)
    foreign = [row for row in rows if row.startswith("CEB")]
    forex = [row for row in rows if row.startswith("ForexReport")]
    others = [row for row in rows if row not in foreign and row not in forex]
    found = tables()
    assert fields_with(found, "".join([columns, forex[0], *foreign, *others])) == "".join(
        [columns, *(row for row in forex if row.startswith("ForexReportMessage,")), *foreign, *others]
        + [row for row in forex if row.startswith("ForexReportReturnMessage,")]
    )


@each(
    ("old", "new", "complaint"),
    [
        ("part,element", "element,part", "its columns must be part, element, type, required, zh, en"),
        ("legKind,C1", "legKind,C1,2", "line 19: a comma too many; put quotes around the text that holds it"),
        ("head,settlement", "body,settlement", "line 12: no part 'body' here; parts are head, line, receipt"),
        ("head,settlement", "head,direction", "line 12: head has direction twice"),
        ("line,,1..1000,,,\n", "line,,1..1000,,,\n" * 2, "line 18: line has such a row twice"),
        ("line,,1..1000,,,\n", "", "no row of line without element, which says how many there are"),
        ("line,,1..1000", "line,,1000", "the type of line is how many there are, such as 1..1000, not '1000'"),
        ("message,,,,", "head,,,,", "line 2: no part 'head' here"),
        (
            "message,,,,本系统自定义的报文：银行、支付机构申报货物贸易外汇收支，含轧差净额与还原数据。",
            "message,,,,",
            "no row of message without element, which says what the schema is for",
        ),
        ("settlement,C1,yes", "settlement,X1,yes", "settlement is of type 'X1'; types are such as C18"),
        ("settlement,C1,yes", "settlement,C20..10,yes", "settlement is of type 'C20..10'; types are such as C18"),
        ("settlement,C1,yes", 'settlement,"N4,5",yes', "settlement is of type 'N4,5'; types are such as C18"),
        ("settlement,C1,yes", "settlement,C1,", "settlement is required yes or no, not ''"),
        ("结算方式。1全额 2轧差净额。", "", "settlement needs type, zh and en"),
        (
            "receipt,copNo",
            "receipt,entryNo",
            "entryNo needs type, zh and en; only what shared.csv or the head describes",
        ),
    ],
)
def test_a_table_from_which_no_schema_follows_says_why(old: str, new: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(UnfitTable) as refused:
        read_table(changed(tmp_path, old, new), SHARED)
    assert str(refused.value).startswith("ForexReport.csv") and complaint in str(refused.value)


def test_a_table_without_rows_of_the_receipt_says_so(tmp_path: Path) -> None:
    rows = FOREX.read_text("utf-8").splitlines(keepends=True)
    (tmp_path / FOREX.name).write_text("".join(row for row in rows if not row.startswith("receipt")), "utf-8")
    with pytest.raises(UnfitTable, match=r"ForexReport.csv: no elements of receipt"):
        read_table(tmp_path / FOREX.name, SHARED)


def test_a_table_that_the_catalogue_does_not_know_says_so(tmp_path: Path) -> None:
    shutil.copy(FOREX, tmp_path / "Unknown.csv")
    with pytest.raises(UnfitTable, match=r"no entry of the catalogue has a schema and document = 'Unknown'"):
        read_table(tmp_path / "Unknown.csv", SHARED)


@pytest.mark.long
@given(text_types)
def test_a_text_is_as_long_as_the_type_in_the_table_says(kind: str) -> None:
    least, most = bounds(kind) or (0, 0)
    fitting = judged(kind, "汉" * least, "A" * most)
    assert fitting == [True, True] and judged(kind, "A" * (most + 1)) == [False]
    assert least == 0 or judged(kind, "A" * (least - 1)) == [False]


@pytest.mark.long
@given(number_types)
def test_a_number_has_as_many_digits_as_the_type_in_the_table_says(kind: str) -> None:
    digits, _, decimals = kind[1:].partition(",")
    whole, rest = int(digits) - int(decimals or 0), int(decimals or 0)
    longest = f"-{'9' * whole}" + (f".{'9' * rest}" if rest else "")
    assert judged(kind, longest, f"{longest}9" if rest else f"{longest}.9", "9" * (int(digits) + 1), "") == [
        True,
        *[False] * 3,
    ]


def test_there_are_as_many_lines_as_the_table_says(tmp_path: Path) -> None:
    schema = compiled(read_table(changed(tmp_path, "line,,1..1000", "line,,0..2"), SHARED))
    reports = [Composed("ForexReportMessage", EDITION, repeats={"ForexReportList": lines}) for lines in range(4)]
    verdicts = [bool(schema.validate(etree.fromstring(report.render()))) for report in reports]
    assert verdicts == [True, True, True, False]


def test_a_message_that_only_an_agency_sends_has_no_transfer() -> None:
    table = read_table(FOREX, SHARED)
    answer = "ForexReportReturn"
    schema = compiled(replace(table, entries=(by_code(answer),), blocks={answer: table.blocks[answer]}, lines=(0, 0)))
    assert schema.validate(etree.fromstring(Composed(f"{answer}Message", EDITION).render()))
    assert not schema.validate(etree.fromstring(Composed(f"{answer}Message", EDITION, tail=[TAIL]).render()))


def test_a_number_with_decimals_is_read_from_a_schema_as_the_table_calls_it(tmp_path: Path) -> None:
    path = tmp_path / "ForexReport.xsd"
    path.write_text(xsd(read_table(changed(tmp_path, 'head,amount,"N19,5"', 'head,amount,"N9,4"'), SHARED)), "utf-8")
    assert {field.name: field.type for field in types(path)[HEAD]}["amount"] == "N9,4"
