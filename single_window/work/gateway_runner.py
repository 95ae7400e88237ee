"""Runs a gateway: decodes what was delivered, lets it hear sandbox by sandbox, and writes memory and answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

from gateways.gateway import Answers, Circumstances, Gateway, Heard, hear
from single_window.clock import system_now
from single_window.receipts import shaping
from single_window.store import epochs, work_cases
from single_window.store.answers import write_answers
from single_window.store.bulk import on_sqlite
from single_window.store.deliveries import Delivery
from single_window.store.numbering import Numbering
from single_window.store.records import Conflict
from single_window.store.written import Written, placed
from single_window.work.remembered import Recent, Remembered
from single_window.work.worker import Writing

DOCUMENT = ("import.", "export.", "agency.")
"""How topics of documents begin: their items begin with the document's id."""


class StoredMemory(Protocol):
    """A gateway's memory in the database."""

    def save(self, connection: Connection) -> None:
        """Write what was put."""

    def touched(self) -> Collection[int]:
        """The ids of the declarations that what was put belongs to."""

    def changed(self) -> work_cases.Changed:
        """What was put of the kinds that officers decide about."""


class GatewayConsumer:
    """The consumer of a gateway's queue. It plans on what it reads, and what it read is checked when it writes."""

    ahead = True
    prepares = False

    def __init__(self, gateway: Gateway, memory: Callable[[Connection, str, Numbering, Recent], StoredMemory],
                 numbering: Numbering, circumstances: Callable[[Connection, str], Circumstances]) -> None:
        self.queue = gateway.name
        self._gateway, self._memory = gateway, memory
        self._numbering, self._circumstances = numbering, circumstances
        self._remembered = Remembered()
        self._recent_epoch = -1

    def prepare(self, connection: Connection, ids: Sequence[int]) -> None:
        """Nothing: what a gateway reads, others change."""

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Hear the deliveries of each sandbox together; gives what writes memory and answers.

        Where the engine locks rows the gateway takes hold of them; elsewhere what is written compares the epochs.
        """
        alone = on_sqlite(connection)
        self._remembered.let_go()
        epoch, documents = (self._since(connection), epochs.seen(connection, epochs.DOCUMENTS)) if alone else (0, 0)
        heard = [self._hear(connection, sandbox, of_sandbox) for sandbox, of_sandbox in _by_sandbox(taken).items()]

        def write(connection: Connection) -> Sequence[Written]:
            if alone:
                epochs.advance(connection, self.queue, epoch)
                if epochs.seen(connection, epochs.DOCUMENTS) != documents:
                    raise Conflict("a document was replaced while its gateway decided")
                self._recent_epoch = epoch + 1
            return placed(connection, [self._write(connection, *one) for one in heard])

        return write

    def _write(self, connection: Connection, items: Sequence[Heard], memory: StoredMemory, answers: Answers,
               circumstances: Circumstances, held: shaping.Held) -> Written:
        """Memory and answers of one sandbox."""
        memory.save(connection)
        shaping.settle(connection, circumstances, held)
        work_cases.follow(connection, circumstances.sandbox, memory.changed(), circumstances.now)
        written = write_answers(connection, self._numbering, circumstances.sandbox, answers, circumstances.now,
                                system_now())
        written.documents = [one.item[0] for one in items if one.topic.startswith(DOCUMENT)]
        written.declarations = list(memory.touched())
        return written

    def forget(self) -> None:
        """What was remembered of a failed batch is let go."""
        self._remembered.forget()
        self._recent_epoch = -1

    def _since(self, connection: Connection) -> int:
        """The epoch to plan on. What was remembered of earlier batches holds only if nobody has written since.

        Until this plan is written it holds no more: hearing changes what is remembered.
        """
        epoch = epochs.seen(connection, self.queue)
        if epoch != self._recent_epoch:
            self._remembered.forget()
        self._recent_epoch = -1
        return epoch

    def _hear(self, connection: Connection, sandbox: str,
              heard: Sequence[Heard]) -> tuple[Sequence[Heard], StoredMemory, Answers, Circumstances, shaping.Held]:
        circumstances = self._circumstances(connection, sandbox)
        if on_sqlite(connection):
            memory = self._memory(connection, sandbox, self._numbering, self._remembered.of(sandbox))
        else:
            memory = self._memory(connection, sandbox, self._numbering, {})
            self._gateway.hold(heard, memory, circumstances)
        answers = hear(self._gateway, heard, memory, circumstances)
        return heard, memory, answers, circumstances, shaping.shape(answers, circumstances, self._numbering)


def _by_sandbox(taken: Sequence[Delivery]) -> dict[str, list[Heard]]:
    by_sandbox: dict[str, list[Heard]] = {}
    for one in taken:
        items: list[Any] = msgspec.json.decode(one.payload)
        by_sandbox.setdefault(one.sandbox, []).extend([Heard(one.topic, item) for item in items])
    return dict(sorted(by_sandbox.items()))
