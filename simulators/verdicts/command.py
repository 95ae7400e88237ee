"""`single-window verdict`: compares a recording with an undisturbed run of the same messages, and with expectations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from simulators.entry.commands import argument, from_signature, option
from simulators.entry.recordings import BadRecording, open_recording
from simulators.entry.reports import (
    ReportedFinding,
    as_json,
    report_options,
    write_reports,
)
from simulators.imports.arithmetic import POLICIES
from simulators.load.command import FAILED, milliseconds
from simulators.load.summary import figures_line, findings_lines
from simulators.traffic.making import Expectation
from simulators.verdicts import reports
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
    whole = reports.report_of(recording, against, expected, run, sorted_out(findings))
    write_reports(whole, report, junit)
    told = [figures_line(whole), *findings_lines(whole), "passed" if whole.ok else "FAILED"]
    click.echo(json.dumps(as_json(whole), ensure_ascii=False, indent=1) if as_plain else "\n".join(told))
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
