"""The words of an assessment: formulas with their numbers, sources, doubts, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from declarations import parameters
from declarations.confidence import Confidence
from declarations.goods import GoodsRegister
from declarations.law.citations import in_english
from declarations.tax.explanation import explain
from declarations.tax.import_tax import assess
from declarations.tax.phrases import PHRASES
from tests.law.imported import inventory, register
from tests.tables import each

LAW = parameters.load()
DAY = date(2026, 6, 1)


def explained(language, *lines, day=DAY, policy="", **case):
    """With the day of acceptance and the register, as of a list that was accepted."""
    assessed = assess(inventory({"lines": lines, **case}), day, register(), LAW, policy)
    return explain(assessed, language, LAW, day=day, goods=register())


def words(language, *lines, day=DAY, **case):
    return explain(assess(inventory({"lines": lines, **case}), day, register(), LAW), language)


def test_a_whisky_in_chinese():
    assert words("zh", {"goods": "whisky", "value": "350.00", "legal": "0.7"})[:5] == [
        "限值以内：关税按 0% 征收，增值税、消费税按应纳税额的 70% 征收（舍入方法 P1）。",
        "第 1 项 2208300000（消费税或清单备注已核对）：完税价格 = 货值 350.00 + 运费 0.00 + 保费 0.00 = 350.00 元。",
        "  消费税：S = 0.912 × 0.7 升 = 0.6384；(350.00 + 0.00 + 0.6384) ÷ (1 − 20%) × 20% + 0.6384 = 88.2980；"
        "× 70% = 61.81 元。",
        "  增值税 = (350.00 + 0.00 + 88.2980) × 13% = 56.97874；× 70% = 39.89 元。",
        "合计：完税价格 350.00，关税 0.00，消费税 61.81，增值税 39.89，税款 101.70 元。",
    ]


def test_a_cream_in_english():
    assert words("en", {"goods": "cream", "value": "300.00", "model": "30ml"})[2:5] == [
        "  300.00 yuan ÷ (1 × 30 ml or g) = 10.0000 yuan, at or above 10 yuan.",
        "  Consumption tax = (300.00 + 0.00) ÷ (1 − 15%) × 15% = 52.941176; × 70% = 37.06 yuan.",
        "  VAT = (300.00 + 0.00 + 52.941176) × 13% = 45.882353; × 70% = 32.12 yuan.",
    ]


def test_full_tax_shows_the_duty():
    texts = words("en", {"goods": "handbag", "value": "6000.00"})
    assert texts[0].startswith("Above a limit, taxed in full")
    assert "  Duty = 6000.00 × 6% × 100% = 360.00 yuan." in texts


def test_every_dated_value_is_named_with_its_source():
    texts = words("zh", {"goods": "book", "value": "10.00"}, day=date(2017, 1, 1))
    assert ("依据：增值税低税率（粮食、食用油、图书、饲料等） 0.13，自 最初 起，增值税暂行条例（K）。") in texts
    assert any("财关税〔2016〕18号" in text for text in texts)


@each(
    ("language", "message"),
    [
        ("zh", "清单入库日 2026-06-01：适用当日有效的规定。"),
        ("en", "Day of acceptance 2026-06-01: the law of that day applies."),
    ],
)
def test_the_day_of_acceptance_is_reported(language, message):
    assert explained(language, {"goods": "whisky", "value": "350.00", "legal": "0.7"})[1] == message


@each(
    ("language", "goods", "message"),
    [
        ("zh", "handbag", "  法定关税税率 6% 取自商品登记册（{}），该行来源：{}。"),
        ("en", "handbag", "  Statutory duty rate 6% from the goods register ({}), source of the row: {}."),
    ],
)
@each(
    ("confidence", "zh", "en"),
    [
        (Confidence.OWN, "示例", "illustrative"),
        (
            Confidence.CONFIRMED,
            "消费税或清单备注已核对，关税税率除来源注明外为示例",
            "consumption tax or remark confirmed, the duty rate illustrative unless the source names it",
        ),
    ],
)
def test_the_duty_rate_names_its_row_and_how_far_to_trust_it(language, goods, message, confidence, zh, en):
    assessed = assess(inventory({"lines": [{"goods": goods, "value": "90.00"}]}), DAY, register(), LAW)
    row = register().find(assessed.lines[0].gcode, DAY)
    rows = GoodsRegister([replace(row, confidence=confidence)])
    assert message.format(zh if language == "zh" else en, row.source) in explain(
        assessed, language, day=DAY, goods=rows
    )


def test_a_row_that_changed_since_is_not_named():
    assessed = assess(inventory({"lines": [{"goods": "handbag", "value": "90.00"}]}), DAY, register(), LAW)
    row = register().find(assessed.lines[0].gcode, DAY)
    for rows in (GoodsRegister([replace(row, duty_rate=row.duty_rate * 2)]), GoodsRegister([])):
        assert not any("goods register," in text for text in explain(assessed, "en", day=DAY, goods=rows)[2:])


@each("language", ["zh", "en"])
def test_the_rounding_is_a_basis_and_a_sandboxs_own_choice_is_reported(language):
    value, line = LAW.on("import_tax.rounding", DAY), {"goods": "wine", "value": "9.00"}
    source = value.source if language == "zh" else in_english(value.source)
    basis = [text for text in explained(language, line) if source in text]
    assert len(basis) == 1 and basis[0].startswith(("依据：", "Basis: ")) and "P1" in basis[0]
    chosen = explained(language, line, policy="P2")
    assert set(basis) < set(chosen) and "P2" in chosen[-1]
    assert "P2" not in explained(language, line)[-1].replace(basis[0], "")


def test_full_tax_names_every_rule_that_led_to_it():
    texts = words("en", {"goods": "handbag", "value": "6000.00"})
    named = " ".join(text for text in texts if text.startswith("Basis:"))
    for basis in ("Single-transaction limit", "Yearly limit", "How the limits apply", "Share of all taxes due above"):
        assert basis in named


@each(
    ("line", "doubt"),
    [
        ({"goods": "cream", "value": "9.00"}, "cosmetics without a readable net content"),
        ({"goods": "beer", "value": "9.00", "legal_unit": "035"}, "no legal quantity in litres"),
        ({"gcode": "9999999999", "value": "9.00"}, "the goods code is not in the register"),
    ],
    ids=["content", "litres", "code"],
)
def test_what_an_officer_has_to_decide_is_explained(line, doubt):
    assert any(doubt in text for text in words("en", line))


@each("language", ["zh", "en"])
@each("goods", ["nappies", "cream", "beer", "yellow wine", "watch", "camera with compound duty", "wine"])
@each("value", ["10.00", "12000.00"])
def test_every_kind_of_goods_has_words(language, goods, value):
    texts = words(language, {"goods": goods, "value": value, "model": "5片"})
    assert all(text and "{" not in text for text in texts)


def test_both_languages_have_every_phrase():
    assert all(set(phrase) == {"zh", "en"} for phrase in PHRASES.values())


def test_a_language_without_words_is_refused():
    with pytest.raises(LookupError, match="no words in 'fr'"):
        words("fr", {"goods": "wine", "value": "9.00"})
