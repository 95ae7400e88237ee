"""A table is as wide as it is given at most, and breaks no word; without room its rows are records."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from rich.console import Console

from single_window.frame.commands.fitted_table import fitted_table, heading_in
from tests.tables import each

HEADINGS = ("fault", "what it is", "trades", "came to")
ROWS = (
    (
        "guarantee_short",
        "the guarantee does not cover the tax until its guarantor tops it up",
        "12",
        "300 → 800",
    ),
    ("单证齐全", "四单相符、无一处差异，放行后按期缴税，次月汇总，最后结关并归档", "3", "100 [1322]"),
    ("sound", "", "", ""),
)


def printed(width: int) -> str:
    stream = StringIO()
    console = Console(file=stream, width=width)
    console.print(fitted_table(console, HEADINGS, ROWS, "Outcomes", right=[2]))
    return stream.getvalue()


@pytest.mark.parametrize("width", [30, 40, 56, 80, 100, 160])
def test_it_fits_and_every_word_is_whole(width: int) -> None:
    output = printed(width)
    assert all(len(line.rstrip()) <= width for line in output.splitlines())
    words = re.findall(r"[!-~]+", " ".join(cell for row in ROWS for cell in row))
    assert [word for word in words if word not in output] == []


@each(("width", "columns"), [(40, False), (160, True)])
def test_without_room_each_row_is_a_record_of_what_it_has(width: int, columns: bool) -> None:
    output = printed(width)
    assert ("┃" in output) == columns
    if not columns:
        assert "fault guarantee_short\n" in output and output.count("trades") == 2


@each(
    ("heading", "en", "zh"),
    [
        ("days late 滞纳天数", "days late", "滞纳天数"),
        ("levy/refund 税率", "levy/refund", "税率"),
        ("state before → after 前后状态", "state before → after", "前后状态"),
        ("HS", "HS", "HS"),
        ("", "", ""),
    ],
)
def test_a_heading_is_read_in_one_language(heading: str, en: str, zh: str) -> None:
    assert (heading_in(heading, "en"), heading_in(heading, "zh")) == (en, zh)
