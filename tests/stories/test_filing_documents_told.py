"""Filing documents of refund claims, from the claim to the officer: messages, calls, pages, files, on each database."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from single_window.api.app import create_app
from single_window.language.company_names import short_name
from single_window.store import files
from single_window.store.agency_tables.credit import credit_event
from single_window.store.agency_tables.refund import filing_case
from single_window.work.runtime import Runtime
from tests.api_keys import bearer, issued
from tests.databases import ON_BOTH, fetch
from tests.officers import act, signed_in
from tests.stories.refunding import MERCHANT, WORLD, Refunding, export, purchase
from tests.visible import texts

pytestmark = ON_BOTH
OF_STORY = {"X-Sandbox": "story"}


@pytest.fixture
def driver(start_story):
    made = Refunding(start_story(require_filing_index=True))
    made.item = made.summarised()[0] + "001"
    made.story.submit(made.paper(), made.claim([export(made.item), purchase("FP1")]))
    yield made
    assert made.unbalanced() == []


def row(driver):
    (case,) = fetch(driver.story.window.engine, select(filing_case)).all()
    return case


def answers(driver, number="BA1"):
    taken, *others = driver.answers(number, "FilingIndexReturn")
    assert taken == ("2", "2")
    return others


def told(driver):
    """What the notices about the filing documents say."""
    return driver.answers(row(driver).case_no, "FilingNotice")


def decided(driver, action, reason="", **values):
    act(driver.story.window, driver.story.sandbox, row(driver).case_no, action, reason, about="filing_case", **values)
    driver.story.window.settle()


def test_an_index_in_time_is_on_file_and_nobody_is_bothered(driver):
    assert (row(driver).state, row(driver).due) == ("awaited", "2026-12-05")
    driver.story.submit(driver.index())
    assert answers(driver) == [("120", "20810")]
    driver.story.pass_time(days=30)
    assert (row(driver).state, told(driver)) == ("filed", [])
    assert row(driver).kept_until == "2036-10-31", "ten years from the day of export"


def test_whoever_sends_none_is_reminded_on_the_last_day_and_then_waits_for_an_officer(driver):
    driver.story.pass_time(days=14)
    assert told(driver) == []
    driver.story.pass_time(days=1)
    assert told(driver) == [("300", "20820")]
    driver.story.pass_time(hours=13)
    assert told(driver)[1:] == [("300", "20821")]
    assert row(driver).state == "overdue"
    driver.story.submit(driver.index())
    assert answers(driver) == [("120", "20822")]
    assert row(driver).state == "overdue", "late, though it is complete"
    decided(driver, "accept", "人员变动，单证齐全")
    assert (row(driver).state, told(driver)[-1]) == ("accepted", ("899", "20825"))


def test_what_an_index_lacks_is_told_at_once_and_may_be_sent_until_the_term_is_over(driver):
    driver.story.submit(driver.index("C"))
    assert answers(driver) == [("120", "20811")]
    assert (row(driver).state, row(driver).index_no) == ("incomplete", "BA1")
    driver.story.submit(driver.index("T", number="BA2"))
    assert row(driver).state == "incomplete", "each index is whole"
    driver.story.pass_time(days=16)
    assert (row(driver).state, told(driver)[-1]) == ("overdue", ("300", "20811"))


def test_an_index_for_a_strange_export_or_claim_is_refused_with_every_reason(driver):
    driver.story.submit(
        driver.index("C", exportNo="9" * 18),
        driver.index("Z", number="BA2", medium="Z"),
        driver.index(number="BA3", claim="TS9"),
    )
    assert [answers(driver, number) for number in ("BA1", "BA2", "BA3")] == [
        [("100", "20812")],
        [("100", "20813")],
        [("100", "20801")],
    ]
    assert row(driver).state == "awaited"


def test_a_breach_is_noted_and_stands_in_the_credit_file(driver):
    driver.story.pass_time(days=16)
    decided(driver, "breach", "无运输单据")
    assert (row(driver).state, told(driver)[-1]) == ("breached", ("700", "20826"))
    events = fetch(
        driver.story.window.engine, select(credit_event.c.kind, credit_event.c.agency, credit_event.c.doc_no)
    ).all()
    assert [tuple(event) for event in events] == [("304", "tax", "TS2")]
    driver.story.submit(driver.index())
    assert answers(driver) == [("100", "20803")]


def test_a_claim_that_is_refused_leaves_nothing_to_index(driver):
    driver.act("refuse", reason="货物流不符")
    driver.story.pass_time(days=20)
    assert (row(driver).state, told(driver)) == ("dropped", [])


def test_a_question_brings_files_into_the_one_store_of_files(driver):
    """Asked, the company answers by a call with a scan; the case comes back, and the officer sees it."""
    driver.story.pass_time(days=16)
    decided(driver, "ask", questions=["请提供运输单据"])
    assert (row(driver).state, told(driver)[-1]) == ("asked", ("300", "20823"))
    window = driver.story.window
    client = create_app(window, runtime=Runtime(window)).test_client()
    head = {**OF_STORY, **bearer(issued(window, "story", (MERCHANT.dxp_id,), ("read_receipts", "send_messages")))}
    (question,) = client.get("/api/v1/requests", headers=head).json["requests"]
    form = {"text": "附提单", "files": (io.BytesIO("提单".encode()), "bill.txt", "text/plain")}
    sent = client.post(f"/api/v1/requests/{question['id']}/answer", data=form, headers=head)
    assert sent.status_code in (200, 201), sent.get_data(as_text=True)
    browser = signed_in(client, window)
    page = browser.get(f"/filing-documents/{row(driver).case_no}?sandbox=story&lang=en").get_data(as_text=True)
    assert "bill.txt" in page and "Filing documents" in page


def test_a_company_sends_scans_of_its_own_papers_and_of_no_others(driver):
    window = driver.story.window
    client = create_app(window, runtime=Runtime(window)).test_client()
    scan = "合同".encode()
    for mailbox, status in ((MERCHANT.dxp_id, 200), (WORLD.merchants[3].dxp_id, 404), (MERCHANT.dxp_id, 200)):
        head = {**OF_STORY, **bearer(issued(window, "story", (mailbox,), ("send_messages",)))}
        form = {"files": (io.BytesIO(scan), "contract.txt", "text/plain")}
        sent = client.post("/api/v1/filing-documents/TS2/files", data=form, headers=head)
        assert sent.status_code == status, sent.get_data(as_text=True)
    kept = driver.story.read(files.of_case, "filing_case", str(row(driver).id), 10)
    assert [(file.name, file.size) for file in kept] == [("contract.txt", len(scan))]
    page = signed_in(client, window).get(f"/filing-documents/{row(driver).case_no}?sandbox=story")
    assert "contract.txt" in page.get_data(as_text=True)


def test_claim_and_filing_documents_lead_to_each_other_and_are_named_in_words(driver):
    number = row(driver).case_no
    browser = signed_in(create_app(driver.story.window).test_client(), driver.story.window)
    for language, words in (("zh", "备案单证"), ("en", "Filing documents")):
        claim = browser.get(f"/refunds/TS2?sandbox=story&lang={language}").get_data(as_text=True)
        assert f'href="/filing-documents/{number}?' in claim
        listed = browser.get(f"/filing-documents?sandbox=story&lang={language}").get_data(as_text=True)
        shown = browser.get(f"/filing-documents/{number}?sandbox=story&lang={language}").get_data(as_text=True)
        assert 'href="/refunds/TS2?' in shown
        for page in (listed, shown):
            assert words in page and not {"filing-documents", "filing_case"} & set(texts(page))
            assert f'{short_name(MERCHANT.name)} <small class="codes">{MERCHANT.code}' in page


def test_an_index_is_sent_as_json_and_escaped_on_pages_in_both_languages(driver):
    window = driver.story.window
    client = create_app(window, runtime=Runtime(window)).test_client()
    head = {**OF_STORY, **bearer(issued(window, "story", (MERCHANT.dxp_id,), ("read_receipts", "send_messages")))}
    lines = [{"paperKind": kind, "paperNo": f"{kind}1", "medium": "D", "place": "<b>A</b>"} for kind in ("C", "T")]
    index = {"ebcCode": MERCHANT.code, "ebcName": MERCHANT.name, "copNo": "BA1", "claimNo": "TS2", "lines": lines}
    sent = client.post("/api/v1/filing-documents", json=index, headers=head)
    assert sent.status_code == 202, sent.get_data(as_text=True)
    window.settle()
    assert answers(driver) == [("120", "20810")]
    browser = signed_in(client, window)
    for language, words in (("zh", "运输单据"), ("en", "transport paper")):
        assert row(driver).case_no in browser.get(f"/filing-documents?sandbox=story&lang={language}").get_data(
            as_text=True
        )
        page = browser.get(f"/filing-documents/{row(driver).case_no}?sandbox=story&lang={language}")
        text = page.get_data(as_text=True)
        assert words in text and "&lt;b&gt;A&lt;/b&gt;" in text and "<b>A</b>" not in text
