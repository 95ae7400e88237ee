"""`single-window digest` and `compare`: the outcomes of a sandbox's trades, and the differences between two runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from single_window.cases.declarations.parts import Story
from single_window.cases.declarations.story_output_command import why
from single_window.cases.digests import comparing
from single_window.cases.digests.compared import changed_totals, comparison_plainly
from single_window.cases.digests.comparing import Comparison, Group
from single_window.cases.digests.lines import OUTCOMES, SEQUENCE, Outcome, outcomes_of, read_lines
from single_window.frame.commands.call import FAILED, Call, Failure
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.local import local_command
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import client_command
from single_window.frame.commands.through_api import address, client
from single_window.recordings.remote_digest import digest_lines
from single_window.reports import comparison as compare_reports
from single_window.reports.output import report_options, write_reports
from single_window_client import CallRefused, SandboxClient
from single_window_client.calls import part

FOLLOWING = 8
"""Maximum number of further differences shown for each trade; --json has all."""


_of_sequence = option("The sequence of deliveries with their instants instead of the outcomes.")


@client_command(
    examples=(
        "--sandbox tuesday --out tuesday.jsonl",
        "--sandbox tuesday --sequence --out order.jsonl",
        "--sandbox tuesday --json",
    )
)
def digest(
    call: Call,
    sandbox: SandboxClient,
    out: Path | None = option("Write the digest to this file."),
    sequence: bool = _of_sequence,
) -> None:
    """Print the outcomes of the sandbox's trades, one line each, and a hash of all lines.

    Values that differ between identical runs are omitted: numbers assigned by the window, guids, instants. With
    --sequence, other_call is a line for each participant's receipt in the order of delivery, with the sandbox's
    instants; it is only equal for two runs that are equal in everything. Without --out, the lines go to standard
    output; with --json, only the counts and hashes of both digests are printed.
    """
    if call.as_json and out is None:
        call.print_json(sandbox.call("GET", "/digest"))
        return
    lines = digest_lines(sandbox, sequence)
    if out:
        _write(lines, out)
        call.print_line(f"{out}: {lines[-1].decode().strip()}")
    else:
        sys.stdout.buffer.write(b"".join(lines))
        sys.stdout.buffer.flush()
    call.print_json(msgspec.json.decode(lines[-1]))


def _write(lines: Sequence[bytes], out: Path) -> None:
    """Write lines to a file, completely or not at all."""
    unfinished = out.with_name(out.name + ".unfinished")
    try:
        unfinished.write_bytes(b"".join(lines))
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


class Side(NamedTuple):
    """One of two runs: its outcomes, and the sandbox from which stories can be read (None: a digest file)."""

    name: str
    outcomes: Iterator[Outcome]
    sandbox: SandboxClient | None = None


@local_command(
    examples=(
        "monday.jsonl tuesday.jsonl",
        "/tmp/one:traffic /tmp/other:traffic",
        "p1 p2 --data /tmp/one --json",
        "one two --sequence",
    )
)
@address
@report_options
def compare(
    call: Call,
    before: str = argument("A"),
    after: str = argument("B"),
    most: int = option("Maximum number of trades shown.", type=click.IntRange(1, 10_000), default=20),
    explain: int = option(
        "Number of trades whose two stories are shown side by side.", type=click.IntRange(0, 100), default=1
    ),
    sequence: bool = _of_sequence,
    url: str | None = None,
    key: str = "",
    report: Path | None = None,
    junit: Path | None = None,
) -> None:
    """Compare two runs: show the first difference of each trade, and the others. Exit code 1: they differ.

    A and B are digest files, data folders (FOLDER, or FOLDER:SANDBOX), or names of the window's sandboxes. Stories are
    not available for digest files. With --sequence, the order and instants of deliveries are compared for each mailbox.
    """
    wanted = CompareOptions(most, explain, sequence, report, junit)
    with ExitStack() as open_:
        first, other = (_side(call, name, open_, sequence, url or "", key) for name in (before, after))
        compare_runs(call, first, other, wanted)


class CompareOptions(NamedTuple):
    """Options of a comparison: maximum number of trades shown, number of trades with both stories, which digest, and
    the files to write."""

    most: int
    explain: int
    sequence: bool = False
    page: Path | None = None
    junit: Path | None = None


def compare_runs(call: Call, first: Side, other: Side, wanted: CompareOptions) -> None:
    """Compare two runs, print the result and write the requested files; exit code 1: they differ."""
    comparison = comparing.compare_digests(first.outcomes, other.outcomes, wanted.most)
    shown = comparison.groups[: wanted.explain]
    explained = {group.trade: [_story_lines(call, group.trade, side) for side in (first, other)] for group in shown}
    report = compare_reports.report(comparison, changed_totals(comparison), explained, first.name, other.name)
    write_reports(report, wanted.page, wanted.junit)
    call.print_json(comparison_plainly(comparison, explained))
    _show(call, comparison, explained, (first.name, other.name))
    if not comparison.equal:
        raise click.exceptions.Exit(FAILED)


def _side(call: Call, name: str, open_: ExitStack, sequence: bool, url: str, key: str) -> Side:
    path = Path(name)
    if path.is_file():
        return Side(name, read_lines(path, SEQUENCE if sequence else OUTCOMES))
    folder, _, sandbox = (name, "", call.sandbox) if path.is_dir() else name.rpartition(":")
    if not folder and ("/" in name or name.endswith(".jsonl")):
        raise Failure(f"There is no digest file or data folder {name}.")
    settings = replace(call.settings, data=Path(folder)) if folder else call.settings
    other_call = replace(call, settings=settings, sandbox=sandbox)
    return side_of(name, open_.enter_context(client(other_call, "" if folder else url, key)), sequence)


def side_of(name: str, sandbox: SandboxClient, sequence: bool) -> Side:
    """Return a sandbox as one of two runs."""
    return Side(name, outcomes_of(digest_lines(sandbox, sequence), name, SEQUENCE if sequence else OUTCOMES), sandbox)


def _story_lines(call: Call, trade: str, side: Side) -> list[str]:
    """Return the lines of a side's story of a trade; empty for a digest file or unknown trade."""
    if side.sandbox is None:
        return []
    try:
        answer = side.sandbox.call("GET", f"/stories/{part(trade)}")
    except CallRefused:
        return []
    if answer["declaration"] is None:
        return []
    story, lines = convert_answer(answer["declaration"], Story), []
    if story.head is not None:
        lines.append(f"{story.head.state}: {call.pick(story.head.state_words)}")
        lines += [why(call, [because]) for because in story.head.because]
    for happened in story.timeline:
        reasons = why(call, happened.because)
        lines.append(f"{call.pick(happened.words)}{f': {reasons}' if reasons else ''}")
    for bill in story.bills:
        lines += bill.working(call.language)
    return lines


