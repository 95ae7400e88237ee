"""Words that stand beside numbers and codes on officers' pages: titles of reasons, differences, names, shares, acts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from declarations.profile_rules import BadProfile, make_rule
from schemas import receipt_texts
from single_window.cases.declarations.parts import ComparedValue
from single_window.cases.profiles.rule_words import FIELD, fields_of, text_of_form, ticks, typed_fields
from single_window.console.log import role_words
from single_window.frame.deciding import reason_needed
from single_window.frame.decision_kinds import Act
from single_window.language import codes_in_words
from single_window.language.acts import act_words
from single_window.language.phrases import Basis, content
from single_window.language.reason_titles import title
from single_window.language.words import Words
from tests.tables import each

PAIRS = ("[]", "()", "（）")


def test_a_title_has_whole_words_and_whole_brackets() -> None:
    torn = [
        (rule, text)
        for rule in receipt_texts.texts()
        for text in (title(rule).zh, title(rule).en)
        if not text or text[-1] in ",，:：" or "{" in text or any(text.count(a) != text.count(b) for a, b in PAIRS)
    ]
    assert torn == []


@each(
    ("rule", "zh", "en"),
    [
        ("21351", "企业类型…不适用绿色通道", "kind … has no green channel"),
        ("14204", "税款担保额度不足", "the guarantee does not cover the tax"),
        ("20561", "申报后有退运", "goods came back after the claim"),
        ("-301002", "订单商品序号重复", "order repeats line number …"),
        ("14016", "14016", "14016"),
    ],
)
def test_titles_say_what_all_cases_of_a_reason_share(rule: str, zh: str, en: str) -> None:
    assert title(rule) == Words(zh, en)


@each(
    ("name", "texts", "en"),
    [
        ("freight", ("11.00 142", "10.00 142", ""), "1.00 too much"),
        ("freight", ("10.00 142", "11.00 142"), "1.00 too little"),
        ("tax", ("0.76", "1.09", "", ""), "0.33 too much"),
        ("tax", ("1.09", "0.76", "", ""), "0.33 too little"),
        ("amount", ("", "1.09", "", "1.00"), "0.09 too much"),
        ("freight", ("10.00 142", "10.00 502"), ""),
        ("pack", ("1", "2"), ""),
        ("buyer", ("田平", "田一"), ""),
    ],
)
def test_a_difference_of_amounts_is_told_in_words(name: str, texts: tuple[str, ...], en: str) -> None:
    assert ComparedValue(name, Words("", ""), texts, True).gap.en == en
    assert not ComparedValue(name, Words("", ""), texts, False).gap.en


@each(
    ("code", "zh", "en"),
    [("JPN", "日本", "Japan"), ("116", "日本", "Japan"), ("AUS", "澳大利亚", "Australia"), ("QQQ", "QQQ", "QQQ")],
)
def test_a_country_is_named_by_its_number_and_by_the_letters_of_banks(code: str, zh: str, en: str) -> None:
    assert codes_in_words.country(code) == Words(zh, en)


def test_offices_are_named_in_both_languages() -> None:
    assert codes_in_words.name_of("customsCode", "4227") == Words("青岛大港", "Qingdao Dagang port")
    assert codes_in_words.name_of("customsCode", "5301").en == "Huanggang Customs"
    assert codes_in_words.name_of("gname", "4227") == Words("", "")


@each(
    ("typed", "kept", "shown"),
    [
        ("20 %", "0.2", "20 %"),
        ("20%", "0.2", "20 %"),
        ("0.2", "0.2", "20 %"),
        ("2.5％", "0.025", "2.5 %"),
        ("100 %", "1", "100 %"),
    ],
)
def test_a_share_is_typed_as_a_percentage_or_as_a_number(typed: str, kept: str, shown: str) -> None:
    rule = make_rule({"title": "t", "lane": "inspect", "share": typed})
    assert (rule["share"], fields_of(rule, "en")["share"]) == (kept, shown)


@pytest.mark.parametrize("typed", ["20", "120 %", "2,5 %", "% 20", "0.00001", "1.234 %"])
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(BadProfile, match="share"):
        make_rule({"title": "t", "lane": "inspect", "share": typed})


def test_acts_and_roles_are_named_for_what_they_are() -> None:
    assert act_words("pay", "tax_bill") == Words("缴纳税款", "pay the tax bill")
    assert act_words("recover", "tax_bill").zh == "追缴"
    assert (role_words("operator").zh, role_words("reviewer").en) == ("操作员", "reviewer")
    needed = reason_needed(Act("send_back", Words("退运", "send back"))).words
    assert "“退运”须填写原因" in needed.zh and "send back needs a reason" in needed.en and "send_back" not in needed.en


@each(
    ("value", "zh", "en"),
    [
        (
            {"kinds": ["platform", "merchant"], "clean_months": 12},
            "类型 电商平台 / 电商企业, 无违规月数 12",
            "kinds platform / merchant, months without an offence 12",
        ),
        ({"HKG": Decimal(800), "other": Decimal(1000)}, "香港 800, 其他 1000", "Hong Kong 800, other 1000"),
        ([[15, 2, 0], [50, 3, 0]], "15 / 2 / 0; 50 / 3 / 0", "15 / 2 / 0; 50 / 3 / 0"),
    ],
)
def test_the_parts_of_a_dated_value_are_words_that_stand_apart(value: object, zh: str, en: str) -> None:
    nothing = Words("", "")
    shown = Basis("registration.test@2026-01-01", nothing, content(value), "", "", "").content_words
    assert (shown.zh, shown.en) == (zh, en)


def test_an_exchange_report_is_registered() -> None:
    assert act_words("book", "forex_report") == Words("登记", "register")


def test_all_boxes_that_are_ticked_are_in_the_rule() -> None:
    form = MultiDict([(f"{FIELD}grades", "certified"), (f"{FIELD}grades", "ordinary"), (f"{FIELD}title", "cups")])
    assert text_of_form(form) == "title=cups; grades=certified ordinary"
    assert typed_fields(form)["grades"].split() == ["certified", "ordinary"] and typed_fields({})["grades"] == ""
    offered = ticks()
    assert [code for code, _ in offered["grades"]][:2] == ["advanced", "certified"]
    assert all(code not in words.en for code, words in offered["grades"] if "_" in code), "words, no codes"
    assert ("9610", "9610 Direct purchase (retail import and export)") in [
        (code, words.en) for code, words in offered["modes"]
    ]


def test_methods_of_valuation_have_english_names_where_their_content_is_what_receipts_say() -> None:
    text = "identical 相同货物成交价格估价方法, computed 计算价格估价方法"
    shown = Basis("valuation.methods@2016-04-08", Words("", ""), text, "", "", "").content_words
    assert shown.en == "transaction value of identical goods, computed value"
    assert "相同货物成交价格估价方法" in shown.zh
