"""`single-window run`: the whole window on this machine, over HTTP and folders, until Ctrl-C or the end of a test."""

from __future__ import annotations

from pathlib import Path

import click

from single_window.frame.commands.call import Call, command
from single_window.settings import from_environment
from single_window.store.sandbox_options import PRESETS


@click.command()
@click.option("--host", help="Address to listen on [default: 127.0.0.1: this machine only].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port [default: 8642; 0 takes any free one].")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="1 does everything; of more, one answers and the others work [default: 1, or SINGLE_WINDOW_PROCESSES].",
)
@click.option("--ephemeral", is_flag=True, help="Keep the data in a temporary folder that goes when the window ends.")
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    help="How the sandbox main behaves; ci: nothing is drawn for inspection and the clock stands still.",
)
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write url, pid, sandbox and version into this file, as JSON, as soon as the window answers.",
)
@click.option("--until", type=click.IntRange(1), metavar="PID", help="End when this process has ended.")
@command
def run(
    call: Call,
    host: str | None,
    port: int | None,
    processes: int | None,
    ephemeral: bool,
    preset: str | None,
    ready_file: Path | None,
    until: int | None,
) -> None:
    """Run the window: API under /api/v1, pages under /, folders in the data folder. Stop with Ctrl-C.

    \b
    Examples:
      single-window run --port 8700 --data /srv/window
      single-window run --processes 2
      single-window run --ephemeral --port 0 --preset ci --ready-file window.json
    """
    from single_window.process import serving

    data = None if ephemeral else call.settings.data
    settings = from_environment(data=data, host=host, port=port, processes=processes, log_level=call.settings.log_level)
    serving.run(settings, call.announce, serving.Running(ephemeral, ready_file, preset or "", until or 0))
