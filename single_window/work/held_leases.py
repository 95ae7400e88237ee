"""Leases held by the workers of this process, for the supervision of their deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from threading import get_ident
from typing import NamedTuple

from single_window.clock import monotonic, system_now
from single_window.message_limits import LOST_WORKER_SECONDS
from single_window.observe import liveness
from single_window.store.leases import Lease


class HeldLease(NamedTuple):
    """A lease with its start in monotonic seconds and the thread that holds it."""

    lease: Lease
    since: float
    thread: int


_held: dict[str, HeldLease] = {}


class LeaseHolder:
    """Holds the lease of one worker from the start of a batch until it is finished or has failed."""

    def __init__(self, queue: str, deadline: int) -> None:
        self.worker = liveness.worker_name()
        self._queue, self._deadline = queue, deadline
        self.is_stored = False
        """True if the lease may be stored in the database."""

    def begin(self, ids: Sequence[int]) -> Lease:
        """Begin a lease on deliveries; it must be stored before they are processed."""
        now = system_now()
        lease = Lease(self.worker, self._queue, now, now + 1_000 * (self._deadline + LOST_WORKER_SECONDS), tuple(ids))
        self.is_stored = True
        liveness.begins(self.worker)
        _held[self.worker] = HeldLease(lease, monotonic(), get_ident())
        return lease

    def end(self) -> None:
        """End the lease, after the batch was finished or has failed."""
        _held.pop(self.worker, None)
        liveness.ends(self.worker)


def held() -> list[HeldLease]:
    """The leases held in this process."""
    return list(_held.values())
