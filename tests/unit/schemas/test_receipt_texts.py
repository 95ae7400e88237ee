"""Receipts say exactly what was published, in both languages, and every code of the program has its words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.receipt_texts import (
    MAX_RETURN_INFO_LENGTH,
    ORIGINS,
    NoWords,
    return_status,
    text,
    texts,
    words,
)
from tests.tables import each

ROOT = Path(__file__).parents[3]
PUBLISHED = tomllib.loads((ROOT / "tests/specifications/receipt_texts/published.toml").read_text("utf-8"))["case"]
CODE = re.compile(r'"(-?\d{5,6}|1[0-9]{3}|2[36]00)"')


@each("case", PUBLISHED, ids=[case["name"] for case in PUBLISHED])
def test_the_published_words_come_out_to_the_letter(case: dict[str, Any]) -> None:
    assert words(case["rule"], case.get("values", {})) == case["words"]
    assert return_status(case["rule"]) == case["status"]


def test_english_words_keep_the_shape_of_customs() -> None:
    message = words("1332", {"actual_paid": "561.89", "amount_paid": "3197.95"}, "en")
    assert message == (
        "[Code:1332;Desc:the amount paid differs between payment and order],"
        "[OrderHead.acturalPaid:561.89,PaymentHead.amountPaid3197.95]"
    )


def test_a_tail_without_its_values_is_left_out() -> None:
    assert words("1313") == "[Code:1313;Desc:订购人购买超过年度限额,超过个人年度购买额度]"


def test_a_missing_value_is_loud() -> None:
    with pytest.raises(NoWords, match="'guid'"):
        words("2")


def test_an_unknown_code_is_answered_with_the_nearest() -> None:
    with pytest.raises(NoWords, match="'13127'"):
        words("130127")


def test_words_are_cut_to_what_the_element_holds() -> None:
    assert len(words("1300", {"reason": "长" * 2000})) == MAX_RETURN_INFO_LENGTH == 1000


def test_every_row_has_words_in_both_languages_an_origin_and_a_source() -> None:
    for row in texts().values():
        assert row.zh.strip() and row.en.strip() and row.source.strip(), row.code
        assert row.origin in ORIGINS, row.code
        assert row.en.isascii(), row.code
        assert _values(row.zh) == _values(row.en), row.code
        assert not row.tail_en or _values(row.tail) == _values(row.tail_en), row.code


def _values(template: str) -> set[str]:
    return {name.removesuffix("_zh").removesuffix("_en") for name in re.findall(r"{(\w+)", template)}


def test_every_row_with_a_status_goes_with_its_code() -> None:
    for row in texts().values():
        if row.code.startswith("-") and len(row.code) > 4:
            assert row.return_status == row.code
        elif row.code.startswith("15") or row.code.startswith("-"):
            assert row.return_status == "", row.code


def _written_codes() -> Iterator[tuple[str, str]]:
    """Every code that rules, gateways and catalogue write, with its file: numbers of four to six digits in quotes."""
    for package in ("declarations", "gateways"):
        for path in [*sorted((ROOT / package).rglob("*.py")), ROOT / "schemas" / "catalogue.toml"]:
            for code in CODE.findall(path.read_text("utf-8")):
                yield code, path.name


def test_every_code_that_the_program_writes_has_its_words() -> None:
    unknown = {
        (code, file)
        for code, file in _written_codes()
        if code not in texts() and code not in {"1210", "1239", "1261", "000000"} and not code.startswith("20")
    }
    assert unknown == set()
    # the search itself finds what it is for
    assert {"1332", "14201", "-301009"} <= {code for code, _ in _written_codes()}


def test_every_code_of_the_catalogue_has_its_words() -> None:
    catalogue = tomllib.loads((ROOT / "schemas/catalogue.toml").read_text("utf-8"))["message"]
    for entry in catalogue:
        for key in ("invalid", "too_many"):
            assert key not in entry or text(entry[key]).zh
