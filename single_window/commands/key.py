"""`single-window key`: issue, list, replace and revoke keys of programs, for the owner of the data folder."""

from __future__ import annotations

import click

from declarations.calendar import span_of
from single_window.accounts import rights
from single_window.answers.keys import IssuedOut, KeyOut, KeysOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_answer
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import CommandGroup, Listed
from single_window.frame.typed import local
from single_window_client import SandboxClient
from single_window_client.calls import part

_DEFAULT_RIGHTS = ("read_receipts", "send_messages", "manage_channels")
"""The rights of a key that is issued without --right."""


key = CommandGroup("key")


@key.client(
    examples=(
        "DXPENT0000000001 --expires 90d",
        "'*' --right control_tests --right read_receipts --owner ci --sandbox ci",
    )
)
def issue(
    call: Call,
    sandbox: SandboxClient,
    mailboxes: tuple[str, ...] = argument("[DXPID]…"),
    wanted: tuple[str, ...] = option(
        f"One of: {', '.join(rights.of_keys())}; repeatable [default: read_receipts, send_messages, manage_channels].",
        "--right",
        metavar="RIGHT",
    ),
    owner: str = option(
        "The name of its holder, who may have two valid keys [default: the first DXP id].", metavar="NAME", default=""
    ),
    expires: str | None = option("Lifetime, such as 90d or 12h [default: until it is revoked].", metavar="SPAN"),
) -> None:
    """Issue a key and show it once. Its holder sends and reads with these DXP ids; '*' means all in the sandbox."""
    body = {
        "mailboxes": mailboxes,
        "rights": wanted or _DEFAULT_RIGHTS,
        "owner": owner,
        "seconds": _seconds(expires) if expires else 0,
    }
    show_answer(call, sandbox.call("POST", "/keys", json=body), IssuedOut, _show)


_COLUMNS: Columns[KeyOut] = (
    ("id 编号", lambda key: key.id),
    ("owner 持有者", lambda key: key.owner),
    ("DXP ids", lambda key: " ".join(key.mailboxes)),
    ("rights 权限", lambda key: " ".join(key.rights)),
    ("state 状态", lambda key: key.state),
    ("made 签发", lambda key: local(key.made_at)),
    ("expires 到期", lambda key: local(key.expires_at)),
    ("used 使用", lambda key: local(key.used_at)),
)


key.row(
    "list",
    "GET /keys",
    "List the keys of the sandbox, without their secrets.",
    Listed(
        KeysOut,
        _COLUMNS,
        "No keys. Issue the first: single-window key issue DXPENT0000000001{scope}",
        lambda key: "good" if key.state == "alive" else "bad",
    ),
    examples=("--sandbox ci --json",),
)


@key.client(examples=("1f0c2ab94d7e --overlap 2h",))
def rotate(
    call: Call,
    sandbox: SandboxClient,
    id: str,
    overlap: str = option("Time for which both keys are valid.", metavar="SPAN", default="1d"),
) -> None:
    """Replace a key by a new one of the same holder, which is shown once."""
    answer = sandbox.call("POST", f"/keys/{part(id)}/rotate", json={"overlap": _seconds(overlap)})
    show_answer(call, answer, IssuedOut, _show)
    call.print_line(f"The key {id} stays valid for {overlap}.")


key.row(
    "revoke",
    "DELETE /keys/{id}",
    "Revoke a key.",
    "The key {answer[id]} of {answer[owner]} is revoked.",
    examples=("1f0c2ab94d7e",),
)


def _seconds(text: str) -> int:
    span = span_of(text)
    if span is None:
        raise click.UsageError(f"{text!r} is not a duration such as 90d, 36h, 90m or 30s.")
    return span // 1_000


def _show(call: Call, issued: IssuedOut) -> None:
    call.print_line(f"Key {issued.id} of {issued.owner} in the sandbox {issued.sandbox}: {', '.join(issued.rights)}.")
    call.print_line(f"Key (shown this once): {issued.key}")
