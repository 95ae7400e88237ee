"""`single-window serve`: HTTP in several processes, over RabbitMQ, until Ctrl-C."""

from __future__ import annotations

import click

from single_window.frame.commands.call import Call, command
from single_window.settings import from_environment


@click.command(short_help="Answer HTTP in several processes; others work.")
@click.option("--host", help="Address to listen on [default: 127.0.0.1: this machine only].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port [default: 8642; 0 takes any free one].")
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True, help="How many processes.")
@click.option(
    "--threads",
    type=click.IntRange(2, 256),
    default=16,
    show_default=True,
    help="Requests that each answers at a time; half of them may be polls that wait.",
)
@command
def serve(call: Call, host: str | None, port: int | None, processes: int, threads: int) -> None:
    """Answer HTTP: API under /api/v1, pages under /. Stop with Ctrl-C or SIGTERM; SIGHUP starts fresh processes.

    It takes messages and hands out receipts; `single-window work` does the work. They meet in one
    database, and wake each other through RabbitMQ (SINGLE_WINDOW_BROKER=amqp://…).

    \b
    Example:
      single-window serve --processes 4 --port 8700
    """
    from single_window.process import prefork

    settings = from_environment(data=call.settings.data, host=host, port=port)
    prefork.serve(settings, processes, threads, call.announce)
