"""Notices to companies: each gets the company's mailbox and its time, and is kept, so that it is given once. Never
commits. A batch without such notices costs no statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, select, tuple_, union
from sqlalchemy.exc import IntegrityError

from gateways.desk import Desk
from gateways.records import CaseReference, Notice, TimelineEvent
from single_window.store.bulk import insert_rows, one_of
from single_window.store.records import Conflict
from single_window.store.tables import notice, participant

UNREACHED = "notice_unreached"
"""The timeline event of a notice to a company without a mailbox."""
_ROW = ("sandbox", "company", "kind", "key", "number", "once", "return_time")
_SUBJECT = tuple_(notice.c.company, notice.c.kind, notice.c.key)


class _Last(NamedTuple):
    """Number and time of a company's last notice about a subject."""

    number: int = 0
    return_time: int = 0


def address(connection: Connection, desk: Desk[Any]) -> None:
    """Turn the notices of a batch into receipts: to the company's mailbox, at its next time about the subject.

    A notice that was given before is dropped. One to a company without a mailbox becomes an event of its subject, and
    may be given again later."""
    answers, sandbox = desk.answers, desk.circumstances.sandbox
    if not answers.notices:
        return
    wanted = {(*_subject(told), told.once): told for told in answers.notices}
    given, last = _given(connection, sandbox, wanted.values())
    boxes = mailboxes(connection, sandbox, {told.company for told in wanted.values()})
    answers.notices = []
    for place, told in wanted.items():
        if place in given:
            continue
        if told.company not in boxes:
            answers.timeline.append(_unreached(told, desk.now))
            continue
        before = last.get(_subject(told), _Last())
        now = last[_subject(told)] = _Last(before.number + 1, max(desk.now, before.return_time + 1))
        draft = replace(told.draft, mailboxes=boxes[told.company], return_time=now.return_time)
        answers.notices.append(replace(told, draft=draft, number=now.number))
        answers.receipts.append(draft)


def keep(connection: Connection, sandbox: str, given: Sequence[Notice]) -> None:
    """Keep what companies are told, with the receipts that tell it; raises `Conflict` if another worker told one of
    them about the same subject meanwhile."""
    rows = [(sandbox, *_subject(told), told.number, told.once, told.draft.return_time) for told in given]
    try:
        insert_rows(connection, notice, _ROW, rows)
    except IntegrityError as taken:
        raise Conflict("another worker sent a notice about the same subject") from taken


def _subject(told: Notice) -> tuple[str, str, str]:
    return told.company, told.draft.kind, told.draft.key


def _given(
    connection: Connection, sandbox: str, wanted: Iterable[Notice]
) -> tuple[set[tuple[str, ...]], dict[tuple[str, str, str], _Last]]:
    """The notices about these subjects that were given, and the last one about each."""
    subjects = sorted({_subject(told) for told in wanted})
    rows = connection.execute(
        select(*(notice.c[name] for name in _ROW[1:]))
        .where(notice.c.sandbox == sandbox, _SUBJECT.in_(subjects))
        .order_by(notice.c.number)
    ).all()
    last = {(row.company, row.kind, row.key): _Last(row.number, row.return_time) for row in rows}
    return {(row.company, row.kind, row.key, row.once) for row in rows}, last


def mailboxes(connection: Connection, sandbox: str, companies: Iterable[str]) -> Mapping[str, str]:
    """Return company, by customs or credit code -> its mailbox; companies without one are not among them."""
    codes = sorted(companies)
    chosen = select(participant.c.code, participant.c.credit_code, participant.c.dxp_id).where(
        participant.c.sandbox == sandbox, participant.c.dxp_id != ""
    )
    # a UNION, because each code has an index and OR would use neither
    named = [chosen.where(one_of(connection, participant.c[name], codes)) for name in ("code", "credit_code")]
    rows = connection.execute(union(*named)).all()
    by_credit = {row.credit_code: row.dxp_id for row in rows}
    return {**by_credit, **{row.code: row.dxp_id for row in rows}}


def _unreached(told: Notice, at: int) -> TimelineEvent:
    draft = told.draft
    about = CaseReference(draft.kind, draft.key, draft.order_no)
    return about.event(UNREACHED, "", at, (draft.reason,), actor="window")
