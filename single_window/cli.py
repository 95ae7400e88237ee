"""The command line: `single-window COMMAND`.

Commands come from `COMMANDS` and from the entry-point group `single_window.commands`. A command that cannot be
imported fails only when it is called.
The list of commands shows one-line texts (`TEXTS`, and the entry-point group `single_window.command_texts`), so that
only commands without such a text are imported for it.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

import single_window
from single_window.cases import folders
from single_window.command_texts import TEXTS
from single_window.own_packages import demand_own_packages

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from click.shell_completion import CompletionItem

GROUP, TEXTS_GROUP = "single_window.commands", "single_window.command_texts"
_FIRST = {
    "run": "commands.run:run",
    "serve": "commands.run:serve",
    "work": "commands.run:work",
    "submit": "commands.submit:submit",
    "validate": "commands.validate:validate",
    "sample": "commands.sample:sample",
    "receipts": "commands.receipts:receipts",
    "listen": "commands.listen:listen",
    "conformance": "commands.conformance:conformance",
}
_LAST = {
    "act": "commands.act:act",
    "case": "commands.case:case",
    "dossier": "commands.dossier:dossier",
    "team": "commands.team:team",
    "create": "commands.create:create",
    "audit": "commands.audit:audit",
    "digest": "commands.digest:digest",
    "compare": "commands.digest:compare",
    "record": "commands.record:record",
    "replay": "commands.replay:replay",
    "channel": "commands.channel:channel",
    "epcis": "commands.epcis:epcis",
    "certificate": "commands.certificate:certificate",
    "signature": "commands.signature:signature",
    "account": "commands.account:account",
    "key": "commands.key:key",
    "import": "commands.masterdata:import_",
    "sandbox": "commands.sandbox:sandbox",
    "clock": "commands.clock:clock",
    "scenarios": "commands.trigger:scenarios",
    "trigger": "commands.trigger:trigger",
    "faults": "commands.faults:faults",
    "rules": "commands.rules:rules",
    "status": "commands.status:status",
    "prune": "commands.prune:prune",
    "backup": "commands.backup:backup",
    "check": "commands.backup:check",
    "restored": "commands.restored:restored",
    "upgrade": "commands.upgrade:upgrade",
    "docs": "commands.docs:docs",
}


def _command_locations() -> dict[str, str]:
    """Command name → "module:attribute", in the order of the help: first steps, commands of subjects, the others."""
    first, last = ({name: f"single_window.{place}" for name, place in some.items()} for some in (_FIRST, _LAST))
    return {**first, **{name: place for name, (place, _) in folders.commands().items()}, **last}


COMMANDS: Mapping[str, str] = _command_locations()


# The final garbage collection would take longer than most commands: freeze everything that is still alive.
atexit.register(gc.freeze)


class Commands(click.Group):
    """Imports a command when it is called. Turns every error into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *sorted(name for name in _entry_points() if name not in COMMANDS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            return _load(cmd_name)
        entry_point = _entry_points().get(cmd_name)
        return None if entry_point is None else load_command(entry_point)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        demand_own_packages()
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            ctx.fail(
                f"There is no command {args[0]!r}{f'; did you mean {near[0]}?' if near else ''}. "
                "See: single-window --help"
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        names = self.list_commands(ctx)
        room = formatter.width - 6 - max(map(len, names), default=0)
        rows = [
            (command.name or "", command.get_short_help_str(room))
            for command in self._commands_of(ctx, names)
            if not command.hidden
        ]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        items = [
            CompletionItem(command.name, help=command.get_short_help_str()) for command in self._commands_of(ctx, names)
        ]
        return [*items, *click.Command.shell_complete(self, ctx, incomplete)]

    def _commands_of(self, ctx: click.Context, names: Sequence[str]) -> Iterator[click.Command]:
        """Commands with name and short help. A command without a text is imported."""
        texts = _texts()
        for name in names:
            if name in texts:
                yield click.Command(name, help=texts[name])
            elif (command := self.get_command(ctx, name)) is not None:
                yield command

    def invoke(self, ctx: click.Context) -> Any:
        gc.set_threshold(500_000, 20, 20)  # imports free little: collections would take a fifth of the time
        from single_window.observe import logs  # slow: not needed for --help or --version

        logs.configure(sys.stderr)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt):
            raise
        except BrokenPipeError:
            raise click.exceptions.Exit(0) from None
        except Exception as error:
            if ctx.params.get("trace"):
                from traceback import print_exc

                print_exc()
            raise click.ClickException(error_text(error)) from error


def error_text(error: Exception) -> str:
    """The error as one line. Errors of this project say what to do; others get their type and a hint at --trace."""
    text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    if _is_own(type(error).__module__) or _is_said_by_us(error):
        return text
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}"
    if type(error).__module__.startswith("sqlalchemy.") and (sentence := _database_failed(error)):
        return sentence
    first = text.strip().splitlines()[0] if text.strip() else ""
    return (
        f"Something went wrong that should not have: {type(error).__name__}: {first} "
        "(single-window --trace … shows where)"
    )


