"""The progress of a participant before going live: the kinds of document accepted, the outcomes handled.

It is computed from the receipts for the participant's documents in its mailbox. The possible kinds and outcomes come
from the catalogue and the lifecycles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from shlex import quote

from sqlalchemy import Connection, select

from gateways.replies import ANSWER_CODES
from schemas import catalogue
from schemas.message_types import MessageType
from single_window.cases.conformance_answers import ConformanceOut, KindStandingOut, LeftOut, SeenOut
from single_window.cases.own_receipts import MALFORMED, TAX_BILLS, OwnReceipt, own_receipts
from single_window.cases.unread_messages import keys_of_messages
from single_window.intake.signatures import REQUIRE
from single_window.language import statuses
from single_window.language.words import Words
from single_window.outcomes.scenarios import outcome_of_receipt
from single_window.refused import Refused
from single_window.store import mailboxes, sandboxes
from single_window.store.tables import participant

MAX_RECEIPTS = 50_000
"""Maximum number of receipts that are read: the newest."""
FLOWS = ("import", "export", "agency")
REFUSED = "-"
"""Represents every negative status."""
_STAGED, _DECLARED, _REJECTED = "1", "2", "100"
_TAXED = "inventory"
_SIGNATURE = re.compile(r"\b176\d\d\b")
"""Finding codes for a refused signature."""
_SHOWN = 5
"""Maximum number of documents listed for each outcome that is not handled."""


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
    histories: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for receipt in received:
        if not receipt.malformed:
            histories[receipt.kind][receipt.key].append(receipt.status)
        elif receipt.kind:
            _ = histories[receipt.kind]  # the kind was sent, but no message of it could be read yet
    chosen_flows = [flow for flow in FLOWS if flow in (flows or _flows_of(histories))]
    kinds = [
        _kind_progress(entry, histories[entry.kind], sandbox)
        for entry in _entries_of(roles or (), histories, chosen_flows)
    ]
    signing = sandboxes.find(connection, sandbox).options.signatures
    left = [
        *chain.from_iterable(_remaining_tasks(kind, sandbox) for kind in kinds),
        *_unread_tasks(connection, received, kinds),
        *_further_tasks(received, kinds, signing, sandbox),
    ]
    return ConformanceOut(
        mailbox=mailbox,
        roles=sorted(roles or ()),
        flows=chosen_flows,
        receipts=len(received),
        complete=complete,
        ready=not left,
        kinds=kinds,
        left=left,
    )


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


def _kind_progress(entry: MessageType, histories: dict[str, list[str]], sandbox: str) -> KindStandingOut:
    wanted = [status for kind, status in statuses.occurring() if kind == entry.kind]
    outcomes = [_seen_outcome(entry.kind, status, histories, sandbox) for status in (*wanted, REFUSED)]
    taken = sum(any(map(_is_taken, history)) for history in histories.values())
    return KindStandingOut(entry.kind, entry.code, entry.title_zh, entry.title_en, entry.flow, taken, outcomes)


def _seen_outcome(kind: str, status: str, histories: dict[str, list[str]], sandbox: str) -> SeenOut:
    received = {key: history for key, history in histories.items() if any(_is_wanted(status, seen) for seen in history)}
    unsolved = [key for key, history in received.items() if _is_open(kind, status, history)]
    words = statuses.return_status(status, kind)
    how = "" if received else _how_to_see(kind, status, sandbox)
    return SeenOut(status, words.zh, words.en, len(received), len(unsolved), unsolved[:_SHOWN], how)


def _is_wanted(wanted: str, status: str) -> bool:
    return status.startswith("-") if wanted == REFUSED else status == wanted


def _is_taken(status: str) -> bool:
    """True if a status says that the agency took a document: the port's "being declared" (2) does not yet."""
    return bool(status) and not status.startswith("-") and status not in {_STAGED, _DECLARED, _REJECTED}


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
    return bool(concerned) and _DECLARED not in history[concerned[-1] + 1 :]


def _how_to_see(kind: str, status: str, sandbox: str) -> str:
    """Return the command that forces an outcome once in this sandbox; empty if it cannot be forced."""
    if status in statuses.PORT:
        return ""
    try:
        wanted = f"{ANSWER_CODES[kind]}.{_example(kind) if status == REFUSED else status}"
        outcome_of_receipt(wanted)
    except Refused:
        return ""
    return f"single-window trigger {wanted} --times 1 --sandbox {quote(sandbox)}"


