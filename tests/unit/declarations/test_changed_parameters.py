"""Values of a sandbox's own: only of what is our own choice, within bounds, from a day until the next value begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from declarations.parameters import BadParameter, describe, load
from declarations.parameters.changing import AMOUNT_KEY, BadChange, OwnValue, change_value, law_with
from tests.tables import each

RATES, FAILURE = "inspection.rates", "inspection.quality_failure"
DAY = date(2026, 11, 20)
FILE = """
title = "比例"
title_en = "Share"
unit = "share"
changeable = {bounds}

[[value]]
since = 2020-01-01
amount = {amount}
source = "本系统选择"
ref = ["own"]
confidence = "{confidence}"
"""


def own(day: date, number: str, name: str = FAILURE) -> OwnValue:
    return OwnValue(name, day, Decimal(number), f"own {number}")


def table(day: date, **rates: str) -> OwnValue:
    return OwnValue(RATES, day, change_value(load().parameter(RATES), rates, day), "own")


def test_only_what_is_our_own_choice_may_be_changed() -> None:
    changeable = {parameter.name for parameter in describe() if parameter.changeable}
    assert {RATES, FAILURE, "refund.review_share", "valuation.price_floor"} <= changeable
    assert "limits.annual" not in changeable and "vat.standard" not in changeable
    assert {value.confidence for parameter in describe() if parameter.changeable for value in parameter.values} == {"I"}


@each(
    ("bounds", "amount", "confidence", "complaint"),
    [
        ("{ least = 0, most = 1 }", "0.5", "C", "not our own choice"),
        ("{ least = 0, most = 1 }", "1.5", "I", "not all numbers from least to most"),
        ("{ least = 0 }", "0.5", "I", "most is missing"),
        ("{ least = 0, most = 1, step = 1 }", "0.5", "I", "unknown key 'step'"),
        ("true", "0.5", "I", "changeable must be dict"),
    ],
)
def test_a_file_that_lets_more_be_changed_is_refused(
    tmp_path: Path, bounds: str, amount: str, confidence: str, complaint: str
) -> None:
    folder = tmp_path / f"{bounds}{confidence}{amount}".translate(str.maketrans("{}=, .", "______"))
    folder.mkdir()
    (folder / "share.toml").write_text(FILE.format(bounds=bounds, amount=amount, confidence=confidence), "utf-8")
    with pytest.raises(BadParameter, match=complaint):
        load(folder)


@each(
    ("name", "given", "why"),
    [
        ("limits.annual", {AMOUNT_KEY: "1"}, "not_changeable"),
        (RATES, {"excellent": "0.1"}, "unknown_key"),
        (RATES, {AMOUNT_KEY: "0.1"}, "unknown_key"),
        (FAILURE, {"ordinary": "0.1"}, "unknown_key"),
        (RATES, {"ordinary": "1.01"}, "out_of_bounds"),
        (RATES, {"ordinary": "-0.1"}, "out_of_bounds"),
        (RATES, {"ordinary": "NaN"}, "out_of_bounds"),
        (RATES, {"ordinary": "1e-3"}, "out_of_bounds"),
        (RATES, {"ordinary": "０.５"}, "out_of_bounds"),
        (RATES, {"ordinary": ""}, "out_of_bounds"),
        (RATES, {"ordinary": "0.02"}, "unchanged"),
        (RATES, {}, "unchanged"),
        (FAILURE, {AMOUNT_KEY: "0.03000"}, "unchanged"),
    ],
)
def test_what_a_parameter_cannot_be_given_is_refused(name: str, given: Mapping[str, str], why: str) -> None:
    with pytest.raises(BadChange) as refused:
        change_value(load().parameter(name), given, DAY)
    assert refused.value.complaint == why


def test_a_day_without_a_value_has_none_to_change() -> None:
    with pytest.raises(BadChange, match="no_value"):
        change_value(load().parameter(RATES), {"ordinary": "0.5"}, date(2014, 11, 30))


def test_the_other_numbers_of_a_table_stay() -> None:
    result = change_value(load().parameter(RATES), {"ordinary": "0.5"}, DAY)
    assert result == {**load().on(RATES, DAY).table, "ordinary": Decimal("0.5")}


def test_a_value_of_its_own_holds_from_its_day_on() -> None:
    law = law_with([own(DAY, "0.5")], load())
    assert [law.on(FAILURE, day).amount for day in (date(2026, 11, 19), DAY)] == [Decimal("0.03"), Decimal("0.5")]
    assert (law.on(FAILURE, DAY).source, law.on(FAILURE, DAY).confidence) == ("own 0.5", "I")
    assert load().on(FAILURE, DAY).amount == Decimal("0.03"), "other sandboxes keep theirs"


def test_of_two_for_the_same_day_the_later_decision_holds_whatever_the_order_of_days() -> None:
    law = law_with(
        [own(DAY, "0.5"), own(date(2026, 12, 1), "0.6"), own(date(2026, 11, 25), "0.7"), own(DAY, "0.8")], load()
    )
    days = (DAY, date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 1))
    assert [law.on(FAILURE, day).amount for day in days] == [Decimal(rate) for rate in ("0.8", "0.7", "0.7", "0.6")]


def test_it_ends_where_the_next_value_of_the_package_begins() -> None:
    law = law_with([table(date(2020, 1, 1), ordinary="0.5")], load())
    assert law.on(RATES, date(2021, 10, 31)).table["ordinary"] == Decimal("0.5")
    assert law.on(RATES, date(2021, 11, 1)) == load().on(RATES, date(2021, 11, 1))
    _, first, second, *_ = law.parameter(RATES).values
    assert (first.until, second.until) == (date(2019, 12, 31), date(2021, 10, 31)), "no day belongs to two values"
