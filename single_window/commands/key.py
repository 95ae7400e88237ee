"""`single-window key`: keys of programs, issued, listed, replaced and revoked by whoever owns the data folder."""

from __future__ import annotations

import click

from declarations.calendar import span_of
from single_window.accounts import key_keeping, rights
from single_window.accounts.key_keeping import Issued
from single_window.answers import keys
from single_window.answers.keys import KeyOut, issued_out, key_out
from single_window.frame.commands.by_api import over_api
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.typed import local

_USUAL = ("read_receipts", "send_messages", "manage_channels")
"""The rights of a key that is issued without naming any."""
_ID = click.argument("id")


@click.group()
def key() -> None:
    """Keys with which programs call: each belongs to a sandbox and to mailboxes in it."""


@key.command()
@click.argument("mailboxes", nargs=-1, metavar="[DXPID]…")
@click.option(
    "--right",
    "wanted",
    multiple=True,
    metavar="RIGHT",
    help=f"One of: {', '.join(rights.of_keys())}; several times for several [default: read_receipts, "
    "send_messages, manage_channels].",
)
@click.option(
    "--owner",
    default="",
    metavar="NAME",
    help="The name under which its holder changes keys, two of which may be alive [default: the first DXP id].",
)
@click.option("--expires", metavar="SPAN", help="How long it lasts, as in 90d or 12h [default: until it is revoked].")
@command
@over_api(
    "POST",
    "/keys",
    body={
        "mailboxes": "mailboxes",
        "wanted": ("rights", lambda wanted: wanted or _USUAL),
        "owner": "owner",
        "expires": ("seconds", lambda span: _seconds(span) if span else 0),
    },
)
def issue(call: Call, mailboxes: tuple[str, ...], wanted: tuple[str, ...], owner: str, expires: str | None) -> None:
    """Issue a key and show it, this once. Its holder sends and reads under these DXP ids; '*' means all of the sandbox.

    \b
    Examples:
      single-window key issue DXPENT0000000001 --expires 90d
      single-window key issue '*' --right control_tests --right read_receipts --owner ci --sandbox ci
    """
    granted = wanted or _USUAL
    with call.window() as window:
        issued = key_keeping.issue(
            window.engine, call.sandbox, mailboxes, granted, owner=owner, seconds=_seconds(expires) if expires else 0
        )
    _print(call, issued)


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


@key.command("list")
@command
@over_api("GET", "/keys")
def list_(call: Call) -> None:
    """List the keys of the sandbox, without their secrets.

    \b
    Example:
      single-window key list --sandbox ci --json
    """
    with call.reading() as (window, _):
        page = keys.listed(window.engine, call.sandbox)
    call.give(page)
    call.records("", _COLUMNS, page.keys, lambda key: "good" if key.state == "alive" else "bad")
    if not page.keys:
        call.say(f"No keys. Issue the first: single-window key issue DXPENT0000000001{call.aside}")


@key.command()
@_ID
@click.option("--overlap", default="1d", show_default=True, metavar="SPAN", help="How long both keys are alive.")
@command
@over_api("POST", "/keys/{id}/rotate", body={"overlap": ("overlap", lambda span: _seconds(span))})
def rotate(call: Call, id: str, overlap: str) -> None:
    """Replace a key by another of the same holder, which is shown this once.

    \b
    Example:
      single-window key rotate 1f0c2ab94d7e --overlap 2h
    """
    with call.window() as window:
        issued = key_keeping.rotate(window.engine, call.sandbox, id, _seconds(overlap))
    _print(call, issued)
    call.say(f"The key {id} opens what it opens for {overlap} more.")


@key.command()
@_ID
@command
@over_api("DELETE", "/keys/{id}")
def revoke(call: Call, id: str) -> None:
    """Let a key open nothing any more.

    \b
    Example:
      single-window key revoke 1f0c2ab94d7e
    """
    with call.window() as window:
        revoked = key_keeping.revoke(window.engine, call.sandbox, id)
    call.give(key_out(revoked))
    call.say(f"The key {id} of {revoked.owner} is revoked.")


def _seconds(text: str) -> int:
    span = span_of(text)
    if span is None:
        raise click.UsageError(f"{text!r} is no span of time; write 90d, 36h, 90m or 30s.")
    return span // 1_000


def _print(call: Call, issued: Issued) -> None:
    call.give(issued_out(issued))
    made = issued.key
    call.say(f"Key {made.id} of {made.owner} in the sandbox {made.home}: {', '.join(made.rights)}.")
    call.say(f"Key (shown this once): {issued.token}")
