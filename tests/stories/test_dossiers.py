"""The dossier of a case: all that its page shows and the log has, in one file that is verified against an anchor."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.sql.dml import Update

from single_window.answers import dossiers
from single_window.api import create_app
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame import deciding
from single_window.frame.files import add
from single_window.store import decision_log, log_chain
from single_window.store.decision_log import entries
from single_window.store.log_chain import ChainHead
from single_window.store.tables import decision, decision_log_head
from single_window.store.tables import decision_log as rows
from tests.commands import run_command
from tests.databases import ON_BOTH, carry_out, read_by
from tests.officers import TESTER, Browser, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
REPORT, WORDS = "查验记录：相符".encode(), "担保额不足，请追加"


class Decided:
    """A list that was rejected, with a file, and the heads of the log of a day before and of now."""

    def __init__(self, story: StoryRunner, folder: Path) -> None:
        self.story, self.folder = story, folder
        self.trade, other = (story.trade(number, fault="guarantee_short") for number in (0, 1))
        story.send(self.trade)
        story.send(other)
        story.decide(other, "inspect", "")
        found = deciding.find(story.window, story.sandbox, DECISION_KINDS["declaration"], self.trade.id)
        add(story.window, story.sandbox, found, "report.txt", "text/plain", REPORT, TESTER)
        story.decide(self.trade, "conclude", "")
        self.before = ChainHead(*story.read(decision_log.head))
        story.decide(self.trade, "reject", WORDS)
        self.client = create_app(story.window).test_client()
        self.number = str(story.column(self.trade, "invt_no"))

    def make(self, language: str = "zh") -> bytes:
        """A new dossier of the list."""
        path = f"/api/v1/dossiers/declaration/{self.number}?lang={language}"
        made = self.client.post(path, headers={"X-Sandbox": self.story.sandbox})
        assert made.status_code == 200, made.text
        return made.data

    def verify(self, file: bytes, *anchors: ChainHead) -> Any:
        """What the command says about a dossier, beside anchors."""
        dossier, kept = self.folder / "dossier.html", self.folder / "anchors.jsonl"
        dossier.write_bytes(file)
        anchored = '{{"sandbox":"{}","sequence":{},"hash":"{}"}}'
        kept.write_text("\n".join(anchored.format(self.story.sandbox, *anchor) for anchor in anchors))
        place = ("--data", self.story.window.settings.data, "--sandbox", self.story.sandbox)
        beside = ("--anchor", kept) if anchors else ()
        return run_command("audit", "log", "--dossier", dossier, *beside, *place)


@pytest.fixture(scope="module")
def decided(start_story_once: Any, tmp_path_factory: pytest.TempPathFactory) -> Decided:
    return Decided(start_story_once(), tmp_path_factory.mktemp("dossier"))


@each("language", ["zh", "en"])
def test_it_has_everything_and_needs_nothing_else(decided: Decided, language: str) -> None:
    file = decided.make(language).decode()
    buyer = decided.trade.document("inventory").head["buyerIdNumber"]
    for told in (WORDS, decided.trade.id, "report.txt", "tester", f'lang="{"zh-CN" if language == "zh" else "en"}"'):
        assert told in file, told
    assert decided.trade.document("order").head["buyerTelephone"] not in file, "telephone numbers are masked, too"
    assert 'id="next"' not in file and 'id="hand-on"' not in file, "what is for work is no part of what became of it"
    assert "dossier_made:" not in file and "attached:" not in file
    assert buyer not in file and f"{buyer[:4]}****{buyer[-4:]}" in file
    for loaded in ("<script", "<link", "<form", "<button", "href=", "src=", "@import", "url("):
        assert loaded not in file, loaded
    assert not re.search(r"\son[a-z]+=", file)


def test_its_rows_are_proved_up_to_the_head_of_the_log(decided: Decided) -> None:
    made = dossiers.read(decided.make())
    log = list(decided.story.read(entries))
    about = str(decided.story.column(decided.trade, "id"))
    assert [row for row in log if row.subject_id == about] == list(made.proof.rows)
    assert {row.action for row in made.proof.rows} >= {"attached", "conclude", "reject", "dossier_made"}
    assert made.proof.head == ChainHead(log[-1].sequence, log[-1].hash)
    assert made.proof.rows[-1].reason == made.sha256
    assert list(log_chain.faults(made.proof, [decided.before])) == []
    assert log_chain.covered(made.proof, [decided.before, ChainHead(0, "0" * 64)]) == [decided.before]


def only_here(dialect: str) -> None:
    if dialect != "sqlite":
        pytest.skip("the command reads the same rows")


def test_it_holds_beside_an_anchor_of_the_day_before(decided: Decided, dialect: str) -> None:
    only_here(dialect)
    verified = decided.verify(decided.make(), decided.before)
    assert verified.exit_code == 0 and "The dossier holds" in verified.output, verified.output
    assert "1 anchor agrees with the log" in verified.output and "1 of them in the dossier" in verified.output


@each(
    ("old", "new", "told"),
    [
        (WORDS, "担保额充足", "reason"),
        ("<h1>", "<h1>新", "正文|text"),
        ("</pre>", "</pre><p>more</p>", "not a dossier"),
        ('"refused",', '"done",', "outcome"),
    ],
    ids=["reason", "text", "something added", "outcome"],
)
def test_what_was_changed_in_the_file_is_named(decided: Decided, dialect: str, old: str, new: str, told: str) -> None:
    only_here(dialect)
    file = decided.make().decode()
    assert old in file
    verified = decided.verify(file.replace(old, new).encode(), decided.before)
    assert verified.exit_code == 1 and re.search(told, verified.output + verified.stderr), verified.output


def test_an_anchor_that_is_older_than_the_dossiers_rows_agrees_with_the_log(decided: Decided, dialect: str) -> None:
    only_here(dialect)
    first = next(iter(decided.story.read(entries)))
    verified = decided.verify(decided.make(), ChainHead(first.sequence, first.hash))
    assert verified.exit_code == 0 and "1 anchor agrees with the log" in verified.output, verified.output


@each(
    "content", [None, "", '{"sandbox":"another","sequence":1,"hash":"00"}'], ids=["missing", "empty", "other sandbox"]
)
def test_a_file_without_an_anchor_of_the_sandbox_is_refused(
    decided: Decided, dialect: str, content: str | None
) -> None:
    only_here(dialect)
    dossier, kept = decided.folder / "dossier.html", decided.folder / "nofile.jsonl"
    dossier.write_bytes(decided.make())
    kept.unlink(missing_ok=True)
    if content is not None:
        kept.write_text(content)
    place = ("--data", decided.story.window.settings.data, "--sandbox", decided.story.sandbox)
    verified = run_command("audit", "log", "--dossier", dossier, "--anchor", kept, *place)
    assert verified.exit_code != 0 and "nofile.jsonl has no anchor" in verified.stderr, verified.output
    assert content is not None or not kept.exists()


def test_an_anchor_of_another_chain_is_contradicted(decided: Decided, dialect: str) -> None:
    only_here(dialect)
    wrong = ChainHead(decided.before.sequence, "f" * 64)
    verified = decided.verify(decided.make(), wrong)
    assert verified.exit_code == 1 and "contradicts the anchor" in verified.stderr


def made_anew(decided: Decided, by: str) -> list[Update]:
    """Statements that make the log anew after one name was changed in it, as whoever owns the database could."""
    statements, previous = [], log_chain.FIRST
    for row in decided.story.read(entries):
        changed = row._replace(by=by if row.action == "reject" else row.by, previous=previous)
        previous = log_chain.digest(changed[:-1])
        where = update(rows).where(rows.c.sequence == row.sequence)
        statements.append(where.values(by=changed.by, previous=changed.previous, hash=previous))
    return [
        *statements,
        update(decision_log_head).values(hash=previous),
        update(decision).where(decision.c.action == "reject").values(by=by),
    ]


def test_a_log_that_was_made_anew_is_contradicted_by_dossier_and_anchor(
    start_story: Any, tmp_path: Path, dialect: str
) -> None:
    only_here(dialect)
    decided = Decided(start_story(), tmp_path)
    file = decided.make()
    for statement in made_anew(decided, "somebody"):
        carry_out(decided.story.window.engine, statement)
    assert decided.story.read(decision_log.head)[1] != dossiers.read(file).proof.head.hash
    verified = decided.verify(file, decided.before)
    assert verified.exit_code == 1
    assert "who: “tester” in the dossier, “somebody” in the log" in verified.stderr
    assert "the chain was rebuilt" in verified.stderr, "and the anchor says the same"


def test_officers_of_the_case_and_auditors_make_it_from_its_page_and_others_do_not(decided: Decided) -> None:
    window, sandbox = decided.story.window, decided.story.sandbox
    case = f"/declarations/{decided.story.column(decided.trade, 'id')}?sandbox={sandbox}"
    form = f"/dossiers/declaration/{decided.number}?sandbox={sandbox}"
    for name, role, may in (("wang", "reviewer", True), ("he", "auditor", True), ("li", "tax_officer", False)):
        browser = signed_in(create_app(window).test_client(), window, name, role)
        sent = browser.post(form)
        assert sent.status_code == (200 if may else 403), role
        assert not may or sent.headers["Content-Disposition"].startswith("attachment; ")
        assert not may or "/dossiers/declaration/" in browser.get(case).text
    guest = Browser(create_app(window).test_client())
    assert "/dossiers/" not in guest.get(case).text and guest.post(form).status_code == 403
    made = [row for row in read_by(window.engine, entries, sandbox) if row.action == decision_log.DOSSIER_MADE]
    assert {"wang", "he"} <= {row.by for row in made} and "li" not in {row.by for row in made}


@each("subject", ["proposal", "nothing", "batch"])
def test_what_is_no_case_has_no_dossier(decided: Decided, subject: str) -> None:
    made = decided.client.post(f"/api/v1/dossiers/{subject}/1", headers={"X-Sandbox": decided.story.sandbox})
    assert made.status_code == 404
