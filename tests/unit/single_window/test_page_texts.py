"""Texts of pages: what is for programs is small, what a code or an arrow means is said in words."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from single_window.frame.pages.speech import apart, cited, handed, transaction_words
from tests.tables import each

GUID = "46F43F46-51FA-E999-8CDB-C3D6107CA722"

SAID = (
    (transaction_words, ("122030",), "online shopping", "网络购物"),
    (transaction_words, ("222014",), "services", "服务贸易"),
    (transaction_words, ("999999",), "another transaction", "其他交易"),
    (handed, ("given", "→ wang"), "to wang", "给wang"),
    (handed, ("escalate", "→ zhao · two"), "to zhao · two", "给zhao · two"),
    (handed, ("put_off", "→ 2027-02-03"), "until 2027-02-03", "至2027-02-03"),
    (handed, ("handed_over", "li → wang"), "from li to wang", "由li转给wang"),
    (handed, ("noted", "a → b costs"), "a → b costs", "a → b costs"),
    (cited, ("关税法",), '<cite title="关税法">Tariff Law</cite>', "<cite>关税法</cite>"),
)


@each(("said", "given", "en", "zh"), SAID)
def test_a_page_says_it_in_the_language_of_its_reader(
    said: Callable[..., str], given: tuple[str, ...], en: str, zh: str
) -> None:
    for language, expected in (("en", en), ("zh", zh)):
        with Flask(__name__).test_request_context(f"/?lang={language}"):
            assert said(*given) == expected


def test_a_guid_is_small_and_what_stands_around_it_is_escaped() -> None:
    assert apart(f"<b> {GUID}:") == f'&lt;b&gt; <small class="codes">{GUID}</small>:'
    assert apart(GUID, cut=True) == f'<small class="codes" title="{GUID}">{GUID[:8]}…</small>'
