"""The progress of a participant before going live: what was sent correctly, which outcomes were handled.

All of it follows from the receipts in his mailbox; which kinds and outcomes there are from catalogue and lifecycles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from msgspec import Struct
from sqlalchemy import Connection, select

from gateways.replies import ANSWERS
from schemas import catalogue
from schemas.catalogue import Entry
from single_window.language import statuses
from single_window.language.words import Words
from single_window.outcomes.shorthand import outcome as shorthand
from single_window.outcomes.triggers import BadTrigger
from single_window.store.tables import participant, receipt, receipt_group

MOST = 50_000
"""Receipts that are read, the newest."""
FLOWS = ("import", "export", "agency")
REFUSED = "-"
"""Stands for every negative status."""
_STAGED, _REJECTED = "1", "100"
_SHOWN = 5
"""Numbers of documents that are named of what is left to handle."""


class Seen(Struct):
    """An outcome of a kind of document: how many documents had it, and of how many it was not handled since.

    A refusal is handled when the same document was taken later; any other outcome once it is there. `how` is the
    command that causes one that was not seen."""

    status: str
    zh: str
    en: str
    documents: int
    open: int
    open_keys: list[str]
    how: str


class Kind(Struct):
    """A kind of document: how many were taken, by their numbers, and its outcomes."""

    kind: str
    type: str
    zh: str
    en: str
    flow: str
    taken: int
    outcomes: list[Seen]


class Left(Struct):
    """One thing that is left to do: `send` a kind rightly, `see` an outcome, `handle` refused documents."""

    what: str
    kind: str
    status: str
    zh: str
    en: str
    how: str


class Conformance(Struct):
    """The progress of a participant. `receipts` were read; `complete` is false where the mailbox holds more."""

    mailbox: str
    roles: list[str]
    flows: list[str]
    receipts: int
    complete: bool
    ready: bool
    kinds: list[Kind]
    left: list[Left]


class UnknownMailbox(LookupError):
    """No participant is registered with a DXP id, and nothing was ever answered to it."""

    permanent = True


def conformance(connection: Connection, sandbox: str, mailbox: str, flows: Collection[str] = ()) -> Conformance:
    """How far the owner of a mailbox has come, in some `flows`, by default those that he has used, else imports.
    Raises `UnknownMailbox`."""
    roles = _roles(connection, sandbox, mailbox)
    had = _had(connection, sandbox, mailbox)
    if roles is None and not had:
        raise UnknownMailbox(mailbox)
    histories: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind, key, status in had[:MOST]:
        histories[kind][key].append(status)
    chosen_flows = [flow for flow in FLOWS if flow in (flows or _flows(histories))]
    kinds = [_kind(entry, histories[entry.kind]) for entry in _entries(roles or (), histories, chosen_flows)]
    left = list(chain.from_iterable(map(_left, kinds)))
    complete = len(had) <= MOST
    return Conformance(mailbox, sorted(roles or ()), chosen_flows, min(len(had), MOST), complete, not left, kinds, left)


def _roles(connection: Connection, sandbox: str, mailbox: str) -> set[str] | None:
    rows = connection.execute(
        select(participant.c.kinds).where(participant.c.sandbox == sandbox, participant.c.dxp_id == mailbox)
    ).scalars()
    roles = [role for kinds in rows for role in kinds.split(";")]
    return set(roles) if roles else None


def _had(connection: Connection, sandbox: str, mailbox: str) -> list[tuple[str, str, str]]:
    """Kind, number and status of each receipt of a mailbox, the oldest first; one more than `MOST` where there are."""
    rows = connection.execute(
        select(receipt.c.kind, receipt.c.key, receipt.c.return_status)
        .join(receipt_group, receipt_group.c.id == receipt.c.group_id)
        .where(receipt_group.c.sandbox == sandbox, receipt_group.c.mailbox == mailbox)
        .order_by(receipt_group.c.first.desc(), receipt.c.position.desc())
        .limit(MOST + 1)
    ).all()
    return [(row.kind, row.key, row.return_status) for row in reversed(rows)]


def _sent() -> Iterator[Entry]:
    return (entry for entry in catalogue.entries() if entry.handling is not None and entry.kind in ANSWERS)


def _flows(histories: Collection[str]) -> set[str]:
    return {entry.flow for entry in _sent() if entry.kind in histories} or {"import"}


def _entries(roles: Iterable[str], histories: Collection[str], flows: Collection[str]) -> Iterator[Entry]:
    known = set(roles)
    return (
        entry for entry in _sent() if entry.flow in flows and (entry.sender in known or entry.kind in list(histories))
    )


def _kind(entry: Entry, histories: dict[str, list[str]]) -> Kind:
    wanted = [status for kind, status in statuses.occurring() if kind == entry.kind]
    outcomes = [_seen(entry.kind, status, histories) for status in (*wanted, REFUSED)]
    taken = sum(any(map(_is_taken, history)) for history in histories.values())
    return Kind(entry.kind, entry.code, entry.title_zh, entry.title_en, entry.flow, taken, outcomes)


def _seen(kind: str, status: str, histories: dict[str, list[str]]) -> Seen:
    had = {key: history for key, history in histories.items() if any(_is(status, seen) for seen in history)}
    unsolved = [key for key, history in had.items() if _is_open(status, history)]
    words = statuses.return_status(status, kind)
    how = "" if had else _how(kind, status)
    return Seen(status, words.zh, words.en, len(had), len(unsolved), unsolved[:_SHOWN], how)


def _is(wanted: str, status: str) -> bool:
    return status.startswith("-") if wanted == REFUSED else status == wanted


def _is_taken(status: str) -> bool:
    return bool(status) and not status.startswith("-") and status not in {_STAGED, _REJECTED}


def _is_open(status: str, history: list[str]) -> bool:
    """Whether a document was refused or rejected, and was not taken since nor before: a refused repetition of what
    stands already needs nothing."""
    if status not in {REFUSED, _REJECTED}:
        return False
    last = max(place for place, seen in enumerate(history) if _is(status, seen))
    concerned = history if status == REFUSED else history[last + 1 :]
    return not any(map(_is_taken, concerned))


def _how(kind: str, status: str) -> str:
    if status in statuses.PORT:
        return ""
    try:
        wanted = f"{ANSWERS[kind]}.{_example(kind) if status == REFUSED else status}"
        shorthand(wanted)
    except BadTrigger:
        return ""
    return f"single-window trigger {wanted}"


def _example(kind: str) -> str:
    return catalogue.by_kind(kind).invalid


def _left(kind: Kind) -> Iterator[Left]:
    if not kind.taken:
        how = f"single-window sample {kind.type} --fresh SEED"
        yield Left("send", kind.kind, "", f"报送{kind.zh}并被受理", f"have one {kind.en.lower()} taken", how)
    for outcome in kind.outcomes:
        named = Words(f"{kind.zh} {outcome.status} {outcome.zh}", f"{kind.en}: {outcome.status} {outcome.en}")
        if not outcome.documents and outcome.status != _STAGED:
            yield Left("see", kind.kind, outcome.status, f"未见过：{named.zh}", f"not seen: {named.en}", outcome.how)
        if outcome.open:
            numbers = ", ".join(outcome.open_keys)
            yield Left(
                "handle",
                kind.kind,
                outcome.status,
                f"未处理：{named.zh}（{numbers}）",
                f"not dealt with: {named.en} ({numbers})",
                "",
            )
