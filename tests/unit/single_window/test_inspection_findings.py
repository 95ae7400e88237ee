"""What an inspector says of each line of goods, as a form sends it and as the declarant reads it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from single_window.cases.declarations.inspection_pages import results_of
from single_window.cases.inspection_results import (
    REMARK,
    LineResult,
    check_quantities,
    check_results,
    parse_results,
    sum_up,
)
from single_window.language.refusal import Refusal
from tests.tables import each


@each(
    ("form", "lines", "action", "expected"),
    [
        ({"line-1": "as_declared"}, 1, "conclude", [LineResult(1, "as_declared", "")]),
        ({"line-1": "differs", "remark-1": " seven "}, 1, "conclude", [LineResult(1, "differs", "seven")]),
        ({"line-1": "as_declared", "found-1": "6"}, 1, "conclude", [LineResult(1, "as_declared", "", "6")]),
        ({"line-1": "differs"}, 1, "detain", [LineResult(1, "differs", "")]),
        ({"line-1": "differs"}, 1, "conclude", "remark"),
        ({"line-1": "as_declared"}, 2, "conclude", "each line"),
        ({"line-1": "fine"}, 1, "conclude", "each line"),
        ({"line-1": "missing", "remark-1": "x" * 500}, 1, "conclude", [LineResult(1, "missing", "x" * REMARK)]),
        ({}, 0, "conclude", []),
    ],
)
def test_each_line_has_its_result(
    form: dict[str, str], lines: int, action: str, expected: Sequence[LineResult] | str
) -> None:
    results = results_of(form)
    if isinstance(expected, str):
        with pytest.raises(Refusal, match=expected):
            check_results(results, lines, action)
    else:
        assert check_results(results, lines, action) == expected


@each(
    ("lines", "message"),
    [
        ([LineResult(1, "as_declared", "")], ""),
        ([LineResult(1, "as_declared", ""), LineResult(2, "missing", "")], "第2项无货"),
        (
            [LineResult(1, "differs", "seven"), LineResult(2, "as_declared", "wet")],
            "第1项与申报不符：seven；第2项与申报相符：wet",
        ),
        (
            [
                LineResult(1, "differs", "多", "7"),
                LineResult(2, "missing", "", "0"),
                LineResult(3, "as_declared", "", "2"),
            ],
            "第1项与申报不符，实货数量7：多；第2项无货，实货数量0",
        ),
    ],
)
def test_what_is_odd_is_reported_in_chinese_as_receipts_are(lines: list[LineResult], message: str) -> None:
    assert sum_up(lines) == message


@each(
    "found",
    [
        ["x"],
        [["x", "as_declared", ""]],
        [[1, "fine", ""]],
        [[1, "as_declared", {}]],
        [[None] * 3],
        [[1, "differs"]],
        [[]],
    ],
    ids=str,
)
def test_what_is_no_result_is_refused_whatever_it_is(found: list[object]) -> None:
    with pytest.raises(Refusal, match="each line"):
        parse_results(found)


@each(
    ("found", "expected"),
    [
        ([1, "differs", ""], ""),
        ([1, "differs", "", ""], ""),
        ([1, "differs", "", " 0.5 "], "0.5"),
        ([1, "differs", "", "123456789012.12345"], "123456789012.12345"),
        ([1, "differs", "", "1234567890123"], None),
        ([1, "differs", "", "1.234567"], None),
        ([1, "differs", "", "-1"], None),
        ([1, "differs", "", "1e3"], None),
        ([1, "differs", "", "六"], None),
        ([1, "differs", "", "６"], None),
        ([1, "differs", "", 6], None),
        ([1, "differs", "", None], None),
    ],
    ids=str,
)
def test_a_found_quantity_is_a_plain_number(found: list[object], expected: str | None) -> None:
    if expected is None:
        with pytest.raises(Refusal, match="is no number"):
            parse_results([found])
    else:
        assert [result.found for result in parse_results([found])] == [expected]


@each(
    ("result", "found", "contradicts"),
    [
        ("as_declared", "", False),
        ("as_declared", "2.0", False),
        ("as_declared", "3", True),
        ("differs", "2", False),
        ("differs", "7", False),
        ("missing", "0", False),
        ("missing", "1", True),
    ],
)
def test_a_found_quantity_agrees_with_its_result(result: str, found: str, contradicts: bool) -> None:
    results = [LineResult(1, result, "", found)]
    if contradicts:
        with pytest.raises(Refusal, match="contradicts"):
            check_quantities(results, ["2"])
    else:
        check_quantities(results, ["2"])


@each("found", ["as_declared", None, 7, {}], ids=str)
def test_what_is_no_list_of_results_has_none(found: object) -> None:
    assert parse_results(found) == []
