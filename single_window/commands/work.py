"""`single-window work`: processes that work on the window's queues, over RabbitMQ."""

from __future__ import annotations

import click

from single_window.frame.commands.call import Call, command
from single_window.process.roles import ALL, ALONE, APART, ROLES


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
