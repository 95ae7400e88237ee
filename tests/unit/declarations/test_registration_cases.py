"""Companies are registered, graded and their goods filed as tests/specifications/registration says."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from clean_trade import file_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import goods, risk
from declarations.calendar import instant_of
from declarations.parameters import load
from declarations.parameters.loading import read_file
from declarations.reasons import Reason
from declarations.registration import application, goods_filing, grading, green_channel, standing
from declarations.registration.application import CompanyApplication, RegisteredCompany, RelatedRegistrations
from schemas.receipt_texts import words
from tests.tables import each

MERCHANT = CompanyApplication(
    "3702961234", "91370202MA3C00011L", "青岛海燕电子商务有限公司", ("merchant",), "DXPENT0000000001", "4227"
)
VALUE_SHOWN = {
    "21309": "parameter",
    "21311": "code",
    "21312": "credit_code",
    "21313": "kind",
    "21314": "element",
    "21315": "dxp_id",
    "21316": "customs_code",
    "21317": "kind",
    "21318": "agent_code",
    "21319": "agent_code",
    "21320": "agent_code",
    "21321": "credit_code",
    "21322": "element",
    "21323": "code",
    "21330": "order",
    "21331": "since",
    "21332": "grade",
    "21333": "grade",
    "21334": "grade",
    "21335": "until",
    "21336": "order",
    "21337": "longest",
    "21338": "grade",
    "21360": "goods_en",
    "21361": "gcode",
    "21363": "gnum",
    "21367": "gcode",
}
"""Code of a reason → the value of it that a case gives."""


def code_and_value(reasons: tuple[Reason, ...]) -> list[str]:
    """Code and telling value of each reason, which can be put into words in both languages."""
    assert all(words(reason.rule, reason.values, language) for reason in reasons for language in ("zh", "en"))
    return [f"{reason.rule} {reason.values[VALUE_SHOWN[reason.rule]]}" for reason in reasons]


def applied(case: dict[str, Any]) -> tuple[CompanyApplication, RelatedRegistrations]:
    kinds = tuple(case.get("kinds", MERCHANT.kinds))
    return MERCHANT._replace(kinds=kinds, **case.get("set", {})), RelatedRegistrations(
        _registered(case.get("agent")), tuple(case.get("namesakes", ())), _registered(case.get("before"))
    )


def _registered(given: dict[str, Any] | None) -> RegisteredCompany | None:
    return RegisteredCompany(**{**given, "kinds": frozenset(given.get("kinds", ["merchant"]))}) if given else None


@each("case", file_cases("registration/applications"))
def test_an_application_is_checked_as_the_table_says(case: dict[str, Any]) -> None:
    assert code_and_value(application.check(*applied(case), case["day"], load())) == case["reasons"]


@each("case", file_cases("registration/green_channel"))
def test_who_is_decided_at_once(case: dict[str, Any]) -> None:
    record = green_channel.CompanyHistory(case.get("refused"), case.get("suspended"))
    lane = green_channel.choose_lane(*applied(case), record, case["day"], load())
    assert [reason.rule for reason in lane.reasons] == case["reasons"]
    assert lane.green is (case["reasons"] == [])
    assert all(
        words(reason.rule, reason.values, language)
        for reason in (*lane.reasons, green_channel.demand_review(lane))
        for language in ("zh", "en")
    )


@each("case", file_cases("registration/grades"))
def test_grades_are_given_as_the_table_says(case: dict[str, Any]) -> None:
    company = grading.GradedCompany(
        "3702961234",
        case.get("now", "ordinary"),
        suspended=case.get("suspended", False),
        correcting_until=case.get("correcting"),
    )
    if "until" in case:
        ruling = grading.correct(company, case["until"], case["decided"], load())
    else:
        change = grading.GradeChange(case["grade"], case["since"], case.get("finding", ""))
        ruling = grading.regrade(company, change, case["decided"], load())
    assert code_and_value(ruling.reasons) == case["reasons"]
    if "at_once" in case:
        assert ruling.at_once is case["at_once"]


def test_a_company_that_is_not_registered_gets_no_grade() -> None:
    ruling = grading.regrade(
        grading.GradedCompany("3702961234", "ordinary", "rejected"),
        grading.GradeChange("dishonest", date(2026, 6, 1), "走私"),
        date(2026, 6, 1),
        load(),
    )
    assert code_and_value(ruling.reasons) == ["21333 dishonest"]


@each("value", load().parameter("registration.grading").values, ids=lambda value: value.id)
def test_each_grade_of_a_regime_has_its_share_of_inspections(value: Any) -> None:
    rates = [risk.inspection_rate_of(grade, value.since, load()) for grade in value.table["grades"]]
    assert rates == sorted(rates)
    assert set(value.table["grades"]) == set(load().on("inspection.rates", value.since).table)
    assert {*value.table["certified"], *value.table["finding"]} < set(value.table["grades"])


@each("case", file_cases("registration/goods"))
def test_goods_are_filed_as_the_table_says(case: dict[str, Any]) -> None:
    line = goods_filing.FilingLine(1, "A-1", case["gcode"], case.get("gname", "商品"), case.get("country", "142"))
    (decision,) = goods_filing.decide_lines([line], case["day"], load())
    assert code_and_value(decision.reasons) == case["reasons"]
    assert decision.filed is (case["reasons"] == [])


def test_goods_of_the_positive_list_are_not_on_the_negative_one() -> None:
    value = load().on("registration.negative_list", date(2026, 6, 1))
    assert [row.hs10 for row in goods.load() if goods_filing.negative_groups_of(row.hs10, "", value)] == []


def test_a_line_of_a_filing_is_refused_by_itself() -> None:
    lines = [
        goods_filing.FilingLine(number, item, code, "商品", "142")
        for number, item, code in (
            (1, "A-1", "0402210000"),
            (2, "A-2", "0201300090"),
            (3, "A-3", "0402210000"),
            (4, "A-3", "0402210000"),
        )
    ]
    decisions = goods_filing.decide_lines(lines, date(2026, 6, 1), load())
    assert [[reason.rule for reason in decision.reasons] for decision in decisions] == [
        [],
        ["21360"],
        ["21362"],
        ["21362"],
    ]


AREAS = """
title = "t"
title_en = "t"
unit = "table"
[[value]]
since = 2016-01-01
source = "s"
confidence = "I"
[[value.table.group]]
name = "epidemic_areas"
zh = "疫区动物产品"
en = "animal products of epidemic areas"
codes = ["02", "1601"]
countries = ["304"]
"""


@pytest.mark.parametrize(
    ("gcode", "country", "listed"),
    [
        ("1601001000", "304", True),
        ("1601001000", "142", False),
        ("1603000010", "304", False),
        ("0203290000", "304", True),
    ],
)
def test_goods_of_an_area_are_refused_from_there_only(gcode: str, country: str, listed: bool, tmp_path: Path) -> None:
    path = tmp_path / "negative_list.toml"
    path.write_text(AREAS, encoding="utf-8")
    value = read_file(path, "registration.negative_list").on(date(2026, 6, 1))
    assert bool(goods_filing.negative_groups_of(gcode, country, value)) is listed


@each(("suspended_at", "barred"), [(0, False), (1_000, True), (999, True), (1_001, False)])
def test_a_suspension_bars_from_its_instant_on(suspended_at: int, barred: bool) -> None:
    companies = [
        standing.CompanyStanding("3702961234", "青岛海燕", suspended_at),
        standing.CompanyStanding("3702960AAA", "青岛海鸥"),
    ]
    reasons = standing.barred_companies([*companies, *companies], 1_000)
    assert [reason.values["code"] for reason in reasons] == (["3702961234"] if barred else [])


def test_a_suspension_names_company_and_day() -> None:
    (reason,) = standing.barred_companies(
        [standing.CompanyStanding("3702961234", "青岛海燕", instant_of(date(2026, 5, 3)))], 2**50
    )
    assert (
        words(reason.rule, reason.values)
        == "[Code:21342;Desc:企业[3702961234]（青岛海燕）自2026-05-03起暂停办理，不接受新的申报]"
    )


@settings(max_examples=60)
@given(
    st.dates(date(2014, 12, 1), date(2030, 12, 31)),
    st.integers(0, 400),
    st.text(max_size=20),
    st.sampled_from(["advanced", "certified", "ordinary", "dishonest", "severely_dishonest"]),
)
def test_a_grade_is_given_only_where_its_day_knows_it(decided: date, later: int, anything: str, now: str) -> None:
    since = decided + timedelta(days=later)
    for grade in (*grading.grades_on(since, load()), anything):
        ruling = grading.regrade(
            grading.GradedCompany("3702961234", now), grading.GradeChange(grade, since, "why"), decided, load()
        )
        known = grade in grading.grades_on(since, load())
        assert known is ("21330" not in {reason.rule for reason in ruling.reasons})
        assert (not ruling.reasons) is (known and grade != now)


@settings(max_examples=60)
@given(
    st.builds(
        CompanyApplication,
        *[st.text(max_size=30)] * 3,
        st.lists(st.text(max_size=8), max_size=3).map(tuple),
        *[st.text(max_size=30)] * 5,
        st.integers(),
        st.integers(),
    ),
    st.dates(date(2010, 1, 1)),
)
def test_whatever_is_applied_for_is_answered_in_words(whatever: CompanyApplication, day: date) -> None:
    reasons = application.check(whatever, RelatedRegistrations(), day, load())
    assert reasons and all(
        words(reason.rule, reason.values, language) for reason in reasons for language in ("zh", "en")
    )
