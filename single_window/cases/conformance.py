"""The progress of a participant before going live: what was sent correctly, which outcomes were handled.

All of it follows from the receipts in his mailbox that are about his own documents; which kinds and outcomes there are
from catalogue and lifecycles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from shlex import quote

from msgspec import Struct
from sqlalchemy import Connection, select

from gateways.replies import ANSWERS
from schemas import catalogue
from schemas.catalogue import MessageType
from single_window.cases.own_receipts import MALFORMED, TAX_BILLS, OwnReceipt, own_receipts
from single_window.intake.signatures import REQUIRE
from single_window.language import statuses
from single_window.language.words import Words
from single_window.outcomes.shorthand import outcome as shorthand
from single_window.refused import Refused
from single_window.store import mailboxes, sandboxes
from single_window.store.tables import participant

MOST = 50_000
"""Receipts that are read, the newest."""
FLOWS = ("import", "export", "agency")
REFUSED = "-"
"""Stands for every negative status."""
_STAGED, _REJECTED = "1", "100"
_TAXED = "inventory"
_SIGNATURE = re.compile(r"\b176\d\d\b")
"""Codes of documents that are refused for their signature."""
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
    """The progress of a mailbox's owner, in some `flows`, by default those that he has used, else imports. Raises
    `UnknownMailbox`."""
    roles = _roles(connection, sandbox, mailbox)
    had, complete = own_receipts(connection, sandbox, mailbox, MOST)
    if roles is None and not had and not mailboxes.is_known(connection, sandbox, mailbox):
        raise UnknownMailbox(mailbox)
    histories: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for came in had:
        if not came.malformed:
            histories[came.kind][came.key].append(came.status)
        elif came.kind:
            _ = histories[came.kind]  # he sends this kind, and none of it was read yet
    chosen_flows = [flow for flow in FLOWS if flow in (flows or _flows(histories))]
    kinds = [_kind(entry, histories[entry.kind], sandbox) for entry in _entries(roles or (), histories, chosen_flows)]
    signing = sandboxes.find(connection, sandbox).options.signatures
    left = [
        *chain.from_iterable(_left(kind, sandbox) for kind in kinds),
        *_unread(had, kinds),
        *_beside(had, kinds, signing, sandbox),
    ]
    return Conformance(
        mailbox=mailbox,
        roles=sorted(roles or ()),
        flows=chosen_flows,
        receipts=len(had),
        complete=complete,
        ready=not left,
        kinds=kinds,
        left=left,
    )


def _roles(connection: Connection, sandbox: str, mailbox: str) -> set[str] | None:
    rows = connection.execute(
        select(participant.c.kinds).where(participant.c.sandbox == sandbox, participant.c.dxp_id == mailbox)
    ).scalars()
    roles = [role for kinds in rows for role in kinds.split(";")]
    return set(roles) if roles else None


def _sent() -> Iterator[MessageType]:
    return (entry for entry in catalogue.entries() if entry.handling is not None and entry.kind in ANSWERS)


def _flows(histories: Collection[str]) -> set[str]:
    return {entry.flow for entry in _sent() if entry.kind in histories} or {"import"}


def _entries(roles: Iterable[str], histories: Collection[str], flows: Collection[str]) -> Iterator[MessageType]:
    known = set(roles)
    return (
        entry for entry in _sent() if entry.flow in flows and (entry.sender in known or entry.kind in list(histories))
    )


def _kind(entry: MessageType, histories: dict[str, list[str]], sandbox: str) -> Kind:
    wanted = [status for kind, status in statuses.occurring() if kind == entry.kind]
    outcomes = [_seen(entry.kind, status, histories, sandbox) for status in (*wanted, REFUSED)]
    taken = sum(any(map(_is_taken, history)) for history in histories.values())
    return Kind(entry.kind, entry.code, entry.title_zh, entry.title_en, entry.flow, taken, outcomes)


def _seen(kind: str, status: str, histories: dict[str, list[str]], sandbox: str) -> Seen:
    had = {key: history for key, history in histories.items() if any(_is(status, seen) for seen in history)}
    unsolved = [key for key, history in had.items() if _is_open(status, history)]
    words = statuses.return_status(status, kind)
    how = "" if had else _how(kind, status, sandbox)
    return Seen(status, words.zh, words.en, len(had), len(unsolved), unsolved[:_SHOWN], how)


def _is(wanted: str, status: str) -> bool:
    return status.startswith("-") if wanted == REFUSED else status == wanted


def _is_taken(status: str) -> bool:
    return bool(status) and not status.startswith("-") and status not in {_STAGED, _REJECTED}


def _is_open(status: str, history: list[str]) -> bool:
    """True if a document was refused or rejected, and was not taken since nor before: a refused repetition of what
    stands already needs nothing."""
    if status not in {REFUSED, _REJECTED}:
        return False
    last = max(place for place, seen in enumerate(history) if _is(status, seen))
    concerned = history if status == REFUSED else history[last + 1 :]
    return not any(map(_is_taken, concerned))


def _how(kind: str, status: str, sandbox: str) -> str:
    """The command that brings an outcome about once, in this sandbox, and nothing after that."""
    if status in statuses.PORT:
        return ""
    try:
        wanted = f"{ANSWERS[kind]}.{_example(kind) if status == REFUSED else status}"
        shorthand(wanted)
    except Refused:
        return ""
    return f"single-window trigger {wanted} --times 1 --sandbox {quote(sandbox)}"


def _example(kind: str) -> str:
    return catalogue.by_kind(kind).invalid


def _left(kind: Kind, sandbox: str) -> Iterator[Left]:
    if not kind.taken:
        how = _sample(kind.type, sandbox)
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


def _sample(code: str, sandbox: str) -> str:
    return f"single-window sample {code} --fresh SEED --sandbox {quote(sandbox)}"


def _unread(had: Sequence[OwnReceipt], kinds: Sequence[Kind]) -> Iterator[Left]:
    """Kinds of which a message was answered by CEB900, and nothing was taken since."""
    taken = {came.kind: place for place, came in enumerate(had) if not came.malformed and _is_taken(came.status)}
    last = {came.kind: (place, came.key) for place, came in enumerate(had) if came.malformed}
    known = {kind.kind: kind for kind in kinds}
    for kind, (place, guid) in last.items():
        if place < taken.get(kind, -1) or (kind and kind not in known):
            continue
        zh, en = (known[kind].zh, known[kind].en) if kind else ("报文", "a message")
        yield Left(
            "handle",
            kind or "message",
            MALFORMED,
            f"未处理：{zh}报文格式错误，CEB900（{guid}）",
            f"not dealt with: {en}: a message that could not be read, CEB900 ({guid})",
            "",
        )


def _beside(had: Sequence[OwnReceipt], kinds: Sequence[Kind], signing: str, sandbox: str) -> Iterator[Left]:
    """The things to be seen besides the answers to documents: tax bills, CEB900, a refused signature; something at
    all."""
    if not kinds:
        yield Left("send", "", "", "报送单证并被受理", "have a document taken", _sample("621", sandbox))
    codes, rules = {came.code for came in had}, " ".join(came.rule for came in had)
    if any(kind.kind == _TAXED for kind in kinds):
        for code in TAX_BILLS:
            if code not in codes:
                title = catalogue.by_code(code)
                zh, en = f"未见过：{title.title_zh}", f"not seen: {title.title_en.lower()}"
                yield Left("see", title.kind, code, zh, en, "")
    if kinds and MALFORMED not in codes:
        zh, en = "未见过：报文格式错误的CEB900", "not seen: CEB900, for a message that cannot be read"
        yield Left("see", "message", MALFORMED, zh, en, "")
    if kinds and signing == REQUIRE and not _SIGNATURE.search(rules):
        zh, en = "未见过：因签名被退回的单证", "not seen: a document refused for its signature"
        yield Left("see", "signature", "", zh, en, "")
