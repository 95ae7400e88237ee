"""What a second officer sees of a proposal is what then happens, nothing goes on while it waits, and the declarant's
clock says so."""

from __future__ import annotations

from typing import Any

import pytest

from single_window.api import create_app
from single_window.cases import second_officer
from single_window.cases.declarations import assembly
from single_window.language import for_people, phrases
from single_window.store.decisions import find_decision
from single_window.work import filing, proposals
from tests.databases import ON_BOTH
from tests.officers import TESTER, account, named, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
CHEN, ZHAO = named("chen", "inspector"), named("zhao")
WHY, REMARK = "夹藏违禁品", "夹层内另有物品"


class Seizure:
    """A list under inspection, whose seizure Chen has proposed with the inspection's results."""

    def __init__(self, story: StoryRunner) -> None:
        self.story, self.trade = story, story.trade(0, fault="guarantee_short")
        story.send(self.trade)
        story.decide(self.trade, "inspect", "", TESTER)
        self.key = ("declaration", str(story.column(self.trade, "id")))
        lines = len(self.trade.document("inventory").lines)
        self.findings = [[1, "differs", REMARK], *([line, "as_declared", ""] for line in range(2, lines + 1))]
        self.propose()

    def propose(self) -> int:
        filed = self.story.decide(
            self.trade, "detain_for_smuggling", WHY, CHEN, findings=self.findings, as_declared=False
        )
        self.number = filed.decision
        return self.number

    def effect(self) -> second_officer.Effect:
        (effect,) = self.story.read(second_officer.effects, [self.key])
        return effect  # type: ignore[no-any-return]

    def due(self) -> list[Any]:
        return list(self.story.read(assembly.of_declaration, int(self.key[1])).due)


@pytest.fixture
def seizure(start_story: Any) -> Seizure:
    return Seizure(start_story())


def test_it_shows_what_the_declarant_then_reads(seizure: Seizure) -> None:
    effect = seizure.effect()
    assert (effect.words.en, effect.vain) == ("detain, hand to anti-smuggling", False)
    assert WHY in effect.reads.zh and REMARK in effect.reads.zh
    proposals.approve(seizure.story.window, seizure.story.sandbox, seizure.number, ZHAO)
    seizure.story.window.settle()
    last = seizure.story.receipts(seizure.trade)[-1]
    assert (last.return_status, for_people.description(last.info)) == (effect.return_status, effect.reads.zh)
    assert phrases.state(seizure.story.state(seizure.trade)) == effect.to


def test_the_inspections_results_go_with_it_line_by_line(seizure: Seizure) -> None:
    first = seizure.effect().lines[0]
    assert (first.line, first.result.en, first.remark, first.as_declared) == (1, "differs", REMARK, False)
    assert first.goods == seizure.trade.document("inventory").lines[0]["gname"]


def test_fifty_lines_of_results_are_kept_until_it_is_approved(start_story: Any) -> None:
    seizure = Seizure(start_story())
    story, found = seizure.story, [[line, "differs", "夹" * 100] for line in range(1, 51)]
    proposals.decline(story.window, story.sandbox, seizure.number, ZHAO, "不足")
    number = filing.file(
        story.window,
        story.sandbox,
        seizure.key[0],
        int(seizure.key[1]),
        "detain_for_smuggling",
        by=CHEN,
        reason=WHY,
        values={"findings": found},
    )
    assert story.read(find_decision, number).details == {"findings": found}


def test_while_it_waits_nothing_goes_on_and_the_declarants_clock_says_so(seizure: Seizure) -> None:
    before = seizure.due()
    assert before and all(due.held for due in before)
    receipts = seizure.story.statuses(seizure.trade)
    seizure.story.pass_time(days=30)
    assert (seizure.story.state(seizure.trade), seizure.story.statuses(seizure.trade)) == ("under_inspection", receipts)
    assert [(due.kind, due.at, due.held) for due in seizure.due()] == [(due.kind, due.at, True) for due in before]
    client = create_app(seizure.story.window).test_client()
    shown = client.get(f"/api/v1/stories/{seizure.trade.id}", headers={"X-Sandbox": seizure.story.sandbox})
    assert [due["held"] for due in shown.json["declaration"]["due"]] == [True for _ in before]
    proposals.decline(seizure.story.window, seizure.story.sandbox, seizure.number, ZHAO, "证据不足")
    assert not any(due.held for due in seizure.due())


@each("language", ["zh", "en"])
def test_page_and_call_show_it_to_the_second_and_why_it_was_declined_to_the_first(
    seizure: Seizure, language: str
) -> None:
    story = seizure.story
    if story.read(find_decision, seizure.number).state != "proposed":
        seizure.propose()
    effect, app = seizure.effect(), create_app(story.window)
    page = f"/declarations/{seizure.key[1]}?sandbox={story.sandbox}&lang={language}"
    zhao = signed_in(app.test_client(), story.window, "zhao", "supervisor")
    shown = zhao.get(page).text
    for told in (effect.reads.zh, REMARK, "chen", effect.return_status, effect.lines[0].result.text(language)):
        assert told in shown, told
    call = app.test_client().get(
        f"/api/v1/proposals/{seizure.number}", headers={"X-Sandbox": story.sandbox}, auth=account(story.window, "zhao")
    )
    assert call.json["reads_zh"] == effect.reads.zh and call.json["findings"][0]["remark"] == REMARK
    proposals.decline(story.window, story.sandbox, seizure.number, ZHAO, "请补充照片")
    chen = signed_in(app.test_client(), story.window, "chen", "inspector")
    assert "请补充照片" in chen.get(page).text and effect.reads.zh not in chen.get(page).text
    assert "请补充照片" in chen.get(f"/my-decisions?sandbox={story.sandbox}&lang={language}").text
    seizure.propose()
    assert "请补充照片" not in chen.get(page).text, "it is proposed again"


def test_one_that_its_author_withdrew_is_told_apart(seizure: Seizure) -> None:
    proposals.decline(seizure.story.window, seizure.story.sandbox, seizure.number, CHEN)
    last = seizure.story.read(second_officer.last_declined, seizure.key)
    assert (last.proposal.state, last.reason) == ("withdrawn", "")
