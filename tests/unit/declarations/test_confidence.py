"""One scale of confidence for parameters, goods and rates; rows that were written in words are still read."""

from __future__ import annotations

import json

import pytest

from declarations import goods
from declarations.confidence import Confidence, parse_stored
from declarations.goods import rows as goods_rows
from declarations.refund import rates
from single_window.language import phrases
from single_window.store.goods_rows import read as read_goods
from single_window.store.refund_rate_rows import read as read_rate
from tests.tables import each


@each(
    ("text", "confidence"),
    [("C", "C"), ("C*", "C*"), ("K", "K"), ("I", "I"), ("confirmed", "C"), ("illustrative", "I")],
)
def test_what_a_database_holds_is_read_on_the_scale_of_today(text: str, confidence: str) -> None:
    assert parse_stored(text) == confidence


def test_what_is_on_no_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="sure"):
        parse_stored("sure")


def test_tables_use_the_scale_and_each_step_has_words() -> None:
    assert {goods_row.confidence for goods_row in goods.load()} <= set(Confidence)
    assert {row.confidence for row in rates.load_rates().all_rows()} <= set(Confidence)
    assert "confidence" in goods_rows.COLUMNS and "status" not in goods_rows.COLUMNS
    assert all(phrases.phrase("confidence", step).zh for step in Confidence)


def test_rows_that_an_earlier_version_stored_are_read() -> None:
    fish = {
        **dict.fromkeys(goods_rows.COLUMNS, ""),
        "hs10": "0303130000",
        "duty_rate": "0.05",
        "duty_specific": "0",
        "listed_since": "2020-01-01",
        "listed_until": None,
        "status": "illustrative",
    }
    del fish["confidence"]
    assert read_goods(json.dumps(fish)).confidence is Confidence.OWN
    shirt = ["6109100010", "T恤衫", "011", "0.13", "0.13", "2019-04-01", None, "", "confirmed", "财税"]
    assert read_rate(json.dumps(shirt)).confidence is Confidence.CONFIRMED
