"""`single-window replay --url`: a recording played into a window that answers over HTTP, at a speed."""

from __future__ import annotations

from typing import Any

import click

from single_window.client import CallRefused, NotReachable, WindowClient
from single_window.commands.call import FAILED, Call, Failure
from single_window.recordings import remote
from single_window.recordings.events import Told
from single_window.recordings.file import Recording
from single_window.recordings.playing import Plan, Progress, play


def play_there(
    call: Call, recording: Recording, plan: Plan, options: dict[str, Any], url: str, key: str, speed: float
) -> None:
    """Play a recording in a sandbox that is made at an address, and say how it went; fails where that refuses."""
    first = next((one.at for one in recording.events() if not isinstance(one, Told)), recording.sandbox.ended)
    if recording.sandbox.triggers:
        call.say(f"{len(recording.sandbox.triggers)} triggers of the sandbox are not made over HTTP.")
    with WindowClient(url, key) as client, call.progress(call.sandbox, recording.manifest.messages) as progress:
        try:
            there = remote.made(client, recording.sandbox, call.sandbox, plan.moved(0).at(first), options)
            running = bool(speed) and remote.by_the_clock(recording.events())
            if running:
                there.clock.set("virtual", rate=str(speed))
            into = remote.Remote(there, speed, running)
            try:
                ended = play(recording, plan, into, told=lambda done: progress(done.messages))
                into.settle(recording.sandbox.ended)
            finally:
                into.close()
        except (CallRefused, NotReachable, remote.NotSettled) as error:
            raise Failure(str(error)) from error
    _tell(call, ended._replace(alike=ended.messages - into.otherwise), into)


def _tell(call: Call, ended: Progress, into: remote.Remote) -> None:
    late = sorted(into.late) or [0.0]
    half, latest = (round(one * 1_000, 1) for one in (late[len(late) // 2], late[-1]))
    told = {
        "messages": ended.messages,
        "acts": ended.acts,
        "answered_alike": ended.alike,
        "acts_not_done": ended.undone,
        "seconds": round(into.seconds, 2),
        "late_ms": {"half": half, "latest": latest},
    }
    call.give(told)
    call.say(
        f"{ended.messages} messages in {into.seconds:.1f} s, {ended.messages - ended.alike} answered otherwise than "
        f"recorded; {ended.acts} acts, {ended.undone} could not be done"
    )
    if into.late:
        call.say(f"sent late: half of them by {half} ms at most, the latest by {latest} ms")
    call.say(f"What it came to: single-window digest --sandbox {call.sandbox}, on the data of that window.")
    if ended.alike < ended.messages or ended.undone:
        raise click.exceptions.Exit(FAILED)
