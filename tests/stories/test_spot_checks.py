"""Plans draw samples of released goods, stopped lists and lots; laboratories report; officers decide."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from declarations.calendar import end_of_term, stamp14, utc_text
from declarations.commitments import is_committed
from declarations.money import SCALE
from declarations.parameters.changing import AMOUNT_KEY
from declarations.spot_checks.plans import read_terms
from declarations.spot_checks.power import smallest_sample
from gateways.agencies import ROUTES
from gateways.spot_checks.repository import SpotSample
from simulators.imports.stories import stock_filing
from simulators.imports.trade import ImportTrade
from single_window import auditing
from single_window.api.app import create_app
from single_window.auditing import spot_checks
from single_window.cases.declarations.assembly import of_order
from single_window.cases.spot_checks.decisions import OPENING
from single_window.cases.spot_checks.hits import hits_of
from single_window.cases.spot_checks.previews import preview_plan
from single_window.cases.spot_checks.queries import (
    SPOT_SAMPLE_CASES,
    find_spot_sample,
    list_spot_check_plans,
    show_plans,
)
from single_window.cases.spot_checks.redraw import redraw
from single_window.frame import case_rows
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.master_data import importing as masterdata
from single_window.store.agency_tables.credit import credit_event
from single_window.store.agency_tables.laboratory import sample_order
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.agency_tables.traceability import recall
from single_window.store.engine import reading
from single_window.store.gateway_results import write_sends
from single_window.store.tables import (
    account_book,
    declaration,
    hold,
    participant,
    receipt,
    receipt_group,
    timeline,
    work_case,
)
from tests.databases import carry_out, write_by
from tests.described import described_client
from tests.officers import TESTER, act, change_parameter, signed_in
from tests.stories.story import WORLD, StoryRunner, message_of
from tests.unattended import unattended

WAREHOUSE = WORLD.warehouse("1210")
TIMED_AT = "20261120100000"
TIMED = {"appType": "1", "appTime": "20261121100000"}


def open_plan(story: StoryRunner, terms: str, failing: str = "0") -> None:
    """A plan of these terms, and this share of samples that fail."""
    change_parameter(
        story.window, story.sandbox, "spot_checks.failure", {"": failing}, "2026-11-20", by=TESTER, reason="测试"
    )
    create(
        story.window, story.sandbox, "spot_check", OPENING, Requested(OPENING.action, values={"plan": terms}), TESTER
    )
    story.window.settle()


def samples(story: StoryRunner) -> list[tuple[str, str]]:
    return [tuple(row) for row in story.rows(select(spot_check_sample.c.key, spot_check_sample.c.state))]


def failed_samples(story: StoryRunner) -> list[str]:
    """The numbers of samples that failed and wait for an officer: every line of nine lists."""
    open_plan(story, "title=全部; rate=1", failing="1")
    for number in range(9):
        story.send(story.trade(number))
    story.pass_time(days=1, hours=2)
    assert {state for _, state in samples(story)} == {"notified"}
    story.pass_time(days=6)
    assert {state for _, state in samples(story)} == {"at_lab"}
    story.pass_time(days=5)
    assert {state for _, state in samples(story)} == {"unqualified"}
    return [row.number for row in story.rows(select(work_case.c.number).filter_by(subject="spot_check"))]


def announced_samples(story: StoryRunner, first: int = 30) -> list[str]:
    """The numbers of samples that wait to be taken: of four lists that are released now."""
    known = {key for key, _ in samples(story)}
    for number in range(first, first + 4):
        story.send(story.trade(number))
    story.pass_time(days=1, hours=2)
    chosen = select(spot_check_sample.c.sample_no).where(
        spot_check_sample.c.state == "notified", spot_check_sample.c.key.notin_(known)
    )
    return [row.sample_no for row in story.rows(chosen.order_by(spot_check_sample.c.sample_no))]


def refused_samples(story: StoryRunner) -> list[str]:
    """The numbers of samples that the company refuses: of lists that are released now."""
    refused = []
    for sample_no in announced_samples(story, 20):
        ebc_code = story.read(find_spot_sample, sample_no).ebc_code
        refusing = {"refused": "Y", "takenQty": "0", "reason": "不在计划范围", "takenTime": "20261121090000"}
        head = {**TIMED, "sampleNo": sample_no, "ebcCode": ebc_code, **refusing}
        story.submit(message_of(WAREHOUSE.company, "SampleRecord", head))
        refused.append(sample_no)
    return refused


def test_a_quality_officer_opens_a_plan_on_a_page_and_draws_it_again(story: StoryRunner) -> None:
    story.send(story.trade())
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    browser, page = (
        signed_in(client, story.window, "qian", "quality_officer"),
        "/spot_check_plans?sandbox=story&lang=en",
    )
    for terms, status, said in (
        ("title=全部; rate=2", 422, "rate is 0–1 (0.05, 5 %), not"),
        ("rate=1", 422, "title is missing"),
        ("title=<b>全部</b>; universe=stock; size=1; days=1", 303, ""),
    ):
        answer = browser.post(page, data=dict(field.split("=") for field in terms.split("; ")))
        assert (answer.status_code, said in answer.text) == (status, True)
    story.pass_time(days=3)
    shown = browser.get(page).text
    assert "none met in" in shown and "&lt;b&gt;全部" in shown and "<b>全部" not in shown
    (plan,) = story.read(list_spot_check_plans)
    assert "no difference." in browser.get(f"{page}&redraw={plan.plan_no}").text
    stranger = signed_in(client, story.window, "sun", "reviewer")
    assert stranger.post(page, data={"plan": "title=A; rate=1"}).status_code == 403


def test_a_plan_that_nobody_opened_is_not_drawn_again(story: StoryRunner) -> None:
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    answer = client.get("/api/v1/spot-checks/plans/SP2026112099/redraw", headers={"X-Sandbox": "story"})
    assert (answer.status_code, answer.get_json()["findings"][0]["code"]) == (404, "no-such-case")


def test_nothing_is_drawn_without_a_plan(story: StoryRunner) -> None:
    story.send(story.trade())
    story.pass_time(days=3)
    assert samples(story) == []


def test_released_goods_are_drawn_tested_and_decided_about(story: StoryRunner) -> None:
    first, second, *_ = numbers = failed_samples(story)
    events = select(credit_event.c.kind, credit_event.c.key).order_by(credit_event.c.key)
    assert [row.key for row in story.rows(events)] == sorted(f"spot_checks|201|{number}" for number in numbers)
    act(story.window, story.sandbox, first, "warn", "铅超标", about="spot_check")
    story.window.settle()
    assert story.read(find_spot_sample, first).state == "measure_ordered"
    story.pass_time(days=31)
    assert story.read(find_spot_sample, first).state == "overdue"
    assert [row.key for row in story.rows(events) if row.kind == "202"] == [f"spot_checks|202|{first}"]
    act(story.window, story.sandbox, first, "close_check", "已核实", about="spot_check")
    story.window.settle()
    cured = select(credit_event.c.occurred, credit_event.c.cured).where(credit_event.c.kind == "202")
    ((occurred, day),) = story.rows(cured)
    assert occurred < day, "the day on which the measure was overdue stays"
    story.pass_time(days=90)
    assert story.read(find_spot_sample, first).state == "closed"
    assert story.read(find_spot_sample, second).state == "unqualified"
    (plan,) = story.read(list_spot_check_plans)
    assert is_committed(plan.commitment, plan.secret)
    (shown,) = story.read(show_plans)
    assert shown.rate is not None and shown.rate.failed == shown.rate.tested == shown.samples > 0


@pytest.mark.parametrize(
    "terms", ["title=流; rate=0.5", "title=库存; universe=stock; size=2", "title=布控; basis=T; goods=0901; rate=1"]
)
def test_a_plan_that_has_ended_is_drawn_again(story: StoryRunner, terms: str) -> None:
    open_plan(story, f"{terms}; days=3")
    for number in range(5):
        story.send(story.trade(number))
    story.pass_time(days=5)
    (plan,) = story.read(list_spot_check_plans)
    again = story.read(redraw, plan)
    assert again.committed and again.units > 0 and again.difference == ""
    carry_out(story.window.engine, spot_check_sample.delete())
    assert bool(story.read(redraw, plan).difference) == (again.drawn > 0 and "basis=T" not in terms)
    assert not story.read(redraw, replace(plan, secret="another")).committed


def test_a_list_that_is_stopped_again_takes_the_verdict_of_its_first_sample(story: StoryRunner) -> None:
    open_plan(story, "title=布控; basis=T; goods=0901; rate=1")
    trade = story.trade()
    story.send(trade)
    story.send(trade, "inventory", appType="2", appTime="20261120130000", preNo=str(story.column(trade, "pre_no")))
    story.pass_time(days=20)
    assert len(samples(story)) == 1 and story.state(trade) in {"released", "closed"}


def delisted(story: StoryRunner) -> SpotSample:
    """A sample whose goods a merchant and a platform, each with a mailbox of its own, are to delist."""
    for number, (code,) in enumerate(story.rows(select(participant.c.code).where(participant.c.dxp_id == ""))):
        mailbox = participant.update().where(participant.c.code == code).values(dxp_id=f"DXPOWN{number:010d}")
        carry_out(story.window.engine, mailbox)
    first, *_ = failed_samples(story)
    act(story.window, story.sandbox, first, "delist", "铅超标", about="spot_check")
    story.window.settle()
    sample = story.read(find_spot_sample, first)
    assert sample is not None and sample.ebp_code not in ("", sample.ebc_code)
    return sample


def test_a_company_that_refuses_a_sample_again_resists_until_it_is_excused(story: StoryRunner) -> None:
    open_plan(story, "title=全部; rate=1")
    number = refused_samples(story)[0]
    resisted = select(credit_event.c.key, credit_event.c.withdrawn).where(credit_event.c.kind == "106")
    act(story.window, story.sandbox, number, "insist", "属于计划范围", about="spot_check")
    story.window.settle()
    assert story.rows(resisted) == []
    sample = story.read(find_spot_sample, number)
    refusing = {"refused": "Y", "takenQty": "0", "reason": "不在计划范围", "takenTime": TIMED_AT}
    head = {"appTime": "20261122100000", "appType": "2", "sampleNo": number, "ebcCode": sample.ebc_code}
    story.submit(message_of(WAREHOUSE.company, "SampleRecord", {**head, **refusing}))
    assert [tuple(row) for row in story.rows(resisted)] == [(f"spot_checks|106|{number}", "")]
    act(story.window, story.sandbox, number, "excuse", "不在计划范围属实", about="spot_check")
    story.window.settle()
    ((_, withdrawn),) = story.rows(resisted)
    assert withdrawn


def told_of_measures(story: StoryRunner) -> list[Any]:
    chosen = select(receipt_group.c.mailbox, receipt.c.key, receipt.c.return_status).join(
        receipt_group, receipt_group.c.id == receipt.c.group_id
    )
    return list(story.rows(chosen.where(receipt.c.code == "RiskMeasure")))


def noted(story: StoryRunner, sample: SpotSample) -> list[str]:
    """What the timeline says of the platform."""
    chosen = select(timeline.c.event).where(timeline.c.key == sample.sample_no).order_by(timeline.c.id)
    return [row.event for row in story.rows(chosen) if "platform" in row.event]


def test_a_measure_is_told_to_merchant_and_platform_and_a_silent_platform_is_noted(story: StoryRunner) -> None:
    sample = delisted(story)
    boxes = dict(story.rows(select(participant.c.code, participant.c.dxp_id)))
    told = told_of_measures(story)
    assert sorted(row.mailbox for row in told) == sorted([boxes[sample.ebc_code], boxes[sample.ebp_code]])
    assert {row.return_status for row in told} == {"600"} and {row.key for row in told} == {sample.sample_no}
    story.pass_time(days=31)
    assert noted(story, sample) == ["spot_check_platform_silent"]
    assert story.read(find_spot_sample, sample.sample_no).state == "overdue"


def test_a_platform_that_answers_is_not_silent_and_finishes_nothing(story: StoryRunner) -> None:
    sample = delisted(story)
    head = {**TIMED, "measureNo": sample.measure_no, "asOf": TIMED_AT, "found": "1", "done": "1"}
    for code, number, closed in ((sample.ebp_code, "P1", ""), (sample.ebp_code, "P2", "Y"), ("3702W00000", "P3", "Y")):
        answer = {**head, "ebcCode": code, "copNo": number, **({"closed": closed} if closed else {})}
        story.submit(message_of(company_of(story, code), "MeasureReport", answer))
    assert noted(story, sample) == ["spot_check_platform_answered", "spot_check_platform_delisted"]
    story.pass_time(days=31)
    assert len(noted(story, sample)) == 2
    assert story.read(find_spot_sample, sample.sample_no).state == "overdue"
    with described_client(create_app(story.window, runtime=unattended(story.window))) as client:
        page = str(client.get(f"/spot_checks/{sample.sample_no}?sandbox=story&lang=en").text)
        assert "the platform has delisted the goods" in page and sample.ebp_code in page


def test_a_failure_counts_for_credit_when_it_cannot_be_contradicted_any_more(story: StoryRunner) -> None:
    first, second, *_ = failed_samples(story)

    def final(sample_no: str) -> str:
        (row,) = story.rows(select(credit_event.c.final).where(credit_event.c.key.endswith(sample_no)))
        return str(row.final)

    assert final(first) == final(second) == "2026-12-16", "the day after the fifteenth from the report of 30 November"
    contradicted = story.read(find_spot_sample, first)
    of_the_merchant(
        story, "RetestApplication", contradicted, sampleNo=first, reportNo=contradicted.report_no, reason="保存不当"
    )
    assert final(first) == "", "not before the report of the retest"
    story.pass_time(days=20)
    assert story.read(find_spot_sample, first).state == "confirmed"
    assert "" < final(first) <= "2026-12-23"


def test_a_seller_who_does_not_report_a_measure_is_suspended(story: StoryRunner) -> None:
    first, *_ = failed_samples(story)
    act(story.window, story.sandbox, first, "warn", "铅超标", about="spot_check")
    story.pass_time(days=32)
    act(story.window, story.sandbox, first, "suspend_seller", "逾期不报", about="spot_check")
    story.window.settle()
    sample = story.read(find_spot_sample, first)
    assert sample is not None and sample.state == "seller_suspended"
    of_seller = select(participant.c.suspended_at).where(participant.c.code == sample.ebc_code)
    assert next(row.suspended_at for row in story.rows(of_seller)) > 0


def test_samples_that_pass_wait_for_nobody(story: StoryRunner) -> None:
    open_plan(story, "title=全部; rate=1")
    story.send(story.trade())
    story.pass_time(days=12)
    assert {state for _, state in samples(story)} == {"qualified"}
    assert story.rows(select(work_case.c.number).filter_by(subject="spot_check")) == []


def test_a_targeted_plan_stops_a_list_until_its_sample_is_tested(story: StoryRunner) -> None:
    open_plan(story, "title=布控; basis=T; goods=0901; rate=1")
    trade = story.trade()
    story.send(trade)
    assert [row.state for row in story.rows(select(declaration.c.state))] == ["under_inspection"]
    story.pass_time(days=6)
    assert [row.state for row in story.rows(select(declaration.c.state))] == ["under_inspection"]
    advised = story.read(
        lambda connection, sandbox: of_order(connection, sandbox, trade.document("order").head["orderNo"])
    ).advice
    assert "spot-check list" in advised.en and "act" not in advised.en.split(), advised
    story.pass_time(days=5)
    assert next(row.state for row in story.rows(select(declaration.c.state))) in {"released", "closed"}


def test_two_targeted_plans_take_a_sample_each_and_the_list_waits_for_both(story: StoryRunner) -> None:
    two = (trade for trade in map(story.trade, count()) if len(trade.document("inventory").lines) == 2)
    trade = next(two)
    goods = ",".join(sorted({line["gcode"][:4] for line in trade.document("inventory").lines}))
    open_plan(story, f"title=一; basis=T; goods={goods}; rate=1")
    second_plan = Requested(OPENING.action, values={"plan": f"title=二; basis=T; goods={goods}; rate=1"})
    create(story.window, story.sandbox, "spot_check", OPENING, second_plan, TESTER)
    story.window.settle()
    story.send(trade)
    drawn = story.rows(select(spot_check_sample.c.plan_no, spot_check_sample.c.gnum))
    assert sorted(row.gnum for row in drawn) == [1, 2] and len({row.plan_no for row in drawn}) == 2
    first, second = (row.sample_no for row in story.rows(select(spot_check_sample.c.sample_no)))
    act(story.window, story.sandbox, first, "refuse_sampling", "不配合", about="spot_check")
    story.pass_time(days=6)
    act(story.window, story.sandbox, first, "excuse", "理由成立", about="spot_check")
    story.window.settle()
    assert story.column(trade, "state") == "under_inspection", "the second is still out"
    story.pass_time(days=6)
    assert story.read(find_spot_sample, second).state == "qualified"
    assert story.column(trade, "state") in {"released", "closed"}


def inspected_sample(story: StoryRunner, failing: str) -> tuple[ImportTrade, SpotSample]:
    """A list that an officer has inspected, and the sample that the inspection took, as it is five days later."""
    for rate, amount in (("quality_failure", failing), ("quality_sampled", "1")):
        given = {AMOUNT_KEY: amount}
        change_parameter(
            story.window, story.sandbox, f"inspection.{rate}", given, "2026-11-20", by=TESTER, reason="测试"
        )
    trade = story.trade(0, fault="guarantee_short")
    story.send(trade)
    number = story.column(trade, "invt_no")
    act(story.window, story.sandbox, number, "inspect", "查验", about="declaration")
    story.pass_time(days=1)
    assert samples(story) == []
    story.pass_time(days=4)
    (sample_no,) = [row.sample_no for row in story.rows(select(spot_check_sample.c.sample_no))]
    sample = story.read(find_spot_sample, sample_no)
    assert sample is not None and (sample.plan_no, sample.basis, sample.place) == ("QC", "T", "S")
    return trade, sample


def test_the_sample_of_an_inspection_that_passes_ends_it(story: StoryRunner) -> None:
    trade, sample = inspected_sample(story, "0")
    assert (sample.state, sample.verdict) == ("qualified", "P")
    assert story.column(trade, "state") != "under_inspection"


@pytest.mark.parametrize("confirms", [True, False])
def test_the_sample_of_an_inspection_that_fails_may_be_contradicted_as_any_other(
    story: StoryRunner, confirms: bool
) -> None:
    trade, failed = inspected_sample(story, "1")
    assert (failed.state, story.column(trade, "state")) == ("unqualified", "under_inspection")
    assert "14206" in story.column(trade, "reasons")
    given = {"sampleNo": failed.sample_no, "reportNo": failed.report_no, "reason": "保存不当"}
    of_the_merchant(story, "RetestApplication", failed, **given)
    other = story.rows(select(sample_order.c.laboratory).where(sample_order.c.answers == failed.report_no))[0]
    value = "0.2" if confirms else "0.01"
    of_the_laboratory(story, failed, value, labCode=other.laboratory, reportNo="R2")
    retested = story.read(find_spot_sample, failed.sample_no)
    assert retested is not None and retested.state == ("confirmed" if confirms else "qualified")
    assert (story.column(trade, "state") == "under_inspection") is confirms
    assert [found.name for found in story.read(lambda *of: [*auditing.audit_ledgers(*of)]) if not found.balanced] == []


def test_the_merchant_is_told_each_step_once_and_officers_find_the_sample_at_their_desk(story: StoryRunner) -> None:
    a_mailbox = participant.update().where(participant.c.dxp_id == "").values(dxp_id="DXPMERCHANT")
    carry_out(story.window.engine, a_mailbox)
    failed_samples(story)
    told = story.rows(select(receipt.c.key, receipt.c.return_status).where(receipt.c.code == "SpotCheckNotice"))
    assert sorted({row.return_status for row in told}) == ["300", "500"]
    with described_client(create_app(story.window, runtime=unattended(story.window))) as client:
        page = str(client.get("/spot_checks?sandbox=story&lang=en").text)
        assert told[0].key in page and "failed" in page
        one = client.get(f"/spot_checks/{told[0].key}?sandbox=story&lang=en")
        assert one.status_code == 200 and told[0].key in one.text and "The sample failed" in one.text
        assert "a sample was taken and sent to the laboratory" in one.text and "GB " in one.text


def of_the_site(story: StoryRunner, sample: SpotSample, **changes: str) -> None:
    """A sample record about a sample."""
    head = {**TIMED, "sampleNo": sample.sample_no, "ebcCode": sample.ebc_code, "takenTime": "20261121090000"}
    given = {"takenQty": "2", "sealNo": "SEAL1", **changes}
    story.submit(message_of(WAREHOUSE.company, "SampleRecord", {**head, **given}))


def of_the_laboratory(story: StoryRunner, sample: SpotSample, value: str, **changes: str) -> None:
    """A report about a sample, with one item whose limit is 0.08."""
    verdict = "F" if float(value) > 0.08 else "P"
    head = {**TIMED, "labCode": sample.laboratory, "reportNo": "R1", "sampleNo": sample.sample_no}
    told = {"sealNo": sample.seal_no, "issuedTime": now_of(story), "verdict": verdict, **changes}
    line = {"gnum": "1", "item": "铅", "standard": "GB 2762-2022", "limit": "≤0.08", "value": value, "unit": "mg/kg"}
    by = registered_laboratory(story, changes.get("labCode", sample.laboratory))
    story.submit(message_of(by, "LabReport", {**head, **told}, [{**line, "verdict": verdict}]))


def now_of(story: StoryRunner) -> str:
    return stamp14(story.window.now(story.sandbox))


def registered_laboratory(story: StoryRunner, code: str) -> Any:
    """A laboratory that is registered with a mailbox of its own."""
    known = WAREHOUSE.company._replace(code=code, dxp_id=f"DXP{code}")
    rows = f"code,name,kinds,dxp_id\n{code},{code}实验室,laboratory,{known.dxp_id}\n"
    masterdata.import_csv(story.window, story.sandbox, "participants", rows)
    return known


def of_the_merchant(story: StoryRunner, code: str, sample: SpotSample, **given: str) -> None:
    """A message of the company whose goods were drawn."""
    story.submit(message_of(company_of(story, sample.ebc_code), code, {**TIMED, "ebcCode": sample.ebc_code, **given}))


def company_of(story: StoryRunner, code: str) -> Any:
    """A company of the world with its mailbox in the window; another one has none that it must use."""
    boxes = {row.code: row.dxp_id for row in story.rows(select(participant.c.code, participant.c.dxp_id))}
    known = next((company for company in WORLD.participants() if company.code == code), WAREHOUSE.company)
    return known._replace(dxp_id=boxes.get(code) or known.dxp_id)


def drawn_lot(story: StoryRunner, basis: str = "R", item: str = "") -> SpotSample:
    """The sample of a lot of our warehouse, drawn with those of all lots of its goods."""
    good = next(good for good in WORLD.goods if good.bonded and item in {"", good.record_no})
    story.submit(stock_filing(WORLD, WAREHOUSE, app_time="20261120100000", quantity="100", goods=[good]).body)
    of_lot = account_book.c.ems_no == WAREHOUSE.ems_no, account_book.c.item_record_no == good.record_no
    carry_out(story.window.engine, account_book.update().where(*of_lot).values(filed=100 * SCALE))
    open_plan(story, f"title=库存; universe=stock; size=9; basis={basis}; goods={good.hs10}")
    return one_sample(story)


def one_sample(story: StoryRunner) -> SpotSample:
    of_lot = select(spot_check_sample.c.sample_no).where(spot_check_sample.c.ems_no == WAREHOUSE.ems_no)
    (number,) = [row.sample_no for row in story.rows(of_lot)]
    sample = story.read(find_spot_sample, number)
    assert sample is not None
    return sample


def booked_out(story: StoryRunner, sample: SpotSample) -> int:
    """What was booked out of the lot of a sample, in units."""
    where = (account_book.c.ems_no == sample.ems_no, account_book.c.item_record_no == sample.item_record_no)
    (quantity,) = [row.booked_out for row in story.rows(select(account_book.c.booked_out).where(*where))]
    return int(quantity) // SCALE


def test_a_lot_that_fails_is_held_contradicted_confirmed_and_booked_out(story: StoryRunner) -> None:
    of_the_site(story, drawn_lot(story))
    taken = one_sample(story)
    assert (taken.state, taken.seal_no, booked_out(story, taken)) == ("at_lab", "SEAL1", 2)
    of_the_laboratory(story, taken, "0.2")
    failed = one_sample(story)
    assert (failed.state, failed.report_no) == ("unqualified", "R1")
    shown = story.read(SPOT_SAMPLE_CASES.show, failed.sample_no)
    assert shown.retest_until == utc_text(end_of_term(failed.reported_at, 15))

    of_the_merchant(story, "RetestApplication", failed, sampleNo=failed.sample_no, reportNo="R1", reason="保存不当")
    again = one_sample(story)
    assert again.state == "retesting"
    other = story.rows(select(sample_order.c.laboratory).where(sample_order.c.answers == "R1"))[0].laboratory
    assert other != failed.laboratory
    of_the_laboratory(story, failed, "0.19", labCode=other, reportNo="R2")
    assert one_sample(story).state == "confirmed"

    act(story.window, story.sandbox, failed.sample_no, "destroy", "铅超标", about="spot_check")
    story.window.settle()
    ordered = one_sample(story)
    assert (ordered.state, ordered.measure) == ("measure_ordered", "X")
    told = {"measureNo": ordered.measure_no, "asOf": "20261128090000", "found": "98"}
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ0", way="B", done="98", closed="Y")
    assert (one_sample(story).state, booked_out(story, ordered)) == ("measure_ordered", 2)
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ1", way="X", done="49")
    assert (one_sample(story).state, booked_out(story, ordered)) == ("measure_ordered", 51)
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ2", way="X", done="50")
    assert booked_out(story, ordered) == 51
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ3", way="X", done="49", closed="Y")
    assert (one_sample(story).state, booked_out(story, ordered)) == ("closed", 100)
    assert [found.name for found in story.read(lambda *of: [*auditing.audit_ledgers(*of)]) if not found.balanced] == []


def test_the_page_of_a_sample_says_where_the_reserve_of_a_record_is(story: StoryRunner) -> None:
    of_the_site(story, drawn_lot(story), keptQty="1", storage="冷库2号")
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    browser = signed_in(client, story.window, "qian", "quality_officer")
    shown = browser.get(f"/spot_checks/{one_sample(story).sample_no}?sandbox=story&lang=en").text
    assert "kept in reserve: 1, at 冷库2号" in shown


def test_nobody_answers_for_another_company(story: StoryRunner) -> None:
    of_the_site(story, drawn_lot(story))
    of_the_laboratory(story, one_sample(story), "0.2")
    failed = one_sample(story)
    head = {**TIMED, "ebcCode": failed.ebc_code, "sampleNo": failed.sample_no, "reportNo": "R1", "reason": "保存不当"}
    story.submit(message_of(WORLD.platforms[0], "RetestApplication", head))
    assert one_sample(story).state == "unqualified"
    told = select(receipt.c.return_status).where(receipt.c.code == "RetestApplicationReturn")
    assert [row.return_status for row in story.rows(told.order_by(receipt.c.group_id))] == ["2", "100"]


def test_progress_of_an_overdue_measure_leaves_it_overdue(story: StoryRunner) -> None:
    of_the_site(story, drawn_lot(story))
    of_the_laboratory(story, one_sample(story), "0.2")
    story.pass_time(days=16)
    act(story.window, story.sandbox, one_sample(story).sample_no, "destroy", "铅超标", about="spot_check")
    story.pass_time(days=31)
    ordered = one_sample(story)
    told = {"measureNo": ordered.measure_no, "asOf": TIMED_AT, "found": "98", "way": "X"}
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ1", done="40")
    assert (one_sample(story).state, booked_out(story, ordered)) == ("overdue", 42)
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ2", done="58", closed="Y")
    assert one_sample(story).state == "closed"


@pytest.mark.parametrize(
    ("measure", "found", "done", "way"),
    [
        ("destroy", "98", "0", "X"),
        ("destroy", "0", "0", "X"),
        ("send_back_goods", "10", "10", "B"),
        ("send_back_goods", "98", "97.99999", "X"),
        ("rectify", "98", "97", ""),
        ("delist", "10", "10", ""),
        ("order_recall", "98", "0", ""),
    ],
)
def test_a_measure_stays_open_and_its_lot_held_while_goods_are_unaccounted_for(
    story: StoryRunner, measure: str, found: str, done: str, way: str
) -> None:
    trade, ordered = _list_on_a_failed_lot(story, measure)
    told = {"measureNo": ordered.measure_no, "asOf": TIMED_AT, "found": found, "done": done}
    told |= {"way": way} if way else {}
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ1", closed="Y")
    assert (one_sample(story).state, one_sample(story).done_qty) == ("measure_ordered", 0)
    story.pass_time(days=31)
    act(story.window, story.sandbox, ordered.sample_no, "close_check", "已核实", about="spot_check")
    story.pass_time(days=3)
    assert one_sample(story).state == "overdue" and story.state(trade) in {"in_review", "rejected"}


@pytest.mark.parametrize(("measure", "state"), [("rectify", "released"), ("delist", "in_review")])
def test_goods_that_were_rectified_are_sold_again_and_what_was_only_delisted_is_not(
    story: StoryRunner, measure: str, state: str
) -> None:
    trade, ordered = _list_on_a_failed_lot(story, measure)
    told = {"measureNo": ordered.measure_no, "asOf": TIMED_AT, "found": "98", "done": "98"}
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ1", closed="Y")
    story.pass_time(hours=1)
    assert (one_sample(story).state, story.state(trade)) == ("closed", state)


@pytest.mark.parametrize("measure", ["destroy", "send_back_goods"])
def test_a_measure_stays_open_while_a_list_that_waits_has_goods_of_the_lot(story: StoryRunner, measure: str) -> None:
    trade, ordered = _list_that_waits_for_a_failed_lot(story, measure)
    way = "X" if measure == "destroy" else "B"
    left = 98 - int(sum(float(line["qty"]) for line in trade.document("inventory").lines))
    told = {"measureNo": ordered.measure_no, "asOf": TIMED_AT, "found": str(left), "done": str(left), "way": way}
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ1", closed="Y")
    story.pass_time(hours=2)
    assert (one_sample(story).state, story.state(trade)) == ("measure_ordered", "in_review")


@pytest.mark.parametrize(
    ("done", "cleared", "out", "held"),
    [
        ([["99"], ["98"]], 98, 100, 0),
        ([["49", "49"]], 98, 100, 0),
        ([["60", "60"]], 60, 62, 1),
        ([["98", "98"], ["0"]], 98, 100, 0),
        ([["49"], ["49"]], 98, 100, 0),
        ([["0"]], 0, 2, 1),
    ],
    ids=["whole", "two at once", "too much at once", "twice", "one after the other", "nothing"],
)
def test_what_was_only_delisted_is_destroyed_later_and_frees_the_lot(
    story: StoryRunner, done: list[list[str]], cleared: int, out: int, held: int
) -> None:
    trade, ordered = _list_on_a_failed_lot(story, "delist")
    told = {"measureNo": ordered.measure_no, "asOf": TIMED_AT, "found": "98", "done": "98"}
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ1", closed="Y")
    assert (one_sample(story).state, len(held_lots(story))) == ("closed", 1)
    assert [found.name for found in story.read(lambda *of: [*auditing.audit_ledgers(*of)]) if not found.balanced] == []
    act(story.window, story.sandbox, trade.id, "reject", "货物已不合格", about="declaration")
    story.window.settle()
    for day, together in enumerate(done):
        for number, part in enumerate(together):
            fields = {
                **TIMED,
                "ebcCode": ordered.ebc_code,
                **told,
                "done": part,
                "way": "X",
                "copNo": f"CZ{day}-{number}",
            }
            story.file(message_of(company_of(story, ordered.ebc_code), "MeasureReport", fields))
        story.window.settle()
    assert (one_sample(story).done_qty, one_sample(story).cleared_qty) == (98 * SCALE, cleared * SCALE)
    assert (booked_out(story, ordered), len(held_lots(story))) == (out, held)
    assert [found.name for found in story.read(lambda *of: [*auditing.audit_ledgers(*of)]) if not found.balanced] == []


def test_a_delisted_lot_that_a_recall_emptied_is_free_once_its_company_says_so(story: StoryRunner) -> None:
    _, ordered = _list_on_a_failed_lot(story, "order_recall")
    told = {"measureNo": ordered.measure_no, "asOf": TIMED_AT, "found": "98", "done": "98"}
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ1", closed="Y")
    (recall_no,) = [row.recall_no for row in story.rows(select(recall.c.recall_no))]
    act(story.window, story.sandbox, recall_no, "book_out_stock", "销毁", about="recall")
    story.window.settle()
    assert (booked_out(story, ordered), f"{ordered.ems_no}|{ordered.item_record_no}" in held_lots(story)) == (100, True)
    of_the_merchant(story, "MeasureReport", ordered, **{**told, "done": "0", "way": "X"}, copNo="CZ2")
    assert one_sample(story).cleared_qty == 0
    holders = [row.by for row in story.rows(select(hold.c.by).where(hold.c.kind == "lot"))]
    assert [holder for holder in holders if holder.startswith("spot_checks")] == []


def test_no_desk_takes_goods_away_that_may_be_tested_again(story: StoryRunner) -> None:
    """What a recall would book out, and what an inspector would send back: until the days of the retest are over."""
    of_the_site(story, drawn_lot(story))
    of_the_laboratory(story, one_sample(story), "0.2")
    failed = one_sample(story)
    act(story.window, story.sandbox, failed.sample_no, "order_recall", "铅超标", about="spot_check")
    story.window.settle()
    (recall_no,) = [row.recall_no for row in story.rows(select(recall.c.recall_no))]
    left = []
    for days in (0, 16):
        story.pass_time(days=days)
        act(story.window, story.sandbox, recall_no, "book_out_stock", "销毁", about="recall")
        story.window.settle()
        left.append(booked_out(story, failed))
    assert left == [2, 100]


@pytest.mark.parametrize("retested", [False, True])
def test_a_list_whose_sample_failed_is_sent_back_after_the_days_of_its_retest(
    story: StoryRunner, retested: bool
) -> None:
    trade, sample = inspected_sample(story, "1")
    story.pass_time(days=6)
    failed = story.read(find_spot_sample, sample.sample_no)
    assert failed is not None and failed.state == "unqualified"
    if retested:
        told = {"sampleNo": failed.sample_no, "reportNo": failed.report_no, "reason": "保存不当"}
        of_the_merchant(story, "RetestApplication", failed, **told)
    states = []
    for days in (0, 16):
        story.pass_time(days=days)
        act(story.window, story.sandbox, trade.id, "send_back", "不合格", about="declaration")
        story.window.settle()
        states.append(story.state(trade))
    assert states == ["under_inspection", "sent_back"]


def held_lots(story: StoryRunner) -> list[str]:
    return [row.key for row in story.rows(select(hold.c.key).where(hold.c.kind == "lot"))]


def _list_that_waits_for_a_failed_lot(story: StoryRunner, measure: str) -> tuple[Any, SpotSample]:
    """A list that has drawn on a lot before its measure, and waits; the sample with the measure ordered."""
    trade = story.trade(0, "1210")
    of_the_site(story, drawn_lot(story, item=trade.document("inventory").lines[0]["itemRecordNo"]))
    of_the_laboratory(story, one_sample(story), "0.2")
    story.send(trade)
    assert story.state(trade) == "in_review"
    story.pass_time(days=16)
    act(story.window, story.sandbox, one_sample(story).sample_no, measure, "铅超标", about="spot_check")
    story.window.settle()
    return trade, one_sample(story)


def _list_on_a_failed_lot(story: StoryRunner, measure: str) -> tuple[Any, SpotSample]:
    """A list that waits for a lot whose sample failed, and the sample with the measure ordered."""
    trade = story.trade(0, "1210")
    of_the_site(story, drawn_lot(story, item=trade.document("inventory").lines[0]["itemRecordNo"]))
    of_the_laboratory(story, one_sample(story), "0.2")
    story.pass_time(days=16)
    act(story.window, story.sandbox, one_sample(story).sample_no, measure, "铅超标", about="spot_check")
    story.window.settle()
    story.send(trade)
    return trade, one_sample(story)


def test_goods_that_a_list_waits_for_are_not_reported_as_destroyed(story: StoryRunner) -> None:
    trade = story.trade(0, "1210")
    item = trade.document("inventory").lines[0]
    sample = drawn_lot(story, item=item["itemRecordNo"])
    of_the_site(story, sample)
    of_the_laboratory(story, one_sample(story), "0.2")
    story.send(trade)
    story.pass_time(days=16)
    act(story.window, story.sandbox, one_sample(story).sample_no, "destroy", "铅超标", about="spot_check")
    story.window.settle()
    ordered = one_sample(story)
    told = {"measureNo": ordered.measure_no, "asOf": TIMED_AT, "found": "98", "way": "X", "done": "98"}
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ1", closed="Y")
    assert one_sample(story).state == "measure_ordered"
    act(story.window, story.sandbox, trade.id, "reject", "货物已不合格", about="declaration")
    story.window.settle()
    of_the_merchant(story, "MeasureReport", ordered, **told, copNo="CZ2", closed="Y")
    assert (one_sample(story).state, booked_out(story, ordered)) == ("closed", 100)
    assert [found.name for found in story.read(lambda *of: [*auditing.audit_ledgers(*of)]) if not found.balanced] == []


def test_a_lot_that_lists_have_drawn_whole_is_not_sampled(story: StoryRunner) -> None:
    sample = drawn_lot(story)
    where = (account_book.c.ems_no == sample.ems_no, account_book.c.item_record_no == sample.item_record_no)
    carry_out(story.window.engine, account_book.update().where(*where).values(drawn=account_book.c.filed))
    story.pass_time(days=6)
    assert (one_sample(story).state, booked_out(story, sample)) == ("excused", 0)
    told = story.read(lambda *of: case_rows.history(*of, sample.sample_no, "spot_check"))
    assert [line.event for line in told][-1] == "spot_check_miss"


def test_a_sample_that_cannot_be_tested_is_taken_again(story: StoryRunner) -> None:
    of_the_site(story, drawn_lot(story))
    first = one_sample(story)
    untested = {"value": "-", "verdict": "N"}
    head = {**TIMED, "labCode": first.laboratory, "reportNo": "R1", "sampleNo": first.sample_no, "verdict": "N"}
    line = {"gnum": "1", "item": "铅", "standard": "GB 2762-2022", "limit": "≤0.08", "unit": "mg/kg", **untested}
    told = {"sealNo": first.seal_no, "issuedTime": now_of(story)}
    story.submit(message_of(registered_laboratory(story, first.laboratory), "LabReport", {**head, **told}, [line]))
    assert one_sample(story).state == "notified"
    story.pass_time(days=6)
    assert (one_sample(story).state, booked_out(story, first)) == ("at_lab", 3)
    story.pass_time(days=5)
    assert one_sample(story).state == "qualified"


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("LabReport", {"issuedTime": "99999999999999"}),
        ("LabReport", {"issuedTime": "00010101000000"}),
        ("LabReport", {"labCode": "<&>", "sealNo": "'; DROP"}),
        ("SampleRecord", {"takenQty": "99999999999999.99999", "takenTime": "00000000000000"}),
        ("RetestApplication", {"reportNo": "\u202e", "laboratory": "NaN"}),
        ("MeasureReport", {"measureNo": "M", "found": "99999999999999", "done": "0.00001", "way": "?"}),
    ],
)
def test_a_hostile_message_is_refused_and_stops_nobody(story: StoryRunner, code: str, given: dict[str, str]) -> None:
    sample = drawn_lot(story)
    head = {**TIMED, "sampleNo": sample.sample_no, "ebcCode": sample.ebc_code}
    of_each = {
        "LabReport": {
            "labCode": "QDLAB01",
            "reportNo": "R1",
            "sealNo": "S",
            "issuedTime": "20261120100000",
            "verdict": "P",
        },
        "SampleRecord": {"takenTime": TIMED_AT, "takenQty": "1"},
        "RetestApplication": {"reportNo": "R1", "reason": "x"},
        "MeasureReport": {"copNo": "C1", "asOf": TIMED_AT},
    }[code]
    if code == "MeasureReport":
        head.pop("sampleNo")
    if code == "LabReport":
        head.pop("ebcCode")
    line = {
        "gnum": "1",
        "item": "铅",
        "standard": "S",
        "limit": "≤NaN",
        "value": "Infinity",
        "unit": "g",
        "verdict": "P",
    }
    lines = [line] if code == "LabReport" else []
    story.submit(message_of(WAREHOUSE.company, code, {**head, **of_each, **given}, lines))
    told = select(receipt.c.return_status).where(receipt.c.code == f"{code}Return").order_by(receipt.c.group_id)
    assert [row.return_status for row in story.rows(told)] == ["2", "100"]
    assert one_sample(story).state == "notified"


def test_a_list_that_needs_a_held_lot_waits_for_an_officer(story: StoryRunner) -> None:
    trade = story.trade(0, "1210")
    of_the_site(story, drawn_lot(story, item=trade.document("inventory").lines[0]["itemRecordNo"]))
    of_the_laboratory(story, one_sample(story), "0.2")
    story.send(trade)
    assert story.state(trade) == "in_review"
    (waits,) = [line.reasons for line in story.timeline(trade) if line.event == "review"]
    assert "23110" in waits


@pytest.mark.parametrize(
    ("changes", "state", "status"),
    [
        ({"takenQty": "99999999999"}, "notified", "100"),
        ({"takenQty": "0"}, "notified", "100"),
        ({"sampleNo": "SP2026112001-NONE"}, "notified", "100"),
        ({"ebcCode": "3702960000"}, "notified", "100"),
        ({"refused": "Y", "takenQty": "0", "reason": "不在计划范围"}, "sampling_refused", "120"),
    ],
)
def test_a_record_is_checked_against_its_sample(
    story: StoryRunner, changes: dict[str, str], state: str, status: str
) -> None:
    of_the_site(story, drawn_lot(story), **changes)
    assert one_sample(story).state == state
    given = select(receipt.c.return_status).where(receipt.c.code == "SampleRecordReturn").order_by(receipt.c.group_id)
    assert [row.return_status for row in story.rows(given)] == ["2", status]


def test_a_plan_is_previewed_before_it_is_opened(story: StoryRunner) -> None:
    for number in range(4):
        story.send(story.trade(number))
    drawn_lot(story)
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    browser, page = (
        signed_in(client, story.window, "qian", "quality_officer"),
        "/spot_check_plans?sandbox=story&lang=en",
    )
    opened = len(story.read(list_spot_check_plans))
    for terms, said in (
        ("title=全部; rate=0.5", " lists of the last 30 days); "),
        ("title=布控; basis=T; goods=0901; rate=1", "4 lists of the last 30 days"),
        ("title=库存; universe=stock; size=2", "samples find one with 95 %"),
        ("title=无; goods=0000; rate=1", "0 samples to be expected of 0 units"),
    ):
        answer = browser.post(page, data={"plan": terms, "preview": "1"})
        assert (answer.status_code, said in answer.text) == (200, True)
    assert browser.post(page, data={"plan": "rate=1", "preview": "1"}).status_code == 422
    assert len(story.read(list_spot_check_plans)) == opened
    with reading(story.window.engine) as connection:
        all_of = preview_plan(connection, story.window, "story", "title=全部; rate=1")
        half = preview_plan(connection, story.window, "story", "title=全部; rate=0.5")
    assert all_of.lists == 4 and all_of.samples == all_of.units == 2 * half.samples
    assert all_of.a_day == round(all_of.units / 30, 2)
    assert [power.needed for power in all_of.finds] == [smallest_sample(all_of.units, 1)] * 2
    story.pass_time(days=31)
    with reading(story.window.engine) as connection:
        assert preview_plan(connection, story.window, "story", "title=全部; rate=1").lists == 0


def test_a_preview_does_not_count_what_open_plans_draw(story: StoryRunner) -> None:
    for number in range(4):
        story.send(story.trade(number))
    terms = "title=全部; rate=0.5"

    def foreseen(terms: str = terms) -> tuple[float, float]:
        with reading(story.window.engine) as connection:
            would = preview_plan(connection, story.window, "story", terms)
        return would.samples, would.shared

    alone, _ = foreseen()
    open_plan(story, "title=布控; basis=T; goods=0000; rate=1", failing="0.1")
    assert foreseen() == (alone, 0)
    open_plan(story, terms, failing="0.2")
    assert foreseen() == (alone / 2, alone / 2)
    open_plan(story, "title=无; goods=0000; rate=1", failing="0.3")
    assert foreseen() == (alone / 2, alone / 2)
    open_plan(story, "title=全部; rate=1", failing="0.4")
    assert foreseen() == (0, alone)
    assert foreseen("title=布控; basis=T; goods=0901; rate=1")[1] == 0


def test_a_preview_of_stock_does_not_count_lots_that_were_drawn_before(story: StoryRunner) -> None:
    sample = drawn_lot(story)
    for size, drawn in (("9", "0"), ("1", "0")):
        terms = f"title=库存; universe=stock; size={size}; goods={sample.gcode}"
        with reading(story.window.engine) as connection:
            would = preview_plan(connection, story.window, "story", terms)
        assert (would.samples, would.shared + would.samples) == (float(drawn), min(int(size), would.units))


def test_a_sample_says_what_a_measure_concerns(story: StoryRunner) -> None:
    trade = story.trade(0, "1210")
    item = trade.document("inventory").lines[0]["itemRecordNo"]
    sample = drawn_lot(story, item=item)
    before = story.read(hits_of, sample)
    assert (before.lists, before.lots > 0) == (0, True)
    story.send(trade)
    after = story.read(hits_of, sample)
    assert (after.lists, after.waiting, after.parcels) == (1, 0, 1) and float(after.sold) > 0
    assert after.named == (str(story.column(trade, "invt_no")),)
    assert story.read(hits_of, replace(sample, item_record_no="NONE")).lists == 0
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    browser = signed_in(client, story.window, "qian", "quality_officer")
    shown = browser.get(f"/spot_checks/{sample.sample_no}?sandbox=story&lang=en").text
    assert "Lists with the same goods or lot: 1, of which not released: 0; parcels sold: 1" in shown


def stopped_and_refused(story: StoryRunner) -> str:
    """The number of the sample of a list that is stopped, which its company refuses."""
    open_plan(story, "title=布控; basis=T; goods=0901; rate=1")
    story.send(story.trade())
    ((number, ebc_code),) = story.rows(select(spot_check_sample.c.sample_no, spot_check_sample.c.ebc_code))
    refusing = {"refused": "Y", "takenQty": "0", "reason": "不在计划范围", "takenTime": "20261121090000"}
    head = {**TIMED, "sampleNo": number, "ebcCode": ebc_code, **refusing}
    story.submit(message_of(WAREHOUSE.company, "SampleRecord", head))
    return str(number)


def test_a_list_goes_on_when_its_company_may_refuse_the_sample(story: StoryRunner) -> None:
    number = stopped_and_refused(story)
    assert [row.state for row in story.rows(select(declaration.c.state))] == ["under_inspection"]
    act(story.window, story.sandbox, number, "excuse", "不在计划范围", about="spot_check")
    story.pass_time(days=1)
    assert next(row.state for row in story.rows(select(declaration.c.state))) in {"released", "closed"}
    assert story.read(spot_checks.audit_ledger).balanced


def test_a_list_that_is_stopped_twice_before_its_sample_is_stored_waits_for_it(story: StoryRunner) -> None:
    stopped_and_refused(story)
    ((declaration_id, plan_no, gnum),) = story.rows(
        select(spot_check_sample.c.declaration_id, spot_check_sample.c.plan_no, spot_check_sample.c.gnum)
    )
    carry_out(story.window.engine, spot_check_sample.delete())
    carry_out(story.window.engine, work_case.delete().where(work_case.c.subject == "spot_check"))
    again = [[declaration_id, plan_no, gnum]] * 2
    send = {ROUTES.by_topic["spot_check.list_stopped"]: again}
    write_by(story.window.engine, write_sends, story.window.numbering, story.sandbox, send, 0)
    story.window.settle()
    assert [state for _, state in samples(story)] == ["notified"]
    assert [row.state for row in story.rows(select(declaration.c.state))] == ["under_inspection"]


def test_no_field_of_the_form_of_a_plan_says_another(story: StoryRunner) -> None:
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    browser = signed_in(client, story.window, "qian", "quality_officer")
    given = {"title": "甲; rate=1；basis=T", "kind": "yearly", "universe": "stock", "size": "2", "goods": "9503，6109"}
    assert browser.post("/spot_check_plans?sandbox=story", data=given).status_code == 303
    story.window.settle()
    (plan,) = story.read(list_spot_check_plans)
    terms = read_terms(plan.terms)
    assert (terms.title, terms.basis, terms.rate, terms.size) == ("甲 rate=1 basis=T", "R", 0, 2)
    assert terms.scope.goods == ("6109", "9503")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sample_that_never_waited_tells_its_times_as_pages_write_them(start_story: Any, language: str) -> None:
    story = start_story()
    open_plan(story, "title=全部; rate=1")
    story.send(story.trade())
    story.pass_time(days=1, hours=2)
    row = story.rows(select(spot_check_sample.c.sample_no, spot_check_sample.c.due_at))[0]
    officer = signed_in(create_app(story.window).test_client(), story.window, "sun", "quality_officer")
    query = {"sandbox": story.sandbox, "lang": language}
    history = officer.get(f"/spot_checks/{row.sample_no}", query_string=query).text.partition('id="history"')[2]
    assert utc_text(row.due_at + 8 * 3_600_000)[:16].replace("T", " ") in history
    assert not re.search(r"(?<!\d)20\d{12}(?!\d)", history.partition("</section>")[0])


def test_the_hash_that_a_plan_commits_itself_to_can_be_copied(start_story: Any) -> None:
    story = start_story()
    open_plan(story, "title=全部; rate=1")
    (plan,) = story.read(list_spot_check_plans)
    officer = signed_in(create_app(story.window).test_client(), story.window, "sun", "quality_officer")
    page = officer.get("/spot_check_plans", query_string={"sandbox": story.sandbox, "lang": "en"}).text
    assert len(plan.commitment) == 64 and f">{plan.commitment}<" in page
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert row.count("<td") - row.count("data-of=") == 1, (
        "each figure says on a phone what it is; terms speak for themselves"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_why_a_failed_sample_waits_names_the_item_with_its_value_and_limit(start_story: Any, language: str) -> None:
    story = start_story()
    number = failed_samples(story)[0]
    officer = signed_in(create_app(story.window).test_client(), story.window, "sun", "quality_officer")
    page = officer.get(f"/spot_checks/{number}", query_string={"sandbox": story.sandbox, "lang": language}).text
    (sample,) = story.rows(select(spot_check_sample.c.id).filter_by(sample_no=number))
    (report,) = story.rows(select(sample_order.c.lines).filter_by(sample_id=sample.id))
    said = re.search(r"[(（]([^:：]+)[:：] ?([^,，]+)[,，] ?(?:limit |限值)([^)）]+)[)）]", _reason(page))
    assert said is not None and all(part in str(report.lines) for part in (said[1], said[2])), _reason(page)
    assert _reason(page) in page.partition('id="history"')[2], "the timeline says the same"


def _reason(page: str) -> str:
    """The sentence of a case's page, without its markup."""
    shown = page.partition('<section class="why')[2].partition("</p>")[0].partition("<p")[2]
    return re.sub(r"<[^>]+>", "", f"<p{shown}").strip()
