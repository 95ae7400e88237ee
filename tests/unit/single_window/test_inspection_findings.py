"""What an inspector says of each line of goods, as a form sends it and as the declarant reads it."""

from __future__ import annotations

from single_window.console.inspections import REMARK, Finding, findings, summed_up
from tests.tables import each


@each(
    ("form", "lines", "expected"),
    [
        ({"line-1": "as_declared"}, 1, [Finding(1, "as_declared", "")]),
        ({"line-1": "differs", "remark-1": " seven "}, 1, [Finding(1, "differs", "seven")]),
        ({"line-1": "as_declared"}, 2, None),
        ({"line-1": "fine"}, 1, None),
        ({"line-1": "missing", "remark-1": "x" * 500}, 1, [Finding(1, "missing", "x" * REMARK)]),
        ({}, 0, []),
    ],
)
def test_each_line_has_its_result(form: dict[str, str], lines: int, expected: list[Finding] | None) -> None:
    assert findings(form, lines) == expected


@each(
    ("lines", "message"),
    [
        ([Finding(1, "as_declared", "")], ""),
        ([Finding(1, "as_declared", ""), Finding(2, "missing", "")], "2 无货 not there"),
        (
            [Finding(1, "differs", "seven"), Finding(2, "as_declared", "wet")],
            "1 与申报不符 differs: seven; 2 与申报相符 as declared: wet",
        ),
    ],
)
def test_what_is_odd_is_reported_in_both_languages(lines: list[Finding], message: str) -> None:
    assert summed_up(lines) == message
