"""Officers and companies read of stock abroad: pages in both languages, calls, and commands that say what is asked."""

from __future__ import annotations

import json

import pytest

from single_window.api.app import create_app
from single_window.language.company_names import short_name
from single_window.work.runtime import Runtime
from tests.api_keys import bearer, issued
from tests.commands import run_command
from tests.officers import signed_in
from tests.stories.overseas import Overseas, told
from tests.stories.summarising import MERCHANT

IN = told("I", "2026-10-01T08:00:00+02:00", "100", lot="L1")
SALE = told("S", "2026-11-01T12:00:00+01:00", "1", lot="L1", ref="<b>O1</b>")


@pytest.fixture
def overseas(story):
    abroad = Overseas(story)
    abroad.exported_ahead("100")
    abroad.tell(IN, SALE)
    abroad.tell(told("C", "2026-11-06T00:00:00+01:00", "90"))
    story.pass_time(days=2)
    return abroad


def test_the_list_and_a_case_are_pages_in_both_languages(overseas):
    client = create_app(overseas.story.window, runtime=Runtime(overseas.story.window)).test_client()
    browser = signed_in(client, overseas.story.window)
    for language, words in (("zh", "海外仓"), ("en", "Stock abroad")):
        listed = browser.get(f"/overseas?sandbox=story&lang={language}").get_data(as_text=True)
        assert words in listed and overseas.case("E").case_no in listed
    for kind, words in (("E", ("无凭证", "evidence")), ("X", ("结余", "balance"))):
        number = overseas.case(kind).case_no
        page = browser.get(f"/overseas/{number}?sandbox=story&lang=en").get_data(as_text=True)
        assert words[1] in page and "&lt;b&gt;O1&lt;/b&gt;" in page and "<b>O1</b>" not in page
        assert "99.00" in page, "what is left of the export"
        assert len(page.encode()) < 60_000


def test_a_case_says_codes_in_words(overseas):
    browser = signed_in(create_app(overseas.story.window).test_client(), overseas.story.window)
    for language, country in (("zh", "德国"), ("en", "Germany")):
        pages = [f"/overseas{case}?sandbox=story&lang={language}" for case in ("", f"/{overseas.case('X').case_no}")]
        for page in (browser.get(address).get_data(as_text=True) for address in pages):
            assert f'{short_name(MERCHANT.name)} <small class="codes">{MERCHANT.code}' in page
        assert country in page and "DEU" not in page
        assert "2026-11-01 12:00" in page and "2026-11-01T" not in page
        assert 'class="scroll"' not in page, "a table that is too wide scrolls by itself"


def test_a_companys_key_reads_its_own_stock_and_nobody_elses(overseas):
    window = overseas.story.window
    made = issued(window, "story", (MERCHANT.dxp_id,), ("read_receipts",))
    client = create_app(window, runtime=Runtime(window)).test_client()
    head = {"X-Sandbox": "story", **bearer(made)}
    own = client.get(f"/api/v1/overseas/items/{MERCHANT.code}", headers=head)
    assert [item["sold"] for item in own.json["items"]] == ["1.00"]
    for path in ("items/3702960000", "drafts/3702960000", "stock", "stock?merchant=3702960000"):
        assert client.get(f"/api/v1/overseas/{path}", headers=head).status_code == 404, path


def test_commands_say_what_is_on_hand_and_why_a_case_waits(overseas):
    data = ["--data", str(overseas.story.window.settings.data), "--sandbox", "story"]
    stock = json.loads(run_command("overseas", "stock", *data, "--json").output)
    assert [row["on_hand"] for row in stock["stock"]] == ["99.00"]
    shown = run_command("overseas", "show", overseas.case("X").case_no, *data, "--lang", "en").output
    assert "the balance says 90.00, the moves give 99.00" in shown
    assert "no claim waits" in run_command("overseas", "drafts", MERCHANT.code, *data).output
