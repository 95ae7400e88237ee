"""`single-window recording`: what a recording holds; invented people put into it; who is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from simulators.entry.recordings import (
    BadRecording,
    Call,
    Failure,
    Recording,
    RecordingFacts,
    command,
    manifest_fields,
    open_recording,
    secret,
    show_manifest,
    write,
)
from simulators.recordings.checking import find_remaining
from simulators.recordings.fitting import fit
from simulators.recordings.profile_text import profile_text
from simulators.recordings.scrubbing import scrub_recording
from simulators.recordings.seen_trades import traffic_of
from simulators.recordings.stand_ins import StandIns
from simulators.traffic.profile import read_profile

SHOWN = 20
"""Places of which something is left that are shown; --json gives all."""
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(short_help="Show, scrub and check recordings.")
def recording() -> None:
    """Recordings of sandboxes: what they hold, and whose data."""


@contextmanager
def _open_recording(file: Path) -> Iterator[Recording]:
    try:
        with open_recording(file) as source:
            source.check()
            yield source
    except (BadRecording, FileNotFoundError, FileExistsError) as refused:
        raise Failure(str(refused)) from None


@recording.command()
@click.argument("file", type=_FILE)
@command
def show(call: Call, file: Path) -> None:
    """Say what a recording holds; one that is damaged is refused.

    \b
    Example:
      single-window recording show monday.swr
    """
    with _open_recording(file) as source_recording:
        call.print_json(
            {"file": str(file), "sandbox": source_recording.sandbox.name, **manifest_fields(source_recording.manifest)}
        )
        show_manifest(call, file, source_recording.manifest)


@recording.command()
@click.argument("file", type=_FILE)
@command
def profile(call: Call, file: Path) -> None:
    """Print a traffic profile that is like a recording: days, hours, modes, faults, repeats.

    So traffic of any amount can be made that is like that of a real endpoint (`record --proxy-to`), without anybody's
    data. Goods and companies are those of the simulator.

    \b
    Examples:
      single-window recording profile monday.swr > mine.toml
      single-window traffic mine.toml --trades 5000 --out files
    """
    with _open_recording(file) as source_recording, call.progress("events", None):
        fitted = fit(traffic_of(source_recording.events()))
    if fitted is None:
        raise Failure(f"{file} holds no list (CEB621, CEB603) that can be read, so there are no trades to count.")
    text = profile_text(fitted, file.name)
    read_profile(text, "profile")
    call.print_json({"file": str(file), "profile": text})
    call.print_line(text.rstrip("\n"))


@recording.command()
@click.argument("source", metavar="IN", type=_FILE)
@click.argument("target", metavar="OUT", type=_FILE)
@command
def scrub(call: Call, source: Path, target: Path) -> None:
    """Write OUT: the recording IN with invented people, the same one for the same value, by a key that nobody keeps.

    Names, identity numbers, telephones, addresses, accounts, and the names of officers. Whoever sent is left: companies
    are no people. Signatures hold no longer where a message was changed; how many they are is said.

    \b
    Example:
      single-window recording scrub monday.swr public.swr
    """
    strangers = StandIns(secret())
    with _open_recording(source) as source_recording, call.progress("events", None):
        done = scrub_recording(source_recording, strangers)
        manifest = write(target, done.sandbox, done.events, partial(_facts_of_copy, source_recording, strangers))
    call.print_json(
        {"file": str(target), **done.counts, "stand_ins": len(strangers.stand_ins), **manifest_fields(manifest)}
    )
    call.print_line(f"{target}: {done.counts['messages']} messages changed, {len(strangers.stand_ins)} stand-ins")
    if done.counts["signatures"]:
        call.print_line(
            f"{done.counts['signatures']} signatures hold no longer: replay with --set signatures=off, or sign again."
        )


def _facts_of_copy(source_recording: Recording, strangers: StandIns) -> RecordingFacts:
    """The manifest of the new recording; its digest is another, since outcomes name people where reasons do."""
    return RecordingFacts("", 0, source_recording.manifest.left_out, True, strangers.stand_ins)


@recording.command()
@click.argument("file", type=_FILE)
@command
def check(call: Call, file: Path) -> None:
    """Look for people in a recording who are nobody's stand-in. Exit code 1: there are some; where, not who, is said.

    \b
    Example:
      single-window recording check public.swr
    """
    with _open_recording(file) as source_recording:
        places = list(find_remaining(source_recording))
    counted = Counter((place.place, place.sort) for place in places)
    call.print_json({"clean": not places, "left": [place._asdict() for place in places]})
    call.table(
        "Left of people 残留个人信息",
        ("where 位置", "what 类别", "how often 次数"),
        [(place, sort, count) for (place, sort), count in counted.most_common(SHOWN)],
    )
    if places:
        call.print_line(
            f"NOT clean: {len(places)} values of people. Scrub it: single-window recording scrub {file} OUT"
        )
        raise click.exceptions.Exit(1)
    call.print_line("Clean: nothing is left of people that could be found.")
