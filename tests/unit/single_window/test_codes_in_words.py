"""Units, currencies and elements by their names; numbers of a sentence in bold; cells of a comparison without codes."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask

from schemas import catalogue
from single_window.frame.pages import speech
from single_window.language import codes_in_words, for_people
from single_window.language.words import Words
from tests.tables import each

ENGLISH = {"consignee", "currency", "freight", "unit"}
"""Elements whose names are the words for them."""


@pytest.fixture
def request_of_a_page() -> Iterator[None]:
    """A request for a page in English."""
    with Flask("pages").test_request_context("/?lang=en"):
        yield


@each(
    ("name", "text", "zh", "en"),
    [
        ("unit", "035", "千克", "kg"),
        ("unit1", "142", "瓶", "bottle"),
        ("unit", "999", "999", "999"),
        ("currency", "142", "人民币元", "yuan"),
        ("currency", "502", "美元", "US dollar"),
        ("currency", "USD", "美元", "US dollars"),
        ("country", "142", "142 中国", "142 China"),
        ("gname", "035", "035", "035"),
        ("gmodel", "针织|女式|S码", "针织 · 女式 · S码", "针织 · 女式 · S码"),
    ],
)
def test_units_and_currencies_stand_by_their_names_alone(name: str, text: str, zh: str, en: str) -> None:
    assert (codes_in_words.value(name, text, "zh"), codes_in_words.value(name, text, "en")) == (zh, en)


@each(
    ("name", "zh", "en"),
    [
        ("invtNo", "清单编号", "list number"),
        ("customsCode", "申报海关", "customs office"),
        ("ebcCode", "电商企业", "merchant"),
        ("InventoryHead.orderNo", "进口清单订单编号", "order number of the Import list"),
        ("noSuchElement", "noSuchElement", "noSuchElement"),
    ],
)
def test_an_element_is_named_as_an_officer_reads_it(name: str, zh: str, en: str) -> None:
    assert for_people.element(name) == Words(zh, en)


def test_every_element_of_every_document_has_words_in_both_languages() -> None:
    parts = [
        part
        for entry in catalogue.entries()
        for edition in entry.editions
        for part in catalogue.names(entry.code, edition)
    ]
    names = {name for part in parts for name in part}
    unworded = {name for name in names if name in {(words := for_people.element(name)).zh, words.en} or not words.zh}
    assert len(names) > 100 and unworded <= ENGLISH, unworded


@each(
    ("text", "shown"),
    [
        ("2.17 yuan a kg; usual is 1,140.00.", "<b>2.17</b> yuan a kg; usual is <b>1,140.00</b>."),
        ("valid until 2026-11-30", "valid until 2026-11-30"),
        ("37029828PR has 5% <left>", "37029828PR has <b>5%</b> &lt;left&gt;"),
        ("O'Neill's 3", "O&#39;Neill&#39;s <b>3</b>"),
    ],
)
def test_the_numbers_of_a_sentence_are_bold_and_nothing_else_is_markup(text: str, shown: str) -> None:
    assert speech.emphasised(text) == shown


@pytest.mark.usefixtures("request_of_a_page")
def test_a_cell_of_a_comparison_has_the_name_of_its_unit_instead_of_the_code() -> None:
    measures = (Words("瓶", "bottle"), Words("", ""))
    row = SimpleNamespace(texts=("1.00 142", "1.00 999", "D2711"), measures=measures)
    assert [speech.compared_text(row, place) for place in range(3)] == ["1.00 bottle", "1.00 999", "D2711"]
