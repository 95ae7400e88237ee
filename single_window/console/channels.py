"""The page of channels: where receipts are brought, how far each has come, and who is blocked. Reads only."""

from __future__ import annotations

from flask import Blueprint, render_template

from single_window.api.ports import ports
from single_window.channels import connecting
from single_window.console.speech import asked_sandbox
from single_window.store import channels
from single_window.store.engine import reading


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/channels", "channels", show, methods=["GET"])


def show() -> str:
    """All channels of the sandbox."""
    with reading(ports().window.engine) as connection:
        sandbox = asked_sandbox(connection)
        next_at = {(one.dxp_id, one.kind): one.next_at for one in channels.listed(connection, sandbox)}
        found = connecting.listed(connection, sandbox)
    return render_template(
        "console/channels.html", listed=[(one, next_at[one["mailbox"], one["kind"]]) for one in found]
    )
