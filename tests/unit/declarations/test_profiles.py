"""Risk profiles: which lists meet a rule, and which share of them is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.money import scaled_of
from declarations.parameters import load
from declarations.parameters.changing import OwnValue, law_with
from declarations.parameters.tables.risk import RiskProfile
from declarations.parameters.tables.shape import in_shape
from declarations.profile_preview import PastList, ProfilePreview
from declarations.profile_rules import BadProfile, make_rule, read_text, write_text
from declarations.profiles import RiskFacts, RiskLine, first_drawn, is_drawn, meets, profiles_on
from declarations.risk import draw_number

BASE = "title=T; lane=inspect; share=0.5"
LIST = RiskFacts(
    "3702960A01|O1",
    "3702960A01",
    "ordinary",
    scaled_of(Decimal("250.00")),
    "4240",
    "9610",
    "I",
    (RiskLine("3304990029", "133"), RiskLine("4202920000", "142")),
)
DAY = date(2026, 11, 20)


def rule(text: str = "") -> RiskProfile:
    return in_shape(make_rule(read_text(f"{BASE}; {text}")), RiskProfile)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("", True),
        ("goods=3304", True),
        ("goods=33*", True),
        ("goods=3305", False),
        ("origins=133", True),
        ("origins=110", False),
        ("goods=3304; origins=133", True),
        ("goods=3304; origins=142", False),  # both of one line
        ("companies=3702960A01 3702960A02", True),
        ("companies=3702960A02", False),
        ("grades=ordinary dishonest", True),
        ("grades=dishonest", False),
        ("offices=4240", True),
        ("offices=4220", False),
        ("modes=9610", True),
        ("modes=1210", False),
        ("flow=I", True),
        ("flow=E", False),
        ("value_from=250", True),
        ("value_from=250.01", False),
        ("value_to=250", True),
        ("value_to=249.99", False),
        ("goods=3304; grades=ordinary; value_from=100; flow=I", True),
        ("goods=3304; grades=ordinary; value_from=300; flow=I", False),
    ],
)
def test_a_list_meets_a_rule_if_it_meets_each_criterion(text: str, met: bool) -> None:
    assert meets(rule(text), LIST) is met


def test_a_company_without_a_grade_counts_as_ordinary() -> None:
    assert meets(rule("grades=ordinary"), LIST._replace(grade=""))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title=T; lane=inspect", "lacks"),
        ("title=T; lane=look; share=0.5", "choice"),
        ("title=T; lane=inspect; share=1.5", "share"),
        ("title=T; lane=inspect; share=0.00001", "share"),
        (f"{BASE}; goods=cosmetics", "code"),
        (f"{BASE}; grades=bad", "code"),
        (f"{BASE}; value_from=x", "value"),
        (f"{BASE}; value_from=300; value_to=200", "range"),
        (f"{BASE}; until=soon", "day"),
        (f"{BASE}; colour=red", "field"),
        (f"{BASE}; share=1", "field"),
        (f"title={'T' * 61}; lane=inspect; share=1", "title"),
        (f"{BASE}; goods={','.join(str(number) for number in range(3304000000, 3304000100))}", "long"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(BadProfile) as refused:
        make_rule(read_text(text))
    assert refused.value.complaint == complaint


def test_a_rule_is_written_as_it_is_read() -> None:
    made = make_rule(read_text(f"{BASE}; goods=3304*,3303; value_from=100; until=2027-02-28"))
    assert make_rule(read_text(write_text(made))) == made


shares = st.integers(0, 10_000).map(lambda number: Decimal(number) / 10_000)


@given(shares, shares, st.text(min_size=1, max_size=20))
def test_a_larger_share_draws_the_same_lists_and_more(one: Decimal, other: Decimal, key: str) -> None:
    small, large = sorted((one, other))
    first = RiskProfile(title="T", lane="inspect", share=small)
    if is_drawn("seed", "P1", first, key):
        assert is_drawn("seed", "P1", RiskProfile(title="T", lane="review", share=large), key)


@given(st.text(max_size=20))
def test_all_are_drawn_of_a_share_of_one_and_none_of_nothing(key: str) -> None:
    for share, drawn in ((1, True), (0, False)):
        assert is_drawn("seed", "P1", RiskProfile(title="T", lane="inspect", share=Decimal(share)), key) is drawn


def test_the_share_that_is_drawn_is_the_share_of_the_rule() -> None:
    drawn = sum(is_drawn("seed", "P1", rule(), f"company|{number}") for number in range(10_000))
    assert 4_850 < drawn < 5_150  # three standard deviations
    others = sum(is_drawn("seed", "P2", rule(), f"company|{number}") for number in range(10_000) if number % 2)
    assert 2_350 < others < 2_650, "profiles draw independently of each other"


def law(*values: tuple[str, date, str]) -> Any:
    own = [OwnValue(f"profiles.{code}", since, make_rule(read_text(text)), "test") for code, since, text in values]
    return law_with(own, load())


def codes(book: Any, day: date) -> Sequence[str]:
    return [profile.code for profile in profiles_on(book, day)]


def test_profiles_are_in_force_from_their_day_until_their_last() -> None:
    book = law(("b", DAY, f"{BASE}; until=2026-11-22"), ("a", date(2026, 11, 21), BASE))
    assert [codes(book, date(2026, 11, day)) for day in (19, 20, 21, 22, 23)] == [
        [],
        ["b"],
        ["a", "b"],
        ["a", "b"],
        ["a"],
    ]


def test_who_inspects_comes_before_who_reviews() -> None:
    book = law(("a", DAY, "title=R; lane=review; share=1"), ("b", DAY, "title=I; lane=inspect; share=1"))
    drawn = first_drawn("seed", profiles_on(book, DAY), LIST)
    assert drawn is not None and (drawn.code, drawn.value_id) == ("b", "profiles.b@2026-11-20")


def past(number: int, hit: bool = False, by_lot: bool = False) -> PastList:
    facts = LIST._replace(key=f"C|{number}", company=f"C{number % 3}", lines=())
    return PastList(f"L{number}", facts, DAY, by_lot, hit, hit or number % 4 == 0, lambda: LIST.lines)


def test_a_preview_draws_past_lists_as_the_lane_would_have() -> None:
    draft, now = rule("goods=3304"), RiskProfile(title="T", lane="inspect", share=Decimal("0.1"))
    preview = ProfilePreview("seed", "P1", draft, now)
    for number in range(1_000):
        preview.count(past(number, hit=number % 10 == 0, by_lot=number % 50 == 0))
    numbers = {number: draw_number("seed", "profiles.P1", f"C|{number}") for number in range(1_000)}
    drawn = {number for number, draw in numbers.items() if draw < 5_000}
    before = {number for number, draw in numbers.items() if draw < 1_000}
    assert (preview.lists, preview.hits, preview.by_lot) == (1_000, 100, 20)
    assert (preview.of_draft.matched, preview.of_draft.drawn) == (1_000, len(drawn))
    assert preview.of_draft.added == len([number for number in drawn if number % 50])
    assert preview.of_draft.hits == len([number for number in drawn if number % 10 == 0])
    looked_at = len([number for number in drawn if number % 10 == 0 or number % 4 == 0])
    assert preview.of_draft.looked_at == looked_at
    assert (preview.of_now.drawn, preview.gained_count, preview.lost_count) == (len(before), len(drawn - before), 0)
    assert preview.gained == [f"L{number}" for number in sorted(drawn - before)][:200]
    assert preview.of_draft.companies == {"C0", "C1", "C2"} and preview.of_draft.by_day[DAY] == preview.of_draft.added