def _show(call: Call, comparison: Comparison, explained: dict[str, list[list[str]]], names: Sequence[str]) -> None:
    if comparison.equal:
        call.print_line(f"Equal: {comparison.before.outcomes} outcomes on both sides.")
        return
    first = comparison.groups[0]
    call.print_line(
        f"{comparison.differing} of {max(comparison.before.outcomes, comparison.after.outcomes)} outcomes differ. "
        f"The first: {first.trade}, {first.first.place}, {first.first.name}: "
        f"{first.first.before} → {first.first.after}"
    )
    call.table("Changed totals 总的变化", ("", "state 状态", *names), changed_totals(comparison))
    call.table(
        "First differences by kind 首个差异", ("what 差异", "trades 单数"), comparison.causes.most_common(FOLLOWING)
    )
    call.table(
        "By trade 逐单",
        ("trade", "where", "value", *names),
        [row for group in comparison.groups for row in _rows(group)],
    )
    for trade, (left, right) in explained.items():
        if left == right and left:
            call.print_line(f"{trade}: both stories are the same; only the receipts differ.")
        elif left or right:
            call.table(f"{trade}: explained 说明", tuple(names), [("\n".join(left), "\n".join(right))])


def _rows(group: Group) -> Iterator[tuple[str, str, str, str, str]]:
    yield group.trade, group.first.place, group.first.name, group.first.before, group.first.after
    for difference in group.following[:FOLLOWING]:
        yield "", f"  {difference.place}", difference.name, difference.before, difference.after
    if len(group.following) > FOLLOWING:
        yield "", f"  … {len(group.following) - FOLLOWING} more", "", "", ""
