"""`single-window record`: writes what happened in a sandbox to a file that can be replayed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from single_window.api.server.listener import PortInUse
from single_window.frame.commands import on_data
from single_window.frame.commands.call import Call, Failure
from single_window.frame.commands.local import local_command
from single_window.frame.commands.options import argument, option
from single_window.process.recording_proxy import record_between
from single_window.recordings import file, from_store
from single_window.recordings.events import Manifest
from single_window.store.engine import snapshot


@local_command(
    examples=(
        "monday.swr",
        "real.swr --proxy-to https://window.example --listen 127.0.0.1:9000",
        "ci.swr --sandbox ci --data window --json",
    )
)
def record(
    call: Call,
    recording: Path = argument("FILE"),
    target: str | None = option(
        "Run as a proxy of this endpoint, and record its traffic.", "--proxy-to", metavar="URL"
    ),
    listen: str | None = option(
        "With --proxy-to: the address to listen on [default: 127.0.0.1:0, any free port].", metavar="HOST:PORT"
    ),
    seconds: float | None = option(
        "With --proxy-to: end after this time.", "--for", type=click.FloatRange(0.1), metavar="SECONDS"
    ),
) -> None:
    """Record what happened in the sandbox until now: messages, officers' acts, receipts, options, master data.

    The data are read from the database, even while a window runs. FILE contains the personal data of the messages;
    `single-window recording scrub` replaces them. An existing file is never replaced.
    With --proxy-to, the command runs as a proxy of any endpoint instead, and records both directions until Ctrl-C:
    messages, receipts, and each call with its headers, without keys and passwords.
    """
    if not recording.parent.is_dir():
        raise Failure(f"There is no folder {recording.parent}; make it first.")
    if target is None and (listen or seconds):
        raise click.UsageError("--listen and --for require --proxy-to.")
    try:
        if recording.exists():
            raise FileExistsError(f"{recording} exists already and is not replaced; choose another name.")
        if target is None:
            manifest = _record_sandbox(call, recording)
        else:
            manifest = record_between(recording, _demand_url(target), _address(listen), call.announce, seconds)
    except (FileExistsError, PortInUse, from_store.NotWhole) as refused:
        raise Failure(str(refused)) from None
    except OSError as error:
        raise Failure(f"{recording} could not be written: {error.strerror or error}.") from None
    call.print_json({"file": str(recording.resolve()), **manifest_fields(manifest)})
    show_manifest(call, recording, manifest)


def _demand_url(target: str) -> str:
    if urlsplit(target).scheme not in {"http", "https"} or not urlsplit(target).hostname:
        raise click.UsageError(f"{target} is not an address such as http://127.0.0.1:8642")
    return target


def _address(listen: str | None) -> tuple[str, int]:
    """Return host and port of an address; None: any free port."""
    host, _, port = (listen or "127.0.0.1:0").rpartition(":")
    if not port.isdecimal() or int(port) > 65_535:
        raise click.UsageError(f"{listen} is not an address such as 127.0.0.1:0")
    return host.strip("[]") or "127.0.0.1", int(port)


def _record_sandbox(call: Call, recording: Path) -> Manifest:
    """Write the stored events of a sandbox."""
    with (
        on_data.reading(call) as (window, _),
        snapshot(window.engine) as connection,
        call.progress("events", None) as progress,
    ):
        recorded = from_store.take_recording(connection, call.sandbox, progress)
        return file.write(recording, recorded.sandbox, recorded.events, lambda: recorded.made, recorded.outcomes)


_MANIFEST_FIELDS = (
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


def manifest_fields(manifest: Manifest) -> dict[str, object]:
    """Return a manifest as JSON object."""
    return {name: getattr(manifest, name) for name in _MANIFEST_FIELDS}


def show_manifest(call: Call, recording: Path, manifest: Manifest) -> None:
    """Print a manifest."""
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
        call.print_line(f"Not recorded, and not replayed: {listed}.")
