"""What holds of every draw of a batch, whatever its lists; how each batch is drawn, the known answers say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.batches import opening, sampling
from declarations.batches.draw import BatchList, draw_samples
from declarations.parameters import load
from schemas.receipt_texts import text


def test_every_code_of_batches_has_words() -> None:
    codes = {
        value
        for module in (sampling, opening)
        for value in vars(module).values()
        if isinstance(value, str) and value.startswith("19") and value.isdigit()
    }
    assert len(codes) == 15 and all(text(code).en for code in codes)


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


def test_a_draw_names_the_law_that_it_follows() -> None:
    assert draw_samples("spring", "B1", [BatchList("C|1")], date(2018, 6, 1), load()).parameter_ids == (
        "batches.sampling@2018-04-20",
        "inspection.rates@2018-05-01",
        "batches.goods@2015-05-13",
    )
