"""`single-window run`, `serve` and `work`: the processes of a window."""

from __future__ import annotations

from pathlib import Path

import click

from single_window.frame.commands.call import Call, command
from single_window.process.roles import ALL, ALONE, APART, ROLES
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
    serving.run(settings, call.announce, serving.RunOptions(ephemeral, ready_file, preset or "", until or 0))


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


@click.command(short_help="Work on the window's queues, in processes of their own.")
@click.argument("roles", nargs=-1, required=True, type=click.Choice([*ROLES, ALL]), metavar="ROLE…")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes of each role that shares its work; dispatch and channels have one each.",
)
@click.option("--parent", type=int, hidden=True, default=0)
@command
def work(call: Call, roles: tuple[str, ...], processes: int, parent: int) -> None:
    """Work as one or more roles until Ctrl-C or SIGTERM, which lets the batch in hand end.

    Roles: dispatch, reception, customs, inspection, tax, agencies, channels; all is one process of each. trades unites
    reception and every gateway in one process, which takes a trade through all of them in one transaction: more of
    them share the trades. They meet in one database, and wake each other through RabbitMQ
    (SINGLE_WINDOW_BROKER=amqp://…); on one machine, without it: single-window run --processes N. A process that
    dies is started again.

    \b
    Examples:
      single-window work reception customs --processes 2
      single-window work dispatch trades channels --processes 2
    """
    from single_window.process import working
    from single_window.process.serving import stop_by_signal
    from single_window.process.supervision import Supervisor, programs

    if not parent:
        working.need_rabbitmq(call.settings, "work")
    stopping = stop_by_signal()
    chosen = list(APART) if ALL in roles else list(dict.fromkeys(roles))
    if len(chosen) == 1 and (processes == 1 or chosen[0] in ALONE):
        working.work(call.settings, chosen[0], stopping, call.announce, parent)
        return
    Supervisor(programs(chosen, processes, call.settings.data, call.as_json)).run(stopping)
