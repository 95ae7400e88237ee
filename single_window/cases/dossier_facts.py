"""The contents of a dossier beside the page of a case: decisions, holds, notes, files, its rows in the log of
decisions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from gateways.decisions import SubjectKind
from gateways.holds import Held, Hold
from single_window.accounts import rights
from single_window.accounts.people import OPERATOR, Person
from single_window.frame import notes
from single_window.frame.decision_kinds import Subject
from single_window.frame.files import MAX_FILES
from single_window.frame.notes import CaseNote
from single_window.store import files, holds, log_proofs
from single_window.store.decisions import StoredDecision, decisions_about
from single_window.store.files import CaseFile
from single_window.store.log_chain import LogEntry
from single_window.store.subjects import office_of
from single_window.store.tables import request

MAX_REQUESTS = 50
"""Maximum number of a list's requests whose decisions are in its dossier."""
Key = tuple[str, str]


class DossierFacts(NamedTuple):
    """The facts about a case beside its page, in the order in which it happened."""

    decisions: Sequence[StoredDecision]
    holds: Sequence[Hold]
    notes: Sequence[CaseNote]
    files: Sequence[CaseFile]
    rows: Sequence[LogEntry]


def demand_right(connection: Connection, sandbox: str, subject: Subject, who: Person) -> None:
    """Raise `Lacking` unless a person may take a case's dossier: whoever sees the log, and whoever decides about the
    case at its office."""
    if who.role != OPERATOR.role and not rights.allows(who, "see_log"):
        office = office_of(connection, sandbox, subject.kind, subject.id)
        rights.demand_subject(who, subject.kind, office or None)


def keys_of(connection: Connection, sandbox: str, subject: Subject) -> Collection[Key]:
    """The subjects (kind, id) of a dossier: a case; with a list, the requests about it."""
    own = (str(subject.kind), str(subject.id))
    if subject.kind != SubjectKind.DECLARATION:
        return [own]
    about = select(request.c.id).where(request.c.sandbox == sandbox, request.c.declaration_id == int(subject.id))
    requests = connection.execute(about.order_by(request.c.id).limit(MAX_REQUESTS)).scalars()
    return [own, *((str(SubjectKind.REQUEST), str(number)) for number in requests)]


def gather(connection: Connection, sandbox: str, keys: Collection[Key], now: int) -> DossierFacts:
    """The facts about these subjects; `now`: the sandbox's instant, at which holds are in force."""
    decided = [made for key in keys for made in decisions_about(connection, sandbox, *key)]
    held = [
        hold
        for subject, number in keys
        for kind in (Held.CASE, *([Held.LIST] if subject == SubjectKind.DECLARATION else []))
        for hold in holds.of_keys(connection, sandbox, kind, [number], now).get(number, ())
    ]
    return DossierFacts(
        sorted(decided, key=lambda made: made.id),
        held,
        notes.of_cases(connection, sandbox, keys),
        [file for key in keys for file in files.of_case(connection, sandbox, *key, most=MAX_FILES)],
        log_proofs.proof_of(connection, sandbox, keys).rows,
    )
