"""Who decided what: a chain of hashes that grows with each answered decision, and in which a change is found."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, update

from single_window.store import decision_log, decision_log_check
from single_window.store.tables import decision, decision_log_head
from single_window.store.tables import decision_log as rows
from tests.commands import run_command
from tests.databases import ON_BOTH, carry_out
from tests.officers import TESTER
from tests.tables import each

pytestmark = ON_BOTH


@pytest.fixture(scope="module")
def decided(start_story_once):
    """Four decisions, which the tests leave as they are."""
    return four_decisions(start_story_once())


def four_decisions(story):
    """A list that was held, then refused; another one inspected: four decisions, one of them not carried out."""
    first, second = (story.trade(number, fault="guarantee_short") for number in (0, 1))
    story.send(first)
    story.send(second)
    numbers = [str(story.column(trade, "invt_no")) for trade in (first, second)]
    story.decide(numbers[0], "conclude", "")
    story.decide(numbers[0], "reject", "no guarantee")
    story.decide(numbers[1], "inspect", "")
    story.decide(numbers[1], "conclude", "")
    return story


def broken(story):
    return story.read(decision_log_check.first_fault)


def broken_after(story, tamper):
    """What is broken once a statement has been carried out, which is taken back."""
    with story.window.engine.connect() as connection:
        connection.execute(tamper)
        return decision_log_check.first_fault(connection, story.sandbox)


def entries(story):
    return list(story.read(decision_log.entries))


def test_each_answered_decision_is_logged_with_who_why_and_what_came_of_it(decided):
    log = entries(decided)
    assert [(entry.sequence, entry.action, entry.outcome, entry.before, entry.after) for entry in log][:3] == [
        (1, "conclude", "refused", "in_review", "in_review"),
        (2, "reject", "done", "in_review", "rejected"),
        (3, "inspect", "done", "in_review", "under_inspection"),
    ]
    assert {(entry.by, entry.role) for entry in log} == {(TESTER.name, TESTER.role)} and log[1].reason == "no guarantee"
    assert log[0].previous == decision_log.FIRST
    assert [entry.previous for entry in log[1:]] == [entry.hash for entry in log[:-1]]
    assert broken(decided) is None


@each(
    ("tamper", "sequence"),
    [
        (update(rows).where(rows.c.sequence == 2).values(by="somebody"), 2),
        (update(rows).where(rows.c.sequence == 2).values(outcome="refused"), 2),
        (update(rows).where(rows.c.sequence == 1).values(seen=7), 1),
        (delete(rows).where(rows.c.sequence == 2), 2),
        (delete(rows).where(rows.c.sequence == 1), 1),
        (delete(rows).where(rows.c.sequence == 4), 4),
        (delete(rows), 1),
        (delete(decision_log_head), 5),
        (update(decision).where(decision.c.action == "reject").values(reason="because"), 2),
        (delete(decision).where(decision.c.action == "inspect"), 3),
        (update(decision).where(decision.c.action == "inspect").values(state="refused"), 3),
        (update(decision).where(decision.c.action == "inspect").values(before="accepted"), 3),
    ],
    ids=[
        "who",
        "outcome",
        "version",
        "row cut out",
        "first row",
        "last row",
        "all rows",
        "head",
        "decision",
        "no decision",
        "its decision was refused",
        "its decision saw another state",
    ],
)
def test_a_change_in_the_database_is_found_and_named(decided, tamper, sequence):
    result = broken_after(decided, tamper)
    assert result is not None and result.sequence == sequence
    assert broken(decided) is None


def rewritten(story, statements):
    """What is broken once statements have been carried out, which are taken back; with the heads of now as anchors."""
    with story.window.engine.connect() as connection:
        anchors = [decision_log_check.Anchor(*decision_log.head(connection, story.sandbox))]
        for statement in statements:
            connection.execute(statement)
        return [decision_log_check.first_fault(connection, story.sandbox, kept) for kept in ((), anchors)]


def test_rows_and_head_that_are_gone_are_missed_beside_the_decisions(decided):
    found, _ = rewritten(decided, [delete(rows), delete(decision_log_head)])
    assert found is not None and found.sequence == 1 and "decision" in found.reason


@each("name", ["outcome", "before", "by", "reason"])
def test_a_last_row_that_is_changed_together_with_the_head_is_found_by_its_decision(decided, name):
    last = entries(decided)[-1]
    changed = last._replace(**{name: "refused" if name == "outcome" and last.outcome == "done" else "done"})
    link = decision_log.digest(changed[:-1])
    found, _ = rewritten(
        decided,
        [
            update(rows)
            .where(rows.c.sequence == last.sequence)
            .values({name: changed[rows.c.keys().index(name)], "hash": link}),
            update(decision_log_head).values(hash=link),
        ],
    )
    assert found is not None and found.sequence == last.sequence


def test_a_chain_that_is_made_anew_with_all_that_it_speaks_of_is_found_by_an_anchor_alone(decided):
    last = entries(decided)[-1]
    link = decision_log.digest(last._replace(after="released")[:-1])
    alone, anchored = rewritten(
        decided,
        [
            update(rows).where(rows.c.sequence == last.sequence).values(after="released", hash=link),
            update(decision_log_head).values(hash=link),
        ],
    )
    assert alone is None, "nothing else in the database knows the state after"
    assert anchored is not None and "anchor" in anchored.reason
    shorter, anchored = rewritten(
        decided,
        [
            delete(rows).where(rows.c.sequence == last.sequence),
            delete(decision).where(decision.c.id == last.decision_id),
            update(decision_log_head).values(sequence=last.sequence - 1, hash=last.previous),
        ],
    )
    assert shorter is None and anchored is not None and "anchor" in anchored.reason


def test_a_row_that_is_changed_with_its_hash_breaks_the_next_one(decided):
    changed = entries(decided)[1]._replace(by="somebody")
    result = broken_after(
        decided, update(rows).where(rows.c.sequence == 2).values(by="somebody", hash=decision_log.digest(changed[:-1]))
    )
    assert result is not None and result.sequence == 3


def test_the_command_shows_the_log_and_fails_once_it_is_broken(start_story, dialect):
    if dialect != "sqlite":
        pytest.skip("the command reads the same rows")
    decided = four_decisions(start_story())
    command = ["audit", "log", "--data", str(decided.window.settings.data), "--sandbox", decided.sandbox]
    shown = run_command(*command, "--json")
    answer = json.loads(shown.stdout)
    assert shown.exit_code == 0 and answer["holds"] and len(answer["decisions"]) == 4
    assert run_command(*command, "--csv", "--by", TESTER.name).stdout.count("\n") == 5
    anchors = decided.window.settings.data.parent / "anchors.jsonl"
    for _ in range(2):
        assert run_command(*command, "--anchor", str(anchors)).exit_code == 0
    (head,) = anchors.read_text("utf-8").splitlines()
    kept = json.loads(head)
    assert (kept["sandbox"], kept["sequence"], kept["hash"]) == (
        decided.sandbox,
        answer["head"]["sequence"],
        answer["head"]["hash"],
    ), "the same head is added once"
    assert kept["at"] > answer["head"]["at"]
    carry_out(decided.window.engine, update(rows).where(rows.c.sequence == 3).values(reason="=1+1"))
    failed = run_command(*command)
    assert failed.exit_code == 1 and "row 3" in failed.output
    assert "'=1+1" in run_command(*command, "--csv").output


def test_the_command_stores_each_head_once_and_compares_the_chain_with_it(start_story, dialect, tmp_path):
    if dialect != "sqlite":
        pytest.skip("the command reads the same rows")
    decided = four_decisions(start_story())
    file = tmp_path / "anchors.jsonl"
    command = ["audit", "log", "--data", decided.window.settings.data, "--sandbox", decided.sandbox, "--anchor", file]
    for _ in range(2):
        assert run_command(*command).exit_code == 0
    (anchor,) = [json.loads(line) for line in file.read_text().splitlines()]
    assert anchor["sandbox"] == decided.sandbox and anchor["sequence"] == 4
    file.write_text(json.dumps({**anchor, "hash": "0" * 64}) + "\n")
    failed = run_command(*command)
    assert failed.exit_code == 1 and "the anchor has another hash" in failed.stderr
