"""Chinese texts hold no raw English tokens: dated values, their explanations, what reasons add, refused decisions."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

from declarations.lifecycle import Lifecycle, NotAllowed, all_lifecycles
from declarations.parameters import describe, load
from declarations.reasons import Reason
from declarations.refusals import refusal_of_action
from declarations.tax.explanation import explain_values
from schemas.receipt_texts import texts
from single_window.language import phrases
from tests.tables import each

TOKEN = re.compile(r"[A-Za-z]+_[A-Za-z_]+|\b[a-z]{4,}\b")
"""What is no Chinese: a word of English or a name of the program; codes and abbreviations are shorter, or capitals."""
BILINGUAL = {"registration.negative_list"}
"""Parameters whose values hold the English names of their rows beside the Chinese."""
VALUES = [value for parameter in describe() if parameter.name not in BILINGUAL for value in parameter.values]
OF_TAXES = ("limits.", "consumption.", "vat.", "import_tax.", "positive_list.", "valuation.", "modes.", "collection.")


@each("value", VALUES, ids=lambda value: value.id)
def test_a_dated_value_is_shown_in_chinese(value) -> None:
    shown = phrases.basis(value.id, load()).content_words.zh
    assert not TOKEN.search(shown), shown


@each("value", [value for value in VALUES if value.name.startswith(OF_TAXES)], ids=lambda value: value.id)
def test_a_dated_value_is_explained_in_chinese(value) -> None:
    if value.since == date.min:
        return  # "as far back as anyone knows" has no day to look it up by
    (shown,) = explain_values([value.id], "zh", load())
    assert not TOKEN.search(shown), shown


def test_what_a_reason_adds_to_its_words_is_named_in_chinese() -> None:
    reason = phrases.because(Reason("22001", {"code": "3702W60017", "kind": "platform"}), load())
    assert phrases.details(reason, "zh") == "代码 3702W60017, 类型 电商平台"
    assert phrases.details(reason, "en") == "code 3702W60017, kind platform"
    assert reason.details == "code 3702W60017, kind platform", "what programs read stays as it is"


NAMES_OF_THE_PROGRAM = {"state", "group", "missing", "parameter", "grade"}
"""Values that are words of the program or English sentences; Chinese texts have others beside them (`state_zh`)."""
TRANSLATED_WHEN_READ = {"16004": {"state"}, "17304": {"missing"}, "21330": {"grade"}}
"""The state of any lifecycle, which pages and commands put into words; numbers of parts; what an officer typed."""


def test_chinese_texts_fill_in_no_names_of_the_program() -> None:
    raw = {
        code: found
        for code, text in texts().items()
        if (
            found := NAMES_OF_THE_PROGRAM.intersection(re.findall(r"\{(\w+)\}", text.zh + text.tail))
            - TRANSLATED_WHEN_READ.get(code, set())
        )
    }
    assert raw == {}


def test_a_reason_that_was_stored_without_chinese_words_still_has_a_text() -> None:
    stored = Reason("21340", {"grade": "advanced", "since": "2026-11-24"})
    assert phrases.of_reason(stored).zh == "信用等级自2026-11-24起为[advanced]"


KNOWN = {"appTime", "appType", "appStatus"}


@each("code", sorted(texts()))
def test_the_chinese_words_of_a_code_hold_no_english_sentence(code: str) -> None:
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", texts()[code].zh)
    english = re.findall(r"[a-z]+(?: [a-z]+)+", bare)
    assert not english, texts()[code].zh


LIVES = [(name, life) for name, life in all_lifecycles().items()]


@each("name, life", LIVES, ids=lambda row: str(row)[:40])
def test_an_act_that_no_state_allows_is_refused_in_chinese(name: str, life: Lifecycle) -> None:
    for state in life.states:
        for step in life.transitions:
            error = NotAllowed(state, step.action, tuple(other.action for other in life.transitions))
            shown = phrases.of_reason(refusal_of_action(error, name))
            assert not TOKEN.search(shown.zh), shown.zh
            assert str(error) in shown.en


def test_a_decision_about_what_has_changed_is_refused_in_chinese() -> None:
    shown = phrases.of_reason(Reason("16004", {"action": "reject", "state": "suspended"}))
    assert shown.zh == "退单未执行：情况已变（现为挂起）"
    assert shown.en.startswith("reject was not carried out")


ENGLISH_SENTENCE = re.compile(r"[a-z]+(?: [a-z]+){2,}")


def test_no_gateway_writes_an_english_sentence_into_a_reason() -> None:
    """Words of reasons stand in receipt_texts.csv, those of a refused act in `declarations.refusals`."""
    found = []
    for path in sorted((Path(__file__).parents[2] / "gateways").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
                texts_in = [leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant)]
                found += [(path.name, text) for text in texts_in if ENGLISH_SENTENCE.search(str(text))]
    assert found == []


def test_of_a_long_table_only_the_rows_that_a_reason_is_about_are_its_basis() -> None:
    identities = ("valuation.usual_prices@2016-04-08", "valuation.query_share@2016-04-08")
    prices = load().value(identities[0]).content
    goods, *others = prices
    reason = Reason("14025", {"gnum": "1", "gcode": goods, "price": "1"}, identities)
    table, share = (basis.content_words.en for basis in phrases.because(reason, load()).bases)
    assert goods in table and share and not any(other in table for other in others)
    assert all(other in phrases.basis(identities[0], load()).content_words.en for other in prices)
