"""Reads a history for `single-window audit history`, judges it, and prints the verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from single_window.frame.commands import on_data
from single_window.frame.commands.call import FAILED, Call, Failure
from single_window.histories import lines, recorded, stored
from single_window.histories.in_words import line_of, plain
from single_window.histories.judging import HistoryVerdict, Judgement, judge, rules
from single_window.histories.observations import Observation, numbered
from single_window.language.words import Words
from single_window.recordings.file import BadRecording, open_recording
from single_window.store.engine import snapshot

UNKNOWN = 3
"""Exit status where what was seen does not allow a verdict; 2 is that of a wrong command line."""
_STATUS = {HistoryVerdict.TRUE: 0, HistoryVerdict.FALSE: FAILED, HistoryVerdict.UNKNOWN: UNKNOWN}
_WORDS = {
    HistoryVerdict.TRUE: Words(
        "历史成立：有一种先后顺序能说明全部观察。", "TRUE: some order of events explains everything."
    ),
    HistoryVerdict.FALSE: Words("历史不成立。", "The history is FALSE."),
    HistoryVerdict.UNKNOWN: Words("无法判定。", "UNKNOWN: what was seen does not allow a verdict."),
}
_ZIP = b"PK"


def judge_history(call: Call, file: Path | None, bound: int) -> None:
    """Judge the history of a sandbox (None) or of a file and print what was found; `bound` in milliseconds. The exit
    status says the verdict."""
    with call.progress("observations 观察", None) as progress:
        observed = numbered(_observations(call, file, progress))
    with call.progress("rules 规则", len(rules(bound))) as progress:
        judgement = judge(observed, bound, progress)
    call.print_json(plain(judgement, len(observed)))
    _show(call, judgement, len(observed))
    if _STATUS[judgement.verdict]:
        raise click.exceptions.Exit(_STATUS[judgement.verdict])


def _observations(call: Call, file: Path | None, progress: Callable[[int], None]) -> list[Observation]:
    try:
        if file is None:
            with on_data.reading(call) as (window, _), snapshot(window.engine) as connection:
                return stored.observations(connection, call.sandbox, progress)
        if _begins_as_zip(file):
            with open_recording(file) as recording:
                return list(recorded.observations(recording.events(), recording.sandbox.ended, progress))
        return list(lines.read(file, progress))
    except (BadRecording, lines.BadObservation) as refused:
        raise Failure(str(refused)) from None
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror or error}.") from None


def _begins_as_zip(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_ZIP)) == _ZIP


def _show(call: Call, judgement: Judgement, observations: int) -> None:
    """Print a judgement: each contradiction with its rule and observations, or what is missing."""
    call.print_line(f"{observations} observations 观察")
    names = dict.fromkeys(contradiction.rule.name for contradiction in judgement.contradictions)
    call.print_line(f"{call.pick(_WORDS[judgement.verdict])} {', '.join(names)}".strip())
    for contradiction in judgement.contradictions:
        call.print_line(f"  {contradiction.rule.name}: {call.pick(contradiction.rule.words)}")
        for one in contradiction.observations:
            call.print_line(f"    {line_of(one).text(call.language)}")
    if judgement.more:
        call.print_line(call.pick(MORE.filled(count=judgement.more)))
    for missing in judgement.missing:
        call.print_line(f"  {call.pick(missing.words)}")
        call.print_line(f"    {line_of(missing.by).text(call.language)}")
    if judgement.more_missing:
        call.print_line(call.pick(MORE.filled(count=judgement.more_missing)))


MORE = Words("  另有{count}处", "  {count} more")
