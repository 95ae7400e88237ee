"""Returns of exports and their relief, by the cases of tests/specifications/export/returns.toml."""

from __future__ import annotations

from datetime import date, timedelta

from clean_trade import document, file_cases
from hypothesis import given
from hypothesis import strategies as st

from declarations import parameters
from declarations.calendar import months_after
from declarations.export import returning
from declarations.export.relief import ReliefStatements, decide_relief
from declarations.money import scaled_from_text
from schemas.receipt_texts import words
from tests.tables import each

LAW = parameters.load()
CASES = file_cases("export/returns")
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


@each("case", [case for case in CASES if "accepted" in case.values[0]])
def test_whether_exports_come_back_and_what_is_free(case):
    result = _verdict(case)
    assert [reason.rule for reason in result.reasons] == case.get("reasons", [])
    assert result.allowed == (not case.get("reasons"))
    assert [reason.rule for reason in result.grounds] == case.get("grounds", [])
    assert sorted((*result.relieved, *result.taxed)) == sorted(
        {line.gnum for line in _refund(case).lines} if result.last_day else []
    )
    for name in ("relieved", "taxed", "parameter_ids"):
        if name in case:
            assert list(getattr(result, name)) == case[name], name
    for name in ("last_day", "last_free_day"):
        if name in case:
            assert getattr(result, name) == (case[name] or None), name
    for reason in (*result.reasons, *result.grounds):
        assert words(reason.rule, reason.values) != words(reason.rule, reason.values, "en")


def _refund(case):
    return document("export_refund", case.get("refund"), case.get("lines"))


@each("case", [case for case in CASES if "tally" in case.values[0]])
def test_a_tally_counts_the_parcel_of_the_request(case):
    reasons = returning.compare_parcels(document("tally", case["tally"]), document("export_refund"))
    assert [reason.rule for reason in reasons] == ["17409"] * len(case["fields"])
    assert [reason.values["field"] for reason in reasons] == case["fields"]


@each(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 3, 10), 6, date(2026, 9, 10)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_clamp_to_their_end(day, months, expected):
    assert months_after(day, months) == expected


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
