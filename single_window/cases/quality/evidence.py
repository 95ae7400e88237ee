"""Collects what a second officer sees of a closed case: all that the first had before him, and nothing of what he
decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from gateways.decisions import SubjectKind
from single_window.cases import inspection_findings, subjects, waiting_sentences
from single_window.cases.declarations import assembly
from single_window.cases.declarations.parts import Paper, Story
from single_window.cases.declarations.revaluing import REVALUE
from single_window.cases.declarations.story_page import further_evidence
from single_window.cases.declarations.taxes import supposed_tax
from single_window.cases.evidence_elsewhere import elsewhere
from single_window.cases.notes_and_files import KeptFile, KeptWithCase
from single_window.cases.quality.choices import cosmetics_of_first, decided_at, row_of_first
from single_window.cases.questions_shown import MOST, AskingShown
from single_window.frame import notes
from single_window.frame.files import MAX_FILES
from single_window.frame.pages.filed_evidence import FiledEvidence
from single_window.frame.typed import instant_text
from single_window.store import decision_log, files, questions
from single_window.store.case_queue import Key
from single_window.store.quality_checks import StoredCheck

MOST_ROWS = 200
"""Decisions about a case among which its questions are looked for: the newest."""


def evidence_of(connection: Connection, sandbox: str, check: StoredCheck) -> dict[str, Any]:
    """Return the values for the page of a check: documents compared, tax, comparable goods and what an inspector
    found; questions, notes and files from before the first decision."""
    row = row_of_first(connection, sandbox, check)
    common = {
        "kept": _kept(connection, sandbox, check, row),
        "asked_then": _asked(connection, sandbox, check, row),
        "elsewhere": _elsewhere(connection, sandbox, (check.subject, check.subject_id)),
    }
    if check.subject != SubjectKind.DECLARATION:
        told = _filed(connection, sandbox, check)
        return {**common, "story": None, "compared": None, "bills": (), "supposed": None, "inspected": None, **told}
    story = assembly.of_declaration(connection, sandbox, int(check.subject_id))
    further = further_evidence(connection, sandbox, int(check.subject_id))
    determined = _determined(connection, sandbox, check, row)
    bills = () if determined else [bill for bill in story.bills if not bill.replaced]
    return {
        **common,
        "story": story,
        "papers": _papers(story, decided_at(connection, sandbox, check)),
        "bills": bills,
        "supposed": None if bills else supposed_tax(connection, sandbox, int(check.subject_id), as_declared=determined),
        "inspected": inspection_findings.findings_of(connection, sandbox, story),
        **{name: further[name] for name in ("compared", "tax_steps")},
    }


def _papers(story: Story, decided: int) -> Sequence[Paper]:
    """The documents that had come when the case was decided (0: it is not known when)."""
    until = instant_text(decided)
    return [paper for paper in story.documents if not until or paper.received_at <= until]


def _determined(connection: Connection, sandbox: str, check: StoredCheck, row: int) -> bool:
    """True if the first officer determined another value, or of cosmetics: the tax then would tell what he did."""
    return check.first_action == REVALUE or bool(cosmetics_of_first(connection, sandbox, check, row))


def _kept(connection: Connection, sandbox: str, check: StoredCheck, row: int) -> KeptWithCase:
    """Notes and files from before the row of the decision; nothing can be added here."""
    key = (check.subject, check.subject_id)
    kept = [KeptFile(key[0], key[1], *file) for file in files.of_case(connection, sandbox, *key, MAX_FILES)]
    written = notes.of_cases(connection, sandbox, [key])
    attached = decision_log.of_subjects(connection, sandbox, [key], {decision_log.ATTACHED}, MAX_FILES)
    added = {
        (entry.by, entry.answered_at, entry.reason.rpartition(" ")[2]) for entry in attached if entry.sequence < row
    }
    return KeptWithCase(
        "",
        check.subject_id,
        None,
        [note for note in written if note.number < row],
        [file for file in kept if (file.by, file.at, file.sha256) in added],
        (),
        (),
    )


def _elsewhere(connection: Connection, sandbox: str, key: Key) -> Mapping[str, Any]:
    """The judgement of others about the case, by the reasons for which it waited."""
    return elsewhere(
        connection, sandbox, key, [why.code for why in waiting_sentences.whys_of(connection, sandbox, key)]
    )


def _asked(connection: Connection, sandbox: str, check: StoredCheck, row: int) -> AskingShown | None:
    """The questions that were asked before the row of the decision; None if there are none."""
    key = (check.subject, check.subject_id)
    entries = decision_log.of_subjects(connection, sandbox, [key], {"done"}, MOST_ROWS)
    before = {entry.decision_id for entry in entries if entry.sequence < row}
    asked = [each for each in questions.of_case(connection, sandbox, key, MOST) if each.id in before]
    return AskingShown(asked, (), "") if asked else None


def _filed(connection: Connection, sandbox: str, check: StoredCheck) -> Mapping[str, Any]:
    """Return the part of the page of another subject that shows what its company filed; empty without one."""
    known = {evidence.subject: evidence for evidence in subjects.values("pages", FiledEvidence)}
    found = known.get(check.subject)
    return found.values(connection, sandbox, check.subject_id) if found is not None else {}
