"""Risk profiles: how rules are written, which one comes first, and what a preview counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from declarations.money import scaled_of
from declarations.parameters import load
from declarations.parameters.changing import OwnValue, law_with
from declarations.parameters.tables.risk import RiskProfile
from declarations.parameters.tables.shape import in_shape
from declarations.profile_preview import PastList, ProfilePreview
from declarations.profile_rules import BadProfile, make_rule, read_text, write_text
from declarations.profiles import RiskFacts, RiskLine, first_drawn, meets, profiles_on
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


def test_the_first_profile_that_draws_a_list_counts_and_one_that_it_only_meets_does_not() -> None:
    rules = {"a": "title=I; lane=inspect; share=0", "b": "title=R; lane=review; share=1"}
    own = [OwnValue(f"profiles.{code}", DAY, make_rule(read_text(text)), "test") for code, text in rules.items()]
    drawn = first_drawn("seed", profiles_on(law_with(own, load()), DAY), LIST)
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
