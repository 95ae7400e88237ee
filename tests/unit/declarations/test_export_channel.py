"""The channel of an export list and what it needs besides, by tests/specifications/export."""

from __future__ import annotations

from datetime import date

from clean_trade import SPECIFICATIONS, document, file_cases
from hypothesis import given
from hypothesis import strategies as st

from declarations import goods, parameters
from declarations.export import channel, requirements
from declarations.export.value import fob
from declarations.money import plain, scale
from schemas.receipt_texts import return_status, words
from tests.tables import each

LAW = parameters.load()
REGISTER = goods.read(SPECIFICATIONS / "goods.csv")
DAY = date(2026, 6, 1)


def _verdict(case):
    return channel.check(
        document("export_inventory", case.get("list"), case.get("lines")),
        case["day"],
        LAW,
        REGISTER,
        warehouse_filed=case.get("warehouse_filed", True),
    )


@each("case", file_cases("export/channel"))
def test_whether_a_list_clears_by_its_channel(case):
    result = _verdict(case)
    assert [reason.rule for reason in result.reasons] == case["reasons"]
    assert [reason.rule for reason in result.review] == case.get("review", [])
    if "parameters" in case:
        assert list(result.reasons[0].parameters) == case["parameters"]
    if "fob" in case:
        assert result.fob.amount == scale(case["fob"])
    assert (result.fob.amount is None) == bool(result.fob.unknown)
    for reason in (*result.reasons, *result.review):
        assert words(reason.rule, reason.values) != words(reason.rule, reason.values, "en")
        assert return_status(reason.rule) == ("300" if reason in result.review else "100")


@each("case", file_cases("export/requirements"))
def test_what_an_export_needs_besides_its_list(case):
    ask = getattr(requirements, case["what"])
    result = ask(case["office"], case["day"], LAW) if "office" in case else ask(case["day"], LAW)
    assert result.applies == case["applies"]
    assert result.parameters or not result.applies


def test_every_reason_of_the_channel_is_reported_by_a_case():
    reasons = {
        rule
        for parameter in file_cases("export/channel")
        for rule in (*parameter.values[0]["reasons"], *parameter.values[0].get("review", []))
    }
    own = {value for name, value in vars(channel).items() if name.isupper() and str(value).startswith("17")}
    assert own and own <= reasons


@each(
    ("mode", "flag", "expected"),
    [
        ("9610", "B", True),
        ("9610", "A", False),
        ("1210", "B", True),
        ("9710", "B", False),
        ("9810", "B", False),
        ("9710", "A", False),
    ],
)
def test_which_lists_join_a_summary_declaration(mode, flag, expected):
    inventory = document("export_inventory", {"trade_mode": mode, "statistics_flag": flag})
    assert channel.summarised(inventory) == expected


fen = st.integers(0, 10_000_00)


@given(st.lists(fen, min_size=1, max_size=6), st.sampled_from(["9710", "9810"]))
def test_the_limit_is_inclusive_and_of_the_whole_list(lines, mode):
    given_lines = [
        {"gnum": number, "total_price": plain(amount * 1000), "currency": "142"}
        for number, amount in enumerate(lines, 1)
    ]
    result = _verdict({"list": {"trade_mode": mode}, "lines": given_lines, "day": DAY})
    assert (channel.ABOVE_VALUE_LIMIT in [reason.rule for reason in result.reasons]) == (sum(lines) > 5_000_00)


@given(fen, fen)
def test_a_list_of_higher_prices_never_has_a_lower_value(first, other):
    less, more = sorted((first, other))
    values = [
        fob(document("export_inventory", None, [{"total_price": plain(first * 1000)}]), DAY, LAW).amount
        for first in (less, more)
    ]
    assert values[0] <= values[1]
