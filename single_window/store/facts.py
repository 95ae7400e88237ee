"""Publishes facts that the window itself causes, such as an import or a class that an officer gives, to the gateways
that hear them, in the caller's transaction. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from gateways.topics.route import Route
from single_window.clock import system_now
from single_window.store import sandboxes
from single_window.store.gateway_results import write_sends
from single_window.store.numbering import Numbering


def publish(connection: Connection, numbering: Numbering, sandbox: str, facts: Sequence[Any]) -> None:
    """Publish facts in a sandbox, each to every gateway that hears it there, in this order; the caller wakes the
    workers after its commit. Raises `TypeError` for a payload that is no fact."""
    from gateways.agencies import ROUTES  # late, because it loads the handlers of all gateways

    options = sandboxes.find(connection, sandbox).options
    sends: dict[Route, list[Any]] = {}
    for fact in facts:
        for route, hears in ROUTES.hearers(fact):
            if hears(options):
                sends.setdefault(route, []).append(fact)
    write_sends(connection, numbering, sandbox, sends, system_now())
