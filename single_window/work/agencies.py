"""Creates the consumers of agencies' queues: each gateway, as its package in `gateways` declares it, with its
repository in the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection

from gateways.agencies import GATEWAYS, ROUTES
from gateways.circumstances import Circumstances
from single_window.store.numbering import Numbering
from single_window.work.batch_transaction import DeliveryConsumer
from single_window.work.gateway_runner import GatewayConsumer
from single_window.work.whole import demand_whole


def _repository(agency: str) -> Callable[..., Any]:
    """The repository that an agency's module in `store.gateways` declares; raises `LookupError` if there is none."""
    home = f"single_window.store.gateways.{agency}"
    found: Callable[..., Any] | None = None if find_spec(home) is None else vars(import_module(home)).get("REPOSITORY")
    if found is None:
        raise LookupError(f"{home.replace('.', '/')} declares no REPOSITORY: the rows of the agency {agency!r}")
    return found


REPOSITORIES: Mapping[str, Callable[..., Any]] = {gateway.name: _repository(gateway.name) for gateway in GATEWAYS}


@cache
def _demand_whole() -> None:
    """Raise `LookupError` if an agency is not whole: what is in the program stays so while it runs."""
    demand_whole({gateway.name: gateway.topics for gateway in GATEWAYS})


def consumers(
    numbering: Numbering, circumstances: Callable[[Connection, str], Circumstances], queues: Collection[str]
) -> list[DeliveryConsumer]:
    """The consumers of the named agencies' queues; raises `LookupError` if an agency is not whole."""
    _demand_whole()
    return [
        GatewayConsumer(gateway, REPOSITORIES[gateway.name], ROUTES, numbering, circumstances)
        for gateway in GATEWAYS
        if gateway.name in queues
    ]
