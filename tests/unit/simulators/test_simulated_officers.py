"""Officers that a program plays: each case is decided once, by one of them, as the table of right decisions says."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import String, cast, select

from declarations.lifecycle import LIFECYCLE_OF, OFFICER, allowed_transitions
from schemas import receipt_texts
from simulators.demo import OPTIONS
from simulators.desks import SANDBOX, leave_work
from simulators.entry import DEMO, open_sandbox, settings_for
from simulators.entry.officers import Office, OfficeCase
from simulators.entry.shown import serve_on_free_port
from simulators.officers.background import officers_in_background
from simulators.officers.command import officers
from simulators.officers.judging import Discovery, found_in, judge_case, kinds
from simulators.officers.playing import NAME, OfficerManner, OfficersPlay, OfficersResult, crew
from simulators.played_day import NoDisplay
from simulators.world import World
from single_window.accounts import rights
from single_window.cases.refunds.decisions import ACTIONS
from single_window.store.engine import open_engine
from single_window.store.tables import decision, declaration, hold, work_case
from tests.chaos.programs import until
from tests.databases import fetch
from tests.tables import each

pytestmark = pytest.mark.long

STALE = '"16004"'
"""The reason for which a decision is refused about what is no longer as it was seen."""
STEPS = {"refund_claim": ACTIONS, "registration": {"approve": "register", "refuse": "reject"}}
"""Actions that have another name in the lifecycle than on the pages."""


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with cases at every kind of desk; tests play on copies of it."""
    folder: Path = tmp_path_factory.mktemp("left")
    with open_sandbox(settings_for(folder, synchronous="NORMAL", readers=0), DEMO, World(1), OPTIONS) as session:
        leave_work(session, World(1), 1, 20, NoDisplay())
    return folder


@pytest.fixture
def data(left: Path, tmp_path: Path) -> Path:
    """A copy of it, to play in."""
    shutil.copytree(left, tmp_path / "data")
    return tmp_path / "data"


def report_of(data: Path, *arguments: str) -> dict[str, Any]:
    """What `single-window officers` reports."""
    result = CliRunner().invoke(officers, ["--data", str(data), "--json", *arguments])
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def decided(data: Path) -> list[Any]:
    """Every decision of officers who were played, as it is kept: about what, by whom, what came of it."""
    engine = open_engine(f"sqlite:///{data / 'window.sqlite3'}")
    try:
        return list(
            fetch(
                engine,
                select(
                    decision.c.subject,
                    decision.c.subject_id,
                    decision.c.before,
                    decision.c.action,
                    decision.c.by,
                    decision.c.second,
                    decision.c.state,
                    decision.c.answer,
                )
                .where(decision.c.sandbox == SANDBOX, decision.c.by.startswith(NAME[:4]))
                .order_by(decision.c.subject, decision.c.subject_id, decision.c.id),
            )
        )
    finally:
        engine.dispose()


def nobody_twice(data: Path) -> bool:
    """Whether each case, which is a subject in a state, was decided once. Who decides on what somebody else has moved
    on meanwhile is refused for that, and for nothing else."""
    carried_out = Counter((row.subject, row.subject_id, row.before) for row in decided(data) if row.state == "done")
    refused = [row.answer for row in decided(data) if row.state == "refused"]
    return max(carried_out.values()) == 1 and all(STALE in answer for answer in refused)


def left_for_the_laboratory(data: Path) -> dict[str, int]:
    """What is left at the desks because samples are out: the lists whose goods are inspected or detained, which nobody
    concludes, and the batches that wait for them."""
    engine = open_engine(f"sqlite:///{data / 'window.sqlite3'}")
    try:
        held = select(hold.c.key).where(hold.c.sandbox == SANDBOX, hold.c.kind == "list")
        is_out = (declaration.c.sandbox == SANDBOX, cast(declaration.c.id, String).in_(held))
        inspected = declaration.c.state.in_(("under_inspection", "detained"))
        in_batches = list(fetch(engine, select(declaration.c.batch_id).where(*is_out, inspected)).scalars())
    finally:
        engine.dispose()
    left = {"inspection": len(in_batches), "batches": len(set(in_batches) - {0})}
    return {desk: count for desk, count in left.items() if count}


