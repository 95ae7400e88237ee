"""Batches open, are drawn and decided as tests/specifications/batches says; every draw can be done again."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from clean_trade import cases
from hypothesis import given
from hypothesis import strategies as st

from declarations.batches import opening, sampling
from declarations.batches.draw import GOODS, GRADE, LANE, SIZE, BatchList, DrawnSample, draw_samples
from declarations.batches.opening import BatchCandidate, BatchInfo, check_joining, opening_key
from declarations.batches.sampling import acceptance_number_of, decide_batch, plan_sampling
from declarations.parameters import NoValue, load
from schemas.receipt_texts import text, words
from tests.tables import each

CASES = [case for case in cases("batches")]
PLANS = [case for case in CASES if "plans" in case.values[0]]
VERDICTS = [case for case in CASES if "verdict" in case.values[0]]
JOINING = [case for case in CASES if "reasons" in case.values[0]]
CUSTOMS, SPOT = date(2018, 6, 1), date(2026, 6, 1)
LIST = BatchCandidate("C|1", "E", "4227", "9610", "accepted", "MWB1")
BATCH = BatchInfo("B1", "E", "4227", "9610", "master_waybill", "master_waybill|E|4227|9610|MWB1", "open", 3)


@each("case", PLANS)
def test_a_batch_is_sampled_as_the_table_says(case: dict[str, Any]) -> None:
    if case["plans"] == "none":
        with pytest.raises(NoValue):
            plan_sampling(10, case["day"], load())
        return
    for row in case["plans"]:
        size, sample, accept = (int(word.rstrip(":")) for word in row.split())
        planned = plan_sampling(size, case["day"], load())
        assert (planned.sample, str(planned.spot_check)) == (sample, case["spot_check"]), row
        assert planned.at_least == min(size, case["at_least"])
        assert acceptance_number_of(sample, case["day"], load()) == accept, row


@each("case", VERDICTS)
def test_samples_decide_as_the_table_says(case: dict[str, Any]) -> None:
    decision = decide_batch("B1", case["samples"], case["failed"], case["day"], load())
    assert (decision.action, decision.reason.rule) == (case["verdict"], case["code"])
    assert decision.held == tuple(sorted(case["failed"]))
    assert decision.reason.parameter_ids == (load().on("batches.sampling", case["day"]).id,)
    assert all("B1" in words(decision.reason.rule, decision.reason.values, language) for language in ("zh", "en"))


@each("case", JOINING)
def test_a_list_joins_as_the_table_says(case: dict[str, Any]) -> None:
    candidate, batch = LIST._replace(**case.get("list", {})), BATCH._replace(**case.get("batch", {}))
    reasons = check_joining(candidate, batch, case.get("day", SPOT), load())
    assert [reason.rule for reason in reasons] == case["reasons"]
    assert all(words(reason.rule, reason.values, language) for reason in reasons for language in ("zh", "en"))


@each(
    ("way", "change", "label", "key"),
    [
        ("master_waybill", {}, "", "master_waybill|E|4227|9610|MWB1"),
        ("master_waybill", {"bill_no": ""}, "", ""),
        ("arrival", {"arrival_no": "YJ1"}, "", "arrival|E|4227|9610|YJ1"),
        ("arrival", {}, "", ""),
        ("stock_out", {"trade_mode": "1210", "ems_no": "T4227"}, "", "stock_out|E|4227|1210|T4227|2026-06-01"),
        ("stock_out", {"trade_mode": "9610", "ems_no": "T4227"}, "", ""),
        ("stock_out", {"trade_mode": "1210"}, "", ""),
        ("hand", {}, "evening truck", "hand|E|4227|9610|evening truck"),
    ],
)
def test_the_key_of_a_batch(way: str, change: dict[str, str], label: str, key: str) -> None:
    assert opening_key(way, LIST._replace(**change), SPOT, label) == key


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
