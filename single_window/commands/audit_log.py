"""`single-window audit log`: who decided what, why and when; proves that no row was changed, cut out or put in."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from pathlib import Path

import click

from declarations.calendar import instant_of, utc_text
from single_window.commands import anchors
from single_window.frame.commands.call import FAILED, Call, command
from single_window.language import phrases
from single_window.language.plainly import moment
from single_window.language.spreadsheets import cells
from single_window.store import decision_log, decision_log_check
from single_window.store.decision_log import Entry

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--by", default="", metavar="ACCOUNT", help="Only what this account decided.")
@click.option("--subject", default="", metavar="KIND", help="Only about this kind: declaration, request, batch, …")
@click.option("--from", "first", type=DAY, help="Answered on this day or later (Asia/Shanghai).")
@click.option("--to", "last", type=DAY, help="Answered on this day or before.")
@click.option(
    "--anchor",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file outside the database: what the chain must still hold; its head of now is added.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Every row with its hash, as CSV.")
@command
def log(
    call: Call,
    by: str,
    subject: str,
    first: datetime | None,
    last: datetime | None,
    anchor: Path | None,
    as_csv: bool,
) -> None:
    """Show the log of decisions and verify its chain. Exit code 1: a link does not hold, and the first one is named.

    The chain is held against the decisions, both ways. Whoever may write to the database could make all of it anew:
    with --anchor it is held against its earlier heads, too, which a file elsewhere keeps.

    \b
    Examples:
      single-window audit log --sandbox demo
      single-window audit log --by wang --from 2026-11-01 --csv
      single-window audit log --anchor /media/usb/anchors.jsonl
    """
    since = instant_of(first.date()) if first else 0
    until = instant_of(last.date()) + 86_400_000 if last else 0
    with call.reading() as (_, connection):
        rows = list(decision_log.entries(connection, call.sandbox, 0, by, subject, since, until))
        broken = decision_log_check.broken(connection, call.sandbox, anchors.read(anchor, call.sandbox))
        head = decision_log.head(connection, call.sandbox)
    if anchor is not None and broken is None:
        anchors.add(anchor, call.sandbox, *head)
    if as_csv and not call.as_json:
        writer = csv.writer(sys.stdout)
        writer.writerow(Entry._fields)
        writer.writerows(cells(row) for row in rows)
    else:
        _show(call, rows)
    call.give(
        {
            "holds": broken is None,
            "head": {"sequence": head[0], "hash": head[1]},
            "broken": broken._asdict() if broken else None,
            "decisions": [
                {**row._asdict(), "filed_at": utc_text(row.filed_at), "answered_at": utc_text(row.answered_at)}
                for row in rows
            ],
        }
    )
    if broken is not None:
        click.echo(f"The chain is broken at row {broken.sequence}: {broken.reason}.", err=True)
        raise click.exceptions.Exit(FAILED)
    if not as_csv:
        call.say(f"The chain holds. 链完整。{len(rows)} decision(s) 条")


def _show(call: Call, rows: list[Entry]) -> None:
    columns = (
        "row 行",
        "answered 办结时间",
        "who (role) 经办人",
        "what 办理",
        "about 对象",
        "state before → after 前后状态",
        "what came of it 结果",
        "why 原因",
    )
    call.table(
        "",
        columns,
        [
            (
                row.sequence,
                moment(row.answered_at)[:16],
                f"{row.by} ({row.role})",
                row.action,
                f"{row.subject} {row.subject_id}",
                f"{row.before} → {row.after}",
                call.pick(phrases.phrase("decision_outcome", row.outcome)),
                row.reason,
            )
            for row in rows
        ],
        {place: "bad" for place, row in enumerate(rows) if row.outcome == "refused"},
    )
