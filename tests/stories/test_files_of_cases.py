"""An officer keeps a report with a list: it stays through his decision, and goes with the papers of what ended."""

from __future__ import annotations

from simulators.imports.trade import ImportTrade
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame import deciding
from single_window.frame.files import add
from single_window.retention import closing_records
from single_window.store import files
from single_window.store.files import CaseFile
from single_window.store.tables import stored_file
from tests.databases import ON_BOTH, fetch
from tests.officers import TESTER
from tests.stories.story import NOON, StoryRunner

pytestmark = ON_BOTH
REPORT = "查验记录：相符".encode()


def keep(story: StoryRunner, trade: ImportTrade, body: bytes = REPORT) -> CaseFile:
    found = deciding.find(story.window, story.sandbox, DECISION_KINDS["declaration"], trade.id)
    return add(story.window, story.sandbox, found, "report.txt", "text/plain", body, TESTER)[0]


def kept(story: StoryRunner, trade: ImportTrade) -> list[CaseFile]:
    return list(story.read(files.of_case, "declaration", str(story.column(trade, "id")), 10))


def test_a_report_stays_with_its_list_while_it_is_decided(story: StoryRunner) -> None:
    trade = story.trade(fault="content_missing")
    story.send(trade)
    report = keep(story, trade)
    story.decide(trade, "inspect")
    assert kept(story, trade) == [report] and report.at == NOON


def test_files_go_with_the_papers_of_imports_that_ended(story: StoryRunner) -> None:
    ended, waiting = story.trade(0), story.trade(1)
    story.send(ended)
    keep(story, ended)
    keep(story, ended, b"of the ended one only")
    story.pass_time(days=1_500)
    story.send(waiting, "payment", "inventory")
    report = keep(story, waiting)
    limit = closing_records.last_day(story.window.now(story.sandbox), story.window.parameters)
    assert [step.imports for step in closing_records.drop(story.window.engine, story.sandbox, limit)] == [1]
    assert (kept(story, ended), kept(story, waiting)) == ([], [report])
    assert [row.sha256 for row in fetch(story.window.engine, stored_file.select())] == [report.sha256]
