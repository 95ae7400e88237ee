"""What officers keep with cases, and who deals with them, by commands: each is a call, and prints its answer with
--json."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from declarations.calendar import day_of
from single_window.cases import inspection_results
from single_window.clock import system_now
from single_window.store import case_queue
from single_window.store.decisions import decisions_about
from tests.commands import run_command
from tests.officers import account
from tests.stories.story import StoryRunner

TEXT = "价格偏低，请@zhao核对"


class Desk:
    """Commands about the one list that waits for review in the sandbox of a story."""

    def __init__(self, story: StoryRunner) -> None:
        self.story = story
        trade = story.trade(fault="content_missing")
        story.send(trade)
        self.number = trade.id
        self.key = "declaration", str(story.column(trade, "id"))
        for name, role in (("wang", "reviewer"), ("li", "reviewer")):
            account(story.window, name, role)
        account(story.window, "zhao", agency="customs")

    def call(self, *words: str, by: str = "wang", code: int = 0) -> Result:
        where = ("--data", self.story.window.settings.data, "--sandbox", self.story.sandbox)
        return run_command(*words, *where, "--as", by, code=code)

    def run(self, *words: str, by: str = "wang", code: int = 0) -> str:
        return self.call(*words, by=by, code=code).output

    def read(self, *words: str, by: str = "wang") -> Any:
        return json.loads(self.call(*words, "--json", by=by).stdout)

    @property
    def holder(self) -> str:
        found: Any = self.story.read(case_queue.find, self.key)
        return str(found.assignee)


@pytest.fixture
def desk(story: StoryRunner) -> Desk:
    return Desk(story)


def of_case(desk: Desk, command: str) -> tuple[str, ...]:
    return "case", command, "declaration", desk.number


def test_a_note_is_kept_and_tells_whom_it_mentions(desk: Desk) -> None:
    assert "No notes" in desk.run(*of_case(desk, "notes"))
    assert TEXT in desk.run(*of_case(desk, "note"), TEXT)
    (note,) = desk.read(*of_case(desk, "notes"))["notes"]
    assert (note["by"], note["text"], note["mentions"]) == ("wang", TEXT, ["zhao"])
    assert [alert["text"] for alert in desk.read("team", "alerts", by="zhao")["alerts"]] == [TEXT]
    assert "@zhou" in desk.run(*of_case(desk, "note"), "ask @zhou", code=1)


def test_a_file_is_kept_with_its_line(desk: Desk, tmp_path: Path) -> None:
    photo = tmp_path / "IMG-0312.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0 a photo \xff\xd9")
    desk.run(*of_case(desk, "file"), str(photo), "--line", "2")
    (file,) = desk.read(*of_case(desk, "files"))["files"]
    assert (file["name"], file["line"], file["by"]) == ("IMG-0312.jpg", 2, "wang")


def test_a_case_is_given_put_off_and_let_go(desk: Desk) -> None:
    assert "held by 经办 li" in desk.run(*of_case(desk, "assign"), "give", "--to", "li", by="zhao")
    assert desk.holder == "li"
    made = desk.read(*of_case(desk, "assign"), "put_off", "--until", "2026-11-25", "--note", "等发票", by="li")
    assert made["put_off_until"].startswith("2026-11-2")
    desk.run(*of_case(desk, "assign"), "let_go", by="li")
    assert desk.holder == ""
    assert "put_off" in desk.run(*of_case(desk, "assign"), "burn", code=1)


@pytest.mark.parametrize("kind", ["", "spot_check"])
def test_whoever_decides_about_a_case_that_is_no_list_is_told_how_to_name_its_kind(desk: Desk, kind: str) -> None:
    said = desk.run("act", "SP2026112001-0123456789", *(("--about", kind) if kind else ()), code=1)
    assert ("For a case that is no list add --about and one of: " in said) == (not kind)
    assert "spot_check" in said or kind


def test_an_inspection_is_decided_with_what_was_found(desk: Desk) -> None:
    desk.run("act", desk.number, "inspect", by="wang")
    account(desk.story.window, "sun", "inspector")
    count = len(desk.story.read(inspection_results.declared_quantities, int(desk.key[1])))
    others = [word for line in range(2, count + 1) for word in ("--finding", f"{line}=as_declared")]
    act = ("act", desk.number, "send_back", "--reason", "数量不符", *others)
    assert "is no number" in desk.run(*act, "--finding", "1=differs,many", by="sun", code=1)
    assert "begin with the number" in desk.run(*act, "--finding", "x=differs", by="sun", code=2)
    desk.run(*act, "--finding", "1=differs,977,多出", by="sun")
    done = desk.story.read(decisions_about, *desk.key)[-1]
    assert done.details["findings"][0] == [1, "differs", "多出", "977"]
    assert "第1项与申报不符，实货数量977：多出" in done.reason


def test_an_absence_is_noted_and_ended(desk: Desk) -> None:
    first, last = (str(day_of(system_now()) + timedelta(days=days)) for days in (1, 4))
    desk.run("team", "absent", first, last, "--to", "li")
    (absence,) = desk.read("team", "absences", by="zhao")["absences"]
    assert (absence["account"], absence["until"], absence["to"]) == ("wang", last, "li")
    assert "Nobody is absent" in desk.run("team", "present", "wang", first, by="zhao")
    assert "wang" in desk.run("team", "present", "wang", first, by="zhao", code=1)


def test_what_an_officer_holds_is_handed_over_and_what_waits_is_distributed(desk: Desk) -> None:
    given = desk.read("team", "distribute", "review", "--most", "5", by="zhao")["given"]
    assert sum(given.values()) == 1 and desk.holder in given
    first = desk.holder
    other = "li" if first == "wang" else "wang"
    assert desk.read("team", "hand-over", "--to", other, by=first)["cases"] == 1
    assert desk.holder == other
    assert "Nothing was given" in desk.run("team", "distribute", "review", by="zhao")
    assert desk.run("team", "distribute", "review", code=1)
