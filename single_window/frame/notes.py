"""Notes of officers about a case, for colleagues only: a row of the decision log each. Whom a note mentions is told.

No receipt, history or call for companies has them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from single_window.accounts import rights, rows
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.frame.decision_kinds import Subject
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.store import alerts, decision_log, sandboxes
from single_window.store.engine import reading, writing
from single_window.store.log_chain import LogEntry
from single_window.store.subjects import office_of

log = structlog.get_logger(__name__)
MAX_TEXT = 2_000
"""Maximum characters of a note."""
MOST = 200
"""Maximum number of notes that are listed: the newest."""
_MENTION = re.compile(r"(?<![A-Za-z0-9._-])@([A-Za-z0-9][A-Za-z0-9._-]{1,39})")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NEAREST = 5


class CaseNote(NamedTuple):
    """A note. `number`: its row in the log; `at`: the sandbox's instant; `mentions`: names of officers."""

    number: int
    text: str
    by: str
    role: str
    at: int
    mentions: tuple[str, ...]


def mentions_in(text: str) -> tuple[str, ...]:
    """The names that a text mentions as `@name`, each once; a full stop behind one ends the sentence."""
    return tuple(dict.fromkeys(name.rstrip(".-_").lower() for name in _MENTION.findall(text)))


def may_keep(who: Person, subject: str, office: str) -> bool:
    """True if a person may add notes and files to the cases of a kind of subject at a customs office (empty: none):
    whoever may decide about them."""
    try:
        rights.demand_subject(who, subject, office or None)
    except rights.Lacking:
        return False
    return True


def demand_keeping(context: Context, sandbox: str, subject: Subject, who: Person) -> None:
    """Raise `Lacking` for a person who may add neither notes nor files to a case."""
    with reading(context.engine) as connection:
        _demand(connection, sandbox, subject, who)


def _demand(connection: Connection, sandbox: str, subject: Subject, who: Person) -> None:
    rights.demand_subject(who, subject.kind, office_of(connection, sandbox, subject.kind, subject.id) or None)


def add(context: Context, sandbox: str, subject: Subject, text: str, who: Person) -> CaseNote:
    """Add a note to a case, and alert those whom it mentions. Raises `Refusal`, or `Lacking` for a person who may not
    decide about the case."""
    text = _UNSEEN.sub("", text).strip()
    if not text or len(text) > MAX_TEXT:
        raise Refusal("note_length", most=MAX_TEXT)
    key, at = (subject.kind, str(subject.id)), context.now(sandbox)
    with writing(context.engine) as connection:
        sandboxes.hold(connection, sandbox)
        _demand(connection, sandbox, subject, who)
        mentioned = mentions_in(text)
        _demand_known(connection, mentioned)
        by = (who.name, who.role)
        number = decision_log.append_notes(connection, sandbox, [key], decision_log.NOTED, by, text, at)
        alerts.add(connection, sandbox, set(mentioned) - {who.name}, key, number)
    log.info("note.added", sandbox=sandbox, subject=key[0], subject_id=key[1], by=who.name, mentions=len(mentioned))
    return CaseNote(number, text, who.name, who.role, at, mentioned)


def of_cases(connection: Connection, sandbox: str, keys: Collection[tuple[str, str]]) -> Sequence[CaseNote]:
    """The newest `MOST` notes about these cases, oldest first."""
    return [note_of(row) for row in decision_log.of_subjects(connection, sandbox, keys, {decision_log.NOTED}, MOST)]


def note_of(row: LogEntry) -> CaseNote:
    """The note in a row of the log."""
    return CaseNote(row.sequence, row.reason, row.by, row.role, row.answered_at, mentions_in(row.reason))


def mentioning(text: str, name: str) -> str:
    """Return a text that mentions an officer (empty: nobody) whom it does not mention yet."""
    return f"{text} @{name}".strip() if name and name.lower() not in mentions_in(text) else text


def colleagues(connection: Connection, who: str) -> Sequence[Person]:
    """Whom a note can mention: every active account but the writer's, the first `MOST` by name."""
    known = [account.person for account in rows.all_accounts(connection) if not account.disabled_at]
    return [person for person in known if person.name != who][:MOST]


def _demand_known(connection: Connection, names: Collection[str]) -> None:
    """Raise `Refusal` for a name that no active account has; it names the nearest ones."""
    if not names:
        return
    known = [account.name for account in rows.all_accounts(connection) if not account.disabled_at]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, _NEAREST, 0.3) or known[:_NEAREST]
            listed = ", ".join(f"@{each}" for each in near) or phrases.phrase("label", "nobody")
            raise Refusal("no_such_colleague", account=name, known=listed)
