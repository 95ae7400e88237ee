"""What was asked in Chinese is read in English: prepared questions with their numbers, typed ones as typed."""

from __future__ import annotations

from datetime import date

from declarations.reasons import Reason
from single_window.frame.asking import in_words
from single_window.language import phrases, sentences
from single_window.language.question_words import asked_in_words
from tests.tables import each

DUE = date(2026, 11, 25)
PRICE = Reason(
    "14025", {"gnum": "1", "gname": "橄榄油", "unit": "035", "price": "2.17", "usual": "140", "share": "20%"}
)


def test_every_prepared_question_is_read_in_english() -> None:
    for name in phrases.book()["question"]:
        words = phrases.phrase("question", name)
        blank = "{" in words.zh
        said = in_words([words.zh], DUE, ("explanation",), "decide")
        english = f"{words.en}. Send an explanation. Answer by 2026-11-25; otherwise it is decided on what there is"
        assert blank or asked_in_words(said).en == english, name


def test_the_numbers_of_a_question_stand_in_its_english() -> None:
    asked = sentences.question(PRICE)
    said = in_words([asked.zh, "请看附件"], DUE, ("explanation", "files"), "refuse")
    assert asked_in_words(said).zh == said
    assert asked_in_words(said).en == (
        f"1. {asked.en}; 2. 请看附件. Send an explanation, files. Answer by 2026-11-25; otherwise it is refused"
    )
    assert "2.17 yuan a kg" in asked.en


@each(
    "said, read",
    [
        (
            "催促答复：请说明交易背景。2026-11-25前答复，逾期予以退单",
            "a reminder: Please explain the trade behind it. Answer by",
        ),
        ("此前的询问已撤回，无需答复", "the question is taken back"),
        ("清单以美元计价，请提供折合人民币的依据", "The list is priced in US dollars: please"),
        ("申报价格为1.00。", "申报价格为1.00。"),
    ],
)
def test_reminders_and_ends_are_read_too_and_other_words_are_left(said: str, read: str) -> None:
    assert asked_in_words(said).en.startswith(read)
