"""Master data from CSV: a bad file changes nothing and says all that is wrong; a good one again changes nothing."""

import csv
import gzip
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from declarations import goods
from declarations.money import scaled_from_text
from declarations.rows import BadRow
from simulators.world import World
from single_window.master_data.csv_files import MAX_BYTES, MAX_ROWS
from single_window.master_data.importing import KINDS, BadFile, Imported, UnknownKind, import_csv
from single_window.store.engine import writing
from single_window.store.sandboxes import UnknownSandbox
from single_window.store.tables import (
    account_book,
    exchange_rate_row,
    forex_enterprise,
    goods_row,
    guarantee,
    participant,
    refund_rate_row,
)
from tests.databases import carry_out, fetch, kept_open, read_by, window_in
from tests.tables import each

CASES = Path(__file__).parents[2] / "specifications" / "masterdata_bad_files.toml"
BAD_FILES = tomllib.loads(CASES.read_text("utf-8"))["case"]
TABLES = (participant, goods_row, guarantee, account_book)
HEADER = ",".join(column.name for column in KINDS["goods"].columns)
GUARANTEES = "assure_code,name,amount\n3702960A01,担保公司,100.00\n"


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    yield from kept_open(window_in(tmp_path_factory.mktemp("window")))


@pytest.fixture(autouse=True)
def empty(window):
    with writing(window.engine) as connection:
        for table in (*TABLES, exchange_rate_row, forex_enterprise, refund_rate_row):
            connection.execute(table.delete())


def rows(window, table, *names):
    return [tuple(row) for row in fetch(window.engine, select(*[table.c[name] for name in names]))]


@each("kind", KINDS)
def test_wrong_columns_are_reported_in_two_lines_whatever_the_kind(kind, window):
    with pytest.raises(BadFile) as refused:
        import_csv(window, "main", kind, "编码,名称,价格\n1,2,3\n")
    lines = str(refused.value).splitlines()
    assert len(lines) == 2 and "found '编码,名称,价格'" in lines[1]
    assert all(column.name in lines[1] for column in KINDS[kind].columns)


@each("case", BAD_FILES, ids=[case["name"] for case in BAD_FILES])
def test_a_bad_file_is_refused_with_all_that_is_wrong_and_nothing_is_imported(case, window):
    with pytest.raises(BadFile) as refused:
        import_csv(window, "main", case["kind"], case["text"].removeprefix("\n"))
    assert [f"{cell.line} {cell.column}" for cell in refused.value.cells] == case["bad"]
    assert all(cell.found is not None and cell.allowed for cell in refused.value.cells)
    assert [rows(window, table, "sandbox") for table in TABLES] == [[], [], [], []]


def test_faults_are_reported_with_line_column_what_was_found_and_what_is_allowed(window):
    with pytest.raises(BadFile, match=r"line 2, amount: found 'lots', allowed: yuan: a number of 0 or more"):
        import_csv(window, "main", "guarantees", "assure_code,amount\nA,lots\n")


def test_every_column_of_every_kind_says_what_it_may_hold():
    assert [(kind, column.name) for kind in KINDS for column in KINDS[kind].columns if not column.allowed] == []


def of_examples(kind, /, **cells):
    """A file of one row with the examples that the help of a kind shows, but for `cells`."""
    row = {column.name: column.example for column in KINDS[kind].columns} | cells
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


@each("kind", KINDS)
def test_the_example_that_the_help_shows_is_accepted(kind, window):
    done = import_csv(window, "main", kind, of_examples(kind))
    assert (done.new or done.changed or done.unchanged) == 1


def may_be_blank(column):
    return column.default is not None or "nothing" in (
        column.allowed[:7],
        column.allowed[-7:],
        *column.allowed.split(" | "),
    )


MAY_BE_BLANK = [(kind, column.name) for kind in KINDS for column in KINDS[kind].columns if may_be_blank(column)]


@each(("kind", "column"), MAY_BE_BLANK)
def test_a_cell_that_the_help_allows_to_be_blank_is_accepted_blank(kind, column, window):
    # what is recorded of a licence from a day on never changes
    another = {"since": f"2021-01-{len(column):02}"} if kind == "licences" else {}
    import_csv(window, "main", kind, of_examples(kind, **another, **{column: ""}))


@each(
    ("kind", "column"),
    [
        (kind, column.name)
        for kind in KINDS
        for column in KINDS[kind].columns
        if (kind, column.name) not in MAY_BE_BLANK
    ],
)
def test_a_cell_that_must_not_be_blank_is_refused_blank(kind, column, window):
    with pytest.raises(BadFile, match=column):
        import_csv(window, "main", kind, of_examples(kind, **{column: ""}))


