"""`single-window verdict`: compares a recording with an undisturbed run of the same messages, and with expectations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from simulators.entry.commands import argument, from_signature, option
from simulators.entry.recordings import BadRecording, open_recording
from simulators.entry.reports import (
    KINDS,
    Chart,
    Figure,
    Report,
    ReportCheck,
    ReportedFinding,
    Words,
    as_json,
    report_options,
    write_reports,
)
from simulators.imports.arithmetic import POLICIES
from simulators.load.command import FAILED, MAX_LISTED, milliseconds
from simulators.load.reports import bar_chart
from simulators.traffic.making import Expectation
from simulators.verdicts.judging import against as differing
from simulators.verdicts.judging import compare_with_promises, sorted_out
from simulators.verdicts.recorded import Run, read

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
LARGEST = 512 * 1024 * 1024
"""Bytes of a file of promises."""


@click.command(short_help="Judge a recording: lost, doubled, wrong and late receipts.")
@from_signature
@report_options
def verdict(
    recording: Path = argument(type=_FILE),
    against: Path | None = option("A recording of the same messages in a quiet run.", type=_FILE),
    expected: Path | None = option("The expected.jsonl that `traffic --out` writes.", type=_FILE),
    within: float = option("How much later than in the quiet run is no fault.", default="60s", callback=milliseconds),
    report: Path | None = None,
    junit: Path | None = None,
    as_plain: bool = option("Answer in JSON, for programs.", "--json"),
) -> None:
    """Judge a recorded run: name each receipt that was lost, doubled, wrong or late, and the trade that it is about.

    The quiet run says what must come out, receipt by receipt; the promises say what each trade must come to. Status 0:
    all is as it must be.

    \b
    Examples:
      single-window verdict run.swr --against quiet.swr
      single-window verdict run.swr --expected files/expected.jsonl --report verdict.html
    """
    if against is None and expected is None:
        raise click.UsageError("Say what must come out: --against RECORDING, --expected FILE, or both.")
    run = _run(recording)
    findings: list[ReportedFinding] = []
    if against is not None:
        findings += differing(run, _run(against), round(within))
    if expected is not None:
        findings += compare_with_promises(run, _promises(expected), run.rounding)
    whole = _report(recording, against, expected, run, sorted_out(findings))
    write_reports(whole, report, junit)
    click.echo(json.dumps(as_json(whole), ensure_ascii=False, indent=1) if as_plain else _summary(whole))
    click.get_current_context().exit(0 if whole.ok else FAILED)


def _run(path: Path) -> Run:
    try:
        with open_recording(path) as recording:
            recording.check()
            return read(recording.events(), str(recording.sandbox.options.get("rounding") or POLICIES[0]))
    except (BadRecording, OSError) as refused:
        raise click.ClickException(str(refused)) from None


def _promises(path: Path) -> list[Expectation]:
    if path.stat().st_size > LARGEST:
        raise click.ClickException(f"{path} has more than {LARGEST} bytes.")
    promises = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            promises.append(_promise(msgspec.json.decode(line, type=dict[str, Any])))
        except (msgspec.DecodeError, msgspec.ValidationError, KeyError) as wrong:
            raise click.ClickException(f"{path}, line {number}: this is no promise about a trade: {wrong}") from None
    return promises


def _promise(values: Mapping[str, Any]) -> Expectation:
    """A promise of a line; files of before have no bills."""
    later = [name for name in Expectation._field_defaults if name in values]
    names = [name for name in Expectation._fields if name not in Expectation._field_defaults]
    return msgspec.convert([values[name] for name in (*names, *later)], Expectation)


def _report(
    recording: Path, against: Path | None, expected: Path | None, run: Run, findings: Sequence[ReportedFinding]
) -> Report:
    counts = Counter(finding.kind for finding in findings)
    figures = (
        Figure("messages", Words("报文", "messages"), f"{len(run.sent)}"),
        Figure("receipts", Words("回执", "receipts"), f"{run.counted}"),
        *(Figure(kind, words, f"{counts[kind]}", counts[kind] > 0) for kind, words in KINDS.items()),
    )
    checks = (
        ReportCheck("receipts", Words("录有回执", "there are receipts"), "> 0", f"{run.counted}", run.counted > 0),
        *(ReportCheck(kind, words, "0", f"{counts[kind]}", not counts[kind]) for kind, words in KINDS.items()),
    )
    about = [(Words("录制", "recording"), str(recording))]
    about += [(Words("对照", "against"), str(against))] if against else []
    about += [(Words("预期", "expected"), str(expected))] if expected else []
    return Report(
        "verdict",
        Words("运行判定", "verdict about a run"),
        tuple(about),
        figures,
        checks,
        tuple(findings),
        (_statuses(run),),
        data={figure.name: int(figure.value) for figure in figures},
    )


def _statuses(run: Run) -> Chart:
    words = Words("回执按状态", "receipts by status")
    counter = Counter(
        f"{subject.code} {receipt.statement.status}"
        for subject, received in run.answers.items()
        for receipt in received
    )
    return Chart(words, bar_chart(words, counter.most_common(20)))


def _summary(report: Report) -> str:
    lines = [", ".join(f"{figure.value} {figure.words.en}" for figure in report.figures)]
    lines += [str(finding) for finding in report.findings[:MAX_LISTED]]
    if len(report.findings) > MAX_LISTED:
        lines.append(f"… and {len(report.findings) - MAX_LISTED} more")
    return "\n".join([*lines, "passed" if report.ok else "FAILED"])
