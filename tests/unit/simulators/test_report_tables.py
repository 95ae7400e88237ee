"""What people see of a day or a year in a narrow terminal: names that can be typed again, amounts with their unit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace

from rich.cells import cell_len
from rich.console import Console

from simulators import day_shown, report
from simulators.refunds import ledger
from simulators.refunds.judging import RefundVerdict
from tests.tables import each

NAME = "manufacturer_credited"
TOTALS = {"tax_billed": "11.00", "paid": "7.00", "seconds": 1.5, "claims": 3}


def printed(show: Callable[[Console], None]) -> str:
    """What is printed in 80 columns."""
    stream = StringIO()
    show(Console(file=stream, width=80))
    return stream.getvalue()


def test_of_a_day() -> None:
    row = report.FaultRow(
        "refund",
        NAME,
        "生产企业应纳税额大于零",
        "a manufacturer owes tax: nothing is refunded",
        1,
        "120 399 800",
        {"120 399 800": 1},
        0,
    )
    output = printed(lambda console: day_shown.print_all(report.DayReport((row,), TOTALS, ()), console, "en"))
    assert NAME in output and "11.00 yuan" in output and "1.5 s" in output and "claims │ 3 " in " ".join(output.split())


ROWS = tuple(
    report.FaultRow(
        flow, f"{flow}_{number}", "四单相符", "four documents that agree", 3, "800", {"800": 2, "100": 1}, wrong
    )
    for flow in day_shown.FAMILIES
    for number, wrong in enumerate((0, 1) * 20)
)
COMPLAINTS = tuple(f"D{number} (import, sound): it should have been released, and was rejected" for number in range(80))


@each(("rows", "complaints", "lines"), [(ROWS[::2], (), 12), (ROWS, COMPLAINTS, 80)])
def test_the_summary_of_a_day_fits_80_columns_and_80_lines_with_nothing_cut(rows, complaints, lines) -> None:
    shown = report.DayReport(rows, {**TOTALS, "receipts": 9}, complaints)
    for language in ("en", "zh"):
        output = printed(lambda console, told=language: day_shown.print_summary(shown, console, told)).splitlines()
        assert len(output) <= lines and all(
            cell_len(line.rstrip()) <= 80 for line in output if ": it should" not in line
        )
        assert ("… and 145 more" in output or "……另有145项" in output) == bool(complaints)
        assert sum(line.startswith("NOT as expected: ") for line in output) == len(complaints[:10])


def test_the_page_of_a_day_has_each_row_and_fails_for_a_complaint_alone() -> None:
    totals = {**TOTALS, "receipts": 9}
    page = day_shown.page_of(report.DayReport(ROWS[::2], totals, ()), "2026-11-20", 1)
    assert page.ok and sum(len(grid.rows) for grid in page.grids) == 80
    assert not day_shown.page_of(report.DayReport(ROWS[::2], totals, ("audit: x",)), "2026-11-20", 1).ok


def test_of_a_year_whatever_its_complaints_hold() -> None:
    outcome = RefundVerdict(
        "R1",
        NAME,
        "E",
        "120 399 800 · paid 0.00, credited 183.33",
        "120 399 800",
        (Decimal(0), Decimal(0)),
        ("[/red] [note]",),
    )
    output = printed(
        lambda console: ledger.print_report(
            SimpleNamespace(outcomes=[outcome], audit=[], totals=TOTALS, complaints=["R1: [/red] [note]"], ok=False),
            console,
        )
    )
    assert NAME in output and "7.00 yuan" in output and "R1: [/red] [note]" in output
