"""Decisions: compares the decision log with decisions, cases and the timeline, in both directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, String, and_, cast, func, or_, select

from declarations.money import SCALE
from gateways.customs.outcome import KIND_OF_LIST
from gateways.decisions import SubjectKind
from single_window.auditing.ledger import Ledger, LedgerDifference, joined_key
from single_window.language.words import Words
from single_window.store import decision_log_check
from single_window.store.bulk import chunks, one_of
from single_window.store.decision_log import ANSWERED
from single_window.store.desks import desk_before
from single_window.store.subjects import TABLES
from single_window.store.tables import decision, decision_log, declaration, request, timeline, work_case

WORDS = Words("办理决定", "decisions")
NON_OFFICER_ACTORS = ("automatic", "customs")
"""Actors in the timeline that file no decisions."""
OF_LISTS, OF_REQUESTS = "officer_", "return_"
"""Prefixes of timeline events of officers' acts on lists, and on requests."""
KEYS_PER_QUERY = 500
Act = tuple[str, str, str, str]
"""(kind, key) of a list or request, action, actor"""


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Check the log's chain, each row against its decision and case, and each act of an officer against its row."""
    rows = connection.execute(select(func.count()).where(decision_log.c.sandbox == sandbox)).scalar_one()
    differences = (
        *_logged_decisions(connection, sandbox),
        *_events_without_decision(connection, sandbox),
        *_decisions_without_event(connection, sandbox),
    )
    return Ledger("decision", WORDS, rows, {}, differences)


def _logged_decisions(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Rows without decision, decisions without row, and faults of the chain."""
    for broken in decision_log_check.all_faults(connection, sandbox):
        yield LedgerDifference(f"row {broken.sequence}", f"log of decisions: {broken.reason};", SCALE, 0)


def _events_without_decision(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Rows of completed decisions whose case does not exist, or still waits unchanged."""
    log, case = decision_log.c, work_case.c
    same = and_(case.sandbox == log.sandbox, case.subject == log.subject, case.subject_id == log.subject_id)
    chosen = (
        select(log.sequence, log.subject, log.subject_id, log.before, case.version)
        .outerjoin(work_case, same)
        .where(
            log.sandbox == sandbox,
            log.outcome == "done",
            log.subject.in_(list(TABLES)),
            or_(case.subject.is_(None), and_(case.waiting > 0, log.seen > 0, case.version == log.seen)),
        )
        .order_by(log.sequence)
    )
    for sequence, subject, subject_id, before, version in connection.execute(chosen):
        if version is not None:
            yield LedgerDifference(
                joined_key((subject, subject_id)), f"waits, though row {sequence} decided it;", SCALE, 0
            )
        elif desk_before(subject, before) is not None:
            yield LedgerDifference(
                joined_key((subject, subject_id)), f"no case, though row {sequence} decided it;", 0, SCALE
            )


def _decisions_without_event(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Acts of officers on lists and requests without a row, more rows than acts, and acts without an actor."""
    acts = _acts_of_timeline(connection, sandbox)
    done, filed = _rows_of_acts(connection, sandbox)
    for act in sorted(acts.keys() | done.keys()):
        _, key, event, actor = act
        if not actor:
            yield LedgerDifference(key, f"{event} of nobody", acts[act] * SCALE, 0)
        elif acts[act] > done[act] + filed[act]:
            yield _logged_differently(act, done[act], acts[act])
    missing = [act for act in sorted(done) if done[act] > acts[act]]
    on_timeline = _acts_on_timeline(connection, sandbox, [act[1] for act in missing])
    for act in missing:
        if act[:2] in on_timeline:  # subjects pruned by retention have no timeline
            yield _logged_differently(act, done[act], acts[act])


def _logged_differently(act: tuple[str, str, str, str], logged: int, done: int) -> LedgerDifference:
    kind, key, event, actor = act
    return LedgerDifference(joined_key((kind, key)), f"{event} by {actor}, logged", logged * SCALE, done * SCALE)


def _acts_of_timeline(connection: Connection, sandbox: str) -> Counter[Act]:
    """Officers' acts in the timeline, counted."""
    line = timeline.c
    of_list = and_(line.kind.in_(list(KIND_OF_LIST.values())), line.event.startswith(OF_LISTS, autoescape=True))
    of_request = and_(line.event.startswith(OF_REQUESTS, autoescape=True), line.event != "return_accepted")
    chosen = (
        select(line.kind, line.key, line.event, line.actor, func.count())
        .where(line.sandbox == sandbox, line.actor.not_in(NON_OFFICER_ACTORS), or_(of_list, of_request))
        .group_by(line.kind, line.key, line.event, line.actor)
    )
    return Counter({(row[0], row[1], row[2], row[3]): row[4] for row in connection.execute(chosen)})


def _rows_of_acts(connection: Connection, sandbox: str) -> tuple[Counter[Act], Counter[Act]]:
    """(rows of completed acts, rows of refused or unanswered ones), counted by act."""
    log, own = decision_log.c, decision.c
    about = (SubjectKind.DECLARATION, SubjectKind.REQUEST)
    answered = select(log.subject, log.subject_id, log.action, log.by, log.outcome).where(
        log.sandbox == sandbox, log.subject.in_(about), log.outcome.in_(ANSWERED)
    )
    waiting = select(own.subject, own.subject_id, own.action, own.by, own.state).where(
        own.sandbox == sandbox, own.subject.in_(about), own.state == "filed"
    )
    rows = [*connection.execute(answered), *connection.execute(waiting)]
    names = {
        **_keys_of_subjects(connection, SubjectKind.DECLARATION, rows, (declaration.c.flow, declaration.c.key)),
        **_keys_of_subjects(connection, SubjectKind.REQUEST, rows, (request.c.kind, request.c.key)),
    }
    done, filed = Counter[Act](), Counter[Act]()
    for subject, subject_id, action, by, outcome in rows:
        if (subject, subject_id) in names:
            kind, key = names[subject, subject_id]
            begins = OF_LISTS if subject == SubjectKind.DECLARATION else OF_REQUESTS
            (done if outcome == "done" else filed)[kind, key, f"{begins}{action}", by] += 1
    return done, filed


def _keys_of_subjects(
    connection: Connection, subject: SubjectKind, rows: Sequence[Any], columns: tuple[Any, Any]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Log key → (kind, key) in the timeline, for existing subjects of a kind."""
    table = TABLES[subject]
    ids = sorted({int(row.subject_id) for row in rows if row.subject == subject})
    named = {}
    for piece in chunks(ids, KEYS_PER_QUERY):
        chosen = select(cast(table.c.id, String), *columns).where(one_of(connection, table.c.id, piece))
        for number, kind, key in connection.execute(chosen):
            named[str(subject), number] = (KIND_OF_LIST.get(kind, kind), key)
    return named


def _acts_on_timeline(connection: Connection, sandbox: str, keys: Sequence[str]) -> set[tuple[str, str]]:
    """(kind, key) of lists and requests with timeline events."""
    line = timeline.c
    on_timeline: set[tuple[str, str]] = set()
    for piece in chunks(sorted(set(keys)), KEYS_PER_QUERY):
        chosen = select(line.kind, line.key).distinct().where(line.sandbox == sandbox, line.key.in_(piece))
        on_timeline.update((row[0], row[1]) for row in connection.execute(chosen))
    return on_timeline