def _example(kind: str) -> str:
    return catalogue.by_kind(kind).invalid


def _remaining_tasks(kind: KindStandingOut, sandbox: str) -> Iterator[LeftOut]:
    if not kind.taken:
        how = _sample(kind.type, sandbox)
        yield LeftOut("send", kind.kind, "", f"报送{kind.zh}并被受理", f"have one {kind.en.lower()} accepted", how)
    for outcome in kind.outcomes:
        named = Words(f"{kind.zh} {outcome.status} {outcome.zh}", f"{kind.en}: {outcome.status} {outcome.en}")
        if not outcome.documents and outcome.status != _STAGED:
            yield LeftOut("see", kind.kind, outcome.status, f"未见过：{named.zh}", f"not seen: {named.en}", outcome.how)
        if outcome.open:
            numbers = ", ".join(outcome.open_keys)
            yield LeftOut(
                "handle",
                kind.kind,
                outcome.status,
                f"未处理：{named.zh}（{numbers}）",
                f"not dealt with: {named.en} ({numbers})",
                "",
            )


def _sample(code: str, sandbox: str) -> str:
    return f"single-window sample {code} --fresh SEED --sandbox {quote(sandbox)}"


def _unread_tasks(
    connection: Connection, received: Sequence[OwnReceipt], kinds: Sequence[KindStandingOut]
) -> Iterator[LeftOut]:
    """Yield the kinds with a message answered by CEB900 (unreadable) whose documents the port has not taken since."""
    known = {kind.kind: kind for kind in kinds}
    refused = {place: receipt for place, receipt in enumerate(received) if receipt.malformed}
    keys = keys_of_messages(connection, [receipt.message for receipt in refused.values()])
    last_declared = {
        (receipt.kind, receipt.key): place
        for place, receipt in enumerate(received)
        if not receipt.malformed and receipt.status == _DECLARED
    }
    opened = {
        receipt.kind: receipt.key
        for place, receipt in refused.items()
        if (not receipt.kind or receipt.kind in known)
        and not _is_sent_again(receipt.kind, keys.get(receipt.message, frozenset()), place, last_declared)
    }
    for kind, guid in opened.items():
        zh, en = (known[kind].zh, known[kind].en) if kind else ("报文", "a message")
        yield LeftOut(
            "handle",
            kind or "message",
            MALFORMED,
            f"未处理：{zh}报文格式错误，CEB900（{guid}）",
            f"not dealt with: {en}: a message that could not be read, CEB900 ({guid})",
            "",
        )


def _is_sent_again(
    kind: str, keys: Collection[str], refused_at: int, last_declared: Mapping[tuple[str, str], int]
) -> bool:
    """True if each document of a refused message was taken by the port after its refusal; where none of its numbers
    can be read, if any document of its kind was."""
    if keys:
        return all(last_declared.get((kind, key), -1) > refused_at for key in keys)
    return any(place > refused_at for (declared, _), place in last_declared.items() if declared == kind)


def _further_tasks(
    received: Sequence[OwnReceipt], kinds: Sequence[KindStandingOut], signing: str, sandbox: str
) -> Iterator[LeftOut]:
    """Yield the tasks besides the receipts of documents: tax bills, a CEB900, a refused signature; a first document."""
    if not kinds:
        yield LeftOut("send", "", "", "报送单证并被受理", "have a document taken", _sample("621", sandbox))
    codes, rules = {receipt.code for receipt in received}, " ".join(receipt.rule for receipt in received)
    if any(kind.kind == _TAXED for kind in kinds):
        for code in TAX_BILLS:
            if code not in codes:
                title = catalogue.by_code(code)
                zh, en = f"未见过：{title.title_zh}", f"not seen: {title.title_en.lower()}"
                yield LeftOut("see", title.kind, code, zh, en, "")
    if kinds and MALFORMED not in codes:
        zh, en = "未见过：报文格式错误的CEB900", "not seen: CEB900, for a message that cannot be read"
        yield LeftOut("see", "message", MALFORMED, zh, en, "")
    if kinds and signing == REQUIRE and not _SIGNATURE.search(rules):
        zh, en = "未见过：因签名被退回的单证", "not seen: a document refused for its signature"
        yield LeftOut("see", "signature", "", zh, en, "")
