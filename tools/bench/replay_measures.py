"""Measures how exactly a replay over HTTP keeps its timing, against a bare listener and against a window."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from simulators.bench import spool
from simulators.bench.measures import SANDBOX, BenchMeasure, BenchResult, warm_window
from simulators.bench.spool import Traffic
from simulators.entry import monotonic
from simulators.entry.recordings import MessageEvent, Pace, Recorded, RecordingFacts, as_text, resend, trades_of, write
from simulators.entry.shown import serve_on_free_port
from simulators.machine import processor_use
from tools.bench.sink import sink

RATE, SPEED = 50, 10
"""Messages per second in the recording, and the replay speed factor."""
TOLERATED = 2.0
"""Tolerated deviation from the requested speed, in percent."""
BEGINS = 1_780_000_000_000
NOT_RECORDED = dict.fromkeys(("code", "sender", "edition", "scenario", "transmission"), "")
"""Columns of a recording that are not needed here."""


def replay_http(folder: Path, count: int) -> BenchResult:
    """A recording of 50 messages a second, of one document each, sent ten times as fast: to a listener that answers 202
    and does nothing else, then to a window."""
    messages = spool.traffic_file(folder, Traffic(count, 1))
    recording = write_recording(folder / "replay_http.swr", messages)
    client = multiprocessing.get_context("spawn").Pool(1)
    before, begun = processor_use(), monotonic()
    with client:
        with sink() as url:
            kept: Pace = client.apply(resend, (recording, url, SANDBOX, SPEED))
        cpu, seconds = processor_use().since(before), monotonic() - begun
        with (
            warm_window(folder, Traffic(200, 1, spool.WARM_UP_SEED), "NORMAL") as session,
            serve_on_free_port(session) as (url, settled),
        ):
            at_window: Pace = client.apply(resend, (recording, url, SANDBOX, SPEED))
            settled()
    recording.unlink()
    return BenchResult(
        round(100 * abs(kept.reached / kept.wanted - 1), 2),
        count,
        round(seconds, 2),
        1.0,
        cpu.own,
        cpu.others,
        {
            "asked_per_second": kept.wanted,
            "reached_per_second": kept.reached,
            "late_p50_ms": kept.half_late,
            "late_most_ms": kept.most_late,
            "late_free_ms": kept.free_late,
            **{f"window_{name}": value for name, value in at_window._asdict().items()},
        },
    )


def write_recording(file: Path, messages: Path) -> Path:
    """Make a recording of messages at regular intervals."""
    file.unlink(missing_ok=True)
    nobody = Recorded(SANDBOX, SANDBOX, {}, BEGINS + 86_400_000)
    write(file, nobody, _recorded_messages(messages), RecordingFacts)
    return file


def _recorded_messages(messages: Path) -> Iterator[MessageEvent]:
    for number, body in enumerate(spool.read_bodies(messages)):
        at = BEGINS + number * 1_000 // RATE
        given: dict[str, Any] = {**NOT_RECORDED, "trades": trades_of(body), **as_text(body)}
        yield MessageEvent(id=number + 1, at=at, channel="http", status=202, machine=at, **given)


REPLAY_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "replay_http",
        "percent off",
        TOLERATED,
        3_000,
        "how far a replay over HTTP is off the 500 messages a second that it is asked for",
        replay_http,
        1,
        higher_is_better=False,
    ),
)
