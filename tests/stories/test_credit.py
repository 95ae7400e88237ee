"""A company's events lead to a proposal with numbers; it is told, may object, is graded, published, and repaired or
cleared by time."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import select

from declarations.calendar import day_of, instant_of
from declarations.reasons import Reason
from gateways.circumstances import Options
from single_window.accounts.key_keeping import Issued
from single_window.accounts.people import participant as company
from single_window.api.app import create_app
from single_window.auditing.credit import NO_CASE, NOT_GIVEN, UNFOUNDED, audit_ledger
from single_window.cases.credit.decisions import send_answer
from single_window.cases.credit.queries import CASE_ROWS, CREDIT_FACTS, credited, list_events
from single_window.cases.exchange.decisions import set_class
from single_window.clock import Clock
from single_window.master_data.csv_files import BadFile
from single_window.master_data.importing import import_csv
from single_window.store.agency_tables.credit import credit_case, credit_event, credit_file
from single_window.store.tables import credit_grade, participant, receipt, work_case
from single_window.work import filing, proposals
from tests.api_keys import bearer, issued
from tests.databases import ON_BOTH, carry_out
from tests.described import described_client
from tests.officers import TESTER, act, named
from tests.stories import test_overdue_bills as overdue_bills
from tests.stories.story import WORLD, StoryRunner
from tests.unattended import unattended

pytestmark = ON_BOTH
MERCHANT = next(merchant.code for merchant in WORLD.merchants if merchant.credit_grade == "ordinary")
REGISTERED = f"code,name,kinds,dxp_id,credit_grade\n{MERCHANT},甲,merchant,DXPX,ordinary\n"
FIELDS = "company,agency,event_no,kind,degree,occurred,decided,final,amount,documents,doc_no,evidence,cured,withdrawn"


def tell(story: StoryRunner, *rows: str) -> Any:
    """Import events, and let credit hear of them."""
    done = import_csv(story.window, story.sandbox, "credit_events", "\n".join((FIELDS, *rows)) + "\n")
    story.window.settle()
    return done


def fined(number: str, amount: str, day: str = "2026-11-02", further: str = "1,X,A,,", whose: str = MERCHANT) -> str:
    return f"{whose},customs,{number},103,G,{day},{day},{day},{amount},{further}"


def cases(story: StoryRunner) -> list[Any]:
    return story.read(CASE_ROWS.newest)


def case(story: StoryRunner) -> Any:
    (only,) = cases(story)
    return only


def officer(story: StoryRunner, action: str, reason: str = "事实清楚", **values: str) -> Any:
    filed = act(
        story.window,
        story.sandbox,
        cases(story)[0].case_no,
        action,
        reason,
        about="credit_case",
        as_declared=False,
        **values,
    )
    story.window.settle()
    return filed


def answers(story: StoryRunner, action: str, text: str = "已改正") -> Any:
    """What the company sends, and its answer."""
    number = cases(story)[0].case_no
    decision = send_answer(story.window, story.sandbox, number, action, text, company(MERCHANT))
    story.window.settle()
    return filing.outcome(story.window, story.sandbox, decision)


def grade(story: StoryRunner) -> str:
    return story.rows(select(participant.c.credit_grade).where(participant.c.code == MERCHANT))[0][0]


def graded(story: StoryRunner) -> list[tuple[str, str]]:
    chosen = select(credit_grade.c.since, credit_grade.c.grade).where(credit_grade.c.code == MERCHANT)
    return [tuple(row) for row in story.rows(chosen.order_by(credit_grade.c.since))]


def told(story: StoryRunner) -> list[str]:
    chosen = select(receipt.c.return_status).where(receipt.c.code == "CreditNotice").order_by(receipt.c.return_time)
    return [status for (status,) in story.rows(chosen)]


def headers(key: Issued) -> dict[str, str]:
    return {**bearer(key), "X-Sandbox": "story"}


def in_force(story: StoryRunner) -> None:
    """Graded dishonest on 2026-11-30, after nobody objected."""
    tell(story, fined("1", "1000000.01"))
    officer(story, "notify")
    story.pass_time(days=8)
    officer(story, "uphold")


@pytest.fixture
def client(story: StoryRunner) -> Iterator[Any]:
    with described_client(create_app(story.window, runtime=unattended(story.window))) as opened:
        yield opened


def test_a_company_is_proposed_told_heard_graded_and_repaired(story: StoryRunner) -> None:
    tell(story, fined("1", "1000000.00"))
    assert cases(story) == []
    tell(story, fined("2", "0.01"))
    proposed = case(story)
    assert (proposed.state, proposed.grade_before, proposed.grade) == ("proposed", "ordinary", "dishonest")
    assert (proposed.order_zh, proposed.provisional, proposed.events) == ("第282号令", True, ("customs|1", "customs|2"))
    officer(story, "notify")
    assert (case(story).state, case(story).defence_until) == ("noticed", "2026-11-27")
    assert answers(story, "object", "次数不超过千分之一").done
    assert grade(story) == "ordinary"
    officer(story, "uphold")
    assert (case(story).state, case(story).since, case(story).shown_until) == ("in_force", "2026-11-20", "2027-11-20")
    assert grade(story) == "dishonest"
    early = answers(story, "apply_repair")
    assert [(reason.rule, reason.values["first"]) for reason in early.answer] == [("25201", "2027-05-20")]
    story.pass_time(days=181)
    assert answers(story, "apply_repair").done
    officer(story, "repair")
    assert (case(story).state, grade(story)) == ("repaired", "ordinary")
    assert {event.state for event in list_events(story.read(credited, MERCHANT))} == {"repaired"}
    assert graded(story)[-2:] == [("2026-11-20", "dishonest"), ("2027-05-20", "ordinary")]
    assert told(story) == ["300", "120", "800", "100", "120", "800"]


def test_the_sentence_of_a_case_says_its_numbers_as_a_person_would(story: StoryRunner) -> None:
    tell(story, fined("P1", "1200000"), fined("P2", "1200000"))
    (opened,) = cases(story)
    grounds = story.read(CREDIT_FACTS.facts, opened.case_no, Reason("25120", {}))
    assert re.search(r"\d counted, and \d is enough", grounds["numbers_en"]), grounds
    assert re.search(r"计入\d次，满\d次即适用", grounds["numbers_zh"]), grounds


def test_nothing_is_kept_of_companies_to_whom_nothing_happened(story: StoryRunner) -> None:
    story.send(story.trade())
    story.pass_time(days=3)
    assert story.rows(select(credit_file)) == story.rows(select(credit_event)) == []


def test_the_same_event_again_changes_nothing(story: StoryRunner) -> None:
    assert tell(story, fined("1", "1000000.01")).new == 1
    first = case(story)
    assert tell(story, fined("1", "1000000.01")).unchanged == 1
    assert case(story) == first


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (f"{MERCHANT},customs,1,103,G,2026-05-01,2026-03-10,,1.00,1,X,A,,", "decided"),
        (f"{MERCHANT},customs,1,103,G,2026-05-01,2026-05-10,2026-05-09,1.00,1,X,A,,", "final"),
        (f"{MERCHANT},customs,1,103,G,2026-05-01,2026-05-10,,1.00,1,X,A,2026-04-30,", "cured"),
        (f"{MERCHANT},customs,1,103,G,2026-05-01,2026-05-10,,1.00,1,X,A,,2026-05-09", "withdrawn"),
    ],
)
def test_events_whose_days_contradict_each_other_are_refused(story: StoryRunner, row: str, column: str) -> None:
    with pytest.raises(BadFile) as refused:
        tell(story, row)
    assert [(cell.line, cell.column) for cell in refused.value.cells] == [(2, column)]
    assert story.rows(select(credit_event)) == []


def test_two_officers_give_notice(story: StoryRunner) -> None:
    tell(story, fined("1", "1000000.01"))
    number = case(story).case_no
    filed = act(story.window, story.sandbox, number, "notify", officer=named("li"), about="credit_case")
    story.window.settle()
    assert case(story).state == "proposed" and told(story) == []
    proposals.approve(story.window, story.sandbox, filed.decision, named("zhao"))
    story.window.settle()
    assert case(story).state == "noticed" and told(story) == ["300"]


@pytest.mark.parametrize("said", ["objection", "repair"])
def test_nobody_answers_in_a_case_that_is_not_there(story: StoryRunner, said: str) -> None:
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    path = f"/api/v1/credit/cases/CR2026112099/{said}"
    answer = client.post(path, json={"text": "已改正"}, headers={"X-Sandbox": "story"})
    assert (answer.status_code, answer.get_json()["findings"][0]["code"]) == (404, "no-such-case")


def test_an_objection_that_comes_late_is_refused_by_its_code(story: StoryRunner) -> None:
    tell(story, fined("1", "1000000.01"))
    officer(story, "notify")
    story.pass_time(days=7)
    assert case(story).state == "noticed", "the last day of the defence"
    story.pass_time(days=1)
    assert case(story).state == "unopposed"
    assert [reason.rule for reason in answers(story, "object").answer] == ["25103"]


def test_the_desk_has_no_longer_than_the_law_gives_it_to_verify_an_objection(story: StoryRunner) -> None:
    tell(story, fined("1", "1000000.01"))
    officer(story, "notify")
    answers(story, "object")
    (due,) = story.rows(select(work_case.c.due).where(work_case.c.subject == "credit_case"))
    assert day_of(due[0] - 1).isoformat() == case(story).decide_until == "2026-12-10"


def test_an_appeal_that_wins_after_the_decision_takes_the_grade_back_and_leaves_what_was_decided(
    story: StoryRunner,
) -> None:
    in_force(story)
    assert grade(story) == "dishonest"
    story.pass_time(days=3)
    tell(story, fined("1", "1000000.01", further="1,X,A,,2026-12-01"))
    assert (case(story).state, grade(story)) == ("quashed", "ordinary")
    assert [given for _, given in graded(story)] == ["dishonest", "ordinary"], "what was decided stays"
    (event,) = list_events(story.read(credited, MERCHANT))
    assert event.state == "withdrawn"


def test_a_grade_ends_by_itself_after_two_clean_years(story: StoryRunner) -> None:
    in_force(story)
    since = date.fromisoformat(case(story).since)
    story.pass_time(days=(since.replace(year=2028) - since).days - 1)
    assert (case(story).state, grade(story)) == ("in_force", "dishonest")
    story.pass_time(days=1)
    assert (case(story).state, grade(story)) == ("expired", "ordinary")


def test_a_proposal_is_dropped_until_a_day_that_its_author_names(story: StoryRunner) -> None:
    tell(story, fined("1", "1000000.01"))
    officer(story, "drop", "正在复议", until="2026-11-25")
    tell(story, fined("2", "1.00"))
    assert [(one.state, one.until, one.decided_by) for one in cases(story)] == [("dropped", "2026-11-25", "tester")]
    story.pass_time(days=5)
    assert [one.state for one in cases(story)] == ["dropped"]
    story.pass_time(days=1)
    assert [one.state for one in cases(story)] == ["proposed", "dropped"]


SMUGGLED = f"{MERCHANT},customs,9,102,G,{{0}},{{0}},{{0}},100.00,1,X,A,,"


@pytest.mark.parametrize("noticed", [False, True], ids=["in force", "noticed"])
def test_what_makes_a_company_dishonest_again_delays_the_repair_and_is_repaired_with_it(
    story: StoryRunner, noticed: bool
) -> None:
    tell(story, fined("1", "1000000.01"))
    officer(story, "notify")
    story.pass_time(days=8)
    if not noticed:
        officer(story, "uphold")
        story.pass_time(days=150)
    again = day_of(story.window.now(story.sandbox))
    tell(story, SMUGGLED.format(again))
    if noticed:
        officer(story, "uphold")
    assert [(one.state, one.events) for one in cases(story)] == [("in_force", ("customs|1",))]
    story.pass_time(days=182)
    first = again.replace(year=again.year + 1).isoformat()
    refused = answers(story, "apply_repair")
    assert [(reason.rule, reason.values["first"]) for reason in refused.answer] == [("25201", first)]
    story.pass_time(days=184)
    assert answers(story, "apply_repair").done
    officer(story, "repair")
    assert [one.state for one in cases(story)] == ["repaired"] and grade(story) == "ordinary"
    assert {event.state for event in list_events(story.read(credited, MERCHANT))} == {"repaired"}
    story.pass_time(days=400)
    assert [one.state for one in cases(story)] == ["repaired"]


def test_a_company_that_is_dishonest_again_on_the_day_of_its_repair_is_proposed_again(story: StoryRunner) -> None:
    in_force(story)
    story.pass_time(days=181)
    assert answers(story, "apply_repair").done
    tell(story, SMUGGLED.format(day_of(story.window.now(story.sandbox))))
    assert not filing.outcome(story.window, story.sandbox, officer(story, "repair").decision).done
    assert (case(story).state, grade(story)) == ("repairing", "dishonest")


@pytest.mark.parametrize(
    ("kind", "amount", "occurred"), [("104", "500.00", "2026-08-01"), ("105", "10000.01", "2026-05-01")]
)
def test_a_cure_dated_ahead_ends_a_case_on_its_day(story: StoryRunner, kind: str, amount: str, occurred: str) -> None:
    tell(story, f"{MERCHANT},tax,5,{kind},G,{occurred},{occurred},{occurred},{amount},1,X,A,2026-11-25,")
    officer(story, "notify")
    story.pass_time(days=4)
    assert case(story).state == "noticed"
    story.pass_time(days=1)
    assert (case(story).state, grade(story)) == ("void", "ordinary")


def test_a_withdrawal_dated_ahead_quashes_on_its_day(story: StoryRunner) -> None:
    in_force(story)
    tell(story, fined("1", "1000000.01", further="1,X,A,,2026-12-20"))
    story.pass_time(days=21)
    assert (case(story).state, grade(story)) == ("in_force", "dishonest")
    story.pass_time(days=1)
    assert (case(story).state, grade(story)) == ("quashed", "ordinary")


@pytest.mark.parametrize("told", [True, False], ids=["told of other grounds", "told of none"])
def test_a_ground_that_the_law_no_longer_has_is_not_upheld(start_story: Any, told: bool) -> None:
    """A suspension makes dishonest under Order 225 alone, until 2018-04-30."""
    story = start_story()
    story.sandbox = "then"
    clock = Clock("virtual", instant_of(date(2018, 4, 26), 12), 0, 0)
    story.window.make_sandbox(story.sandbox, Options(), seed="then", clock=clock)
    import_csv(story.window, story.sandbox, "participants", REGISTERED)
    suspended = {"suspended_at": instant_of(date(2018, 4, 25))}
    carry_out(story.window.engine, participant.update().where(participant.c.sandbox == "then").values(**suspended))
    tell(story, f"{MERCHANT},customs,1,901,G,2018-04-26,2018-04-26,2018-04-26,0,1,X,A,,")
    officer(story, "notify")
    if told:
        tell(story, SMUGGLED.format("2018-04-28"))
    story.pass_time(days=9)
    assert [one.state for one in cases(story)] == (["proposed", "void"] if told else ["void"])


def test_before_a_grade_is_given_the_company_is_assessed_again(story: StoryRunner) -> None:
    """The documents of another year count from its first day; a company that declared more is judged by its share."""
    tell(story, fined("1", "1000000.01"))
    officer(story, "notify")
    story.pass_time(days=8)
    carry_out(
        story.window.engine, credit_event.update().where(credit_event.c.key == "customs|1").values(amount=100_000)
    )
    refused = filing.outcome(story.window, story.sandbox, officer(story, "uphold").decision)
    assert (refused.done, case(story).state, grade(story)) == (False, "void", "ordinary")


@pytest.mark.parametrize("until", ["soon", "2026-13-01", "9999-12-31", "2026-11-19"])
def test_a_proposal_is_set_aside_until_a_day_that_may_be(story: StoryRunner, until: str) -> None:
    tell(story, fined("1", "1000000.01"))
    outcome = filing.outcome(story.window, story.sandbox, officer(story, "drop", "正在复议", until=until).decision)
    assert [reason.rule for reason in outcome.answer] == ["25122"] and case(story).state == "proposed"


def test_a_small_fine_beside_the_one_that_was_found_neither_delays_repair_nor_end(story: StoryRunner) -> None:
    in_force(story)
    story.pass_time(days=100)
    tell(story, fined("2", "1000.00", day=day_of(story.window.now(story.sandbox)).isoformat()))
    story.pass_time(days=82)
    assert answers(story, "apply_repair").done
    officer(story, "refuse_repair")
    story.pass_time(days=549)
    assert (case(story).state, grade(story)) == ("expired", "ordinary")


@pytest.mark.parametrize("after", [False, True], ids=["before it is upheld", "after"])
def test_a_ground_that_was_quashed_sets_neither_degree_nor_publication(story: StoryRunner, after: bool) -> None:
    grave = f"{MERCHANT},customs,9,102,S,2026-11-02,2026-11-02,2026-11-02,100.00,1,X,A,,"
    tell(story, fined("1", "1000000.01"), grave)
    officer(story, "notify")
    story.pass_time(days=8)
    steps = [lambda: tell(story, f"{grave}2026-11-28"), lambda: officer(story, "uphold")]
    for step in reversed(steps) if after else steps:
        step()
    found = case(story)
    assert (found.state, found.degree, found.repair_from, found.shown_until) == (
        *("in_force", "G", "2027-05-28", "2027-11-28"),
    )


def test_a_grade_is_given_by_the_order_of_its_day(start_story: Any) -> None:
    story = start_story()
    story.sandbox = "then"
    clock = Clock("virtual", instant_of(date(2021, 10, 28), 12), 0, 0)
    story.window.make_sandbox(story.sandbox, Options(), seed="then", clock=clock)
    import_csv(story.window, story.sandbox, "participants", REGISTERED)
    tell(story, SMUGGLED.format("2021-10-20"))
    officer(story, "notify")
    assert case(story).order_zh == "第237号令"
    story.pass_time(days=9)
    officer(story, "uphold")
    found = case(story)
    assert (found.state, found.order_zh) == ("in_force", "第251号令")
    assert {checked.parameter_id for checked in found.grounds if checked.satisfied} == {
        "credit.conditions.smuggling_act@2021-11-01"
    }


def test_a_proposal_whose_grounds_are_gone_ends(story: StoryRunner) -> None:
    tell(story, fined("1", "1000000.01"))
    tell(story, fined("1", "1000000.01", further="1,X,A,,2026-11-20"))
    assert case(story).state == "void" and told(story) == []


def test_class_c_costs_a_certificate(story: StoryRunner) -> None:
    carry_out(
        story.window.engine, participant.update().where(participant.c.code == MERCHANT).values(credit_grade="advanced")
    )
    set_class(story.window, story.sandbox, MERCHANT, "C", TESTER)
    story.window.settle()
    assert (case(story).grade_before, case(story).grade) == ("advanced", "ordinary")
    set_class(story.window, story.sandbox, MERCHANT, "A", TESTER)
    story.window.settle()
    (event,) = list_events(story.read(credited, MERCHANT))
    assert (event.kind, event.cured) == ("301", "2026-11-20")


def test_the_loss_of_a_certificate_is_published_nowhere(story: StoryRunner, client: Any) -> None:
    carry_out(
        story.window.engine, participant.update().where(participant.c.code == MERCHANT).values(credit_grade="advanced")
    )
    set_class(story.window, story.sandbox, MERCHANT, "C", TESTER)
    story.window.settle()
    officer(story, "notify")
    story.pass_time(days=8)
    officer(story, "uphold")
    assert (case(story).state, grade(story), case(story).shown_until) == ("in_force", "ordinary", "")
    public = client.get("/api/v1/public/credit/dishonest.csv", headers={"X-Sandbox": story.sandbox})
    assert len(public.data.decode("utf-8-sig").splitlines()) == 1


def test_the_company_and_officers_see_everything_and_the_public_the_decision(story: StoryRunner, client: Any) -> None:
    where = {"X-Sandbox": story.sandbox}
    in_force(story)
    shown = client.get(f"/api/v1/credit/{MERCHANT}?regime=2021-11-01&regime=2014-12-01", headers=where).json
    assert [regime["order_en"] for regime in shown["regimes"]] == ["Order 282", "Order 251", "Order 225"]
    assert [order["since"] for order in shown["orders"]] == ["2014-12-01", "2018-05-01", "2021-11-01", "2026-04-01"]
    assert shown["published"][0]["grade"] == "dishonest" and len(shown["events"]) == 1
    public = client.get("/api/v1/public/credit/dishonest.csv", headers=where)
    (row,) = csv.DictReader(StringIO(public.data.decode("utf-8-sig")))
    assert (row["grade"], row["since"]) == ("dishonest", case(story).since)
    (listed,) = client.get("/api/v1/public/credit/dishonest", headers=where).json["companies"]
    assert listed == row and row["basis_en"].startswith("Order 282")
    everybody = client.get("/credit_dishonest?sandbox=story&lang=en").text
    assert row["name"] in everybody and row["shown_until"] in everybody and "Order 282" in everybody
    page = client.get(f"/credit/{case(story).case_no}?sandbox=story&lang=en").text
    assert "in force" in page and "Order 225" in page and "share inspected" in page and "Tax overdue" not in page
    assert case(story).case_no in client.get("/credit?sandbox=story&lang=zh").text
    own = client.get(f"/credit-of/{MERCHANT}?sandbox=story&lang=zh").text
    assert case(story).case_no in own and "失信条件：拖欠税款" in own and "80%" in own


@pytest.mark.parametrize("query", ["regime=2014-11-30", "regime=2021-11-01&regime=2010-01-01", "day=2014-11-30"])
def test_a_regime_that_never_was_is_refused_with_those_that_there_are(
    story: StoryRunner, client: Any, query: str
) -> None:
    answer = client.get(f"/api/v1/credit/{MERCHANT}?{query}", headers={"X-Sandbox": story.sandbox})
    assert answer.status_code == 400 and answer.json["findings"][0]["code"] == "no-such-regime"
    assert all(order in answer.text for order in ("Order 225 since 2014-12-01", "Order 282 since 2026-04-01"))
    first = client.get(f"/api/v1/credit/{MERCHANT}?regime=2014-12-01", headers={"X-Sandbox": story.sandbox}).json
    assert first["regimes"][1]["order_en"] == "Order 225"


def test_an_overdue_bill_counts_against_its_guarantor_three_months_later_until_it_is_paid(story: StoryRunner) -> None:
    trade = overdue_bills.released(story)
    overdue_bills.fail(story, trade, "withdrawn")
    story.pass_time(days=46)
    guarantor = trade.document("inventory").head["assureCode"]
    (event,) = list_events(story.read(credited, guarantor))
    assert (event.kind, event.occurred, event.cured) == ("104", "2027-01-04", "")
    story.pass_time(days=(date(2027, 4, 4) - date(2027, 1, 5)).days)
    assert cases(story) == []
    story.pass_time(days=1)
    assert (case(story).ebc_code, case(story).state) == (guarantor, "proposed")
    assert overdue_bills.pay(story, trade).done
    assert case(story).state == "void"
    assert [event.cured for event in list_events(story.read(credited, guarantor))] == ["2027-04-05"]


def test_a_company_reads_no_case_of_which_it_was_not_told_yet(story: StoryRunner, client: Any) -> None:
    tell(story, fined("1", "1000000.01"))
    boxes = dict(story.rows(select(participant.c.code, participant.c.dxp_id)))
    own = issued(story.window, "story", [boxes[MERCHANT]], ["read_receipts", "send_messages"], owner="of-merchant")
    path = f"/api/v1/credit/cases/{case(story).case_no}/objection"

    def seen() -> tuple[int, int]:
        shown = client.get(f"/api/v1/credit/{MERCHANT}", headers=headers(own)).json
        return len(shown["cases"]), client.post(path, json={"text": "异议"}, headers=headers(own)).status_code

    assert seen() == (0, 404)
    officer(story, "notify")
    assert seen() == (1, 202)


def test_another_companys_key_reads_the_public_part_only_and_answers_nothing(story: StoryRunner, client: Any) -> None:
    in_force(story)
    number, boxes = case(story).case_no, dict(story.rows(select(participant.c.code, participant.c.dxp_id)))
    other = next(box for code, box in boxes.items() if box and code != MERCHANT)
    wanted = ["read_receipts", "send_messages"]
    mine, others = (issued(story.window, "story", [box], wanted, owner=f"of-{box}") for box in (boxes[MERCHANT], other))
    seen = [client.get(f"/api/v1/credit/{MERCHANT}", headers=headers(key)).json for key in (mine, others)]
    assert [len(profile["published"]) for profile in seen] == [1, 1]
    assert [sorted({"events", "regimes", "cases"} & profile.keys()) for profile in seen] == [
        ["cases", "events", "regimes"],
        [],
    ]
    listed = [client.get(f"/api/v1/credit/{MERCHANT}/events", headers=headers(key)) for key in (mine, others)]
    assert [answer.status_code for answer in listed] == [200, 404]
    sent = [
        client.post(f"/api/v1/credit/cases/{number}/repair", json={"text": "已改正"}, headers=headers(key))
        for key in (mine, others)
    ]
    assert [answer.status_code for answer in sent] == [202, 404]


def test_an_audit_works_every_grade_out_again(story: StoryRunner) -> None:
    in_force(story)
    assert story.read(audit_ledger).balanced
    carry_out(story.window.engine, credit_event.update().values(amount=0))
    carry_out(story.window.engine, credit_grade.delete())
    wrong = {difference.what for difference in story.read(audit_ledger).differences}
    assert wrong == {UNFOUNDED, NOT_GIVEN}


@pytest.mark.parametrize(
    "broken",
    [
        credit_case.delete(),
        credit_case.update().values(state="expired", ended_at=1),
        credit_case.update().values(grade="ordinary"),
        credit_grade.update().values(grade="certified"),
        credit_grade.update().values(since="2026-11-27"),
    ],
)
def test_an_audit_names_a_grade_that_no_case_in_force_has(story: StoryRunner, broken: Any) -> None:
    in_force(story)
    carry_out(story.window.engine, broken)
    assert NO_CASE in {difference.what for difference in story.read(audit_ledger).differences}


def test_an_audit_knows_grades_that_ended_cases_gave_back_and_those_of_officers(story: StoryRunner) -> None:
    in_force(story)
    story.pass_time(days=3)
    tell(story, fined("1", "1000000.01", further="1,X,A,,2026-12-01"))
    assert case(story).state == "quashed" and story.read(audit_ledger).balanced
    carry_out(story.window.engine, credit_case.delete())
    assert [difference.what for difference in story.read(audit_ledger).differences] == [NO_CASE]
    carry_out(story.window.engine, credit_grade.update().values(who="li"))
    assert story.read(audit_ledger).balanced
