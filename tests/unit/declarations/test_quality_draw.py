"""Which closed cases are checked: drawn by a secret, at most so many of a desk, the same for everybody who knows it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from declarations.parameters import load
from declarations.quality import ClosedCase, QualityPlan, draw_checks, is_drawn, plan_of

cases = st.lists(
    st.builds(ClosedCase, st.just("declaration"), st.text(max_size=8), st.integers(1, 9), st.sampled_from("ab")),
    max_size=60,
)
shares = st.integers(0, 10_000).map(lambda number: Decimal(number) / 10_000)
plans = st.builds(QualityPlan, st.text(max_size=8), shares, st.integers(0, 20))


@given(plans, cases)
def test_no_desk_has_more_checks_than_the_cap_and_none_is_taken_that_is_not_drawn(
    plan: QualityPlan, closed: list[ClosedCase]
) -> None:
    counted: Counter[str] = Counter()
    chosen = [case for case, drawn in zip(closed, draw_checks(plan, closed, counted), strict=True) if drawn]
    assert all(is_drawn(plan, case) for case in chosen)
    assert Counter(case.desk for case in chosen) == +counted
    for desk in "ab":
        due = sum(is_drawn(plan, case) for case in closed if case.desk == desk)
        assert counted[desk] == min(due, plan.cap)


@given(plans, cases, st.integers(0, 60))
def test_it_draws_the_same_however_often_it_goes_on(plan: QualityPlan, closed: list[ClosedCase], cut: int) -> None:
    counted: Counter[str] = Counter()
    in_pieces = draw_checks(plan, closed[:cut], counted) + draw_checks(plan, closed[cut:], counted)
    assert in_pieces == draw_checks(plan, closed, Counter())


def test_the_share_holds_and_another_secret_draws_others() -> None:
    closed = [ClosedCase("declaration", f"C|{number}", 3, "review") for number in range(10_000)]
    plan = plan_of("secret", date(2026, 11, 1), load())._replace(cap=10_000)
    drawn = draw_checks(plan, closed, Counter())
    assert plan.share == Decimal("0.05") and 430 < sum(drawn) < 570  # three standard deviations
    assert draw_checks(plan._replace(secret="other"), closed, Counter()) != drawn
