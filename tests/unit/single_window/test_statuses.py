"""Words of return statuses: one place for all surfaces, both languages, whatever a receipt is about."""

from __future__ import annotations

import re

from schemas import catalogue
from single_window.language import phrases
from single_window.language.statuses import FAILED, about, occurring, return_status, told_of, tone_of
from single_window.language.words import Words
from tests.tables import each

HAN = re.compile("[\u4e00-\u9fff]")


@each(("kind", "status"), list(occurring()))
def test_every_status_that_may_occur_has_words_in_both_languages(kind: str, status: str) -> None:
    text = return_status(status, kind)
    assert HAN.search(text.zh) and text.en and not HAN.search(text.en)


def test_every_type_of_receipt_is_about_a_kind_whose_statuses_are_known() -> None:
    kinds = {kind for kind, _ in occurring()}
    assert {about(entry.code) for entry in catalogue.entries() if entry.receipt} <= kinds
    assert (about("900"), about("816"), about("818"), about("622")) == ("message", "tax_bill", "tax_bill", "inventory")


@each(
    ("kind", "status", "zh", "en", "tone"),
    [
        ("tax_bill", "1", "已生成", "made", "good"),
        ("tax_bill", "2", "已汇总", "summarised", "waiting"),
        ("tax_bill", "3", "作废", "void", "plain"),
        ("inventory", "1", "电子口岸已暂存", "staged at the e-port", "waiting"),
        ("refund_claim", "2", "电子口岸申报中", "being declared at the e-port", "waiting"),
        ("message", "-0002", FAILED.zh, FAILED.en, "bad"),
        ("order", "-301008", FAILED.zh, FAILED.en, "bad"),
    ],
)
def test_a_number_means_what_it_means_in_its_receipt(kind: str, status: str, zh: str, en: str, tone: str) -> None:
    assert return_status(status, kind) == Words(zh, en)
    assert phrases.tone(tone_of(status, kind)) == tone


def test_the_status_of_an_act_is_named_by_the_state_that_it_leads_to() -> None:
    assert "/" in return_status("600", "recall").en, "a notice with this status is about one of several states"
    assert told_of("600", "recall", "running") == phrases.state("running", "recall")
    assert told_of("100", "inventory", "rejected") == return_status("100", "inventory"), (
        "a document has one name for it"
    )
