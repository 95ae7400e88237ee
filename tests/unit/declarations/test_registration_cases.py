"""Grades, goods and suspensions of companies: what the cases of tests/law/tables/registration do not say."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import goods, risk
from declarations.calendar import instant_of
from declarations.parameters import load
from declarations.parameters.loading import read_file
from declarations.registration import application, goods_filing, grading, standing
from declarations.registration.application import CompanyApplication, RelatedRegistrations
from schemas.receipt_texts import words
from tests.law.of_registration import code_and_value
from tests.tables import each


@each("value", load().parameter("registration.grading").values, ids=lambda value: value.id)
def test_each_grade_of_a_regime_has_its_share_of_inspections(value: Any) -> None:
    rates = [risk.inspection_rate_of(grade, value.since, load()) for grade in value.table["grades"]]
    assert rates == sorted(rates)
    assert set(value.table["grades"]) == set(load().on("inspection.rates", value.since).table)
    assert {*value.table["certified"], *value.table["finding"]} < set(value.table["grades"])


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


def test_a_company_that_is_not_registered_gets_no_grade() -> None:
    ruling = grading.regrade(
        grading.GradedCompany("3702961234", "ordinary", "rejected"),
        grading.GradeChange("dishonest", date(2026, 6, 1), "走私"),
        date(2026, 6, 1),
        load(),
    )
    assert code_and_value(ruling.reasons) == ["21333 dishonest"]


@each(("suspended_at", "barred"), [(0, False), (1_000, True), (999, True), (1_001, False)])
def test_a_suspension_bars_from_its_instant_on(suspended_at: int, barred: bool) -> None:
    companies = [
        standing.CompanyStanding("3702961234", "青岛海燕", suspended_at),
        standing.CompanyStanding("3702960AAA", "青岛海鸥"),
    ]
    reasons = standing.barred_companies([*companies, *companies], 1_000)
    assert [reason.values["code"] for reason in reasons] == (["3702961234"] if barred else [])
