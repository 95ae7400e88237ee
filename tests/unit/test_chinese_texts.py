"""Chinese texts hold no raw English tokens: dated values, their explanations, what reasons add, refused decisions."""

from __future__ import annotations

import re
from datetime import date

from declarations.parameters import describe, load
from declarations.reasons import Reason
from declarations.tax.explanation import bases
from schemas.receipt_texts import texts
from single_window.language import words
from tests.tables import each

TOKEN = re.compile(r"[A-Za-z]+_[A-Za-z_]+|\b[a-z]{4,}\b")
"""What is no Chinese: a word of English or a name of the program; codes and abbreviations are shorter, or capitals."""
BILINGUAL = {"registration.negative_list"}
"""Parameters whose values hold the English names of their rows beside the Chinese."""
VALUES = [value for parameter in describe() if parameter.name not in BILINGUAL for value in parameter.values]
OF_TAXES = ("limits.", "consumption.", "vat.", "import_tax.", "positive_list.", "valuation.", "modes.", "collection.")


@each("value", VALUES, ids=lambda value: value.id)
def test_a_dated_value_is_shown_in_chinese(value) -> None:
    shown = words.basis(value.id, load()).spoken.zh
    assert not TOKEN.search(shown), shown


@each("value", [value for value in VALUES if value.name.startswith(OF_TAXES)], ids=lambda value: value.id)
def test_a_dated_value_is_explained_in_chinese(value) -> None:
    if value.since == date.min:
        return  # "as far back as anyone knows" has no day to look it up by
    (shown,) = bases([value.id], "zh", load())
    assert not TOKEN.search(shown), shown


def test_what_a_reason_adds_to_its_words_is_named_in_chinese() -> None:
    reason = words.because(Reason("22001", {"code": "3702W60017", "kind": "platform"}), load())
    assert words.details(reason, "zh") == "代码 3702W60017, 类型 电商平台"
    assert words.details(reason, "en") == "code 3702W60017, kind platform"
    assert reason.details == "code 3702W60017, kind platform", "what programs read stays as it is"


KNOWN = {"appTime", "appType", "appStatus"}


@each("code", sorted(texts()))
def test_the_chinese_words_of_a_code_hold_no_english_sentence(code: str) -> None:
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", texts()[code].zh)
    english = re.findall(r"[a-z]+(?: [a-z]+)+", bare)
    assert not english, texts()[code].zh
