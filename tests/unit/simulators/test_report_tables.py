"""What people see of a day or a year in a narrow terminal: names that can be typed again, amounts with their unit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace

from rich.console import Console

from simulators import report
from simulators.refunds import ledger
from simulators.refunds.judging import RefundVerdict

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
    output = printed(lambda console: report.print_report(report.DayReport((row,), TOTALS, ()), console))
    assert NAME in output and "11.00 yuan" in output and "1.5 s" in output and "claims │ 3 " in " ".join(output.split())


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
