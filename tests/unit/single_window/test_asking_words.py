"""What a declarant reads when he is asked: prepared questions with the numbers of their reasons, and what goes with
them."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.reasons import Reason
from single_window.frame import asking
from single_window.language import phrases, sentences

DUE = date(2026, 11, 25)


def test_one_question_says_what_should_come_back_until_when_and_what_happens_otherwise() -> None:
    said = asking.in_words(["请提供发票"], DUE, ["explanation", "files"], "decide")
    assert said == "请提供发票。须提交书面说明、证明文件，2026-11-25前答复，逾期按现有材料办理"


def test_several_are_numbered_and_nothing_need_come_back() -> None:
    assert asking.in_words(["甲", "乙"], DUE, [], "refuse") == "1. 甲；2. 乙。2026-11-25前答复，逾期予以退单"


def test_a_prepared_question_has_the_numbers_of_the_reason_and_stands_first() -> None:
    reason = Reason("17227", {"gnum": "1", "gcode": "4202000000"})
    first, *others = asking.templates("declaration", [reason, Reason("14204", {})], {})
    assert first.words.zh == "第1项的商品编码4202000000不足十位，请补全商品编码并说明归类依据"
    assert "4202000000" in first.words.en and len(others) >= 3
    assert asking.templates("declaration", [], {}) == tuple(others)


@pytest.mark.parametrize(
    ("code", "asked"),
    [("14024", "Please explain why line 1, cup, is declared at 0.00 yuan."), ("14021", "Please state the net")],
)
def test_what_a_price_of_nothing_or_a_missing_content_wants_explained_is_prepared(code: str, asked: str) -> None:
    reason = Reason(code, {"gnum": "1", "gname": "cup", "gmodel": "gift box", "price": "0.00"})
    words = asking.templates("declaration", [reason], {})[0].words
    assert words.en.startswith(asked) and "{" not in words.zh + words.en


def test_several_cases_are_asked_about_their_prices_without_numbers() -> None:
    (first,) = asking.templates("declaration.many", [], {})
    assert first.words.zh.startswith("请说明申报的成交价格") and "{" not in first.words.en
    assert first not in asking.templates("declaration", [], {})


def test_braces_in_what_an_officer_types_stay_as_they_are() -> None:
    assert asking.in_words(["请说明{due}"], DUE, [], "decide").startswith("请说明{due}。2026-11-25")


@pytest.mark.parametrize("code", [name for name in phrases.book()["question"] if "." not in name])
def test_each_code_with_a_question_brings_cases_to_a_desk(code: str) -> None:
    assert sentences.is_known(code)
    assert not phrases.phrase("question", code).zh.endswith("。")
