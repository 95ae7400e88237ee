"""Prepared reasons are stored in Chinese and read in the reader's language."""

from __future__ import annotations

from declarations.lifecycle import OFFICER, all_lifecycles
from declarations.refusals import SAMPLE_OUT
from single_window.language import sentences
from single_window.language.prepared_reasons import (
    _by_chinese,
    _load_reasons,
    fitting_first,
    reason_choices,
    reason_in_words,
)
from single_window.store.desks import desks
from tests.tables import each

DECIDES_NOTHING_ABOUT_IT = {"ask", "remind", "withdraw", "revalue", "object", "apply_repair"}
"""Acts that say something without a reason, whose reason is worked out, or in which the company speaks."""
AGAINST = {"reject": "refuse"}
"""Steps of lifecycles that a desk knows by another name."""


@each(
    "stored, english",
    [
        ("申报价格不实", "The declared price is not credible"),
        ("单证不齐; no invoice; no order", "Documents are missing; no invoice; no order"),
        ("too cheap; 单证不齐", "too cheap; 单证不齐"),
        ("", ""),
    ],
)
def test_a_prepared_reason_is_translated_and_what_was_typed_stays(stored: str, english: str) -> None:
    assert reason_in_words(stored).text("en") == english
    assert reason_in_words(stored).text("zh") == stored


def test_why_a_laboratory_holds_a_list_is_told_in_both_languages() -> None:
    told = reason_in_words(f"未执行：{SAMPLE_OUT[0]}")
    assert (told.zh, told.en.casefold()) == SAMPLE_OUT


def test_a_chinese_reason_has_one_translation() -> None:
    reasons = {known.words for acts in _load_reasons().values() for each_act in acts.values() for known in each_act}
    assert len(reasons) == len(_by_chinese())


def test_the_reason_that_fits_the_case_stands_first_and_keeps_its_value() -> None:
    rejecting = [choice for choice in reason_choices("declaration") if choice.act == "reject"]
    assert fitting_first(rejecting, []) == rejecting
    assert fitting_first(rejecting, ["14204"])[0].words.en == "The guarantee does not cover the tax"
    assert fitting_first(rejecting, ["14208.expired"])[0].words.en == "The guarantee does not cover the tax"
    fitting = fitting_first(rejecting, ["17227"])
    assert fitting[0].words.en == "The goods are classified wrongly" and fitting[0].value == "reject.3"
    assert sorted(fitting) == sorted(rejecting)


def test_a_reason_that_is_true_of_few_cases_is_offered_in_these_alone() -> None:
    refusing = [choice for choice in reason_choices("refund_claim") if choice.act == "refuse"]
    all_back = "All the goods of the claim came back"
    assert all_back not in [choice.words.en for choice in fitting_first(refusing, ["20561"])]
    assert fitting_first(refusing, ["20561.all"])[0].words.en == all_back
    assert all_back in [choice.words.en for choice in fitting_first(refusing, [], several=True)]


@each(
    ("code", "first"),
    [
        ("20821", "the papers were seen"),
        ("20822", "the index has come"),
        ("20811", "is missing is proved otherwise"),
    ],
)
def test_no_index_that_never_came_is_said_to_have_come(code: str, first: str) -> None:
    accepting = [choice for choice in reason_choices("filing_case") if choice.act == "accept"]
    assert fitting_first(accepting, [code])[0].words.en.endswith(first)


def test_each_act_of_a_desk_that_needs_a_reason_has_a_prepared_one() -> None:
    prepared = {subject: set(acts) for subject, acts in _load_reasons().items()}
    missing = {
        (subject, step.action)
        for desk in desks().values()
        for subject in desk.subjects
        if subject in all_lifecycles()
        for step in all_lifecycles()[subject].transitions
        if OFFICER in step.by and "reason_given" in step.needs and step.action not in DECIDES_NOTHING_ABOUT_IT
        if {step.action, AGAINST.get(step.action)}.isdisjoint(prepared.get(subject, ()))
    }
    assert missing == set()


def test_codes_that_reasons_fit_have_sentences() -> None:
    fits = {
        code for acts in _load_reasons().values() for known in acts.values() for each in known for code in each.fits
    }
    assert {code for code in fits if not sentences.is_known(code)} == set()
