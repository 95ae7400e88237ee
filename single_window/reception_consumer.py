"""The consumer of the reception queue: messages that were admitted, staged documents whose window is over."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from sqlalchemy import Connection, select

from gateways.gateway import Circumstances
from single_window import reception
from single_window.admission import Admitted
from single_window.clock import system_now
from single_window.numbering import Numbering
from single_window.reading import Reading, read_body
from single_window.store import sandboxes
from single_window.store.answers import write_answers
from single_window.store.bulk import chunks
from single_window.store.deliveries import Delivery
from single_window.store.tables import archive, message
from single_window.worker import Writing


class ReceptionConsumer:
    """Takes admitted messages in. What admission read is handed over in memory; after a restart the archive is read."""

    queue = "reception"
    ahead = False

    def __init__(self, numbering: Numbering, circumstances: Callable[[Connection, str], Circumstances],
                 cap: int) -> None:
        self._numbering, self._circumstances, self._cap = numbering, circumstances, cap
        self._readings: dict[int, Reading] = {}

    def forget(self) -> None:
        """Readings stay as they were read: they hold whatever became of a batch."""

    def hand_over(self, answers: Sequence[Admitted], readings: Sequence[Reading]) -> None:
        """Keep readings until their deliveries come; before their commit, for the worker may be quick."""
        for answer, one in zip(answers, readings, strict=True):
            if answer.status == 202 and not answer.repeated:
                self._readings[answer.id] = one

    def take_back(self, answers: Sequence[Admitted]) -> None:
        """Forget readings whose commit failed."""
        for answer in answers:
            self._readings.pop(answer.id, None)

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        """Whether a document's key is taken must be looked up under the write lock: nothing is done ahead of it."""
        return partial(self._receive, won=taken)

    def _receive(self, connection: Connection, won: Sequence[Delivery]) -> None:
        """Receive the messages of each sandbox together."""
        for sandbox in sorted({one.sandbox for one in won}):
            mine = [one for one in won if one.sandbox == sandbox]
            circumstances = self._circumstances(connection, sandbox)
            readings = self._take([one.message_id for one in mine if one.message_id], connection, circumstances)
            replay = frozenset(box for box, chosen in sandboxes.tolerances(connection, sandbox).items()
                               if "replay" in chosen)
            answers = reception.receive(connection, self._numbering, circumstances, readings, replay)
            write_answers(connection, self._numbering, sandbox, answers, circumstances.now, system_now())
            expired = [item for one in mine if not one.message_id for item in msgspec.json.decode(one.payload)]
            if expired:
                answers = reception.expire_staged(connection, circumstances, expired)
                write_answers(connection, self._numbering, sandbox, answers, circumstances.now, system_now())
        for one in won:
            self._readings.pop(one.message_id, None)

    def _take(self, ids: Sequence[int], connection: Connection,
              circumstances: Circumstances) -> list[tuple[int, Reading]]:
        """The readings of these messages: from memory, else from the archive, in the edition of their admission."""
        missing = [number for number in ids if number not in self._readings]
        for part in chunks(missing):
            rows = connection.execute(
                select(message.c.id, message.c.edition, archive.c.body)
                .join(archive, archive.c.message_id == message.c.id).where(message.c.id.in_(part)))
            for number, edition, body in rows:
                self._readings[number] = read_body(zlib.decompress(body), circumstances.day, {}, self._cap, edition)
        return [(number, self._readings[number]) for number in ids]
