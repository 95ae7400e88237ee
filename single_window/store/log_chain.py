"""The hash chain of the log of decisions: rows, their hashes, and proofs about some of them. It needs no database, so
that a proof is verified wherever its file is.

A row's hash covers its content's hash and the previous row's hash. A proof can therefore show the rows of one case in
full and of all other rows the hash of their content only. Rows of version 0.2.0 are hashed in one step; a proof needs
all of such a row, so that a proof over rows of other cases begins after the last of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

FIRST = "0" * 64
"""The `previous` hash of a chain's first row."""
_encode = msgspec.json.Encoder().encode


class LogEntry(NamedTuple):
    """A row of the log. `before` and `after`: the subject's state when it was decided, and when the decision was
    answered; `filed_at` and `answered_at`: instants of the sandbox; `answer`: reasons as JSON."""

    sandbox: str
    sequence: int
    decision_id: int
    subject: str
    subject_id: str
    action: str
    by: str
    role: str
    seen: int
    reason: str
    before: str
    after: str
    outcome: str
    answer: str
    filed_at: int
    answered_at: int
    previous: str
    hash: str


class ChainHead(NamedTuple):
    """The last row of a chain; or of what a chain was once, kept as an anchor."""

    sequence: int
    hash: str


class LogProof(msgspec.Struct, frozen=True):
    """The proof of the rows of a case: `rows` in full; `links`: the hash of the content of each row from the first of
    them up to the chain's head, that is of the rows `first` to `first + len(links) - 1`; `previous`: the hash of the
    row before the first. Without links (a chain longer than a proof holds, or with rows of 0.2.0) the rows are
    verified only against the log itself."""

    sandbox: str
    rows: tuple[LogEntry, ...]
    first: int
    previous: str
    links: tuple[str, ...]
    head: ChainHead


class Fault(NamedTuple):
    """A fault of a proof: the row's sequence, and a phrase of `chain_fault`."""

    sequence: int
    fault: str


def content_hash(values: Sequence[Any]) -> str:
    """The hash of a row's content: of all its columns in order but `previous` and `hash`."""
    return sha256(_encode(list(values))).hexdigest()


def linked(previous: str, content: str) -> str:
    """The hash of a row, from the hash of the row before and that of its content."""
    return sha256(f"{previous}{content}".encode()).hexdigest()


def digest(values: Sequence[Any]) -> str:
    """The hash of a row, given as all its columns in order, including `previous`."""
    return linked(values[-1], content_hash(values[:-1]))


def is_sound(row: LogEntry) -> bool:
    """True if a row has the hash of its columns, by this version or by 0.2.0."""
    return row.hash in (digest(row[:-1]), of_release_0_2_0(row[:-1]))


def of_release_0_2_0(values: Sequence[Any]) -> str:
    """The hash that version 0.2.0 gave a row."""
    return sha256(_encode(list(values))).hexdigest()


def chain_of(proof: LogProof) -> Iterator[ChainHead]:
    """The rows of a proof's chain with the hashes that follow from its links, in order."""
    previous = proof.previous
    for sequence, content in enumerate(proof.links, proof.first):
        previous = linked(previous, content)
        yield ChainHead(sequence, previous)


def faults(proof: LogProof, anchors: Sequence[ChainHead] = ()) -> Iterator[Fault]:
    """Return what is wrong in a proof itself, and beside earlier heads of the chain; nothing if it holds."""
    for row in proof.rows:
        if not is_sound(row):
            yield Fault(row.sequence, "changed")
    if not proof.links:
        return
    chain = dict(chain_of(proof))
    for row in proof.rows:
        if chain.get(row.sequence) != row.hash:
            yield Fault(row.sequence, "not_linked")
    if chain.get(proof.head.sequence) != proof.head.hash:
        yield Fault(proof.head.sequence, "not_its_head")
    for anchor in anchors:
        if chain.get(anchor.sequence, anchor.hash) != anchor.hash:
            yield Fault(anchor.sequence, "not_the_anchor")


def covered(proof: LogProof, anchors: Sequence[ChainHead]) -> Sequence[ChainHead]:
    """The anchors that a proof's own chain reaches, oldest first."""
    return sorted(anchor for anchor in anchors if proof.first <= anchor.sequence < proof.first + len(proof.links))
