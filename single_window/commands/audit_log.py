"""`single-window audit log`: lists decisions, and verifies that no row was changed, deleted or inserted."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from single_window.answers.decision_log import ChainOut, LogOut, LogRowOut
from single_window.commands import audit_dossier
from single_window.frame.commands.call import FAILED, Call, Columns, Failure
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.options import EXISTING_FILE, option
from single_window.frame.commands.rows import client_command
from single_window.frame.commands.through_api import pages
from single_window.frame.typed import local
from single_window.language import phrases
from single_window.language.for_people import spreadsheet_cells
from single_window.language.words import Words
from single_window.store.log_chain import ChainHead
from single_window_client import SandboxClient

PAGE_SIZE, MAX_ANCHORS = 1_000, 100
"""Rows listed by one call, and maximum number of anchors (the newest) that are verified."""
DAY = click.DateTime(["%Y-%m-%d"])


@client_command()
def log(
    call: Call,
    sandbox: SandboxClient,
    by: str = option("Only decisions by this account.", metavar="ACCOUNT", default=""),
    subject: str = option("Only about this kind: declaration, request, batch, …", metavar="KIND", default=""),
    first: datetime | None = option("Answered on this day or later (Asia/Shanghai).", "--from"),
    last: datetime | None = option("Answered on this day or before.", "--to"),
    anchor: Path | None = option(
        "A file of earlier heads that the hash chain must contain; the current head is added."
    ),
    dossier: Path | None = option(
        "Verify this dossier, in itself, beside the anchors and beside the log; decisions are not listed.",
        type=EXISTING_FILE,
    ),
    as_csv: bool = option("Print every row with its hash, as CSV.", "--csv"),
) -> None:
    """Show the log of decisions and verify its hash chain. Exit code 1: it is broken; the first wrong row is shown.

    The log is also compared with the stored decisions, in both directions. Since somebody with write access to the
    database could recompute the whole chain, --anchor compares it with earlier heads in a file elsewhere.

    \b
    Examples:
      single-window audit log --sandbox demo
      single-window audit log --by wang --from 2026-11-01 --csv
      single-window audit log --anchor /media/usb/anchors.jsonl
      single-window audit log --dossier dossier.html --anchor /media/usb/anchors.jsonl
    """
    anchors = [ChainHead(kept.sequence, kept.hash) for kept in read_anchors(anchor, call.sandbox)[-MAX_ANCHORS:]]
    if dossier is not None:
        if anchor is not None and not anchors:
            raise _nothing_to_compare(anchor, call.sandbox)
        _verify_dossier(call, sandbox, dossier, anchors)
        return
    query = {"by": by, "subject": subject, "from": _day(first), "to": _day(last), "limit": PAGE_SIZE}
    chain, rows = _chain(sandbox, anchors), list(_rows(sandbox, query))
    if anchor is not None and chain.holds:
        add_anchor(anchor, KeptAnchor(call.sandbox, **msgspec.to_builtins(chain.head)))
    _tell(call, chain, rows, as_csv)


def _tell(call: Call, chain: ChainOut, rows: Sequence[LogRowOut], as_csv: bool) -> None:
    """Print the rows of the log and whether its chain holds; exit code 1: it does not."""
    if as_csv and not call.as_json:
        _write_csv(rows)
    else:
        _show(call, rows)
    call.print_json({**msgspec.to_builtins(chain), "decisions": msgspec.to_builtins(rows)})
    if chain.broken is not None:
        click.echo(f"The chain is broken at row {chain.broken.sequence}: {chain.broken.reason}.", err=True)
        raise click.exceptions.Exit(FAILED)
    if not as_csv:
        call.print_line(f"The chain holds. 链完整。{len(rows)} decision(s) 条")


def _nothing_to_compare(anchor: Path, sandbox: str) -> Failure:
    return Failure(
        f"{anchor} has no anchor of the sandbox {sandbox}, so nothing would be compared. "
        "Name a file written by --anchor, or leave --anchor out."
    )


def _write_csv(rows: Sequence[LogRowOut]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(LogRowOut.__struct_fields__)
    writer.writerows(spreadsheet_cells(msgspec.structs.astuple(row)) for row in rows)


def _chain(sandbox: SandboxClient, anchors: Sequence[ChainHead]) -> ChainOut:
    given = ",".join(f"{anchor.sequence}:{anchor.hash}" for anchor in anchors)
    return convert_answer(sandbox.call("GET", "/decisions/chain", query={"anchors": given}), ChainOut)


def _verify_dossier(call: Call, sandbox: SandboxClient, path: Path, anchors: Sequence[ChainHead]) -> None:
    """Verify a dossier and the log that it is from, which has to contain its head; fail naming each difference."""
    read = audit_dossier.read(path, call.sandbox)
    found = [(sequence, call.pick(words)) for sequence, words in audit_dossier.faults(read, anchors, sandbox)]
    if (broken := _chain(sandbox, [*anchors[-MAX_ANCHORS + 1 :], read.proof.head]).broken) is not None:
        found.append((broken.sequence, call.pick(Words(broken.reason_zh, broken.reason))))
    call.print_json({"holds": not found, "faults": [{"sequence": row, "reason": reason} for row, reason in found]})
    for sequence, reason in found:
        click.echo(f"Row 第 {sequence} 行: {reason}", err=True)
    if found:
        raise click.exceptions.Exit(FAILED)
    audit_dossier.show(call, read, anchors)


def _day(day: datetime | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _rows(sandbox: SandboxClient, query: Mapping[str, Any]) -> Iterator[LogRowOut]:
    for page in pages(sandbox, "/decisions/log", query):
        yield from convert_answer(page, LogOut).decisions


def _show(call: Call, rows: Sequence[LogRowOut]) -> None:
    call.records("", _ROW, rows, lambda row: "bad" if row.outcome == "refused" else "")


_ROW: Columns[LogRowOut] = (
    ("row 行", lambda row: row.sequence),
    ("answered 办结时间", lambda row: local(row.answered_at)[:16]),
    ("who (role) 经办人", lambda row: f"{row.by} ({row.role})"),
    ("what 办理", lambda row: row.action),
    ("about 对象", lambda row: f"{row.subject} {row.subject_id}"),
    ("state before → after 前后状态", lambda row: f"{row.before} → {row.after}"),
    ("result 结果", lambda row: phrases.phrase("decision_outcome", row.outcome)),
    ("why 原因", lambda row: row.reason),
)


class KeptAnchor(msgspec.Struct, frozen=True):
    """The head of a sandbox's hash chain in a file; `at`: when, by the window's machine; empty in files of 0.2.0."""

    sandbox: str
    sequence: int
    hash: str
    at: str = ""


def read_anchors(path: Path | None, sandbox: str) -> list[KeptAnchor]:
    """Return the anchors of a sandbox in a file, oldest first; empty if the file does not exist. Raises `Failure` for
    another kind of file."""
    if path is None or not path.exists():
        return []
    try:
        lines = [msgspec.json.decode(line, type=KeptAnchor) for line in path.read_bytes().splitlines() if line.strip()]
    except (OSError, msgspec.MsgspecError) as bad:
        raise Failure(f"{path} is not a file of anchors: {bad}. Name a file written by --anchor.") from None
    return [line for line in lines if line.sandbox == sandbox]


def add_anchor(path: Path, head: KeptAnchor) -> None:
    """Append the head of a sandbox's chain unless the file has it. Raises `Failure` if the file cannot be written."""
    if (head.sequence, head.hash) in {(kept.sequence, kept.hash) for kept in read_anchors(path, head.sandbox)}:
        return
    try:
        with path.open("ab") as opened:
            opened.write(msgspec.json.encode(head) + b"\n")
    except OSError as bad:
        raise Failure(f"The anchor was not written to {path}: {bad.strerror}.") from None
