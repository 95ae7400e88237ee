"""Proofs of a case's rows in the log of decisions, up to the head of its chain. Never commits."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from single_window.store.decision_log import entries, head, of_subjects
from single_window.store.log_chain import ChainHead, LogProof, content_hash, linked

MOST_ROWS, MOST_LINKS = 1_000, 20_000
"""Rows of a case in a proof, and rows from the first of them to the chain's head, at most."""


def proof_of(connection: Connection, sandbox: str, subjects: Collection[tuple[str, str]]) -> LogProof:
    """The proof of the newest `MOST_ROWS` rows about these subjects (kind, id), up to the head of the chain; without
    links if the chain from the first of them on is longer than `MOST_LINKS`."""
    rows = of_subjects(connection, sandbox, subjects, (), MOST_ROWS)
    last = ChainHead(*head(connection, sandbox))
    first, previous = (rows[0].sequence, rows[0].previous) if rows else (last.sequence + 1, last.hash)
    links = _links(connection, sandbox, first, last.sequence)
    return LogProof(sandbox, tuple(rows), first, previous, links, last)


def _links(connection: Connection, sandbox: str, first: int, last: int) -> tuple[str, ...]:
    """The hashes of the content of the rows `first` to `last`; empty if they are too many, or one was hashed by 0.2.0
    or is broken."""
    if last - first >= MOST_LINKS:
        return ()
    links = []
    for row in entries(connection, sandbox, after=first - 1):
        links.append(content := content_hash(row[:-2]))
        if linked(row.previous, content) != row.hash:
            return ()
    return tuple(links)
