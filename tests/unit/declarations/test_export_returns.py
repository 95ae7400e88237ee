"""Returns of exports on any day: what the cases of tests/law/tables/export/returns.toml do not say."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from declarations import parameters
from declarations.calendar import months_after
from declarations.export import returning
from declarations.export.relief import ReliefStatements, decide_relief
from declarations.money import scaled_from_text
from tests.law.clean_documents import document

LAW = parameters.load()
days = st.dates(date(2020, 3, 27), date(2030, 1, 1))


def _verdict(case):
    lines = case.get("lines")
    return returning.check(
        document("export_refund", case.get("refund"), lines),
        document(
            "export_inventory", {"trade_mode": case.get("mode", "9610"), **case.get("list", {})}, case.get("list_lines")
        ),
        returning.Departure(case["released"], case.get("left_zone")),
        {int(gnum): scaled_from_text(qty) for gnum, qty in case.get("already", {}).items()},
        case["accepted"],
        LAW,
        ReliefStatements(case.get("original_state", True), case.get("refund_settled", True)),
    )


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_never_skip_one(day, months):
    result = months_after(day, months)
    assert (result.year * 12 + result.month) - (day.year * 12 + day.month) == months
    assert result.day == day.day or (result + timedelta(days=1)).day == 1


@given(days, days, days, st.sampled_from(["9610", "1210", "9710", "9810"]))
def test_who_returns_sooner_is_never_worse_off(released, first, second, mode):
    """Within one announcement and one regime of districts: at the export's own office."""
    sooner, later = sorted((max(first, released), max(second, released)))
    case = {"released": released, "mode": mode, "refund": {"trade_mode": ""}}
    entry, other = (_verdict({**case, "accepted": day}) for day in (sooner, later))
    assert entry.allowed or not other.allowed
    assert set(other.relieved) <= set(entry.relieved)


@given(days, st.integers(0, 1000))
def test_free_is_always_within_the_year(released, after):
    accepted = released + timedelta(days=after)
    if decide_relief("9610", released, accepted, LAW).granted:
        assert _verdict({"released": released, "accepted": accepted, "refund": {"trade_mode": ""}}).allowed
