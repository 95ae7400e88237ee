"""Why a case waits is told in a sentence with its numbers, for every code that can bring one to a desk."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import declarations.forex
from declarations import lifecycle
from declarations.batches import sampling
from declarations.parameters import load
from declarations.reasons import Reason
from declarations.registration import green_channel
from declarations.tax import price_query
from gateways.agency import agencies
from gateways.customs import payment_answers
from gateways.refund import review
from gateways.tax import assessment
from schemas import receipt_texts
from single_window.language import law_lines, phrases, sentences
from single_window.language.words import Words
from single_window.store.desks import desks

OIL = {
    "gnum": "1",
    "gcode": "1509200000",
    "gname": "特级初榨橄榄油",
    "gmodel": "500ml/瓶",
    "price": "2.17391",
    "usual": "140.00",
    "unit": "035",
    "share": "20%",
}
READINGS = Path(__file__).parents[3]
LISTS = {
    "14206": "a failed sample",
    "16002": "what an officer wrote about a batch",
    "19007": "its batch is inspected",
    "19901.review": "a test trigger",
    "19901.inspect": "a test trigger",
    "17413": "a return that is free of taxes",
    "17414": "a return that is taxed",
}
"""Codes that gateways give a case at a desk by a literal."""
OF_QUESTIONS = {"16010", "16011"}
"""Codes of notices by which the company of a case is asked: the case keeps the reasons for which it waits."""
ACCEPTED = "120"
"""The status of a request that is only taken in: its case is told by its kind."""
NOT_STORED = {"gname", "gmodel", "value", "unit", "a_unit", "missing", "limit", "direction", "profile", "rate"}
"""Blanks that no published text has: values that are stored beside it, or follow from others."""


def of_reviews() -> Iterator[str]:
    """Codes that are answered with 300, in review."""
    yield from (code for code, text in receipt_texts.texts().items() if text.return_status == "300")


def of_steps() -> Iterator[str]:
    """Codes of the steps into a state of a desk."""
    lives = {subject: name for agency in agencies().values() for subject, name in agency.subjects.items()}
    for desk in desks().values():
        for subject, states in desk.subjects.items():
            name = lifecycle.LIFECYCLE_OF.get(lives.get(subject, ""), subject)
            for step in lifecycle.all_lifecycles()[name].transitions if name in lifecycle.all_lifecycles() else ():
                if step.to in states and step.return_status != ACCEPTED:
                    yield from filter(None, (step.words, step.reasoned))


def of_exchange() -> Iterator[str]:
    """Codes of findings about a report of foreign exchange that a person reads: doubts and remarks."""
    for file in Path(declarations.forex.__file__).parent.glob("*.py"):
        module = import_module(f"declarations.forex.{file.stem}")
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"demand_review", "add_remark"}:
                name = call.args[0]
                assert isinstance(name, ast.Name)
                yield getattr(module, name.id)
    yield "21030"


def of_constants() -> Iterator[str]:
    """Codes that gateways give by name."""
    yield from (price_query.BELOW_FLOOR, price_query.FAR_BELOW_USUAL)
    yield from (review.DRAWN, review.CAME_BACK, review.UNPROVED)
    yield from (sampling.ALL_PASSED, sampling.NO_SAMPLE, sampling.ACCEPTED, sampling.TOO_MANY)
    yield from (assessment.NO_GUARANTOR, assessment.OVERDUE, *assessment.FAILED.values())
    yield from (payment_answers.NOT_RIGHT, payment_answers.SILENT)
    yield from (value for value in vars(green_channel).values() if isinstance(value, str) and value.isdigit())


def codes() -> list[str]:
    """Every code that can bring a case to a desk."""
    return sorted({*LISTS, *of_reviews(), *of_steps(), *of_exchange(), *of_constants()} - OF_QUESTIONS)


@pytest.mark.parametrize("code", codes())
def test_each_code_that_brings_a_case_to_a_desk_has_a_sentence_and_a_short_form(code: str) -> None:
    assert sentences.is_known(code), f"{code} needs a row in [why] and in [why_short] of its agency's words.toml"


def test_codes_are_found_in_each_way() -> None:
    for found in (of_reviews, of_steps, of_exchange, of_constants):
        assert len(set(found())) > 4, found.__name__
    assert {"14025", "14204", "14500", "14500.reason", "20561", "21060", "21351", "17227"} <= set(codes())


def texts() -> list[tuple[str, str, Words]]:
    """Every sentence and short form: (section, code, text)."""
    return [
        (section, code, phrases.phrase(section, code))
        for section in ("why", "why_short", "why_case", "question")
        for code in phrases.book()[section]
    ]


@pytest.mark.parametrize(("section", "code", "text"), texts())
def test_a_sentence_has_only_blanks_that_its_reason_can_fill(section: str, code: str, text: Words) -> None:
    for language in ("zh", "en"):
        whole = text.text(language)
        needed = set(re.findall(r"{(\w+)}", re.sub(r"\[[^\]]*\]", "", whole)))
        if section != "why_case" and code in receipt_texts.texts():
            row = receipt_texts.text(code)
            known = set(re.findall(r"{(\w+)[:}]", f"{row.zh}{row.tail}{row.en}{row.tail_en}"))
            known |= {name.rpartition("_")[0] for name in known if name.endswith(("_zh", "_en"))} | {
                f"a_{one}" for one in known
            }
            assert needed <= known | NOT_STORED, (code, language, needed - known)
        plain = re.sub(r"{\w+}", "", whole)
        assert not re.search(r"[a-z][A-Z]|\w_\w|Code:", plain), f"{code} says an element or a name of the program"
        assert not re.search(r"[\u4e00-\u9fff]", plain) if language == "en" else re.search(r"[\u4e00-\u9fff]", plain)


@pytest.mark.parametrize(
    ("language", "whole", "short"),
    [
        (
            "en",
            "Line 1, 特级初榨橄榄油, is declared at 2.17 yuan a kg. Usual is 140.00; below 28.00, a fifth of it, an "
            "officer asks.",
            "2.17 yuan a kg; usual is 140.00, asked below 28.00.",
        ),
        (
            "zh",
            "第1项“特级初榨橄榄油”申报每千克2.17元。同类商品通常140.00元；低于其五分之一即28.00元时转关员核价。",
            "每千克2.17元；通常140.00元，低于28.00元核价。",
        ),
    ],
)
def test_a_price_query_says_what_is_declared_what_is_usual_and_where_the_limit_lies(
    language: str, whole: str, short: str
) -> None:
    reason = Reason("14025", OIL)
    assert sentences.sentence(reason).text(language) == whole
    assert sentences.short(reason).text(language) == short


def test_what_is_known_of_the_case_is_told_too() -> None:
    facts = {"line_price": "1.00", "line_unit": "142", "line_weight": "0.46", "tax": "0.76", "tax_at_usual": "4.75"}
    told = sentences.sentence(Reason("14025", OIL), facts).en
    assert "2.17 yuan a kg (1.00 for a bottle of 0.46 kg)." in told
    assert told.endswith("At the usual price the tax would be 4.75, not 0.76.")


@pytest.mark.parametrize(
    ("usual", "whole", "short"),
    [
        (
            {"usual": "46.00", "unit": "035"},
            "Line 1, 特级初榨橄榄油, is declared at 0.00 yuan; below 0.01 an officer asks. Usual is 46.00 a kg. "
            "At the usual price the tax would be 9.41, not 1.82.",
            "0.00 yuan; usual is 46.00 a kg; asked below 0.01.",
        ),
        (
            {},
            "Line 1, 特级初榨橄榄油, is declared at 0.00 yuan; below 0.01 an officer asks.",
            "0.00 yuan; asked below 0.01.",
        ),
    ],
)
def test_a_price_of_nothing_says_what_is_usual_where_that_is_known(
    usual: dict[str, str], whole: str, short: str
) -> None:
    reason = Reason("14024", {"gnum": "1", "gname": "特级初榨橄榄油", "price": "0.00", "floor": "0.01", **usual})
    taxes = {"tax": "1.82", "tax_at_usual": "9.41"} if usual else {}
    assert (sentences.sentence(reason, taxes).en, sentences.short(reason).en) == (whole, short)


def test_a_guarantee_says_how_much_it_lacks() -> None:
    reason = Reason("14204", {"tax": "1153.29", "available": "0.01", "assure_code": "37029828PR"})
    assert sentences.sentence(reason).en.endswith("has 0.01 left, 1,153.28 too little.")


def test_a_value_that_looks_like_a_blank_is_left_as_it_is() -> None:
    named = {**OIL, "gname": "{price}[{usual}]"}
    assert "{price}[{usual}]" in sentences.sentence(Reason("14025", named)).zh


def test_a_short_form_fits_a_row_whatever_was_typed() -> None:
    short = sentences.short(Reason("16002", {"reason": "理由" * 200}))
    assert {len(short.zh), len(short.en)} == {sentences.MAX_SHORT}


def test_a_reason_without_a_sentence_or_a_value_is_told_as_its_receipt_tells_it() -> None:
    assert (
        sentences.sentence(Reason("14103", {})).en
        == "the buyer's identity number differs between list and order (14103)"
    )
    assert "14025" in sentences.sentence(Reason("14025", {"gnum": "1"})).en


def test_the_law_beside_a_price_query_is_the_one_price_that_fired_and_says_that_it_is_unproved() -> None:
    usual = "valuation.usual_prices@2016-04-08"
    line = law_lines.law_line(phrases.basis(usual, load(), OIL.values()))
    assert "1509200000: 140" in line.words.en and "0409000000" not in line.words.en
    assert line.words.en.endswith("since 2016-04-08, the simulator's own value, unproved")
    assert line.words.zh.endswith("自2016-04-08起，模拟器取值，未经证实")


@pytest.mark.parametrize(("code", "where"), [("14021", "docs/law/readings.md#reading-14"), ("14025", ""), ("0", "")])
def test_a_rule_that_rests_on_a_reading_says_which(code: str, where: str) -> None:
    assert sentences.why(Reason(code, OIL), load()).reading == where
    anchor = where.partition("#")[2]
    assert not anchor or f'<a id="{anchor}">' in (READINGS / where.partition("#")[0]).read_text("utf-8")


def test_a_whole_table_is_told_apart_from_the_value_that_applied() -> None:
    rates, usual = "inspection.rates@2026-04-01", "valuation.usual_prices@2016-04-08"
    assert law_lines.law_line(phrases.basis(rates, load())).is_table
    assert not law_lines.law_line(phrases.basis(usual, load(), OIL.values())).is_table


def test_a_confirmed_value_is_not_called_unproved() -> None:
    line = law_lines.law_line(phrases.basis("collection.guarantee@2019-01-01", load()))
    assert line.words.en.endswith("since 2019-01-01")


@pytest.mark.parametrize(
    ("kind", "state", "facts", "told"),
    [
        ("cancellation", "accepted", {"reason": "误报"}, "The company asks to cancel this list; it says: 误报."),
        ("cancellation", "accepted", {}, "The company asks to cancel this list."),
        ("inventory", "under_inspection", {}, "The goods are to be inspected."),
        ("inventory", "proposed", {}, "An officer has proposed an act; a second person agrees or declines."),
    ],
)
def test_a_case_without_a_reason_of_its_own_is_told_by_its_kind(
    kind: str, state: str, facts: dict[str, str], told: str
) -> None:
    assert sentences.of_case(kind, state, facts).en == told


def test_states_of_a_licence_stand_in_words() -> None:
    contradicted = Reason("26107", {"credit_code": "9137", "day": "2026-11-20", "states": "1 / 2"})
    assert (
        sentences.sentence(contradicted).en
        == "About the licence of 9137 on 2026-11-20 the register said first open, then revoked."
    )
    assert sentences.short(contradicted).zh == "登记机关先答存续，又答吊销。"
    corrected = Reason("26109", {"credit_code": "9137", "day": "2026-11-20", "answered": "1", "licence_state": "–"})
    assert sentences.short(corrected).en == "Licence corrected: open is now –."


def test_no_letter_of_confidence_stands_in_words() -> None:
    lettered = re.compile(r"·[CIK]\b|置信度|confidence [CIK]\b|[(（][CIK][)）]")
    said = {
        (section, name): words
        for section, entries in phrases.book().items()
        if isinstance(entries, dict)
        for name, words in entries.items()
        if isinstance(words, dict) and lettered.search(" ".join(map(str, words.values())))
    }
    assert said == {}


def test_an_event_of_stock_abroad_stands_in_words() -> None:
    twice = Reason("27111", {"sku": "A", "event": "S", "qty": "10.00", "ref": "O1"})
    assert sentences.short(twice).en == "Told twice: sold 10.00 (O1)."
