"""`single-window record`: what happened in a sandbox, as one file that can be played again."""

from __future__ import annotations

from pathlib import Path

import click

from single_window.commands.call import Call, Failure, command
from single_window.recordings import file, taking
from single_window.recordings.events import Manifest
from single_window.store.engine import snapshot


@click.command()
@click.argument("recording", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@command
def record(call: Call, recording: Path) -> None:
    """Record what happened in the sandbox until now: messages, officers' acts, receipts, options, master data.

    It is taken from what the window stores anyway, and may be done while it works. FILE holds personal data as messages
    do; `single-window recording scrub` replaces them. An existing file is never replaced.

    \b
    Examples:
      single-window record monday.swr
      single-window record ci.swr --sandbox ci --data window --json
    """
    if not recording.parent.is_dir():
        raise Failure(f"There is no folder {recording.parent}; make it first.")
    with (
        call.reading() as (window, _),
        snapshot(window.engine) as connection,
        call.progress("events", None) as progress,
    ):
        try:
            found = taking.take(connection, call.sandbox, progress)
            manifest = file.write(recording, found.sandbox, found.events, lambda: found.made)
        except FileExistsError as there:
            raise Failure(str(there)) from None
        except taking.NotWhole as gone:
            raise Failure(str(gone)) from None
        except OSError as error:
            raise Failure(f"{recording} could not be written, and is not there: {error.strerror or error}.") from None
    call.give({"file": str(recording.resolve()), **plainly_of(manifest)})
    tell(call, recording, manifest)


def plainly_of(manifest: Manifest) -> dict[str, object]:
    """What a manifest says, for programs."""
    return {
        name: getattr(manifest, name)
        for name in ("release", "messages", "acts", "receipts", "outcomes", "digest", "left_out", "scrubbed")
    }


def tell(call: Call, recording: Path, manifest: Manifest) -> None:
    """What a manifest says, for people."""
    call.say(
        f"{recording}: {manifest.messages} messages, {manifest.acts} acts, {manifest.receipts} receipts, "
        f"{manifest.outcomes} outcomes{', scrubbed' if manifest.scrubbed else ''}"
    )
    if manifest.digest:
        call.say(f"digest {manifest.digest}")
    if manifest.left_out:
        listed = ", ".join(f"{count} {name}" for name, count in manifest.left_out.items())
        call.say(f"Not recorded, so not played again: {listed}.")
