"""The page of channels: where receipts are brought, how far each has come, and who is blocked. Reads only."""

from __future__ import annotations

from flask import Blueprint, render_template

from single_window.channels import connecting
from single_window.frame.http.ports import ports
from single_window.frame.pages.speech import requested_sandbox
from single_window.store import channels
from single_window.store.engine import reading


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/channels", "channels", show, methods=["GET"])


def show() -> str:
    """All channels of the sandbox."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        next_at = {(channel.dxp_id, channel.kind): channel.next_at for channel in channels.listed(connection, sandbox)}
        shown = connecting.listed(connection, sandbox)
    return render_template(
        "console/channels.html", listed=[(channel, next_at[channel.mailbox, channel.kind]) for channel in shown]
    )
