"""A plan draws samples of released goods day by day; the laboratory reports, and an officer orders a measure."""

from __future__ import annotations

from sqlalchemy import select

from declarations.commitments import is_committed
from single_window.api.app import create_app
from single_window.cases.pest_checks.decisions import OPENING
from single_window.cases.pest_checks.queries import find_sample, list_plans
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.store.agency_tables.pest_checks import pest_check_sample
from single_window.store.tables import participant, receipt, work_case
from single_window.work.runtime import Runtime
from tests.databases import carry_out
from tests.described import described_client
from tests.officers import TESTER, act, change_parameter
from tests.stories.story import StoryRunner


def draw_everything(story: StoryRunner, failing: str) -> None:
    """Every line is drawn, and this share of the samples fails."""
    for name, numbers in (
        ("pest_checks.rates", dict.fromkeys(("33", "61", "62", "85", "95", "96"), "1")),
        ("pest_checks.failure", {"": failing}),
    ):
        change_parameter(story.window, story.sandbox, name, numbers, "2026-11-20", by=TESTER, reason="测试")


def samples(story: StoryRunner) -> list[tuple[str, str]]:
    return [tuple(row) for row in story.rows(select(pest_check_sample.c.key, pest_check_sample.c.state))]


def infested_samples(story: StoryRunner) -> list[str]:
    """The numbers of samples that failed and wait for an officer: every line of six lists."""
    draw_everything(story, "1")
    create(story.window, story.sandbox, "pest_check", OPENING, Requested(OPENING.action), TESTER, "autumn")
    story.window.settle()
    for number in range(6):
        story.send(story.trade(number))
    story.pass_time(days=1, hours=2)
    assert {state for _, state in samples(story)} == {"at_lab"}
    story.pass_time(days=5)
    assert {state for _, state in samples(story)} == {"unqualified"}
    return [row.number for row in story.rows(select(work_case.c.number).filter_by(subject="pest_check"))]


def test_nothing_is_drawn_without_a_plan(story: StoryRunner) -> None:
    story.send(story.trade())
    story.pass_time(days=3)
    assert samples(story) == []


def test_samples_are_drawn_tested_and_decided_about(story: StoryRunner) -> None:
    first, *_ = infested_samples(story)
    act(story.window, story.sandbox, first, "recall", "检出有害生物", about="pest_check")
    story.window.settle()
    sample = story.read(find_sample, first)
    assert sample.state == "recalled"
    story.pass_time(days=90)
    (plan,) = story.read(list_plans)
    assert is_committed(plan.commitment, plan.secret)


def test_lists_with_goods_that_failed_wait_until_an_officer_has_decided(story: StoryRunner) -> None:
    first, *others = infested_samples(story)
    trade = story.trade(40)
    story.send(trade)
    assert story.state(trade) == "in_review" and "29003" in str(story.column(trade, "reasons"))
    for number in (first, *others):
        act(story.window, story.sandbox, number, "warn", "已警示", about="pest_check")
        story.window.settle()
    story.pass_time(hours=1)
    assert story.state(trade) == "released"


def test_a_merchant_who_is_told_to_recall_waits_for_thirty_days(story: StoryRunner) -> None:
    first, *_ = infested_samples(story)
    act(story.window, story.sandbox, first, "recall", "检出有害生物", about="pest_check")
    story.window.settle()
    merchant = story.read(find_sample, first).ebc_code
    trade = next(
        one for one in map(story.trade, range(50, 90)) if one.document("inventory").head["ebcCode"] == merchant
    )
    story.send(trade)
    assert "29005" in str(story.column(trade, "reasons"))


def test_the_merchant_is_told_each_step_once_and_officers_find_the_sample_at_their_desk(story: StoryRunner) -> None:
    a_mailbox = participant.update().where(participant.c.dxp_id == "").values(dxp_id="DXPMERCHANT")
    carry_out(story.window.engine, a_mailbox)
    infested_samples(story)
    told = story.rows(select(receipt.c.key, receipt.c.return_status).where(receipt.c.code == "PestCheckNotice"))
    assert sorted({row.return_status for row in told}) == ["300", "500"] and len(set(told)) == len(told)
    with described_client(create_app(story.window, runtime=Runtime(story.window))) as client:
        page = str(client.get("/pest_checks?sandbox=story&lang=en").text)
        assert told[0].key in page and "failed" in page
        one = client.get(f"/pest_checks/{told[0].key}?sandbox=story&lang=en")
        assert one.status_code == 200 and told[0].key in one.text and "The sample failed" in one.text
