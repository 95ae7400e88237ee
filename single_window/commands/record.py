"""`single-window record`: what happened in a sandbox, as one file that can be played again."""

from __future__ import annotations

from pathlib import Path

import click

from single_window.commands.record_between import record_between
from single_window.frame.commands.call import Call, Failure, command
from single_window.recordings import file, taking
from single_window.recordings.events import Manifest
from single_window.store.engine import snapshot


@click.command()
@click.argument("recording", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--proxy-to", "target", metavar="URL", help="Stand in front of this endpoint, and record what passes.")
@click.option("--listen", metavar="HOST:PORT", help="With --proxy-to: where [default: 127.0.0.1:0, any free port].")
@click.option(
    "--for", "seconds", type=click.FloatRange(0.1), metavar="SECONDS", help="With --proxy-to: end after these."
)
@command
def record(call: Call, recording: Path, target: str | None, listen: str | None, seconds: float | None) -> None:
    """Record what happened in the sandbox until now: messages, officers' acts, receipts, options, master data.

    It is taken from what the window stores anyway, and may be done while it works. FILE holds personal data as messages
    do; `single-window recording scrub` replaces them. An existing file is never replaced.

    With --proxy-to it stands in front of any endpoint instead, passes all on as it is, and records both directions
    until Ctrl-C: messages, receipts, and each call with its headers; keys and passwords are left out.

    \b
    Examples:
      single-window record monday.swr
      single-window record real.swr --proxy-to https://window.example --listen 127.0.0.1:9000
      single-window record ci.swr --sandbox ci --data window --json
    """
    if not recording.parent.is_dir():
        raise Failure(f"There is no folder {recording.parent}; make it first.")
    if target is None and (listen or seconds):
        raise click.UsageError("--listen and --for go with --proxy-to.")
    try:
        if recording.exists():
            raise FileExistsError(f"{recording} exists already and is not replaced; choose another name.")
        if target is None:
            manifest = _taken(call, recording)
        else:
            manifest = record_between(call, recording, target, listen or "127.0.0.1:0", seconds)
    except (FileExistsError, taking.NotWhole) as refused:
        raise Failure(str(refused)) from None
    except OSError as error:
        raise Failure(f"{recording} could not be written, and is not there: {error.strerror or error}.") from None
    call.print_json({"file": str(recording.resolve()), **plainly_of(manifest)})
    show_manifest(call, recording, manifest)


def _taken(call: Call, recording: Path) -> Manifest:
    """Write what the store keeps of a sandbox."""
    with (
        call.reading() as (window, _),
        snapshot(window.engine) as connection,
        call.progress("events", None) as progress,
    ):
        recorded = taking.take(connection, call.sandbox, progress)
        return file.write(recording, recorded.sandbox, recorded.events, lambda: recorded.made)


def plainly_of(manifest: Manifest) -> dict[str, object]:
    """A manifest as JSON, for programs."""
    return {
        name: getattr(manifest, name)
        for name in (
            "release",
            "messages",
            "acts",
            "receipts",
            "outcomes",
            "digest",
            "sequence",
            "left_out",
            "scrubbed",
            "calls",
        )
    }


def show_manifest(call: Call, recording: Path, manifest: Manifest) -> None:
    """A manifest as text, for people."""
    call.print_line(
        f"{recording}: {manifest.messages} messages, {manifest.acts} acts, {manifest.receipts} receipts, "
        f"{manifest.outcomes} outcomes{f', {manifest.calls} calls' if manifest.calls else ''}"
        f"{', scrubbed' if manifest.scrubbed else ''}"
    )
    for name, sha256 in (("outcome digest ", manifest.digest), ("sequence digest", manifest.sequence)):
        if sha256:
            call.print_line(f"{name} {sha256}")
    if manifest.left_out:
        listed = ", ".join(f"{count} {name}" for name, count in manifest.left_out.items())
        call.print_line(f"Not recorded, so not played again: {listed}.")
