"""Verifies a dossier: its text and rows in themselves, beside anchors, and beside the log of the window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import structs

from single_window.answers import dossiers
from single_window.answers.decision_log import LogOut, LogRowOut
from single_window.answers.dossiers import Dossier
from single_window.frame.commands.call import Call, Failure
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.through_api import pages
from single_window.frame.typed import instant_text
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store import log_chain
from single_window.store.log_chain import ChainHead, LogEntry
from single_window_client import SandboxClient

DOSSIER_MADE = "dossier_made"
PAGE_SIZE = 1_000
Faults = Iterator[tuple[int, Words]]
"""The sequence of a row, and what is wrong with it."""


def read(path: Path, sandbox: str) -> Dossier:
    """A dossier's file; raises `Failure` if it is none, or of another sandbox."""
    try:
        dossier = dossiers.read(path.read_bytes())
    except (OSError, dossiers.NoDossier) as bad:
        raise Failure(f"{path} is not a dossier: {bad}. Name a file written by: single-window dossier") from None
    if dossier.proof.sandbox != sandbox:
        raise Failure(f"{path} is of the sandbox {dossier.proof.sandbox}. Give --sandbox {dossier.proof.sandbox}")
    return dossier


def faults(dossier: Dossier, anchors: Sequence[ChainHead], sandbox: SandboxClient) -> Faults:
    """Return what is wrong with a dossier, nothing if it holds: in itself, beside anchors, then beside the window's
    log."""
    proof = dossier.proof
    for fault in log_chain.faults(proof, anchors):
        yield fault.sequence, phrases.phrase("chain_fault", fault.fault)
    made = [row for row in proof.rows if row.outcome == DOSSIER_MADE]
    if not made or made[-1].reason != dossier.sha256:
        yield (made[-1].sequence if made else proof.head.sequence), phrases.phrase("chain_fault", "content")
    yield from _beside_log(proof.rows, _logged(sandbox, proof.rows, proof.head.sequence))


def _logged(sandbox: SandboxClient, rows: Sequence[LogEntry], last: int) -> Mapping[int, LogRowOut]:
    """The window's rows about the subjects of a dossier, up to its head and not before its first row, by sequence."""
    found: dict[int, LogRowOut] = {}
    for subject, about in sorted({(row.subject, row.subject_id) for row in rows}):
        before_first = min(row.sequence for row in rows) - 1
        query = {"subject": subject, "about": about, "after": before_first, "limit": PAGE_SIZE}
        for page in pages(sandbox, "/decisions/log", query):
            listed = convert_answer(page, LogOut).decisions
            found |= {row.sequence: row for row in listed if row.sequence <= last}
    return found


def _beside_log(rows: Sequence[LogEntry], logged: Mapping[int, LogRowOut]) -> Faults:
    for row in rows:
        if row.sequence not in logged:
            yield row.sequence, phrases.phrase("chain_fault", "gone")
            continue
        for name, given, other in _differences(row, logged[row.sequence]):
            what = Words(phrases.phrase("log_column", name).zh, phrases.phrase("log_column", name).en)
            yield row.sequence, phrases.phrase("chain_fault", "differs").filled(what=what, dossier=given, log=other)
    for sequence in sorted(logged.keys() - {row.sequence for row in rows}):
        yield sequence, phrases.phrase("chain_fault", "left_out")


def _differences(row: LogEntry, logged: LogRowOut) -> Iterator[tuple[str, object, object]]:
    """The columns in which a dossier's row differs from that of the log: name, value, and value in the log."""
    given = row._asdict() | {name: instant_text(getattr(row, name)) for name in ("filed_at", "answered_at")}
    for name, other in structs.asdict(logged).items():
        if given[name] != other and name != "previous":
            yield name, given[name], other


def show(call: Call, dossier: Dossier, anchors: Sequence[ChainHead]) -> None:
    """Print what was verified."""
    proof, reached = dossier.proof, log_chain.covered(dossier.proof, anchors)
    call.print_line(
        f"The dossier holds. 案卷可信。{len(proof.rows)} row(s) 条, "
        f"chain to row 链至第 {proof.head.sequence} 行, "
        f"{_agreeing(len(anchors), len(reached))}"
    )


def _agreeing(count: int, reached: int) -> str:
    """Return the sentence about so many anchors, which all agree with the log, and those in the dossier itself."""
    if not count:
        return "no anchor was given 未给锚点"
    agree = "1 anchor agrees" if count == 1 else f"{count} anchors agree"
    within = f", {reached} of them in the dossier itself 其中{reached}个在案卷内" if reached else ""
    return f"{agree} with the log 锚点与日志一致{within}"