def test_a_quota_of_the_exchange_directory_may_be_blank_and_means_none(window):
    import_csv(window, "main", "forex_enterprises", "code,class,registered,quota\n3702961003,B,2024-06-01,\n")
    assert rows(window, forex_enterprise, "code", "quota") == [("3702961003", 0)]


@each("column", ["vat", "consumption", "remark", "confidence"])
def test_what_a_column_of_goods_names_as_its_choices_is_taken(column):
    allowed = {column_of_goods.name: column_of_goods.allowed for column_of_goods in KINDS["goods"].columns}[
        column
    ].split(" | ")
    shipped = Path(goods.__file__).parent / "register.csv"
    sound = next(csv.DictReader(shipped.read_text("utf-8-sig").splitlines()))
    for choice in allowed:
        assert goods.parse_row({**sound, "remark_value": "x", column: choice.replace("nothing", "")}, "here")
    with pytest.raises(BadRow, match=column):
        goods.parse_row({**sound, column: "another"}, "here")


@each("kind", ["participants", "guarantees", "stock"])
def test_a_world_s_files_are_imported_and_again_change_nothing(kind, window):
    csv = getattr(World(1), f"{kind}_csv")()
    count = csv.count("\n") - 1
    assert import_csv(window, "main", kind, csv) == Imported(kind, count, 0, 0)
    assert import_csv(window, "main", kind, csv) == Imported(kind, 0, 0, count)


def test_a_guarantee_s_amount_is_set_and_what_is_reserved_and_booked_stays(window):
    import_csv(window, "main", "guarantees", GUARANTEES)
    carry_out(window.engine, update(guarantee).values(reserved=7, booked=9))
    assert import_csv(window, "main", "guarantees", GUARANTEES.replace("100.00", "250.5")).changed == 1
    assert rows(window, guarantee, "assure_code", "name", "amount", "reserved", "booked") == [
        ("3702960A01", "担保公司", scaled_from_text("250.5"), 7, 9)
    ]


def test_stock_is_filed_and_what_was_drawn_stays(window):
    stock = "ems_no,item_record_no,gcode,gname,unit,qty\nT1,000001,1901101010,奶粉,122,{}\n"
    import_csv(window, "main", "stock", stock.format("5"))
    carry_out(window.engine, update(account_book).values(drawn=scaled_from_text("2")))
    assert import_csv(window, "main", "stock", stock.format("8.5")).changed == 1
    assert rows(window, account_book, "ems_no", "item_record_no", "filed", "drawn") == [
        ("T1", "000001", scaled_from_text("8.5"), scaled_from_text("2"))
    ]


def test_imported_goods_stand_in_place_of_all_earlier_rows_of_their_code(window):
    known = next(iter(goods.load()))
    row = f"{known.hs10},鱼,fish,035,,standard,,{{}},,,2020-01-01,,,,I,示例\n"
    assert import_csv(window, "main", "goods", f"{HEADER}\n{row.format('0.01')}") == Imported("goods", 0, 1, 0)
    assert import_csv(window, "main", "goods", f"{HEADER}\n{row.format('0.02')}") == Imported("goods", 0, 1, 0)
    assert import_csv(window, "main", "goods", f"{HEADER}\n{row.format('0.02')}") == Imported("goods", 0, 0, 1)
    register = read_by(window.engine, window.circumstances, "main").goods
    assert [str(registered.duty_rate) for registered in register if registered.hs10 == known.hs10] == ["0.02"]
    assert len(rows(window, goods_row, "id")) == 1


def test_the_register_that_comes_with_the_package_is_nothing_new(window):
    shipped = Path(goods.__file__).parent / "register.csv"
    done = import_csv(window, "main", "goods", shipped)
    assert (done.new, done.changed, done.unchanged) == (0, 0, len(goods.load()))
    assert rows(window, goods_row, "id") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_come_in_utf_8_with_or_without_a_mark_and_in_gb18030(encoding, window, tmp_path):
    file = tmp_path / "guarantees.csv"
    file.write_bytes(GUARANTEES.encode(encoding))
    assert import_csv(window, "main", "guarantees", file).new == 1
    assert rows(window, guarantee, "name") == [("担保公司",)]


def test_columns_may_stand_in_any_order_lines_end_as_they_like_and_empty_lines_are_passed_over(window):
    assert import_csv(window, "main", "guarantees", "amount, assure_code\r\n1.00 , A\r\n\r\n2.00,B").new == 2
    assert rows(window, guarantee, "assure_code", "amount") == [
        ("A", scaled_from_text("1")),
        ("B", scaled_from_text("2")),
    ]


