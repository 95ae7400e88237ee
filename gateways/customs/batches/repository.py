"""The rows of the batch desk: batches with their counts, and their members.

The lock on a batch's row also covers its members; it is taken before the locks on their orders (see `locks`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from declarations import lifecycle
from declarations.reasons import Reason
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.repository import CustomsRepository, Declaration
from gateways.desk import Desk

CURRENT_STATES = frozenset({"reserved", "waiting", "sample", "passed", "failed", "inspected", "held", "going"})
"""States of a current member. `reserved`: its list has not come; `waiting`: for draw or verdict; `sample`: its
inspection is awaited; `passed`, `failed`: a sample's result; `inspected`: the batch is in review and this list in
inspection; `going`: continued to its release; `held`: with an officer."""
ENDED_STATES = frozenset({"released", "refused"})
"""Final states of a member that stayed."""
LEFT_STATES = frozenset({"removed", "missing", "withdrawn"})
"""Final states of a member that left before the decision: removed manually, never came, or ended outside the batch."""


@dataclass(slots=True)
class Batch:
    """One batch. Its work continues at `cursor` of `phase`; a manual change must name the current `revision`."""

    id: int
    batch_no: str
    flow: str
    opened_by: str
    opening: str
    customs_code: str
    trade_mode: str
    state: str = "open"
    version: int = 0
    """0: not yet stored."""
    revision: int = 1
    asked: int = 0
    """Id of the last manual decision that was carried out."""
    places: int = 0
    """Positions assigned so far, also to members that left."""
    members: int = 0
    drawn: int = 0
    awaited: int = 0
    """Number of samples whose result is still missing."""
    failed: int = 0
    held: int = 0
    released: int = 0
    refused: int = 0
    phase: str = ""
    cursor: int = 0
    verdict: dict[str, Any] = field(default_factory=dict)
    opened_at: int = 0
    declared_at: int = 0
    drawn_at: int = 0
    released_at: int = 0
    closed_at: int = 0
    reasons: tuple[Reason, ...] = ()

    def advance(self, action: str) -> None:
        """Apply an action of the lifecycle; raises `lifecycle.NotAllowed` if the state forbids it."""
        self.state = lifecycle.transition_of(self.state, action, "batch").to

    @property
    def decided(self) -> bool:
        """True once there is a verdict; from then on a member continues as soon as it is concluded."""
        return self.state in {"released", "partly_released", "in_review", "closed"}


class BatchRepository(CustomsRepository, Protocol):
    """Customs' repository extended by batches. All queries are in bulk."""

    def lock_batches(self, ids: Collection[int], openings: Collection[str]) -> None:
        """Lock these batches, and the open batches with these opening keys, in the order of their ids."""

    def batches(self, ids: Collection[int]) -> Mapping[int, Batch]:
        """Batches by id, locked."""

    def open_batches(self, openings: Collection[str]) -> Mapping[str, Batch]:
        """Open batches by opening key, locked."""

    def put_batch(self, batch: Batch) -> None:
        """Store a new or changed batch."""

    def batch_no(self, customs_code: str, flow: str, now: int) -> str:
        """Return a new batch number."""

    def members(self, batch_id: int, start: int, count: int, state: str = "") -> Sequence[BatchMember]:
        """At most `count` places from position `start` on, in order of position; `state`, if given, filters them."""

    def members_of(self, declaration_ids: Collection[int]) -> Sequence[BatchMember]:
        """The places of lists in all their batches, past and present."""

    def put_member(self, member: BatchMember) -> None:
        """Store a new or changed place."""

    def named(self, given_numbers: Collection[str]) -> Mapping[str, Sequence[Declaration]]:
        """Lists by invtNo, order number or business key, whichever `numbers` contains; locked."""


BatchDesk: TypeAlias = Desk[BatchRepository]
