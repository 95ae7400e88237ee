"""`single-window account`: accounts of officers, made and changed by whoever owns the data folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from single_window.accounts import keeping, passwords, rights, rows
from single_window.accounts.rows import Account
from single_window.frame.commands.call import Call, command
from single_window.language.plainly import moment
from single_window.store.engine import reading

_NAME = click.argument("name")
_FILE = click.option(
    "--password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Holds the password in its first line; - reads it from standard input.",
)
_GENERATE = click.option("--generate", is_flag=True, help="Make a password up and show it, this once.")


@click.group()
def account() -> None:
    """Accounts of officers: who may sign in to the pages, and act over HTTP."""


@account.command()
@_NAME
@click.option("--role", required=True, metavar="ROLE", help=f"One of: {', '.join(rights.book().roles)}.")
@click.option(
    "--agency",
    default="",
    help="The authority that a supervisor works for [default: that of the role; every one for roles that have none].",
)
@click.option("--office", default="", metavar="CODE", help="The customs office whose cases it decides [default: all].")
@click.option("--display", default="", metavar="TEXT", help="The name that pages show [default: NAME].")
@_FILE
@_GENERATE
@command
def add(
    call: Call, name: str, role: str, agency: str, office: str, display: str, password_file: Path | None, generate: bool
) -> None:
    """Make an account. Without a password it asks for one; where nobody can be asked, one is made up and shown once.

    \b
    Examples:
      single-window account add li --role reviewer --office 4240 --display 李关员
      single-window account add admin --role administrator --generate
    """
    password, made_up = _password(password_file, generate)
    with call.window() as window:
        made = keeping.make(window.engine, name, role, password, display=display, agency=agency, office=office)
    call.give({**_shown(made), **({"password": password} if made_up else {})})
    call.say(f"Account {made.name}: {made.role}{_of(made)}.")
    _print(call, password, made_up)


@account.command("list")
@command
def list_(call: Call) -> None:
    """List all accounts.

    \b
    Example:
      single-window account list --json
    """
    with call.reading() as (_, connection):
        accounts = rows.listed(connection)
    call.give([_shown(row) for row in accounts])
    call.table(
        "",
        ("account 账号", "name 姓名", "role 角色", "agency 部门", "office 关区", "made 建立", "disabled 停用"),
        [
            (
                row.name,
                row.display,
                row.role,
                row.agency or "*",
                row.office or "*",
                moment(row.created_at)[:19],
                moment(row.disabled_at)[:19] if row.disabled_at else "",
            )
            for row in accounts
        ],
    )
    if not accounts:
        call.say("No accounts. Make the first: single-window account add admin --role administrator")


@account.command()
@_NAME
@_FILE
@_GENERATE
@command
def password(call: Call, name: str, password_file: Path | None, generate: bool) -> None:
    """Give an account another password; whoever is signed in with it is signed out.

    \b
    Example:
      single-window account password li --generate
    """
    with call.window() as window:
        with reading(window.engine) as connection:
            if rows.find(connection, name) is None:
                raise keeping.NoSuchAccount(name)
        chosen, made_up = _password(password_file, generate)
        keeping.set_password(window.engine, name, chosen)
    call.give({"name": name, **({"password": chosen} if made_up else {})})
    call.say(f"Account {name} has another password.")
    _print(call, chosen, made_up)


@account.command()
@_NAME
@command
def disable(call: Call, name: str) -> None:
    """Let nobody sign in with an account any more; whoever is signed in with it is signed out.

    \b
    Example:
      single-window account disable li
    """
    with call.window() as window:
        keeping.set_disabled(window.engine, name, True)
    call.give({"name": name, "disabled": True})
    call.say(f"Account {name} is disabled. Back with: single-window account enable {name}{call.aside}")


@account.command()
@_NAME
@command
def enable(call: Call, name: str) -> None:
    """Let an account that was disabled be used again.

    \b
    Example:
      single-window account enable li
    """
    with call.window() as window:
        keeping.set_disabled(window.engine, name, False)
    call.give({"name": name, "disabled": False})
    call.say(f"Account {name} may be used again.")


@account.command()
@_NAME
@command
def unlock(call: Call, name: str) -> None:
    """End the pause that failed sign-ins have put on an account.

    \b
    Example:
      single-window account unlock li
    """
    with call.window() as window:
        keeping.unlock(window.engine, name)
    call.give({"name": name, "locked": False})
    call.say(f"Account {name} may sign in at once.")


def _password(file: Path | None, generate: bool) -> tuple[str, bool]:
    """The password that was given, and whether it was made up here."""
    if file is not None and generate:
        raise click.UsageError("Either --password-file or --generate.")
    if file is not None:
        with click.open_file(str(file), encoding="utf-8") as opened:
            return opened.readline().rstrip("\r\n"), False
    if generate or not sys.stdin.isatty():
        return passwords.generated(), True
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True)), False


def _print(call: Call, password: str, made_up: bool) -> None:
    if made_up:
        call.say(f"Password (shown this once): {password}")


def _of(made: Account) -> str:
    return f" of {made.agency or 'every agency'}{f' at {made.office}' if made.office else ''}"


def _shown(shown: Account) -> dict[str, Any]:
    """An account as programs see it: without its password's hash."""
    return {
        "name": shown.name,
        "display": shown.display,
        "role": shown.role,
        "agency": shown.agency,
        "office": shown.office,
        "disabled": bool(shown.disabled_at),
        "created_at": moment(shown.created_at),
        "disabled_at": moment(shown.disabled_at) if shown.disabled_at else "",
    }
