"""`single-window run`: the whole window in one process, over HTTP and folders, until Ctrl-C."""

from __future__ import annotations

import click

from single_window.commands.call import Call, command
from single_window.settings import from_environment


@click.command()
@click.option("--host", help="Address to listen on [default: 127.0.0.1: this machine only].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port [default: 8642; 0 takes any free one].")
@command
def run(call: Call, host: str | None, port: int | None) -> None:
    """Run the window: API under /api/v1, pages under /, folders in the data folder. Stop with Ctrl-C.

    \b
    Example:
      single-window run --port 8700 --data /srv/window
    """
    from single_window.process import serving

    settings = from_environment(data=call.settings.data, host=host, port=port, log_level=call.settings.log_level)
    serving.run(settings, call.announce)
