"""`single-window run`, `serve` and `work`: the processes of a window."""

from __future__ import annotations

from pathlib import Path

import click

from single_window.command_texts import TEXTS
from single_window.frame.commands.call import Call
from single_window.frame.commands.local import local_command
from single_window.frame.commands.options import argument, option
from single_window.process.roles import ALL, ALONE, APART, ROLES
from single_window.settings import from_environment
from single_window.store.sandbox_options import PRESETS

_HOST = option("Address to listen on [default: 127.0.0.1: this machine only].")
_PORT = option("Port [default: 8642; 0 takes any free one].", type=click.IntRange(0, 65535))


@local_command(
    examples=(
        "--port 8700 --data /srv/window",
        "--processes 1",
        "--ephemeral --port 0 --preset ci --ready-file window.json",
    )
)
def run(
    call: Call,
    host: str | None = _HOST,
    port: int | None = _PORT,
    processes: int | None = option(
        "One process does everything; with more, one answers HTTP and the others work [default: 2 where there are two "
        "cores, 1 with --ephemeral; or SINGLE_WINDOW_PROCESSES].",
        type=click.IntRange(1, 64),
    ),
    ephemeral: bool = option("Store the data in a temporary folder that is deleted at the end."),
    preset: str | None = option(
        "The options of the sandbox main; ci: no inspections, and a frozen clock.", type=click.Choice(list(PRESETS))
    ),
    ready_file: Path | None = option(
        "Write url, pid, sandbox and version to this file as JSON when the window is ready.", metavar="FILE"
    ),
    until: int | None = option("End when the process PID ends.", type=click.IntRange(1), metavar="PID"),
    first_key: bool = option("If there is no key and no account yet: make a key, and show it once."),
    call_log: int | None = option(
        "Keep so many calls of participants per sandbox, each with its request and answer [default: none; or "
        "SINGLE_WINDOW_CALL_LOG].",
        type=click.IntRange(0, 100_000),
    ),
) -> None:
    """Run the window: API under /api/v1, pages under /, folders in the data folder. Stop with Ctrl-C."""
    from single_window.process import serving

    data = None if ephemeral else call.settings.data
    settings = from_environment(
        data=data, host=host, port=port, processes=processes, log_level=call.settings.log_level, call_log=call_log
    )
    serving.run(settings, call.announce, serving.RunOptions(ephemeral, ready_file, preset or "", until or 0, first_key))


@local_command(examples=("--processes 4 --port 8700",))
def serve(
    call: Call,
    host: str | None = _HOST,
    port: int | None = _PORT,
    processes: int = option("Number of processes.", type=click.IntRange(1, 64), default=2),
    threads: int = option(
        "Concurrent requests in each process; up to half of them may be waiting polls.",
        type=click.IntRange(2, 256),
        default=16,
    ),
) -> None:
    """Answer HTTP: API under /api/v1, pages under /. Stop with Ctrl-C or SIGTERM; SIGHUP restarts the processes.

    It receives messages and delivers receipts; `single-window work` processes them. Both use the same database, and
    wake each other through RabbitMQ (SINGLE_WINDOW_BROKER=amqp://…).
    """
    from single_window.process import prefork

    settings = from_environment(data=call.settings.data, host=host, port=port)
    prefork.serve(settings, processes, threads, call.announce)


@local_command(examples=("reception customs --processes 2", "dispatch trades channels --processes 2"))
def work(
    call: Call,
    roles: tuple[str, ...] = argument("ROLE…", type=click.Choice([*ROLES, ALL]), required=True),
    processes: int = option(
        "Number of processes of each role; dispatch and channels always have one.",
        type=click.IntRange(1, 64),
        default=1,
    ),
    parent: int = option(hidden=True, default=0, show_default=False),
    outlive: int = option(hidden=True, default=0, show_default=False),
) -> None:
    """Work in one or more roles until Ctrl-C or SIGTERM; the current batch is completed.

    Roles: dispatch, reception, customs, inspection, tax, agencies, channels; all is one process of each. trades
    combines reception and every gateway in one process, which processes a trade in one transaction; several such
    processes share the trades. All use the same database, and wake each other through RabbitMQ
    (SINGLE_WINDOW_BROKER=amqp://…); on one machine, without it: single-window run --processes N. A process that dies is
    restarted. If this one is killed, its processes go on for a minute, so that work continues until another has started
    its own.
    """
    from single_window.process import working
    from single_window.process.signals import stop_by_signal
    from single_window.process.supervision import Supervisor, programs

    if not parent:
        working.need_rabbitmq(call.settings, "work")
    stopping = stop_by_signal()
    chosen = list(APART) if ALL in roles else list(dict.fromkeys(roles))
    if len(chosen) == 1 and (processes == 1 or chosen[0] in ALONE):
        working.work(call.settings, chosen[0], stopping, call.announce, parent, outlive)
        return
    Supervisor(programs(chosen, processes, call.settings.data, call.as_json)).run(stopping)


serve.short_help, work.short_help = TEXTS["serve"], TEXTS["work"]