@pytest.mark.long
def test_with_skill_1_every_decision_is_right_and_nothing_is_left(data: Path) -> None:
    report = report_of(data, "--skill", "1", "--count", "5")
    left = left_for_the_laboratory(data)
    assert report["left"] == left, "what waits for the laboratory is left"
    reasons = [row["why"] for row in report["not_carried_out"]]
    assert len(reasons) <= left.get("inspection", 0) and all("laboratory" in why for why in reasons)
    assert (
        sum(officer["decided"] for officer in report["officers"])
        == sum(officer["right"] for officer in report["officers"])
        > 60
    )
    assert {officer["role"] for officer in report["officers"]} >= {"supervisor", "reviewer", "inspector", "tax_officer"}
    assert nobody_twice(data)
    seconded = [(row.by, row.second) for row in decided(data) if row.second]
    assert seconded and all(by != second for by, second in seconded)


@pytest.mark.long
def test_alone_an_officer_leaves_his_proposals_to_another_one(data: Path) -> None:
    report = report_of(data, "--skill", "1", "--count", "1")
    # a batch waits for its lists, whether their samples are out or proposals about them wait
    assert set(report["left"]) <= {"approvals", "inspection", "batches"} and report["left"]["approvals"] > 0


def test_the_same_seed_on_the_same_cases_gives_the_same_decisions_and_another_seed_others(
    left: Path, tmp_path: Path
) -> None:
    results = []
    for number, seed in enumerate(("7", "7", "8")):
        place = tmp_path / str(number)
        shutil.copytree(left, place)
        results.append((report_of(place, "--skill", "0.7", "--seed", seed, "--for", "5m"), decided(place)))
        assert nobody_twice(place)
    assert results[0] == results[1]
    assert results[0][1] != results[2][1]


@pytest.mark.long
def test_an_officer_without_skill_is_always_wrong_and_decides_nothing_twice_all_the_same(data: Path) -> None:
    report = report_of(data, "--skill", "0", "--for", "20m")
    assert {officer["right"] for officer in report["officers"]} == {0}
    assert nobody_twice(data)


@pytest.mark.long
def test_they_work_as_long_and_as_fast_as_requested(data: Path) -> None:
    report = report_of(data, "--for", "30m", "--speed", "20", "--count", "3")
    begun, until = (row.partition(" ")[2] for row in (report["from"], report["until"]))
    assert (begun, until) == ("20:00", "20:30")
    assert all(6 <= officer["decided"] <= 14 for officer in report["officers"]), "twenty an hour, give or take"
    assert sum(report["left"].values()) > 30


