"""Reports are judged alike in whatever order their legs stand, and restored to the same records."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known import cases
from msgspec.structs import replace

from declarations.documents.forex_report import ForexReport, ForexReportLine
from declarations.forex.checking import ReportFacts, check
from declarations.forex.findings import Weight
from declarations.forex.netting import net_of, restore_netted
from declarations.forex.trades import ReportedTrade
from declarations.money import amount_text
from declarations.parameters import load
from schemas.receipt_texts import words
from tests.law.of_forex import facts, judge, report

CASES = [case for case in cases("forex") if "legs" in case.values[0]]
NOW = datetime(2026, 11, 20, 23, 0)


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=3)
@given(st.randoms())
def test_the_order_of_legs_makes_no_difference(case: dict[str, Any], dice: Any) -> None:
    result = report(case)
    lines = list(result.lines)
    dice.shuffle(lines)
    assert check(replace(result, lines=tuple(lines)), facts(case, result), NOW, load()) == judge(case)


LEGS = st.lists(
    st.tuples(st.sampled_from("12"), st.integers(1, 900_000), st.sampled_from(["USA", "DEU"])), min_size=1, max_size=12
)


@settings(max_examples=60)
@given(LEGS, st.randoms())
def test_restored_legs_sum_to_the_net_and_hold_every_leg_once(drawn: list[tuple[str, int, str]], dice: Any) -> None:
    legs = [{"kind": kind, "amount": f"{cents / 100:.2f}", "country": country} for kind, cents, country in drawn]
    result = report({"settlement": "2", "amount": "0", "legs": legs})
    result = replace(result, amount=abs(net_of(result)), direction="1" if net_of(result) >= 0 else "2")
    day = datetime(2026, 11, 20).date()
    net, *legs_restored = restore_netted(result, day, load())
    assert (
        sum(record.amount if record.way == result.direction else -record.amount for record in legs_restored)
        == (net.amount)
        == net_of(result)
    )
    assert sorted(chain.from_iterable(record.gnums for record in legs_restored)) == list(range(1, len(drawn) + 1))
    shuffled = list(result.lines)
    dice.shuffle(shuffled)
    assert restore_netted(replace(result, lines=tuple(shuffled)), day, load()) == (net, *legs_restored)


def test_fx1_is_restored_as_one_net_record_and_three_gross_legs() -> None:
    (fx1,) = [case.values[0] for case in CASES if case.values[0]["name"].startswith("FX1")]
    records = restore_netted(report(fx1), datetime(2026, 11, 20).date(), load())
    assert [
        (record.code, record.holder, record.country, record.way, amount_text(record.amount), record.gnums)
        for record in records
    ] == [
        ("999999", "institution", "", "1", "64100.00", ()),
        ("122030", "client", "USA", "1", "80000.00", (1,)),
        ("222014", "client", "USA", "2", "12500.00", (2,)),
        ("222014", "client", "USA", "2", "3400.00", (3,)),
    ]


def test_legs_below_the_exempt_limit_are_merged_in_the_name_of_the_institution() -> None:
    case = {
        "settlement": "2",
        "amount": "0",
        "legs": [
            {"amount": "2999.99"},
            {"amount": "3000.00"},
            {"amount": "0.01", "country": "DEU"},
            {"kind": "2", "amount": "6000.00"},
        ],
    }
    records = restore_netted(report(case), datetime(2026, 11, 20).date(), load())
    assert [
        (record.code, record.holder, record.country, amount_text(record.amount), record.gnums) for record in records
    ] == [
        ("999998", "institution", "CHN", "0.00", ()),
        ("122030", "client", "USA", "3000.00", (2,)),
        ("122030", "institution", "", "3000.00", (1, 3)),
        ("222014", "client", "USA", "6000.00", (4,)),
    ]


ANY = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "1",
            "2",
            "9",
            "USD",
            "502",
            "142",
            "EUR",
            "20261120090000",
            "O1",
            "122030",
            "222014",
            "999998",
            "CHN",
            "{gnum}",
            "",
        ]
    ),
)
AMOUNT = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-5, 5), st.just(10_000_000))
LINE = st.builds(ForexReportLine, st.integers(-99_999, 99_999), ANY, ANY, ANY, ANY, ANY, ANY, ANY, AMOUNT, ANY)
REPORT = st.builds(ForexReport, *[ANY] * 11, AMOUNT, ANY, st.lists(LINE, max_size=4).map(tuple))
KNOWN = ReportFacts(
    None, {"1": 10**17}, {"O1": ReportedTrade("O1", "502", 10_000_000)}, {"": ReportedTrade("", "300", -5)}
)


@settings(max_examples=150)
@given(REPORT, st.sampled_from([KNOWN, ReportFacts()]))
def test_whatever_a_report_says_it_is_judged_and_every_reason_has_words(filed: ForexReport, known: ReportFacts) -> None:
    check_result = check(filed, known, NOW, load())
    for finding in check_result.findings:
        assert words(finding.reason.rule, finding.reason.values, "zh")
        assert all(isinstance(value, str) for value in finding.reason.values.values())
    if check_result.weight is not Weight.REFUSE:
        assert (
            check_result.day is not None
            and check_result.kept_until is not None
            and check_result.legs.keys() == {line.gnum for line in filed.lines if line.leg_kind in "12"}
        )
