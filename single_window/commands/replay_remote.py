"""`single-window replay --url`: a recording played into a window that answers over HTTP, at a speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import click

from single_window.client import Audited, CallRefused, NotReachable, SandboxClient, WindowClient
from single_window.commands import replay_report
from single_window.commands.audit import say_audited
from single_window.frame.commands.call import FAILED, Call, Failure
from single_window.recordings import file, places, remote
from single_window.recordings.file import Recording
from single_window.recordings.places import NothingToResume, Noting, ReplayProgress
from single_window.recordings.playing import Progress, ReplayPlan, play
from single_window.recordings.posting import NotTaken, Pace
from single_window.recordings.remote import Remote
from single_window.reports.form import Report


class There(NamedTuple):
    """The window at which it is played, and how: address, key, so many times as fast as recorded (0: as fast as
    possible), and if it goes on where an interrupted call stopped."""

    url: str
    key: str
    speed: float
    resume: bool


def play_there(
    call: Call,
    recording: Recording,
    plan: ReplayPlan,
    options: dict[str, Any],
    how: There,
    publish: Callable[[Report], None],
) -> None:
    """Play a recording in a sandbox that is made at an address, and show how it went; fails where that refuses."""
    running = bool(how.speed) and remote.by_the_clock(recording.events())
    if running and how.resume:
        raise click.UsageError(
            "--resume goes without --speed where the clock runs along, as it did in this recording: it ran on while "
            "nobody played. Replay into a new sandbox, or go on as fast as possible without --speed."
        )
    if recording.sandbox.triggers:
        call.print_line(f"{len(recording.sandbox.triggers)} triggers of the sandbox are not made over HTTP.")
    standing = ReplayProgress(
        recording.manifest.parts[file.EVENTS], repr((how.url, plan, options, running)), Progress()
    )
    place = places.place_of(recording.path, f"{call.sandbox}.http")
    if how.resume:
        standing = places.load(place, standing.recording, standing.plan)
    with WindowClient(how.url, how.key) as client, call.progress(call.sandbox, recording.manifest.messages) as progress:
        try:
            there = _sandbox(client, recording, call.sandbox, plan, options, how)
            if running:
                there.clock.set("virtual", rate=str(how.speed))
            noting = Noting(None if running else place, standing, lambda done: progress(done.messages), call.print_line)
            into = Remote(there, how.url, how.key, how.speed, running)
            try:
                ended = play(recording, plan, into, standing.progress, noting)
                into.settle(plan.moved(plan.loops - 1).at(recording.sandbox.ended))
            finally:
                into.close()
            noting.over()
            audited = there.audit()
        except (CallRefused, NotReachable, NotTaken, remote.NotSettled) as error:
            raise Failure(str(error)) from error
    ended = ended._replace(undone=ended.undone + into.undone)
    ended = ended._replace(alike=ended.messages - into.otherwise) if running else ended
    publish(
        replay_report.report(recording, call.sandbox, ended, pace=into.pace, seconds=into.by_second(), audited=audited)
    )
    _print(call, ended, into.pace, audited)


def _sandbox(
    client: WindowClient, recording: Recording, name: str, plan: ReplayPlan, options: dict[str, Any], how: There
) -> SandboxClient:
    """The sandbox that it is played in: made, or the one that an interrupted call left."""
    if not how.resume:
        return remote.made(client, recording.sandbox, name, plan.moved(0).at(recording.first), options)
    sandbox = client.sandbox(name)
    try:
        sandbox.clock.show()
    except CallRefused as refused:
        raise NothingToResume(f"There is no sandbox {name!r} to go on in at {how.url}: {refused}") from None
    return sandbox


def _print(call: Call, ended: Progress, pace: Pace, audited: Audited) -> None:
    fields = {
        "messages": ended.messages,
        "acts": ended.acts,
        "answered_alike": ended.alike,
        "acts_not_done": ended.undone,
        "seconds": pace.seconds,
        "rate": {"asked": pace.wanted, "reached": pace.reached, "answered": pace.answered},
        "late_ms": {"half": pace.half_late, "latest": pace.most_late, "free": pace.free_late},
        "held": pace.held,
        "turned_away": pace.turned_away,
        "audit": audited.plainly,
        "limited": pace.limited,
    }
    call.print_json(fields)
    call.print_line(
        f"{ended.messages} messages in {pace.seconds:.1f} s, {ended.messages - ended.alike} answered otherwise than "
        f"recorded; {ended.acts} acts, {ended.undone} could not be done"
    )
    if pace.wanted:
        call.print_line(
            f"asked {pace.wanted:g} messages a second, sent {pace.reached:g}, answered {pace.answered:g}; "
            f"{pace.held} waited for an earlier one of their trade, {pace.turned_away} times one was turned away (503)"
        )
        call.print_line(f"sent late: half of them by {pace.half_late} ms at most, the latest by {pace.most_late} ms")
    if pace.limited:
        call.print_line(
            f"{pace.limited} times more was sent than the key may send (429): what was sent late is the sender's own "
            "matter. The operator may allow more: SINGLE_WINDOW_CALLS_PER_MINUTE"
        )
    call.print_line(f"What it came to: single-window digest --sandbox {call.sandbox}, on the data of that window.")
    say_audited(call, audited)
    if ended.alike < ended.messages or ended.undone or not audited.balanced:
        raise click.exceptions.Exit(FAILED)