def _is_own(module: str) -> bool:
    return module.partition(".")[0] in {"single_window", "gateways", "declarations", "schemas", "simulators"}


def _is_said_by_us(error: Exception) -> bool:
    """True if a `raise` of this project's code has worded the error, whatever its type."""
    from opcode import opmap

    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return (
        at is not None
        and _is_own(at.tb_frame.f_globals.get("__name__", ""))
        and at.tb_frame.f_code.co_code[at.tb_lasti] == opmap["RAISE_VARARGS"]
        and not isinstance(error, AssertionError)
        and bool(str(error))
    )


def _database_failed(error: Exception) -> str:
    from single_window.store.failures import is_engine_failure, reason_of

    return (
        f"The database failed: {reason_of(error)}. What was not done can be done again when it works."
        if is_engine_failure(error)
        else ""
    )


def load_command(entry: EntryPoint) -> click.Command:
    """The command of an entry point. If it cannot be imported, a command that fails with the reason."""
    try:
        command = entry.load()
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.value} is no click command")
        return command
    except Exception as error:
        return _unloadable(entry, error)


def _unloadable(entry: EntryPoint, error: Exception) -> click.Command:
    why = f"{type(error).__name__}: {error}"

    @click.command(
        entry.name,
        short_help=f"(cannot be loaded: {why})",
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    def unloadable() -> None:
        raise click.ClickException(
            f"The command {entry.name} ({entry.value}) cannot be loaded: {why}. Everything else "
            "works; install the package again, or the one that brings this command."
        )

    return unloadable


def _texts() -> dict[str, str]:
    """Command name → short help. A table that cannot be imported is left out: calling its commands reports why."""
    from importlib.metadata import entry_points

    texts: dict[str, str] = {}
    for entry in entry_points(group=TEXTS_GROUP):
        with suppress(Exception):
            texts |= entry.load()
    return {**texts, **TEXTS}


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _load(name: str) -> click.Command:
    """The command at its place; for a kind of case without commands of its own, those that come from the kind."""
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, click.Command):
        found.help = found.help or TEXTS[name]
        return found
    from single_window.frame.commands.rows import case_commands  # slow: not needed for --help or --version

    return case_commands(found, TEXTS[name])


@click.command("single-window", cls=Commands)
@click.version_option(single_window.__version__, prog_name="single-window")
@click.option("--trace", is_flag=True, help="Show where an unexpected error came from.")
@click.option("--verbose", "-v", is_flag=True, help="Log what is done, step by step, on standard error.")
def main(trace: bool, verbose: bool) -> None:
    """A cross-border e-commerce customs single window on your own machine: real CEB messages in, receipts, release and
    tax bills out.

    \b
    Begin with:
      single-window sample 621 > list.xml     a valid message to start from
      single-window validate list.xml         everything that is wrong with it
      single-window submit list.xml           hand it in
      single-window show ORDERNO              what became of it, and why

    Exit codes: 0 done, 1 not done (the message says why), 2 called wrongly.
    """


if __name__ == "__main__":
    main()
