"""Runs a gateway: decodes what was delivered, lets it hear sandbox by sandbox, and writes memory and answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

from gateways.gateway import Circumstances, Gateway, Heard, hear
from single_window.clock import system_now
from single_window.numbering import Numbering
from single_window.store.answers import write_answers
from single_window.store.deliveries import Delivery


class StoredMemory(Protocol):
    """A gateway's memory in the database."""

    def save(self) -> None:
        """Write what was put."""


class GatewayConsumer:
    """The consumer of a gateway's queue."""

    def __init__(self, gateway: Gateway, memory: Callable[[Connection, str, Numbering], StoredMemory],
                 numbering: Numbering, circumstances: Callable[[Connection, str], Circumstances]) -> None:
        self.queue = gateway.name
        self._gateway, self._memory = gateway, memory
        self._numbering, self._circumstances = numbering, circumstances

    def handle(self, connection: Connection, won: Sequence[Delivery]) -> None:
        """Hear the deliveries of each sandbox together."""
        by_sandbox: dict[str, list[Heard]] = {}
        for one in won:
            items: list[Any] = msgspec.json.decode(one.payload)
            by_sandbox.setdefault(one.sandbox, []).extend(Heard(one.topic, item) for item in items)
        for sandbox, heard in sorted(by_sandbox.items()):
            circumstances = self._circumstances(connection, sandbox)
            memory = self._memory(connection, sandbox, self._numbering)
            answers = hear(self._gateway, heard, memory, circumstances)
            memory.save()
            write_answers(connection, self._numbering, sandbox, answers, circumstances.now, system_now())
