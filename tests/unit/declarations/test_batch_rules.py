"""Batches open, are drawn and decided as known_answers/batches says; every draw can be done again."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import asked, known

from declarations.batches import opening, sampling
from declarations.batches.draw import GOODS, GRADE, LANE, SIZE, BatchList, DrawnSample, draw_samples
from declarations.parameters import load
from schemas.receipt_texts import text
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each

CUSTOMS, SPOT = date(2018, 6, 1), date(2026, 6, 1)


@each("row", known("batch samples"))
def test_a_batch_is_sampled_as_the_table_says(row: KnownRow) -> None:
    assert mistakes("batch samples", row) == []


@each("row", known("batch verdicts"))
def test_samples_decide_as_the_table_says(row: KnownRow) -> None:
    assert mistakes("batch verdicts", row) == []


@each("row", known("joining batches"))
def test_a_list_joins_as_the_table_says(row: KnownRow) -> None:
    assert mistakes("joining batches", row) == []


@each("row", asked("key_of_batch"))
def test_the_key_of_a_batch(row: KnownRow) -> None:
    assert mistakes("questions", row) == []


def test_every_code_of_batches_has_words() -> None:
    codes = {
        value
        for module in (sampling, opening)
        for value in vars(module).values()
        if isinstance(value, str) and value.startswith("19") and value.isdigit()
    }
    assert len(codes) == 15 and all(text(code).en for code in codes)


def _number(*words: str) -> int:
    """The draw of declarations/risk.py, written out once more for the auditor."""
    return int(hashlib.sha256("|".join(words).encode()).hexdigest()[:8], 16) % 10_000


def _drawn(members: list[BatchList], day: date = CUSTOMS, lot: str = "B1") -> DrawnSample:
    return draw_samples("spring", lot, members, day, load())


def _why(drawn: DrawnSample) -> dict[str, str]:
    return {sample.key: sample.why for sample in drawn.samples}


def test_an_ordinary_batch_gives_the_lowest_draws() -> None:
    members = [BatchList(f"C|{number}") for number in range(100)]
    lowest = sorted(members, key=lambda member: (_number("spring", "batch-sample", "B1", member.key), member.key))[:8]
    drawn = _drawn(members)
    assert _why(drawn) == {member.key: SIZE for member in lowest}
    assert all(sample.number == _number("spring", "batch-sample", "B1", sample.key) for sample in drawn.samples)
    assert drawn.parameter_ids == (
        "batches.sampling@2018-04-20",
        "inspection.rates@2018-05-01",
        "batches.goods@2015-05-13",
    )


def test_a_list_drawn_for_inspection_is_a_sample_and_counts() -> None:
    members = [BatchList(f"C|{number}", "inspection" if number < 3 else "") for number in range(100)]
    result = _why(_drawn(members))
    assert len(result) == 8 and {key for key, why in result.items() if why == LANE} == {"C|0", "C|1", "C|2"}


def test_more_than_the_number_are_inspected_where_each_has_its_own_reason() -> None:
    assert len(_drawn([BatchList(f"C|{number}", "inspection") for number in range(40)]).samples) == 40


def test_a_dishonest_merchant_is_drawn_at_his_own_rate() -> None:
    members = [BatchList(f"D|{number}", grade="dishonest") for number in range(1000)]
    result = _why(_drawn(members))
    expected = {member.key for member in members if _number("spring", "batch-grade", "B1", member.key) < 8_000}
    assert {key for key, why in result.items() if why == GRADE} == expected
    assert 750 < len(expected) < 850


def test_goods_of_concern_are_drawn_at_their_share() -> None:
    members = [BatchList(f"C|{number}", goods=("6109100010", "9503008200")) for number in range(1000)]
    expected = {member.key for member in members if _number("spring", "batch-goods", "B1", member.key) < 2_000}
    assert {key for key, why in _why(_drawn(members)).items() if why == GOODS} == expected
    later = {member.key for member in members if _number("spring", "batch-goods", "B1", member.key) < 1_000}
    assert {key for key, why in _why(_drawn(members, SPOT)).items() if why == GOODS} == later


def test_a_good_grade_is_drawn_late() -> None:
    members = [
        BatchList(f"{grade[0]}|{number}", grade=grade) for grade in ("advanced", "ordinary") for number in range(500)
    ]
    drawn = [key for batch in range(100) for key in _why(_drawn(members, lot=f"B{batch}"))]
    advanced = sum(key.startswith("a") for key in drawn)
    # of six chances five are with the ordinary half: a sixth of 2,000, within four standard deviations
    assert len(drawn) == 2_000 and abs(advanced - 333) < 67


def test_a_fifth_of_batches_is_spot_checked() -> None:
    members = [BatchList(f"C|{number}") for number in range(20)]
    draws = {f"B{batch}": _drawn(members, SPOT, f"B{batch}") for batch in range(1000)}
    for lot, drawn in draws.items():
        assert drawn.is_spot_checked == (_number("spring", "batch-spot-check", lot) < 2_000)
        assert len(drawn.samples) == (3 if drawn.is_spot_checked else 0)
    assert 150 < sum(drawn.is_spot_checked for drawn in draws.values()) < 250


grades = st.sampled_from(["", "advanced", "certified", "ordinary", "dishonest", "severely_dishonest", "filed"])
memberships = st.lists(
    st.builds(
        BatchList,
        st.integers(0, 10**6).map(lambda number: f"C|{number}"),
        st.sampled_from(["", "green", "inspection"]),
        grades,
        st.lists(st.sampled_from(["1901101000", "6109100010", "9503008200"]), max_size=3).map(tuple),
    ),
    max_size=120,
    unique_by=lambda member: member.key,
)
batch_days = st.dates(date(2015, 5, 13), date(2027, 12, 31))


@pytest.mark.long
@given(memberships, batch_days, st.text(max_size=5), st.randoms(use_true_random=False))
def test_a_draw_is_of_members_and_does_not_depend_on_their_order(
    members: list[BatchList], day: date, seed: str, chance: Any
) -> None:
    first = draw_samples(seed, "B1", members, day, load())
    mixed = list(members)
    chance.shuffle(mixed)
    assert draw_samples(seed, "B1", mixed, day, load()) == first
    keys = [sample.key for sample in first.samples]
    assert len(set(keys)) == len(keys) and set(keys) <= {member.key for member in members}
    assert {member.key for member in members if member.lane == "inspection"} <= set(keys)
    assert len(keys) >= (first.plan.sample if first.is_spot_checked else first.plan.at_least)
    assert first.plan.at_least >= (1 if members and first.plan.spot_check == 1 else 0)
