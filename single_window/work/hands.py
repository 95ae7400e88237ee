"""What the workers of this process have in hand at this moment, for whoever watches that they get on."""

from __future__ import annotations

from collections.abc import Sequence
from threading import get_ident
from typing import NamedTuple

from single_window.clock import monotonic, system_now
from single_window.observe import liveness
from single_window.store.in_hand import InHand

DEADLINE = 60
"""Seconds within which a batch must be finished, unless the settings say otherwise."""
GRACE = 30
"""Seconds after which a worker that could not be ended in time, or that nobody here can see, is taken for lost."""


class Held(NamedTuple):
    """A batch that a thread of this process has begun with at a moment, in seconds that never go back."""

    note: InHand
    since: float
    thread: int


_held: dict[str, Held] = {}


class Hand:
    """Of one worker: full from the moment before a batch is begun until it is finished or has failed."""

    def __init__(self, queue: str, deadline: int) -> None:
        self.worker = liveness.worker_name()
        self._queue, self._deadline = queue, deadline
        self.noted = False
        """Whether the database may say that it is full."""

    def take(self, ids: Sequence[int]) -> InHand:
        """Begin with deliveries; gives what others must be able to read before anything is done about them."""
        now = system_now()
        note = InHand(self.worker, self._queue, now, now + 1_000 * (self._deadline + GRACE), tuple(ids))
        self.noted = True
        liveness.begins(self.worker)
        _held[self.worker] = Held(note, monotonic(), get_ident())
        return note

    def empty(self) -> None:
        """Finished, or failed."""
        _held.pop(self.worker, None)
        liveness.ends(self.worker)


def held() -> list[Held]:
    """What is in hand in this process."""
    return list(_held.values())
