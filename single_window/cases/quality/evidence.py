"""Collects what a second officer sees of a closed case: all that the first had before him, and nothing of what he
decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from gateways.decisions import SubjectKind
from single_window.cases import inspection_findings, subjects
from single_window.cases.declarations import assembly
from single_window.cases.declarations.parts import Story
from single_window.cases.declarations.revaluing import REVALUE
from single_window.cases.declarations.story_page import further_evidence
from single_window.cases.kept_with_case import KeptFile, KeptWithCase
from single_window.cases.quality.choices import decided_at
from single_window.cases.questions_shown import MOST, AskingShown
from single_window.frame import notes
from single_window.frame.files import MAX_FILES
from single_window.frame.pages.filed_evidence import FiledEvidence
from single_window.store import files, questions
from single_window.store.quality_checks import StoredCheck


def evidence_of(connection: Connection, sandbox: str, check: StoredCheck) -> dict[str, Any]:
    """Return the values for the page of a check: documents compared, tax, comparable goods and what an inspector
    found; questions, notes and files from before the first decision."""
    instant = decided_at(connection, sandbox, check)
    common = {
        "kept": _kept(connection, sandbox, check, instant),
        "asked_then": _asked(connection, sandbox, check, instant),
    }
    if check.subject != SubjectKind.DECLARATION:
        told = _filed(connection, sandbox, check)
        return {**common, "story": None, "compared": None, "bills": (), "inspected": None, **told}
    story = assembly.of_declaration(connection, sandbox, int(check.subject_id))
    further = further_evidence(connection, sandbox, int(check.subject_id))
    return {
        **common,
        "story": story,
        "bills": _bills(check, story),
        "inspected": inspection_findings.findings_of(connection, sandbox, story),
        **{name: further[name] for name in ("compared", "tax_steps")},
    }


def _bills(check: StoredCheck, story: Story) -> Sequence[Any]:
    """The tax of a list; none where the first officer has determined another value: it would tell what he did."""
    return () if check.first_action == REVALUE else story.bills


def _kept(connection: Connection, sandbox: str, check: StoredCheck, instant: int) -> KeptWithCase:
    """Notes and files from before the decision; nothing can be added here."""
    key = (check.subject, check.subject_id)
    kept = [KeptFile(key[0], key[1], *file) for file in files.of_case(connection, sandbox, *key, MAX_FILES)]
    written = notes.of_cases(connection, sandbox, [key])
    return KeptWithCase(
        "",
        check.subject_id,
        None,
        [note for note in written if note.at < instant],
        [file for file in kept if file.at < instant],
        (),
        (),
    )


def _asked(connection: Connection, sandbox: str, check: StoredCheck, instant: int) -> AskingShown | None:
    """The questions that were asked before the decision; None if there are none."""
    key = (check.subject, check.subject_id)
    asked = [each for each in questions.of_case(connection, sandbox, key, MOST) if each.asked_at < instant]
    return AskingShown(asked, (), "") if asked else None


def _filed(connection: Connection, sandbox: str, check: StoredCheck) -> Mapping[str, Any]:
    """Return the part of the page of another subject that shows what its company filed; empty without one."""
    known = {evidence.subject: evidence for evidence in subjects.values("pages", FiledEvidence)}
    found = known.get(check.subject)
    return found.values(connection, sandbox, check.subject_id) if found is not None else {}
