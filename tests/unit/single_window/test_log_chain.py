"""The chain of the log and proofs about some of its rows, without a database."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from single_window.answers import dossiers
from single_window.store import log_chain
from single_window.store.log_chain import FIRST, ChainHead, LogEntry, LogProof

ROWS = 6


def chained(release: bool = False) -> list[LogEntry]:
    """A chain of rows about cases 1 and 2 by turns; `release`: hashed as by 0.2.0."""
    rows, previous = [], FIRST
    for number in range(1, ROWS + 1):
        about = str(1 + number % 2)
        values = ("s", number, number, "declaration", about, "reject", "wang", "reviewer", 1, "because")
        entry = LogEntry(*values, "in_review", "rejected", "done", "", 5, 6, previous, "")
        digest = (log_chain.of_release_0_2_0 if release else log_chain.digest)(entry[:-1])
        rows.append(entry._replace(hash=digest))
        previous = digest
    return rows


def proof_of(rows: list[LogEntry], about: str = "1") -> LogProof:
    own = [row for row in rows if row.subject_id == about]
    links = tuple(log_chain.content_hash(row[:-2]) for row in rows[own[0].sequence - 1 :])
    return LogProof("s", tuple(own), own[0].sequence, own[0].previous, links, ChainHead(ROWS, rows[-1].hash))


def named(proof: LogProof, *anchors: ChainHead) -> list[tuple[int, str]]:
    return [tuple(fault) for fault in log_chain.faults(proof, anchors)]  # type: ignore[misc]


def heads(rows: list[LogEntry]) -> list[ChainHead]:
    return [ChainHead(row.sequence, row.hash) for row in rows]


def test_a_proof_holds_beside_every_head_that_the_chain_had() -> None:
    rows = chained()
    proof = proof_of(rows)
    assert named(proof, *heads(rows)) == []
    assert log_chain.covered(proof, heads(rows)) == heads(rows)[proof.first - 1 :]
    assert proof.rows[0].sequence == 2 and "2" not in {row.subject_id for row in proof.rows}


@pytest.mark.parametrize("column", [name for name in LogEntry._fields if name not in ("previous", "hash")])
def test_a_changed_column_of_any_row_is_named(column: str) -> None:
    proof = proof_of(chained())
    row = proof.rows[1]
    value = getattr(row, column)
    changed = row._replace(**{column: value + 1 if isinstance(value, int) else f"{value}x"})
    found = named(msgspec.structs.replace(proof, rows=(proof.rows[0], changed, *proof.rows[2:])))
    assert found, column
    assert found[0][1] == "changed"


def test_a_row_that_is_made_anew_with_its_hash_is_not_in_the_chain() -> None:
    proof = proof_of(chained())
    changed = proof.rows[0]._replace(by="somebody")
    changed = changed._replace(hash=log_chain.digest(changed[:-1]))
    assert named(msgspec.structs.replace(proof, rows=(changed, *proof.rows[1:]))) == [(2, "not_linked")]


def test_a_whole_chain_that_is_made_anew_contradicts_an_anchor() -> None:
    rows = chained()
    anchor = heads(rows)[3]
    rows[0] = rows[0]._replace(previous="1" * 64)
    for place, row in enumerate(rows):
        before = rows[place - 1].hash if place else "1" * 64
        rows[place] = row._replace(previous=before, hash=log_chain.digest((*row[:-2], before)))
    assert named(proof_of(rows), anchor) == [(4, "not_the_anchor")]
    assert named(proof_of(rows)) == []


@given(cut=st.integers(1, ROWS - 2))
def test_a_chain_that_is_cut_does_not_reach_its_head(cut: int) -> None:
    proof = proof_of(chained())
    shorter = msgspec.structs.replace(proof, links=proof.links[:-cut])
    assert (ROWS, "not_its_head") in named(shorter)


def test_rows_of_0_2_0_are_sound_and_not_changed_ones() -> None:
    rows = chained(release=True)
    assert all(map(log_chain.is_sound, rows))
    assert not log_chain.is_sound(rows[0]._replace(by="li"))


def test_a_file_keeps_proof_and_text_apart_whatever_they_contain() -> None:
    proof = proof_of([row._replace(reason="</pre><!--proof-->&amp;") for row in chained()])
    text = "<html><p>&lt;!--proof--&gt; 案卷</p>".encode()
    file = dossiers.with_proof(text, proof)
    assert dossiers.read(file) == (dossiers.hash_of(text), proof)
    assert file.count(b"</pre>") == 1
    for broken in (b"", text, file[:-1], file + b" ", file.replace(b'"s"', b"5")):
        with pytest.raises(dossiers.NoDossier):
            dossiers.read(broken)
