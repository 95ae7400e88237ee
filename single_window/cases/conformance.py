"""The progress of a participant before going live: the kinds of document accepted, the outcomes handled.

It is computed from the receipts for the participant's documents in its mailbox. The possible kinds and outcomes come
from the catalogue and the lifecycles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Connection, select

from gateways.replies import ANSWER_CODES
from schemas import catalogue
from schemas.message_types import MessageType
from single_window.cases import conformance_tasks as tasks
from single_window.cases.conformance_answers import ConformanceOut, KindStandingOut, OutcomeStanding, SeenOut
from single_window.cases.conformance_tasks import DECLARED, REFUSED
from single_window.cases.own_receipts import own_receipts
from single_window.intake.signatures import REQUIRE
from single_window.language import statuses
from single_window.store import mailboxes, sandbox_changes, sandboxes
from single_window.store.sandbox_changes import ChangeKind
from single_window.store.tables import participant
from single_window.store.taken_receipts import taken_up_to

MAX_RECEIPTS = 50_000
"""Maximum number of receipts that are read: the newest."""
FLOWS = ("import", "export", "agency")
_STAGED, _REJECTED = "1", "100"
_SHOWN = 5
"""Maximum number of documents listed for each outcome that is not handled."""


class _SeenStatus(NamedTuple):
    """The status of a receipt, and whether the owner of the mailbox has taken it."""

    status: str
    taken: bool


Histories: TypeAlias = dict[str, list[_SeenStatus]]
"""Number of a document -> its receipts, oldest first."""


class UnknownMailbox(LookupError):
    """No participant is registered with this DXP id, and it never received a receipt."""

    permanent = True


def conformance_of(connection: Connection, sandbox: str, mailbox: str, flows: Collection[str] = ()) -> ConformanceOut:
    """Return the progress of a mailbox's owner in `flows`; by default in the flows used so far, or else in imports.

    Raises `UnknownMailbox`."""
    roles = _roles_of(connection, sandbox, mailbox)
    received, complete = own_receipts(connection, sandbox, mailbox, MAX_RECEIPTS)
    if roles is None and not received and not mailboxes.is_known(connection, sandbox, mailbox):
        raise UnknownMailbox(mailbox)
    taken = taken_up_to(connection, sandbox, mailbox)
    histories: dict[str, Histories] = defaultdict(lambda: defaultdict(list))
    for receipt in received:
        if not receipt.malformed:
            histories[receipt.kind][receipt.key].append(_SeenStatus(receipt.status, receipt.place <= taken))
        elif receipt.kind:
            _ = histories[receipt.kind]  # the kind was sent, but no message of it could be read yet
    chosen_flows = [flow for flow in FLOWS if flow in (flows or _flows_of(histories))]
    kinds = [
        _kind_progress(entry, histories[entry.kind], sandbox)
        for entry in _entries_of(roles or (), histories, chosen_flows)
    ]
    signing = _signing_of(connection, sandbox)
    left = [
        *chain.from_iterable(tasks.remaining(kind, sandbox) for kind in kinds),
        *tasks.unread(connection, received, kinds),
        *tasks.untaken(received, taken, mailbox, sandbox),
        *tasks.further(received, kinds, signing, sandbox),
    ]
    return ConformanceOut(
        mailbox=mailbox,
        roles=sorted(roles or ()),
        flows=chosen_flows,
        receipts=len(received),
        taken=taken,
        complete=complete,
        ready=not left,
        kinds=kinds,
        left=left,
    )


def _signing_of(connection: Connection, sandbox: str) -> tasks.Signing:
    required = sandboxes.find(connection, sandbox).options.signatures == REQUIRE
    changes = sandbox_changes.of_sandbox(connection, sandbox)
    options = [msgspec.json.decode(change.contents) for change in changes if change.kind == ChangeKind.OPTIONS]
    changed = any(side.get("signatures") == REQUIRE for both in options for side in both)
    return tasks.Signing(required, required or changed)


def _roles_of(connection: Connection, sandbox: str, mailbox: str) -> set[str] | None:
    rows = connection.execute(
        select(participant.c.kinds).where(participant.c.sandbox == sandbox, participant.c.dxp_id == mailbox)
    ).scalars()
    roles = [role for kinds in rows for role in kinds.split(";")]
    return set(roles) if roles else None


def _sendable_entries() -> Iterator[MessageType]:
    return (entry for entry in catalogue.entries() if entry.handling is not None and entry.kind in ANSWER_CODES)


def _flows_of(histories: Collection[str]) -> set[str]:
    return {entry.flow for entry in _sendable_entries() if entry.kind in histories} or {"import"}


def _entries_of(roles: Iterable[str], histories: Collection[str], flows: Collection[str]) -> Iterator[MessageType]:
    known = set(roles)
    return (
        entry
        for entry in _sendable_entries()
        if entry.flow in flows and (entry.sender in known or entry.kind in list(histories))
    )


def _kind_progress(entry: MessageType, histories: Histories, sandbox: str) -> KindStandingOut:
    wanted = [status for kind, status in statuses.occurring() if kind == entry.kind]
    outcomes = [_seen_outcome(entry.kind, status, histories, sandbox) for status in (*wanted, REFUSED)]
    taken = sum(any(_is_taken(seen.status) for seen in history) for history in histories.values())
    return KindStandingOut(entry.kind, entry.code, entry.title_zh, entry.title_en, entry.flow, taken, outcomes)


def _seen_outcome(kind: str, status: str, histories: Histories, sandbox: str) -> SeenOut:
    received = {
        key: history for key, history in histories.items() if any(_is_wanted(status, seen.status) for seen in history)
    }
    unsolved = [key for key, history in received.items() if _is_open(kind, status, [seen.status for seen in history])]
    untaken = [key for key, history in received.items() if not all(_is_handed_over(status, seen) for seen in history)]
    words = statuses.return_status(status, kind)
    how = "" if received else tasks.how_to_see(kind, status, sandbox)
    state = _standing(status, len(received), len({*unsolved, *untaken}))
    return SeenOut(
        status=status,
        zh=words.zh,
        en=words.en,
        state=state,
        documents=len(received),
        open=len(unsolved),
        open_keys=unsolved[:_SHOWN],
        untaken=len(untaken),
        how=how,
    )


def _is_handed_over(status: str, seen: _SeenStatus) -> bool:
    """False for a receipt of a status that was not taken yet. Nobody is asked for "staged", which is no answer."""
    return seen.taken or status == _STAGED or not _is_wanted(status, seen.status)


def _standing(status: str, received: int, unhandled: int) -> OutcomeStanding:
    if not received:
        return OutcomeStanding.NOT_ASKED if status == _STAGED else OutcomeStanding.NOT_SEEN
    if not unhandled:
        return OutcomeStanding.RIGHT
    return OutcomeStanding.WRONG if unhandled == received else OutcomeStanding.PARTLY


def _is_wanted(wanted: str, status: str) -> bool:
    return status.startswith("-") if wanted == REFUSED else status == wanted


def _is_taken(status: str) -> bool:
    """True if a status says that the agency took a document: the port's "being declared" (2) does not yet."""
    return bool(status) and not status.startswith("-") and status not in {_STAGED, DECLARED, _REJECTED}


def _is_open(kind: str, status: str, history: list[str]) -> bool:
    """True if a document was refused or rejected, and the port has not taken another version of it since. The refusal
    of a mere repetition of what was accepted before needs no handling."""
    if status not in {REFUSED, _REJECTED}:
        return False
    duplicate = set(catalogue.handling(kind).duplicate)
    concerned = [
        place
        for place, seen in enumerate(history)
        if _is_wanted(status, seen) and not (seen in duplicate and any(map(_is_taken, history[:place])))
    ]
    return bool(concerned) and DECLARED not in history[concerned[-1] + 1 :]