@each(
    "text",
    [
        "assure_code\tAmount\tColour\nA\t1.00\tred\n\t\t\n",
        "Assure Code;AMOUNT;Colour\r\nA;1.00;red\r\n;;\r\n",
        gzip.compress(b"assure-code,amount,Colour\nA,1.00,red\n,,\n"),
    ],
)
def test_files_are_read_as_other_programs_write_them(text, window):
    assert import_csv(window, "main", "guarantees", text).ignored == ("Colour",)
    assert rows(window, guarantee, "assure_code", "amount") == [("A", scaled_from_text("1"))]


def test_a_file_of_several_compressed_parts_is_read_whole(window):
    parts = gzip.compress(b"assure_code,amount\nA,1.00\n") + gzip.compress(b"B,2.00\n")
    assert import_csv(window, "main", "guarantees", parts).new == 2


@each(
    "text",
    [gzip.compress(b"A" * 9_000)[:-12], gzip.compress(b"a")[:2] + b"XXXX", gzip.compress(b"a") + b"b"],
    ids=["cut", "none", "more"],
)
def test_a_compressed_file_that_cannot_be_unpacked_is_refused(text, window):
    with pytest.raises(BadFile, match="gzip"):
        import_csv(window, "main", "guarantees", text)


@pytest.mark.long
@each(
    ("head", "repeated", "times", "message"),
    [
        (b"", b"a", MAX_BYTES + 1, "bytes"),
        (b"assure_code,amount\n", b"A,1\n", MAX_ROWS + 1, "another row"),
    ],
    ids=["too many bytes", "too many rows"],
)
def test_what_is_too_large_is_refused_as_a_whole(head, repeated, times, message, window):
    assert_refused(head + repeated * times, message, window)


@each(
    ("hostile", "message"),
    [
        (b"assure_code,amount\n" + b"A" * 200_000 + b",1\n", "field larger than field limit (131072)"),
        ("assure_code,amount\nA,1\n".encode("utf-16"), "zero bytes"),
        (b"\xff\xfe\xff\xff\xff", "bytes of another encoding"),
        (b"PK\x03\x04\x14\x00\x06\x00", "zero bytes"),
    ],
    ids=["an endless cell", "UTF-16", "no text", "a spreadsheet"],
)
def test_what_is_no_text_is_refused_as_a_whole(hostile, message, window):
    assert_refused(hostile, message, window)


def assert_refused(hostile, message, window):
    with pytest.raises(BadFile) as refused:
        import_csv(window, "main", "guarantees", hostile)
    assert message in refused.value.cells[0].found
    assert rows(window, guarantee, "assure_code") == []


def test_a_thousand_bad_cells_are_listed_and_of_more_only_the_number(window):
    with pytest.raises(BadFile) as refused:
        import_csv(window, "main", "guarantees", "assure_code,amount\n" + "".join(f"A{n},x\n" for n in range(1_500)))
    assert len(refused.value.cells) == 1_500
    assert str(refused.value).endswith("and 500 more")


def test_progress_is_reported_row_by_row_in_all(window):
    reports = []
    import_csv(
        window,
        "main",
        "guarantees",
        "assure_code,amount\n" + "".join(f"A{n},1\n" for n in range(1_200)),
        lambda done, total: reports.append((done, total)),
    )
    assert reports == [(500, 1_200), (1_000, 1_200), (1_200, 1_200)]


def test_an_unknown_kind_or_sandbox_is_named_with_those_there_are(window):
    with pytest.raises(UnknownKind, match="no master data 'cars'; there are: participants, goods, guarantees, stock"):
        import_csv(window, "main", "cars", "")
    with pytest.raises(UnknownSandbox, match="no sandbox 'nowhere'"):
        import_csv(window, "nowhere", "guarantees", GUARANTEES)


def test_a_failure_while_writing_leaves_nothing_behind(window):
    carry_out(
        window.engine,
        text(
            "CREATE TRIGGER full BEFORE INSERT ON guarantee WHEN NEW.assure_code = 'A700' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        ),
    )
    try:
        with pytest.raises(Exception, match="full"):
            import_csv(
                window, "main", "guarantees", "assure_code,amount\n" + "".join(f"A{n},1\n" for n in range(1_000))
            )
        assert rows(window, guarantee, "assure_code") == []
    finally:
        carry_out(window.engine, text("DROP TRIGGER full"))
