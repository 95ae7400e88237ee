"""The state of the batch desk: batches with their counts, and their members.

A batch's row is locked before the meetings of its members' orders (see `locks`); its members are locked with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from declarations import lifecycle
from declarations.reasons import Reason
from gateways.customs.batches.places import BatchMember
from gateways.customs.repository import CustomsRepository, Declaration
from gateways.desk import Desk

HERE = frozenset({"reserved", "waiting", "sample", "passed", "failed", "inspected", "held", "going"})
"""States of a member that is one. `reserved`: its list has not come; `waiting`: for draw or verdict; `sample`, `passed`
and `failed`: drawn and inspected; `inspected`: in review, its own result is awaited; `going`: continued to be
released; `held`: left to the officer."""
SETTLED = frozenset({"released", "refused"})
"""How a member that stayed ends."""
GONE = frozenset({"removed", "missing", "withdrawn"})
"""How a member leaves before its batch is decided: taken out, never come, or ended by itself."""


@dataclass(slots=True)
class Batch:
    """One batch. Its work continues at `cursor` of `phase`; people change it by `revision`, which must be the current
    one."""

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
    """The last change that was requested and made, by its number."""
    places: int = 0
    """Positions assigned so far, also to members that left."""
    members: int = 0
    drawn: int = 0
    awaited: int = 0
    """Samples whose result is not there."""
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
        """Move along the lifecycle; raises `lifecycle.NotAllowed` when the state forbids the action."""
        self.state = lifecycle.move(self.state, action, "batch").to

    @property
    def decided(self) -> bool:
        """True once there is a verdict: a member that is concluded from then on continues at once."""
        return self.state in {"released", "partly_released", "in_review", "closed"}


class BatchRepository(CustomsRepository, Protocol):
    """Customs' repository with the batches in it. All queries are in bulk."""

    def hold_batches(self, ids: Collection[int], openings: Collection[str]) -> None:
        """Lock these batches, and those that are open under these openings, in the order of their ids."""

    def batches(self, ids: Collection[int]) -> Mapping[int, Batch]:
        """Batches by id, locked."""

    def open_batches(self, openings: Collection[str]) -> Mapping[str, Batch]:
        """Batches that are open, by opening, locked."""

    def put_batch(self, batch: Batch) -> None:
        """Keep a new or changed batch."""

    def batch_no(self, customs_code: str, flow: str, now: int) -> str:
        """A new batch number."""

    def members(self, batch_id: int, start: int, count: int, state: str = "") -> Sequence[BatchMember]:
        """The places from a position on, at most so many, in their order; `state` narrows them to one."""

    def members_of(self, declaration_ids: Collection[int]) -> Sequence[BatchMember]:
        """The places of lists, in all batches that they are or were in."""

    def put_member(self, member: BatchMember) -> None:
        """Keep a new or changed place."""

    def named(self, numbers: Collection[str]) -> Mapping[str, Sequence[Declaration]]:
        """Lists by what people call them: invtNo, order number or business key; locked."""


BatchDesk: TypeAlias = Desk[BatchRepository]