@pytest.mark.long
def test_two_programs_beside_a_window_that_works_decide_no_case_twice(data: Path) -> None:
    played: list[OfficersResult] = []
    with open_sandbox(settings_for(data, synchronous="NORMAL", readers=0), DEMO, World(1), OPTIONS) as session:
        session.another_sandbox(SANDBOX, World(1), {}, session.day).run_clock(20_000)
        with serve_on_free_port(session):

            def play(number: int) -> None:
                office = Office(session.window, SANDBOX, others=True)
                some = crew(4)[2 * number : 2 * number + 2]
                played.append(OfficersPlay(office, some, OfficerManner(skill=1)).run())

            threads = [Thread(target=play, args=(number,)) for number in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert len(played) == 2 and sum(officer.decided for year in played for officer in year.officers) > 30
    assert nobody_twice(data)


def test_they_stop_on_request_and_hold_nothing_then(data: Path) -> None:
    with open_sandbox(settings_for(data, synchronous="NORMAL", readers=0), DEMO, World(1), OPTIONS) as session:
        session.another_sandbox(SANDBOX, World(1), {}, session.day).run_clock(20_000)
        with serve_on_free_port(session), officers_in_background(session, SANDBOX, 3, 7) as play:
            assert play is not None
            until(lambda: sum(officer.decided for officer in play.officers) > 3, 60, "some cases are decided")
        assert {officer.case for officer in play.officers} == {None}
        held = select(work_case.c.assignee).where(work_case.c.waiting == 1, work_case.c.assignee != "")
        assert fetch(session.window.engine, held).all() == []


def test_data_or_a_sandbox_that_are_not_there_are_reported(tmp_path: Path, data: Path) -> None:
    assert "There is no database in" in CliRunner().invoke(officers, ["--data", str(tmp_path / "none")]).output
    unknown = CliRunner().invoke(officers, ["--data", str(data), "--sandbox", "nowhere"])
    assert "nowhere" in str(unknown.exception)


def test_people_read_a_table_and_what_is_left(data: Path) -> None:
    output = CliRunner().invoke(officers, ["--data", str(data), "--for", "5m"], env={"COLUMNS": "160"}).output
    assert "模拟关员7-1" in output and "supervisor" in output and "Left 待办: " in output


# the table


def case(**more: Any) -> OfficeCase:
    """A case, as far as it matters here."""
    return OfficeCase("declaration", "1", "N1", "in_review", "I", (), "review")._replace(**more)


RIGHT = {
    "a sound list is concluded": ({}, "conclude"),
    "a price in doubt is refused": ({"rules": ("14024",)}, "reject"),
    "goods whose content is not clear are refused": ({"rules": ("14021", "14204")}, "reject"),
    "a guarantee that does not suffice is refused": ({"rules": ("14204",)}, "reject"),
    "a claim is approved": ({"subject": "refund_claim"}, "approve"),
    "a return is approved": ({"subject": "request"}, "approve"),
    "a payment whose purpose is in doubt is refused": ({"subject": "forex_report", "rules": ("21101",)}, "refuse"),
    "a company that was suspended lately is refused": ({"subject": "registration", "rules": ("21353",)}, "refuse"),
    "a proposal that is right is approved": (
        {"subject": "proposal", "about": "refund_claim", "before": "in_review", "proposed": "approve"},
        "approve",
    ),
    "a proposal that is wrong is declined": (
        {"subject": "proposal", "about": "refund_claim", "before": "in_review", "proposed": "refuse"},
        "decline",
    ),
}


@each(("message", "action"), RIGHT.values(), ids=RIGHT)
def test_what_is_right_follows_from_what_the_case_says(message: dict[str, Any], action: str) -> None:
    verdict = judge_case(7, "one", 1.0, case(**message))
    assert verdict is not None and (verdict.action, verdict.right) == (action, True)


def test_whoever_is_unskilled_takes_the_other_action() -> None:
    verdict = judge_case(7, "one", 0.0, case(rules=("14025",)))
    assert verdict is not None and (verdict.action, verdict.right) == ("conclude", False)


def test_a_case_that_the_table_does_not_know_is_left_to_people() -> None:
    assert judge_case(7, "one", 1.0, case(subject="batch")) is None


def test_what_is_found_in_a_case_is_the_same_whoever_looks_and_differs_from_case_to_case() -> None:
    looked = [found_in(3, case(state="under_inspection", number=f"N{number}")) for number in range(200)]
    assert looked == [found_in(3, case(state="under_inspection", number=f"N{number}")) for number in range(200)]
    often = Counter(discovery.right for discovery in looked if isinstance(discovery, Discovery))
    assert 140 < often["conclude"] < 180 and set(often) > {"conclude", "detain"}


@each("kind", kinds(), ids=[kind.en for kind in kinds()])
def test_every_action_of_the_table_is_one_that_officers_may_take_with_the_reason_that_it_needs(kind: Any) -> None:
    name = LIFECYCLE_OF["inventory"] if kind.subject == "declaration" else kind.subject
    for state in kind.states:
        for finding in kind.findings:
            for action, reason in ((finding.right, finding.reason), (finding.wrong, finding.wrong_reason)):
                assert rights.book().acts[kind.subject, action]
                if name in ("request", "forex_report"):
                    continue
                step = STEPS.get(name, {}).get(action, action)
                (taken,) = [
                    transition
                    for transition in allowed_transitions(state, OFFICER, name)
                    if transition.action == step and transition.flow in ("", kind.flow or "I")
                ]
                assert reason or "reason_given" not in taken.needs


def test_every_rule_of_the_table_is_one_that_has_words() -> None:
    for rule in (rule for kind in kinds() for rule in kind.rules):
        assert receipt_texts.text(rule).en
