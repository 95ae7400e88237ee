"""Closed cases are drawn by the secret of the month and decided again by a second officer, who does not know how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from declarations.commitments import is_committed
from simulators.imports.trade import ImportTrade
from single_window.accounts.people import OPERATOR, Person
from single_window.accounts.rights import Lacking
from single_window.api import create_app
from single_window.cases import queue
from single_window.cases.declarations import assembly
from single_window.cases.declarations.decisions import LIST_DECISION
from single_window.cases.declarations.parts import Billed
from single_window.cases.monthly import month_of
from single_window.cases.profiles.decisions import DRAFT_NEW
from single_window.cases.quality.choices import choices, cosmetics_to_decide
from single_window.cases.quality.decisions import GOLDEN
from single_window.cases.quality.evidence import evidence_of
from single_window.frame import files, notes
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.language.refusal import Refusal
from single_window.store import quality_checks
from single_window.store.quality_checks import StoredCheck
from single_window.store.tables import quality_check
from single_window.work import quality_checking
from single_window.work.quality_checking import MonthSpan
from tests.commands import run_command
from tests.databases import ON_BOTH, carry_out
from tests.officers import PASSWORD, account, act, change_parameter, signed_in
from tests.stories.story import StoryRunner

ZHAO, QIAN = Person("zhao", "supervisor", agency="customs"), Person("qian", "supervisor", agency="customs")
LI = Person("li", "reviewer", agency="customs")
MONTH, FIRST_DAY = "2026-12", "2026-12-01"
FIRST_REASON, SECOND_REASON = "与实物不符", "单证齐全"


def month() -> MonthSpan:
    found = month_of(MONTH)
    assert found is not None
    return MonthSpan(*found)


def value(story: StoryRunner, name: str, text: str, since: str = FIRST_DAY) -> None:
    change_parameter(story.window, story.sandbox, f"quality.{name}", {"": text}, since, by=OPERATOR, reason="测试")


def close(story: StoryRunner, *numbers: int, by: Person = LI, action: str = "reject") -> None:
    """Lists that were put in review and decided."""
    for number in numbers:
        trade = story.trade(number, fault="content_missing")
        story.send(trade)
        story.decide(trade, action, FIRST_REASON, by)


def checks(story: StoryRunner) -> list[StoredCheck]:
    return list(story.read(quality_checks.of_month, MONTH))


def draw(story: StoryRunner) -> int:
    return quality_checking.draw(story.window, story.sandbox, month())


def write_note(story: StoryRunner, number: str, text: str) -> None:
    notes.add(story.window, story.sandbox, story.read(LIST_DECISION.find, number), text, QIAN)


def keep_file(story: StoryRunner, number: str, name: str) -> None:
    subject = story.read(LIST_DECISION.find, number)
    files.add(story.window, story.sandbox, subject, name=name, declared="text/plain", body=name.encode(), who=QIAN)


def decide(story: StoryRunner, check: StoredCheck, choice: str, by: Person = ZHAO) -> str:
    lines = story.read(cosmetics_to_decide, check) if choice == "conclude" else ()
    given: dict[str, Any] = {"choice": choice, **({"cosmetics": dict.fromkeys(lines, "high_end")} if lines else {})}
    act(story.window, story.sandbox, str(check.id), "check", SECOND_REASON, by, about="quality_check", **given)
    return next(known.state for known in checks(story) if known.id == check.id)


def in_december(story: StoryRunner, share: str = "1", cap: str = "50") -> StoryRunner:
    """The first of December, from which on so many closed cases are checked."""
    value(story, "share", share)
    value(story, "monthly_cap", cap)
    story.pass_time(days=11)
    return story


@pytest.fixture
def story(start_story: Any) -> Iterator[StoryRunner]:
    """A month in which every closed case is checked."""
    yield in_december(start_story())


def test_a_second_officer_agrees_or_overturns_and_the_case_stays_as_it_is(story: StoryRunner) -> None:
    close(story, 0, 1)
    assert draw(story) == 2
    agreed, overturned = checks(story)
    assert decide(story, agreed, "reject") == "agreed"
    assert decide(story, overturned, "conclude") == "overturned"
    for number in (0, 1):
        assert story.state(story.trade(number, fault="content_missing")) == "rejected"


def test_it_draws_each_case_once_and_goes_on_where_it_ended(story: StoryRunner) -> None:
    close(story, 0)
    assert [draw(story), draw(story)] == [1, 0]
    close(story, 1, 2)
    assert [draw(story), draw(story)] == [2, 0]
    assert [check.first_action for check in checks(story)] == ["reject"] * 3


def test_a_decision_that_leaves_the_case_at_a_desk_closes_nothing(story: StoryRunner) -> None:
    close(story, 0, action="suspend")
    assert draw(story) == 0


def test_no_desk_has_more_checks_than_its_cap(start_story: Any) -> None:
    story = in_december(start_story(), cap="2")
    close(story, 0, 1, 2)
    assert draw(story) == 2


def test_who_closed_it_and_who_could_not_have_checks_nothing(story: StoryRunner) -> None:
    close(story, 0, by=ZHAO)
    draw(story)
    (check,) = checks(story)
    with pytest.raises(Refusal):
        decide(story, check, "reject", ZHAO)
    for person in (LI, Person("tax", "supervisor", agency="tax")):
        with pytest.raises(Lacking):
            decide(story, check, "reject", person)
    assert queue.take_next(story.window, story.sandbox, ZHAO, {"desk": "quality"}) is None, "nor is he handed it"
    taken = queue.take_next(story.window, story.sandbox, QIAN, {"desk": "quality"})
    assert taken is not None and taken.subject_id == str(check.id)
    assert decide(story, check, "reject", QIAN) == "agreed"


def test_only_acts_that_were_possible_are_chosen_and_each_check_once(story: StoryRunner) -> None:
    close(story, 0)
    draw(story)
    (check,) = checks(story)
    for choice in ("", "detain", "approve"):
        with pytest.raises(Refusal):
            decide(story, check, choice)
    decide(story, check, "conclude")
    with pytest.raises(Refusal):
        decide(story, check, "reject", QIAN)


UNASKED = {"remind", "withdraw"}
CHOICES = [
    ("content_missing", (), {"reject", "conclude", "ask", "inspect", "suspend"}, {*UNASKED, "revalue"}),
    ("guarantee_short", (), {"reject", "ask"}, {*UNASKED, "conclude", "revalue"}),
    ("content_missing", ("ask",), {"reject", *UNASKED}, {"ask", "review"}),
    ("content_missing", ("inspect",), {"send_back", "conclude", "ask"}, {*UNASKED, "revalue", "reject"}),
]
"""The fault of a list, what happened to it before it was closed, and acts that are and are not to choose."""


@pytest.mark.parametrize(("fault", "acts", "offered", "missing"), CHOICES)
def test_the_second_officer_chooses_between_what_was_possible_then(
    story: StoryRunner, fault: str, acts: tuple[str, ...], offered: set[str], missing: set[str]
) -> None:
    trade = story.trade(0, fault=fault)
    story.send(trade)
    for action in acts:
        story.decide(trade, action, FIRST_REASON, LI)
    story.decide(trade, "send_back" if "inspect" in acts else "reject", FIRST_REASON)
    draw(story)
    (check,) = checks(story)
    known = set(story.read(choices, check))
    assert offered <= known and not known & missing, known
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao")
    page = browser.get(f"/quality/{check.id}?sandbox={story.sandbox}&lang=en").text
    assert {action for action in known | missing if f'value="{action}"' in page} == known
    said = page.partition('class="why-off"')[2].partition("</p>")[0]
    assert ("not possible when the case was decided" in said and "conclude" in said) == (fault == "guarantee_short")


def test_the_second_officer_reads_nothing_of_the_first_decision(story: StoryRunner) -> None:
    close(story, 0)
    draw(story)
    (check,) = checks(story)
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao")
    address = f"/quality/{check.id}?sandbox={story.sandbox}&lang=zh"
    before = browser.get(address).text
    assert "您的决定" in before and "净含量" in before, "why it waited, and the form"
    for told in (FIRST_REASON, "<td>li", ">li<", "原决定", "已退单"):
        assert told not in before, told
    queued = browser.get(f"/review?sandbox={story.sandbox}&desk=quality").text
    documents = before.partition('id="documents"')[2].partition("</section>")[0]
    assert "清单" in documents and "/raw" in documents and "chip" not in documents, (
        "what was filed, not what came of it"
    )
    assert not re.search(r'href="/messages/\d+\?', before), "a message's page has its receipts"
    assert FIRST_REASON not in queued and f"/quality/{check.id}" in queued
    form = {"act": "check", "choice": "conclude", "reason": SECOND_REASON, "version": "1", "cosmetic-1": "other"}
    assert browser.post(address, data=form).status_code == 303
    assert "原决定" in browser.get(address).text, "afterwards it is no secret"


def test_the_second_officer_reads_nothing_of_what_was_written_before_the_decision(story: StoryRunner) -> None:
    trade = story.trade(0, fault="content_missing")
    story.send(trade)
    story.decide(trade, "suspend", "等待材料", LI)
    story.decide(trade, "review", "材料已齐", LI)
    story.decide(trade, "reject", FIRST_REASON, LI)
    draw(story)
    (check,) = checks(story)
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao")
    for address in (f"/quality/{check.id}?", "/review?desk=quality&"):
        shown = browser.get(f"{address}sandbox={story.sandbox}&lang=zh").text
        assert "净含量" in shown, "why it waited"
        for told in ("等待材料", "材料已齐", FIRST_REASON):
            assert told not in shown, (address, told)


def test_a_case_of_known_answer_is_mixed_in_and_counts_apart(story: StoryRunner) -> None:
    close(story, 0)
    number = story.trade(0, fault="content_missing").id
    wanted = Requested("mix_in", "范例", values={"subject": "declaration", "number": number, "choice": "conclude"})
    create(story.window, story.sandbox, "quality_check", GOLDEN, wanted, ZHAO)
    (golden,) = checks(story)
    assert decide(story, golden, "reject", QIAN) == "overturned"
    quality = call(story, "get", "/quality").json
    assert (quality["golden"]["checked"], quality["golden"]["agreed"], quality["all"]["checked"]) == (1, 0, 0)
    with pytest.raises(Lacking):
        create(story.window, story.sandbox, "quality_check", GOLDEN, wanted, LI)


def call(story: StoryRunner, method: str, path: str, name: str = "zhao", role: str = "supervisor", **more: Any) -> Any:
    account(story.window, name, role)
    client = create_app(story.window).test_client()
    how: Any = {"headers": {"X-Sandbox": story.sandbox}, "auth": (name, PASSWORD), **more}
    return getattr(client, method)(f"/api/v1{path}", **how)


def test_agreement_is_told_with_intervals_and_nobody_is_named(story: StoryRunner) -> None:
    close(story, 0, 1, 2)
    assert call(story, "post", "/quality", json={}).json["added"] == 3
    for check, choice in zip(checks(story), ("reject", "reject", "conclude"), strict=True):
        decide(story, check, choice)
    quality = call(story, "get", "/quality").json
    row = quality["by_desk"][0]
    assert (row["name"], row["checked"], row["agreed"], row["overturned"]) == ("review", 3, 2, 1)
    assert (row["low"], row["high"], row["enough"]) == (0.2077, 0.9385, False)
    assert [row["name"] for row in quality["by_reason"]] == ["14021"] and quality["by_lane"][0]["checked"] == 3
    assert {check["outcome"] for check in quality["checks"]} == {"agreed", "overturned"}
    assert not any(person.name in str(quality["checks"]) for person in (LI, ZHAO))
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao")
    for language, words in (("en", "nothing is concluded"), ("zh", "不作结论")):
        assert words in browser.get(f"/quality?sandbox={story.sandbox}&lang={language}").text


def test_the_month_can_be_drawn_again_and_its_secret_is_told_when_it_is_over(story: StoryRunner) -> None:
    close(story, 0, 1)
    where = ("--data", str(story.window.settings.data), "--sandbox", story.sandbox)
    assert "2 more cases" in run_command("quality", "draw", *where).stdout
    assert call(story, "get", "/quality").json["secret"] is None
    assert run_command("quality", "audit", *where).exit_code == 0
    story.pass_time(days=40)
    told = call(story, "get", "/quality", query_string={"month": MONTH}).json
    assert is_committed(told["commitment"], told["secret"])
    first, second = checks(story)
    carry_out(story.window.engine, update(quality_check).where(quality_check.c.id == first.id).values(golden=1))
    audited = run_command("quality", "audit", "--month", MONTH, *where)
    assert audited.exit_code == 1 and "without a check" in audited.stdout
    moved = update(quality_check).where(quality_check.c.id == second.id).values(sequence=99)
    carry_out(story.window.engine, moved)
    assert "not drawn: rows 99" in run_command("quality", "audit", "--month", MONTH, *where).stdout
    assert "2026-12: 1 drawn" in run_command("quality", "show", "--month", MONTH, *where).stdout


@pytest.mark.parametrize(
    ("role", "sees", "draws"),
    [("supervisor", True, True), ("administrator", True, True), ("auditor", True, False), ("reviewer", False, False)],
)
def test_who_may_see_quality_and_draw(story: StoryRunner, role: str, sees: bool, draws: bool) -> None:
    name = f"a-{role}"
    assert call(story, "get", "/quality", name, role).status_code == (200 if sees else 403)
    assert call(story, "get", "/quality/audit", name, role).status_code == (200 if sees else 403)
    assert call(story, "post", "/quality", name, role, json={}).status_code == (200 if draws else 403)
    browser = signed_in(create_app(story.window).test_client(), story.window, name, role)
    assert browser.get(f"/quality?sandbox={story.sandbox}").status_code == (200 if sees else 403)
    assert browser.post(f"/quality?sandbox={story.sandbox}").status_code == (303 if draws else 403)


def test_a_recording_leaves_checks_out_and_has_profiles(story: StoryRunner, tmp_path: Path) -> None:
    profile = {"code": "all", "profile": "title=T; lane=inspect; share=1"}
    create(story.window, story.sandbox, "risk_profile", DRAFT_NEW, Requested("draft", values=profile), OPERATOR)
    act(story.window, story.sandbox, "all", "put_in_force", "多次", OPERATOR, about="risk_profile", since="2026-12-02")
    close(story, 0)
    draw(story)
    decide(story, checks(story)[0], "conclude")
    where = ("--data", str(story.window.settings.data), "--sandbox", story.sandbox)
    recorded = run_command("record", str(tmp_path / "a.swr"), *where)
    assert recorded.exit_code == 0 and "5 acts" in recorded.stdout, recorded.output
    played = run_command("replay", str(tmp_path / "a.swr"), "--data", str(tmp_path / "again"), "--sandbox", "again")
    assert played.exit_code == 0 and "0 could not be done" in played.stdout, played.output


@ON_BOTH
def test_checks_are_kept_alike_on_both_databases(start_story: Any) -> None:
    story = in_december(start_story())
    close(story, 0)
    assert [draw(story), draw(story)] == [1, 0]
    (check,) = checks(story)
    assert story.read(quality_checks.find, check.id, lock=True) == check
    assert story.read(quality_checks.drawn_of, MONTH) == {"review": 1}
    assert story.read(quality_checks.plan_of, MONTH, lock=True).sequence >= check.sequence
    assert story.read(quality_checks.closed_case, "declaration", check.number).subject_id == check.subject_id
    decide(story, check, "conclude")
    assert story.read(quality_checks.find, check.id).state == "overturned"
    again, stored = story.read(
        lambda connection, sandbox: quality_checking.recompute(story.window, connection, sandbox, month())
    )
    assert {closing.sequence for closing in again} == stored


@pytest.mark.parametrize("hours", [0, 1])
def test_the_second_officer_sees_what_the_first_had_before_him(story: StoryRunner, hours: int) -> None:
    """Also what happened in the same instant as the first decision, and nothing that came after it."""
    trade = story.trade(0, fault="content_missing")
    story.send(trade)
    story.decide(trade, "ask", "请补充净含量", LI)
    write_note(story, trade.id, "已电话联系")
    keep_file(story, trade.id, "before.txt")
    story.pass_time(hours=hours)
    story.decide(trade, "reject", FIRST_REASON, LI)
    story.pass_time(hours=hours)
    write_note(story, trade.id, "退单后的备注")
    keep_file(story, trade.id, "after.txt")
    draw(story)
    (check,) = checks(story)
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao")
    page = browser.get(f"/quality/{check.id}?sandbox={story.sandbox}&lang=zh").text
    assert "after.txt" not in page
    for seen in ("请补充净含量", "已电话联系", "before.txt", 'data-key="c"', "<h2>税款</h2>"):
        assert seen in page, seen
    assert "退单后的备注" not in page and FIRST_REASON not in page
    assert 'class="table table-sm steps"' in page, "the working is a table, as the first officer had it"
    form = {"act": "check", "choice": "reject", "reason": SECOND_REASON, "version": "1"}
    done = browser.post(f"/quality/{check.id}?sandbox={story.sandbox}&lang=en", data=form, follow_redirects=True)
    assert "second decision" in done.text and "decide again" not in done.text


def test_a_value_is_determined_again_with_its_method_and_prices(story: StoryRunner) -> None:
    trade = story.trade(0, fault="price_low")
    story.send(trade)
    story.decide(trade, "reject", FIRST_REASON, LI)
    draw(story)
    (check,) = checks(story)
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao")
    place = f"/quality/{check.id}?sandbox={story.sandbox}&lang=en"
    form = browser.get(place).text.partition('id="act-revalue-check"')[2].partition("</form>")[0]
    assert 'name="method"' in form and 'name="price-1"' in form
    sent = {"act": "check", "choice": "revalue", "reason": SECOND_REASON, "version": "1", "price-1": "120.00"}
    refused = browser.post(place, data=sent)
    assert refused.status_code == 422 and "method" in refused.text.partition('role="alert"')[2][:300]
    wrong = browser.post(place, data={**sent, "preview": "revalue"}).text
    assert "method" in wrong.partition('role="alert"')[2][:300], "it cannot be worked out without one"
    worked = browser.post(place, data={**sent, "method": "similar", "preview": "revalue"}).text
    assert 'class="worked"' in worked
    done = browser.post(place, data={**sent, "method": "similar"}, follow_redirects=True)
    assert done.status_code == 200
    (settled,) = checks(story)
    assert settled.second_action == "revalue"
    assert SECOND_REASON in settled.second_reason and "120.00" in settled.second_reason


@pytest.mark.parametrize(("second", "state"), [("other", "agreed"), ("high_end", "overturned")])
def test_a_check_decides_of_cosmetics_as_the_first_officer_had_to(story: StoryRunner, second: str, state: str) -> None:
    trade = story.trade(0, fault="content_missing")
    story.send(trade)
    story.decide(trade, "conclude", FIRST_REASON, LI, cosmetics={"1": "other"})
    draw(story)
    (check,) = checks(story)
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao")
    place = f"/quality/{check.id}?sandbox={story.sandbox}&lang=en"
    asked = browser.get(place).text
    assert 'name="cosmetic-1"' in asked.partition('id="act-conclude-check"')[2].partition("</form>")[0]
    assert 'name="cosmetic-1"' not in asked.partition('id="act-reject-check"')[2].partition("</form>")[0]
    sent = {"act": "check", "choice": "conclude", "reason": SECOND_REASON, "version": "1"}
    assert browser.post(place, data=sent).status_code == 422
    done = browser.post(place, data={**sent, "cosmetic-1": second}, follow_redirects=True)
    (settled,) = checks(story)
    assert (done.status_code, settled.state) == (200, state)
    assert "高档化妆品" in settled.second_reason


def _bills(story: StoryRunner, trade: ImportTrade) -> Sequence[Billed]:
    return story.read(assembly.of_declaration, int(str(story.column(trade, "id")))).bills


DETERMINED = [("price_low", "revalue", {}), ("content_missing", "conclude", {"cosmetics": {"1": "other"}})]
"""The fault of a list, and an act by which the first officer determines its tax."""


@pytest.mark.parametrize(("fault", "action", "given"), DETERMINED)
def test_the_tax_of_a_check_is_that_before_the_first_officer_determined_it(
    story: StoryRunner, fault: str, action: str, given: dict[str, Any]
) -> None:
    trade = story.trade(0, fault=fault)
    story.send(trade)
    (before,) = _bills(story, trade)
    priced = {"method": "similar", "prices": {"1": "3.00"}, "as_declared": False} if action == "revalue" else {}
    story.decide(trade, action, FIRST_REASON, LI, **priced, **given)
    after = _bills(story, trade)[0]
    assert (story.state(trade), before.total != after.total) == ("released", True)
    draw(story)
    (check,) = checks(story)
    told = story.read(evidence_of, check)
    assert (told["bills"], told["supposed"].bill.total) == ((), before.total)
