"""`single-window account`: create and change officers' accounts, for the owner of the data folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from single_window import keys
from single_window.accounts import rights
from single_window.answers.keys import AccountOut, AccountsOut
from single_window.frame.commands.call import Call, Columns, Failure
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import CommandGroup, Listed
from single_window.frame.typed import local
from single_window_client import SandboxClient
from single_window_client.calls import part

_FILE = option(
    "File with the password in its first line; - reads standard input.",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
)
_GENERATE = option("Generate a password and show it once.")


account = CommandGroup("account")


@account.client(examples=("li --role reviewer --office 4240 --display 李关员", "admin --role administrator --generate"))
def add(
    call: Call,
    sandbox: SandboxClient,
    name: str,
    role: str = option(f"One of: {', '.join(rights.book().roles)}.", metavar="ROLE"),
    agency: str = option("The authority of a supervisor [default: that of the role, or all].", default=""),
    office: str = option("The customs office about whose cases it decides [default: all].", metavar="CODE", default=""),
    display: str = option("The name that pages show [default: NAME].", metavar="TEXT", default=""),
    password_file: Path | None = _FILE,
    generate: bool = _GENERATE,
) -> None:
    """Create an account. Without a password option, prompt for one, or generate one if there is no terminal."""
    password, generated = _password(password_file, generate)
    body = {"name": name, "role": role, "password": password, "display": display, "agency": agency, "office": office}
    answer = sandbox.call("POST", "/accounts", json=body)
    made = convert_answer(answer, AccountOut)
    call.print_json({**answer, **({"password": password} if generated else {})})
    place = f" of {made.agency or 'every agency'}{f' at {made.office}' if made.office else ''}"
    call.print_line(f"Account {made.name}: {made.role}{place}.")
    _print(call, password, generated)


_COLUMNS: Columns[AccountOut] = (
    ("account 账号", lambda account: account.name),
    ("name 姓名", lambda account: account.display),
    ("role 角色", lambda account: account.role),
    ("agency 部门", lambda account: account.agency or "*"),
    ("office 关区", lambda account: account.office or "*"),
    ("made 建立", lambda account: local(account.created_at)),
    ("disabled 停用", lambda account: local(account.disabled_at)),
)


account.row(
    "list",
    "GET /accounts",
    "List all accounts.",
    Listed(
        AccountsOut, _COLUMNS, "No accounts. Create the first: single-window account add admin --role administrator"
    ),
    examples=("--json",),
)


@account.client(examples=("li --generate",))
def password(
    call: Call, sandbox: SandboxClient, name: str, password_file: Path | None = _FILE, generate: bool = _GENERATE
) -> None:
    """Change the password of an account; all its sessions end."""
    accounts = convert_answer(sandbox.call("GET", "/accounts"), AccountsOut).accounts
    if name not in {account.name for account in accounts}:
        raise Failure(f"There is no account {name!r}. See: single-window account list{call.scope_options}")
    chosen, generated = _password(password_file, generate)
    sandbox.call("PUT", f"/accounts/{part(name)}/password", json={"password": chosen})
    call.print_json({"name": name, **({"password": chosen} if generated else {})})
    call.print_line(f"The password of account {name} is changed.")
    _print(call, chosen, generated)


account.row(
    "disable",
    "PATCH /accounts/{name}",
    "Disable an account; all its sessions end.",
    "Account {name} is disabled. Enable it again with: single-window account enable {name}{scope}",
    examples=("li",),
    body={"disabled": True},
)
account.row(
    "enable",
    "PATCH /accounts/{name}",
    "Enable a disabled account.",
    "Account {name} is enabled.",
    examples=("li",),
    body={"disabled": False},
)
account.row(
    "unlock",
    "DELETE /accounts/{name}/lock",
    "Unlock an account after failed sign-ins.",
    "Account {name} is unlocked.",
    examples=("li",),
)


@account.client(examples=("li --to https://chat.example/hooks/customs", "li"))
def webhook(
    call: Call,
    sandbox: SandboxClient,
    name: str,
    to: str = option("Where alerts are posted [default: nowhere any more].", metavar="URL", default=""),
) -> None:
    """Post an officer's alerts to an address: mentions in notes, cases handed or given to him."""
    if not to:
        call.print_json(sandbox.call("DELETE", f"/accounts/{part(name)}/webhook"))
        call.print_line(f"Alerts of {name} are not posted any more.")
        return
    answer = sandbox.call("PUT", f"/accounts/{part(name)}/webhook", json={"url": to})
    call.print_json(answer)
    call.print_line(f"Alerts of {name} are posted to {to}, signed with the secret {answer['secret']}")


def _password(file: Path | None, generate: bool) -> tuple[str, bool]:
    """Return the password, and whether it was generated."""
    if file is not None and generate:
        raise click.UsageError("Either --password-file or --generate.")
    if file is not None:
        with click.open_file(str(file), encoding="utf-8") as opened:
            return opened.readline().rstrip("\r\n"), False
    if generate or not sys.stdin.isatty():
        return keys.password(), True
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True)), False


def _print(call: Call, password: str, generated: bool) -> None:
    if generated:
        call.print_line(f"Password (shown this once): {password}")
